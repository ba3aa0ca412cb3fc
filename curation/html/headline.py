"""The headline of a page among the forms in which the page gives it, without the site's name."""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from curation.html.json_ld import Item, text_at, unescaped
from curation.html.people import squashed
from curation.html.structure import headline_key
from curation.html.tree import text_of, values

_DECLARED = (
    "meta[property='og:title']@content",
    "meta[name='og:title']@content",
    "meta[name='twitter:title']@content",
    "meta[property='twitter:title']@content",
    "meta[name='title']@content",
)
_SHOWN = ("h1", "[itemprop='headline']", ".entry-title", ".post-title")
_SEPARATOR = re.compile(r"\s+(?:[-–—|:•·»/]|::)\s+|\s*[|»]\s*")
_FRONT = re.compile(r"\s*[-–—|:»]\s+")
_PART = re.compile(r"\s*[-–—|,(]*\s*\b(?:Halaman|Page)\s+(?:\d+|all)\)?\s*$")
_SECOND_LEVEL = frozenset(("ac", "co", "com", "desa", "edu", "go", "gov", "my", "net", "or", "org", "sch", "web"))
_LONGEST_NAME = 5
"""No site calls itself by more words."""


def shown_titles(tree: HtmlElement) -> list[str]:
    """Texts that stand where a page shows its headline."""
    return [text for selector in _SHOWN for text in values(tree, selector)]


def declared_titles(tree: HtmlElement, article: Item) -> list[str]:
    """Headlines that a page declares for machines, best first."""
    titles = [text_at(article, "headline", "name")]
    titles += [unescaped(text) for selector in _DECLARED for text in values(tree, selector)]
    titles += [unescaped(text_of(element)) for element in tree.iterfind(".//head/title")]
    return [title for title in titles if title]


def headline_keys(tree: HtmlElement, article: Item) -> frozenset[str]:
    """Keys under which the headline may stand again in the story: each form, and each without its last part."""
    titles = [*shown_titles(tree)[:8], *declared_titles(tree, article)]
    shorter = [_SEPARATOR.split(title)[0] for title in titles]
    return frozenset(key for key in map(headline_key, (*titles, *shorter)) if key)


def choose_headline(chosen: Sequence[str], shown: Sequence[str], declared: Sequence[str], sites: Iterable[str]) -> str:
    """Choose the headline: what the layout finds, else what the page shows, else what it declares.

    What is found or shown counts if it is like something declared, where anything is: a rubric, a logo and another
    story's headline stand in `h1` too. `sites` are the names that the site has.
    """
    names = tuple(sites)
    clean = [without_site(title, names) for title in declared]
    candidates = [(without_site(title, names), 0.2) for title in chosen]
    candidates += [(without_site(title, names), 0.5) for title in shown]
    fitting = [
        (title, like)
        for title, least in candidates
        if title and (like := max((_likeness(title, other) for other in clean), default=1.0)) >= least
    ]
    best, _ = max(fitting, key=lambda pair: pair[1], default=("", 0.0))
    return best or next((title for title in clean if title), "")


def site_names(url: str) -> tuple[str, ...]:
    """Names that a host gives its site: `bola.kabar.co.id` gives itself, `kabar.co.id` and `kabar`, and no channel."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    labels = host.split(".")
    national = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    domain = labels[-3:] if national else labels[-2:]
    return (host, ".".join(domain), domain[0])


def without_site(title: str, sites: Sequence[str]) -> str:
    """Strip what names the site, at the end as often as it stands there and at the front, and the number of a part."""
    title = _PART.sub("", title)
    while cut := _site_at_end(title, sites):
        title = _PART.sub("", title[:cut])
    first = _FRONT.search(title)
    if first and squashed(title[: first.start()]) in map(squashed, sites):
        title = title[first.end() :]
    return title.strip()


def _site_at_end(title: str, sites: Sequence[str]) -> int:
    """Where the last part of a title begins, if it names the site, as in "Kabar Contoh Bali"; else 0."""
    separators = list(_SEPARATOR.finditer(title))
    if not separators:
        return 0
    tail = title[separators[-1].end() :]
    name = squashed(tail)
    long = [squashed(site) for site in sites if "." in site or " " in site] if tail.count(" ") < _LONGEST_NAME else []
    ours = name in map(squashed, sites) or any(name.startswith(site) or name.endswith(site) for site in long)
    return separators[-1].start() if ours else 0


def _likeness(one: str, other: str) -> float:
    """Share of the words of the longer of two headlines that stand in the other."""
    ours, theirs = set(headline_key(one).split()), set(headline_key(other).split())
    return len(ours & theirs) / max(len(ours), len(theirs)) if ours and theirs else 0.0
