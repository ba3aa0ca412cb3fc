"""Order a takedown: what of the latest release a tombstone takes with it, and where rows of it still stand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from crawler.outlets import BadInput, Outlets, load_outlets
from curation.release.manifest import NAME as MANIFEST
from curation.shards import ROWS_PER_GROUP
from curation.takedowns import (
    NAME,
    Takedowns,
    Tombstone,
    addresses_of,
    append_tombstone,
    read_takedowns,
    value_of,
)

_SHORTEST_ID = 6
_WHOLE_STORY = ("url", "id")
"""Kinds that mean a story, wherever it ran; a domain or pattern means the rows it names and copies made of them."""


@dataclass(frozen=True, slots=True)
class Row:
    """What of a row of a release a takedown goes by."""

    id: str
    addresses: tuple[str, ...]
    outlet: str
    story: str
    """Id of the document that stands for it: its own if it is one; empty for a reject that is no copy."""
    is_document: bool
    file: str
    """Path below the release."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """What became of an order."""

    stone: Tombstone
    fresh: bool
    """Whether it was laid; else all that it says was said before."""
    documents: int
    """Documents of the latest release that go with it."""


def order_takedown(corpus: Path, stone: Tombstone) -> Ordered:
    """Lay a tombstone, with the other appearances of the stories that it names in the latest release.

    An id may be given by six or more of its first digits. Raises BadInput, and writes nothing, for an id that no
    standing release has, and for what would take down every document of several outlets.
    """
    folders = standing_releases(corpus)
    if stone.kind == "id":
        stone, folders = _known_id(stone, folders)
    stone = replace(stone, value=value_of(stone.kind, stone.value))
    documents, also = _named_in(folders[0], stone) if folders else (0, ())
    standing = read_takedowns(corpus / NAME)
    same = [one for one in standing.stones if (one.kind, one.value) == (stone.kind, stone.value)]
    if same and {name for one in same for name in one.also}.issuperset(also):
        return Ordered(same[-1], False, documents)
    stone = replace(stone, also=also)
    append_tombstone(corpus / NAME, stone)
    return Ordered(stone, True, documents)


def standing_releases(corpus: Path) -> list[Path]:
    """Give the folders of the releases that stand, the latest first, then by name, newest first."""
    home = corpus / "release"
    latest = (home / "latest").resolve().name
    folders = {path.parent.name for path in home.glob(f"*/{MANIFEST}")} - {"latest"}
    return [home / name for name in sorted(folders, key=lambda name: (name == latest, name), reverse=True)]


def still_in(corpus: Path, takedowns: Takedowns) -> dict[Tombstone, list[str]]:
    """Name for each tombstone the standing releases that hold a document on which it lies."""
    found: dict[Tombstone, list[str]] = {stone: [] for stone in takedowns.stones}
    for folder in standing_releases(corpus) if takedowns.stones else ():
        here: set[Tombstone] = set()
        for row in rows_of(folder, "documents", load_outlets()):
            here.update(takedowns.on(row.id, row.addresses, row.outlet))
        for stone in here:
            found[stone].append(folder.name)
    return found


def rows_of(folder: Path, table: str, outlets: Outlets) -> Iterator[Row]:
    """Read the rows of a table of a release without their content."""
    columns = ["id", "url", "canonical_url", "outlet", *(["dup_of"] if table == "rejects" else [])]
    for path in sorted((folder / table).rglob("*.parquet")):
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(ROWS_PER_GROUP, columns=columns):
                name = path.relative_to(folder).as_posix()
                yield from (_row(row, name, outlets) for row in batch.to_pylist())


def _row(row: dict[str, Any], file: str, outlets: Outlets) -> Row:
    addresses = addresses_of(row["url"], row["canonical_url"], outlets)
    return Row(row["id"], addresses, row["outlet"], row.get("dup_of", row["id"]), "dup_of" not in row, file)


def _known_id(stone: Tombstone, folders: Sequence[Path]) -> tuple[Tombstone, list[Path]]:
    """Find the one id that begins as given, and the releases that have it."""
    start = stone.value.strip().lower()
    having = []
    ids: set[str] = set()
    for folder in folders if len(start) >= _SHORTEST_ID else ():
        tables = (rows_of(folder, table, load_outlets()) for table in ("documents", "rejects"))
        here = {row.id for rows in tables for row in rows if row.id.startswith(start)}
        having += [folder] if here else []
        ids |= here
    if len(ids) != 1:
        found = f"{len(ids)} rows begin so: {', '.join(sorted(ids)[:4])}" if ids else "no standing release has it"
        raise BadInput(f"takedown id {stone.value!r}: {found}; give the id of one row, or its address as url.")
    return replace(stone, value=ids.pop()), having


def _named_in(folder: Path, stone: Tombstone) -> tuple[int, tuple[str, ...]]:
    """Count the documents that a tombstone names in a release, and give the other appearances of their stories."""
    outlets = load_outlets()
    takedowns = Takedowns((stone,))
    documents = list(rows_of(folder, "documents", outlets))
    rejects = list(rows_of(folder, "rejects", outlets))
    named = [row for row in (*documents, *rejects) if takedowns.on(row.id, row.addresses, row.outlet)]
    count = sum(row.is_document for row in named)
    if count == len(documents) and len({row.outlet for row in documents}) > 1:
        raise BadInput(f"takedown {stone}: this names every document of {folder}; narrow it.")
    stories = {row.story for row in named if row.is_document or stone.kind in _WHOLE_STORY} - {""}
    # What is named goes by all its addresses: the next capture of one is the same story under another id.
    taken = [*named, *(row for row in (*documents, *rejects) if row.story in stories)]
    names = {name for row in taken for name in row.addresses or (row.id,)}
    going = {row.id for row in taken if row.is_document}
    return len(going), tuple(sorted(name for name in names if not takedowns.on(name, (name,), "")))
