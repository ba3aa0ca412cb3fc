import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from lxml import html
from lxml.html import HtmlElement

from crawler.newsstand.body import WHOLE, blocks_of, parts_count
from crawler.newsstand.edition import Edition
from crawler.newsstand.mastheads import MASTHEADS
from crawler.newsstand.pages import amp_page, article_page
from crawler.newsstand.stories import Appearance, Expected, appearances, expected
from crawler.outlets import Layout, load_outlets

ARTICLES = list(zip(appearances(), expected(), strict=True))
WITH_LINKED_DATA = ("kabarpesisir", "ruangkini", "gaungtimur", "suluhborneo")
# One line of each outlet that must stand in the text container and must not stand in the gold.
INSERTS = {
    "kabarpesisir": ("Baca Juga: ", "Editor : ", "ADVERTISEMENT"),
    "wartalintas": ("Artikel ini bersumber dari www.wartalintas.example.", " WIB"),
    "catatanlembayung": ("Baca juga : ", "0 Response to ", "Posting Komentar"),
    "ruangkini": (
        "Baca Juga: ",
        "Verified Writer",
        "Ruang Kini Community adalah media",
        "Topik:",
        "TUTUP",
        "SCROLL UNTUK MELANJUTKAN MEMBACA",
        "Gabung di Ruang Kini",
        "Berita Terkini Lainnya",
    ),
    "suluhborneo": ("Baca juga: ", "Editor: ", "ADVERTISEMENT"),
    "gaungtimur": ("Simak juga: ", "Editor: ", "WhatsApp Channel", "Berita Terkait", "Bagikan ini"),
}


def words(text: str) -> str:
    return " ".join(text.split())


def tree_of(entry: Appearance, edition: Edition, part: int = WHOLE) -> HtmlElement:
    return html.document_fromstring(article_page(entry, edition.shelves[entry.masthead.id], part))


def layout_of(outlet: str) -> Layout:
    return load_outlets().by_id[outlet].layouts[0]


def selected(tree: HtmlElement, selectors: tuple[str, ...]) -> Iterator[str]:
    for selector in selectors:
        css, _, attribute = selector.partition("@")
        for node in tree.cssselect(css):
            yield words(node.get(attribute, "") if attribute else node.text_content())


def container(tree: HtmlElement, outlet: str) -> HtmlElement:
    return tree.cssselect(layout_of(outlet).body[0])[0]


@pytest.mark.parametrize("outlet", MASTHEADS)
def test_text_container_holds_the_gold_in_order(edition: Edition, outlet: str) -> None:
    for entry, gold in ARTICLES:
        if entry.masthead.id == outlet:
            text = words(container(tree_of(entry, edition), outlet).text_content())
            places = [text.find(words(line)) for line in gold.text.split("\n")]
            assert -1 not in places, entry.url
            assert places == sorted(places), entry.url


@pytest.mark.parametrize("outlet", MASTHEADS)
def test_selectors_of_the_profile_find_the_facts_of_the_gold(edition: Edition, outlet: str) -> None:
    layout = layout_of(outlet)
    for entry, gold in ARTICLES:
        if entry.masthead.id != outlet:
            continue
        tree = tree_of(entry, edition)
        assert next(selected(tree, layout.title)) == gold.title
        assert tuple(selected(tree, layout.author)) == gold.authors
        assert next(selected(tree, layout.summary)) == gold.summary
        assert next(selected(tree, layout.section), "") == gold.section
        assert tuple(selected(tree, layout.tags)) == gold.tags
        assert next(selected(tree, layout.date))
        if layout.editor:
            assert next(selected(tree, layout.editor)) == gold.editor


@pytest.mark.parametrize("outlet", MASTHEADS)
def test_text_container_holds_inserts_that_the_gold_does_not(edition: Edition, outlet: str) -> None:
    mine = [(entry, gold) for entry, gold in ARTICLES if entry.masthead.id == outlet and entry.kind == "story"]
    for entry, gold in mine:
        text = words(container(tree_of(entry, edition), outlet).text_content())
        for line in INSERTS[outlet]:
            assert line in text, (entry.url, line)
            assert not any(row.startswith(line) for row in gold.text.split("\n"))


def test_drop_selectors_take_nothing_of_the_gold(edition: Edition) -> None:
    for entry, gold in ARTICLES:
        body = container(tree_of(entry, edition), entry.masthead.id)
        dropped = [node for css in layout_of(entry.masthead.id).drop for node in body.cssselect(css)]
        taken = "\n".join(words(node.text_content()) for node in dropped)
        assert not [line for line in gold.text.split("\n") if line in taken], entry.url


def test_bare_headlines_are_headlines_of_the_same_outlet(edition: Edition) -> None:
    headlines = {entry.title for entry in edition.shelves["wartalintas"]}
    for entry in edition.shelves["wartalintas"]:
        links = container(tree_of(entry, edition), "wartalintas").cssselect("p > strong > a")
        assert links
        assert {link.text_content() for link in links} <= headlines - {entry.title}


@pytest.mark.parametrize("outlet", ["kabarpesisir", "wartalintas", "ruangkini", "gaungtimur", "suluhborneo"])
def test_lead_opens_with_the_dateline(edition: Edition, outlet: str) -> None:
    masthead = MASTHEADS[outlet]
    for entry, gold in ARTICLES:
        if entry.masthead.id == outlet:
            opening = masthead.dateline.format(city=gold.dateline) + masthead.dash
            assert opening + gold.text.split("\n")[0] in words(tree_of(entry, edition).text_content())
            assert gold.dateline
            assert opening not in gold.text


