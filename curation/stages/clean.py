"""Article → article without inserts, or a reject: cuts, facts from the cut lines, screens."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from crawler.outlets import Outlets, load_outlets
from curation.census import NO_CENSUS, known_lines
from curation.config import Clean, Config, Quality
from curation.guard import Failure
from curation.inserts import load_rules, strip
from curation.masking import mask_article
from curation.parts import NO_PARTS, known_parts, with_parts
from curation.records import Article, Reject, reject
from curation.rights import Policy, kept_out, with_notice
from curation.shards import read_rows
from curation.stage import Finished, Plan, Stage, Task, work_rows
from curation.text.language import detect_language, line_languages
from curation.text.quality import measure_text, screen

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
    policy: Policy = "record-only"
    """What of the rows that a site reserves may be published; a person who cleans one page publishes nothing."""
    quality: Quality = field(default_factory=Quality)
    """Which texts are screened by their measures."""
    mask: tuple[str, ...] = ()
    """Kinds of contact data that are masked; a person who cleans one page reads it himself."""


Step = Callable[[Article, Setting], Article | Reject]


def setting_of(config: Config, census: Path | None, parts: Path | None) -> Setting:
    """Take what the steps go by from the configuration of a build."""
    # Outlets are not sent along: the process that works has them, and the rules made ready for them.
    return Setting(
        config.clean, load_outlets(), census, parts, config.rights.policy, config.quality, config.personal.mask
    )


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


def mask_contact_data(article: Article, setting: Setting) -> Article:
    """Mask contact data; before the notice is read as a right and the words are counted."""
    return mask_article(article, setting.mask) if setting.mask else article


def measure(article: Article, setting: Setting) -> Article:
    """Count the words, tell the language and take the measures of what is left."""
    language, score = detect_language(article.text)
    return replace(
        article,
        language=language,
        language_score=score,
        paragraph_languages=line_languages(article.text, language),
        n_words=len(_WORD.findall(article.text)),
        quality=measure_text(article.text, language, sum(len(cut.text) for cut in article.cuts)),
    )


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


def screen_quality(article: Article, setting: Setting) -> Article | Reject:
    """Stop texts that lie outside the thresholds of `quality`."""
    assert article.quality is not None, "measure comes first"
    found = screen(article.quality, article.language, setting.quality.thresholds)
    return reject(article, NAME, *found) if found else article


def state_rights(article: Article, setting: Setting) -> Article:
    """Add the notice that the story prints to what its site says, and say what all that comes to."""
    return with_notice(article)


def screen_rights(article: Article, setting: Setting) -> Article | Reject:
    """Stop what the policy keeps out; the last of the screens, so that its count is that of rows it alone stops."""
    code, detail = kept_out(article.rights, setting.policy)
    return reject(article, NAME, code, detail) if code else article


STEPS: tuple[Step, ...] = (
    join_parts, strip_inserts, mask_contact_data, state_rights, measure, screen_length, screen_language, screen_quality,
    screen_rights,
)  # fmt: skip


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
    step = partial(_clean, config=task.settings(), census=census, parts=parts)
    work_rows(task, Article, read_rows(shard, Article), step, _failed, {})


def _clean(article: Article, config: Config, census: Path, parts: Path) -> Article | Reject:
    return clean(article, setting_of(config, census, parts))


def _failed(article: Article, failure: Failure) -> Reject:
    return reject(article, NAME, "clean.timeout" if failure.timeout else "clean.crash", failure.detail)


STAGE = Stage(
    name=NAME,
    needs=("extract", "census", "join"),
    plan=_plan,
    work=_work,
    sections=("clean", "personal", "quality", "rights"),
    materials=(
        "curation/stages/clean.py",
        "curation/census.py",
        "curation/parts.py",
        "curation/inserts",
        "curation/masking.py",
        "curation/text",
        "curation/records.py",
        "curation/rights.py",
        "crawler/outlets",
        "crawler/rights.py",
    ),
    libraries=("saring", "phonenumbers", "python-stdnum"),
)
