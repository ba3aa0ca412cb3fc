import json

from curation.html.page_json import state_of, told_body, told_tree
from curation.html.tree import text_of
from tests.html.pages import HEADLINE, STORY, page, paragraphs


def state(value: object, kind: str = "application/json") -> str:
    return f"<script type='{kind}'>{json.dumps(value)}</script>".replace("</p>", "<\\/p>")


def test_article_body() -> None:
    assert told_body({"articleBody": "\n".join(STORY)}) == "\n".join(STORY)
    assert told_body({"articleBody": "&lt;p&gt;" + "&lt;/p&gt;&lt;p&gt;".join(STORY)}).split("\n")[1] == STORY[0]
    assert told_body({"articleBody": STORY[0]}) == ""
    assert told_body({"articleBody": ["x"]}) == told_body({}) == ""


def test_the_longest_string_with_paragraphs_is_the_story() -> None:
    others = {"props": [{"teaser": f"<p>{STORY[0]}</p>"}, {"story": paragraphs(), "title": HEADLINE}], "x": "y " * 500}
    name, tree = told_tree(page(state(others)), {})
    assert name == "page-state"
    assert tree is not None and text_of(tree) == " ".join(STORY)


def test_json_ld_where_there_is_no_state() -> None:
    name, tree = told_tree(page(state({"teaser": "<p>pendek</p>"})), {"articleBody": "\n".join(STORY) + "\n1 < 2"})
    assert name == "json-ld"
    assert tree is not None and text_of(tree) == " ".join(STORY) + " 1 < 2"


def test_nothing_told() -> None:
    assert told_tree(page(state("{")), {}) == ("", None)
    assert told_tree(page("<script type='application/json'>{</script>"), {}) == ("", None)
    assert told_tree(page(state({"story": paragraphs()}, "text/javascript")), {}) == ("", None)


def test_what_stands_beside_the_story() -> None:
    story = {"body": paragraphs(), "judul": HEADLINE, "authors": [{"name": "Rini"}], "category": None, "kanal": "Desa"}
    found = state_of(page(state([{"title": "Lain"}, story])))
    assert found == {"headline": HEADLINE, "author": [{"name": "Rini"}], "articleSection": "Desa"}
    assert state_of(page(state({"title": HEADLINE}))) == {}
