"""Does every document follow from the bytes it names: fetched back from its archive, extracted and cleaned again."""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache, partial
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.dataset as ds
from fastwarc.warc import ArchiveIterator

from crawler.outlets import load_outlets
from curation.config import Config
from curation.guard import Failure as Died
from curation.guard import guarded
from curation.inserts import undo
from curation.parts import with_parts
from curation.records import Article, Capture, Document, Part, Reject
from curation.schema import arrow_schema, records_of
from curation.shards import aside
from curation.stages import clean as cleaning
from curation.stages import extract as extraction
from curation.text_table import admit, read_text_rows
from curation.verify.failure import Failure
from curation.warc import Response, fetch, read_responses

_SHARED = {field.name for field in fields(Article)} & {field.name for field in fields(Document)}
_BEFORE_CLEAN = (
    "id", "url", "canonical_url", "outlet", "capture", "parts", "fetched_at", "found_by", "layout", "extractor",
)  # fmt: skip
"""Fields that no census bears on."""


Origin = tuple[Response | Article, Document]
"""What an input holds of a document: a page, or a row of a text table."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The documents of one input: names and paths only."""

    source: str
    """Where the input lies."""
    name: str
    """What captures and the manifest call it."""
    kind: str
    """`warc` or `text`."""
    release: str
    """Folder of the release."""
    files: tuple[tuple[str, tuple[str, ...]], ...]
    """Document files, each with the ids of the documents in it that are to be traced."""
    archives: tuple[tuple[str, str], ...]
    """Name and place of every archive, for the later parts of stories."""
    config: str
    """Configuration of the release, JSON."""
    census: str
    """Table of the census with which the release was made; empty where it is gone."""
    output: str
    """File for what was found, JSON."""


@dataclass(frozen=True, slots=True)
class Traced:
    """What became of a batch."""

    found: frozenset[str]
    """Ids of the documents that the input holds."""
    failures: tuple[Failure, ...]


def trace(batch: Batch) -> None:
    """Trace the documents of one input back to it, and write what was found."""
    wanted = {document.id: document for document in _read_documents(dict(batch.files), Path(batch.release))}
    found, failures = [], []
    again = partial(_differences, batch=batch)
    # In a build the page had this time twice: to be extracted, and to be cleaned.
    seconds = 2 * _settings(batch).extract.seconds_per_page
    for (_, document), outcome in guarded(again, _origins(batch, wanted), seconds):
        said = [f"it cannot be made again ({outcome.detail})"] if isinstance(outcome, Died) else outcome
        found.append(document.id)
        failures += [(document.id, what) for what in said]
    with aside(Path(batch.output)) as path:
        path.write_text(json.dumps({"found": found, "failures": failures}), encoding="utf-8")


def read_traced(batch: Batch) -> Traced:
    """Read what `trace` wrote."""
    told = json.loads(Path(batch.output).read_text(encoding="utf-8"))
    place = {one: file for file, ids in batch.files for one in ids}
    failures = tuple(Failure(place[one], f"document {one}: {what}") for one, what in told["failures"])
    return Traced(frozenset(told["found"]), failures)


def gives_digest(path: Path, capture: Capture, payload: bytes) -> bool:
    """Say whether the bytes at a capture's place have its digest; `payload` is what they are with coding undone.

    What the record's header says is not asked. Archives differ in what they digest: the payload as it was sent (WARC
    1.1, section 5.9), or with its coding undone.
    """
    method, _, digest = capture.digest.partition(":")
    if method not in hashlib.algorithms_available:
        return False
    bodies = (_stored(path, capture.offset), payload)
    return any(digest in _written(hashlib.new(method, body, usedforsecurity=False).digest()) for body in bodies)


def _written(digest: bytes) -> tuple[str, str]:
    return base64.b32encode(digest).decode(), digest.hex()


def _stored(path: Path, offset: int) -> bytes:
    """Payload of a record as it lies in the archive."""
    with path.open("rb") as file:
        file.seek(offset)
        record = next(iter(ArchiveIterator(file, parse_http=False)))
        block: bytes = record.reader.read()
        return block.partition(b"\r\n\r\n")[2] if record.is_http else block


