import io
import os
from pathlib import Path

import pytest
from rich.console import Console

from crawler.outlets import BadInput
from curation.records import CensusLine
from curation.schema import table_of
from curation.shards import write_table
from curation.show.census import MOST_HEADLINES, print_census, read_census

OLD = [CensusLine("kabar", "repeated", "baris lama", 9)]
NEW = [
    CensusLine("kabar", "headline", "hujan di kota", 1),
    CensusLine("kabar", "headline", "banjir surut", 2),
    CensusLine("kabar", "repeated", "dukung kami", 8),
    CensusLine("kabar", "repeated", "ikuti \x1bkanal", 12),
    CensusLine("warta", "repeated", "milik warta", 40),
]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus with the census of two builds; the name of the older one sorts last."""
    for seconds, (name, lines) in enumerate((("ffff", OLD), ("0000", NEW))):
        path = tmp_path / "work" / f"census-{name}" / "census.parquet"
        write_table(path, table_of(CensusLine, lines))
        os.utime(path, (seconds, seconds))
    return tmp_path


def test_the_newest_census_of_the_outlet_is_read(corpus: Path) -> None:
    assert read_census(corpus, "kabar") == [NEW[3], NEW[2], NEW[1], NEW[0]]


def test_a_missing_census_or_outlet_is_said_in_a_sentence(corpus: Path) -> None:
    with pytest.raises(BadInput, match="there is no census; make one with `saring build`"):
        read_census(corpus / "nowhere", "kabar")
    with pytest.raises(BadInput, match="no outlet 'nihil'; the outlets are kabar, warta"):
        read_census(corpus, "nihil")


def test_every_repeated_line_is_printed_and_the_first_headlines(corpus: Path) -> None:
    many = [CensusLine("kabar", "headline", f"judul {number}", 1) for number in range(MOST_HEADLINES + 3)]
    out = io.StringIO()
    print_census(Console(file=out, width=80), [*read_census(corpus, "kabar")[:2], *many])
    lines = [" ".join(line.split()) for line in out.getvalue().splitlines()]
    assert lines[:3] == [
        "2 repeated lines, each after the pages it stands on",
        "12 ikuti \\u001bkanal",
        "8 dukung kami",
    ]
    assert f"1 judul {MOST_HEADLINES - 1}" in lines
    assert f"1 judul {MOST_HEADLINES}" not in lines
    assert lines[-1] == "… and 3 more"
