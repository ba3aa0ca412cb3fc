"""The days that a crawl is about, and the days that an address tells."""

import datetime as dt
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.outlets import BadInput

Days = tuple[dt.date, dt.date]
"""First and last day of a span, both included."""

# Without SINCE, listings that have a page for every day are walked this far back.
DAYS_BACK = 7

# Segments of a path that are a date: `/2026/11/03/`, `/2026-11-03/`, `/20261103/`, `/2026/11/`. Nothing looser:
# digits in a slug are as often a number, or a day that the story is about.
IN_PATH = re.compile(
    r"/(?P<year>(?:19|20)\d\d)(?:(?P<gap>[/-])(?P<month>\d\d)(?:(?P=gap)(?P<day>\d\d))?|(?P<digits>\d{4}))(?=/)"
)
# A sitemap names its month or day anywhere, `sitemap-pt-post-2026-11.xml`, or in parameters, `?yyyy=2026&mm=11`.
IN_BRANCH = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?:[-_/.]|&(?:mm|month|bulan)=)?(?P<month>\d\d)"
    r"(?:(?:[-_/.]|&(?:dd|day|tanggal)=)?(?P<day>\d\d))?(?!\d)"
)


@dataclass(frozen=True, slots=True)
class Window:
    """The days whose articles are wanted; an open end is None."""

    since: dt.date | None = None
    until: dt.date | None = None

    def meets(self, days: Days | None) -> bool:
        """Say whether an article of these days can be wanted; one of unknown days can."""
        return days is None or not (self.is_before(days) or self.is_after(days))

    def is_before(self, days: Days) -> bool:
        """Say whether these days lie wholly before the window."""
        return self.since is not None and days[1] < self.since

    def is_after(self, days: Days) -> bool:
        """Say whether these days lie wholly after the window."""
        return self.until is not None and days[0] > self.until

    def walk(self, today: dt.date) -> tuple[dt.date, ...]:
        """Give the days to look through, newest first: without SINCE the last week of the window."""
        last = self.until or today
        first = self.since or last - dt.timedelta(days=DAYS_BACK - 1)
        return tuple(last - dt.timedelta(days=back) for back in range((last - first).days + 1))


def read_window(since: str, until: str) -> Window:
    """Read the two ends, each `YYYY-MM-DD` or empty; raises BadInput."""
    window = Window(_read_day("--since", since), _read_day("--until", until))
    if window.since and window.until and window.since > window.until:
        raise BadInput(f"--since {since} is after --until {until}; exchange the two days.")
    return window


def read_days_back(text: str) -> int:
    """Read a number of days, 0 where none is given; raises BadInput."""
    if not text:
        return 0
    if not re.fullmatch(r"[0-9]{1,5}", text):
        raise BadInput(f"--recheck {text!r} is no number of days; write it in digits, for example --recheck 7.")
    return int(text)


def days_of_path(url: str) -> Days | None:
    """Read the day or month that a segment of an article's path is; None where none is a date."""
    found = IN_PATH.search(_place(url))
    if found is None:
        return None
    year, month, day, digits = found.group("year", "month", "day", "digits")
    return _span(year, digits[:2], digits[2:]) if digits else _span(year, month, day)


def days_of_branch(url: str) -> Days | None:
    """Read the day or month that the address of a sitemap names anywhere; None where it names none."""
    found = IN_BRANCH.search(_place(url))
    return _span(*found.group("year", "month", "day")) if found else None


def _read_day(option: str, text: str) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError as error:
        raise BadInput(f"{option} {text!r} is no day; write it as YYYY-MM-DD, for example 2026-11-03.") from error


def _place(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.path}?{parts.query}"


def _span(year: str, month: str, day: str | None) -> Days | None:
    try:
        first = dt.date(int(year), int(month), int(day or 1))
    except ValueError:
        return None
    after = first + dt.timedelta(days=1) if day else (first + dt.timedelta(days=31)).replace(day=1)
    return first, after - dt.timedelta(days=1)
