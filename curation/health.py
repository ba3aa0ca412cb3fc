"""Does each outlet still read as it did? What a release says of its pages, held against the release before."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from rich.console import Console
from rich.table import Table
from rich.text import Text

from crawler.outlets import BadInput
from curation.records import Document, Reject
from curation.release.manifest import NAME as MANIFEST
from curation.schema import arrow_schema

FEWEST = 10
"""Pages that a share must be counted over, now and before: of fewer, one page is more than ten points."""
SHARE_FALL = 10.0
"""Points that the share of pages with body, title or date may fall. An outlet that keeps its templates tells them on
nearly every page; one that changes them loses them on all new pages at once."""
LAYOUT_FALL = 20.0
"""Points that the share of known layouts may fall. Twice as many: special pages built in another way come and go, and
the text is read without a layout too."""
LENGTH_FALL = 0.5
"""Part of the median length that must be left. News varies less from crawl to crawl; a teaser for a text does not."""

_FALLS = (("body", SHARE_FALL), ("title", SHARE_FALL), ("date", SHARE_FALL), ("layout", LAYOUT_FALL))
NEVER_ARTICLES = pa.array([
    "http.status", "page.unchanged", "page.empty", "page.not-html", "page.too-large", "page.not-article", "page.part",
    "duplicate.capture",
])  # fmt: skip
"""Codes of responses that could not be an article however the outlet builds its pages."""
_PAGE = pa.schema(
    [("outlet", pa.string()), ("fetched_at", pa.timestamp("us", tz="UTC"))]
    + [(name, pa.bool_()) for name in ("body", "failed", "title", "author", "date", "layout")]
    + [(name, pa.int64()) for name in ("words", "kept", "taken")]
)
"""What must be known of a page; what a reject does not tell is null."""
_FAILED = pa.array(["extract.no-body", "extract.crash", "extract.timeout"])


@dataclass(frozen=True, slots=True)
class Measures:
    """Pages of an outlet that could be articles.

    Shares are in percent: the first two of the pages, the others of the documents, as rejects do not tell. None where
    there is nothing to count.
    """

    pages: int
    documents: int
    """Of these, those that are in the corpus."""
    body: float | None
    """Share of the pages with a text that is no stub."""
    failed: float | None
    """Share of the pages on which no text was found, or the extractor failed."""
    title: float | None
    author: float | None
    date: float | None
    layout: float | None
    """A layout of the profile, or of a platform, fitted."""
    words: float | None
    """Median length of a document."""
    cut: float | None
    """Characters that were cut of those before any cut."""


@dataclass(frozen=True, slots=True)
class OutletHealth:
    """An outlet now and before."""

    outlet: str
    now: Measures
    before: Measures | None
    """As the release before has it; none where that knows nothing of the outlet."""
    faults: tuple[str, ...]
    """What fell too far."""


@dataclass(frozen=True, slots=True)
class Health:
    """The outlets of a release."""

    release: str
    before: str
    """Version it was held against, or empty."""
    outlets: tuple[OutletHealth, ...]

    @property
    def failing(self) -> tuple[OutletHealth, ...]:
        """Outlets that a person must look at."""
        return tuple(outlet for outlet in self.outlets if outlet.faults)


def check_outlets(corpus: Path) -> Health:
    """Measure each outlet of the newest release, and compare with the release before if there is one.

    A release grows with the archive, so of an outlet with `FEWEST` pages fetched since the release before, these alone
    are measured: old pages would hide what the new ones lack. What its last crawl says against an outlet stands beside
    that, of an outlet without pages too: sources rot silently. Raises BadInput where there is no release.
    """
    health = check_release(*release_and_before(corpus))
    said = crawl_faults(corpus)
    known = {outlet.outlet: outlet for outlet in health.outlets}
    nothing = OutletHealth("", _measure(_PAGE.empty_table()), None, ())
    outlets = (known.get(outlet, replace(nothing, outlet=outlet)) for outlet in sorted(known.keys() | said.keys()))
    heard = (replace(one, faults=(*one.faults, *said.get(one.outlet, ()))) for one in outlets)
    return replace(health, outlets=tuple(heard))


def crawl_faults(corpus: Path) -> dict[str, tuple[str, ...]]:
    """Say of each outlet what is wrong with its last crawl, by the manifests of the crawls; most have nothing."""
    faults: dict[str, tuple[str, ...]] = {}
    for path in sorted(corpus.glob("warc/*/crawl.json")):
        try:
            crawl = json.loads(path.read_text(encoding="utf-8"))
            tallies = {outlet: (tally["trouble"], tally["found"]) for outlet, tally in crawl["outlets"].items()}
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            continue
        for outlet, (trouble, found) in tallies.items():
            # A crawl of a few days may rightly find nothing.
            silent = not found and not trouble and crawl.get("since") is None
            fault = trouble or ("its sources named no article" if silent else "")
            faults[outlet] = (f"crawl {path.parent.name}: {fault}",) if fault else ()
    return faults


def check_release(newest: Path, earlier: Path | None) -> Health:
    """Measure each outlet of one release, and compare with another if there is one, as `check_outlets` does."""
    now, before = _by_outlet(newest), _by_outlet(earlier) if earlier else {}
    outlets = [_compare(outlet, pages, before.get(outlet)) for outlet, pages in sorted(now.items())]
    return Health(newest.name, earlier.name if earlier else "", tuple(outlets))


def print_health(console: Console, health: Health) -> None:
    """Print a line an outlet, with what changed by a point or more, then each outlet that fell, with the reason."""
    console.print(Text(f"Release {health.release}, shares in percent", "bold"))
    if health.before:
        since = f"only the pages fetched since, where an outlet has {FEWEST} of them"
        console.print(Text(f"+ and - against {health.before}; {since}", "dim"))
    else:
        console.print(Text("There is no release before this one to compare with.", "dim"))
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("outlet")
    columns = ("body", "failed", "title", "author", "date", "layout", "words", "cut")
    for column in ("pages", *columns):
        table.add_column(column, justify="right")
    for outlet in health.outlets:
        cells = [_cell(getattr(outlet.now, name), getattr(outlet.before, name, None)) for name in columns]
        table.add_row(Text(outlet.outlet, "red" if outlet.faults else ""), f"{outlet.now.pages:,}", *cells)
    console.print(table)
    for outlet in health.failing:
        console.print(Text(f"{outlet.outlet}: {'; '.join(outlet.faults)}", "red"))
    if health.before and not health.failing:
        console.print("No outlet fell.")


def release_and_before(corpus: Path, version: str = "latest") -> tuple[Path, Path | None]:
    """Give a release and the one before it, by the day in their names, then by when they were made.

    Raises BadInput where there is no such release.
    """
    named = corpus / "release" / version
    if not (named / MANIFEST).is_file():
        missing = "there is no release" if version == "latest" else f"there is no release {version}"
        raise BadInput(f"{corpus}: {missing}; make one with `saring build`, or name the corpus folder.")
    release = named.resolve()
    standing = {path.parent.resolve() for path in release.parent.glob(f"*/{MANIFEST}")}
    earlier = (folder for folder in standing if _age(folder) < _age(release))
    return release, max(earlier, key=_age, default=None)


def _age(folder: Path) -> tuple[str, int]:
    return folder.name.rpartition("-")[0], (folder / MANIFEST).stat().st_mtime_ns


def _by_outlet(release: Path) -> dict[str, pa.Table]:
    """Read the pages of each outlet that could be articles."""
    tables = (_PAGE.empty_table(), *_documents(release), _rejects(release))
    # A release is many files, and a filter pays for each piece that they leave in the table.
    pages = pa.concat_tables(tables, promote_options="default").combine_chunks()
    return {outlet: pages.filter(pc.field("outlet") == outlet) for outlet in pc.unique(pages["outlet"]).to_pylist()}


def _documents(release: Path) -> Iterator[pa.Table]:
    columns = {
        "outlet": pc.field("outlet"),
        "fetched_at": pc.field("fetched_at"),
        "body": pc.scalar(True),
        "failed": pc.scalar(False),
        "title": pc.field("title") != "",
        "author": pc.list_value_length(pc.field("authors")) > 0,
        "date": pc.field("published_at").is_valid(),
        "layout": pc.field("layout") != "",
        "words": pc.field("n_words"),
        "kept": pc.utf8_length(pc.field("text")).cast(pa.int64()),
        "cuts": pc.field("cuts"),
    }
    documents = ds.dataset(release / "documents", schema=arrow_schema(Document), format="parquet")
    for batch in documents.to_batches(columns=columns):
        cuts = batch["cuts"]
        lengths = pc.utf8_length(pc.struct_field(pc.list_flatten(cuts), "text"))
        taken = np.bincount(pc.list_parent_indices(cuts), weights=lengths, minlength=len(batch)).astype(np.int64)
        yield pa.Table.from_batches([batch]).drop_columns("cuts").append_column("taken", pa.array(taken))


def _rejects(release: Path) -> pa.Table:
    code, text = pc.field("code"), pc.field("stage") != "extract"
    stub = (code == "screen.short") | pc.starts_with(code, "clean.")
    columns = {
        "outlet": pc.field("outlet"),
        "fetched_at": pc.field("fetched_at"),
        "body": text & ~stub,
        "failed": pc.is_in(code, _FAILED),
    }
    rejects = ds.dataset(release / "rejects", schema=arrow_schema(Reject), format="parquet")
    return rejects.to_table(columns=columns, filter=~pc.is_in(code, NEVER_ARTICLES))


def _compare(outlet: str, pages: pa.Table, earlier: pa.Table | None) -> OutletHealth:
    if earlier is None:
        return OutletHealth(outlet, _measure(pages), None, ())
    last = pc.max(earlier["fetched_at"])
    since = pages.filter(pc.greater(pages["fetched_at"], last)) if last.is_valid else pages
    now, before = _measure(since if len(since) >= FEWEST else pages), _measure(earlier)
    return OutletHealth(outlet, now, before, tuple(_faults(now, before)))


def _measure(pages: pa.Table) -> Measures:
    words = pages["words"].drop_null().to_pylist()
    taken, kept = (pc.sum(pages[name]).as_py() or 0 for name in ("taken", "kept"))
    shares = {name: _share(pages[name]) for name in ("body", "failed", "title", "author", "date", "layout")}
    return Measures(
        pages=len(pages),
        documents=len(words),
        words=float(median(words)) if words else None,
        cut=100 * taken / (taken + kept) if taken + kept else None,
        **shares,
    )


def _share(flags: pa.ChunkedArray) -> float | None:
    mean = pc.mean(flags).as_py()
    # Rounded, so that a fall of ten points is not one of a little more.
    return None if mean is None else round(100 * float(mean), 6)


def _faults(now: Measures, before: Measures) -> Iterator[str]:
    for name, most in _FALLS:
        base = min(now.pages, before.pages) if name == "body" else min(now.documents, before.documents)
        share, held = getattr(now, name), getattr(before, name)
        if base >= FEWEST and held - share > most:
            yield f"{name} on {share:.0f} % of its pages, {held:.0f} % before"
    if min(now.documents, before.documents) >= FEWEST and (now.words or 0) < LENGTH_FALL * (before.words or 0):
        yield f"median length {now.words:.0f} words, {before.words:.0f} before"


def _cell(now: float | None, before: float | None) -> str:
    if now is None:
        return "–"
    change = round(now) - round(before) if before is not None else 0
    return f"{now:,.0f}" + (f" {change:+,}" if change else "")
