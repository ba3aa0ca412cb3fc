import pytest

from curation.html.tree import elements, n_elements, parse, text_of, values
from tests.html.pages import page


@pytest.mark.parametrize("text", ["", "   ", "<!-- komentar saja -->"])
def test_nothing_to_parse(text: str) -> None:
    assert parse(text) is None


def test_surrogates_and_declarations_do_not_stop_it() -> None:
    tree = parse('<?xml version="1.0" encoding="latin-1"?><html><body><p>caf\u00e9 \ud800</p></body></html>')
    assert tree is not None
    assert text_of(tree).startswith("café")


@pytest.mark.parametrize("tag", ["div", "b", "table", "ul><li", "blockquote"])
def test_text_below_a_hundred_thousand_tags_is_kept(tag: str) -> None:
    tree = parse("<html><body>" + f"<{tag}>" * 100_000 + "<p>di dasar</p>" + "<p>sesudahnya</p></body></html>")
    assert tree is not None
    assert "di dasar" in text_of(tree)
    assert "sesudahnya" in text_of(tree)


def test_a_text_of_ten_megabytes_is_kept() -> None:
    tree = parse("<p>" + "kata " * 2_200_000 + "akhir</p>")
    assert tree is not None
    assert text_of(tree).endswith("kata akhir")


def test_text_of_keeps_words_whole_and_blocks_apart() -> None:
    tree = page("<h1>K<b>o</b>pi<br>Pagi<span> hari</span></h1><script>x()</script><p>Satu</p>dua")
    assert text_of(tree) == "Kopi Pagi hari Satu dua"


def test_text_of_stops_at_its_element() -> None:
    (element,) = elements(page("<p>dalam</p>luar"), "p")
    assert text_of(element) == "dalam"


def test_values_of_texts_and_attributes() -> None:
    tree = page("<p class=a> satu  dua </p><p class=a></p>", "<meta name=author content=' Rini  Asih '>")
    assert values(tree, "p.a") == ["satu dua"]
    assert values(tree, "meta[name='author']@content") == ["Rini Asih"]
    assert values(tree, "meta[name='editor']@content") == []


@pytest.mark.parametrize("_time", range(3))
def test_contains_works_each_time(_time: int) -> None:
    assert values(page("<span>Editor <a>Rini</a></span>"), "span:contains('Editor') a") == ["Rini"]


def test_elements_are_in_page_order() -> None:
    tree = page("<p id=a></p><h2 id=b></h2><p id=c></p>")
    assert [element.get("id") for element in elements(tree, "h2, p")] == ["a", "b", "c"]
    assert n_elements(tree) == 6
