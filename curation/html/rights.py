"""What a page says about its reuse: meta tags, links to a licence, the licence in its JSON-LD."""

from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

from crawler.rights import Statement, licence_statements, meta_statements
from curation.html.characters import fold
from curation.html.json_ld import article_of, read_items, types_of

# A licence there is that of a picture, a film or a quotation, not of the story.
_NOT_THE_STORY = frozenset(("figure", "figcaption", "blockquote", "picture", "video", "audio"))
_WHOLE_PAGE = frozenset(("WebPage", "ItemPage"))


def page_statements(tree: HtmlElement) -> tuple[Statement, ...]:
    """Read all that a page says about its reuse, in the order meta tags, links, JSON-LD."""
    pairs = ((meta.get("name", ""), meta.get("content", "")) for meta in tree.iter("meta"))
    return (*meta_statements(pairs), *licence_statements([*_links(tree), *_declared(tree)]))


def _links(tree: HtmlElement) -> Iterator[tuple[str, str]]:
    """Addresses of rel=license; HTML Living Standard, section 4.6.7.10: it speaks of the page's main content."""
    for element in tree.iter("link", "a", "area"):
        if "license" not in element.get("rel", "").lower().split() or not element.get("href"):
            continue
        if not any(above.tag in _NOT_THE_STORY for above in element.iterancestors()):
            yield fold(element.get("href")), f"{element.tag} rel=license"


def _declared(tree: HtmlElement) -> Iterator[tuple[str, str]]:
    """Values of https://schema.org/license of the article and of the page as a whole."""
    items = read_items(tree)
    pages = [item for item in items if types_of(item) & _WHOLE_PAGE]
    for item in (article_of(items), *pages):
        for licence in _texts(item.get("license")):
            yield fold(licence), "json-ld license"


def _texts(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        told = one.get("@id") or one.get("url") or one.get("name") if isinstance(one, dict) else one
        if isinstance(told, str) and told.strip():
            yield told
