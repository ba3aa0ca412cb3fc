"""WordPress's REST API, as far as a crawler needs it: the posts of some days, page by page."""

import datetime as dt
import json
import math
from collections.abc import Sequence

from crawler.newsstand.ask import Ask, page_of
from crawler.newsstand.stories import Appearance

# What WordPress gives where a request names no number, and the most that it gives.
POSTS, MOST_POSTS = 10, 100


def posts(ask: Ask) -> str | None:
    """Write a page of posts, newest first; none past the last page, which WordPress answers with an error."""
    entries, size = _wanted(ask), _size(ask)
    page = ask.number("page", 1)
    if page > _pages(entries, size):
        return None
    rows = [_post(entry) for entry in page_of(entries, page, size)]
    fields = ask.query.get("_fields", "")
    kept = fields.split(",") if fields else None
    return json.dumps([{key: row[key] for key in row if kept is None or key in kept} for row in rows])


def totals(ask: Ask) -> tuple[tuple[str, str], ...]:
    """Give the headers that say how many posts and pages there are."""
    entries = _wanted(ask)
    return ("X-WP-Total", str(len(entries))), ("X-WP-TotalPages", str(_pages(entries, _size(ask))))


def _wanted(ask: Ask) -> Sequence[Appearance]:
    """Take the posts between `after` and `before`, which are times in the outlet's zone and leave out themselves."""
    after, before = (_time(ask, ask.query.get(name, "")) for name in ("after", "before"))
    return [
        entry
        for entry in ask.shelf
        if (after is None or entry.published > after) and (before is None or entry.published < before)
    ]


def _time(ask: Ask, text: str) -> dt.datetime | None:
    try:
        time = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return time if time.tzinfo is not None else time.replace(tzinfo=ask.masthead.zone)


def _size(ask: Ask) -> int:
    return min(ask.number("per_page", POSTS), MOST_POSTS)


def _pages(entries: Sequence[Appearance], size: int) -> int:
    return math.ceil(len(entries) / size)


def _post(entry: Appearance) -> dict[str, object]:
    return {
        "id": entry.number,
        "date": _local(entry.published),
        "date_gmt": _local(entry.published.astimezone(dt.UTC)),
        "modified_gmt": _local(entry.modified.astimezone(dt.UTC)),
        "slug": entry.slug,
        "link": entry.url,
        "title": {"rendered": entry.title},
    }


def _local(time: dt.datetime) -> str:
    """Write a time as WordPress does, without its zone."""
    return time.replace(tzinfo=None).isoformat(timespec="seconds")
