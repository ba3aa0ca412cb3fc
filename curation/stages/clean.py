"""Article → article without inserts, or a reject: cuts, facts from the cut lines, screens."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from crawler.outlets import Outlets, load_outlets
from curation.census import NO_CENSUS, known_lines
from curation.config import Clean, Config
from curation.guard import Failure
from curation.inserts import load_rules, strip
from curation.parts import NO_PARTS, known_parts, with_parts
from curation.records import Article, Reject, reject
from curation.shards import read_rows
from curation.stage import Finished, Plan, Stage, Task, work_rows
from curation.text.language import detect_language

NAME = "clean"
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Setting:
    """What the steps go by besides the article."""

    clean: Clean
    outlets: Outlets
    census: Path | None
    """Table of the census; none where one page is cleaned by itself."""
    parts: Path | None = None
    """Table of the later parts of stories; none where one page is cleaned by itself."""


Step = Callable[[Article, Setting], Article | Reject]


def join_parts(article: Article, setting: Setting) -> Article | Reject:
    """Put the later parts of a story behind its first; stop those parts as rows of their own."""
    known = known_parts(setting.parts) if setting.parts else NO_PARTS
    part = known.by_id.get(article.id)
    if part is not None:
        stopped = reject(article, NAME, "page.part", f"part {part.number}: {part.why}")
        return replace(stopped, dup_of=part.joined_to)
    later = known.behind.get(article.id, ())
    return with_parts(article, later) if later else article


def strip_inserts(article: Article, setting: Setting) -> Article:
    """Cut inserts and chrome, and put what the cut lines say where the page said nothing."""
    profile = setting.outlets.by_id.get(article.outlet)
    language = profile.language if profile else detect_language(article.text)[0]
    rules = load_rules(language, profile, setting.outlets)
    known = known_lines(setting.census, article.outlet) if setting.census else NO_CENSUS
    stripped = strip(
        article.text, article.cuts, rules, title=article.title, headlines=known.headlines, repeated=known.repeated
    )
    return with_facts(replace(article, text=stripped.text, cuts=stripped.cuts), stripped.facts)


def with_facts(article: Article, facts: Mapping[str, tuple[str, ...]]) -> Article:
    """Fill the empty fields of an article from facts; a field that the page told stays."""

    def first(name: str) -> str:
        return facts.get(name, ("",))[0]

    def moment(name: str) -> dt.datetime | None:
        return dt.datetime.fromisoformat(first(name)) if first(name) else None

    return replace(
        article,
        title=article.title or first("title"),
        authors=article.authors or facts.get("author", ()),
        editor=article.editor or first("editor"),
        credit=article.credit or first("credit"),
        source=article.source or first("source"),
        first_outlet=article.first_outlet or first("first_outlet"),
        rights_notice=article.rights_notice or first("rights_notice"),
        dateline=article.dateline or first("dateline"),
        tags=article.tags or facts.get("tags", ()),
        published_at=article.published_at or moment("published_at"),
        modified_at=article.modified_at or moment("modified_at"),
    )


def measure(article: Article, setting: Setting) -> Article:
    """Count the words and tell the language of what is left."""
    language, score = detect_language(article.text)
    return replace(article, language=language, language_score=score, n_words=len(_WORD.findall(article.text)))


def screen_length(article: Article, setting: Setting) -> Article | Reject:
    """Stop stubs."""
    if not article.text:
        return reject(article, NAME, "clean.nothing-left")
    if article.n_words < setting.clean.min_words:
        return reject(article, NAME, "screen.short", f"{article.n_words} words")
    return article


def screen_language(article: Article, setting: Setting) -> Article | Reject:
    """Stop texts in other languages."""
    if article.language in setting.clean.languages:
        return article
    return reject(article, NAME, "screen.language", f"{article.language or 'unknown'} {article.language_score:.2f}")


STEPS: tuple[Step, ...] = (join_parts, strip_inserts, measure, screen_length, screen_language)


def clean(article: Article, setting: Setting) -> Article | Reject:
    """Take the steps in order until one stops the article."""
    row: Article | Reject = article
    for step in STEPS:
        if isinstance(row, Reject):
            break
        row = step(row, setting)
    return row


def _plan(done: Mapping[str, Finished], config: Config) -> Plan:
    (census,), (parts,) = done["census"].kept, done["join"].kept
    return {path.stem: (path, census, parts) for path in done["extract"].kept}


def _work(task: Task) -> None:
    shard, census, parts = (Path(path) for path in task.inputs)
    step = partial(_clean, settings=task.settings().clean, census=census, parts=parts)
    work_rows(task, Article, read_rows(shard, Article), step, _failed, {})


def _clean(article: Article, settings: Clean, census: Path, parts: Path) -> Article | Reject:
    # Outlets are not sent along: the process that works has them, and the rules made ready for them.
    return clean(article, Setting(settings, load_outlets(), census, parts))


def _failed(article: Article, failure: Failure) -> Reject:
    return reject(article, NAME, "clean.timeout" if failure.timeout else "clean.crash", failure.detail)


STAGE = Stage(
    name=NAME,
    needs=("extract", "census", "join"),
    plan=_plan,
    work=_work,
    sections=("clean",),
    materials=(
        "curation/stages/clean.py",
        "curation/census.py",
        "curation/parts.py",
        "curation/inserts",
        "curation/text",
        "curation/records.py",
        "crawler/outlets",
    ),
    libraries=("saring",),
)
