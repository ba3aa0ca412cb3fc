"""All that stands on the newsstand at once: the articles of every outlet, and the pages that behave oddly."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from crawler.newsstand.mastheads import MASTHEADS
from crawler.newsstand.stories import STORIES, Appearance, Block, appearances, slugify
from crawler.outlets import BadInput

WITHHELD = Path(__file__).parent / "withheld"

Oddity = Literal[
    "moved",  # 301 to the article
    "temporary",  # 302 to the article
    "missing",  # 404
    "gone",  # 410
    "busy",  # 429 with Retry-After on the first ask
    "slow",
    "wrong-charset",  # the header says ISO-8859-1, the bytes are UTF-8
    "windows-1252",  # no charset in the header, and the page says iso-8859-1
    "withheld",  # disallowed by robots.txt
    "amp",  # AMP twin, which its address gives away
    "twin",  # the article in a lighter dress, which only its rel=canonical gives away
]
Place = Literal["sitemap", "index", "feed", ""]


@dataclass(frozen=True, slots=True)
class Special:
    """A page that does not just answer 200 with an article."""

    oddity: Oddity
    entry: Appearance
    """As it is listed, under its own address."""
    target: Appearance
    """The article behind it: the same for one that answers oddly under its usual address."""
    listed_in: Place = ""
    """Where its address is found beside those of the articles; empty: it is an article's usual address."""


@dataclass(frozen=True, slots=True)
class Edition:
    """Everything that can be read at the newsstand."""

    shelves: dict[str, tuple[Appearance, ...]]
    """Articles by outlet, newest first."""
    specials: tuple[Special, ...]

    def listed(self, outlet: str, place: Place) -> tuple[Appearance, ...]:
        """List the articles of an outlet, and the special addresses that are listed in this place, newest first."""
        extra = [s.entry for s in self.specials if s.entry.masthead.id == outlet and s.listed_in == place]
        together = (*self.shelves[outlet], *extra)
        return tuple(sorted(together, key=lambda entry: (entry.published, entry.url), reverse=True))

    def special(self, oddity: Oddity) -> Special:
        """Find the first page that behaves so."""
        return next(special for special in self.specials if special.oddity == oddity)


def open_edition(folder: Path = STORIES) -> Edition:
    """Lay out the stories of a folder; raises BadInput for a wrong file and where an outlet has no story."""
    newest_first = appearances(folder)[::-1]
    shelves = {name: tuple(a for a in newest_first if a.masthead.id == name) for name in MASTHEADS}
    for name, shelf in shelves.items():
        if not shelf:
            raise BadInput(f"{folder}: {name} has no story here; add one, each outlet needs some.")
    return Edition(shelves, (*_aliases(shelves), *_odd_answers(shelves), *_withheld()))


def edited(edition: Edition, url: str, words: str, at: dt.datetime) -> Edition:
    """Give the edition after the outlet has put another last paragraph under the story at this address."""

    def changed(entry: Appearance) -> Appearance:
        if entry.url != url:
            return entry
        return replace(entry, blocks=(*entry.blocks[:-1], Block(words)), edited_at=at)

    shelves = {outlet: tuple(map(changed, shelf)) for outlet, shelf in edition.shelves.items()}
    specials = (replace(one, entry=changed(one.entry), target=changed(one.target)) for one in edition.specials)
    return Edition(shelves, tuple(specials))


def _aliases(shelves: dict[str, tuple[Appearance, ...]]) -> Iterable[Special]:
    """Make the addresses that lead to an article, or to one that is no longer there."""
    coast, east = _story(shelves["kabarpesisir"], _any), _story(shelves["gaungtimur"], _any)
    lintas, now = shelves["wartalintas"][0], _story(shelves["ruangkini"], lambda entry: entry.story.pages == 1)
    yield Special("moved", _readdressed(coast, 1, coast.slug.rpartition("-")[0]), coast, "sitemap")
    yield Special("temporary", _readdressed(lintas, 0, f"{lintas.slug}-pembaruan"), lintas, "feed")
    yield Special("missing", _retitled(coast, "Jadwal Pemadaman Listrik Semarang Barat Pekan Ini"), coast, "sitemap")
    yield Special("gone", _retitled(east, "Jadwal Kapal Antarpulau dari Pelabuhan Paotere"), east, "sitemap")
    yield Special("twin", replace(coast, url=f"{coast.url}/lite"), coast, "sitemap")
    home = now.masthead.home
    yield Special("amp", replace(now, url=now.url.replace(home, f"{home}/amp")), now, "sitemap")


def _odd_answers(shelves: dict[str, tuple[Appearance, ...]]) -> Iterable[Special]:
    """Choose the articles that answer oddly under their usual address."""
    chosen: tuple[tuple[Oddity, str, Callable[[Appearance], bool]], ...] = (
        ("busy", "wartalintas", lambda entry: not _has_curly(entry)),
        ("slow", "catatanlembayung", _any),
        ("wrong-charset", "gaungtimur", _has_curly),
        ("windows-1252", "wartalintas", _has_curly),
    )
    for oddity, outlet, fits in chosen:
        entry = _story(shelves[outlet], fits)
        yield Special(oddity, entry, entry)


def _withheld() -> Iterable[Special]:
    for entry in appearances(WITHHELD):
        path = entry.masthead.article.format(number=0, slug=entry.slug)
        listed = replace(entry, number=0, url=entry.masthead.home + path)
        place: Place = "index" if entry.masthead.id == "wartalintas" else "sitemap"
        yield Special("withheld", listed, listed, place)


def _story(shelf: tuple[Appearance, ...], fits: Callable[[Appearance], bool]) -> Appearance:
    """Take the oldest story that fits and ran nowhere else."""
    for entry in reversed(shelf):
        if entry.kind == "story" and not entry.story.copies and fits(entry):
            return entry
    raise BadInput(
        "stories: an outlet has no story without copies for one of its odd pages; add one with curly quotes."
    )


def _any(_: Appearance) -> bool:
    return True


def _has_curly(entry: Appearance) -> bool:
    """Say whether the text holds quotes that Windows-1252 and UTF-8 write differently."""
    text = "".join(block.text for block in entry.blocks)
    return "“" in text and _is_windows_1252(text)


def _is_windows_1252(text: str) -> bool:
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _readdressed(entry: Appearance, ahead: int, slug: str) -> Appearance:
    """Give an article another address; `ahead` chooses a number that no article has."""
    number = entry.number + ahead
    path = entry.masthead.article.format(number=number, slug=slug, published=entry.published)
    return replace(entry, number=number, slug=slug, url=entry.masthead.home + path)


def _retitled(entry: Appearance, title: str) -> Appearance:
    return replace(_readdressed(entry, 2, slugify(title)), title=title)
