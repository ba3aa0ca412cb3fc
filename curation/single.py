"""One page or text in, clean text out: the pipeline's steps without its files."""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any, Literal

from crawler.outlets import Outlets, load_outlets
from crawler.urls import story_page
from curation.codes import cut_names
from curation.config import Config
from curation.html.decode import decode
from curation.records import Article, Capture, Page, Reject
from curation.stages import clean as cleaning
from curation.stages import extract as extraction
from curation.text_table import TextRow, admit
from curation.warc import Response, payload_digest

Kind = Literal["html", "text"]
_METADATA = (
    "outlet", "url", "canonical_url", "authors", "editor", "credit", "source", "first_outlet", "rights_notice",
    "section", "tags", "dateline", "summary", "published_at", "modified_at", "language", "language_score", "n_words",
    "layout", "extractor",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NamedCut:
    """A stretch that was taken out, for a reader."""

    code: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the pipeline would not publish it."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What became of one page or text."""

    title: str
    text: str
    """Clean text, one paragraph a line; also where `reject` says that it would not be published."""
    metadata: dict[str, Any]
    """What page and cut lines tell: outlet, authors, editor, credit, dateline, published_at and more."""
    cuts: tuple[NamedCut, ...]
    reject: Refusal | None


def clean(
    source: str | bytes, *, url: str = "", outlet: str = "", kind: Kind | None = None, mask: bool = False
) -> Cleaned:
    """Clean one page (HTML) or text; `mask` masks contact data as the pipeline does, and counts them in the metadata.

    `url` or `outlet` (the id of a profile) brings the outlet's layouts and rules. Without `kind`, what holds tags is
    taken for a page. Raises BadInput for an unknown outlet.
    """
    outlets = load_outlets()
    if outlet:
        (profile,) = outlets.named([outlet])
        url = url or (profile.home if kind == "html" else "")
    payload = source.encode("utf-8", "replace") if isinstance(source, str) else source
    is_page = (kind or guess_kind(payload)) == "html"
    row = _extract(payload, url, outlets) if is_page else _admit(payload, url, outlet, outlets)
    if isinstance(row, Reject):
        return Cleaned(row.title, "", {"outlet": row.outlet, "url": row.url}, (), Refusal(row.code, row.detail))
    return _finish(row, outlets, Config().personal.mask if mask else ())


def guess_kind(payload: bytes) -> Kind:
    """Say whether bytes are a page or a text."""
    return "html" if extraction.looks_like_html(payload) else "text"


def _finish(article: Article, outlets: Outlets, mask: tuple[str, ...]) -> Cleaned:
    setting = cleaning.Setting(Config().clean, outlets, census=None, mask=mask)
    number = story_page(article.url, outlets.of_url(article.url))
    refusal = Refusal("page.part", f"part {number}") if number > 1 else None
    for step in cleaning.STEPS:
        row = step(article, setting)
        if isinstance(row, Reject):
            refusal = refusal or Refusal(row.code, row.detail)
            break
        article = row
    names = cut_names(outlets)
    return Cleaned(
        title=article.title,
        text=article.text,
        metadata={name: _plain(getattr(article, name)) for name in _METADATA}
        | {"masks": {masked.kind: masked.count for masked in article.masks}},
        cuts=tuple(NamedCut(cut.code, names.get(cut.code, ""), cut.text.strip("\n")) for cut in article.cuts),
        reject=refusal,
    )


def as_json(cleaned: Cleaned) -> dict[str, Any]:
    """Turn a result into what `saring clean --json` prints."""
    return asdict(cleaned)


def _extract(payload: bytes, url: str, outlets: Outlets) -> Article | Reject:
    capture = Capture("", 0, 0, payload_digest(payload), 200, "text/html")
    return extraction.extract(Response(Page(url, None, payload, capture)), outlets)


def _admit(payload: bytes, url: str, outlet: str, outlets: Outlets) -> Article | Reject:
    return admit(TextRow(0, {"text": decode(payload, "text/plain"), "url": url, "outlet": outlet}), "input", outlets)


def _plain(value: object) -> Any:
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
