import datetime as dt
import json

import pytest

from crawler.outlets import ZONES, Layout, Profile
from curation.html.metadata import Metadata, declared_address, read_metadata, settle
from tests.html.pages import HEADLINE, STORY, page, paragraphs

WIB = ZONES["WIB"]
URL = "https://desa.kabarkarang.example/read/1/bukit"
PROFILE = Profile(
    id="kabarkarang", name="Kabar Karang", aliases=("KabarKarang.example",), home="https://kabarkarang.example/",
    hosts=("*.kabarkarang.example",), zone="WITA",
)  # fmt: skip


def read(body: str = "", head: str = "", layout: Layout | None = None, profile: Profile | None = PROFILE) -> Metadata:
    return read_metadata(page(body, head), layout, profile, URL)


def ld(**fields: object) -> str:
    return f"<script type='application/ld+json'>{json.dumps({'@type': 'NewsArticle'} | fields)}</script>"


def meta(**fields: str) -> str:
    return "".join(f"<meta property='{name.replace('__', ':')}' content='{value}'>" for name, value in fields.items())


def test_a_bare_page_says_nothing() -> None:
    assert read() == Metadata("", (), "", "", (), "", None, None, "", "id", "", "")


def test_json_ld() -> None:
    found = read(
        head=ld(
            headline=HEADLINE,
            author=[{"@type": "Person", "name": "Oleh: Rini Asih"}, {"@type": "Organization", "name": "Kantor Berita"}],
            editor={"@type": "Person", "name": "Budi Utama"},
            articleSection="Desa",
            keywords="longsor, #bambu,Longsor",
            description="Bukit &amp;quot;gundul&amp;quot; ditanami.",
            datePublished="2026-07-24T08:10:00+07:00",
            dateModified="2026-07-24T09:00:00+07:00",
        )
    )
    assert (found.title, found.authors, found.editor) == (HEADLINE, ("Rini Asih",), "Budi Utama")
    assert (found.section, found.tags, found.summary) == ("Desa", ("longsor", "bambu"), 'Bukit "gundul" ditanami.')
    assert found.published_at == dt.datetime(2026, 7, 24, 8, 10, tzinfo=WIB)
    assert found.modified_at == dt.datetime(2026, 7, 24, 9, 0, tzinfo=WIB)
    assert found.page_type == "NewsArticle"


def test_an_author_by_reference() -> None:
    graph = {
        "@graph": [
            {"@type": "Article", "headline": HEADLINE, "author": {"@id": "#rini"}},
            {"@type": "Person", "@id": "#rini", "name": "Rini Asih"},
        ]
    }
    assert read(head=f"<script type='application/ld+json'>{json.dumps(graph)}</script>").authors == ("Rini Asih",)


def test_meta_tags() -> None:
    head = (
        f"<title>{HEADLINE} - Kabar Karang</title><meta name='author' content='Rini Asih - Kabar Karang'>"
        "<meta name='keywords' content='[\"bambu\", \"aren\"]'>"
        + meta(og__title=HEADLINE, og__type="article", og__site_name="Kabar Karang", article__section="kabar-desa",
               article__published_time="2026-07-24 08:10:00", og__description="Ringkasan. #bukit #desa")
    )  # fmt: skip
    found = read(head=head)
    assert (found.title, found.authors, found.section) == (HEADLINE, ("Rini Asih",), "Kabar desa")
    assert (found.tags, found.summary, found.site_name) == (("bambu", "aren"), "Ringkasan.", "Kabar Karang")
    assert found.published_at == dt.datetime(2026, 7, 24, 8, 10, tzinfo=ZONES["WITA"])


def test_the_layout_comes_first() -> None:
    layout = Layout(
        id="2026", body=(".isi",), title=(".judul",), author=(".penulis",), editor=(".penulis",), date=(".waktu",),
        section=(".rubrik",), tags=(".topik a",),
    )  # fmt: skip
    body = (
        f"<h2 class='judul'>{HEADLINE}</h2><p class='penulis'>Rep: Rini Asih/ Red: Budi Utama</p>"
        "<p class='rubrik'>DESA MEMBANGUN</p><p class='waktu'>Jumat, 24 Jul 2026 08:10 WITA</p>"
        "<div class='topik'><a>#bambu</a><a>Bambu</a><a>Kabar Karang</a></div>"
    )
    found = read(body, ld(headline=HEADLINE, author="Orang Lain", articleSection="Lain"), layout)
    assert (found.title, found.authors, found.editor) == (HEADLINE, ("Rini Asih",), "Budi Utama")
    assert (found.section, found.tags) == ("Desa Membangun", ("bambu",))
    assert found.published_at == dt.datetime(2026, 7, 24, 8, 10, tzinfo=ZONES["WITA"])


def test_a_rubric_is_no_site_name_and_a_site_no_rubric() -> None:
    assert read(head=meta(og__site_name="desa", article__section="Desa")).section == "Desa"
    assert read(head=meta(article__section="Kabar Karang")).section == ""


