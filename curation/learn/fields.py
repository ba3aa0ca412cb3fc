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
from curation.html.people import editors, squashed, writers
from curation.html.structure import headline_key
from curation.html.tree import elements, values
from curation.learn.draft import Evidence
from curation.learn.selectors import names_of, preference, selectors_of
from curation.learn.sheet import Sheet

Hit = tuple[HtmlElement, str]
"""An element that holds the value, and the attribute that does, empty for its text."""
_Reader = Callable[[Iterable[str], Iterable[str]], tuple[str, ...]]

_SURE = 0.8
"""Share of the pages that tell a field on which its selector must find it."""
_FINALISTS = 16
"""Selectors that are tried on every page, those that come from most pages first."""
_LONGEST_NAME = 8
_LONGEST_DATE = 20
_LONGEST_RUBRIC = 4
_MOST = 0.75
"""Share of the topics that must agree: sites declare a few more or less than they print."""
_TIME_ATTRIBUTES = ("datetime", "title", "content")
# Words in classes, ids and addresses by which sites name what they print.
_AUTHOR = re.compile(r"author|penulis|reporter|wartawan|jurnalis|byline|kontributor", re.IGNORECASE)
_EDITOR = re.compile(r"editor|penyunting|redaktur", re.IGNORECASE)
_RUBRIC = re.compile(r"rubri[ck]|section|categor|kategori|kanal|channel", re.IGNORECASE)
_TOPIC = re.compile(r"/(?:tags?|topi[ck]s?|labels?|keywords?)/", re.IGNORECASE)
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
    terms: tuple[tuple[HtmlElement, str], ...]
    """Where the selectors are looked for."""
    section: str
    """Squashed."""
    folder: str
    """First segment of the address, squashed."""
    tags: frozenset[str]
    """Squashed, as JSON-LD, meta tags and `rel` give them."""
    topics: frozenset[str]
    """Squashed, as links give them whose address is that of a topic."""
    common: frozenset[str]
    """Those of both that most pages have: of a box of popular topics, or of the site."""


@dataclass(frozen=True, slots=True)
class _Field:
    """How one key of a layout is recognised."""

    key: str
    hits: Callable[[Known], Iterable[Hit]]
    agrees: Callable[[Known, Sequence[str]], bool]
    """Whether what a selector finds on a page is the value; it is asked where something was found."""
    varies: bool = True
    """The value must not be the same on all pages."""


def find_fields(sheets: Sequence[Sheet], body: str, names: Sequence[str]) -> dict[str, Evidence]:
    """Find the selectors of headline, author, editor, date, section and tags on the pages of one layout.

    `body` is its selector: elements inside without a name of their own are lines of the story, and their place is
    chance. `names` are those of the site. Of rows of the table with one key the first that finds anything wins.
    """
    topics = [_topics(sheet) for sheet in sheets]
    tags = [frozenset(map(squashed, sheet.metadata.tags)) for sheet in sheets]
    counts = Counter(topic for some in zip(tags, topics, strict=True) for topic in some[0] | some[1])
    common = frozenset(topic for topic, count in counts.items() if 2 * count > len(sheets))
    known = [_known(*one, common, body, names) for one in zip(sheets, tags, topics, strict=True)]
    found: dict[str, Evidence] = {}
    for field in _FIELDS:
        evidence = _find(field, known) if field.key not in found else None
        if evidence is not None:
            found[field.key] = evidence
    return found


