"""Articles made of the later parts of a story → which article each goes on.

Where an outlet cuts its stories into pages and has no address for the whole, every part is a page of its own. Here the
parts meet; `clean` puts their texts behind that of the first part.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from crawler.outlets import Outlets, load_outlets
from crawler.urls import story_page, whole_story
from curation.config import Config
from curation.records import Article, Part
from curation.schema import records_of, table_of
from curation.shards import ROWS_PER_GROUP, write_table
from curation.stage import Finished, Plan, Stage, Task

NAME = "join"
_COLUMNS = ["id", "url", "canonical_url", "fetched_at"]


@dataclass(frozen=True, slots=True)
class Captured:
    """A capture that bears on a story in parts, without its text."""

    id: str
    url: str
    canonical_url: str
    time: float
    """Seconds since 1970; 0 where no time of capture is known."""


@dataclass(frozen=True, slots=True)
class Place:
    """What becomes of a later part."""

    number: int
    joined_to: str
    why: str


def place_parts(captured: Iterable[Captured], outlets: Outlets) -> dict[str, Place]:
    """Say of every later part, by id, which article it goes on.

    Parts go on the newest capture of the first part, each number by its newest capture, as far as none is missing.
    Where the whole story is archived under one address, none is joined. The order of the captures changes nothing.
    """
    stories: dict[str, list[Captured]] = defaultdict(list)
    for one in captured:
        stories[one.canonical_url].append(one)
    return {part: place for story in stories.values() for part, place in _places_in(story, outlets)}


def _places_in(story: Sequence[Captured], outlets: Outlets) -> Iterator[tuple[str, Place]]:
    profile = outlets.of_url(story[0].url)
    whole = whole_story(story[0].canonical_url, profile)
    newest_first = sorted(story, key=lambda one: (-one.time, one.url, one.id))
    numbered = [(story_page(one.url, profile), one) for one in newest_first]
    first = next((one for number, one in numbered if number == 1), None)
    is_whole = any(one.url == whole != one.canonical_url for one in story)
    newest: dict[int, str] = {}
    for number, one in numbered:
        newest.setdefault(number, one.id)
    missing = next(number for number in range(1, len(newest) + 2) if number not in newest)
    for number, one in numbered:
        if number == 1:
            continue
        if is_whole:
            yield one.id, Place(number, "", "the whole story is archived")
        elif first is None or number > missing:
            yield one.id, Place(number, "", f"part {missing} is not archived")
        elif newest[number] != one.id:
            yield one.id, Place(number, "", "a newer capture of this part is joined")
        else:
            yield one.id, Place(number, first.id, f"joined to {first.url}")


def _read_captured(shards: Sequence[Path], outlets: Outlets) -> Iterator[Captured]:
    """Read what bears on stories in parts: the later parts, then whatever else has their addresses."""
    stories = {
        row["canonical_url"]
        for rows in _batches(shards)
        for row in rows.filter(pc.not_equal(rows["url"], rows["canonical_url"])).to_pylist()
        if story_page(row["url"], outlets.of_url(row["url"])) > 1
    }
    wanted = pa.array(sorted(stories), pa.string())
    for rows in _batches(shards) if stories else ():
        for row in rows.filter(pc.is_in(rows["canonical_url"], wanted)).to_pylist():
            time = row["fetched_at"].timestamp() if row["fetched_at"] else 0.0
            yield Captured(row["id"], row["url"], row["canonical_url"], time)


def _batches(shards: Iterable[Path]) -> Iterator[pa.Table]:
    for shard in shards:
        with pq.ParquetFile(shard) as file:
            for batch in file.iter_batches(ROWS_PER_GROUP, columns=_COLUMNS):
                yield pa.Table.from_batches([batch])


def _read_parts(shards: Sequence[Path], places: Mapping[str, Place]) -> Iterator[Part]:
    """Read the texts of the parts that are joined; the same capture read twice is one part."""
    done: set[str] = set()
    for shard in shards if places else ():
        rows = pq.read_table(shard, filters=pc.is_in(pc.field("id"), pa.array(sorted(places))))
        for article in records_of(Article, rows):
            place = places[article.id]
            if article.id not in done and article.capture is not None:
                text, cuts = (article.text, article.cuts) if place.joined_to else ("", ())
                yield Part(article.id, place.number, place.joined_to, place.why, text, cuts, article.capture)
            done.add(article.id)


def _plan(done: Mapping[str, Finished], config: Config) -> Plan:
    return {"parts": done["extract"].kept}


def _work(task: Task) -> None:
    shards, outlets = [Path(path) for path in task.inputs], load_outlets()
    places = place_parts(_read_captured(shards, outlets), outlets)
    parts = sorted(_read_parts(shards, places), key=_reading_order)
    write_table(Path(task.output), table_of(Part, parts))


def _reading_order(part: Part) -> tuple[str, int, str]:
    return part.joined_to, part.number, part.id


STAGE = Stage(
    name=NAME,
    needs=("extract", "takedowns"),
    plan=_plan,
    work=_work,
    materials=("curation/stages/join.py", "curation/records.py", "crawler/outlets", "crawler/urls.py"),
    libraries=("saring",),
)
