"""The story as a page's own JSON has it, where the markup has none: JSON-LD's articleBody, page state."""

import json
import re
from collections import deque
from collections.abc import Iterator
from html import escape, unescape
from typing import Any

from lxml.html import HtmlElement

from curation.html.json_ld import Item
from curation.html.tree import parse

WORDS = 80
"""A shorter string is a description, not a story."""
# Keys of JSON-LD, and what sites call the same in the state of their pages.
_KEYS = {
    "headline": ("title", "headline", "judul"),
    "author": ("authors", "author", "writers", "writer", "reporter", "penulis"),
    "editor": ("editors", "editor"),
    "articleSection": ("category", "section", "channel", "rubric", "rubrik", "kanal", "categories"),
    "keywords": ("tags", "topics", "keywords"),
    "datePublished": ("published_at", "publishedAt", "publish_date", "published_date", "datePublished", "date"),
    "dateModified": ("updated_at", "updatedAt", "modified_at", "dateModified"),
    "description": ("summary", "excerpt", "description", "teaser"),
}
_LARGEST = 5_000_000
_TAG = re.compile(r"<(?:p|br|div|li)\b[^>]*>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]+>")


def told_body(article: Item) -> str:
    """The `articleBody` of a JSON-LD article as plain text, one paragraph a line; empty where it is none."""
    body = article.get("articleBody")
    text = _ANY_TAG.sub("\n", unescape(body)) if isinstance(body, str) else ""
    return text if text.count(" ") >= WORDS else ""


def told_tree(tree: HtmlElement, article: Item) -> tuple[str, HtmlElement | None]:
    """The story as a tree of its own, from page state or else from JSON-LD, with the name of what it came from."""
    state, _ = _longest(tree)
    if state.count(" ") >= WORDS:
        return "page-state", parse(f"<div>{state}</div>")
    lines = told_body(article).splitlines()
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return ("json-ld", parse(f"<div>{paragraphs}</div>")) if paragraphs else ("", None)


def state_of(tree: HtmlElement) -> Item:
    """What page state says about the story, under the keys that a JSON-LD article has; empty where there is none."""
    state, around = _longest(tree)
    if state.count(" ") < WORDS:
        return {}
    found = {key: [around[name] for name in names if around.get(name)] for key, names in _KEYS.items()}
    return {key: values[0] for key, values in found.items() if values}


def _longest(tree: HtmlElement) -> tuple[str, Item]:
    """The longest string with paragraphs of markup in the page's JSON scripts, and the object that it stands in.

    Page state is what a site's script builds the page from: `__NEXT_DATA__` and its like.
    """
    return max(_strings(tree), key=lambda found: len(found[0]), default=("", {}))


def _strings(tree: HtmlElement) -> Iterator[tuple[str, Item]]:
    for script in tree.iterfind(".//script"):
        text = script.text or ""
        if script.get("type", "").lower() == "application/json" and len(text) <= _LARGEST and "<" in text:
            yield from _with_markup(text)


def _with_markup(text: str) -> Iterator[tuple[str, Item]]:
    waiting: deque[tuple[Any, Item]] = deque()
    try:
        waiting.append((json.loads(text), {}))
    except (ValueError, RecursionError):
        return
    while waiting:
        value, around = waiting.popleft()
        if isinstance(value, str) and _TAG.search(value):
            yield value, around
        elif isinstance(value, list):
            waiting.extend((one, around) for one in value)
        elif isinstance(value, dict):
            waiting.extend((one, value) for one in value.values())
