"""What a release holds, in numbers: each function reads the columns that it needs, a batch at a time."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from curation.records import Appearance, Document, Quality, Reject
from curation.schema import arrow_schema

EXAMPLES = 3
"""Examples of each rule, from different outlets where there are."""
LONGEST_EXAMPLE = 200
"""Characters of an example."""
MOST_HOPS = 100_000
"""Delays kept of one pair of outlets: a median of more is no better."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule cut."""

    cuts: Mapping[str, int]
    """By outlet."""
    characters: int
    examples: tuple[tuple[str, str], ...]
    """Outlet and what was cut there."""


@dataclass(frozen=True, slots=True)
class Hop:
    """Stories that one outlet ran first and another had too."""

    first: str
    then: str
    stories: int
    seconds: float | None
    """Median time between them; none where no pair is dated."""
    exact: int
    """Of the stories, those with equal texts."""


@dataclass(frozen=True, slots=True)
class Clusters:
    """Stories by the number of their appearances, and who ran them after whom."""

    sizes: Mapping[int, int]
    kinds: Mapping[str, int]
    hops: tuple[Hop, ...]
    """The most stories first."""


@dataclass(frozen=True, slots=True)
class Measure:
    """How one quality measure is spread over the documents."""

    name: str
    note: str
    counts: tuple[int, ...]
    """Documents in equal steps from `low` to `high`."""
    low: float
    high: float
    quantiles: tuple[float, float, float]
    """5 %, median, 95 %."""


