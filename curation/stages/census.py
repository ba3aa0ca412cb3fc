"""Articles → what an outlet prints on page after page, and every headline it ran."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyarrow.parquet as pq

from curation.config import Census, Config
from curation.inserts import headline_key
from curation.records import CensusLine
from curation.schema import table_of
from curation.shards import ROWS_PER_GROUP, write_table
from curation.stage import Finished, Plan, Stage, Task

NAME = "census"
_COLUMNS = ["outlet", "title", "text"]
_LONGEST_LINE = 400
"""Characters; a longer line that repeats is a story told twice, not chrome."""

PageLines = tuple[str, str, str]
"""Outlet, title and text of a page."""


def take_census(pages: Iterable[PageLines], settings: Census) -> list[CensusLine]:
    """Count headlines and lines over (outlet, title, text) of every page, sorted by outlet, kind and key.

    Of the pages of one outlet with the same headline or the same longest line the first alone votes, so that a story
    captured often, or told again under another headline, does not vote often. Memory grows with the number of different
    lines, not with the text.
    """
    headlines: Counter[tuple[str, str]] = Counter()
    votes: Counter[tuple[str, str]] = Counter()
    voters: Counter[str] = Counter()
    stories: set[tuple[str, str]] = set()
    for outlet, title, text in pages:
        headline, story = (outlet, headline_key(title)), (outlet, max(text.split("\n"), key=len))
        if headline not in headlines and story not in stories:
            votes.update((outlet, key) for key in _line_keys(text))
            voters[outlet] += 1
        headlines[headline] += 1
        stories.add(story)
    rows = [CensusLine(outlet, "headline", key, count) for (outlet, key), count in headlines.items() if key]
    rows += [
        CensusLine(outlet, "repeated", key, count)
        for (outlet, key), count in votes.items()
        if count >= max(settings.min_pages, settings.min_share * voters[outlet])
    ]
    return sorted(rows, key=lambda row: (row.outlet, row.kind, row.key))


def _line_keys(text: str) -> set[str]:
    keys = {headline_key(line) for line in text.split("\n") if len(line) <= _LONGEST_LINE}
    return keys - {""}


def _pages(shards: Iterable[str]) -> Iterator[PageLines]:
    for shard in shards:
        with pq.ParquetFile(shard) as file:
            for batch in file.iter_batches(ROWS_PER_GROUP, columns=_COLUMNS):
                yield from zip(*(batch[name].to_pylist() for name in _COLUMNS), strict=True)


def _plan(done: Mapping[str, Finished], config: Config) -> Plan:
    return {"census": done["extract"].kept}


def _work(task: Task) -> None:
    rows = take_census(_pages(task.inputs), task.settings().census)
    write_table(Path(task.output), table_of(CensusLine, rows))


STAGE = Stage(
    name=NAME,
    needs=("extract", "takedowns"),
    plan=_plan,
    work=_work,
    sections=("census",),
    materials=("curation/stages/census.py", "curation/inserts", "curation/records.py"),
    libraries=("saring",),
)
