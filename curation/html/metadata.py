"""What a page says about its story: headline, people, times, section, topics.

Whom to believe, in order: for title, section and topics the selectors of the layout, because they name what a reader
sees; for times JSON-LD and meta tags, which are exact, unless the visible line proves their zone wrong; for people the
layout, then JSON-LD, then meta tags. Where no layout fits, JSON-LD comes first throughout, and a headline that the
page shows wins over one that it declares if the two are alike.
"""

import datetime as dt
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.outlets import ZONES, Layout, Profile
from curation.html.blocks import blocks_of
from curation.html.characters import fold
from curation.html.dates import names_time, names_zone, parse_date
from curation.html.headline import choose_headline, declared_titles, shown_titles, site_names
from curation.html.json_ld import Item, article_of, read_items, text_at, texts_at, types_of, unescaped
from curation.html.page_json import state_of
from curation.html.people import editors, squashed, writers
from curation.html.tree import values

_AUTHOR = (
    "meta[name='author']@content",
    "meta[name='content_author']@content",
    "meta[property='article:author']@content",
    "meta[name='article:author']@content",
    "meta[name='parsely-author']@content",
    "[rel='author']",
    "[itemprop='author'] [itemprop='name']",
    "[itemprop='author']",
)
_EDITOR = ("meta[name='content_editor']@content", "meta[name='editor']@content", "[itemprop='editor']")
_PUBLISHED = (
    "meta[property='article:published_time']@content",
    "meta[name='article:published_time']@content",
    "meta[name='content_PublishedDate']@content",
    "meta[name='pubdate']@content",
    "meta[name='publishdate']@content",
    "meta[name='publish-date']@content",
    "meta[name='parsely-pub-date']@content",
    "meta[itemprop='datePublished']@content",
    "[itemprop='datePublished']@datetime",
    "[itemprop='datePublished']@content",
    "meta[property='og:published_time']@content",
    "meta[name='date']@content",
    "meta[name='dcterms.date']@content",
    "[itemprop='datePublished']",
    "article time[datetime]@datetime",
    "time[datetime]@datetime",
)
_SEEN = ("time", "[class*='date']", "[class*='tanggal']", "[class*='waktu']")
_MODIFIED = (
    "meta[property='article:modified_time']@content",
    "meta[name='article:modified_time']@content",
    "meta[property='og:updated_time']@content",
    "meta[itemprop='dateModified']@content",
    "[itemprop='dateModified']@datetime",
)
_SECTION = (
    "meta[property='article:section']@content",
    "meta[name='article:section']@content",
    "meta[name='content_category']@content",
    "meta[itemprop='articleSection']@content",
    "[itemprop='articleSection']",
)
_TAGS = ("meta[property='article:tag']@content", "a[rel='tag']", "[rel~='tag']")
_KEYWORDS = ("meta[name='news_keywords']@content", "meta[name='keywords']@content")
_SUMMARY = (
    "meta[property='og:description']@content",
    "meta[name='description']@content",
    "meta[name='twitter:description']@content",
)
_SITE = ("meta[property='og:site_name']@content", "meta[name='application-name']@content")

_HOME = frozenset(("home", "beranda", "homepage", "berandahome"))
_MARKUP = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_HASHTAGS = re.compile(r"(?:\s+#\w+)+\s*$")
_ADDRESS = re.compile(r"^https?://[^/\s]+", re.IGNORECASE)
_OFFSETS = frozenset(zone.utcoffset(None) for zone in ZONES.values())
_EARLIEST = 1990
_TOP_OF_PAGE = 60
_DATE_LINE = 20
_LONGEST_TAG = 60
_ABBREVIATION = 4
_LONGEST_SECTION = 4


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says about its story; empty strings, empty tuples and None where it says nothing."""

    title: str
    """Headline without the site's name."""
    authors: tuple[str, ...]
    """Names of people, without labels and without the outlet."""
    editor: str
    section: str
    """Rubric, in words."""
    tags: tuple[str, ...]
    """Topics in page order, each once, without a hash."""
    summary: str
    """Description that the page gives."""
    published_at: dt.datetime | None
    modified_at: dt.datetime | None
    canonical_url_link: str
    """Address that the page declares as its own; may be wrong."""
    language_tag: str
    """Language that the page declares, such as `id` or `en-US`."""
    page_type: str
    """Its JSON-LD type of article, else its `og:type`."""
    site_name: str
    """The name the site gives itself."""


