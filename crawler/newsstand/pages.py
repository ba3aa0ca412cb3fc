"""An article as its outlet prints it: the HTML of the page, with all that surrounds the text."""

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crawler.newsstand.body import WHOLE, parts_count, story_body
from crawler.newsstand.facts import common_tags, facts_of, image_of, neighbours, section_url, tag_link
from crawler.newsstand.linked_data import breadcrumbs, linked_data
from crawler.newsstand.mastheads import Masthead
from crawler.newsstand.stories import Appearance
from crawler.newsstand.templates import fill, parts_of, set_in


@dataclass(frozen=True, slots=True)
class Sheet:
    """What differs from one page of an outlet to the next, as HTML."""

    title: str
    head: str
    main: str
    charset: str = "utf-8"


def article_page(appearance: Appearance, shelf: Sequence[Appearance], part: int = WHOLE, charset: str = "utf-8") -> str:
    """Write the page of an article.

    `shelf` holds all that the outlet ran, newest first; `part` counts from 1 where the outlet pages the story.
    """
    outlet = appearance.masthead.id
    values = _values(appearance, shelf, part)
    title = set_in(parts_of(outlet).page_title, values)
    sheet = Sheet(
        title=f"{title} - Halaman {part}" if part > 1 else title,
        head=fill(f"{outlet}/article_head.html", values),
        main=fill(f"{outlet}/article.html", values),
        charset=charset,
    )
    return frame(appearance.masthead, shelf, sheet)


def amp_page(appearance: Appearance, shelf: Sequence[Appearance]) -> str:
    """Write the AMP twin of an article."""
    return fill(f"{appearance.masthead.id}/amp.html", _values(appearance, shelf, WHOLE))


def frame(masthead: Masthead, shelf: Sequence[Appearance], sheet: Sheet) -> str:
    """Put the outlet's head, menus, side column and footer round the main part of a page."""
    topics = [tag_link(masthead, tag) for tag in common_tags(shelf)]
    sections = dict.fromkeys(entry.story.section for entry in shelf)
    values = {
        "home": masthead.home,
        "name": html.escape(masthead.name),
        "tagline": html.escape(masthead.tagline),
        "city": masthead.city,
        "charset": sheet.charset,
        "page_title": sheet.title,
        "head": sheet.head.strip(),
        "main": sheet.main.strip(),
        "sections": "".join(f"<li>{_link(section_url(masthead, name), name)}</li>" for name in sections),
        "topics": "".join(f"<li>{link}</li>" for link in topics),
        "topic_links": " ".join(topics),
        "popular": items(shelf[3:20:4]),
        "latest": items(shelf[:5]),
        "ticker": " &bull; ".join(html.escape(entry.title) for entry in shelf[:3]),
    }
    return fill(f"{masthead.id}/frame.html", values)


def cards(shelf: Iterable[Appearance]) -> str:
    """Write teasers."""
    return "\n".join(fill(f"{entry.masthead.id}/card.html", facts_of(entry)).strip() for entry in shelf)


def items(shelf: Iterable[Appearance]) -> str:
    """Write headlines as items of a list."""
    return "".join(f"<li>{_link(entry.url, entry.title)}</li>" for entry in shelf)


def _link(url: str, text: str) -> str:
    return f'<a href="{html.escape(url)}">{html.escape(text)}</a>'


def _values(appearance: Appearance, shelf: Sequence[Appearance], part: int) -> dict[str, str]:
    """Collect everything that the templates of an article's page may print."""
    masthead = appearance.masthead
    parts = parts_of(masthead.id)
    others = neighbours(appearance, shelf)
    section = section_url(masthead, appearance.story.section)
    values = facts_of(appearance) | {
        "linked_data": linked_data(appearance, parts.linked_data, image_of(appearance), section),
        "breadcrumbs": breadcrumbs(appearance, section),
        "latest": items(shelf[:5]),
        "related": cards(others[3:6]) if parts.related_cards else items(others[3:6]),
        "related_items": items(others[3:6]),
        "others": cards(others[6:10]),
        "newer": html.escape(others[-1].url if others else masthead.home),
        "older": html.escape(others[0].url if others else masthead.home),
        "paging": _paging(appearance, part),
        "rel_links": _rel_links(appearance, part),
    }
    return values | {"body": story_body(appearance, part, others, values)}


def _paging(appearance: Appearance, part: int) -> str:
    count = parts_count(appearance)
    if count == 1 or part == WHOLE:
        return ""
    url = html.escape(appearance.url)
    numbers = [
        f"<b>{number}</b>" if number == part else f'<a href="{url}?page={number}">{number}</a>'
        for number in range(1, count + 1)
    ]
    following = f'<a class="next" href="{url}?page={part + 1}">Halaman Selanjutnya</a>' if part < count else ""
    whole = f'<a class="all" href="{url}?page=all">Tampilkan Semua</a>' if appearance.masthead.whole_stories else ""
    return f'<div class="article-paging"><span>Halaman</span> {" ".join(numbers)} {following} {whole}</div>'


def _rel_links(appearance: Appearance, part: int) -> str:
    if part == WHOLE:
        return ""
    url = html.escape(appearance.url)
    before = f'<link rel="prev" href="{url}?page={part - 1}">' if part > 1 else ""
    after = f'<link rel="next" href="{url}?page={part + 1}">' if part < parts_count(appearance) else ""
    return before + after
