"""Articles → what an outlet prints on page after page, and every headline it ran."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow.parquet as pq

from curation.config import Census, Config
from curation.inserts import headline_key
from curation.records import CensusLine
from curation.schema import table_of
from curation.shards import write_table
from curation.stage import Finished, Plan, Stage, Task

NAME = "census"
_COLUMNS = ["outlet", "title", "text"]
_LONGEST_LINE = 400
"""Characters; a longer line that repeats is a story told twice, not chrome."""

Line = tuple[str, str]


def take_census(pages: list[tuple[str, str, str]], settings: Census) -> list[CensusLine]:
    """Count headlines and lines over (outlet, title, text) of every page, sorted by outlet, kind and key.

    Pages of one outlet with the same headline count once, so that a story captured often does not vote often.
    """
    headlines = Counter((outlet, headline_key(title)) for outlet, title, _ in pages if headline_key(title))
    ballots = {(outlet, headline_key(title)): text for outlet, title, text in pages}
    voters = Counter(outlet for outlet, _ in ballots)
    votes = Counter(line for (outlet, _), text in ballots.items() for line in _lines(outlet, text))
    rows = [CensusLine(outlet, "headline", key, count) for (outlet, key), count in headlines.items()]
    rows += [
        CensusLine(outlet, "repeated", key, count)
        for (outlet, key), count in votes.items()
        if count >= max(settings.min_pages, settings.min_share * voters[outlet])
    ]
    return sorted(rows, key=lambda row: (row.outlet, row.kind, row.key))


def _lines(outlet: str, text: str) -> Iterator[Line]:
    keys = {headline_key(line) for line in text.split("\n") if len(line) <= _LONGEST_LINE}
    return ((outlet, key) for key in keys if key)


def _plan(done: Mapping[str, Finished], config: Config) -> Plan:
    return {"census": done["extract"].kept}


def _work(task: Task) -> None:
    pages: list[tuple[str, str, str]] = []
    for shard in task.inputs:
        columns = pq.read_table(shard, columns=_COLUMNS)
        pages += zip(*(columns[name].to_pylist() for name in _COLUMNS), strict=True)
    write_table(Path(task.output), table_of(CensusLine, take_census(pages, task.settings().census)))


STAGE = Stage(
    name=NAME,
    needs=("extract",),
    plan=_plan,
    work=_work,
    sections=("census",),
    materials=("curation/stages/census.py", "curation/inserts", "curation/records.py"),
    libraries=("saring",),
)
