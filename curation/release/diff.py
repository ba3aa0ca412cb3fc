"""What came, went and changed from one release to another, and why."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from curation.inserts import undo
from curation.records import Cut, Document
from curation.release.manifest import read_manifest
from curation.shards import ROWS_PER_GROUP
from curation.takedowns import CODE as TAKEDOWN

_OF_THE_RELEASE = ("rules_digest", "pipeline_version")
"""Fields that say what made the row, and not what it is."""
_OF_THE_TEXT = ("text", "cuts", "n_words", "quality", "paragraph_languages", "language", "language_score", "capture")
"""Fields that change with the text."""
_OF_THE_CAPTURE = ("id", "cluster_id", "fetched_at", "url")
"""Fields that change with the bytes."""
_OF_THE_OTHERS = {"cluster_id", "cluster_size", "copies", "versions", "split", "time_split"}
"""Fields that other documents decide on."""
_COMPARED = tuple(field.name for field in fields(Document) if field.name not in _OF_THE_RELEASE)
_SETTINGS = {
    "page.too-large": "extract.", "extract.timeout": "extract.", "screen.short": "clean.min_words",
    "screen.language": "clean.languages", "quality.": "quality.", "rights.": "rights.",
    "duplicate.contained": "cluster.containment", "duplicate.near": "cluster.threshold",
}  # fmt: skip
"""Code of a reject, or how it begins → keys of the configuration that decide on it, or how they begin."""
_FROM_THE_ARCHIVE = ("SH01", "SH03")
"""Cuts that rest on the census."""


@dataclass(frozen=True, slots=True)
class Change:
    """A document that is not in both releases, or not the same in both."""

    kind: str
    """`came`, `went`, `text`, or `otherwise` where something else than the text changed."""
    why: str
    """The cause, the same words for the same cause."""
    id: str
    """In the newer release, else in the older."""
    url: str
    title: str
    """Empty for what was taken down."""
    detail: str
    """Codes of the cuts that differ, names of the fields, what a reject says, the document that stands for it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Two releases side by side."""

    older: str
    newer: str
    made_otherwise: Mapping[str, tuple[Any, Any]]
    """What they were made with and by, where it differs: setting, rules, version; the older value, the newer."""
    inputs: Mapping[str, str]
    """Name of each input that `came`, `went` or `changed`."""
    takedowns: tuple[str, ...]
    """Takedowns that the newer one obeys and the older one does not know."""
    same: int
    """Documents that are the same in both."""
    changes: tuple[Change, ...]
    """Sorted by kind, cause and address."""

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """Count the changes by kind and cause, the most frequent first."""
        counts = {kind: Counter[str]() for kind in ("came", "went", "text", "otherwise")}
        for change in self.changes:
            counts[change.kind][change.why] += 1
        return {kind: dict(counter.most_common()) for kind, counter in counts.items()}

    def examples(self, limit: int) -> list[Change]:
        """Give up to `limit` changes of each kind and cause."""
        taken = Counter[tuple[str, str]]()
        examples = []
        for change in self.changes:
            if taken[change.kind, change.why] < limit:
                examples.append(change)
                taken[change.kind, change.why] += 1
        return examples


@dataclass(frozen=True, slots=True)
class _Row:
    """A document without its content."""

    id: str
    url: str
    title: str
    body: int
    """Hash of the text before any cut."""
    cuts: Mapping[str, int]
    """Hash of what each rule cut, by code."""
    values: tuple[int, ...]
    """Hashes of the fields in `_COMPARED`."""


@dataclass(frozen=True, slots=True)
class _Lost:
    """A reject."""

    id: str
    code: str
    detail: str
    dup_of: str


def compare(older: Path, newer: Path) -> Difference:
    """Hold two releases against each other; documents are the same by canonical address, else by id."""
    before, after = read_manifest(older), read_manifest(newer)
    otherwise = _made_otherwise(before, after)
    old, new = _documents(older), _documents(newer)
    lost, found = _rejects(newer), _rejects(older)
    changes = [_came(new[key], found.get(key, []), otherwise) for key in new.keys() - old.keys()]
    changes += [_went(old[key], lost.get(key, []), otherwise) for key in old.keys() - new.keys()]
    both = [(old[key], new[key]) for key in old.keys() & new.keys()]
    changed = [change for one, other in both if (change := _changed(one, other, otherwise))]
    order = ("came", "went", "text", "otherwise")
    return Difference(
        older=before["version"],
        newer=after["version"],
        made_otherwise=otherwise,
        inputs=dict(sorted(_inputs(before, after))),
        takedowns=tuple(stone for stone in _named(after) if stone not in _named(before)),
        same=len(both) - len(changed),
        changes=tuple(sorted([*changes, *changed], key=lambda one: (order.index(one.kind), one.why, one.url, one.id))),
    )


def _came(row: _Row, rejects: list[_Lost], otherwise: Mapping[str, Any]) -> Change:
    lost = _likeliest(row, rejects)
    if lost is None:
        return Change("came", "new page", row.id, row.url, row.title, "")
    if lost.code == TAKEDOWN:
        return Change("came", "takedown lifted", row.id, row.url, row.title, lost.detail)
    why, detail = _verdict(lost, otherwise)
    return Change("came", f"{why}no longer {lost.code}", row.id, row.url, row.title, detail)


def _went(row: _Row, rejects: list[_Lost], otherwise: Mapping[str, Any]) -> Change:
    lost = _likeliest(row, rejects)
    if lost is None:
        return Change("went", "its page is in no input", row.id, row.url, row.title, "")
    if lost.code == TAKEDOWN:
        return Change("went", "takedown", row.id, row.url, "", lost.detail)
    why, detail = _verdict(lost, otherwise)
    return Change("went", f"{why}now {lost.code}", row.id, row.url, row.title, detail)


def _verdict(lost: _Lost, otherwise: Mapping[str, Any]) -> tuple[str, str]:
    """Name the settings that decide on the code of a reject, where they differ; and say what the reject says."""
    starts = [start for code, start in _SETTINGS.items() if lost.code.startswith(code)]
    keys = [key for key in otherwise if any(key.startswith(start) for start in starts)]
    why = f"new threshold {', '.join(sorted(keys))}: " if keys else ""
    return why, f"a copy of {lost.dup_of}" if lost.dup_of else lost.detail


def _changed(old: _Row, new: _Row, otherwise: Mapping[str, Any]) -> Change | None:
    names = [name for name, one, other in zip(_COMPARED, old.values, new.values, strict=True) if one != other]
    if not names:
        return None
    kind = "text" if "text" in names else "otherwise"
    ignored = {*(_OF_THE_CAPTURE if old.id != new.id else ()), *(_OF_THE_TEXT if kind == "text" else ())}
    fields_said = ", ".join(name for name in names if name not in ignored)
    codes = sorted(code for code in old.cuts.keys() | new.cuts.keys() if old.cuts.get(code) != new.cuts.get(code))
    detail = "; ".join(part for part in (f"cuts {', '.join(codes)}" if codes else "", fields_said) if part)
    return Change(kind, _cause(old, new, names, codes, otherwise), new.id, new.url, new.title, detail)


def _cause(old: _Row, new: _Row, names: list[str], codes: list[str], otherwise: Mapping[str, Any]) -> str:
    """Why a document changed: the nearest thing to its bytes that did."""
    if old.id != new.id:
        return "new capture"
    if codes and old.body == new.body:
        return _cause_of_cuts(codes, otherwise)
    if "masks" in names or old.body != new.body:
        return "other masks" if "masks" in names else "read otherwise from the same bytes"
    if set(names) <= _OF_THE_OTHERS:
        return "other copies" if set(names) - {"split", "time_split"} else "other split"
    return "new rule" if "rules" in otherwise else "made otherwise"


def _cause_of_cuts(codes: list[str], otherwise: Mapping[str, Any]) -> str:
    if "rules" in otherwise:
        return "new rule"
    if not set(codes) <= set(_FROM_THE_ARCHIVE):
        return "other cuts by the same rules"
    settings = sorted(key for key in otherwise if key.startswith("census."))
    return f"new threshold {', '.join(settings)}" if settings else "the archive knows other lines"


def _likeliest(row: _Row, rejects: list[_Lost]) -> _Lost | None:
    """Of the rejects of one address, the one that says what became of it."""

    def rank(lost: _Lost) -> tuple[bool, bool, bool]:
        return lost.code != TAKEDOWN, lost.code in ("duplicate.capture", "duplicate.address"), lost.id != row.id

    return min(rejects, key=rank, default=None)


def _documents(folder: Path) -> dict[str, _Row]:
    return {
        row["canonical_url"] or row["id"]: _Row(
            row["id"], row["url"], row["title"], *_body(row), tuple(hash(repr(row[name])) for name in _COMPARED)
        )
        for row in _read(folder / "documents", [*_COMPARED])
    }


def _body(row: Mapping[str, Any]) -> tuple[int, dict[str, int]]:
    cuts = [Cut(**cut) for cut in row["cuts"]]
    texts: dict[str, list[str]] = defaultdict(list)
    for cut in cuts:
        texts[cut.code].append(cut.text)
    return hash(undo(row["text"], cuts)), {code: hash(tuple(said)) for code, said in texts.items()}


def _rejects(folder: Path) -> dict[str, list[_Lost]]:
    rejects: dict[str, list[_Lost]] = defaultdict(list)
    for row in _read(folder / "rejects", ["id", "canonical_url", "code", "detail", "dup_of"]):
        lost = _Lost(row["id"], row["code"], row["detail"], row["dup_of"])
        rejects[row["canonical_url"] or row["id"]].append(lost)
    return rejects


def _read(folder: Path, columns: list[str]) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.rglob("*.parquet")):
        with pq.ParquetFile(path) as file:
            known = [column for column in columns if column in file.schema_arrow.names]
            for batch in file.iter_batches(ROWS_PER_GROUP, columns=known):
                for row in batch.to_pylist():
                    yield dict.fromkeys(columns) | row


def _made_otherwise(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    old, new = _facts(before), _facts(after)
    other = sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))
    return {key: (old.get(key), new.get(key)) for key in other}


def _facts(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """All that a release was made with and by, under one name each."""
    facts = {f"{section}.{key}": value for section, table in manifest["config"].items() for key, value in table.items()}
    facts |= {f"library {name}": version for name, version in manifest["libraries"].items()}
    return facts | {
        "rules": manifest["rules_digest"], "saring": manifest["pipeline_version"], "commit": manifest.get("commit", ""),
    }  # fmt: skip


def _inputs(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    old = {told["name"]: told["sha256"] for told in before["inputs"]}
    new = {told["name"]: told["sha256"] for told in after["inputs"]}
    for name in old.keys() | new.keys():
        if old.get(name) != new.get(name):
            yield name, "came" if name not in old else "went" if name not in new else "changed"


def _named(manifest: Mapping[str, Any]) -> dict[str, None]:
    return dict.fromkeys(f"{stone['kind']} {stone['value']}" for stone in manifest.get("takedowns", ()))
