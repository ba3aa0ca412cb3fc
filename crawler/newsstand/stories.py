"""The invented stories: what each outlet printed of them, at which address, and what extraction must give back."""

import datetime as dt
import re
from base64 import b32encode
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from crawler.newsstand.mastheads import MASTHEADS, Masthead
from crawler.outlets import BadInput, read_toml

STORIES = Path(__file__).parent / "stories"

Kind = Literal["story", "english", "stub", "video", "reserved"]
SUBHEAD = "## "
# `[PHONE 0812-0000-4471]`: contact data in a story file, and what masks them.
MARKED = re.compile(r"\[([A-Z]+) ([^\]\n]+)\]")


class Strict(BaseModel):
    """A table of a story file: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SyndicatedCopy(Strict):
    """The same story in another outlet."""

    outlet: str
    published: AwareDatetime
    title: str = ""
    """Empty: as in the original; so too `city`."""
    city: str = ""
    replace: tuple[tuple[str, str], ...] = ()
    """Old words and new words."""
    drop_last: int = Field(default=0, ge=0)
    """Paragraphs left out at the end."""
    close: bool = True
    """Must be joined: Jaccard of word 5-grams at least 0.8. Otherwise it is a rewrite that must stay apart."""


class Story(Strict):
    """One story file."""

    title: str = Field(min_length=1)
    summary: str
    outlet: str
    section: str
    city: str
    author: str
    editor: str = ""
    initials: str = ""
    published: AwareDatetime
    tags: tuple[str, ...] = ()
    kind: Kind = "story"
    """`reserved`: a story like others, which its outlet keeps from mining by robots.txt, tdmrep.json or `robots`."""
    robots: str = ""
    """What the page's robots tag says."""
    pages: int = Field(default=1, ge=1)
    body: str
    copies: tuple[SyndicatedCopy, ...] = Field(default=(), max_length=2)

    @model_validator(mode="after")
    def _fits_its_outlets(self) -> Self:
        for outlet in (self.outlet, *(copy.outlet for copy in self.copies)):
            if outlet not in MASTHEADS:
                raise ValueError(f"key outlet: {outlet!r} is not on the newsstand; use {', '.join(MASTHEADS)}")
        if self.pages > 1 and not MASTHEADS[self.outlet].pages_stories:
            raise ValueError(f"key pages: {self.outlet} prints every story on one page; set pages to 1")
        for index, copy in enumerate(self.copies):
            if copy.drop_last >= len(_parts(self.body)):
                raise ValueError(f"key copies.{index}.drop_last: nothing would be left of the body; lower it")
            for old, _ in copy.replace:
                if old not in self.body:
                    raise ValueError(f"key copies.{index}.replace: the body does not say {old!r}; mend the words")
        return self


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or a subhead."""

    marked: str
    """Words of the story file, contact data between marks."""
    subhead: bool = False

    @property
    def text(self) -> str:
        """The words as they are printed."""
        return MARKED.sub(r"\2", self.marked)

    @property
    def masked(self) -> str:
        """The words with contact data masked, as `<PHONE>`."""
        return MARKED.sub(r"<\1>", self.marked)


@dataclass(frozen=True, slots=True)
class Appearance:
    """A story as one outlet printed it."""

    masthead: Masthead
    number: int
    """Id in the outlet's own counting, in the order of publication."""
    slug: str
    url: str
    title: str
    city: str
    published: dt.datetime
    """In the outlet's zone."""
    blocks: tuple[Block, ...]
    story: Story
    cluster: str
    """The same for all appearances that must be joined as near-duplicates."""
    edited_at: dt.datetime | None = None
    """When its outlet changed the text after all, in whatever zone."""

    @property
    def kind(self) -> Kind:
        """Whether it is a story, or something that must not pass for one."""
        return self.story.kind

    @property
    def modified(self) -> dt.datetime:
        """When the outlet last changed it."""
        return self.edited_at or self.published + dt.timedelta(minutes=self.masthead.minutes_to_edit)

    @property
    def dateline(self) -> str:
        """City as it opens the lead, empty where the outlet prints none."""
        city = "" if "city" in self.masthead.leaves_out else self.city
        return city.upper() if self.masthead.shouts else city


