"""A news site as data: one TOML per outlet, read by the crawler and by the curation.

Selectors are CSS. A selector that ends in `@name` takes that attribute instead of the text, for example
`meta[name=author]@content`. Lists of selectors are tried in order and the first that finds something wins.
"""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit

from cssselect import HTMLTranslator, SelectorError
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from crawler.outlets.bad_input import BadInput, read_toml

PROFILES = Path(__file__).parent

# Indonesia has three zones and no summer time.
ZONES = {
    "WIB": dt.timezone(dt.timedelta(hours=7)),
    "WITA": dt.timezone(dt.timedelta(hours=8)),
    "WIT": dt.timezone(dt.timedelta(hours=9)),
}


# cssselect 1.3 translates these to something else without a word.
_MISREAD = re.compile(r":has\(\s*[>+~]|:not\([^)]*:has\(")


def _selector(text: str) -> str:
    if _MISREAD.search(text):
        raise ValueError(f"{text!r} is CSS that is read wrongly here; say it without :has(> …) or :not(:has(…))")
    try:
        HTMLTranslator().css_to_xpath(text.rpartition("@")[0] if "@" in text else text)
    except SelectorError as error:
        raise ValueError(f"{text!r} is not a CSS selector: {error}") from error
    return text


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is not a regular expression: {error}") from error
    return text


Selector = Annotated[str, AfterValidator(_selector)]
Pattern = Annotated[str, AfterValidator(_pattern)]


class Strict(BaseModel):
    """A table of a profile: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Addresses(Strict):
    """Which addresses of the outlet are articles, and how one story's addresses relate."""

    article: tuple[Pattern, ...] = ()
    """Searched in path and query (`/read/123/slug?page=2`); one must be found. Empty: any page may be one."""
    not_article: tuple[Pattern, ...] = ()
    """Searched in path and query; wins over `article`."""
    page_parameter: str = "page"
    """Query parameter that numbers the parts of a story."""
    whole: str = ""
    """Query string that asks for all parts at once, such as `page=all`; never part of the canonical address."""
    parts: bool = False
    """Long stories go on at `page_parameter` 2 and on, and no address brings them whole: the parts are fetched too."""
    keep_query: tuple[str, ...] = ()
    """Query parameters that belong to the canonical address; all others are dropped."""


class Crawl(Strict):
    """Where the spider looks for the outlet's articles."""

    delay: float = Field(default=2.0, ge=0)
    """Seconds between two requests; a longer Crawl-delay of robots.txt wins."""
    sitemaps: tuple[str, ...] = ()
    """Beside those that robots.txt names."""
    feeds: tuple[str, ...] = ()
    """RSS or Atom."""
    index: tuple[str, ...] = ()
    """Listing pages: `{page}` counts from 1, `{date:%Y/%m/%d}` walks the days of the window."""
    index_pages: int = Field(default=20, ge=1)
    """Paging of one listing stops here at the latest."""
    items: tuple[Selector, ...] = ()
    """On listing and topic pages, what lists the stories; without it each link of the page counts."""
    topics: tuple[str, ...] = ()
    """Pages of a subject crawl, from home: `/tag/{topic}` takes a slug, `/search?q={query}&page={page}` words."""
    api: Literal["", "wordpress"] = ""
    """Interface of the publishing system that lists articles by date."""
    api_address: str = ""
    """Where it answers; empty: its usual place on home, `/wp-json/wp/v2/posts`."""


class Layout(Strict):
    """How the outlet's pages were built during some span of years."""

    id: str
    since: dt.date | None = None
    """First day on which pages were built so; says which of two layouts that both fit is right."""
    marks: tuple[Selector, ...] = ()
    """The page has this layout if one of them is found; without marks, if a `body` selector finds something."""
    body: tuple[Selector, ...]
    """Root of the story. All elements that match the first matching selector, in page order."""
    drop: tuple[Selector, ...] = ()
    """Inside the root: inserts and chrome, kept as cuts."""
    title: tuple[Selector, ...] = ()
    author: tuple[Selector, ...] = ()
    editor: tuple[Selector, ...] = ()
    date: tuple[Selector, ...] = ()
    section: tuple[Selector, ...] = ()
    tags: tuple[Selector, ...] = ()
    summary: tuple[Selector, ...] = ()
    premium: tuple[Selector, ...] = ()
    """Found only where the page holds no more than the teaser of a paid story."""


