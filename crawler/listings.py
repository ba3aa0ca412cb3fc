"""The pages of an outlet that list its articles, as addresses."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import quote_plus, urlencode, urljoin, urlsplit

from crawler.outlets import BadInput, Profile
from crawler.window import Days, Window

PAGE = "{page}"
DATE = "{date"
WORDPRESS = "/wp-json/wp/v2/posts"
# The most that WordPress gives at a time, and all of a post that a crawl needs to know.
WORDPRESS_FORM = {"per_page": "100", "orderby": "date", "order": "desc", "_fields": "link,date_gmt,modified_gmt"}


def check_sources(profile: Profile) -> None:
    """Raise BadInput for a profile that no crawl can start from."""
    if not profile.owns(urlsplit(profile.home).hostname or ""):
        raise BadInput(f"{profile.id}: key home: {profile.home} is on none of its hosts, so there is nothing to crawl.")
    _check(profile, "index", "{page} and {date:%Y-%m-%d} with any form of date", date=dt.date(2026, 11, 3))
    _check(profile, "topics", "{topic}, {query} and {page}", topic="padi", query="padi")


def check_topic(profile: Profile, topic: str) -> None:
    """Raise BadInput where a subject crawl of this outlet has nowhere to look."""
    if not slug(topic):
        raise BadInput(f"--topic {topic!r} names no subject; write words, for example --topic armenia.")
    if not profile.crawl.topics:
        raise BadInput(
            f"{profile.id}: its profile names no topic pages, so a subject crawl has nowhere to look; add the key"
            " crawl.topics or leave the outlet out."
        )


def _check(profile: Profile, key: str, allowed: str, **values: object) -> None:
    for template in getattr(profile.crawl, key):
        try:
            template.format(page=PAGE, **values)
        except (LookupError, ValueError) as error:
            raise BadInput(
                f"{profile.id}: key crawl.{key}: {template!r} cannot be filled in ({error}); only {allowed} may stand"
                " in it."
            ) from error


def listings(profile: Profile, days: Iterable[dt.date]) -> dict[str, Days | None]:
    """Fill in the days: one template a listing and day, in which `{page}` still stands, with the day that it lists."""
    index = profile.crawl.index
    filled: dict[str, Days | None] = {one.format(page=PAGE): None for one in index if DATE not in one}
    for day in days:
        for template in (one for one in index if DATE in one):
            filled.setdefault(template.format(page=PAGE, date=day), _only_day(template, day))
    return filled


def topic_pages(profile: Profile, topic: str) -> tuple[str, ...]:
    """Fill in a subject: one template a topic page, in which `{page}` still stands."""
    filled = (one.format(page=PAGE, topic=slug(topic), query=quote_plus(topic)) for one in profile.crawl.topics)
    return tuple(urljoin(profile.home, one) for one in filled)


def api_page(profile: Profile, window: Window, page: int) -> str:
    """Give the address of a page of WordPress's REST API that lists the window, newest first.

    `after` and `before` leave out the time that they name, and are in the outlet's own zone.
    """
    query = dict(WORDPRESS_FORM)
    if window.since:
        query["after"] = f"{window.since - dt.timedelta(days=1)}T23:59:59"
    if window.until:
        query["before"] = f"{window.until + dt.timedelta(days=1)}T00:00:00"
    return f"{profile.crawl.api_address or urljoin(profile.home, WORDPRESS)}?{urlencode(query | {'page': str(page)})}"


def slug(topic: str) -> str:
    """Write a subject as it stands in an address, `Harga Beras` as `harga-beras`."""
    plain = unicodedata.normalize("NFKD", topic).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")


def _only_day(template: str, day: dt.date) -> Days | None:
    """Give the day that a page lists; None where the page is that of a month or a year."""
    near = (day - dt.timedelta(days=1), day, day + dt.timedelta(days=1))
    return (day, day) if len({template.format(page=PAGE, date=one) for one in near}) == len(near) else None
