"""Headline, people, time, rubric and topics: what one selector finds right on page after page."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawler.outlets import ZONES
from curation.html.dates import names_time, parse_date
from curation.html.headline import choose_headline, site_names
from curation.html.people import people, squashed
from curation.html.structure import headline_key
from curation.html.tree import elements, values
from curation.learn.draft import Evidence
from curation.learn.selectors import preference, selectors_of
from curation.learn.sheet import Sheet

Hit = tuple[HtmlElement, str]
"""An element that holds the value, and the attribute that does, empty for its text."""

_SURE = 0.8
"""Share of the pages that tell a field on which its selector must find it."""
_FINALISTS = 60
_LONGEST_NAME = 8
_LONGEST_DATE = 20
_TIME_ATTRIBUTES = ("datetime", "title", "content")
# Words in classes, ids and addresses by which sites name what they print.
_AUTHOR = re.compile(r"author|penulis|reporter|wartawan|jurnalis|byline|kontributor", re.IGNORECASE)
_EDITOR = re.compile(r"editor|penyunting|redaktur", re.IGNORECASE)
_TOPIC = re.compile(r"/(?:tags?|topi[ck]s?|labels?|topik|keywords?)/", re.IGNORECASE)
_WIB = ZONES["WIB"]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a page's story before a selector is learned; empty where nothing is."""

    sheet: Sheet
    sites: tuple[str, ...]
    title: str
    """Key of the headline."""
    authors: tuple[str, ...]
    editor: str
    moment: dt.datetime | None
    section: str
    """Squashed."""
    tags: frozenset[str]
    """Squashed."""


@dataclass(frozen=True, slots=True)
class _Field:
    """How one key of a layout is recognised."""

    key: str
    hits: Callable[[Known], Iterable[Hit]]
    agrees: Callable[[Known, Sequence[str]], bool]
    """Whether what a selector finds on a page is the value; it is asked where something was found."""
    varies: bool = True
    """The value must not be the same on all pages."""


def find_fields(sheets: Sequence[Sheet], names: Sequence[str]) -> dict[str, Evidence]:
    """Find the selectors of headline, author, editor, date, section and tags on the pages of one layout.

    `names` are those of the site. Of two rows of the table with one key the first that finds anything wins.
    """
    known = [_known(sheet, names, _common_tags(sheets)) for sheet in sheets]
    found: dict[str, Evidence] = {}
    for field in _FIELDS:
        evidence = _find(field, known) if field.key not in found else None
        if evidence is not None:
            found[field.key] = evidence
    return found


