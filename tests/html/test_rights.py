import json

from curation.html.rights import page_statements
from curation.html.tree import parse

BY = "https://creativecommons.org/licenses/by/4.0/"


def said(markup: str) -> list[tuple[str, str, str, str]]:
    tree = parse(f"<html><head>{markup}</head><body></body></html>" if "<body" not in markup else markup)
    assert tree is not None
    return [(one.signal, one.value, one.meaning, one.said_by) for one in page_statements(tree)]


def test_meta_tags_speak() -> None:
    assert said('<meta name="robots" content="noai">') == [("meta-robots", "noai", "reserved", "meta robots")]
    assert said('<meta name="tdm-reservation" content="1">') == [
        ("tdm-reservation", "1", "reserved", "meta tdm-reservation")
    ]
    assert said('<meta charset="utf-8"><meta name="robots"><meta content="noai">') == []


def test_links_to_a_licence_speak() -> None:
    assert said(f'<link rel="license" href="{BY}">') == [("license", BY, "open", "link rel=license")]
    assert said(f'<body><p><a rel="nofollow LICENSE" href="{BY}">CC</a></p></body>') == [
        ("license", BY, "open", "a rel=license")
    ]
    assert said('<link rel="license"><link rel="canonical" href="/1">') == []


def test_the_licence_of_a_picture_is_not_that_of_the_story() -> None:
    assert said(f'<body><figure><figcaption><a rel="license" href="{BY}">x</a></figcaption></figure></body>') == []
    items = {"@type": "ImageObject", "license": BY}
    assert said(f'<script type="application/ld+json">{json.dumps(items)}</script>') == []


def test_json_ld_speaks_of_the_article() -> None:
    for licence in (BY, [BY], {"@type": "CreativeWork", "url": BY}, {"@id": BY}):
        item = {"@type": "NewsArticle", "headline": "x", "license": licence}
        markup = f'<script type="application/ld+json">{json.dumps(item)}</script>'
        assert said(markup) == [("license", BY, "open", "json-ld license")]
    odd = {"@type": "NewsArticle", "license": {"a": 1}}
    assert said(f'<script type="application/ld+json">{json.dumps(odd)}</script>') == []
