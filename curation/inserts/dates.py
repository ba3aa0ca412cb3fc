"""Times as news sites print them: `Jumat, 16 September 2022 | 08:40 WIB`, `21/7/2026 22:42`."""

import datetime as dt
import re

from crawler.outlets import ZONES
from curation.inserts.words import Months

_DAY = re.compile(
    r"(?<!\d)(?P<day>\d{1,2})"
    r"(?:[ -](?P<month_name>[^\W\d_]+)\.?,?[ -]|[/.-](?P<month>\d{1,2})[/.-])"
    r"(?P<year>\d{4})(?!\d)"
)
_TIME = re.compile(r"(?<![\d.:])(?P<hour>\d{1,2})[.:](?P<minute>\d{2})(?![\d])")
_ZONE = re.compile(rf"\b(?:{'|'.join(ZONES)})\b", re.IGNORECASE)


def parse_time(text: str, months: Months, zone: dt.tzinfo) -> dt.datetime | None:
    """Read the first day of a text, and the time after it; without one, midnight.

    `months` has the spellings of each month, `zone` holds where the text names none of WIB, WITA, WIT. Numeric
    days are day-first. None where there is no such day.
    """
    day = _DAY.search(text)
    if day is None:
        return None
    time = _TIME.search(text, day.end())
    named = _ZONE.search(text, day.end())
    try:
        return dt.datetime(
            int(day["year"]),
            int(day["month"]) if day["month"] else _month(day["month_name"], months),
            int(day["day"]),
            int(time["hour"]) if time else 0,
            int(time["minute"]) if time else 0,
            tzinfo=ZONES[named[0].upper()] if named else zone,
        )
    except ValueError:
        return None


def _month(name: str, months: Months) -> int:
    """Number a month from 1; 0, which no date has, for a name that is none."""
    folded = name.casefold()
    return next((number for number, names in enumerate(months, 1) if folded in map(str.casefold, names)), 0)