def _origins(batch: Batch, wanted: Mapping[str, Document]) -> Iterator[Origin]:
    """Give each document with what its input holds of it."""
    if batch.kind == "text":
        outlets = load_outlets()
        for row in read_text_rows(Path(batch.source)):
            admitted = admit(row, batch.name, outlets)
            if isinstance(admitted, Article) and admitted.id in wanted:
                yield admitted, wanted[admitted.id]
        return
    places = {document.capture.offset: document for document in wanted.values() if document.capture}
    for response in read_responses(Path(batch.source), batch.name, _settings(batch).extract.max_page_bytes, []):
        document = places.get(response.page.capture.offset)
        if document is not None:
            yield response, document


def _differences(origin: Origin, batch: Batch) -> list[str]:
    """Say in what a document differs from what its bytes give now; raises ValueError where they give nothing."""
    source, document = origin
    article = source if isinstance(source, Article) else _extracted(source, document, batch)
    if batch.census:
        return _same_row(article, document, batch)
    return _same_body(article, document, batch)


def _extracted(response: Response, document: Document, batch: Batch) -> Article:
    """Extract a document's page, and put the later parts of the story behind it as the stage `join` found them."""
    archives = dict(batch.archives)
    if response.page.capture != document.capture:
        raise ValueError(f"the record at byte {response.page.capture.offset} of {batch.name} is another one")
    pages = [response]
    for capture in document.parts:
        if capture.warc not in archives:
            raise ValueError(f"{capture.warc}, which holds a later part of it, is not there")
        pages.append(fetch(Path(archives[capture.warc]), capture, _settings(batch).extract.max_page_bytes))
    articles = []
    for page in pages:
        capture = page.page.capture
        if not gives_digest(Path(archives[capture.warc]), capture, page.page.payload):
            raise ValueError(f"the bytes at byte {capture.offset} of {capture.warc} do not have their digest")
        article = extraction.extract(page, load_outlets())
        if isinstance(article, Reject):
            raise ValueError(f"the page at byte {capture.offset} of {capture.warc} is now rejected, {article.code}")
        articles.append(article)
    first, *later = articles
    parts = [
        Part(part.id, number, first.id, "", part.text, part.cuts, capture)
        for number, (part, capture) in enumerate(zip(later, document.parts, strict=True), 2)
    ]
    return with_parts(first, parts) if parts else first


def _same_row(article: Article, document: Document, batch: Batch) -> list[str]:
    """Clean with the census of the build: every field must come out as it is."""
    cleaned = cleaning.clean(article, cleaning.setting_of(_settings(batch), Path(batch.census), None))
    if isinstance(cleaned, Reject):
        return [f"it is now rejected, {cleaned.code} {cleaned.detail}"]
    other = sorted(name for name in _SHARED if getattr(cleaned, name) != getattr(document, name))
    return [f"it comes out with another {', '.join(other)}"] if other else []


def _same_body(article: Article, document: Document, batch: Batch) -> list[str]:
    """Hold what was extracted against text and cuts together, which no census bears on."""
    setting = cleaning.setting_of(_settings(batch), None, None)
    for step in cleaning.STEPS:
        row = step(article, setting)
        article = article if isinstance(row, Reject) else row
    other = sorted(name for name in _BEFORE_CLEAN if getattr(article, name) != getattr(document, name))
    if undo(article.text, article.cuts) != undo(document.text, document.cuts):
        other.append("body")
    return [f"it comes out with another {', '.join(other)}"] if other else []


def _read_documents(files: Mapping[str, Sequence[str]], release: Path) -> Iterator[Document]:
    for name, ids in files.items():
        table = ds.dataset(release / name, schema=arrow_schema(Document), format="parquet")
        yield from records_of(Document, table.to_table(filter=pc.field("id").isin(list(ids))))


@lru_cache(maxsize=2)
def _settings(batch: Batch) -> Config:
    return Config.model_validate_json(batch.config)
