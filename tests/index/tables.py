"""Tables of invented texts, and what the stages of a build decide on all of them at once."""

import datetime as dt
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from crawler.outlets import load_outlets
from curation.config import Cluster, Config, Minhash
from curation.duplicates import CODES, decide
from curation.index import Settings, verdicts
from curation.index.manifest import CLUSTER
from curation.index.order import number_of_id
from curation.minhash import Scheme, pairs_of_bands, questions
from curation.records import Article
from curation.signed import read_known
from curation.stages import pair
from curation.text_table import TextRow, admit
from tests.stages.stories import paired, write_shards

DAY = dt.datetime(2026, 10, 3, tzinfo=dt.UTC)
Verdicts = dict[str, tuple[bool, str, float | None, str, float | None]]


@dataclass(frozen=True)
class Row:
    id: str
    text: str
    hours: int | None = 0
    outlet: str = "kabar"
    source: str = ""
    address: str = ""
    fetched: int | None = None


FEW_BANDS = Scheme(permutations=32, bands=3, rows=1)
"""Fills buckets with texts that are not very alike."""


def settings(bucket: int = 256, threshold: float = 0.8, scheme: Scheme = FEW_BANDS, **others: Any) -> Settings:
    return Settings(scheme, threshold, bucket=bucket, **others)


def values(row: Row) -> dict[str, Any]:
    return {
        "id": row.id, "text": row.text, "outlet": row.outlet, "source": row.source,
        "url": row.address or f"https://{row.outlet}.example/{row.id}",
        "published_at": None if row.hours is None else (DAY + dt.timedelta(hours=row.hours)).isoformat(),
        "fetched_at": None if row.fetched is None else (DAY + dt.timedelta(days=row.fetched)).isoformat(),
    }  # fmt: skip


def table(path: Path, rows: Iterable[Row]) -> Path:
    path.write_text("".join(json.dumps(values(row)) + "\n" for row in rows), encoding="utf-8")
    return path


def decided(folder: Path) -> Verdicts:
    names = ("kept", "dup_of", "jaccard", "code", "containment")
    return {row["id"]: tuple(row[name] for name in names) for row in verdicts(folder).to_pylist()}  # type: ignore[misc]


def one_run(rows: Sequence[Row], setting: Settings) -> Verdicts:
    """What the stages sign, pair and cluster decide on all rows."""
    config = Config(
        minhash=Minhash(**{name: getattr(setting.scheme, name) for name in Minhash.model_fields}),
        cluster=Cluster(**{name: getattr(setting, name) for name in CLUSTER}),
    )
    articles = [article(row) for row in rows]
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        patch.setattr(pair, "pairs_of_bands", partial(pairs_of_bands, bucket=setting.bucket))
        patch.setattr(pair, "questions", partial(questions, crowd=setting.crowd))
        half = len(rows) // 2
        signed, clean = write_shards(Path(folder), [articles[:half], articles[half:]], config)
        pairs, _ = paired(signed, clean, config)
        found = decide(read_known(signed), pairs, config.cluster)
    measures = ([None if math.isnan(one) else one for one in part] for part in (found.jaccard, found.containment))
    columns = zip(rows, found.code.tolist(), found.stands.tolist(), *measures, strict=True)
    return {
        row.id: (code == 0, rows[stands].id if code else "", jaccard, CODES[code], share)
        for row, code, stands, jaccard, share in columns
    }


def article(row: Row) -> Article:
    made = admit(TextRow(0, values(row)), "", load_outlets())
    assert isinstance(made, Article)
    return replace(made, id=f"{number_of_id(row.id):016x}", n_words=len(made.text.split()))
