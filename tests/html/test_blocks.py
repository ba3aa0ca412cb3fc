from hypothesis import given
from hypothesis import strategies as st

from curation.html.blocks import blocks_of
from curation.html.characters import fold
from curation.html.tree import elements, parse
from tests.html.pages import blocks, page, texts


def test_blocks_in_page_order() -> None:
    html = (
        "<h2>Judul kecil</h2><p>Satu.</p><ul><li>butir a</li><li>butir b</li></ul><blockquote>Kutipan.</blockquote>"
        "<table><tr><td>sel satu</td><td>sel dua</td></tr></table>ekor"
    )
    assert texts(html) == ["Judul kecil", "Satu.", "butir a", "butir b", "Kutipan.", "sel satu", "sel dua", "ekor"]


def test_inline_tags_do_not_split_words() -> None:
    assert texts("<p>Jak<b>ar</b>ta, <a href=x>kota</a><span>nya</span></p>") == ["Jakarta, kotanya"]


def test_scripts_and_their_like_are_never_text() -> None:
    silent = "<script>a()</script><style>p{}</style><noscript>nyalakan</noscript><template>pola</template>"
    assert texts(f"<p>satu{silent} dua</p>") == ["satu dua"]


def test_line_breaks_make_paragraphs_where_there_are_none() -> None:
    assert texts("<div>Kalimat satu.<br><br>Kalimat dua.<br/>Baca Juga: <a href=x>Lain</a><br>\n<br>Tiga.</div>") == [
        "Kalimat satu.",
        "Kalimat dua.",
        "Baca Juga: Lain",
        "Tiga.",
    ]


def test_one_line_break_in_the_middle_of_a_sentence_does_not() -> None:
    assert texts("<p>Warga yang tinggal<br>di lereng itu,<br> katanya</p>") == [
        "Warga yang tinggal di lereng itu, katanya"
    ]
    assert texts("<p>satu<br><br>dua</p>") == ["satu", "dua"]


def test_link_share() -> None:
    shares = [
        round(block.link_share, 1)
        for block in blocks("<p><a href=x>semua</a></p><p>ini <a>separuh</a> ya</p><p>tak</p>")
    ]
    assert shares == [1.0, 0.5, 0.0]


def test_templates_follow_tags_and_classes_without_digits() -> None:
    html = "<div class=isi-1><p>a</p></div><div class=isi-2><p>b</p></div><div class=lain><p>c</p></div>"
    one, two, three = (block.template for block in blocks(html))
    assert one == two != three


def test_marked_elements_make_whole_blocks_and_holes() -> None:
    tree = page("<p>Awal <span class=x>iklan</span> akhir</p><div class=x><p>kotak</p>sisa</div><p>bersih</p>")
    marked = dict.fromkeys(elements(tree, ".x"), "ST01")
    first, second, third, last = blocks_of(tree, marked)
    assert (first.text, first.code) == ("Awal iklan akhir", "")
    assert [(hole.code, first.text[hole.start : hole.end]) for hole in first.holes] == [("ST01", "iklan")]
    assert (second.code, third.code, last.code, last.holes) == ("ST01", "ST01", "", ())


def test_the_root_is_the_owner_of_its_text() -> None:
    (root,) = elements(page("<span>kata <b>tebal</b></span>luar"), "span")
    assert [(block.text, block.element is root) for block in blocks_of(root)] == [("kata tebal", True)]


PIECES = st.sampled_from(
    ["kata ", "Kata.", " ", "\n", "é\u0301", "<b>", "</b>", "<p>", "</p>", "<br>", "<div>", "<li>", "<a href=x>"]
)


@given(st.lists(PIECES, max_size=25).map("".join))
def test_no_letter_is_lost_and_every_block_is_in_normal_form(html: str) -> None:
    tree = parse(f"<html><body>x{html}</body></html>")
    assert tree is not None
    lines = [block.text for block in blocks_of(tree)]
    assert all(line == fold(line) != "" for line in lines)
    assert "".join("".join(lines).split()) == "".join(fold(tree.text_content()).split())
