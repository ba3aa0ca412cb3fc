"""The six invented outlets: their hosts, the form of their addresses, and how they print a dateline."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from crawler.outlets import ZONES


@dataclass(frozen=True, slots=True)
class Masthead:
    """One outlet of the newsstand. Its forms are those of `str.format`."""

    id: str
    name: str
    host: str
    city: str
    tagline: str
    zone_name: str
    article: str
    """Path of an article from `number`, `slug`, `section`, `code` and `published`."""
    section: str
    """Path of a section from `slug`."""
    tag: str
    """Path of a topic from `slug`."""
    first_number: int
    number_step: int
    dateline: str
    """What stands before the lead, from `city` as the outlet writes it; empty where it prints none."""
    dash: str = ""
    """Between the dateline and the lead."""
    shouts: bool = False
    """Cities stand in capitals."""
    pages_stories: bool = False
    """Long stories are cut into `?page=2` and so on."""
    whole_stories: bool = True
    """`?page=all` brings such a story whole."""
    subheads: bool = True
    """Subheads are printed."""
    leaves_out: frozenset[str] = frozenset()
    """Facts of a story that its pages do not show."""
    minutes_to_edit: int = 0
    """Every article is marked as changed so long after it appeared; 0: its pages tell no such time."""
    per_page: int = 6
    """Teasers on a listing page."""
    per_day_page: int = 2
    """Teasers on a page of one day's index."""
    per_sitemap: int = 10
    """Addresses in one page of a sitemap that has several."""
    past_the_end: Literal["empty", "missing", "repeat"] = "empty"
    """What a listing page after the last one gives: no teaser, 404, or the last page once more."""
    pager: Literal["query", "path", "older"] = "query"
    """How a listing goes on: `?page=2`, `/page/2/`, or all that is older than a time."""
    gzip: bool = False
    """Answers are compressed where the client accepts it."""

    @property
    def home(self) -> str:
        """Address of the front page without the closing slash."""
        return f"http://{self.host}"

    @property
    def zone(self) -> dt.timezone:
        """Zone in which the outlet prints its times."""
        return ZONES[self.zone_name]


MASTHEADS: dict[str, Masthead] = {
    masthead.id: masthead
    for masthead in (
        Masthead(
            id="kabarpesisir",
            name="Kabar Pesisir",
            host="www.kabarpesisir.example",
            city="Semarang",
            tagline="Suara dari tepi Laut Jawa",
            zone_name="WIB",
            article="/news-{number}-{slug}",
            section="/kanal/{slug}",
            tag="/tag/{slug}",
            first_number=20417,
            number_step=3,
            dateline="{city} | KABARPESISIR.EXAMPLE",
            dash=" - ",
            shouts=True,
            minutes_to_edit=17,
        ),
        Masthead(
            id="wartalintas",
            name="Warta Lintas",
            host="www.wartalintas.example",
            city="Jakarta",
            tagline="Cepat, ringkas, melintas",
            zone_name="WIB",
            article="/read/{number}/{slug}",
            section="/rubrik/{slug}",
            tag="/topik/{slug}",
            first_number=61052,
            number_step=7,
            dateline="{city}, WARTALINTAS.EXAMPLE",
            dash=" – ",
            shouts=True,
            subheads=False,
            leaves_out=frozenset({"initials"}),
        ),
        Masthead(
            id="catatanlembayung",
            name="Catatan Lembayung",
            host="catatan-lembayung.blogspot.example",
            city="Yogyakarta",
            tagline="catatan kecil tentang kampung, pasar, dan orang-orangnya",
            zone_name="WIB",
            article="/{published:%Y/%m}/{slug}.html",
            section="/search/label/{slug}",
            tag="/search/label/{slug}",
            first_number=4107735520913,
            number_step=81264377,
            dateline="",
            per_page=4,
            per_sitemap=5,
            pager="older",
            leaves_out=frozenset({"city", "editor", "initials", "section"}),
        ),
        Masthead(
            id="ruangkini",
            name="Ruang Kini",
            host="www.ruangkini.example",
            city="Bandung",
            tagline="Suara anak muda, dari mana saja",
            zone_name="WIB",
            article="/{section}/{slug}-{code}",
            section="/{slug}",
            tag="/tag/{slug}",
            first_number=880213,
            number_step=11,
            dateline="{city}, Ruang Kini",
            dash=" - ",
            pages_stories=True,
            leaves_out=frozenset({"initials"}),
            minutes_to_edit=25,
            past_the_end="repeat",
            gzip=True,
        ),
        Masthead(
            id="gaungtimur",
            name="Gaung Timur",
            host="www.gaungtimur.example",
            city="Makassar",
            tagline="Berita Indonesia Timur Terkini",
            zone_name="WITA",
            article="/{published:%Y/%m/%d}/{slug}/",
            section="/category/{slug}/",
            tag="/tag/{slug}/",
            first_number=9316,
            number_step=4,
            dateline="{city}, GAUNGTIMUR.EXAMPLE",
            dash=" — ",
            shouts=True,
            leaves_out=frozenset({"initials"}),
            minutes_to_edit=6,
            past_the_end="missing",
            pager="path",
        ),
        Masthead(
            id="suluhborneo",
            name="Suluh Borneo",
            host="www.suluhborneo.example",
            city="Samarinda",
            tagline="Terang sampai ke hulu",
            zone_name="WITA",
            article="/baca/{slug}/",
            section="/rubrik/{slug}/",
            tag="/tag/{slug}/",
            first_number=4511,
            number_step=6,
            dateline="{city}, SULUHBORNEO.EXAMPLE",
            dash=" – ",
            shouts=True,
            pages_stories=True,
            whole_stories=False,
            leaves_out=frozenset({"initials"}),
            minutes_to_edit=9,
            past_the_end="missing",
            pager="path",
        ),
    )
}