def read_metadata(tree: HtmlElement, layout: Layout | None, profile: Profile | None, url: str) -> Metadata:
    """Read what a page says about its story. `layout` is the one that its body was found by, if any."""
    items = read_items(tree)
    article = article_of(items) or state_of(tree)
    language = _first(tree, ("html@lang", "html@xml:lang", "meta[http-equiv='content-language']@content"))
    site = _first(tree, _SITE)
    sites = _sites(profile, site, article, url)
    published, modified = _times(tree, article, layout, _zone(profile, language, url))
    kinds = sorted(types_of(article))
    return Metadata(
        title=choose_headline(
            _all(tree, layout.title if layout else ()), shown_titles(tree), declared_titles(tree, article), sites
        ),
        authors=_authors(tree, article, items, layout, sites),
        editor=_editor(tree, article, layout, sites),
        section=_section(tree, article, items, layout, sites),
        tags=_tags(tree, article, layout, sites),
        summary=_summary(tree, article, layout),
        published_at=published,
        modified_at=modified,
        canonical_url_link=declared_address(tree),
        language_tag=language or _first(tree, ("meta[property='og:locale']@content",)).replace("_", "-"),
        page_type=kinds[0] if kinds else _first(tree, ("meta[property='og:type']@content",)),
        site_name=site,
    )


def declared_address(tree: HtmlElement) -> str:
    """The address that a page declares as its own: rel=canonical, else og:url; empty where neither is absolute."""
    declared = _all(tree, ("link[rel='canonical']@href", "meta[property='og:url']@content"))
    return next((address for address in declared if _ADDRESS.match(address)), "")


def _all(tree: HtmlElement, selectors: Iterable[str]) -> list[str]:
    """What each selector finds, one after another."""
    return [unescaped(value) for selector in selectors for value in values(tree, selector)]


def _found(tree: HtmlElement, selectors: Iterable[str]) -> list[str]:
    """What the first selector finds that finds something."""
    for selector in selectors:
        texts = [text for text in map(unescaped, values(tree, selector)) if text]
        if texts:
            return texts
    return []


def _first(tree: HtmlElement, selectors: Iterable[str]) -> str:
    return next(iter(_found(tree, selectors)), "")


def _sites(profile: Profile | None, site: str, article: Item, url: str) -> tuple[str, ...]:
    """Every name that the site is known by here.

    Of an outlet with a profile `og:site_name` counts only if it holds one of its names: some give their rubric there.
    """
    known = (*(profile.names if profile else ()), *texts_at(article, "publisher"), *site_names(url))
    ours = profile is None or any(squashed(name) in squashed(site) for name in known if name)
    return tuple(name for name in (*known, site if ours else "") if name)


def _zone(profile: Profile | None, language: str, url: str) -> dt.tzinfo:
    """The zone of times that the page gives without one."""
    if profile is not None:
        return ZONES[profile.zone]
    indonesian = language.lower().startswith("id") or ".id/" in f"{url}/"
    return ZONES["WIB"] if indonesian else dt.UTC


def _authors(
    tree: HtmlElement, article: Item, items: Sequence[Item], layout: Layout | None, sites: Sequence[str]
) -> tuple[str, ...]:
    sources = [
        _found(tree, layout.author if layout else ()),
        _persons(article, items),
        *(_all(tree, (selector,)) for selector in _AUTHOR),
    ]
    return next((names for names in (writers(source, sites) for source in sources) if names), ())


def _persons(article: Item, items: Sequence[Item]) -> list[str]:
    """Authors of the article that are no organisation; one given by its `@id` alone is looked up."""
    by_id = {item["@id"]: item for item in items if isinstance(item.get("@id"), str)}
    author = article.get("author", article.get("creator"))
    names = []
    for one in author if isinstance(author, list) else [author]:
        person = by_id.get(str(one.get("@id")), one) if isinstance(one, dict) and "name" not in one else one
        if isinstance(person, dict) and "Organization" in types_of(person):
            continue
        names += texts_at({"name": person}, "name")
    return names


def _editor(tree: HtmlElement, article: Item, layout: Layout | None, sites: Sequence[str]) -> str:
    sources = [
        _found(tree, layout.editor if layout else ()),
        texts_at(article, "editor"),
        *(_all(tree, (selector,)) for selector in _EDITOR),
    ]
    return next((names[0] for names in (editors(source, sites) for source in sources) if names), "")


def _section(
    tree: HtmlElement, article: Item, items: Sequence[Item], layout: Layout | None, sites: Sequence[str]
) -> str:
    names = [
        *_found(tree, layout.section if layout else ()),
        *texts_at(article, "articleSection"),
        *_all(tree, _SECTION),
        *_trail(items),
    ]
    unwanted = _HOME | set(map(squashed, sites))
    return next((_readable(name) for name in names if squashed(name) and squashed(name) not in unwanted), "")


