import datetime as dt

import pytest

from crawler.outlets import ZONES
from curation.inserts.dates import parse_time
from curation.inserts.load import FAMILIES
from curation.inserts.words import read_words

MONTHS = read_words([FAMILIES / "any", FAMILIES / "id"]).months


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("16 September 2022 08:40 WIB", "2022-09-16T08:40:00+07:00"),
        ("Jum'at, 24 Juli 2026 - 13.39 WITA", "2026-07-24T13:39:00+08:00"),
        ("Kamis, 23 Ags 2026 | 7:05 wit", "2026-08-23T07:05:00+09:00"),
        ("21/7/2026 22:42", "2026-07-21T22:42:00+07:00"),
        ("5 Okt. 2021", "2021-10-05T00:00:00+07:00"),
        ("12-Mei-2020 23:59", "2020-05-12T23:59:00+07:00"),
        ("1 Aug 2024, 10:00", "2024-08-01T10:00:00+07:00"),
    ],
)
def test_times_as_sites_print_them(text, iso):
    time = parse_time(text, MONTHS, ZONES["WIB"])
    assert time is not None
    assert time.isoformat() == iso


@pytest.mark.parametrize("text", ["", "kemarin", "31 Februari 2022", "12 Panen 2022", "99/99/2022", "16 September 22"])
def test_no_such_day(text):
    assert parse_time(text, MONTHS, ZONES["WIB"]) is None


def test_a_time_out_of_range_is_none():
    assert parse_time("1 Mei 2022 27:61", MONTHS, dt.UTC) is None
