"""All that is known of one row: what it says, what became of it, and the bytes it came from."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from crawler.outlets import ZONES, load_outlets
from curation.codes import cut_names
from curation.config import Config
from curation.inserts import undo
from curation.reasons import REASONS
from curation.records import Article, Capture, Cut, Document, Reject
from curation.release.read import release_folder
from curation.show.census import newest_census
from curation.show.find import ADDRESS, find_row, matching
from curation.sources import find_source
from curation.stages import clean as cleaning
from curation.stages import extract as extraction
from curation.takedowns import NAME as TAKEDOWNS
from curation.takedowns import Tombstone, addresses_of, read_takedowns
from curation.warc import Response, fetch

_MADE = ("layout", "extractor", "rules_digest", "pipeline_version")
_STOPPED = ("stage", "detail", "jaccard")
_APART = frozenset({
    "title", "text", "cuts", "fetched_at", "capture", "parts", "cluster_id", "cluster_size", "copies", "versions",
    "code", "dup_of", "found_by", "rights", "reuse", "masks", "quality", *_MADE, *_STOPPED,
})  # fmt: skip
"""Fields that do not stand in a row's first section; a field that is new to the records does."""
_READ_SAFELY = ("screen.", "duplicate.", "clean.nothing-left")
"""Codes of rejects whose page went through extraction and cleaning, so that reading it again does no harm."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a block."""

    text: str
    code: str
    """Of the rule that cut it; empty if it stays."""


Block = tuple[Piece, ...]
"""A line of the text before any cut."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of a section."""

    label: str
    value: str
    address: str = ""
    """Of what the value speaks of."""


