"""RSS and Atom feeds."""

import html
from email.utils import format_datetime

from crawler.newsstand.ask import Ask, page_of
from crawler.newsstand.facts import facts_of
from crawler.newsstand.stories import Appearance

XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
# What Blogger gives where a request names no number, and the most that it gives.
ENTRIES, MOST_ENTRIES = 25, 150
ITEMS = 10


def rss(ask: Ask) -> str:
    """Write an RSS feed; the newest item's link leads there by a redirect where the outlet has such a page."""
    detours = {s.target.url: s.entry for s in ask.edition.specials if s.listed_in == "feed"}
    newest = page_of(ask.shelf, ask.number("paged", 1), ITEMS)
    rows = "".join(_rss_item(detours.get(entry.url, entry)) for entry in newest)
    name, home = html.escape(ask.masthead.name), ask.masthead.home
    head = (
        f"<title>{name}</title>\n<link>{home}/</link>\n<description>{html.escape(ask.masthead.tagline)}</description>"
    )
    spaces = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"'
    built = format_datetime(ask.shelf[0].modified)
    return (
        f'{XML}<rss version="2.0" {spaces}>\n<channel>\n{head}\n<language>id</language>\n'
        f"<lastBuildDate>{built}</lastBuildDate>\n{rows}</channel>\n</rss>\n"
    )


def atom(ask: Ask) -> str:
    """Write Blogger's Atom feed, paged by `start-index` and `max-results`."""
    start, size = ask.number("start-index", 1), min(ask.number("max-results", ENTRIES), MOST_ENTRIES)
    found = ask.shelf[start - 1 : start - 1 + size]
    feed = f"{ask.masthead.home}/feeds/posts/default"
    following = f"{feed}?start-index={start + size}&max-results={size}"
    more = f"<link rel='next' type='application/atom+xml' href='{html.escape(following)}'/>\n"
    spaces = "xmlns='http://www.w3.org/2005/Atom' xmlns:openSearch='http://a9.com/-/spec/opensearchrss/1.0/'"
    return (
        f"{XML}<feed {spaces}><id>tag:blogger.com,1999:blog-7719</id>\n"
        f"<updated>{ask.shelf[0].modified.isoformat(timespec='milliseconds')}</updated>\n"
        f"<title type='text'>{html.escape(ask.masthead.name)}</title>\n"
        f"<link rel='self' type='application/atom+xml' href='{feed}'/>\n"
        f"<link rel='alternate' type='text/html' href='{ask.masthead.home}/'/>\n"
        f"{more if start - 1 + size < len(ask.shelf) else ''}"
        f"<openSearch:totalResults>{len(ask.shelf)}</openSearch:totalResults>\n"
        f"<openSearch:startIndex>{start}</openSearch:startIndex>\n"
        f"<openSearch:itemsPerPage>{size}</openSearch:itemsPerPage>\n"
        f"{''.join(_atom_entry(entry) for entry in found)}</feed>\n"
    )


def _rss_item(entry: Appearance) -> str:
    facts = facts_of(entry)
    return (
        f"<item><title>{facts['title']}</title>\n<link>{facts['url']}</link>\n"
        f'<guid isPermaLink="false">{facts["home"]}/?p={facts["number"]}</guid>\n'
        f"<pubDate>{format_datetime(entry.published)}</pubDate>\n<dc:creator>{facts['author']}</dc:creator>\n"
        f"<category>{facts['section']}</category>\n"
        f'<description><![CDATA[<img src="{facts["image"]}" /><p>{facts["summary"]}</p>]]></description>\n'
        f'<media:content url="{facts["image"]}" medium="image" /></item>\n'
    )


def _atom_entry(entry: Appearance) -> str:
    facts = facts_of(entry)
    stamp = entry.published.isoformat(timespec="milliseconds")
    labels = "".join(
        f"<category scheme='http://www.blogger.com/atom/ns#' term='{html.escape(tag)}'/>" for tag in entry.story.tags
    )
    content = html.escape("<br /><br />".join(html.escape(block.text, quote=False) for block in entry.blocks))
    replies = f"{facts['home']}/feeds/{entry.number}/comments/default"
    return (
        f"<entry><id>tag:blogger.com,1999:blog-7719.post-{entry.number}</id>\n"
        f"<published>{stamp}</published><updated>{stamp}</updated>{labels}\n"
        f"<title type='text'>{facts['title']}</title><content type='html'>{content}</content>\n"
        f"<link rel='replies' type='application/atom+xml' href='{replies}' title='Posting Komentar'/>\n"
        f"<link rel='alternate' type='text/html' href='{facts['url']}' title='{facts['title']}'/>\n"
        f"<author><name>{facts['author']}</name></author></entry>\n"
    )
