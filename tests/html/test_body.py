import datetime as dt
import gzip
import json
from pathlib import Path

import pytest

import curation.html.body as module
from crawler.outlets import Layout, load_outlets
from curation.html.body import Body, choose_layout, find_body
from curation.html.decode import decode
from curation.html.structure import structures
from curation.html.tree import parse
from curation.inserts.cuts import undo
from tests.html.pages import HEADLINE, STORY, TEASERS, article, body, page, paragraphs

PAGES = Path(__file__).resolve().parents[3] / "shared" / "pages"
LAYOUT = Layout(id="2026", body=(".isi-lama", ".isi"), drop=(".kotak",))
BOX = f"<div class='kotak'><p>Baca Juga:</p><p>{TEASERS[0]}</p></div>"


def names(found: Body) -> dict[str, str]:
    by_code = {row.code: name for name, row in structures().items()}
    return {cut.text.strip("\n "): by_code[cut.code] for cut in found.cuts}


def test_by_layout() -> None:
    inside = f"{paragraphs(*STORY[:3])}{BOX}<p><a href='/y'>{TEASERS[1]}</a></p>{paragraphs(*STORY[3:])}"
    found = body(article(f"<div class='isi'>{inside}</div>"), LAYOUT)
    assert found.text.split("\n") == list(STORY)
    assert (found.layout, found.extractor) == ("2026", "layout")
    assert names(found) == {"Baca Juga:": "layout-drop", TEASERS[0]: "layout-drop", TEASERS[1]: "link-only"}
    before = undo(found.text, found.cuts).split("\n")
    assert before == [*STORY[:3], "Baca Juga:", TEASERS[0], TEASERS[1], *STORY[3:]]


def test_all_that_match_the_first_selector_that_finds_text() -> None:
    parts = "".join(
        f"<div class='isi'><p>{text}</p><div class='isi'>dan {at}</div></div>" for at, text in enumerate(STORY)
    )
    found = body(article(f"<div class='isi-lama'> </div>{parts}"), LAYOUT)
    assert found.text.split("\n")[:4] == [STORY[0], "dan 0", STORY[1], "dan 1"]


def test_text_in_runs_of_line_breaks() -> None:
    runs = "<br><br>".join((*STORY[:3], f"Baca Juga: <a href='/x'>{TEASERS[0]}</a>", *STORY[3:]))
    found = body(article(f"<div class='isi'>{runs}</div>"), LAYOUT)
    assert found.text.split("\n") == [*STORY[:3], f"Baca Juga: {TEASERS[0]}", *STORY[3:]]


def test_a_hole_in_a_sentence() -> None:
    inside = f"<p>Warga <span class='kotak'>(iklan)</span> menanam.</p>{paragraphs()}"
    found = body(article(f"<div class='isi'>{inside}</div>"), LAYOUT)
    assert found.text.split("\n")[0] == "Warga menanam."
    assert [cut.text for cut in found.cuts] == [" (iklan)"]


def test_marks_decide() -> None:
    marked = Layout(id="lain", marks=("[data-lain]",), body=("article",))
    tree = article(f"<div class='isi'>{paragraphs()}</div>")
    assert choose_layout(tree, (marked, LAYOUT)) is LAYOUT
    assert choose_layout(page("<p>x</p>"), (marked, LAYOUT)) is None


def test_the_day_decides_between_two_that_fit() -> None:
    old = Layout(id="2015", since=dt.date(2015, 1, 1), body=(".isi",))
    new = Layout(id="2024", since=dt.date(2024, 1, 1), body=(".isi",))
    tree = article(f"<div class='isi'>{paragraphs()}</div>")
    assert choose_layout(tree, (new, old)) is new
    assert choose_layout(tree, (new, old), dt.date(2020, 5, 1)) is old
    assert choose_layout(tree, (new, old), dt.date(2025, 5, 1)) is new


def test_a_layout_that_no_longer_fits_gives_way() -> None:
    found = body(article(f"<div class='isi'><p>Memuat…</p></div><div class='baru'>{paragraphs()}</div>"), LAYOUT)
    assert found.text.split("\n")[-len(STORY) :] == list(STORY)
    assert (found.layout, found.extractor) == ("", "trafilatura-fast")


