"""The listing pages of an outlet as addresses."""

import datetime as dt
from collections.abc import Iterable
from urllib.parse import urlsplit

from crawler.outlets import BadInput, Profile

PAGE = "{page}"
DATE = "{date"


def check_sources(profile: Profile) -> None:
    """Raise BadInput for a profile that no crawl can start from."""
    if not profile.owns(urlsplit(profile.home).hostname or ""):
        raise BadInput(f"{profile.id}: key home: {profile.home} is on none of its hosts, so there is nothing to crawl.")
    for template in profile.crawl.index:
        try:
            template.format(page=PAGE, date=dt.date(2026, 11, 3))
        except (LookupError, ValueError) as error:
            raise BadInput(
                f"{profile.id}: key crawl.index: {template!r} cannot be filled in ({error}); only {{page}} and"
                " {date:%Y-%m-%d} with any form of date may stand in it."
            ) from error


def listings(profile: Profile, days: Iterable[dt.date]) -> tuple[str, ...]:
    """Fill in the days: one template a listing and day, in which `{page}` still stands; no template twice."""
    undated = [template.format(page=PAGE) for template in profile.crawl.index if DATE not in template]
    dated = [template for template in profile.crawl.index if DATE in template]
    return tuple(dict.fromkeys(undated + [one.format(page=PAGE, date=day) for day in days for one in dated]))