def _find(field: _Field, known: Sequence[Known]) -> Evidence | None:
    """The selector that is right most often and hardly ever wrong; of several the one that finds least besides."""
    hits = [list(field.hits(one)) for one in known]
    told = sum(map(bool, hits))
    if told < max(2, len(known) // 4):
        return None
    counts = Counter(selector for some in hits for selector in {name for hit in some for name in _selectors(hit)})
    able = sorted((-count, preference(name)) for name, count in counts.items() if count >= told / 2)
    judged = {rank[-1]: _judge(field, known, rank[-1]) for _, rank in able[:_FINALISTS]}
    sure = {
        name: one
        for name, one in judged.items()
        if one.right >= _SURE * told and one.wrong <= (1 - _SURE) * len(known) and len(one.samples) > field.varies
    }
    best = min(sure, key=lambda name: (sure[name].rank, preference(name)), default="")
    return Evidence(best, sure[best].right, len(known), min(sure[best].samples)) if best else None


@dataclass(frozen=True, slots=True)
class _Judged:
    right: int
    wrong: int
    length: int
    """Of all that was found, in characters."""
    samples: frozenset[str]

    @property
    def rank(self) -> tuple[int, int]:
        return self.wrong - self.right, self.length


def _judge(field: _Field, known: Sequence[Known], selector: str) -> _Judged:
    found = [(one, texts) for one in known if (texts := values(one.sheet.tree, selector))]
    right = [texts for one, texts in found if field.agrees(one, texts)]
    length = sum(len(text) for texts in right for text in texts)
    return _Judged(len(right), len(found) - len(right), length, frozenset(", ".join(texts[:4]) for texts in right))


def _selectors(hit: Hit) -> Iterator[str]:
    element, attribute = hit
    return (f"{name}@{attribute}" if attribute else name for name in selectors_of(element))


def _known(
    sheet: Sheet, tags: frozenset[str], topics: frozenset[str], common: frozenset[str], body: str, names: Sequence[str]
) -> Known:
    metadata = sheet.metadata
    sites = (*names, *site_names(sheet.url))
    story = {element for root in elements(sheet.tree, body) for element in root.iter() if not names_of(element)}
    return Known(
        sheet=sheet,
        sites=sites,
        title=headline_key(choose_headline((), (), sheet.titles, sites)),
        authors=tuple(map(str.casefold, metadata.authors)),
        editor=metadata.editor.casefold(),
        moment=metadata.published_at,
        terms=tuple(term for term in sheet.terms if term[0] not in story),
        section=squashed(metadata.section),
        folder=squashed(urlsplit(sheet.url).path.strip("/").partition("/")[0]),
        tags=tags,
        topics=topics,
        common=common,
    )


def _topics(sheet: Sheet) -> frozenset[str]:
    links = ((element, text) for element, text in sheet.terms if element.tag == "a")
    return frozenset(squashed(text) for element, text in links if _TOPIC.search(element.get("href", "")))


def _titles(known: Known) -> Iterator[Hit]:
    return ((element, "") for element, text in known.terms if headline_key(text) == known.title)


def _is_title(known: Known, found: Sequence[str]) -> bool:
    return headline_key(found[0]) == known.title


def _names(known: Known, wanted: Sequence[str], word: re.Pattern[str], read: _Reader) -> Iterator[Hit]:
    """Elements with the wanted names; where none is wanted, with a name and a word that says so."""
    for element, text in known.terms:
        if text.count(" ") >= _LONGEST_NAME:
            continue
        folded = text.casefold()
        if any(name in folded for name in wanted) if wanted else _is_called(element, text, word):
            found = {name.casefold() for name in read([text], known.sites)}
            if found and (not wanted or found <= set(wanted)):
                yield element, ""


def _is_called(element: HtmlElement, text: str, word: re.Pattern[str]) -> bool:
    attributes = (element.get(key, "") for key in ("class", "id", "itemprop", "rel", "href"))
    return any(map(word.search, attributes)) or bool(word.match(text))


def _authors(known: Known) -> Iterator[Hit]:
    return _names(known, known.authors, _AUTHOR, writers)


def _is_author(known: Known, found: Sequence[str]) -> bool:
    names = {name.casefold() for name in writers(found, known.sites)}
    return names == set(known.authors) if known.authors else 0 < len(names) <= 3


def _editors(known: Known) -> Iterator[Hit]:
    return _names(known, (known.editor,) if known.editor else (), _EDITOR, editors)


def _is_editor(known: Known, found: Sequence[str]) -> bool:
    names = [name.casefold() for name in editors(found, known.sites)]
    return names[:1] == [known.editor] if known.editor else len(names) == 1


def _dates(known: Known) -> Iterator[Hit]:
    for element, text in known.terms:
        if text.count(" ") < _LONGEST_DATE and _is_moment(known, [text]):
            yield element, ""
    for element in elements(known.sheet.tree, "body time, body abbr, body [itemprop='datePublished']"):
        for attribute in _TIME_ATTRIBUTES:
            if _is_moment(known, [element.get(attribute, "")]):
                yield element, attribute


def _is_moment(known: Known, found: Sequence[str]) -> bool:
    """Say whether the hour that is wanted is found, in whatever zone; where none is known, any of the day."""
    moment = parse_date(found[0], _WIB)
    if moment is None or not names_time(found[0]):
        return False
    wanted = known.moment
    if wanted is None or moment == wanted or _clock(moment) == _clock(wanted):
        return True
    return not wanted.hour and not wanted.minute and moment.date() == wanted.date()


def _days(known: Known) -> Iterator[Hit]:
    for element, text in known.terms:
        if text.count(" ") < _LONGEST_DATE and _is_day(known, [text]):
            yield element, ""


def _is_day(known: Known, found: Sequence[str]) -> bool:
    moment = parse_date(found[0], _WIB)
    return moment is not None and known.moment is not None and moment.date() == known.moment.date()


def _clock(moment: dt.datetime) -> dt.datetime:
    return moment.replace(second=0, microsecond=0, tzinfo=None)


def _sections(known: Known) -> Iterator[Hit]:
    return ((element, "") for element, text in known.terms if known.section and squashed(text) == known.section)


def _is_section(known: Known, found: Sequence[str]) -> bool:
    return squashed(found[0]) == known.section


def _folders(known: Known) -> Iterator[Hit]:
    return ((element, "") for element, text in known.terms if known.folder and squashed(text) == known.folder)


def _is_folder(known: Known, found: Sequence[str]) -> bool:
    return squashed(found[0]) == known.folder


def _rubrics(known: Known) -> Iterator[Hit]:
    """Elements whose name or address says that they are a rubric."""
    for element, text in known.terms:
        if text.count(" ") < _LONGEST_RUBRIC and _is_called(element, "", _RUBRIC):
            yield element, ""


def _is_rubric(known: Known, found: Sequence[str]) -> bool:
    return len(set(found)) == 1 and found[0].count(" ") < _LONGEST_RUBRIC


def _tags(known: Known) -> Iterator[Hit]:
    return _links(known, known.tags - known.common)


def _are_tags(known: Known, found: Sequence[str]) -> bool:
    return _are_among(found, known.tags, known.common)


def _linked_topics(known: Known) -> Iterator[Hit]:
    return _links(known, known.topics - known.common)


def _are_topics(known: Known, found: Sequence[str]) -> bool:
    return _are_among(found, known.topics, known.common)


def _links(known: Known, wanted: frozenset[str]) -> Iterator[Hit]:
    return ((element, "") for element, text in known.terms if element.tag == "a" and squashed(text) in wanted)


def _are_among(found: Sequence[str], able: frozenset[str], common: frozenset[str]) -> bool:
    """Say whether most of what is found is a topic, and most of the page's own topics are found."""
    tags, wanted = set(map(squashed, found)), able - common
    return len(tags & able) >= _MOST * len(tags) and len(tags & wanted) >= _MOST * len(wanted)


_FIELDS = (
    _Field("title", _titles, _is_title),
    _Field("author", _authors, _is_author, varies=False),
    _Field("editor", _editors, _is_editor, varies=False),
    _Field("date", _dates, _is_moment),
    _Field("date", _days, _is_day),
    _Field("section", _sections, _is_section),
    _Field("section", _folders, _is_folder),
    _Field("section", _rubrics, _is_rubric),
    _Field("tags", _tags, _are_tags),
    _Field("tags", _linked_topics, _are_topics),
)