@dataclass(frozen=True, slots=True)
class Expected:
    """What must come out of an article's page: the gold of the end-to-end tests."""

    url: str
    """Canonical address."""
    outlet: str
    kind: Kind
    title: str
    text: str
    """Paragraphs and subheads, one a line, without dateline, inserts, credits and captions."""
    masked: str
    """The text as a release holds it: contact data are masked."""
    summary: str
    authors: tuple[str, ...]
    editor: str
    credit: str
    section: str
    tags: tuple[str, ...]
    dateline: str
    published_at: dt.datetime
    modified_at: dt.datetime | None
    cluster: str


def load_stories(folder: Path = STORIES) -> dict[str, Story]:
    """Read a folder of story files, by slug; raises BadInput for the first wrong file and for an empty folder."""
    stories = {path.stem: read_toml(path, Story) for path in sorted(folder.glob("*.toml"))}
    if not stories:
        raise BadInput(f"{folder}: there is no story file (*.toml) here; check the folder.")
    return stories


@lru_cache(maxsize=4)
def appearances(folder: Path = STORIES) -> tuple[Appearance, ...]:
    """List every story in every outlet that ran it, oldest first."""
    runs = [
        (copy.published, slug, story, copy)
        for slug, story in load_stories(folder).items()
        for copy in (SyndicatedCopy(outlet=story.outlet, published=story.published), *story.copies)
    ]
    ranks: Counter[str] = Counter()
    found = []
    for _, slug, story, copy in sorted(runs, key=lambda run: (run[0], run[1], run[3].outlet)):
        found.append(_appearance(slug, story, copy, ranks[copy.outlet]))
        ranks[copy.outlet] += 1
    return tuple(found)


def expected(folder: Path = STORIES) -> tuple[Expected, ...]:
    """Tell what must come out of each article's page, in the order of `appearances`."""
    return tuple(_expected(appearance) for appearance in appearances(folder))


def slugify(text: str) -> str:
    """Write a headline or topic as it stands in an address."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower().replace("'", "")).strip("-")


def _appearance(origin: str, story: Story, copy: SyndicatedCopy, rank: int) -> Appearance:
    masthead = MASTHEADS[copy.outlet]
    slug = slugify(copy.title) if copy.title else origin
    number = masthead.first_number + masthead.number_step * rank
    published = copy.published.astimezone(masthead.zone)
    section = slugify(story.section)
    path = masthead.article.format(number=number, slug=slug, section=section, code=_code(slug), published=published)
    return Appearance(
        masthead=masthead,
        number=number,
        slug=slug,
        url=masthead.home + path,
        title=copy.title or story.title,
        city=copy.city or story.city,
        published=published,
        blocks=_blocks(story, copy, masthead),
        story=story,
        cluster=origin if copy.close else f"{origin}@{copy.outlet}",
    )


def _blocks(story: Story, copy: SyndicatedCopy, masthead: Masthead) -> tuple[Block, ...]:
    body = story.body
    for old, new in copy.replace:
        body = body.replace(old, new)
    texts = [" ".join(part.split()) for part in _parts(body)]
    blocks = [Block(text.removeprefix(SUBHEAD), subhead=text.startswith(SUBHEAD)) for text in texts]
    kept = [block for block in blocks if masthead.subheads or not block.subhead]
    return tuple(kept[: len(kept) - copy.drop_last])


def _parts(body: str) -> list[str]:
    return re.split(r"\n\s*\n", body.strip())


def _code(slug: str) -> str:
    letters = b32encode(sha256(slug.encode()).digest()).decode().lower()
    return f"{letters[:5]}-{letters[5:11]}"


def _expected(appearance: Appearance) -> Expected:
    story = appearance.story
    hidden = appearance.masthead.leaves_out
    return Expected(
        url=appearance.url,
        outlet=appearance.masthead.id,
        kind=appearance.kind,
        title=appearance.title,
        text="\n".join(block.text for block in appearance.blocks),
        masked="\n".join(block.masked for block in appearance.blocks),
        summary=story.summary,
        authors=(story.author,) if story.author else (),
        editor="" if "editor" in hidden else story.editor,
        credit="" if "initials" in hidden else story.initials,
        section="" if "section" in hidden else story.section,
        tags=story.tags,
        dateline=appearance.dateline,
        published_at=appearance.published,
        modified_at=appearance.modified if appearance.masthead.minutes_to_edit else None,
        cluster=appearance.cluster,
    )
