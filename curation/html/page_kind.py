"""Pages that tell no story: fronts, lists, galleries, teasers of paid stories."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from curation.html.blocks import Block, blocks_of
from curation.html.json_ld import ARTICLES, Item, types_of
from curation.html.reading import Reading
from curation.html.structure import headline_key, is_link_only
from curation.html.tree import values

FEWEST = 8
"""Fewer words are no story: a caption, a button, a notice."""
TEASER = 60
"""A page that calls itself paid and shows fewer words shows a teaser."""
CAPTION = 80
"""A video or gallery page with fewer words has a caption and no story."""
_STUB = 60
# A list has this many linked headlines; the sidebar of a story has too.
_CARDS = 8
_FEW_CARDS = 4
# So many words with no linked headline beside or between them are a story.
_TOLD = 80

_LISTS = frozenset(("CollectionPage", "SearchResultsPage", "ProfilePage"))
_FILMS = frozenset(("VideoObject", "VideoGallery", "ImageGallery", "MediaGallery", "AudioObject", "PodcastEpisode"))
# Words that WordPress, Blogger and others write into the class of <body>.
_LIST_CLASSES = frozenset(
    ("home", "archive", "search", "search-results", "category", "tag", "author", "blog", "date", "paged", "index")
)
_STORY_CLASSES = frozenset(("single", "single-post", "item", "item-view", "post-template-default", "postid"))
_LIST_PATH = re.compile(
    r"^/(?:(?:index|home|beranda)(?:\.(?:html?|php))?|\d{4}(?:/\d\d){0,2}"
    r"|(?:indeks|tags?|topi[ck]s?|label|search|cari|kategori|category|kanal|rubrik|penulis|author|arsip|archives?|page)"
    r"(?:/[^/]*){0,3}|(?:terkini|terbaru|terpopuler|populer|trending|latest)(?:/page)?(?:/\d+)?)?/?$",
    re.IGNORECASE,
)
_MEDIA_PATH = re.compile(
    r"/(?:videos?|foto|photos?|photonews|galeri|galler(?:y|ies)|infogra(?:fis|phics?)|podcasts?|live-?streaming)[/-]",
    re.IGNORECASE,
)
_MEDIA_TITLE = re.compile(r"^\W*(?:video|foto|photo|infografis|podcast|live ?streaming)\b\s*[:\])|-]", re.IGNORECASE)


def refusal(tree: HtmlElement, items: Sequence[Item], reading: Reading, headlines: frozenset[str]) -> str:
    """Give the reason code of a page that tells no story, or an empty string."""
    told = reading.n_words
    if is_list(tree, items, reading, headlines):
        return "page.index"
    if told < CAPTION and is_media(tree, items):
        return "page.media"
    if told < TEASER and is_paid(items):
        return "page.premium"
    return "extract.no-body" if told < FEWEST else ""


def is_list(tree: HtmlElement, items: Sequence[Item], reading: Reading, headlines: frozenset[str]) -> bool:
    """Say whether a page lists stories and tells none.

    What it declares decides, where the declarations agree; else what stands there: teasers beside linked headlines,
    or next to nothing. `headlines` are the keys of the page's own headline, which a list does not print.
    """
    story, listing = _declares_story(tree, items), _declares_list(tree, items)
    if story and not listing:
        return False
    page = blocks_of(tree)
    if sum(map(_is_card, page)) < _CARDS:
        return False
    if listing and not story:
        return True
    if reading.n_words < _STUB and not story:
        return not any(map(headlines.__contains__, (headline_key(block.text) for block in page if _is_title(block))))
    return _is_carded(reading)


def _declares_story(tree: HtmlElement, items: Sequence[Item]) -> bool:
    """Say whether the page declares itself one article: more than two headlines are those of a list."""
    headlines = {str(item.get("headline")) for item in items if types_of(item) & ARTICLES}
    if headlines:
        return len(headlines) <= 2
    kinds = values(tree, "meta[property='og:type']@content")
    published = values(tree, "meta[property='article:published_time']@content")
    return bool(published) or any(kind.lower() == "article" for kind in kinds)


def _declares_list(tree: HtmlElement, items: Sequence[Item]) -> bool:
    kinds = {kind for item in items for kind in types_of(item)}
    classes = set(" ".join(values(tree, "body@class")).lower().split())
    by_class = bool(classes & _LIST_CLASSES) and not classes & _STORY_CLASSES
    return bool(kinds & _LISTS) or by_class or any(_LIST_PATH.match(path) for path in _paths(tree))


def _paths(tree: HtmlElement) -> list[str]:
    """Paths of the address that the page declares as its own."""
    declared = [*values(tree, "link[rel='canonical']@href"), *values(tree, "meta[property='og:url']@content")]
    return [urlsplit(address).path or "/" for address in declared if address.startswith(("http://", "https://"))]


def _is_card(block: Block) -> bool:
    """Say whether a block is a linked headline."""
    return block.words >= 4 and is_link_only(block)


def _is_title(block: Block) -> bool:
    """Say whether a block may be the headline of the page that it stands on."""
    return block.words >= 4 and block.link_share < 0.5


def _is_carded(reading: Reading) -> bool:
    """Say whether half of the lines that stay stand beside one of several linked headlines, and no part tells much."""
    card = list(map(_is_card, reading.blocks))
    beside = apart = run = longest = 0
    for at, (block, code) in enumerate(zip(reading.blocks, reading.codes, strict=True)):
        if any(card[max(0, at - 1) : at + 2]):
            beside += not code
            run = 0
        elif not code:
            apart += 1
            run += block.words
            longest = max(longest, run)
    return sum(card) >= _FEW_CARDS and beside >= apart and longest < _TOLD


def is_media(tree: HtmlElement, items: Sequence[Item]) -> bool:
    """Say whether a page is there for its video, pictures or sound."""
    kinds = {kind for item in items for kind in types_of(item)}
    titles = [*values(tree, "meta[property='og:title']@content"), *values(tree, "h1")[:1]]
    return (
        any(kind.startswith("video") for kind in values(tree, "meta[property='og:type']@content"))
        or (bool(kinds & _FILMS) and not kinds & ARTICLES)
        or any(_MEDIA_PATH.search(path) for path in _paths(tree))
        or any(_MEDIA_TITLE.match(title) for title in titles)
    )


def is_paid(items: Sequence[Item]) -> bool:
    """Say whether the page's JSON-LD calls the story paid."""
    return any(str(item.get("isAccessibleForFree")).lower() == "false" for item in items)
