import json

import pytest

from curation.html.json_ld import Item, article_of, read_items, text_at, texts_at, types_of
from tests.html.pages import page

ARTICLE = {"@type": "NewsArticle", "headline": "Bukit Ditanami", "datePublished": "2026-07-24"}


def items(*scripts: str) -> list[Item]:
    return read_items(page("", "".join(f"<script type='application/ld+json'>{script}</script>" for script in scripts)))


@pytest.mark.parametrize(
    "value",
    [ARTICLE, [ARTICLE], {"@graph": [{"@type": "WebPage"}, ARTICLE]}, {"@type": "WebPage", "mainEntity": ARTICLE}],
)
def test_where_the_article_may_lie(value: object) -> None:
    assert article_of(items(json.dumps(value))) == ARTICLE


@pytest.mark.parametrize(
    "script",
    [
        '{"@type": "NewsArticle", "headline": "Bukit\nDitanami"}',
        '<!-- {"@type": "NewsArticle", "headline": "Bukit Ditanami"} -->',
        '//<![CDATA[\n{"@type": "NewsArticle", "headline": "Bukit Ditanami"}\n//]]>',
        '{"@type": "NewsArticle", "headline": "Bukit Ditanami", }',
        '{"@type": "NewsArticle", "image": , "headline": "Bukit Ditanami"}',
        '{"@type": "NewsArticle", // jenis\n "headline": "Bukit Ditanami"}',
        '{"@type": "NewsArticle", /* jenis */ "headline": "Bukit Ditanami"}',
        '{"@type": "NewsArticle", "headline": "Bukit Ditanami"};',
        '{"@type": "NewsArticle", "headline": "Bukit Ditanami"} }',
        '{"@type": ["NewsArticle"], "headline": "Bukit &amp;amp; Ditanami"}',
    ],
)
def test_broken_ones_are_mended(script: str) -> None:
    article = article_of(items(script))
    assert text_at(article, "headline").replace("& ", "") == "Bukit Ditanami"
    assert types_of(article) == {"NewsArticle"}


def test_bare_quotation_marks_in_a_headline() -> None:
    script = '{"@type": "NewsArticle", "headline": "Kata "Bohong" Itu", "datePublished": "2026-07-24T10:00:00+07:00"}'
    article = article_of(items(script))
    assert text_at(article, "headline") == 'Kata "Bohong" Itu'
    assert text_at(article, "datePublished") == "2026-07-24T10:00:00+07:00"


@pytest.mark.parametrize("script", ["", "{", "[" * 5000, "null", '"teks"', '{"a": 1}', "bukan json", " //x" * 20_000])
def test_nothing_to_read(script: str) -> None:
    assert items(script) == []


def test_the_story_of_another_page_is_not_this_ones() -> None:
    listed = {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": ARTICLE}]}
    assert article_of(items(json.dumps(listed))) == {}


def test_the_fuller_of_two_articles() -> None:
    assert article_of(items('{"@type": "Article", "url": "/"}', json.dumps(ARTICLE))) == ARTICLE


def test_texts() -> None:
    item = {"author": [{"name": "Rini"}, "Budi ", {"url": "x"}, 3], "section": ""}
    assert texts_at(item, "author") == ["Rini", "Budi"]
    assert text_at(item, "section", "author") == "Rini"
    assert text_at(item, "none") == ""
