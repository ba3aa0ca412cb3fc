"""Article → MinHash signature and band keys."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from curation.config import Config
from curation.minhash import Scheme, band_keys, signatures
from curation.records import Signed
from curation.schema import arrow_schema
from curation.shards import aside
from curation.signed import band_column, quality_of, scheme_of, signed_schema
from curation.stage import Finished, Plan, Stage, Task

NAME = "sign"
_TEXTS_AT_A_TIME = 10_000


def sign(articles: pa.Table, scheme: Scheme) -> pa.Table:
    """Sign articles; gives a table of `signed_schema`."""
    texts = articles["text"]
    signed = signatures(texts, scheme)
    keys = band_keys(signed, scheme)
    columns = {
        field.name: articles[field.name] for field in arrow_schema(Signed) if field.name in articles.column_names
    }
    columns["quality"] = quality_of(articles["quality"])
    columns["text_digest"] = pa.array([_digest(text) for text in texts.to_pylist()], pa.string())
    columns["signature"] = pa.FixedSizeListArray.from_arrays(pa.array(signed.ravel()), scheme.permutations)
    columns |= {band_column(band): pa.array(np.ascontiguousarray(keys[:, band])) for band in range(scheme.bands)}
    return pa.table(columns, schema=signed_schema(scheme))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _plan(done: Mapping[str, Finished], config: Config) -> Plan:
    return {path.stem: (path,) for path in done["clean"].kept}


def _work(task: Task) -> None:
    scheme = scheme_of(task.settings())
    columns = [field.name for field in arrow_schema(Signed) if field.name != "text_digest"] + ["text"]
    with (
        aside(Path(task.output)) as partial,
        pq.ParquetFile(task.inputs[0]) as articles,
        pq.ParquetWriter(partial, signed_schema(scheme), compression="zstd") as writer,
    ):
        for batch in articles.iter_batches(_TEXTS_AT_A_TIME, columns=columns):
            writer.write_table(sign(pa.Table.from_batches([batch]), scheme))


STAGE = Stage(
    name=NAME,
    needs=("clean",),
    plan=_plan,
    work=_work,
    sections=("minhash",),
    materials=(
        "curation/stages/sign.py",
        "curation/signed.py",
        "curation/minhash",
        "curation/text/shingles.py",
        "curation/records.py",
    ),
    libraries=("saring",),
)
