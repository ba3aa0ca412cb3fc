from datetime import UTC, datetime

import pytest

from crawler.outlets import Outlets, Profile
from curation.records import Article, Capture, Page, Reject
from curation.stages.extract import extract, story_address
from curation.warc import Response

KABAR = Profile.model_validate(
    {
        "id": "kabar", "name": "Kabar Rimba", "home": "http://kabar.example/", "hosts": ["*.kabar.example"],
        "served_by": "newsstand", "addresses": {"article": [r"^/read/\d+/"], "whole": "page=all"},
        "layouts": [{"id": "v1", "body": [".isi"], "title": ["h1"]}],
    }
)  # fmt: skip
OUTLETS = Outlets({"kabar": KABAR}, ())
STORY = "http://www.kabar.example/read/7/panen-kopi"
PARAGRAPHS = [
    "Para petani di lereng utara mulai memanen kopi sejak pekan lalu, lebih cepat dua minggu daripada tahun lalu.",
    "Harga di tingkat pengepul naik tipis, dan sebagian warga memilih menyimpan hasil panen di lumbung desa.",
    "Kepala desa menyebut hujan yang turun merata pada bulan Agustus membuat buah masak hampir bersamaan.",
]
HTML = (
    "<html><head><title>Panen Kopi - Kabar Rimba</title></head><body><nav><a href='/'>Beranda</a></nav>"
    "<h1>Panen Kopi</h1>"
    f"<div class='isi'>{''.join(f'<p>{paragraph}</p>' for paragraph in PARAGRAPHS)}</div></body></html>"
)


def response(
    url: str = STORY, payload: bytes = HTML.encode(), *, status: int = 200, kind: str = "text/html", code: str = ""
) -> Response:
    capture = Capture("a.warc.gz", 0, 9, "sha1:X", status, kind)
    return Response(Page(url, datetime(2026, 10, 3, tzinfo=UTC), payload, capture), code)


def test_a_story_becomes_an_article() -> None:
    row = extract(response(), OUTLETS)
    assert isinstance(row, Article)
    assert row.text.split("\n") == PARAGRAPHS
    assert (row.title, row.outlet, row.layout, row.extractor) == ("Panen Kopi", "kabar", "v1", "layout")
    assert (row.url, row.canonical_url, row.capture) == (STORY, STORY, response().page.capture)


def test_the_id_is_of_address_and_bytes() -> None:
    one, whole, other = (
        extract(answer, OUTLETS) for answer in (response(), response(f"{STORY}?page=all"), response(f"{STORY}-lain"))
    )
    assert one.id == whole.id != other.id


@pytest.mark.parametrize(
    ("answer", "code", "detail"),
    [
        (response(status=404), "http.status", "404"),
        (response(payload=b" \n"), "page.empty", ""),
        (response(payload=b"User-agent: *", kind="text/plain"), "page.not-html", "text/plain"),
        (response(payload=b"<?xml version='1.0'?><urlset/>", kind="text/xml"), "page.not-html", "text/xml"),
        (response(payload=b"\x89PNG....", kind="text/html"), "page.not-html", "text/html"),
        (response("http://www.kabar.example/indeks"), "page.not-article", ""),
        (response(code="page.too-large"), "page.too-large", ""),
        (response(payload=b"<html><body><div class='isi'></div></body></html>"), "extract.no-body", ""),
    ],
)
def test_what_is_no_story_says_why(answer: Response, code: str, detail: str) -> None:
    row = extract(answer, OUTLETS)
    assert isinstance(row, Reject)
    assert (row.code, row.detail, row.outlet, row.stage) == (code, detail, "kabar", "extract")
    assert row.capture == answer.page.capture


@pytest.mark.parametrize(
    ("url", "link", "address"),
    [
        (STORY, "", STORY),
        (f"{STORY}?utm_source=x", "", STORY),
        ("http://www.kabar.example/read/7/lama", STORY, STORY),
        (STORY, "http://www.kabar.example/", STORY),
        (STORY, "http://lain.example/read/7/panen-kopi", STORY),
        ("http://m.kabar.example/read/7/panen-kopi", STORY, STORY),
    ],
)
def test_a_declared_address_counts_where_it_can_be_the_story(url: str, link: str, address: str) -> None:
    assert story_address(url, link, KABAR) == address


def test_an_unknown_site_may_declare_any_page_of_its_own() -> None:
    assert story_address("http://a.example/x?y=1", "http://a.example/x", None) == "https://a.example/x"
    assert story_address("http://a.example/x", "http://b.example/x", None) == "https://a.example/x"
    assert story_address("http://a.example/x", "http://a.example/", None) == "https://a.example/x"


def test_a_site_without_profile_is_named_by_its_host() -> None:
    row = extract(response("https://www.kampung.example/2026/10/panen-kopi"), OUTLETS)
    assert (row.outlet, isinstance(row, Article)) == ("kampung.example", True)
