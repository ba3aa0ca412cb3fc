import pytest

from curation.html.blocks import Block, blocks_of
from curation.html.structure import (
    headline_key,
    marked_elements,
    quoted_posts,
    shape_codes,
    structures,
    with_labels,
)
from curation.html.tree import elements
from tests.html.pages import HEADLINE, STORY, TEASERS, page

LINK = f"<a href='/x'>{TEASERS[0]}</a>"


def code(name: str) -> str:
    return structures()[name].code


def codes(html: str, drop: tuple[str, ...] = ()) -> dict[str, str]:
    """The name of what takes each line out, by line; empty for one that stays."""
    names = {row.code: name for name, row in structures().items()} | {"": ""}
    blocks = shown(html, drop)
    return {b.text: names[c] for b, c in zip(blocks, shape_codes(blocks, headlines()), strict=True)}


def shown(html: str, drop: tuple[str, ...] = ()) -> list[Block]:
    (root,) = elements(page(f"<div id=isi>{html}</div>"), "#isi")
    return blocks_of(root, marked_elements(root, drop))


def headlines() -> frozenset[str]:
    return frozenset((headline_key(HEADLINE), "karangjambe"))


def test_the_table_is_whole() -> None:
    rows = structures().values()
    assert [row.code for row in rows] == [f"ST{number:02}" for number in range(1, len(rows) + 1)]
    assert all(row.why.endswith(".") and row.name.startswith("structure.") for row in rows)


@pytest.mark.parametrize(
    ("html", "name"),
    [
        ("<figure><img><figcaption>Lereng barat. Foto: Wirya</figcaption></figure>", "caption"),
        ("<p class='wp-caption-text'>Lereng barat</p>", "caption"),
        ("<div class='share-wrapper'>Bagikan <a>WA</a> <a>FB</a></div>", "share"),
        ("<blockquote class='instagram-media'><p>Lihat postingan ini</p></blockquote>", "embed"),
        ("<form>Alamat surel <button>Daftar</button></form>", "form"),
        ("<nav><a>Satu</a> <a>Dua</a></nav>", "navigation"),
        ("<div class='paging'>Halaman: <a>1</a> <a>2</a></div>", "navigation"),
        (f"<div class='baca-juga'>Baca Juga: {LINK}</div>", "related"),
        (f"<section id='relatedPosts-2' class='related'><h4>Terkait</h4>{LINK}</section>", "related"),
        ("<div id='comments'><p>Semoga lestari bukitnya.</p></div>", "comments"),
        ("<div class='ads-slot'>Iklan</div>", "advert"),
        ("<div class='post-date'>3 jam lalu</div>", "byline"),
    ],
)
def test_elements_by_tag_and_class(html: str, name: str) -> None:
    found = codes(f"<p>{STORY[0]}</p>{html}<p>{STORY[1]}</p>")
    assert found.pop(STORY[0]) == found.pop(STORY[1]) == ""
    assert set(found.values()) == {name}


@pytest.mark.parametrize(
    "html",
    [
        f"<div class='share-content'><p>{STORY[0]}</p></div>",
        f"<div class='detail-paging'><h2>Bukit Barat</h2><p>{STORY[0]}</p></div>",
        "<h2 class='title-paging'>Bukit Barat</h2>",
        f"<div class='tag-related category-promo'><p>{STORY[1]}</p></div>",
        f"<div class='shared'>{STORY[2]}</div>",
        "<div class='social'><blockquote class='twitter-tweet'><p>Bukit hijau lagi!</p>— Wirya</blockquote></div>",
        f"<div class='related'><p>{STORY[3]}</p></div>",
    ],
)
def test_containers_of_the_story_stay(html: str) -> None:
    assert set(codes(html).values()) == {""}


def test_what_the_layout_drops() -> None:
    found = codes(
        f"<p>{STORY[0]}</p><div class='kotak'>Kotak</div><p>Awal <b class='kotak'>iklan</b> akhir</p>", (".kotak",)
    )
    assert found == {STORY[0]: "", "Kotak": "layout-drop", "Awal iklan akhir": ""}