@pytest.mark.parametrize("outlet", WITH_LINKED_DATA)
def test_linked_data_agrees_with_the_gold(edition: Edition, outlet: str) -> None:
    for entry, gold in ARTICLES:
        if entry.masthead.id == outlet and entry.kind != "video":
            found = article_data(tree_of(entry, edition))
            assert found["headline"] == gold.title
            assert datetime_of(found["datePublished"]) == gold.published_at.timestamp()
            assert gold.modified_at is not None
            assert datetime_of(found["dateModified"]) == gold.modified_at.timestamp()
            assert author_of(found) in gold.authors


def test_lead_of_a_story_without_city_has_no_dateline(edition: Edition) -> None:
    shelf = edition.shelves["kabarpesisir"]
    entry = replace(shelf[0], city="")
    paragraphs = html.document_fromstring(article_page(entry, shelf)).cssselect(".detail-content p")
    assert words(paragraphs[0].text_content()) == entry.blocks[0].text


def article_data(tree: HtmlElement) -> dict[str, object]:
    blocks = [json.loads(node.text) for node in tree.cssselect('script[type="application/ld+json"]')]
    flat = [node for block in blocks for node in block.get("@graph", [block])]
    return next(node for node in flat if node["@type"] in ("NewsArticle", "Article"))


def datetime_of(text: object) -> float:
    return dt.datetime.fromisoformat(str(text)).timestamp()


def author_of(data: dict[str, object]) -> str:
    author = data["author"]
    first = author[0] if isinstance(author, list) else author
    assert isinstance(first, dict)
    return str(first["name"])


def paged(edition: Edition) -> list[tuple[Appearance, Expected]]:
    return [(entry, gold) for entry, gold in ARTICLES if parts_count(entry) > 1]


def test_parts_of_a_story_together_are_the_story(edition: Edition) -> None:
    assert paged(edition)
    for entry, _ in paged(edition):
        parts = [blocks_of(entry, part) for part in range(1, parts_count(entry) + 1)]
        assert tuple(block for part in parts for block in part) == entry.blocks
        assert all(parts)
        assert not any(part[-1].subhead for part in parts)


def test_every_part_names_the_story_as_canonical_and_links_the_others(edition: Edition) -> None:
    for entry, _ in paged(edition):
        count = parts_count(entry)
        for part in range(1, count + 1):
            tree = tree_of(entry, edition, part)
            assert tree.cssselect("link[rel=canonical]")[0].get("href") == entry.url
            links = {node.get("href") for node in tree.cssselect(".article-paging a")}
            others = {f"{entry.url}?page={other}" for other in range(1, count + 1) if other != part}
            assert links == others | ({f"{entry.url}?page=all"} if entry.masthead.whole_stories else set())
            dateline = entry.masthead.dateline.format(city=entry.dateline)
            assert (dateline in tree.text_content()) == (part == 1)
        assert not tree_of(entry, edition).cssselect(".article-paging")


def test_video_page_says_so_in_every_way(edition: Edition) -> None:
    videos = [entry for entry in appearances() if entry.kind == "video"]
    assert videos
    for entry in videos:
        tree = tree_of(entry, edition)
        assert tree.cssselect('meta[property="og:type"]')[0].get("content") == "video.other"
        assert tree.cssselect("video")


def test_robots_tag_stands_on_the_page_of_the_story_that_has_one(edition: Edition) -> None:
    found = {entry.url: tree_of(entry, edition).cssselect("meta[name=robots][content*=noai]") for entry, _ in ARTICLES}
    wanted = {entry.url: entry.story.robots for entry, _ in ARTICLES if entry.story.robots}
    assert wanted
    assert {url: tags[0].get("content") for url, tags in found.items() if tags} == wanted


@pytest.mark.parametrize("outlet", MASTHEADS)
def test_one_outlet_licenses_its_pages(edition: Edition, outlet: str) -> None:
    licences = {
        link.get("href")
        for entry in edition.shelves[outlet]
        for link in tree_of(entry, edition).cssselect("[rel~=license]")
    }
    wanted = {"https://creativecommons.org/licenses/by/4.0/deed.id"}
    assert licences == (wanted if outlet == "catatanlembayung" else set())


def test_amp_twin_points_to_its_article(edition: Edition) -> None:
    target = edition.special("amp").target
    tree = html.document_fromstring(amp_page(target, edition.shelves["ruangkini"]))
    assert tree.cssselect("link[rel=canonical]")[0].get("href") == target.url
    layout = load_outlets().by_id["ruangkini"].layouts[1]
    assert all(tree.cssselect(css) for css in (*layout.marks, *layout.body))
    text = words(tree.cssselect(layout.body[0])[0].text_content())
    assert all(words(block.text) in text for block in target.blocks)


@pytest.mark.parametrize("outlet", MASTHEADS)
def test_page_loads_nothing_from_elsewhere(edition: Edition, outlet: str) -> None:
    tree = tree_of(edition.shelves[outlet][0], edition)
    loaded = {node.get(name) for name in ("src", "data-src", "poster") for node in tree.cssselect(f"[{name}]")}
    sheets = {node.get("href") for node in tree.cssselect("link[rel=stylesheet], link[rel=preload]")}
    assert sheets
    home = MASTHEADS[outlet].home
    assert {url for url in loaded | sheets if not url.startswith((home, "data:"))} == set()