def _trail(items: Sequence[Item]) -> list[str]:
    """Names on the way from the front page to the story, without the story, which has a longer one."""
    for item in items:
        steps = item.get("itemListElement")
        if "BreadcrumbList" in types_of(item) and isinstance(steps, list):
            names = [text_at(step, "name", "item") for step in steps if isinstance(step, dict)]
            return [name for name in names if name.count(" ") < _LONGEST_SECTION]
    return []


def _readable(name: str) -> str:
    """Turn a slug or capitals into words; leave words as they are, and abbreviations."""
    if re.fullmatch(r"[a-z0-9]+(?:[-_][a-z0-9]+)*", name):
        return re.sub(r"[-_]", " ", name).capitalize()
    return name.title() if name.isupper() and len(name) > _ABBREVIATION else name


def _tags(tree: HtmlElement, article: Item, layout: Layout | None, sites: Sequence[str]) -> tuple[str, ...]:
    sources = [
        _found(tree, layout.tags if layout else ()),
        _found(tree, _TAGS),
        texts_at(article, "keywords"),
        _found(tree, _KEYWORDS),
    ]
    unwanted = set(map(squashed, sites))
    tags: dict[str, str] = {}
    for tag in (part for line in next(filter(None, sources), []) for part in _listed(line)):
        if 0 < len(tag) <= _LONGEST_TAG and squashed(tag) not in unwanted:
            tags.setdefault(tag.casefold(), tag)
    return tuple(tags.values())


def _listed(line: str) -> list[str]:
    """The topics in one line: a JSON array, or parted by commas."""
    parts: list[str] = line.split(",")
    if line.startswith("["):
        try:
            parts = [str(part) for part in json.loads(line)]
        except ValueError:
            parts = line.strip("[]").replace('"', "").split(",")
    return [part.strip().lstrip("#").strip() for part in parts]


def _summary(tree: HtmlElement, article: Item, layout: Layout | None) -> str:
    selectors = (*(layout.summary if layout else ()), *_SUMMARY)
    text = _first(tree, selectors) or text_at(article, "description")
    return _HASHTAGS.sub("", fold(_MARKUP.sub(" ", text)))


def _times(
    tree: HtmlElement, article: Item, layout: Layout | None, zone: dt.tzinfo
) -> tuple[dt.datetime | None, dt.datetime | None]:
    """When the story appeared and when it was last changed."""
    given = _moment([text_at(article, "datePublished", "dateCreated"), *_all(tree, _PUBLISHED)], zone)
    changed = _moment([text_at(article, "dateModified"), *_all(tree, _MODIFIED)], zone)
    seen = _moment(_all(tree, layout.date if layout else ()), zone)
    if seen is None and (given is None or given.utcoffset() not in _OFFSETS or not given.hour):
        seen = _moment(_date_lines(tree), zone)
    if seen is None and given is None:
        seen = _moment([text for text in _all(tree, _SEEN) if text.count(" ") < _DATE_LINE], zone)
    published = settle(given, seen)
    if given and published and changed and changed.utcoffset() == given.utcoffset():
        changed = changed.replace(tzinfo=published.tzinfo)
    if published and changed and changed < published - dt.timedelta(minutes=1):
        changed = None
    return published, changed


def settle(given: dt.datetime | None, seen: dt.datetime | None) -> dt.datetime | None:
    """Settle between the moment that a page gives to machines and the one that it shows.

    The given one is right and exact, save for two cases: the hour and minute that a reader sees in WIB stand in it
    with another zone (detik wrote Z, merdeka -07:00), or it has no hour and the page shows one of the same day.
    """
    if given is None or seen is None:
        return given or seen
    day_only = given.timetz().replace(tzinfo=None) == dt.time() and given.date() == seen.date()
    same_clock = given.replace(tzinfo=None, second=0) == seen.replace(tzinfo=None, second=0)
    if same_clock and given.utcoffset() != seen.utcoffset():
        return given.replace(tzinfo=seen.tzinfo)
    return seen if day_only else given


def _moment(texts: Iterable[str], zone: dt.tzinfo) -> dt.datetime | None:
    """The first believable time that the texts give; of the same day rather one with an hour than one without."""
    read = [(text, moment) for text in texts if text and (moment := parse_date(text, zone))]
    moments = [(names_time(text), moment) for text, moment in read if moment.year >= _EARLIEST]
    if not moments:
        return None
    first = moments[0][1]
    return next((moment for timed, moment in moments if timed and moment.date() == first.date()), first)


def _date_lines(tree: HtmlElement) -> list[str]:
    """Short lines in the upper part of a page that give a time in one of Indonesia's zones."""
    blocks = [block for block in blocks_of(tree) if block.words <= _DATE_LINE]
    return [block.text for block in blocks if names_zone(block.text)][:_TOP_OF_PAGE]
