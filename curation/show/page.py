"""A row as one HTML page."""

import base64
import hashlib
from html import escape
from pathlib import Path
from string import Template

from curation.show.find import ADDRESS
from curation.show.trace import Block, Fact, Section, Shown
from curation.show.visible import visible

TEMPLATE = Path(__file__).with_name("page.html")


def render_show_html(shown: Shown) -> str:
    """Write a row as one HTML page that asks the network for nothing; all text in it is escaped.

    Its content security policy (W3C CSP 3) lets in nothing but the page's own style, by its digest.
    """
    template = TEMPLATE.read_text(encoding="utf-8")
    style = template.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return Template(template).substitute(
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        title=_text(shown.title),
        release=_text(shown.release),
        sections="\n".join(map(_section, shown.sections)),
        note=_text(shown.note),
        story="\n".join(_block(shown, block) for block in shown.blocks),
    )


def _section(section: Section) -> str:
    facts = "\n".join(map(_fact, section.facts))
    return f"<section>\n<h2>{_text(section.heading)}</h2>\n<dl>\n{facts}\n</dl>\n</section>"


def _fact(fact: Fact) -> str:
    # What stands where an address should and is none, javascript: above all, is shown and cannot be followed.
    shown = _text(fact.address)
    link = f'<a href="{escape(fact.address)}" rel="noreferrer noopener">{shown}</a>'
    said = f"{_text(fact.value)} {link if ADDRESS.fullmatch(fact.address) else shown}".strip()
    return f'<dt>{_text(fact.label)}</dt><dd dir="auto">{said}</dd>'


def _block(shown: Shown, block: Block) -> str:
    codes = "".join(f"<span>{_text(line)}</span>" for line in shown.margin(block))
    pieces = "".join(f"<del>{_text(piece.text)}</del>" if piece.code else _text(piece.text) for piece in block)
    return f'<div><p class="codes">{codes}</p><p dir="auto">{pieces}</p></div>'


def _text(text: str) -> str:
    return escape(visible(text))