@dataclass(frozen=True, slots=True)
class Facts:
    """All numbers of a release."""

    by_month: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """Documents by outlet and month in UTC; the month is empty where there is no date."""
    words: Mapping[tuple[str, int], int] = field(default_factory=dict)
    """Documents by outlet and length."""
    languages: Mapping[str, int] = field(default_factory=dict)
    paragraphs: Mapping[str, int] = field(default_factory=dict)
    """Paragraphs by language."""
    reuse: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """Documents by outlet and what the site's statements come to."""
    signals: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    """Documents by signal, value and meaning of a statement."""
    masks: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """By kind: documents with a mask, and masks."""
    splits: Mapping[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    """Documents and words by split and time split."""
    rejects: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """Rejects by code and outlet."""
    rules: Mapping[str, Rule] = field(default_factory=dict)
    characters: int = 0
    """Of the texts, after the cuts."""
    clusters: Clusters = Clusters({}, {}, ())
    quality: tuple[Measure, ...] = ()

    @property
    def documents(self) -> int:
        """Rows of the documents."""
        return sum(self.by_month.values())

    @property
    def pages(self) -> int:
        """Everything that came in: documents and rejects."""
        return self.documents + sum(self.rejects.values())


def gather(release: Path) -> Facts:
    """Count a release folder."""
    rules, characters = _rules(release)
    return Facts(
        by_month=_by_month(release),
        words=_counted(release / "documents", Document, ("outlet", "n_words")),
        languages={language: n for (language,), n in _counted(release / "documents", Document, ("language",)).items()},
        paragraphs=_paragraphs(release),
        reuse=_counted(release / "documents", Document, ("outlet", "reuse")),
        signals=_signals(release),
        masks=_masks(release),
        splits=_splits(release),
        rejects=_counted(release / "rejects", Reject, ("code", "outlet")),
        rules=rules,
        characters=characters,
        clusters=_clusters(release),
        quality=tuple(_quality(release)),
    )


def batches(
    folder: Path, record: type, columns: Sequence[str] | Mapping[str, pc.Expression]
) -> Iterator[pa.RecordBatch]:
    """Read columns of a table; what an older release does not have yet is null."""
    rows = ds.dataset(folder, schema=arrow_schema(record), format="parquet")
    yield from rows.to_batches(columns=dict(columns) if isinstance(columns, Mapping) else list(columns))


def quantile(counts: Mapping[int, int], share: float) -> int:
    """Give the value below or at which a share of the counted things lies."""
    total, seen = sum(counts.values()), 0
    for value in sorted(counts):
        seen += counts[value]
        if seen >= share * total:
            return value
    return 0


def _counted(folder: Path, record: type, columns: Sequence[str]) -> Counter[Any]:
    counts: Counter[Any] = Counter()
    for batch in batches(folder, record, columns):
        counts += _groups(pa.Table.from_batches([batch]), columns)
    return counts


def _groups(table: pa.Table, columns: Sequence[str]) -> Counter[Any]:
    grouped = table.group_by(list(columns)).aggregate([([], "count_all")])
    keys = zip(*(_known(grouped[column]) for column in columns), strict=True)
    return Counter(dict(zip(keys, grouped["count_all"].to_pylist(), strict=True)))


def _known(column: pa.ChunkedArray) -> list[Any]:
    empty: Any = "" if pa.types.is_string(column.type) else 0
    return [empty if value is None else value for value in column.to_pylist()]


def _by_month(release: Path) -> Counter[tuple[str, str]]:
    months = {
        "outlet": pc.field("outlet"),
        "month": pc.strftime(pc.field("published_at"), format="%Y-%m"),
    }
    counts: Counter[tuple[str, str]] = Counter()
    for batch in batches(release / "documents", Document, months):
        counts += _groups(pa.Table.from_batches([batch]), ("outlet", "month"))
    return counts


def _paragraphs(release: Path) -> Counter[str]:
    counts: Counter[str] = Counter()
    for batch in batches(release / "documents", Document, ["paragraph_languages"]):
        for value in pc.value_counts(pc.list_flatten(batch["paragraph_languages"])).to_pylist():
            counts[value["values"]] += value["counts"]
    return counts


def _signals(release: Path) -> Counter[tuple[str, str, str]]:
    names = ("signal", "value", "meaning")
    counts: Counter[tuple[str, str, str]] = Counter()
    for batch in batches(release / "documents", Document, ["rights"]):
        flat = pc.list_flatten(batch["rights"])
        rows = pc.list_parent_indices(batch["rights"])
        table = pa.table({name: pc.struct_field(flat, name) for name in names} | {"row": rows})
        # What two files of a site say alike counts once a document.
        counts += _groups(table.group_by([*names, "row"]).aggregate([]), names)
    return counts


def _masks(release: Path) -> dict[str, tuple[int, int]]:
    rows, masks = Counter[str](), Counter[str]()
    for batch in batches(release / "documents", Document, ["masks"]):
        flat = pc.list_flatten(batch["masks"])
        table = pa.table({"kind": pc.struct_field(flat, "kind"), "count": pc.struct_field(flat, "count")})
        for kind in table.group_by("kind").aggregate([("count", "count"), ("count", "sum")]).to_pylist():
            rows[kind["kind"]] += kind["count_count"]
            masks[kind["kind"]] += kind["count_sum"]
    return {kind: (rows[kind], masks[kind]) for kind in rows}


def _splits(release: Path) -> dict[tuple[str, str], tuple[int, int]]:
    rows, words = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for batch in batches(release / "documents", Document, ["split", "time_split", "n_words"]):
        grouped = pa.Table.from_batches([batch]).group_by(["split", "time_split"])
        for group in grouped.aggregate([("n_words", "sum"), ([], "count_all")]).to_pylist():
            key = group["split"] or "", group["time_split"] or ""
            rows[key] += group["count_all"]
            words[key] += group["n_words_sum"] or 0
    return {key: (rows[key], words[key]) for key in rows}


def _rules(release: Path) -> tuple[dict[str, Rule], int]:
    cuts: dict[str, Counter[str]] = defaultdict(Counter)
    characters = Counter[str]()
    examples: dict[str, dict[str, str]] = defaultdict(dict)
    kept = 0
    for batch in batches(release / "documents", Document, ["outlet", "cuts", "text"]):
        kept += pc.sum(pc.utf8_length(batch["text"])).as_py() or 0
        flat = pc.list_flatten(batch["cuts"])
        text = pc.struct_field(flat, "text")
        table = pa.table({
            "code": pc.struct_field(flat, "code"),
            "outlet": batch["outlet"].take(pc.list_parent_indices(batch["cuts"])),
            "length": pc.utf8_length(text),
            "text": text,
        })  # fmt: skip
        grouped = table.group_by(["code", "outlet"]).aggregate([("length", "sum"), ([], "count_all"), ("text", "min")])
        for group in grouped.to_pylist():
            code, outlet, example = group["code"], group["outlet"], group["text_min"].strip()
            cuts[code][outlet] += group["count_all"]
            characters[code] += group["length_sum"]
            standing = examples[code].get(outlet, "")
            examples[code][outlet] = min(filter(None, (standing, example)), default="")
    return {
        code: Rule(by_outlet, characters[code], _examples(examples[code], by_outlet))
        for code, by_outlet in sorted(cuts.items())
    }, kept


def _examples(by_outlet: Mapping[str, str], cuts: Mapping[str, int]) -> tuple[tuple[str, str], ...]:
    """Choose examples from the outlets where a rule cuts most, no two alike."""
    chosen: dict[str, str] = {}
    for outlet in sorted(by_outlet, key=lambda outlet: (-cuts[outlet], outlet)):
        text = by_outlet[outlet]
        if text and len(chosen) < EXAMPLES:
            chosen.setdefault(text if len(text) <= LONGEST_EXAMPLE else f"{text[:LONGEST_EXAMPLE]}…", outlet)
    return tuple((outlet, text) for text, outlet in chosen.items())


def _clusters(release: Path) -> Clusters:
    sizes = _counted(release / "documents", Document, ("cluster_size",))
    known = (release / "syndication").is_dir()
    stories, exact = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    kinds, delays = Counter[str](), defaultdict[tuple[str, str], list[float]](list)
    for table in _appearances(release) if known else _copies(release):
        for row in table.select(["first_outlet", "outlet", "seconds", "kind"]).to_pylist():
            # Where a copy ran before the document that stands for it, the copy came first.
            seconds = row["seconds"]
            one, other = row["first_outlet"], row["outlet"]
            pair = (other, one) if seconds is not None and seconds < 0 else (one, other)
            stories[pair] += 1
            kinds[row["kind"]] += 1
            exact[pair] += row["kind"] == "exact"
            if seconds is not None and len(delays[pair]) < MOST_HOPS:
                delays[pair].append(abs(seconds))
    order = sorted(stories, key=lambda pair: (-stories[pair], pair))
    return Clusters(
        {size: count for (size,), count in sorted(sizes.items())},
        dict(sorted(kinds.items())),
        tuple(Hop(*pair, stories[pair], median(delays[pair]) if delays[pair] else None, exact[pair]) for pair in order),
    )


def _appearances(release: Path) -> Iterator[pa.Table]:
    columns = {name: pc.field(name) for name in ("first_outlet", "outlet", "kind")}
    for batch in batches(release / "syndication", Appearance, columns | {"seconds": pc.field("seconds_after")}):
        yield pa.Table.from_batches([batch])


def _copies(release: Path) -> Iterator[pa.Table]:
    """Read from the documents what a release without a table of syndication says."""
    for batch in batches(release / "documents", Document, ["outlet", "published_at", "copies"]):
        flat, rows = pc.list_flatten(batch["copies"]), pc.list_parent_indices(batch["copies"])
        after = pc.subtract(pc.struct_field(flat, "published_at"), batch["published_at"].take(rows))
        yield pa.table({
            "first_outlet": batch["outlet"].take(rows),
            "outlet": pc.struct_field(flat, "outlet"),
            "seconds": pc.divide(after.cast(pa.int64()), 1_000_000),
            "kind": pc.struct_field(flat, "kind"),
        })  # fmt: skip


_STEPS = 1_000
_HIGHEST = {"mean_word_length": 20.0, "stop_words": 200.0}
"""Above which a measure that is no share is counted as this; a share is counted from 0 to 1."""
_BARS = 24


def _quality(release: Path) -> Iterator[Measure]:
    names = [measure.name for measure in fields(Quality)]
    notes = {column.name: column.metadata[b"description"].decode() for column in arrow_schema(Quality)}
    counts = {name: np.zeros(_STEPS + 1, dtype=np.int64) for name in names}
    for batch in batches(release / "documents", Document, ["quality"]):
        known = batch["quality"].drop_null()
        for name in names:
            values = pc.struct_field(known, name).to_numpy(zero_copy_only=False)
            steps = np.clip(np.rint(values / _HIGHEST.get(name, 1.0) * _STEPS), 0, _STEPS).astype(np.int64)
            counts[name] += np.bincount(steps, minlength=_STEPS + 1)
    for name in names:
        if counts[name].any():
            yield _measure(name, notes[name], counts[name], _HIGHEST.get(name, 1.0))


def _measure(name: str, note: str, counts: np.ndarray[Any, np.dtype[np.int64]], highest: float) -> Measure:
    seen = np.cumsum(counts)
    low, middle, high = (int(np.searchsorted(seen, share * seen[-1])) for share in (0.05, 0.5, 0.95))
    first, last = int(np.flatnonzero(counts)[0]), int(np.flatnonzero(counts)[-1])
    bars = [int(part.sum()) for part in np.array_split(counts[first : last + 1], min(_BARS, last - first + 1))]
    step = highest / _STEPS
    return Measure(name, note, tuple(bars), first * step, last * step, (low * step, middle * step, high * step))


def months_between(months: Sequence[str]) -> list[str]:
    """List the months from the first to the last of some, none left out."""
    first, last = (dt.date.fromisoformat(f"{month}-01") for month in (min(months), max(months)))
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in numbers]
