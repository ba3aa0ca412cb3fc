import pytest
from lxml.html import HtmlElement

import curation.html.story as module
from curation.html.headline import headline_keys
from curation.html.json_ld import article_of
from curation.html.reading import Reading, cut
from curation.html.story import read_story
from curation.html.structure import structures
from tests.html.pages import HEADLINE, STORY, TEASERS, article, page, paragraphs


def read(tree: HtmlElement, told: str = "") -> Reading:
    return read_story(tree, headline_keys(tree, article_of([])), told)


def lines(tree: HtmlElement) -> list[str]:
    return cut(read(tree))[0].split("\n")


def test_the_story_and_nothing_else() -> None:
    assert lines(article(f"<div>{paragraphs()}</div>")) == list(STORY)


def test_a_body_without_paragraphs() -> None:
    text = "<br><br>".join(STORY)
    assert lines(article(f"<div class='post-body'>{text}<div class='post-footer'>Label: desa</div></div>"))[
        : len(STORY)
    ] == list(STORY)


def test_headings_stay_where_their_text_does() -> None:
    html = f"<div>{paragraphs(*STORY[:3])}<h2>Bukit Barat</h2>{paragraphs(*STORY[3:])}<h2>Lihat Juga</h2></div>"
    assert lines(article(html)) == [*STORY[:3], "Bukit Barat", *STORY[3:]]


def test_inserts_and_pictures_go_with_their_codes() -> None:
    insert = f"<p><a href='/x'>{TEASERS[0]}</a></p><figure><img><figcaption>Lereng barat</figcaption></figure>"
    reading = read(article(f"<div>{paragraphs(*STORY[:3])}{insert}{paragraphs(*STORY[3:])}</div>"))
    names = {row.code: name for name, row in structures().items()}
    taken = {block.text: names[code] for block, code in zip(reading.blocks, reading.codes, strict=True) if code}
    assert taken == {TEASERS[0]: "link-only", "Lereng barat": "caption"} or taken == {
        HEADLINE: "headline",
        TEASERS[0]: "link-only",
        "Lereng barat": "caption",
    }


def hear(monkeypatch: pytest.MonkeyPatch, *texts: str) -> None:
    """Let trafilatura tell these texts, in both of its modes."""
    monkeypatch.setattr(module, "_extract", lambda tree, fast: "\n".join(texts))


def test_lines_built_like_those_that_are_told_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    hear(monkeypatch, *STORY[:3])
    short = ("“Hijau lagi bukit kami,” kata Wirya.", "Begitulah kata warga desa.")
    html = f"<div>{paragraphs(*STORY[:3], *short)}<div class='lain'>{short[0]} Lain.</div></div>"
    assert lines(article(html)) == [*STORY[:3], *short]


def test_a_witness_that_leaves_out_most(monkeypatch: pytest.MonkeyPatch) -> None:
    hear(monkeypatch, STORY[0], STORY[5])
    boxes = "".join(f"<div class='bagian-{'abcdef'[at]}'><p>{text}</p></div>" for at, text in enumerate(STORY))
    assert lines(article(boxes)) == list(STORY)


def test_list_items_below_a_line_of_the_story(monkeypatch: pytest.MonkeyPatch) -> None:
    hear(monkeypatch, *STORY)
    items = ("bibit aren;", "bibit bambu;", "tangki air.")
    listed = "".join(f"<li>{item}</li>" for item in items)
    other = "<div class='lain'><ul><li>Kabar pendek lain dari lereng timur</li></ul></div>"
    html = f"<div>{paragraphs(*STORY[:3])}<ul>{listed}</ul>{paragraphs(*STORY[3:])}{other}</div>"
    assert lines(article(html)) == [*STORY[:3], *items, *STORY[3:]]


def test_one_paragraph_that_a_witness_leaves_out_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    hear(monkeypatch, *STORY[:5])
    html = f"<div class='isi'>{paragraphs(*STORY[:5])}<div class='profil'><div>{STORY[5]}</div></div></div>"
    assert lines(article(html)) == list(STORY[:5])


def test_quoted_posts_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    hear(monkeypatch, *STORY)
    quote = "Bukitnya sudah hijau lagi, terima kasih warga!"
    post = f"<blockquote class='twitter-tweet'><p>{quote}</p>— Wirya 24 Juli</blockquote>"
    found = lines(article(f"<div>{paragraphs(*STORY[:3])}{post}{paragraphs(*STORY[3:])}</div>"))
    assert found[3:5] == [quote, "— Wirya 24 Juli"]


def test_the_reading_most_like_the_others_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    other = " ".join(f"Kotak samping memuat {title.lower()} untuk pembaca setia." for title in TEASERS[:3])
    readings = {True: other, False: "\n".join(STORY)}
    monkeypatch.setattr(module, "_extract", lambda tree, fast: readings[fast])
    reading = read(page(f"<div class='isi'>{paragraphs()}</div><div class='samping'><p>{other}</p></div>"))
    assert reading.extractor == "trafilatura-precision"
    assert cut(reading)[0].split("\n") == list(STORY)


def test_an_extractor_that_fails_outright_is_outvoted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_extract", lambda tree, fast: "")
    reading = read(page(f"<div class='isi'>{paragraphs()}</div>"), "\n".join(STORY))
    assert cut(reading)[0].split("\n") == list(STORY)


def test_a_huge_page_is_read_by_density_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST", 5)
    monkeypatch.setattr(module, "_extract", lambda tree, fast: pytest.fail("too large for it"))
    assert read(article(paragraphs())).extractor == "density"


def test_the_tree_is_not_changed() -> None:
    from lxml import etree

    tree = article(paragraphs() + "<script>a()</script><nav>menu</nav>")
    before = etree.tostring(tree)
    read(tree)
    assert etree.tostring(tree) == before
