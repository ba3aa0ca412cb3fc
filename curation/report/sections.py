"""The sections of the report: what a person is told of a release, each with its charts and the tables behind them."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from curation.coverage import Coverage, Day
from curation.health import FEWEST, NEVER_ARTICLES, Health, OutletHealth
from curation.reasons import REASONS
from curation.report import charts
from curation.report.charts import NARROW, WIDE, Chart, Flow, Key, chart
from curation.report.facts import Facts, Hop, Rule, months_between, quantile

MOST_ROWS = 20
"""Rows of a table that are shown; where there are more, it scrolls by itself."""
MOST_BARS = 15
LONGEST = 500
"""Rows of a table at most; the release has the others."""
MOST_MONTHS = 48
"""A longer time is shown by years."""
MOST_DAYS = 60
MOST_BANDS = 24
LENGTHS = (0, 50, 100, 150, 200, 250, 300, 350, 400, 450, 500, 600, 700, 800, 1000, 1250, 1500, 2000, 3000, 5000)
"""Words from which on each bar counts."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    name: str
    kind: str = "text"
    """`text`, `name` (text that does not wrap), `number`, `code`, `bar` (a share of 0 to 1), `list`, or `svg`."""


@dataclass(frozen=True, slots=True)
class Table:
    """Numbers behind a chart, or a list of what there is."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    folded: bool = False
    """Whether one has to ask for it."""


@dataclass(frozen=True, slots=True)
class Section:
    """One question that a person asks of a release."""

    id: str
    heading: str
    lead: str
    """The answer in sentences."""
    parts: tuple[Chart | Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """All that the sections speak of."""

    facts: Facts
    coverage: Coverage
    health: Health
    rule_names: Mapping[str, str]
    profile: str
    """Name of the thresholds that screened by quality; empty where it is not known."""

    @property
    def outlets(self) -> Counter[str]:
        """Documents by outlet."""
        counts: Counter[str] = Counter()
        for (outlet, _), number in self.facts.by_month.items():
            counts[outlet] += number
        return counts


def make_sections(told: Told) -> list[Section]:
    """Write all sections in the order of the page."""
    makers: Sequence[Callable[[Told], Section]] = (
        _funnel, _outlets, _lengths, _cuts, _copies, _language, _rights, _personal, _coverage, _health, _splits,
    )  # fmt: skip
    return [make(told) for make in makers]


def count(number: float, thing: str = "", things: str = "") -> str:
    """Write a number with its thing: `1 page`, `1,234 pages`."""
    name = thing if number == 1 else things or f"{thing}s"
    return f"{number:,.0f} {name}".rstrip() if thing else f"{number:,.0f}"


def percent(share: float) -> str:
    """Write a share of 0 to 1 in percent."""
    return f"{100 * share:.1f}\N{NO-BREAK SPACE}%"


def span(seconds: float | None) -> str:
    """Write a time between two stories in the largest fitting unit."""
    if seconds is None:
        return "undated"
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


# The funnel ---------------------------------------------------------------------------------------------------------

_NEVER: frozenset[str] = frozenset(NEVER_ARTICLES.to_pylist())
_STOPS: tuple[tuple[str, str, Callable[[str], bool]], ...] = (
    ("Pages that could be a story", "are no story", lambda code: code in _NEVER),
    ("Stories read", "could not be read as one", lambda code: code.startswith(("page.", "extract.", "text.", "http."))),
    ("Clean stories", "were screened out", lambda code: code.startswith(("clean.", "screen.", "quality."))),
    ("Stories told once", "are copies", lambda code: code.startswith("duplicate.")),
    ("Documents", "must not be published", lambda _: True),
)
"""What is left after a stop, what is said of those it stops, and whose it is: the first that fits."""


def _stop_of(code: str) -> int:
    return next(number for number, (_, _, fits) in enumerate(_STOPS) if fits(code))


def _funnel(told: Told) -> Section:
    facts = told.facts
    codes: Counter[str] = Counter()
    for (code, _), number in facts.rejects.items():
        codes[code] += number
    stopped = Counter(dict.fromkeys(range(len(_STOPS)), 0))
    for code, number in codes.items():
        stopped[_stop_of(code)] += number
    left = facts.pages
    rows = [_step("Responses and rows", left, 0, "")]
    for number, (label, why, _) in enumerate(_STOPS):
        left -= stopped[number]
        rows.append(_step(label, left, stopped[number], why))
    reasons = sorted(codes, key=lambda code: (_stop_of(code), -codes[code], code))
    table = Table(
        "Every reason for which a page is not in the corpus",
        (
            Column("reason", "code"),
            Column("what it means"),
            Column("pages", "number"),
            Column("of all that came in", "bar"),
        ),
        tuple(
            (code, REASONS.get(code, "A code of another version of saring."), codes[code], codes[code] / facts.pages)
            for code in reasons
        ),
    )
    lead = (
        f"{count(facts.pages, 'response or row', 'responses and rows')} came in; {count(facts.documents, 'document')} "
        f"came out. Nothing is dropped silently: each of the other {count(facts.pages - facts.documents)} is a row of "
        "the rejects, with a reason."
    )
    drawn = chart(charts.steps(rows), "What is left after each step, and in red what stopped there")
    return Section("funnel", "From pages to documents", lead, (drawn, table))


def _step(label: str, left: int, lost: int, why: str) -> dict[str, Any]:
    note = f"{count(lost)} {why} · {count(left)} left" if lost else count(left)
    return {"label": label, "left": left, "lost": lost, "note": note, "brief": count(left)}


# Documents ----------------------------------------------------------------------------------------------------------


def _outlets(told: Told) -> Section:
    facts, outlets = told.facts, told.outlets
    dated = {key: number for key, number in facts.by_month.items() if key[1]}
    undated = facts.documents - sum(dated.values())
    parts: list[Chart | Table] = []
    if dated:
        parts.append(_months(dated, outlets))
    words: dict[str, int] = defaultdict(int)
    for (outlet, length), number in facts.words.items():
        words[outlet] += length * number
    lost: Counter[str] = Counter()
    for (code, outlet), number in facts.rejects.items():
        lost[outlet] += number if code not in _NEVER else 0
    columns = ("documents", "words", "rejects that could be stories")
    table = Table(
        "Documents by outlet",
        (Column("outlet"), *(Column(name, "number") for name in columns), Column("of the corpus", "bar")),
        tuple(
            (outlet, outlets[outlet], words[outlet], lost[outlet], outlets[outlet] / max(1, facts.documents))
            for outlet in sorted({*outlets, *lost}, key=lambda outlet: (-outlets[outlet], outlet))
        ),
    )
    when = f" from {min(month for _, month in dated)} to {max(month for _, month in dated)}" if dated else ""
    without = f"; {count(undated, 'document has', 'documents have')} no date" if undated else ""
    lead = f"{count(facts.documents, 'document')} of {count(len(outlets), 'outlet')}{when}{without}."
    return Section("outlets", "Documents by outlet and month", lead, (*parts, table))


def _months(dated: Mapping[tuple[str, str], int], outlets: Counter[str]) -> Chart:
    months = months_between([month for _, month in dated])
    size = 7 if len(months) <= MOST_MONTHS else 4
    names = list(dict.fromkeys(month[:size] for month in months))
    colours = _colours(outlets)
    pieces: Counter[tuple[str, int]] = Counter({(name, 0): 0 for name in names})
    for (outlet, month), number in dated.items():
        pieces[month[:size], colours[outlet]] += number
    rows = [{"x": name, "colour": colour, "n": number} for (name, colour), number in sorted(pieces.items())]
    every = {WIDE: max(1, -(-len(names) // 12)), NARROW: max(1, -(-len(names) // 5))}
    unit = "month" if size == 7 else "year"
    return chart(charts.columns(rows, every=every), f"Documents by {unit} of publication (UTC)", _legend(colours))


def _colours(outlets: Counter[str]) -> dict[str, int]:
    """Give the outlets with the most documents a colour each, all others the last one."""
    order = sorted(outlets, key=lambda outlet: (-outlets[outlet], outlet))
    return {outlet: min(place, charts.COLOURS) for place, outlet in enumerate(order)}


def _legend(colours: Mapping[str, int]) -> list[Key]:
    others = sum(colour == charts.COLOURS for colour in colours.values())
    named = [Key(f"c{colour}", outlet) for outlet, colour in colours.items() if colour < charts.COLOURS]
    return [*named, Key(f"c{charts.COLOURS}", f"{count(others, 'other outlet')}")] if others else named


def _lengths(told: Told) -> Section:
    by_length: Counter[int] = Counter()
    by_outlet: dict[str, Counter[int]] = defaultdict(Counter)
    for (outlet, length), number in told.facts.words.items():
        by_length[length] += number
        by_outlet[outlet][length] += number
    bins = Counter(max(low for low in LENGTHS if low <= length) for length in by_length.elements())
    rows = [{"x": f"{low:,}", "n": bins[low]} for low in LENGTHS]
    drawn = chart(
        charts.columns(rows, every={WIDE: 2, NARROW: 4}), "Documents by length in words; each bar from its number on"
    )
    quantiles = (0.05, 0.25, 0.5, 0.75, 0.95)
    table = Table(
        "Words of a document, by outlet",
        (Column("outlet"), *(Column(f"{share:.0%}" if share != 0.5 else "median", "number") for share in quantiles)),
        tuple(
            (outlet, *(quantile(lengths, share) for share in quantiles))
            for outlet, lengths in sorted(by_outlet.items(), key=lambda item: (-item[1].total(), item[0]))
        ),
        folded=True,
    )
    total = sum(length * number for length, number in by_length.items())
    lead = (
        f"{count(total, 'word')} in all. Half of the documents have {count(quantile(by_length, 0.5), 'word')} or fewer,"
        f" one in twenty has more than {count(quantile(by_length, 0.95))}."
    )
    return Section("lengths", "How long the documents are", lead, (drawn, table) if by_length else ())


# Cuts and copies ----------------------------------------------------------------------------------------------------


def _cuts(told: Told) -> Section:
    facts = told.facts
    taken = sum(rule.characters for rule in facts.rules.values())
    if not facts.rules:
        return Section("cuts", "What was cut", "Nothing was cut from any document.")
    order = sorted(facts.rules, key=lambda code: (-_cuts_of(facts.rules[code]), code))
    colours = _colours(told.outlets)
    rows = [
        {"label": f"{code} {told.rule_names.get(code, '')}".rstrip(), "kind": colour, "n": number}
        | {"note": count(_cuts_of(facts.rules[code]), "cut")}
        for code in order[:MOST_BARS]
        for colour, number in sorted(_by_colour(facts.rules[code], colours).items())
    ]
    palette = [f"var(--c{place})" for place in range(charts.COLOURS + 1)]
    drawn = chart(
        charts.stacks(rows, palette, alike=False), "The rules that cut most, each by outlet", _legend(colours)
    )
    every = sum(_cuts_of(rule) for rule in facts.rules.values())
    table = Table(
        "Cuts by rule",
        (
            Column("rule", "code"), Column("name", "name"), Column("cuts", "number"), Column("of all cuts", "bar"),
            Column("characters", "number"), Column("outlets", "number"), Column("for example", "list"),
        ),
        tuple(
            (
                code, told.rule_names.get(code, ""), _cuts_of(rule), _cuts_of(rule) / every, rule.characters,
                len(rule.cuts), rule.examples,
            )
            for code in order
            for rule in (facts.rules[code],)
        ),
    )  # fmt: skip
    lead = (
        f"{count(every, 'cut')} by {count(len(order), 'rule')} took {count(taken, 'character')}, "
        f"{percent(taken / max(1, taken + facts.characters))} of what stood on the pages. All of it is kept beside the "
        "text and can be put back."
    )
    return Section("cuts", "What was cut", lead, (drawn, table))


def _cuts_of(rule: Rule) -> int:
    return sum(rule.cuts.values())


def _by_colour(rule: Rule, colours: Mapping[str, int]) -> Counter[int]:
    pieces: Counter[int] = Counter()
    for outlet, number in rule.cuts.items():
        pieces[colours.get(outlet, charts.COLOURS)] += number
    return pieces


_SIZES = ((2, 2), (3, 3), (4, 4), (5, 5), (6, 10), (11, 20), (21, 10**9))


def _copies(told: Told) -> Section:
    clusters = told.facts.clusters
    stories = sum(number for size, number in clusters.sizes.items() if size > 1)
    if not stories:
        return Section("copies", "Who copies whom", "No document has a copy.")
    rows = [
        {
            "x": f"{low}" if low == high else f"{low}–{high}" if high < 10**9 else f"{low}+",
            "n": sum(number for size, number in clusters.sizes.items() if low <= size <= high),
        }
        for low, high in _SIZES
    ]
    sizes = chart(
        charts.columns(rows, every={WIDE: 1, NARROW: 1}, height=160),
        "Stories by how often they appeared; those that appeared once are left out",
    )
    between = [hop for hop in clusters.hops if hop.first != hop.then]
    kinds = ", ".join(f"{count(number)} {kind}" for kind, number in clusters.kinds.items())
    every, elsewhere = sum(clusters.kinds.values()), sum(hop.stories for hop in between)
    again = count(stories, "story", "stories")
    lead = (
        f"{again} appeared more than once, with {count(every, 'copy', 'copies')} ({kinds}): "
        f"{count(elsewhere)} at another outlet than the first, {count(every - elsewhere)} at the same."
    )
    parts: tuple[Chart | Table, ...] = (sizes,)
    if between:
        parts = (sizes, _graph(between, told.outlets), _hop_table(clusters.hops))
    return Section("copies", "Who copies whom", lead, parts)


def _graph(hops: Sequence[Hop], outlets: Counter[str]) -> Chart:
    shown = hops[:MOST_BANDS]
    colours = _colours(outlets)
    bands = [
        Flow(hop.first, hop.then, hop.stories, colours.get(hop.first, charts.COLOURS), span(hop.seconds))
        for hop in shown
    ]
    more = f"; the {MOST_BANDS} widest of {len(hops)}" if len(hops) > MOST_BANDS else ""
    caption = (
        "Left, who ran a story first; right, who had it next. A band is as wide as its stories are many; beside it "
        "stands the median time between the two"
    )
    return chart(charts.flows(bands), f"{caption}{more}")


def _hop_table(hops: Sequence[Hop]) -> Table:
    columns = (Column("stories", "number"), Column("equal texts", "number"), Column("median time after", "number"))
    return Table(
        "From outlet to outlet",
        (Column("first at"), Column("then at"), *columns),
        tuple((hop.first, hop.then, hop.stories, hop.exact, span(hop.seconds)) for hop in hops),
        folded=True,
    )


# Language, quality, rights, personal data ---------------------------------------------------------------------------


def _language(told: Told) -> Section:
    facts = told.facts
    parts: list[Chart | Table] = [_shares("Documents by language", "language", facts.languages)]
    if facts.paragraphs:
        parts.append(_shares("Paragraphs by language", "language", facts.paragraphs))
    if facts.quality:
        parts.append(
            Table(
                "Measures of the texts",
                (
                    Column("measure", "code"), Column("what it is"), Column("how it is spread", "svg"),
                    Column("5 %", "number"), Column("median", "number"), Column("95 %", "number"),
                ),
                tuple(
                    (
                        measure.name, measure.note,
                        charts.spark(measure.counts, f"From {measure.low:.3g} to {measure.high:.3g}"),
                        *(f"{value:.3g}" for value in measure.quantiles),
                    )
                    for measure in facts.quality
                ),
            )
        )  # fmt: skip
        screened = f" The profile `{told.profile}` decided what was screened." if told.profile else ""
        lead = f"Quality is measured in columns and filters nothing silently.{screened}"
    else:
        lead = "The documents of this release carry no quality measures."
    return Section("language", "Language and quality", lead, tuple(parts))


def _shares(caption: str, thing: str, counts: Mapping[str, int]) -> Table:
    total = sum(counts.values())
    return Table(
        caption,
        (Column(thing), Column(caption.partition(" ")[0].lower(), "number"), Column("share", "bar")),
        tuple((name or "unknown", number, number / total) for name, number in _ordered(counts)),
    )


def _ordered(counts: Mapping[Any, int]) -> list[tuple[Any, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


_REUSE = {"reserved": "reserved", "open": "open", "unstated": "unstated", "": "not looked at"}
_REUSE_COLOURS = ("cut", "accent", "unstated", "rule")


def _rights(told: Told) -> Section:
    facts = told.facts
    reuse: Counter[str] = Counter()
    for (_, meaning), number in facts.reuse.items():
        reuse[meaning] += number
    kept_out = sum(number for (code, _), number in facts.rejects.items() if code.startswith("rights."))
    taken_down = sum(number for (code, _), number in facts.rejects.items() if code == "takedown")
    out = f" The policy keeps out {count(kept_out, 'page')}, takedowns {count(taken_down)}."
    if set(reuse) <= {""} and not facts.signals:
        return Section("rights", "Rights", "The documents of this release carry no statements about reuse." + out)
    rows = [
        {"label": outlet, "kind": kind, "n": facts.reuse.get((outlet, meaning), 0)}
        | {"note": count(told.outlets[outlet], "document")}
        for outlet, _ in _ordered(told.outlets)[:MOST_BARS]
        for kind, meaning in enumerate(_REUSE)
    ]
    legend = [Key(colour, name) for colour, name in zip(_REUSE_COLOURS, _REUSE.values(), strict=True)]
    palette = [f"var(--{colour})" for colour in _REUSE_COLOURS]
    drawn = chart(charts.stacks(rows, palette, alike=True), "What the statements of each outlet come to", legend)
    table = Table(
        "What sites say about reuse",
        (Column("signal", "code"), Column("statement"), Column("meaning"), Column("documents", "number")),
        tuple(
            (signal, value, meaning or "settles nothing", number)
            for (signal, value, meaning), number in _ordered(facts.signals)
        ),
    )
    known = ", ".join(f"{count(number)} {_REUSE.get(meaning, meaning)}" for meaning, number in _ordered(reuse))
    lead = f"Reuse of the documents: {known}.{out}"
    return Section("rights", "Rights", lead, (drawn, _shares("Documents by reuse", "reuse", reuse), table))


def _personal(told: Told) -> Section:
    masks = told.facts.masks
    if not masks:
        return Section("personal", "Personal data", "No document of this release carries a mask.")
    table = Table(
        "Masks by kind",
        (
            Column("kind", "code"),
            Column("masks", "number"),
            Column("documents", "number"),
            Column("of the documents", "bar"),
        ),
        tuple(
            (kind, number, rows, rows / max(1, told.facts.documents))
            for kind, (rows, number) in sorted(masks.items(), key=lambda item: (-item[1][1], item[0]))
        ),
    )
    lead = (
        f"{count(sum(number for _, number in masks.values()), 'piece')} of contact data are masked; a mask names its "
        "kind in the text, and what stood there is kept nowhere."
    )
    return Section("personal", "Personal data", lead, (table,))


# Coverage and health ------------------------------------------------------------------------------------------------


def _coverage(told: Told) -> Section:
    days = [day for day in told.coverage.days if day.day]
    estimated = any(day.named is not None for day in told.coverage.days)
    if not told.coverage.crawls and not told.coverage.silent:
        said = "No crawl's manifest lies beside the archives: what the outlets ran in all is not known."
    elif not estimated:
        said = "No crawl of this release says what it found by day: what the outlets ran in all is not known."
    else:
        said = "What the outlets ran is estimated by the crawls from how far their sources agree."
    said += "".join(f" {line}." for line in told.coverage.silent)
    if not days:
        return Section("coverage", "Coverage by day", f"{said} No row has a date.")
    names = _calendar({day.day for day in days})
    outlets = [outlet for outlet, _ in _ordered(told.outlets)[:MOST_BARS]]
    most = {outlet: max((day.documents for day in days if day.outlet == outlet), default=1) for outlet in outlets}
    rows = [
        {"outlet": day.outlet, "day": day.day, "share": _share_of(day, estimated, most[day.outlet])}
        for day in days
        if day.outlet in most and day.day in names
    ]
    every = {WIDE: -(-len(names) // 8), NARROW: -(-len(names) // 3)}
    shade = "of what it ran is archived" if estimated else "documents, against its fullest day"
    caption = f"Each outlet by day: the stronger the colour, the more {shade}. A dot is a day without a measure"
    drawn = chart(charts.days(rows, outlets, names, every), caption)
    return Section("coverage", "Coverage by day", said, (drawn, _coverage_table(told.coverage.days), _day_table(days)))


def _calendar(days: set[str]) -> list[str]:
    """Choose the newest days with a row, and those between them where that is no long time."""
    newest = sorted(days)[-MOST_DAYS:]
    first, last = dt.date.fromisoformat(newest[0]), dt.date.fromisoformat(newest[-1])
    if (last - first).days > 2 * MOST_DAYS:
        return newest
    return [str(first + dt.timedelta(days=number)) for number in range((last - first).days + 1)]


def _share_of(day: Day, estimated: bool, most: int) -> float | None:
    if not estimated:
        return day.documents / most if day.documents and most else None
    whole = day.estimated if day.estimated is not None else day.named
    return None if not whole or day.archived is None else min(1.0, day.archived / whole)


_DAY_COLUMNS = tuple(
    Column(name, "number")
    for name in ("named", "estimated", "archived", "missed", "documents", "joined", "other rejects")
)


def _coverage_table(days: Sequence[Day]) -> Table:
    by_outlet: dict[str, list[Day]] = defaultdict(list)
    for day in days:
        by_outlet[day.outlet].append(day)
    rows = tuple((outlet, *_summed(listed)) for outlet, listed in sorted(by_outlet.items()))
    return Table("All days of an outlet, undated rows too", (Column("outlet"), *_DAY_COLUMNS), rows)


def _day_table(days: Sequence[Day]) -> Table:
    by_day: dict[str, list[Day]] = defaultdict(list)
    for day in days:
        by_day[day.day].append(day)
    rows = tuple((day, *_summed(listed)) for day, listed in sorted(by_day.items(), reverse=True))
    return Table("All outlets of a day", (Column("day"), *_DAY_COLUMNS), rows, folded=True)


def _summed(days: Sequence[Day]) -> Iterator[Any]:
    for numbers in (
        [day.named for day in days],
        [day.estimated if day.estimated is not None else day.named for day in days],
        [day.archived for day in days],
    ):
        known = [number for number in numbers if number is not None]
        yield count(sum(known)) if known else "–"
    missed = any(day.named is not None for day in days)
    yield sum(day.missed for day in days) if missed else "–"
    for name in ("documents", "joined", "rejected"):
        yield sum(getattr(day, name) for day in days)


_MEASURES = ("body", "failed", "title", "author", "date", "layout", "words", "cut")


def _health(told: Told) -> Section:
    health = told.health
    table = Table(
        "Pages that could be a story, and the share of them (body, failed) or of the documents that has it, in percent",
        (
            Column("outlet"),
            Column("pages", "number"),
            *(Column(name, "number") for name in _MEASURES),
            Column("what fell"),
        ),
        tuple(
            (outlet.outlet, outlet.now.pages, *_measures(outlet), "; ".join(outlet.faults)) for outlet in health.outlets
        ),
    )
    if not health.before:
        lead = "As each outlet reads in this release. `saring report` holds a release against the one before it."
    elif health.failing:
        names = ", ".join(outlet.outlet for outlet in health.failing)
        lead = f"Held against {health.before}: {names} fell, and a person must look."
    else:
        lead = f"Held against {health.before}: no outlet fell."
    if health.before:
        lead += f" Where an outlet has {FEWEST} pages fetched since, these alone are measured."
    return Section("health", "Health of the outlets", lead, (table,))


def _measures(outlet: OutletHealth) -> Iterator[str]:
    for name in _MEASURES:
        now, before = getattr(outlet.now, name), getattr(outlet.before, name, None)
        change = round(now) - round(before) if now is not None and before is not None else 0
        yield "–" if now is None else f"{now:,.0f}" + (f" ({change:+,})" if change else "")


def _splits(told: Told) -> Section:
    splits = {key: value for key, value in told.facts.splits.items() if any(key)}
    if not splits:
        return Section("splits", "Splits", "The documents of this release are not shared out to splits.")
    table = Table(
        "Documents and words by split",
        (
            Column("split"), Column("time split"), Column("documents", "number"), Column("words", "number"),
            Column("of the documents", "bar"),
        ),
        tuple(
            (split or "none", time or "undated", rows, words, rows / max(1, told.facts.documents))
            for (split, time), (rows, words) in sorted(splits.items(), key=lambda item: (-item[1][0], item[0]))
        ),
    )  # fmt: skip
    lead = (
        "All copies of a story are one document, and a document is in one split: no story crosses. The time split "
        "holds back the latest weeks."
    )
    return Section("splits", "Splits", lead, (table,))


def bar(share: float) -> Markup:
    """Draw a share of 0 to 1 as a bar."""
    return Markup(
        '<svg class="bar" width="72" height="8" aria-hidden="true"><rect width="72" height="8" rx="2" class="track"/>'
        '<rect width="{:.1f}" height="8" rx="2"/></svg>'
    ).format(72 * share)