@pytest.mark.parametrize(
    ("html", "cut"),
    [
        (f"<p>{STORY[0]}</p><p>{LINK}</p>", True),
        (f"<p>{STORY[0]}</p><ul><li>{LINK}</li></ul>", True),
        (f"<p>{STORY[0]}</p><h3>{LINK}</h3>", True),
        (f"<h3>{LINK}</h3><p>{STORY[0]}</p>", False),
        (f"<h3>{LINK}</h3><p>Desa, 24 Juli 2026</p>", True),
        (
            f"<p>Berikut ini adalah daftar tautan pendaftaran kerja bakti pekan depan:</p><ul><li>{LINK}</li></ul>",
            False,
        ),
        (f"<p>Daftar tautan:</p><ul><li>{LINK}</li></ul>", True),
        (f"<table><tr><td>{LINK}</td><td>1.250 batang</td></tr></table>", False),
        (f"<table class='sisip'><tr><td>{LINK}</td></tr></table>", True),
        (f"<p>Kata warga, {LINK}</p>", False),
    ],
)
def test_lines_that_are_all_link(html: str, cut: bool) -> None:
    found = next(name for text, name in codes(html).items() if TEASERS[0] in text)
    assert found == ("link-only" if cut else "")


def test_a_linked_paragraph_and_a_bare_address_stay() -> None:
    assert codes(f"<p><a>{STORY[0]}</a></p><p><a>https://karang.example/daftar</a></p>") == {
        STORY[0]: "",
        "https://karang.example/daftar": "",
    }


def test_the_headline_where_the_story_begins() -> None:
    html = f"<div>{HEADLINE}</div><div>Karangjambe</div><p>{STORY[0]}</p><h2>Karangjambe</h2><p>{HEADLINE.upper()}</p>"
    assert list(codes(html).values()) == ["headline", "", "", "headline"]
    assert codes(f"<div>Karangjambe</div><p>{STORY[0]}</p>")["Karangjambe"] == "headline"


@pytest.mark.parametrize(
    ("line", "cut"),
    [
        ("Sabtu, 25 Juli 2026 | 08:10 WIB", True),
        ("Terbit 25 Juli 2026", True),
        ("Jumat pagi", False),
        ("25/07/2026 08:10", True),
        ("Jakarta, 25/7/2026 (Kantor Berita)", False),
        ("4 orang terluka", False),
    ],
)
def test_a_date_line_above_the_story(line: str, cut: bool) -> None:
    assert codes(f"<div>{line}</div><p>{STORY[0]}</p>")[line] == ("byline" if cut else "")
    assert codes(f"<p>{STORY[0]}</p><div>{line}</div>")[line] == ""


def test_how_long_ago_it_was() -> None:
    found = codes(f"<p>{STORY[0]}</p><span>2 jam yang lalu</span><p>2 jam lalu warga datang.</p>")
    assert list(found.values()) == ["", "byline", ""]


def test_a_link_in_a_sentence_is_never_an_insert() -> None:
    (block,) = shown("<p>Gagasan itu lahir dari <a class='inner-link-baca-juga'>banjir</a> pada Januari.</p>")
    assert not block.holes


def test_a_paragraph_that_stands_twice() -> None:
    blocks = shown(f"<p>{STORY[0]}</p><p>Ya.</p><p>{STORY[0]}</p><p>Ya.</p>")
    assert shape_codes(blocks, frozenset()) == ["", "", code("repeated"), ""]


def test_the_label_of_a_box_below_the_story_goes_with_it() -> None:
    html = f"<p>{STORY[0]}</p><h4>Mungkin Anda suka</h4><p>Lainnya:</p><p>{LINK}</p>"
    blocks = shown(html)
    box = code("link-only")
    assert with_labels(blocks, shape_codes(blocks, frozenset())) == ("", box, box, box)


@pytest.mark.parametrize("line", ["<p>Editor: Rini</p>", "<p>Rini Asih</p>", "<p>(rwl/bgs)</p>"])
def test_a_credit_above_a_box_stays(line: str) -> None:
    blocks = shown(f"<p>{STORY[0]}</p>{line}<p>{LINK}</p>")
    assert with_labels(blocks, shape_codes(blocks, frozenset()))[1] == ""


def test_quoted_posts() -> None:
    tree = page("<blockquote class='twitter-tweet'><p>Hijau!</p></blockquote><blockquote><p>Kutipan</p></blockquote>")
    assert [element.tag for element in tree.iter() if element in quoted_posts(tree)] == ["blockquote", "p"]
