"""Articles in shards, signed and paired: what the tests of the last stages start from."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from crawler.outlets import Outlets
from curation.config import Config
from curation.records import Article, Decision
from curation.schema import records_of, table_of
from curation.signed import known_of, read_batches, scheme_of
from curation.stages import cluster, pair
from curation.stages.sign import sign

DAY = dt.datetime(2026, 10, 3, tzinfo=dt.UTC)
NO_OUTLETS = Outlets({}, ())


def article(number: int, text: str, hours: int | None = 0, **fields: Any) -> Article:
    """An article of which only what is given is known."""
    url = f"http://a{number}.example/"
    row = Article(
        id=f"{number:016x}", url=url, canonical_url=url, outlet=f"a{number}.example", title=f"Judul {number}",
        text=text, summary="", authors=(), editor="", credit="", source="", first_outlet="", rights_notice="",
        section="", tags=(), dateline="", published_at=None if hours is None else DAY + dt.timedelta(hours=hours),
        modified_at=None, fetched_at=DAY, language="id", language_score=1.0, n_words=len(text.split()), cuts=(),
        capture=None, layout="", extractor="given",
    )  # fmt: skip
    return replace(row, **fields)


def write_shards(folder: Path, shards: Sequence[Sequence[Article]], config: Config) -> tuple[list[Path], list[Path]]:
    """Write the signed and the clean shards of articles."""
    signed, clean = [], []
    for number, rows in enumerate(shards):
        table = table_of(Article, rows)
        clean.append(folder / f"clean-{number}.parquet")
        signed.append(folder / f"signed-{number}.parquet")
        pq.write_table(table, clean[-1])
        pq.write_table(sign(table, scheme_of(config)), signed[-1])
    return signed, clean


def paired(signed: Sequence[Path], clean: Sequence[Path], config: Config) -> tuple[pa.Table, dict[str, int]]:
    """Find the pairs of articles in shards."""
    return pair.find_pairs(pair.open_archive(tuple(signed), tuple(clean), config, signed[0].with_name("spool")))


def decided(folder: Path, shards: Sequence[Sequence[Article]], config: Config | None = None) -> list[Decision]:
    """Decide on articles in shards, in their order."""
    config = config or Config()
    signed, clean = write_shards(folder, shards, config)
    pairs, _ = paired(signed, clean, config)
    known = known_of(read_batches(signed, pq.read_schema(signed[0]).names), sum(map(len, shards)), NO_OUTLETS)
    verdicts = cluster.decide(known, pairs, config.cluster)
    listed = cluster.copies_of(verdicts, known, signed), cluster.versions_of(verdicts, known, signed)
    shares = cluster.shares_of(verdicts, known, config.splits)
    table = cluster.table_of_shard(verdicts, known, *listed, shares, range(len(known.id)))
    return records_of(Decision, table)
