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
_LARGEST = 5_000_000
_TAG = re.compile(r"<(?:p|br|div|li)\b[^>]*>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]+>")


def told_body(article: Item) -> str:
    """The `articleBody` of a JSON-LD article as plain text, one paragraph a line; empty where it is none."""
    body = article.get("articleBody")
    text = _ANY_TAG.sub("\n", unescape(body)) if isinstance(body, str) else ""
    return text if text.count(" ") >= WORDS else ""


def told_tree(tree: HtmlElement, article: Item) -> tuple[str, HtmlElement | None]:
    """The story as a tree of its own, from page state or else from JSON-LD, with the name of what it came from.

    Page state is what a site's script builds the page from (`__NEXT_DATA__` and its like): there the longest string
    with paragraphs is the story.
    """
    state = max(_strings(tree), key=len, default="")
    if state.count(" ") >= WORDS:
        return "page-state", parse(f"<div>{state}</div>")
    lines = told_body(article).splitlines()
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return ("json-ld", parse(f"<div>{paragraphs}</div>")) if paragraphs else ("", None)


def _strings(tree: HtmlElement) -> Iterator[str]:
    """Strings with paragraphs of markup in the page's JSON scripts."""
    for script in tree.iterfind(".//script"):
        text = script.text or ""
        if script.get("type", "").lower() == "application/json" and len(text) <= _LARGEST and _TAG.search(text):
            yield from _with_markup(text)


def _with_markup(text: str) -> Iterator[str]:
    waiting: deque[Any] = deque()
    try:
        waiting.append(json.loads(text))
    except (ValueError, RecursionError):
        return
    while waiting:
        value = waiting.popleft()
        if isinstance(value, str) and _TAG.search(value):
            yield value
        elif isinstance(value, (list, dict)):
            waiting.extend(value.values() if isinstance(value, dict) else value)
