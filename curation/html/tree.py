"""Text to tree, and what a selector finds in it."""

import re
from functools import lru_cache

from cssselect import HTMLTranslator
from lxml import etree, html
from lxml.html import HtmlElement

from curation.html.characters import fold

# No page of the development set nests deeper than 60; lxml stops at 2,048 and loses all that follows, and what
# copies a tree recursively (trafilatura) needs a margin.
_DEEPEST = 400
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)\b[^>]*>")
_VOID = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
))  # fmt: skip

# What HTML's default style sheet shows as a block or a cell, and controls that stand apart from running text.
BLOCKS = frozenset((
    "address", "article", "aside", "audio", "blockquote", "body", "button", "caption", "center", "dd",
    "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form",
    "frameset", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html", "iframe", "legend", "li",
    "main", "menu", "nav", "ol", "optgroup", "option", "p", "pre", "section", "select",
    "summary", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "ul", "video",
))  # fmt: skip
# What a reader never sees as text.
SILENT = frozenset((
    "audio", "canvas", "embed", "frameset", "head", "iframe", "math", "noframes", "noscript", "object",
    "script", "select", "style", "svg", "template", "textarea", "title", "video",
))  # fmt: skip


def parse(text: str) -> HtmlElement | None:
    """Build the tree of a page, without comments; None where there is no element in it.

    Tags nested deeper than 400 are dropped and their text is kept.
    """
    tree = _parse(text)
    return _parse(_flattened(text)) if tree is None else tree


def _parse(text: str) -> HtmlElement | None:
    """None also where the parser gave up on the nesting."""
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        return None
    return tree


def _flattened(text: str) -> str:
    """Leave out every tag that opens below the greatest depth, and as many closing ones."""
    depth = 0

    def shallow(match: re.Match[str]) -> str:
        nonlocal depth
        closing, name = match[1], match[2].lower()
        if name in _VOID:
            return match[0]
        if closing:
            depth = max(0, depth - 1)
            return match[0] if depth < _DEEPEST else ""
        depth += 1
        return match[0] if depth <= _DEEPEST else ""

    return _TAG.sub(shallow, text)


def n_elements(tree: HtmlElement) -> int:
    """Count the elements at and below one."""
    return int(tree.xpath("count(descendant-or-self::*)"))


@lru_cache(maxsize=4096)
def _compiled(selector: str) -> etree.XPath:
    # Not lxml.cssselect: its `:contains` fails on every second use of a compiled selector (lxml 6.1).
    return etree.XPath(HTMLTranslator().css_to_xpath(selector))


def elements(tree: HtmlElement, selector: str) -> list[HtmlElement]:
    """Find the elements that a CSS selector names, at or below `tree`, in page order.

    The attribute part of `CSS@attribute` is left aside. Raises cssselect.SelectorError for what is no selector.
    """
    return list(_compiled(selector.rpartition("@")[0] if "@" in selector else selector)(tree))


def values(tree: HtmlElement, selector: str) -> list[str]:
    """Read what `CSS` or `CSS@attribute` names: folded texts or attribute values, empty ones left out."""
    css, at, attribute = selector.rpartition("@")
    if not at:
        css, attribute = selector, ""
    found = _compiled(css)(tree)
    texts = [element.get(attribute, "") if attribute else text_of(element) for element in found]
    return [folded for folded in map(fold, texts) if folded]


def text_of(element: HtmlElement) -> str:
    """Join the text at or below an element as one line, with a space where a block or a line ends."""
    pieces = [element.text or ""]
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, node in walk:
        if node is element:
            continue
        if event == "start":
            pieces.append(" " if node.tag in BLOCKS or node.tag == "br" else "")
            if node.tag in SILENT:
                walk.skip_subtree()
            else:
                pieces.append(node.text or "")
        else:
            pieces.append(" " if node.tag in BLOCKS else "")
            pieces.append(node.tail or "")
    return fold("".join(pieces))
