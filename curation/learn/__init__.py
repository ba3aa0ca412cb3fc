"""Pages of one site → draft of its profile: what varies from page to page is the story, what repeats is the site's."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from urllib.parse import urlsplit

from crawler.outlets import ZONES, BadInput
from curation.html.dates import names_zone, parse_date
from curation.html.tree import values
from curation.learn.addresses import find_exclusions, find_patterns, find_query_keys
from curation.learn.body import FEWEST, Found, find_bodies, find_marks
from curation.learn.draft import Draft, DraftLayout, Evidence, profile_of
from curation.learn.drop import find_openings
from curation.learn.fields import find_fields
from curation.learn.names import find_names
from curation.learn.render import render_profile
from curation.learn.sheet import Sheet, Site, read_sheet, site_of, tell_the_same
from curation.records import Page
from curation.stages.extract import refuse

__all__ = ["Draft", "Reading", "draft_of", "learn", "profile_of", "read_pages", "render_profile"]

MOST = 60
"""Stories that are learned from; more make the same draft later."""
MOST_PAGES = 240
"""Pages that are read in search of them."""
_ZONES = re.compile(r"\b(WITA|WIT|WIB)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """The pages of one site, read."""

    domain: str
    sheets: tuple[Sheet, ...]
    """Those that tell a story, by address."""
    others: tuple[str, ...]
    """Addresses of those that tell none, or one too short to learn from."""


def learn(domain: str, pages: Iterable[Page]) -> Draft:
    """Draft the profile of a site from archived pages of it, in any order; other sites' pages are passed over.

    Raises BadInput where fewer than three of them tell a story. Memory is that of 240 pages.
    """
    return draft_of(read_pages(domain, pages))


def read_pages(domain: str, pages: Iterable[Page]) -> Reading:
    """Read pages of a site until sixty stories are found, in the order of their digests and so the same ones always."""
    host = _host(domain)
    own = (page for page in pages if _lies_on(page.url, host) and not refuse(page, None)[0])
    sheets: list[Sheet] = []
    others: list[str] = []
    for page in nsmallest(MOST_PAGES, own, key=lambda page: (page.capture.digest, page.url)):
        sheet = read_sheet(page)
        if sheet is None:
            others.append(page.url)
        else:
            sheets = _with(sheets, sheet)
        if len(sheets) == MOST:
            break
    return Reading(host, tuple(sorted(sheets, key=lambda sheet: sheet.url)), tuple(sorted(others)))


def _with(sheets: list[Sheet], new: Sheet) -> list[Sheet]:
    """Add a page; of captures and parts of one address the longest stays."""
    path = urlsplit(new.url)[1:3]
    same = [sheet for sheet in sheets if urlsplit(sheet.url)[1:3] == path and tell_the_same(sheet, new)]
    if any(len(sheet.told) >= len(new.told) for sheet in same):
        return sheets
    return [*(sheet for sheet in sheets if sheet not in same), new]


def draft_of(reading: Reading) -> Draft:
    """Draft a profile from pages that were read; raises BadInput where fewer than three of them tell a story."""
    sheets, n_pages = reading.sheets, len(reading.sheets) + len(reading.others)
    if len(sheets) < FEWEST:
        raise BadInput(
            f"{reading.domain}: {len(sheets)} of the {n_pages} pages of this site tell a story, and a profile is"
            " learned from three at the least; give archives with ten or more."
        )
    site = site_of(sheets)
    names = find_names(sheets, reading.domain)
    found = find_bodies(site)
    addresses = tuple(sheet.url for sheet in sheets)
    article = find_patterns(addresses)
    fitted = {sheet.url for one in found for sheet in one.sheets}
    return Draft(
        id=re.sub(r"[^a-z0-9-]", "", reading.domain.partition(".")[0]),
        name=names[0],
        aliases=names[1:],
        home=_home(addresses),
        hosts=(f"*.{reading.domain}",),
        zone=_zone(sheets),
        language=_language(sheets),
        n_pages=n_pages,
        n_stories=len(sheets),
        article=article,
        not_article=find_exclusions([one.value for one in article], addresses, reading.others),
        keep_query=find_query_keys(addresses),
        layouts=_layouts(found, site, names),
        unlike=tuple(url for url in addresses if url not in fitted),
    )


def _layouts(found: Sequence[Found], site: Site, names: Sequence[str]) -> tuple[DraftLayout, ...]:
    layouts = [_layout(one, [other for other in found if other is not one], site, names) for one in found]
    return tuple(sorted(layouts, key=lambda layout: layout.last or dt.date.min, reverse=True))


def _layout(found: Found, others: Sequence[Found], site: Site, names: Sequence[str]) -> DraftLayout:
    fields = find_fields(found.sheets, found.selector, names)
    days = sorted(day for sheet in found.sheets if (day := _day(sheet, fields.get("date"))))
    n_pages = len(found.sheets)
    return DraftLayout(
        n_pages=n_pages,
        first=days[0] if days else None,
        last=days[-1] if days else None,
        body=Evidence(found.selector, n_pages, n_pages, f"holds {found.held:.0%} of what varies"),
        marks=tuple(Evidence(mark, n_pages, n_pages, "on no other page") for mark in find_marks(found, others)),
        drop=found.drop,
        openings=find_openings(found.selector, found.drop, found.sheets, site),
        fields=fields,
    )


def _day(sheet: Sheet, date: Evidence | None) -> dt.date | None:
    """The day of a story, as the page gives it to machines, else as the learned selector finds it."""
    lines = values(sheet.tree, date.value) if date is not None else []
    moment = sheet.metadata.published_at or (parse_date(lines[0], ZONES["WIB"]) if lines else None)
    return moment.date() if moment else None


def _host(domain: str) -> str:
    host = urlsplit(domain if "//" in domain else f"//{domain}").hostname or ""
    return host.removeprefix("www.")


def _lies_on(url: str, host: str) -> bool:
    try:
        own = (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return False
    return bool(host) and (own == host or own.endswith(f".{host}"))


def _home(addresses: Iterable[str]) -> str:
    """The front page of the host that most stories have."""
    counts = Counter("{0.scheme}://{0.hostname}/".format(urlsplit(url)) for url in addresses)
    return min(counts, key=lambda home: (-counts[home], home))


def _zone(sheets: Iterable[Sheet]) -> str:
    """The zone that most date lines name."""
    lines = (text for sheet in sheets for _, text in sheet.terms if names_zone(text))
    counts = Counter(zone.upper() for line in lines for zone in _ZONES.findall(line))
    return min(counts, key=lambda zone: (-counts[zone], zone), default="WIB")


def _language(sheets: Iterable[Sheet]) -> str:
    """The language of most stories; what pages declare is often that of the template."""
    counts = Counter(sheet.language for sheet in sheets if sheet.language)
    return min(counts, key=lambda tag: (-counts[tag], tag), default="id")
