import json

import pytest
from lxml.html import HtmlElement

from curation.html.body import find_body
from tests.html.pages import HEADLINE, STORY, TEASERS, article, body, page, paragraphs

CARDS = "".join(
    f"<div class='kartu'><h3><a href='/read/{at}'>{title}</a></h3><p>Cerita ke-{at} penulis kami hari ini…</p></div>"
    for at, title in enumerate(TEASERS)
)
LINKS = "".join(f"<h3><a href='/read/{at}'>{title}</a></h3>" for at, title in enumerate(TEASERS))
WHOLE = "".join(f"<article><h2><a href='/x'>{title}</a></h2>{paragraphs()}</article>" for title in TEASERS)
ABOUT = f"<div class='tentang'><p>{STORY[0]}</p><p>{STORY[1]}</p><p>{STORY[2]}</p></div>"


def head(path: str, kind: str = "website") -> str:
    return (
        f"<title>Kabar Karang</title><link rel='canonical' href='https://karang.example{path}'>"
        f"<meta property='og:type' content='{kind}'>"
    )


def ld(*items: object) -> str:
    return f"<script type='application/ld+json'>{json.dumps(items)}</script>"


POSTS = ld(*({"@type": "BlogPosting", "headline": title} for title in TEASERS))


@pytest.mark.parametrize(
    "tree",
    [
        page(CARDS, head("/")),
        page(LINKS + ABOUT, head("/")),
        page(LINKS + ABOUT, head("/index.php")),
        page(CARDS, head("/tag/bambu")),
        page(CARDS, head("/search/label/Desa")),
        page(CARDS, head("/indeks/2026/07/24")),
        page(CARDS, head("/2026/07/")),
        page(CARDS, head("/terkini/page/3")),
        page(CARDS, head("/x"), "class='archive category category-desa'"),
        page(CARDS + ABOUT, head("/x"), "class='home blog'"),
        page(CARDS + ABOUT, head("/x") + ld({"@type": "CollectionPage"})),
        page(CARDS, head("/desa")),
        page(LINKS, head("/desa")),
        page(CARDS, head("/tag/bambu", "article")),
        page(WHOLE, head("/") + POSTS),
    ],
)  # fmt: skip
def test_lists(tree: HtmlElement) -> None:
    assert find_body(tree, ()) == "page.index"


@pytest.mark.parametrize(
    "tree",
    [
        article(paragraphs()),
        article(paragraphs(STORY[0])),
        page(f"<h1>{HEADLINE}</h1><div class='isi'>{paragraphs()}</div>{CARDS}", head("/2026/07/bukit.html")),
        page(f"<h1>{HEADLINE}</h1><div class='isi'>{paragraphs(STORY[0])}</div>{LINKS}", f"<title>{HEADLINE}</title>"),
        page(f"<h1>{HEADLINE}</h1><div class='isi'>{paragraphs()}</div>{CARDS}", head("/", "article")),
        page(f"<h1>{HEADLINE}</h1>{paragraphs()}{LINKS}", head("/kategori/desa/bukit-ditanami", "article")),
        page(f"<h1>{HEADLINE}</h1>{paragraphs()}{LINKS}", "", "class='single single-post tag-x home'"),
        page(f"<h1>{HEADLINE}</h1>{paragraphs()}{LINKS}", ld({"@type": "NewsArticle", "headline": HEADLINE})),
        page(paragraphs()),
    ],
)
def test_stories(tree: HtmlElement) -> None:
    assert STORY[0] in body(tree).text


@pytest.mark.parametrize(
    "tree",
    [
        page(f"<h1>{HEADLINE}</h1><p>{STORY[0]}</p>", head("/1", "video.other")),
        page(f"<h1>{HEADLINE}</h1><p>{STORY[0]}</p>", head("/video/1/bukit", "article")),
        page(f"<h1>{HEADLINE}</h1><p>{STORY[0]}</p>", head("/foto/bukit", "article")),
        page(f"<h1>FOTO: {HEADLINE}</h1><p>{STORY[0]}</p>", head("/1", "article")),
        page(f"<h1>{HEADLINE}</h1><p>{STORY[0]}</p>", head("/1") + ld({"@type": "VideoObject"})),
    ],
)
def test_media(tree: HtmlElement) -> None:
    assert find_body(tree, ()) == "page.media"


def test_a_video_page_that_tells_the_story_stays() -> None:
    assert body(page(f"<h1>{HEADLINE}</h1>{paragraphs()}", head("/video/1/bukit", "video.other"))).text


@pytest.mark.parametrize("free", [False, "False", "false"])
def test_a_paid_story(free: object) -> None:
    paid = ld({"@type": "NewsArticle", "headline": HEADLINE, "isAccessibleForFree": free})
    assert find_body(article(paragraphs(STORY[0]), paid), ()) == "page.premium"
    assert body(article(paragraphs(), paid)).text


@pytest.mark.parametrize(
    "inside", ["", "<img src=a.jpg alt='Bukit'>", "<p>Lihat gambar.</p>", "<script>isi()</script>"]
)
def test_no_body(inside: str) -> None:
    assert (
        find_body(page(f"<h1>{HEADLINE}</h1><div>{inside}</div>", f"<title>{HEADLINE}</title>"), ())
        == "extract.no-body"
    )
