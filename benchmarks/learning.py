"""Learned profiles on pages that they were not learned from, beside the generic path and the profiles made by hand.

    python benchmarks/learning.py

Of every site with four pages or more each page is left out once: a profile is learned from the others and extracts the
one left out. `kept` counts paragraphs of the gold that stand in the text, `left in` lines of the text that are no part
of it; structure alone, before any word rule. `exact` counts pages whose text is the gold after all rules, line breaks
aside. The newsstand's gold has fields too: `fields` counts those that are right.
"""

import gzip
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from crawler.newsstand.edition import open_edition
from crawler.newsstand.site import Site
from crawler.newsstand.stories import Expected, expected
from crawler.outlets import Layout, Outlets, Profile, load_outlets
from crawler.urls import whole_story
from curation.config import Config
from curation.html.body import find_body
from curation.html.characters import fold
from curation.html.metadata import read_metadata
from curation.learn import draft_of, profile_of, read_pages
from curation.learn.sheet import Sheet
from curation.records import Capture, Page, Reject
from curation.stages.clean import STEPS, Setting
from curation.stages.extract import extract
from curation.warc import Response, payload_digest

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "pages"
FEWEST = 4
SECOND_LEVEL = frozenset(("ac", "blogspot", "co", "com", "go", "net", "or"))


@dataclass(frozen=True, slots=True)
class Case:
    """A page and its gold."""

    url: str
    payload: bytes
    text: str
    gold: Expected | None = None


@dataclass(slots=True)
class Tally:
    """What one way of extraction did on a site."""

    kept: int = 0
    left_in: int = 0
    exact: int = 0
    fields: int = 0


def newsstand() -> Iterator[Case]:
    site, outlets = Site(open_edition()), load_outlets()
    for gold in expected():
        url = whole_story(gold.url, outlets.by_id[gold.outlet])
        parts = urlsplit(url)
        if gold.kind == "story":
            yield Case(url, site.respond(gold.outlet, parts.path, parts.query).body, gold.text, gold)


def twins() -> Iterator[Case]:
    for path in sorted((ROOT / "tests" / "outlets").glob("*/*/expected.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        yield Case(gold["url"], path.with_name("page.html").read_bytes(), "\n".join(gold["text"]))


def real_pages() -> Iterator[Case]:
    for entry in json.loads((SHARED / "manifest.json").read_text(encoding="utf-8")) if SHARED.exists() else ():
        page = gzip.decompress((SHARED / entry["page"]).read_bytes())
        yield Case(entry["url"] or "", page, (SHARED / entry["gold"]).read_text(encoding="utf-8"))


def domain(url: str) -> str:
    """Give the domain that one owner registered."""
    labels = (urlsplit(url).hostname or "").split(".")
    return ".".join(labels[-3 if len(labels) > 2 and labels[-2] in SECOND_LEVEL else -2 :])


def measure(case: Case, sheet: Sheet, profile: Profile | None, layouts: tuple[Layout, ...], tally: Tally) -> None:
    """Extract a page with layouts, or without any by the generic path, and add how it went."""
    body = find_body(sheet.tree, layouts)
    lines = [] if isinstance(body, str) else body.text.split("\n")
    gold = [folded for folded in map(fold, case.text.split("\n")) if folded]
    story = " ".join(gold)
    tally.kept += sum(any(paragraph in line for line in lines) for paragraph in gold)
    tally.left_in += sum(line not in story and not any(paragraph in line for paragraph in gold) for line in lines)
    if case.gold is not None:
        name = "" if isinstance(body, str) else body.layout
        layout = next((one for one in layouts if one.id == name), None)
        found = read_metadata(sheet.tree, layout, profile, case.url)
        wanted = case.gold
        tally.fields += sum(
            (
                found.title == wanted.title,
                found.authors == wanted.authors,
                found.editor == wanted.editor,
                found.section.casefold() == wanted.section.casefold(),
                {tag.casefold() for tag in found.tags} == {tag.casefold() for tag in wanted.tags},
                found.published_at == wanted.published_at,
            )
        )


def cleaned(page: Page, outlets: Outlets) -> str:
    """Take a page through extraction and all rules, with no profiles but the given ones."""
    row = extract(Response(page), outlets)
    setting = Setting(Config().clean, outlets, census=None)
    for step in STEPS:
        if isinstance(row, Reject):
            return ""
        row = step(row, setting)
    return "" if isinstance(row, Reject) else row.text


def leave_one_out(name: str, cases: list[Case]) -> None:
    """Print the row of one site."""
    outlets = load_outlets()
    by_url = {case.url: case for case in cases}
    capture = Capture("", 0, 0, "", 200, "text/html")
    pages = [
        Page(case.url, None, case.payload, replace(capture, digest=payload_digest(case.payload))) for case in cases
    ]
    reading = read_pages(name, pages)
    page_of = {page.url: page for page in pages}
    generic, learned, by_hand = Tally(), Tally(), Tally()
    if len(reading.sheets) < FEWEST:
        return
    for sheet in reading.sheets:
        others = replace(reading, sheets=tuple(one for one in reading.sheets if one is not sheet))
        case = by_url[sheet.url]
        measure(case, sheet, None, (), generic)
        profile = profile_of(draft_of(others))
        measure(case, sheet, profile, profile.layouts, learned)
        known = outlets.of_url(sheet.url)
        measure(case, sheet, known, (*(known.layouts if known else ()), *outlets.platform_layouts), by_hand)
        ways = (generic, Outlets({}, ())), (learned, Outlets({profile.id: profile}, ())), (by_hand, outlets)
        for tally, profiles in ways:
            tally.exact += cleaned(page_of[sheet.url], profiles).split() == case.text.split()
    paragraphs = sum(len(list(filter(fold, by_url[sheet.url].text.split("\n")))) for sheet in reading.sheets)
    tallies = (generic, learned, by_hand)
    columns = zip(*((tally.kept, tally.left_in, tally.exact, tally.fields) for tally in tallies), strict=True)
    print(f"{name:38}{len(reading.sheets):5}{paragraphs:6}", *("{:7}{:7}{:7}  ".format(*each) for each in columns))


def main() -> int:
    sites: dict[str, list[Case]] = defaultdict(list)
    for case in (*newsstand(), *real_pages(), *twins()):
        sites[domain(case.url)].append(case)
    groups = ("kept", "left in", "exact", "fields")
    print(f"{'':38}{'':5}{'':6}", *(f"{group:>21}  " for group in groups))
    print(f"{'site':38}{'pages':>5}{'par.':>6}", *(f"{'gener.':>7}{'learn.':>7}{'hand':>7}  " for _ in groups))
    for name, cases in sites.items():
        if len(cases) >= FEWEST:
            leave_one_out(name, cases)
    return 0


if __name__ == "__main__":
    sys.exit(main())
