"""What the archive taught about the lines of an outlet."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table
from rich.text import Text

from crawler.outlets import BadInput
from curation.records import CensusLine
from curation.schema import records_of
from curation.show.visible import visible

MOST_HEADLINES = 20
"""Headlines to print; an outlet has as many as it has stories."""


def read_census(corpus: Path, outlet: str) -> list[CensusLine]:
    """Read what the newest census knows of an outlet: repeated lines, then headlines, those on most pages first.

    Raises BadInput where there is no census, or none of the outlet.
    """
    census = newest_census(corpus)
    if census is None:
        raise BadInput(f"{corpus}: there is no census; make one with `saring build`, or name the corpus folder.")
    rows = records_of(CensusLine, pq.read_table(census, filters=[("outlet", "=", outlet)]))
    if not rows:
        known = ", ".join(sorted(set(pq.read_table(census, columns=["outlet"])["outlet"].to_pylist())))
        raise BadInput(f"{census}: there is no outlet {outlet!r}; the outlets are {known or 'none'}.")
    return sorted(rows, key=lambda row: (row.kind != "repeated", -row.pages, row.key))


def newest_census(corpus: Path) -> Path | None:
    """Give the table of the newest build."""
    return max(corpus.glob("work/census-*/census.parquet"), key=lambda path: path.stat().st_mtime_ns, default=None)


def print_census(console: Console, lines: Sequence[CensusLine]) -> None:
    """Print the lines of one outlet: every repeated one, and the first `MOST_HEADLINES` headlines."""
    repeated = [line for line in lines if line.kind == "repeated"]
    headlines = [line for line in lines if line.kind == "headline"]
    for name, listed, most in (("repeated lines", repeated, len(repeated)), ("headlines", headlines, MOST_HEADLINES)):
        console.print(Text(f"{len(listed):,} {name}, each after the pages it stands on", "bold"))
        grid = Table.grid(padding=(0, 2))
        grid.add_column(justify="right")
        grid.add_column(overflow="fold")
        for line in listed[:most]:
            grid.add_row(f"{line.pages:,}", Text(visible(line.key)))
        console.print(grid)
        if len(listed) > most:
            console.print(Text(f"… and {len(listed) - most:,} more", "dim"))
