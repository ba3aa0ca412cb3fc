"""Response → article: decode, choose the layout, take the body and the metadata."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from crawler.outlets import Outlets, Profile, load_outlets
from crawler.urls import article_id, canonical_url
from curation.config import Config
from curation.guard import Failure
from curation.html.body import Body, find_body
from curation.html.decode import decode
from curation.html.metadata import Metadata, read_metadata
from curation.html.rights import page_statements
from curation.html.tree import parse
from curation.records import Article, Page, Reject, Right, reject
from curation.rights import rights_of_page
from curation.sources import read_source
from curation.stage import Finished, Plan, Stage, Task, work_rows
from curation.takedowns import Takedowns, addresses_of, known_takedowns, taken_down
from curation.text_table import TextRow, admit, read_text_rows
from curation.warc import Response, read_responses

NAME = "extract"
_HTML_TYPES = ("", "text/html", "application/xhtml+xml", "text/plain", "application/octet-stream")
_HTML_MARKS = (b"<html", b"<!doctype html", b"<head", b"<body")
_SNIFFED_BYTES = 4_096


def extract(response: Response, outlets: Outlets) -> Article | Reject:
    """Take the article out of a response, or say why there is none."""
    page = response.page
    profile = outlets.of_url(page.url)
    code, detail = (response.code, response.detail) if response.code else refuse(page, profile)
    if code:
        return stop(page, outlets, code, detail)
    tree = parse(decode(page.payload, page.capture.content_type))
    if tree is None:
        return stop(page, outlets, "page.unreadable")
    rights = rights_of_page(page, page_statements(tree))
    layouts = (*(profile.layouts if profile else ()), *outlets.platform_layouts)
    body = find_body(tree, layouts)
    if isinstance(body, str):
        return stop(page, outlets, body)
    layout = next((layout for layout in layouts if layout.id == body.layout), None)
    return article_of(page, profile, body, read_metadata(tree, layout, profile, page.url), rights)


def unless_taken_down(response: Response, outlets: Outlets, takedowns: Takedowns) -> Article | Reject:
    """Extract a response on which no tombstone lies; what one names by its address is not read."""
    stopped = stop(response.page, outlets, "takedown")
    stones = takedowns.on(stopped.id, (stopped.canonical_url,), stopped.outlet)
    return taken_down(stopped, stones) if stones else _still(extract(response, outlets), outlets, takedowns)


def _still(row: Article | Reject, outlets: Outlets, takedowns: Takedowns) -> Article | Reject:
    """Stop an article on which a tombstone lies, now that its own address is known; a reject has no text to stop."""
    if isinstance(row, Reject):
        return row
    stones = takedowns.on(row.id, addresses_of(row.url, row.canonical_url, outlets), row.outlet)
    return taken_down(reject(row, NAME, "takedown"), stones) if stones else row


def refuse(page: Page, profile: Profile | None) -> tuple[str, str]:
    """Say by code and detail why a page cannot be an article before its bytes are read as HTML; empty if it may."""
    kind = page.capture.content_type.partition(";")[0].strip().lower()
    if page.capture.status != 200:
        return "http.status", str(page.capture.status)
    if not page.payload.strip():
        return "page.empty", ""
    if kind not in _HTML_TYPES or not looks_like_html(page.payload):
        return "page.not-html", kind
    if profile is not None and not profile.is_article(canonical_url(page.url, profile)):
        return "page.not-article", ""
    return "", ""


def article_of(
    page: Page, profile: Profile | None, body: Body, metadata: Metadata, rights: tuple[Right, ...] = ()
) -> Article:
    """Join body and metadata to an article."""
    canonical = story_address(page.url, metadata.canonical_url_link, profile)
    return Article(
        id=article_id(canonical, page.capture.digest),
        url=page.url,
        canonical_url=canonical,
        outlet=outlet_name(page.url, profile),
        title=metadata.title,
        text=body.text,
        summary=metadata.summary,
        authors=metadata.authors,
        editor=metadata.editor,
        credit="",
        source="",
        first_outlet="",
        rights_notice="",
        section=metadata.section,
        tags=metadata.tags,
        dateline="",
        published_at=metadata.published_at,
        modified_at=metadata.modified_at,
        fetched_at=page.fetched_at,
        language="",
        language_score=0.0,
        n_words=0,
        cuts=body.cuts,
        capture=page.capture,
        layout=body.layout,
        extractor=body.extractor,
        found_by=named_by(page),
        rights=rights,
    )


def named_by(page: Page) -> str:
    """Address of what led the crawl to a page; empty where the archive does not say."""
    return next((value for name, value in page.notes if name == "via"), "")


def story_address(url: str, link: str, profile: Profile | None) -> str:
    """Choose between the address of a page and the one it declares in rel=canonical.

    A declared address counts if it lies on the same outlet and has the form of an article; sites that declare their
    front page on every page are known.
    """
    declared = canonical_url(link, profile) if link else ""
    if not declared:
        return canonical_url(url, profile)
    here, there = urlsplit(url), urlsplit(declared)
    same = profile.is_article(declared) if profile else here.hostname == there.hostname and len(there.path) > 1
    return declared if same else canonical_url(url, profile)


def outlet_name(url: str, profile: Profile | None) -> str:
    """Name the outlet: the profile's id, else the host."""
    return profile.id if profile else (urlsplit(url).hostname or "").removeprefix("www.")


