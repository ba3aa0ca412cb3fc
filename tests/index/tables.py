"""Tables of invented texts, and what one run over all of them would decide, written plainly."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from curation.index import Settings, verdicts
from curation.minhash import Scheme, band_keys, choose, jaccard, signatures
from curation.minhash.bands import NO_KEY

DAY = dt.datetime(2026, 10, 3, tzinfo=dt.UTC)
Verdicts = dict[str, tuple[bool, str, float | None]]


@dataclass(frozen=True)
class Row:
    id: str
    text: str
    hours: int | None = 0
    outlet: str = "kabar"


FEW_BANDS = Scheme(permutations=32, bands=3, rows=1)
"""Fills buckets with texts that are not very alike."""


def settings(bucket: int = 256, threshold: float = 0.8, scheme: Scheme = FEW_BANDS) -> Settings:
    return Settings(scheme, threshold, bucket=bucket)


def table(path: Path, rows: Iterable[Row]) -> Path:
    lines = (
        {
            "id": row.id, "text": row.text, "outlet": row.outlet, "url": f"https://{row.outlet}.example/{row.id}",
            "published_at": None if row.hours is None else (DAY + dt.timedelta(hours=row.hours)).isoformat(),
        }
        for row in rows
    )  # fmt: skip
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def decided(folder: Path) -> Verdicts:
    return {row["id"]: (row["kept"], row["dup_of"], row["jaccard"]) for row in verdicts(folder).to_pylist()}


def one_run(rows: Sequence[Row], setting: Settings) -> Verdicts:
    """Texts by their most wanted row; in a bucket a pair counts if one of it is among the most wanted; greedy."""
    ordered = sorted(rows, key=wanted)
    texts = list(dict.fromkeys(row.text for row in ordered))
    leader = {text: next(row for row in ordered if row.text == text) for text in texts}
    column = pa.array(texts, pa.large_string())
    keys = band_keys(signatures(column, setting.scheme), setting.scheme)
    pairs = set()
    for band in keys.T.tolist():
        for key in set(band) - {int(NO_KEY)}:
            bucket = [node for node, own in enumerate(band) if own == key]
            pairs |= {(one, other) for one in bucket[: setting.bucket] for other in bucket if one < other}
    listed = np.array(sorted(pairs), np.int64).reshape(-1, 2)
    near = jaccard(column, listed, setting.scheme)
    stands = choose(listed, near, np.arange(len(texts)), setting.threshold)
    alike = {(one, other): value for (one, other), value in zip(listed.tolist(), near.tolist(), strict=True)}
    found: Verdicts = {}
    for row in rows:
        node = texts.index(row.text)
        kept = int(stands[node])
        by = leader[texts[kept]]
        value = 1.0 if node == kept else alike[min(node, kept), max(node, kept)]
        found[row.id] = (True, "", None) if by == row else (False, by.id, value)
    return found


def wanted(row: Row) -> tuple[bool, int, int, str, str]:
    digest = hashlib.sha256(row.text.encode()).hexdigest()
    return (row.hours is None, row.hours or 0, -len(row.text.split()), digest, row.id)
