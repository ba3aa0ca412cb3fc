import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.outlets import ZONES
from curation.html.dates import names_time, names_zone, parse_date

MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
    "Desember",
)  # fmt: skip
WIB, WITA, WIT = ZONES["WIB"], ZONES["WITA"], ZONES["WIT"]


def at(*parts: int, zone: dt.tzinfo = WIB) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=zone)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-07-24T12:40+07:00", at(2026, 7, 24, 12, 40)),
        ("2026-07-24T05:40:30.000Z", at(2026, 7, 24, 5, 40, 30, zone=dt.UTC)),
        ("2026-07-24T05:40:30+0000", at(2026, 7, 24, 5, 40, 30, zone=dt.UTC)),
        ("2026-07-24 15:16:40", at(2026, 7, 24, 15, 16, 40)),
        ("2026/07/16 14:40:11", at(2026, 7, 16, 14, 40, 11)),
        ("20260724T124000Z", at(2026, 7, 24, 12, 40, zone=dt.UTC)),
        ("2026-07-24", at(2026, 7, 24)),
        ("Fri, 24 Jul 2026 12:40:00 +0700", at(2026, 7, 24, 12, 40)),
        ("Jumat, 24 Juli 2026 12:40 WIB", at(2026, 7, 24, 12, 40)),
        ("Jum'at, 24 Juli 2026 - 13:39 WIB", at(2026, 7, 24, 13, 39)),
        ("Kamis, 23 Jul 2026 15:10 WIB", at(2026, 7, 23, 15, 10)),
        ("Minggu, 22 Maret 2015 | 13:37 WIB", at(2015, 3, 22, 13, 37)),
        ("Contoh.com - 22/03/2015, 13:37 WIB Diperbarui 23/03/2015, 10:00 WIB", at(2015, 3, 22, 13, 37)),
        ("Diperbarui 24 Juli 2026, 14.00 WIB", at(2026, 7, 24, 14, 0)),
        ("Terbit 4 Agt 2026 pukul 08.05 WITA", at(2026, 8, 4, 8, 5, zone=WITA)),
        ("4 Ags 2026 08:05 (WIT)", at(2026, 8, 4, 8, 5, zone=WIT)),
        ("4 Agu. 2026", at(2026, 8, 4)),
        ("12 Okt 2025, 23:59", at(2025, 10, 12, 23, 59)),
        ("1 Mei 2025 00:01", at(2025, 5, 1, 0, 1)),
        ("31 Des 2024 pukul 7.05 WIB", at(2024, 12, 31, 7, 5)),
        ("13:37 WIB, 22 Maret 2015", at(2015, 3, 22, 13, 37)),
        ("21/7/2026 22:42", at(2026, 7, 21, 22, 42)),
        ("Senin (5/4/2021) pukul 10.00", at(2021, 4, 5, 10, 0)),
        ("July 4, 2026 3:05 PM", at(2026, 7, 4, 15, 5)),
        ("4th July 2026 at 12.30am", at(2026, 7, 4, 0, 30)),
        ("2026-07-24 10:00 GMT+8", at(2026, 7, 24, 10, 0, zone=WITA)),
        ("1627012345", dt.datetime(2021, 7, 23, 3, 52, 25, tzinfo=dt.UTC)),
        ("1627012345678", dt.datetime(2021, 7, 23, 3, 52, 25, tzinfo=dt.UTC)),
    ],
)
def test_moments(text: str, moment: dt.datetime) -> None:
    found = parse_date(text, WIB)
    assert found == moment
    assert found is not None and found.utcoffset() == moment.utcoffset()


def test_without_a_zone_it_is_the_zone_given() -> None:
    assert parse_date("24 Juli 2026 12:40", WITA) == at(2026, 7, 24, 12, 40, zone=WITA)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2 jam lalu",
        "5 menit yang lalu",
        "kemarin",
        "Juli 2026",
        "32 Juli 2026",
        "24 Juling 2026",
        "12:40 WIB",
        "24-07",
    ],
)
def test_no_day(text: str) -> None:
    assert parse_date(text, WIB) is None


@given(st.datetimes(dt.datetime(1991, 1, 1), dt.datetime(2090, 1, 1)), st.sampled_from(["WIB", "WITA", "WIT"]))
def test_what_is_printed_is_read(moment: dt.datetime, zone: str) -> None:
    moment = moment.replace(second=0, microsecond=0, tzinfo=ZONES[zone])
    text = f"Rabu, {moment.day} {MONTHS[moment.month - 1]} {moment.year} | {moment:%H:%M} {zone}"
    assert parse_date(text, dt.UTC) == moment
    assert parse_date(moment.isoformat(), dt.UTC) == moment


@given(st.text(max_size=60))
def test_never_raises(text: str) -> None:
    parse_date(text, WIB)
    names_time(text)


def test_what_a_text_names() -> None:
    assert names_time("24 Juli 2026 12:40") and not names_time("24 Juli 2026")
    assert names_zone("pukul 12.40 WIB") and not names_zone("pukul 12.40") and not names_zone("WIB")