def test_the_section_of_a_trail() -> None:
    steps = [{"@type": "ListItem", "name": name} for name in ("Beranda", "Lereng", HEADLINE)]
    trail = {"@type": "BreadcrumbList", "itemListElement": steps}
    assert read(head=f"<script type='application/ld+json'>{json.dumps(trail)}</script>").section == "Lereng"


def test_page_state_where_there_is_no_json_ld() -> None:
    story = {
        "title": HEADLINE, "content": paragraphs(), "authors": [{"name": "Rini Asih"}], "category": {"name": "Desa"},
        "tags": [{"name": "bambu"}], "published_at": "2026-07-24 08:10:08",
    }  # fmt: skip
    state = json.dumps({"props": {"pageProps": {"post": story}}}).replace("</", "<\\/")
    found = read(f"<script id='__NEXT_DATA__' type='application/json'>{state}</script>")
    assert (found.title, found.authors, found.section, found.tags) == (HEADLINE, ("Rini Asih",), "Desa", ("bambu",))
    assert found.published_at == dt.datetime(2026, 7, 24, 8, 10, 8, tzinfo=ZONES["WITA"])


@pytest.mark.parametrize(
    ("head", "address"),
    [
        ("<link rel=canonical href='https://a.example/1'>", "https://a.example/1"),
        (meta(og__url="https://a.example/2"), "https://a.example/2"),
        ("<link rel=canonical href='/1'>" + meta(og__url="https://a.example/2"), "https://a.example/2"),
        ("<link rel=canonical href='/1'>", ""),
    ],
)
def test_declared_address(head: str, address: str) -> None:
    assert declared_address(page("", head)) == address


def moment(hour: int, offset: float, minute: int = 10, day: int = 24) -> dt.datetime:
    return dt.datetime(2026, 7, day, hour, minute, tzinfo=dt.timezone(dt.timedelta(hours=offset)))


@pytest.mark.parametrize(
    ("given", "seen", "right"),
    [
        (moment(15, 0), moment(15, 7), moment(15, 7)),
        (moment(9, -7), moment(9, 7), moment(9, 7)),
        (moment(8, 0), moment(15, 7), moment(8, 0)),
        (moment(8, 7), moment(11, 7), moment(8, 7)),
        (moment(0, 7, 0), moment(15, 7), moment(15, 7)),
        (moment(0, 7, 0), moment(15, 7, day=25), moment(0, 7, 0)),
        (None, moment(15, 7), moment(15, 7)),
        (moment(15, 0), None, moment(15, 0)),
        (None, None, None),
    ],
)
def test_settle(given: dt.datetime | None, seen: dt.datetime | None, right: dt.datetime | None) -> None:
    settled = settle(given, seen)
    assert settled == right
    assert settled is None or right is None or settled.utcoffset() == right.utcoffset()


def test_a_wall_clock_on_the_page_settles_a_wrong_zone() -> None:
    head = ld(datePublished="2026-07-24T15:10:00Z", dateModified="2026-07-24T16:00:00Z")
    found = read("<p>Jumat, 24 Jul 2026 15:10 WIB</p>", head)
    assert found.published_at == dt.datetime(2026, 7, 24, 15, 10, tzinfo=WIB)
    assert found.modified_at == dt.datetime(2026, 7, 24, 16, 0, tzinfo=WIB)


def test_true_utc_stays() -> None:
    found = read("<time>24 Juli 2026 22:10 WIB</time>", ld(datePublished="2026-07-24T15:10:00Z"))
    assert found.published_at == dt.datetime(2026, 7, 24, 15, 10, tzinfo=dt.UTC)


def test_a_time_that_only_readers_are_told() -> None:
    assert read("<p>Jumat, 24 Juli 2026 15:10 WIB</p>").published_at == dt.datetime(2026, 7, 24, 15, 10, tzinfo=WIB)
    found = read("<span class='tanggal'>24 Juli 2026 15:10</span>")
    assert found.published_at == dt.datetime(2026, 7, 24, 15, 10, tzinfo=ZONES["WITA"])


def test_times_that_cannot_be() -> None:
    assert read(head=ld(datePublished="1970-01-01T00:00:00Z")).published_at is None
    found = read(head=ld(datePublished="2026-07-24T15:10:00+07:00", dateModified="2020-01-01T00:00:00+07:00"))
    assert found.modified_at is None


def test_without_a_profile_the_language_gives_the_zone() -> None:
    head = ld(datePublished="2026-07-24 08:10:00")
    assert read(head=head, profile=None).published_at == dt.datetime(2026, 7, 24, 8, 10, tzinfo=WIB)


def test_a_story_is_no_headline() -> None:
    assert read(f"<h1>{HEADLINE}</h1><h1>{STORY[0]}</h1>", f"<title>{HEADLINE}</title>").title == HEADLINE
