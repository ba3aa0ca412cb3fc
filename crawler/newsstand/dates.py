"""Times as the outlets print them."""

import datetime as dt

DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
SHORT_MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")


def moment(when: dt.datetime, zone_name: str) -> dict[str, str]:
    """Spell a time out in the parts that the templates put together, `$dd $month $year $clock $zone`."""
    return {
        "iso": when.isoformat(),
        "utc": when.astimezone(dt.UTC).isoformat(),
        "day": DAYS[when.weekday()],
        "d": f"{when.day}",
        "dd": f"{when:%d}",
        "mm": f"{when:%m}",
        "mon": SHORT_MONTHS[when.month - 1],
        "month": MONTHS[when.month - 1],
        "year": f"{when:%Y}",
        "clock": f"{when:%H:%M}",
        "dotted": f"{when:%H.%M}",
        "zone": zone_name,
    }