class Profile(Strict):
    """One outlet."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    name: str
    """As it prints itself, `IDN Times`."""
    aliases: tuple[str, ...] = ()
    """Other forms of its name in datelines, notices and title suffixes: `KOMPAS.com`, `JITUNEWS.COM`."""
    home: str
    hosts: tuple[str, ...]
    """`www.idntimes.com`, or `*.idntimes.com` for the domain and all below it."""
    zone: Literal["WIB", "WITA", "WIT"] = "WIB"
    """Of times that the outlet prints without a zone."""
    language: str = "id"
    served_by: Literal["web", "newsstand"] = "web"
    """`newsstand`: an invented outlet of the embedded news site."""
    note: str = ""
    """What is not known, or when the facts were last checked."""
    crawl: Crawl = Crawl()
    addresses: Addresses = Addresses()
    layouts: tuple[Layout, ...] = ()
    shapes: tuple[str, ...] = ()
    """Shape rules of `curation/inserts/shapes.py` that hold for this outlet only."""
    rules: tuple[dict[str, Any], ...] = ()
    """Insert rules of this outlet alone, in the form of `curation/inserts/*.toml`."""

    @property
    def names(self) -> tuple[str, ...]:
        """Every form in which the outlet names itself."""
        return (self.name, *self.aliases)

    def owns(self, host: str) -> bool:
        """Say whether a host name is this outlet's."""
        return any(
            host == pattern or (pattern.startswith("*.") and (host == pattern[2:] or host.endswith(pattern[1:])))
            for pattern in self.hosts
        )

    def is_article(self, url: str) -> bool:
        """Say whether the form of an address is that of an article."""
        parts = urlsplit(url)
        if not self.owns(parts.hostname or ""):
            return False
        place = f"{parts.path}?{parts.query}" if parts.query else parts.path
        if any(re.search(pattern, place) for pattern in self.addresses.not_article):
            return False
        article = self.addresses.article
        return not article or any(re.search(pattern, place) for pattern in article)


class Platform(Strict):
    """A publishing system that many small outlets share; its layouts are tried after those of the profile."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    note: str = ""
    layouts: tuple[Layout, ...]


@dataclass(frozen=True)
class Outlets:
    """The outlets by id, and the layouts of the platforms."""

    by_id: dict[str, Profile]
    platform_layouts: tuple[Layout, ...]

    def of_host(self, host: str) -> Profile | None:
        """Find the outlet of a host; the most exact host pattern wins."""
        if host in self._by_pattern:
            return self._by_pattern[host][1]
        labels = host.split(".")
        patterns = ("*." + ".".join(labels[start:]) for start in range(len(labels)))
        found = [self._by_pattern[pattern] for pattern in patterns if pattern in self._by_pattern]
        return min(found, key=lambda place: place[0])[1] if found else None

    @cached_property
    def _by_pattern(self) -> dict[str, tuple[int, Profile]]:
        """Give the first outlet of each pattern, and its place: a table of a million addresses asks a million times."""
        places = enumerate(self.by_id.values())
        return {pattern: (place, one) for place, one in reversed(list(places)) for pattern in one.hosts}

    def of_url(self, url: str) -> Profile | None:
        """Find the outlet of an address."""
        return self.of_host(urlsplit(url).hostname or "")

    def named(self, ids: Iterable[str]) -> tuple[Profile, ...]:
        """Find outlets by id; raises BadInput for an unknown one."""
        return tuple(self._named(name) for name in ids)

    def _named(self, name: str) -> Profile:
        if name not in self.by_id:
            known = ", ".join(sorted(self.by_id))
            raise BadInput(f"There is no outlet {name!r}; the outlets are {known}.")
        return self.by_id[name]


Named = TypeVar("Named", Profile, Platform)


@lru_cache(maxsize=4)
def load_outlets(folder: Path = PROFILES) -> Outlets:
    """Read `*.toml` and `newsstand/*.toml` as profiles and `platforms/*.toml` as platforms.

    Raises BadInput for the first file that is wrong or whose id is not its name.
    """
    paths = (*sorted(folder.glob("*.toml")), *sorted(folder.glob("newsstand/*.toml")))
    profiles = [_read(path, Profile) for path in paths]
    platforms = [_read(path, Platform) for path in sorted(folder.glob("platforms/*.toml"))]
    return Outlets(
        by_id={profile.id: profile for profile in profiles},
        platform_layouts=tuple(layout for platform in platforms for layout in platform.layouts),
    )


def _read(path: Path, model: type[Named]) -> Named:
    table = read_toml(path, model)
    if table.id != path.stem:
        raise BadInput(f"{path}: key id: {table.id!r} is not the file's name; make the two the same.")
    return table
