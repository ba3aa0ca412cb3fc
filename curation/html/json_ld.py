"""The objects that a page describes itself with in JSON-LD, broken ones mended as far as they can be."""

import html
import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

from lxml.html import HtmlElement

from curation.html.characters import fold

Item = dict[str, Any]

ARTICLES = frozenset(
    (
        "AdvertiserContentArticle", "AnalysisNewsArticle", "Article", "AskPublicNewsArticle", "BackgroundNewsArticle",
        "BlogPosting", "LiveBlogPosting", "NewsArticle", "OpinionNewsArticle", "Report", "ReportageNewsArticle",
        "ReviewNewsArticle", "SatiricalArticle", "ScholarlyArticle", "TechArticle",
    )
)  # fmt: skip
"""Types of https://schema.org/Article."""

_WRAPPER = re.compile(r"^\s*(?://\s*)?(?:<!--|<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|(?://\s*)?(?:-->|\]\]>)\s*;?\s*$")
_MENDS = (
    # a comment to the end of its line, which is no address
    (re.compile(r"(?m)(^|[\s,{\[])//[^\n]{0,200}$"), r"\1"),
    (re.compile(r"/\*.{0,2000}?\*/", re.DOTALL), ""),
    # "key": , and "key": }
    (re.compile(r"(\"\s*:\s*)(?=[,}])"), r"\1null"),
    (re.compile(r",(\s*[}\]])"), r"\1"),
)
# What is worth having from a block that cannot be read at all, as when a headline holds bare quotation marks.
_FIELD = re.compile(
    r"\"(headline|datePublished|dateModified|articleSection|keywords|description)\"\s*:\s*\"(.{0,2000}?)\"(?=\s*(?:,\s*\"|[}\n]))"
)
_DECODER = json.JSONDecoder(strict=False)
# Objects that belong to the page itself, not to what it lists or mentions.
_INTO = ("@graph", "mainEntity", "mainEntityOfPage")
_TELLING = frozenset(("headline", "datePublished", "author"))
_BETWEEN = re.compile(r"[\s;,]*")
_LARGEST = 2_000_000


def read_items(tree: HtmlElement) -> list[Item]:
    """Read the objects of a page's JSON-LD that have a type, in page order.

    Lists and `@graph` are opened; a block with line breaks in strings, comments, trailing commas or empty values is
    mended; of one that stays broken the fields of an article are taken by their names.
    """
    scripts = [script for script in tree.iterfind(".//script") if "ld+json" in script.get("type", "").lower()]
    texts = [script.text for script in scripts if script.text and len(script.text) <= _LARGEST]
    return [item for text in texts for value in _values(text) for item in _typed(value)]


def types_of(item: Item) -> frozenset[str]:
    """Give the types of an object without the address of their vocabulary."""
    kinds = item.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    return frozenset(name.rpartition("/")[2] for name in names if isinstance(name, str))


def article_of(items: Iterable[Item]) -> Item:
    """Choose the object that describes the page's story; empty where there is none."""
    articles = [item for item in items if types_of(item) & ARTICLES]
    return max(articles, key=lambda item: len(item.keys() & _TELLING), default={})


def text_at(item: Item, *keys: str) -> str:
    """Read the string under the first of the keys that has one, folded and with its entities undone."""
    return next((text for key in keys for text in texts_at(item, key)), "")


def texts_at(item: Item, key: str) -> list[str]:
    """Read the strings under a key: of a string, of a list of strings, of an object's `name`."""
    value = item.get(key)
    parts = value if isinstance(value, list) else [value]
    names = [part.get("name") if isinstance(part, dict) else part for part in parts]
    return [text for text in (unescaped(name) for name in names if isinstance(name, str)) if text]


def unescaped(text: str) -> str:
    """Undo entities, also those that were escaped twice, and fold to one line."""
    return fold(html.unescape(html.unescape(text)))


def _values(text: str) -> Iterator[Any]:
    """The JSON values of one script: as they are, else mended, else what can be told by name."""
    text = _WRAPPER.sub("", text).strip()
    mended = text
    for pattern, replacement in _MENDS:
        mended = pattern.sub(replacement, mended)
    for candidate in (text, mended):
        found = list(_read(candidate))
        if found:
            yield from found
            return
    fields = {name: value.replace('\\"', '"').replace("\\/", "/") for name, value in _FIELD.findall(text)}
    if fields:
        yield {"@type": "NewsArticle", **fields}


def _read(text: str) -> Iterator[Any]:
    """Values that stand one after another, up to the first that cannot be read."""
    place = 0
    while place < len(text):
        try:
            value, end = _DECODER.raw_decode(text, place)
        except (ValueError, RecursionError):
            return
        yield value
        place = _BETWEEN.match(text, end).end()  # type: ignore[union-attr]  # it matches anywhere


def _typed(value: Any) -> Iterator[Item]:
    """The objects with a type at the top, in lists and under the keys that lead to the page's own."""
    waiting = deque([value])
    while waiting:
        current = waiting.popleft()
        if isinstance(current, list):
            waiting.extendleft(reversed(current))
        elif isinstance(current, dict):
            if current.get("@type"):
                yield current
            waiting.extendleft(current[key] for key in reversed(_INTO) if key in current)
