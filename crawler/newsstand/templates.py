"""The files of `templates/`: pages with `$names` to fill in, and how each outlet sets the parts of a story."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from string import Template

from crawler.newsstand.linked_data import Form
from crawler.newsstand.stories import Strict
from crawler.outlets import read_toml

TEMPLATES = Path(__file__).parent / "templates"


class Line(Strict):
    """Something printed before or after the story."""

    html: str
    needs: str = ""
    """Printed only where the outlet shows this fact and the story has it."""


class Furniture(Strict):
    """Something printed between two paragraphs."""

    after: int
    """How many paragraphs stand before it."""
    html: str


class Parts(Strict):
    """How an outlet sets the parts of a story, as `templates/<outlet>/parts.toml`."""

    page_title: str
    paragraph: str
    lead: str
    """First paragraph with its dateline."""
    subhead: str
    insert: str
    """Link to another story of the outlet."""
    insert_after: tuple[int, ...]
    """How many paragraphs stand before each."""
    insert_last: bool = False
    """One more follows the story."""
    joiner: str = "\n"
    tag_link: str = ""
    """A topic where the text first names it; empty: the text has no links."""
    entities: bool = False
    """Quotes, dashes and some spaces are written as entities."""
    related_cards: bool = True
    """Related stories are shown as teasers, not as a list of headlines."""
    linked_data: Form
    video: str
    opening: tuple[Line, ...] = ()
    furniture: tuple[Furniture, ...] = ()
    closing: tuple[Line, ...] = ()


@lru_cache(maxsize=8)
def parts_of(outlet: str) -> Parts:
    """Read how an outlet sets a story."""
    return read_toml(TEMPLATES / outlet / "parts.toml", Parts)


@lru_cache(maxsize=64)
def _template(name: str) -> Template:
    return Template((TEMPLATES / name).read_text(encoding="utf-8"))


def fill(name: str, values: Mapping[str, str]) -> str:
    """Fill a file of `templates/`; a name without a value is a KeyError."""
    return _template(name).substitute(values)


def set_in(form: str, values: Mapping[str, str]) -> str:
    """Fill a form of `parts.toml`."""
    return Template(form).substitute(values)