def test_a_short_story_keeps_its_layout() -> None:
    found = body(article(f"<div class='isi'>{paragraphs(STORY[0])}</div>"), LAYOUT)
    assert (found.text, found.layout) == (STORY[0], "2026")


def test_the_mark_of_a_paid_story() -> None:
    paid = LAYOUT.model_copy(update={"premium": (".pagar",)})
    tree = article(f"<div class='isi'>{paragraphs()}</div><div class='pagar'>Berlangganan</div>")
    assert find_body(tree, (paid,)) == "page.premium"


def test_page_state_where_the_markup_has_no_story() -> None:
    state = json.dumps({"content": paragraphs(*STORY[:3]) + BOX + paragraphs(*STORY[3:])}).replace("</", "<\\/")
    found = body(page(f"<h1>{HEADLINE}</h1><script type='application/json'>{state}</script>"))
    assert found.extractor == "page-state"
    assert STORY[5] in found.text


def test_json_ld_where_the_markup_has_no_story() -> None:
    item = json.dumps({"@type": "NewsArticle", "headline": HEADLINE, "articleBody": "\n\n".join(STORY)})
    found = body(page(f"<h1>{HEADLINE}</h1>", f"<script type='application/ld+json'>{item}</script>"))
    assert (found.text.split("\n"), found.extractor) == (list(STORY), "json-ld")


def ld(**fields: object) -> str:
    item = {"@type": "NewsArticle", "headline": HEADLINE, "articleBody": "\n".join(STORY)} | fields
    return f"<script type='application/ld+json'>{json.dumps(item)}</script>"


def test_a_layout_that_finds_less_than_json_ld_tells_is_not_believed() -> None:
    tree = article(
        f"<div class='isi'>{paragraphs(*STORY[:2])}</div><div class='lagi'>{paragraphs(*STORY[2:])}</div>", ld()
    )
    assert body(tree, LAYOUT).text.split("\n") == list(STORY)


def test_what_a_page_keeps_from_its_readers_is_not_taken_from_its_json() -> None:
    paid = ld(isAccessibleForFree=False)
    assert find_body(article(f"<div class='isi'>{paragraphs(STORY[0])}</div>", paid), (LAYOUT,)) == "page.premium"


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000 + paragraphs(),
        "<b>" * 100_000 + paragraphs(),
        f"<h1>{HEADLINE}</h1>" + paragraphs() + "<a href=x>y</a> " * 150_000,
        "<p>" + "kata demi kata. " * 600_000,
        paragraphs() * 12_000,
        "<table>" * 3_000 + paragraphs(),
    ],
    ids=["nested", "nested inline", "links", "one line", "paragraphs", "tables"],
)
def test_pathological_pages_end_in_a_body_or_a_code(html: str) -> None:
    tree = parse(f"<html><body>{html}</body></html>")
    assert tree is not None
    found = find_body(tree, (LAYOUT,))
    assert found == "extract.no-body" or (isinstance(found, Body) and found.text)


def test_a_page_of_too_many_elements_is_no_story(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HUGE", 5)
    assert find_body(article(paragraphs()), (LAYOUT,)) == "extract.no-body"


def test_a_story_among_cards_is_no_list() -> None:
    cards = "".join(f"<h3><a href='/x'>{title}</a></h3><p>Cerita kami hari ini.</p>" for title in TEASERS)
    tree = page(f"<h1>{HEADLINE}</h1><div class='isi'>{paragraphs()}{cards}</div>", "<title>Kabar Karang</title>")
    assert STORY[5] in body(tree, LAYOUT).text
    assert find_body(page(f"<div class='isi'>{paragraphs(*STORY[:2])}{cards}</div>"), (LAYOUT,)) == "page.index"


def test_no_page_of_the_development_set_is_refused() -> None:
    if not PAGES.exists():
        pytest.skip("the development pages (../shared/pages) are not here")
    outlets = load_outlets()
    for entry in json.loads((PAGES / "manifest.json").read_text(encoding="utf-8")):
        tree = parse(decode(gzip.decompress((PAGES / entry["page"]).read_bytes()), "text/html"))
        profile = outlets.of_url(entry["url"])
        assert tree is not None
        found = body(tree, *(profile.layouts if profile else ()), *outlets.platform_layouts)
        before = undo(found.text, found.cuts)
        assert all(before.startswith(cut.text, cut.start) for cut in found.cuts)
        assert "\n\n" not in before