def stop(page: Page, outlets: Outlets, code: str, detail: str = "") -> Reject:
    """Make a reject of a page."""
    profile = outlets.of_url(page.url)
    canonical = canonical_url(page.url, profile)
    return Reject(
        id=article_id(canonical, page.capture.digest),
        url=page.url,
        canonical_url=canonical,
        outlet=outlet_name(page.url, profile),
        stage=NAME,
        code=code,
        detail=detail,
        title="",
        dup_of="",
        jaccard=None,
        fetched_at=page.fetched_at,
        capture=page.capture,
        found_by=named_by(page),
    )


def looks_like_html(payload: bytes) -> bool:
    """Say whether bytes are a page of HTML."""
    head = payload[:_SNIFFED_BYTES].replace(b"\0", b"").lower()
    return any(mark in head for mark in _HTML_MARKS) or b"<p" in payload.lower()


def _plan(done: Mapping[str, Finished], config: Config) -> Plan:
    # The tombstones are not part of the digest: `lay_takedowns` removes the shards that they change.
    (takedowns,) = done["takedowns"].kept
    return {path.stem: (path, takedowns) for path in done["sources"].kept}


def _work(task: Task) -> None:
    source, takedowns = read_source(Path(task.inputs[0])), Path(task.inputs[1])
    path = Path(source.path)
    if source.kind == "text":
        step = partial(_admit, name=source.name, takedowns=takedowns)
        work_rows(task, Article, read_text_rows(path), step, partial(_failed_row, source.name), {})
        return
    losses: list[str] = []
    responses = read_responses(path, source.name, task.settings().extract.max_page_bytes, losses)
    work_rows(task, Article, responses, partial(_extract, takedowns=takedowns), _failed_page, {"losses": losses})


def _extract(response: Response, takedowns: Path) -> Article | Reject:
    return unless_taken_down(response, load_outlets(), known_takedowns(takedowns))


def _admit(row: TextRow, name: str, takedowns: Path) -> Article | Reject:
    outlets, standing = load_outlets(), known_takedowns(takedowns)
    admitted = admit(row, name, outlets)
    if isinstance(admitted, Article):
        return _still(admitted, outlets, standing)
    stones = standing.on(admitted.id, addresses_of(admitted.url, admitted.canonical_url, outlets), admitted.outlet)
    return taken_down(admitted, stones) if stones else admitted


def _failed_page(response: Response, failure: Failure) -> Reject:
    code = "extract.timeout" if failure.timeout else "extract.crash"
    return stop(response.page, load_outlets(), code, failure.detail)


def _failed_row(name: str, row: TextRow, failure: Failure) -> Reject:
    article = admit(TextRow(row.number, {"text": "?"}), name, load_outlets())
    assert isinstance(article, Article)
    return reject(article, NAME, "text.bad-row", failure.detail)


STAGE = Stage(
    name=NAME,
    # A source is a shard of its own and named by its content, so that a new one leaves the others' work standing.
    needs=(),
    plan=_plan,
    work=_work,
    sections=("extract",),
    materials=(
        "curation/stages/extract.py",
        "curation/html",
        "curation/warc.py",
        "curation/text_table.py",
        "curation/records.py",
        "curation/rights.py",
        "curation/takedowns.py",
        "crawler/outlets",
        "crawler/rights.py",
        "crawler/urls.py",
    ),
    libraries=("saring", "trafilatura", "lxml", "fastwarc"),
)
