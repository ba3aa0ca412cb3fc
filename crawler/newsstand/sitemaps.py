"""Robots.txt, tdmrep.json and sitemaps in the forms of their publishing systems."""

import datetime as dt
import html
import math
from collections.abc import Sequence

from crawler.newsstand.ask import Ask, page_of
from crawler.newsstand.stories import Appearance, slugify
from crawler.newsstand.templates import fill

XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
# A news sitemap holds the last two days (Google's rule for its form).
NEWS_DAYS = dt.timedelta(days=2)


def robots(ask: Ask) -> str:
    """Write robots.txt."""
    return fill(f"{ask.masthead.id}/robots.txt", {"home": ask.masthead.home, "name": ask.masthead.name})


def tdmrep(ask: Ask) -> str:
    """Write tdmrep.json, which says what of the site is kept from text and data mining."""
    return fill(f"{ask.masthead.id}/tdmrep.json", {"home": ask.masthead.home})


def monthly_sitemaps(ask: Ask) -> str:
    """Write a sitemap index with one branch a month."""
    months = sorted({f"{entry.published:%Y-%m}" for entry in ask.listed("sitemap")}, reverse=True)
    return _index([(f"{ask.masthead.home}/sitemap/berita-{month}.xml", _newest(ask, month)) for month in months])


def monthly_sitemap(ask: Ask) -> str | None:
    """Write the branch of a month."""
    entries = [entry for entry in ask.listed("sitemap") if f"{entry.published:%Y-%m}" == ask.groups["month"]]
    return _urlset(entries) if entries else None


def news_sitemap(ask: Ask) -> str:
    """Write a Google News sitemap of the outlet's last two days."""
    newest = ask.shelf[0].published
    rows = [_news_row(entry) for entry in ask.shelf if entry.published >= newest - NEWS_DAYS]
    return f'{XML}<urlset xmlns="{SITEMAP}" xmlns:news="{NEWS}">\n{"".join(rows)}</urlset>\n'


def amp_sitemap(ask: Ask) -> str:
    """Write the sitemap of the AMP twins."""
    return _urlset([s.entry for s in ask.edition.specials if s.oddity == "amp"])


def wordpress_index(ask: Ask) -> str:
    """Write the sitemap index in WordPress's form."""
    home = ask.masthead.home
    pages = math.ceil(len(ask.listed("sitemap")) / ask.masthead.per_sitemap)
    names = [f"posts-post-{page}" for page in range(1, pages + 1)]
    names += ["taxonomies-category-1", "taxonomies-post_tag-1"]
    return _index([(f"{home}/wp-sitemap-{name}.xml", None) for name in names])


def wordpress_posts(ask: Ask) -> str | None:
    """Write a page of WordPress's sitemap of articles, oldest first as WordPress has them."""
    entries = page_of(ask.listed("sitemap")[::-1], ask.number("page", 1), ask.masthead.per_sitemap)
    return _urlset(entries) if entries else None


def wordpress_terms(ask: Ask) -> str:
    """Write WordPress's sitemap of sections or topics."""
    categories = ask.groups["taxonomy"] == "category"
    form = ask.masthead.section if categories else ask.masthead.tag
    names = {name for entry in ask.shelf for name in ([entry.story.section] if categories else entry.story.tags)}
    urls = sorted({ask.masthead.home + form.format(slug=slugify(name)) for name in names})
    rows = "".join(f"<url><loc>{html.escape(url)}</loc></url>\n" for url in urls)
    return f'{XML}<urlset xmlns="{SITEMAP}">\n{rows}</urlset>\n'


def blog_sitemap(ask: Ask) -> str | None:
    """Write Blogger's sitemap: an index, or with `?page=N` one of its pages."""
    size, entries = ask.masthead.per_sitemap, ask.listed("sitemap")
    if "page" not in ask.query:
        pages = range(1, math.ceil(len(entries) / size) + 1)
        return _index([(f"{ask.masthead.home}/sitemap.xml?page={page}", None) for page in pages])
    found = page_of(entries, ask.number("page", 1), size)
    return _urlset(found) if found else None


def _newest(ask: Ask, month: str) -> dt.datetime:
    return max(entry.modified for entry in ask.listed("sitemap") if f"{entry.published:%Y-%m}" == month)


def _index(branches: Sequence[tuple[str, dt.datetime | None]]) -> str:
    rows = []
    for url, changed in branches:
        lastmod = f"<lastmod>{changed.isoformat()}</lastmod>" if changed else ""
        rows.append(f"<sitemap><loc>{html.escape(url)}</loc>{lastmod}</sitemap>\n")
    return f'{XML}<sitemapindex xmlns="{SITEMAP}">\n{"".join(rows)}</sitemapindex>\n'


def _urlset(entries: Sequence[Appearance]) -> str:
    rows = "".join(
        f"<url><loc>{html.escape(entry.url)}</loc><lastmod>{entry.modified.isoformat()}</lastmod></url>\n"
        for entry in entries
    )
    return f'{XML}<urlset xmlns="{SITEMAP}">\n{rows}</urlset>\n'


def _news_row(entry: Appearance) -> str:
    publication = (
        f"<news:publication><news:name>{html.escape(entry.masthead.name)}</news:name>"
        "<news:language>id</news:language></news:publication>"
    )
    return (
        f"<url><loc>{html.escape(entry.url)}</loc><news:news>{publication}"
        f"<news:publication_date>{entry.published.isoformat()}</news:publication_date>"
        f"<news:title>{html.escape(entry.title)}</news:title>"
        f"<news:keywords>{html.escape(', '.join(entry.story.tags))}</news:keywords></news:news></url>\n"
    )