def _find(field: _Field, known: Sequence[Known]) -> Evidence | None:
    """The selector that is right most often and hardly ever wrong."""
    hits = [list(field.hits(one)) for one in known]
    told = sum(map(bool, hits))
    counts = Counter(selector for some in hits for selector in {name for hit in some for name in _selectors(hit)})
    if told < max(2, len(known) // 4):
        return None
    able = sorted((name for name in counts if counts[name] >= told / 2), key=lambda name: (-counts[name], preference(name)))
    judged = {name: _judge(field, known, name) for name in able[:_FINALISTS]}
    best = min(judged, key=lambda name: (judged[name].wrong - judged[name].right, preference(name)), default="")
    if not best or judged[best].right < _SURE * told or judged[best].wrong > (1 - _SURE) * len(known):
        return None
    if field.varies and len(judged[best].samples) < 2:
        return None
    return Evidence(best, judged[best].right, len(known), min(judged[best].samples))


@dataclass(frozen=True, slots=True)
class _Judged:
    right: int
    wrong: int
    samples: frozenset[str]


def _judge(field: _Field, known: Sequence[Known], selector: str) -> _Judged:
    found = [(one, values(one.sheet.tree, selector)) for one in known]
    right = [texts for one, texts in found if texts and field.agrees(one, texts)]
    wrong = sum(1 for _, texts in found if texts) - len(right)
    return _Judged(len(right), wrong, frozenset(", ".join(texts[:4]) for texts in right))


def _selectors(hit: Hit) -> Iterator[str]:
    element, attribute = hit
    return (f"{name}@{attribute}" if attribute else name for name in selectors_of(element))


def _known(sheet: Sheet, names: Sequence[str], common: frozenset[str]) -> Known:
    metadata = sheet.metadata
    sites = (*names, *site_names(sheet.url))
    folder = urlsplit(sheet.url).path.strip("/").split("/")[0]
    section = squashed(metadata.section) or (squashed(folder) if not any(map(str.isdigit, folder)) else "")
    return Known(
        sheet=sheet,
        sites=sites,
        title=headline_key(choose_headline((), (), sheet.titles, sites)),
        authors=tuple(map(str.casefold, metadata.authors)),
        editor=metadata.editor.casefold(),
        moment=metadata.published_at,
        section=section,
        tags=frozenset(map(squashed, metadata.tags)) - common,
    )


def _common_tags(sheets: Sequence[Sheet]) -> frozenset[str]:
    """Topics that most pages have: those of a box of popular topics, or of the site."""
    counts = Counter(tag for sheet in sheets for tag in {squashed(tag) for tag in sheet.metadata.tags})
    return frozenset(tag for tag, count in counts.items() if 2 * count > len(sheets))


def _titles(known: Known) -> Iterator[Hit]:
    return ((element, "") for element, text in known.sheet.terms if headline_key(text) == known.title)


def _is_title(known: Known, found: Sequence[str]) -> bool:
    return headline_key(found[0]) == known.title


def _names(known: Known, wanted: Sequence[str], word: re.Pattern[str]) -> Iterator[Hit]:
    """Elements with the wanted names; where none is wanted, with a name and a word that says so."""
    for element, text in known.sheet.terms:
        if text.count(" ") < _LONGEST_NAME:
            found = [name.casefold() for name in people([text], known.sites)]
            if found and (set(found) <= set(wanted) if wanted else _is_called(element, text, word)):
                yield element, ""


def _is_called(element: HtmlElement, text: str, word: re.Pattern[str]) -> bool:
    attributes = (element.get(key, "") for key in ("class", "id", "itemprop", "rel", "href"))
    return any(map(word.search, attributes)) or bool(word.match(text))


def _authors(known: Known) -> Iterator[Hit]:
    return _names(known, known.authors, _AUTHOR)


def _is_author(known: Known, found: Sequence[str]) -> bool:
    names = {name.casefold() for name in people(found, known.sites)}
    return names == set(known.authors) if known.authors else 0 < len(names) <= 3


def _editors(known: Known) -> Iterator[Hit]:
    return _names(known, (known.editor,) if known.editor else (), _EDITOR)


def _is_editor(known: Known, found: Sequence[str]) -> bool:
    names = [name.casefold() for name in people(found, known.sites)]
    return names[:1] == [known.editor] if known.editor else len(names) == 1


def _dates(known: Known) -> Iterator[Hit]:
    for element, text in known.sheet.terms:
        if text.count(" ") < _LONGEST_DATE and _is_moment(known, [text]):
            yield element, ""
    for element in elements(known.sheet.tree, "body time, body abbr, body [itemprop='datePublished']"):
        for attribute in _TIME_ATTRIBUTES:
            if _is_moment(known, [element.get(attribute, "")]):
                yield element, attribute


def _is_moment(known: Known, found: Sequence[str]) -> bool:
    """Say whether the hour that is wanted is found, in whatever zone; where none is wanted, any."""
    moment = parse_date(found[0], _WIB)
    if moment is None or not names_time(found[0]):
        return False
    return known.moment is None or _clock(moment) == _clock(known.moment)


def _days(known: Known) -> Iterator[Hit]:
    for element, text in known.sheet.terms:
        if text.count(" ") < _LONGEST_DATE and _is_day(known, [text]):
            yield element, ""


def _is_day(known: Known, found: Sequence[str]) -> bool:
    moment = parse_date(found[0], _WIB)
    return moment is not None and known.moment is not None and moment.date() == known.moment.date()


def _clock(moment: dt.datetime) -> dt.datetime:
    return moment.replace(second=0, microsecond=0, tzinfo=None)


def _sections(known: Known) -> Iterator[Hit]:
    wanted = known.section
    return ((element, "") for element, text in known.sheet.terms if wanted and squashed(text) == wanted)


def _is_section(known: Known, found: Sequence[str]) -> bool:
    return squashed(found[0]) == known.section


def _tags(known: Known) -> Iterator[Hit]:
    for element, text in known.sheet.terms:
        if element.tag == "a" and squashed(text):
            if squashed(text) in known.tags if known.tags else _TOPIC.search(element.get("href", "")):
                yield element, ""


def _are_tags(known: Known, found: Sequence[str]) -> bool:
    tags = set(map(squashed, found))
    shared = len(tags & known.tags)
    return 4 * shared >= 3 * max(len(tags), len(known.tags)) if known.tags else 0 < len(tags) <= 15


_FIELDS = (
    _Field("title", _titles, _is_title),
    _Field("author", _authors, _is_author, varies=False),
    _Field("editor", _editors, _is_editor, varies=False),
    _Field("date", _dates, _is_moment),
    _Field("date", _days, _is_day),
    _Field("section", _sections, _is_section),
    _Field("tags", _tags, _are_tags),
)
