"""Front pages, index pages, sections and topics: pages that list stories and tell none."""

import datetime as dt
import html
import math
import re
from collections.abc import Sequence
from urllib.parse import urlencode

from crawler.newsstand.ask import Ask, page_of
from crawler.newsstand.dates import MONTHS
from crawler.newsstand.mastheads import Masthead
from crawler.newsstand.pages import Sheet, cards, frame
from crawler.newsstand.stories import Appearance, slugify
from crawler.newsstand.templates import fill, parts_of, set_in


def front(ask: Ask) -> str | None:
    """Write the front page."""
    return _listing(ask, ask.shelf, ask.masthead.tagline, "front")


def page_of_front(ask: Ask) -> str | None:
    """Write `/page/N/`, which goes on from the front page."""
    return _listing(ask, ask.shelf, "Berita Terbaru", "archive")


def index(ask: Ask) -> str | None:
    """Write the index: of one day with `?date=YYYY-MM-DD`, else of everything."""
    entries = ask.listed("index")
    date = ask.query.get("date", "")
    if not date:
        return _listing(ask, entries, "Indeks Berita", "archive")
    try:
        day = dt.date.fromisoformat(date)
    except ValueError:
        return None
    of_day = [entry for entry in entries if entry.published.date() == day]
    return _listing(ask, of_day, f"Indeks Berita {day.day} {MONTHS[day.month - 1]} {day.year}", "daily")


def section(ask: Ask) -> str | None:
    """Write the page of a section; none where the outlet has no such section."""
    entries = [entry for entry in ask.shelf if slugify(entry.story.section) == ask.groups["slug"]]
    return _listing(ask, entries, entries[0].story.section, "archive") if entries else None


def topic(ask: Ask) -> str | None:
    """Write the page of a topic; `berita-terkini` holds every story."""
    slug = ask.groups["slug"]
    if slug == "berita-terkini":
        return _listing(ask, ask.shelf, "Berita Terkini", "archive")
    entries = [entry for entry in ask.shelf if slug in map(slugify, (entry.story.section, *entry.story.tags))]
    return _listing(ask, entries, slug.replace("-", " ").title(), "archive") if entries else None


def month(ask: Ask) -> str | None:
    """Write the blog's archive of a month."""
    year, number = ask.groups["year"], ask.groups["month"]
    entries = [entry for entry in ask.shelf if f"{entry.published:%Y/%m}" == f"{year}/{number}"]
    return _listing(ask, entries, f"{MONTHS[int(number) - 1]} {year}", "archive") if entries else None


def older_posts(ask: Ask) -> str | None:
    """Write the blog's listing of what is older than `updated-max`."""
    before = ask.query.get("updated-max", "9999")
    entries = [entry for entry in ask.shelf if entry.published.isoformat() < before]
    return _listing(ask, entries, "Menampilkan postingan lama", "archive")


def _listing(ask: Ask, entries: Sequence[Appearance], heading: str, kind: str) -> str | None:
    """Write one page of teasers. Past the last page an outlet answers emptily, again with the last, or with 404."""
    masthead = ask.masthead
    size = masthead.per_day_page if kind == "daily" else masthead.per_page
    count = max(1, math.ceil(len(entries) / size))
    page = ask.number("page", 1)
    if page > count and masthead.past_the_end == "missing":
        return None
    if page > count and masthead.past_the_end == "repeat":
        page = count
    found = page_of(entries, page, size)
    values = _names(masthead) | {
        "heading": html.escape(heading),
        "kind": kind,
        "url": f"{masthead.home}/",
        "cards": cards(found) or "<p>Tidak ada berita.</p>",
        "pager": _pager(ask, page, count, found),
    }
    title = set_in(parts_of(masthead.id).page_title, values | {"title": html.escape(heading)})
    main = fill(f"{masthead.id}/listing.html", values)
    return frame(masthead, ask.shelf, Sheet(title, fill("listing_head.html", values), main))


def _pager(ask: Ask, page: int, count: int, found: Sequence[Appearance]) -> str:
    if count == 1 or not found:
        return ""
    if ask.masthead.pager == "older":
        rest = urlencode({"updated-max": found[-1].published.isoformat(), "max-results": ask.masthead.per_page})
        url = html.escape(f"{ask.masthead.home}/search?{rest}")
        return f'<div class="paging"><a class="blog-pager-older-link" href="{url}">Posting Lama</a></div>'
    before, after = _page_address(ask)
    links = [
        f"<b>{number}</b>" if number == page else f'<a href="{before}{number}{after}">{number}</a>'
        for number in range(1, count + 1)
    ]
    return f'<nav class="paging">{" ".join(links)}</nav>'


def _page_address(ask: Ask) -> tuple[str, str]:
    """Give what stands before and after the number in the address of a page of this listing."""
    if ask.masthead.pager == "path":
        return re.sub(r"page/\d+/$", "", ask.path) + "page/", "/"
    kept = [(key, value) for key, value in ask.query.items() if key != "page"]
    return html.escape("?" + urlencode([*kept, ("page", "")])), ""


def _names(masthead: Masthead) -> dict[str, str]:
    return {"home": masthead.home, "name": masthead.name, "tagline": html.escape(masthead.tagline)}
