"""Times as pages give them: for machines, or in words as Indonesian and English sites print them."""

import datetime as dt
import re

from crawler.outlets import ZONES

_MONTHS = {
    1: "januari january jan",
    2: "februari february pebruari feb peb",
    3: "maret march mac mar mrt",
    4: "april apr",
    5: "mei may",
    6: "juni june jun",
    7: "juli july julai jul",
    8: "agustus august ogos agu agt ags agst aug",
    9: "september sept sep",
    10: "oktober october okt oct",
    11: "november nopember nov nop",
    12: "desember december disember des dec dis",
}
_MONTH_NUMBERS = {name: number for number, names in _MONTHS.items() for name in names.split()}

_SHAPES = (
    # 2026-07-24, 2026/07/24
    re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<dash>[-/.])(?P<month>\d\d?)(?P=dash)(?P<day>\d\d?)(?!\d)"),
    # 20260724T1240
    re.compile(r"^(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)(?=T|$)"),
    # 24 Juli 2026, 24-Jul-2026, 24 Agu. 2026, 24th July 2026
    re.compile(
        r"(?<!\d)(?P<day>\d\d?)(?:st|nd|rd|th)?[\s./-]+(?P<name>[^\W\d_]{3,9})\.?,?[\s./-]+(?P<year>\d{4})(?!\d)"
    ),
    # July 24, 2026
    re.compile(r"\b(?P<name>[^\W\d_]{3,9})\.?\s+(?P<day>\d\d?)(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})(?!\d)"),
    # 24/07/2026, 24.7.2026: day first, as in all of Indonesia
    re.compile(r"(?<!\d)(?P<day>\d\d?)(?P<dash>[-/.])(?P<month>\d\d?)(?P=dash)(?P<year>\d{4})(?!\d)"),
)
_TIME = re.compile(
    r"(?<![\d.:/-])(?P<hour>[01]?\d|2[0-3])[:.](?P<minute>[0-5]\d)(?:[:.](?P<second>[0-5]\d)(?:[.,]\d+)?)?(?![\d/])"
    r"(?:\s*(?P<half>[ap])\.?m\b\.?)?",
    re.IGNORECASE,
)
_COMPACT_TIME = re.compile(r"T(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?P<second>[0-5]\d)?(?!\d)(?P<half>)")
_ZONE = re.compile(
    r"\s*\(?(?:(?P<name>WITA|WIB|WIT)\b|(?:GMT|UTC)?\s?(?P<sign>[+-])(?P<hours>\d\d?)(?::?(?P<minutes>\d\d))?(?!\d)"
    r"|(?P<utc>Z|GMT|UTC)\b)",
    re.IGNORECASE,
)
_TIMESTAMP = re.compile(r"[12]\d{9}(?:\d{3})?")
# A date line is short; what follows it is not looked at.
_LONGEST = 400
# How far from the day its time may stand, in characters: "24 Juli 2026 | diterbitkan pukul 12.40 WIB".
_REACH = 32


def parse_date(text: str, zone: dt.tzinfo) -> dt.datetime | None:
    """Read the first moment that a text names: ISO, RFC 2822, Unix seconds, or Indonesian and English words.

    A zone in the text (offset, Z, WIB, WITA, WIT) wins; without one the moment is in `zone`. A day without a time is
    midnight of that day. None where no full day with its year is named, as in "2 jam lalu".
    """
    text = " ".join(text[:_LONGEST].split())
    if _TIMESTAMP.fullmatch(text):
        return dt.datetime.fromtimestamp(int(text[:10]), dt.UTC)
    day, start, end = _day(text)
    if day is None:
        return None
    time = _time_near(text, start, end)
    if time is None:
        return dt.datetime.combine(day, dt.time(), zone)
    return dt.datetime.combine(day, _clock(time), _zone(text, time.end()) or zone)


def names_time(text: str) -> bool:
    """Say whether a text that `parse_date` reads gives a time of day and not only a day."""
    if _TIMESTAMP.fullmatch(text):
        return True
    _, start, end = _day(text)
    return _time_near(text, start, end) is not None


def names_zone(text: str) -> bool:
    """Say whether a text names one of Indonesia's three zones after a time."""
    return any(_ZONE.match(text, time.end()) for time in _TIME.finditer(text))


def _day(text: str) -> tuple[dt.date | None, int, int]:
    """The first day in a text, with its place."""
    matches = sorted((match for shape in _SHAPES for match in shape.finditer(text)), key=re.Match.start)
    for match in matches:
        parts = match.groupdict()
        month = int(parts["month"]) if parts.get("month") else _MONTH_NUMBERS.get(parts["name"].casefold(), 0)
        try:
            return dt.date(int(parts["year"]), month, int(parts["day"])), match.start(), match.end()
        except ValueError:
            continue
    return None, 0, 0


def _time_near(text: str, start: int, end: int) -> re.Match[str] | None:
    """The time of day after a day that stands at that place, else before it."""
    after = _COMPACT_TIME.match(text, end) or _TIME.search(text, end, end + _REACH)
    return after or _TIME.search(text, max(0, start - _REACH), start)


def _clock(time: re.Match[str]) -> dt.time:
    hour = int(time["hour"])
    if time["half"]:
        hour = hour % 12 + (12 if time["half"].lower() == "p" else 0)
    return dt.time(hour, int(time["minute"]), int(time["second"] or 0))


def _zone(text: str, place: int) -> dt.tzinfo | None:
    found = _ZONE.match(text, place)
    if found is None:
        return None
    if found["name"]:
        return ZONES[found["name"].upper()]
    if found["utc"]:
        return dt.UTC
    offset = dt.timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
    return dt.timezone(-offset if found["sign"] == "-" else offset) if offset < dt.timedelta(hours=24) else None