@dataclass(frozen=True, slots=True)
class Section:
    """What is known of a row in one respect."""

    heading: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A row with all that is known of it. Its strings are as the page had them and may be hostile."""

    title: str
    release: str
    """Version in which it was found."""
    sections: tuple[Section, ...]
    blocks: tuple[Block, ...]
    note: str
    """Where the blocks come from, or why there are none."""
    names: Mapping[str, str]
    """Name of each code that a piece can carry."""

    def margin(self, block: Block) -> tuple[str, ...]:
        """Say by code and name what cut pieces of a block, each once."""
        codes = dict.fromkeys(piece.code for piece in block if piece.code)
        return tuple(f"{code} {self.names.get(code, '')}".rstrip() for code in codes)


def show(corpus: Path, wanted: str, version: str = "latest") -> Shown:
    """Find a document or reject by id, start of an id, or address, and walk it back to the bytes it came from.

    Raises BadInput where the corpus has no such release, or the release no such row or more than one.
    """
    folder = release_folder(corpus, version)
    row = find_row(folder, wanted)
    profile = load_outlets().by_id.get(row.outlet)
    addresses = addresses_of(row.url, row.canonical_url, load_outlets())
    stones = read_takedowns(corpus / TAKEDOWNS).on(row.id, addresses, row.outlet)
    if stones:
        return _taken_down(row, stones, folder)
    verdict, response = _archived(corpus, row.capture) if row.capture else ("", None)
    blocks, note = _story(row, response, corpus)
    return Shown(
        title=row.title or row.url or row.id,
        release=folder.resolve().name,
        sections=tuple(_sections(row, folder, profile.zone if profile else "UTC", verdict)),
        blocks=blocks,
        note=note,
        names=cut_names(load_outlets()),
    )


def _taken_down(row: Document | Reject, stones: Sequence[Tombstone], folder: Path) -> Shown:
    """Say that a row is taken down, and nothing of what it says, in a release that does not obey yet too."""
    facts = tuple(Fact(str(stone), f"{stone.day}, {stone.reason}") for stone in stones)
    return Shown(
        title=row.url or row.id,
        release=folder.resolve().name,
        sections=(
            Section("Row", _facts(row, ["id", "url", "outlet"], "UTC")),
            Section("Taken down", facts),
        ),
        blocks=(),
        note="A takedown is in force: neither text nor headline is shown, in whatever release they stand.",
        names={},
    )


def blocks_of(text: str, cuts: Sequence[Cut]) -> tuple[Block, ...]:
    """Part the text before any cut into its lines, each in pieces that stay or were cut."""
    whole, place = undo(text, cuts), 0
    pieces: list[Piece] = []
    for cut in cuts:
        pieces += [Piece(whole[place : cut.start], ""), Piece(cut.text, cut.code)]
        place = cut.start + len(cut.text)
    lines: list[list[Piece]] = [[]]
    for piece in (*pieces, Piece(whole[place:], "")):
        first, *others = (Piece(part, piece.code) for part in piece.text.split("\n"))
        lines[-1].append(first)
        lines += [[other] for other in others]
    return tuple(tuple(piece for piece in line if piece.text) for line in lines)


def _sections(row: Document | Reject, folder: Path, zone: str, verdict: str) -> Iterator[Section]:
    yield Section("Row", _facts(row, [field.name for field in fields(row) if field.name not in _APART], zone))
    if isinstance(row, Reject):
        yield Section("Why it stopped", (*_reason(row, folder), *_facts(row, _STOPPED, zone)))
    else:
        yield Section("Cluster", tuple(_cluster(row, zone)))
        yield Section("Cuts", tuple(_cut_by(row.cuts)))
        yield Section("How it was read", _facts(row, _MADE, zone))
        yield Section("Rights", tuple(_rights(row, zone)))
        masks = tuple(Fact(mask.kind, f"{mask.count:,} masked") for mask in row.masks)
        yield Section("Personal data", masks or (Fact("masks", "none"),))
        if row.quality is not None:
            yield Section("Measures", _facts(row.quality, [field.name for field in fields(row.quality)], zone))
    yield Section("How it was found", (_found_by(row),))
    place = _facts(row.capture, [field.name for field in fields(Capture)], zone) if row.capture else ()
    later = row.parts if isinstance(row, Document) else ()
    place += tuple(Fact(f"part {number}", _said(part, zone)) for number, part in enumerate(later, 2))
    archive = Fact("archive", verdict or "none: the row comes from a text table")
    yield Section("Capture", (*_facts(row, ["fetched_at"], zone), *place, archive))


def _facts(record: object, names: Iterable[str], zone: str) -> tuple[Fact, ...]:
    """Say what the named fields of a record hold; empty ones are left out."""
    said = ((name.replace("_", " "), _said(getattr(record, name), zone)) for name in names)
    return tuple(
        Fact(label, "", value) if ADDRESS.fullmatch(value) else Fact(label, value) for label, value in said if value
    )


def _said(value: Any, zone: str) -> str:
    if isinstance(value, dt.datetime):
        return f"{value.astimezone(ZONES.get(zone, dt.UTC)):%Y-%m-%d %H:%M:%S} {zone}"
    if isinstance(value, tuple):
        return ", ".join(_said(item, zone) for item in value)
    if is_dataclass(value):
        return " ".join(f"{field.name} {_said(getattr(value, field.name), zone)}" for field in fields(value))
    if isinstance(value, float):
        return f"{value:.2f}"
    return "" if value is None else str(value)


def _reason(row: Reject, folder: Path) -> Iterator[Fact]:
    yield Fact("code", row.code)
    yield Fact("meaning", REASONS.get(row.code, "a code of another version of saring"))
    if row.dup_of:
        kept: Document | None = next(matching(folder / "documents", Document, pc.field("id") == row.dup_of), None)
        title, url = (kept.title, kept.url) if kept else ("(not in this release)", "")
        yield Fact("dup of", f"{row.dup_of} {title}", url)


def _cluster(row: Document, zone: str) -> Iterator[Fact]:
    yield Fact("appearances", f"{row.cluster_size}, this one included" if row.copies else "this one alone")
    for copy in row.copies:
        time = _said(copy.published_at, zone) or "undated"
        yield Fact(copy.outlet, f"{time}, similarity {copy.similarity:.2f}", copy.url)
    for version in row.versions:
        same = "the same words" if version.text_digest == _text_digest(row) else "other words"
        yield Fact("version", f"{version.id}, {_said(version.fetched_at, zone) or 'undated'}, {same}", version.url)


def _text_digest(row: Document) -> str:
    return hashlib.sha256(row.text.encode()).hexdigest()[:32]


def _cut_by(cuts: Sequence[Cut]) -> Iterator[Fact]:
    """Count what each rule took."""
    names = cut_names(load_outlets())
    for code in sorted({cut.code for cut in cuts}):
        taken = [len(cut.text) for cut in cuts if cut.code == code]
        places = "1 place" if len(taken) == 1 else f"{len(taken)} places"
        yield Fact(code, f"{names.get(code, '')}: {places}, {sum(taken):,} characters".removeprefix(": "))
    if not cuts:
        yield Fact("cuts", "none")


def _rights(row: Document, zone: str) -> Iterator[Fact]:
    """Say what the statements come to, then each with what said so and when."""
    yield Fact("reuse", row.reuse or "not judged")
    for right in row.rights:
        meaning = f" ({right.meaning})" if right.meaning else ""
        said_at = f", {_said(right.said_at, zone)}" if right.said_at else ""
        digest = f", {right.digest}" if right.digest else ""
        yield Fact(right.signal, f"{right.value}{meaning}, said by {right.said_by}{said_at}{digest}")


def _found_by(row: Document | Reject) -> Fact:
    if not row.found_by:
        return Fact("named by", "the archive does not say")
    return Fact("named by", "", row.found_by)


def _archived(corpus: Path, capture: Capture) -> tuple[str, Response | None]:
    """Say whether the archive still gives the digest of a capture, and give the response if so."""
    path = find_source(corpus, capture.warc)
    if path is None:
        return f"neither {corpus} nor its last build has this file", None
    try:
        return f"{path} gives this digest", fetch(path, capture, Config().extract.max_page_bytes)
    except (OSError, EOFError, ValueError) as error:
        return f"{path} does NOT give this digest: {error}", None


def _story(row: Document | Reject, response: Response | None, corpus: Path) -> tuple[tuple[Block, ...], str]:
    if isinstance(row, Document):
        taken = sum(len(cut.text) for cut in row.cuts)
        places = "1 place" if len(row.cuts) == 1 else f"{len(row.cuts)} places"
        note = f"{taken:,} of {taken + len(row.text):,} characters were cut, in {places}."
        return blocks_of(row.text, row.cuts), note
    article = _read_again(response, corpus) if response and row.code.startswith(_READ_SAFELY) else None
    if article is None:
        return (), "A release keeps no text of a reject, and this page was not read again."
    return blocks_of(article.text, article.cuts), "Read again from the archive, by the rules as they are now."


def _read_again(response: Response, corpus: Path) -> Article | None:
    outlets = load_outlets()
    article = extraction.extract(response, outlets)
    if isinstance(article, Reject):
        return None
    return cleaning.strip_inserts(article, cleaning.Setting(Config().clean, outlets, newest_census(corpus)))
