"""Of what each outlet ran on a day: how much was found, archived, and came through to the corpus."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from crawler.outlets import ZONES, load_outlets
from curation.health import NEVER_ARTICLES
from curation.records import Document, Reject
from curation.schema import arrow_schema

MANIFEST = "crawl.json"
"""What a crawl writes beside its WARC files."""

Key = tuple[str, str]
"""Outlet and day."""


@dataclass(frozen=True, slots=True)
class Day:
    """One outlet on one day of publication in its own time; the day is empty where none is known."""

    outlet: str
    day: str
    named: int | None
    """Addresses that sitemaps, feeds, listings and APIs named together; none where no crawl says."""
    estimated: float | None
    """Stories that the outlet ran, as the crawl estimates from how far its sources agree."""
    archived: int | None
    """Of these, those in the archive, be it where they moved to; none where no crawl says."""
    missed: int
    """Barred, gone, failed or still queued."""
    documents: int
    """In the release."""
    joined: int
    """Rejects that are copies or other captures of a document."""
    rejected: int
    """Other rejects that could have been a story."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """All days of a release and of the crawls it was made from."""

    days: tuple[Day, ...]
    """Sorted by outlet and day."""
    crawls: tuple[str, ...]
    """Crawls that say what they found."""
    silent: tuple[str, ...]
    """Crawls that do not, with the reason."""


def crawl_manifests(corpus: Path, archives: Iterable[Path] = ()) -> tuple[Path, ...]:
    """Find the manifests of the crawls of a corpus folder, and those beside archives that lie elsewhere."""
    beside = {archive.parent.resolve() / MANIFEST for archive in archives}
    own = {path.resolve() for path in corpus.glob(f"warc/*/{MANIFEST}")}
    return tuple(sorted(path for path in beside | own if path.is_file()))


def read_coverage(release: Path, crawls: Iterable[Path]) -> Coverage:
    """Join what crawls say of each outlet and day with the rows of a release.

    A crawl speaks of all that is known of a day by then, so the newest that speaks of it is heard. A manifest that
    cannot be read is named in `silent`.
    """
    said: dict[Key, Mapping[str, Any]] = {}
    speaking, silent = [], []
    for path in sorted(crawls):
        try:
            heard = dict(_said(json.loads(path.read_text(encoding="utf-8"))))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            silent.append(f"{path.parent.name}: {path.name} cannot be read ({type(error).__name__})")
            continue
        if heard:
            speaking.append(path.parent.name)
            said |= heard
        else:
            silent.append(f"{path.parent.name}: {path.name} says nothing of days")
    documents = _count(release / "documents", Document, None)
    copies = pc.starts_with(pc.field("code"), "duplicate.")
    joined = _count(release / "rejects", Reject, copies)
    rejected = _count(release / "rejects", Reject, ~copies & ~pc.is_in(pc.field("code"), NEVER_ARTICLES))
    days = sorted({*said, *documents, *joined, *rejected})
    rows = (_day(key, said.get(key), (documents[key], joined[key], rejected[key])) for key in days)
    return Coverage(tuple(rows), tuple(speaking), tuple(silent))


def _said(manifest: Mapping[str, Any]) -> Iterator[tuple[Key, Mapping[str, Any]]]:
    for outlet, tally in manifest["outlets"].items():
        for day in tally.get("coverage", ()):
            said = {"together": day["together"], "estimated": day["estimated"]}
            said["archived"] = int(day["archived"]) + int(day.get("moved", 0))
            missed = sum(int(day[name]) for name in ("barred", "gone", "failed", "queued"))
            yield (str(outlet), str(day["day"])), {**said, "missed": missed}


def _day(key: Key, said: Mapping[str, Any] | None, rows: tuple[int, int, int]) -> Day:
    documents, joined, rejected = rows
    return Day(
        outlet=key[0],
        day=key[1],
        named=said["together"] if said else None,
        estimated=said["estimated"] if said else None,
        archived=said["archived"] if said else None,
        missed=said["missed"] if said else 0,
        documents=documents,
        joined=joined,
        rejected=rejected,
    )


def _count(folder: Path, record: type, chosen: pc.Expression | None) -> Counter[Key]:
    """Count the rows of each outlet and day of publication."""
    counts: Counter[Key] = Counter()
    rows = ds.dataset(folder, schema=arrow_schema(record), format="parquet")
    for batch in rows.to_batches(columns=["outlet", "published_at"], filter=chosen):
        table = pa.table({"outlet": batch["outlet"], "day": _days(batch["outlet"], batch["published_at"])})
        for group in table.group_by(["outlet", "day"]).aggregate([([], "count_all")]).to_pylist():
            counts[group["outlet"], group["day"]] += group["count_all"]
    return counts


def _days(outlets: pa.Array, times: pa.Array) -> pa.Array:
    """Say the day of each time in its outlet's zone; empty where there is no time."""
    profiles = load_outlets().by_id
    names = pc.unique(outlets)
    shifts = [ZONES.get(profiles[name].zone, dt.UTC) if name in profiles else dt.UTC for name in names.to_pylist()]
    shift = pa.array([zone.utcoffset(None) for zone in shifts], pa.duration("us"))
    local = pc.add(times.cast(pa.timestamp("us")), shift.take(pc.index_in(outlets, names)))
    return pc.fill_null(pc.strftime(local, format="%Y-%m-%d"), "")
