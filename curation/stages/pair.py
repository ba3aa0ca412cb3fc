"""Signatures → pairs of articles that share a band key, each with its exact similarity."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from curation.config import Config
from curation.minhash import Scheme, jaccard
from curation.minhash.bands import band_pairs
from curation.records import Pair
from curation.schema import arrow_schema
from curation.shards import write_table
from curation.signed import band_column, read_signed, same_text, scheme_of
from curation.stage import Finished, Plan, Stage, Task

NAME = "pair"
_LOW = np.uint64(2**32 - 1)
_HALF = np.uint64(32)


def seek_pairs(shards: tuple[Path, ...], scheme: Scheme) -> npt.NDArray[np.int64]:
    """Pair the rows that share a key in any band, (pairs, 2), equal texts through their first row only.

    One band is in memory at a time.
    """
    firsts = np.unique(same_text(read_signed(shards, ["text_digest"])["text_digest"]))
    packed = np.empty(0, np.uint64)
    for band in range(scheme.bands):
        keys = read_signed(shards, [band_column(band)]).column(0).to_numpy()
        packed = np.union1d(packed, band_pairs(keys[firsts]))
    pairs = np.stack([packed >> _HALF, packed & _LOW], axis=1).astype(np.int64)
    return firsts[pairs]


def read_texts(shards: tuple[Path, ...], rows: npt.NDArray[np.int64]) -> pa.ChunkedArray:
    """Read the texts of some rows, sorted and counted over all shards; one shard is in memory at a time."""
    taken, before = [], 0
    for shard in shards:
        texts = pq.read_table(shard, columns=["text"])["text"]
        here = rows[(rows >= before) & (rows < before + len(texts))] - before
        taken.append(texts.take(pa.array(here)))
        before += len(texts)
    return pa.chunked_array([chunk for texts in taken for chunk in texts.chunks], pa.string())


def _plan(done: Mapping[str, Finished], config: Config) -> Plan:
    return {"pairs": (*done["sign"].kept, *done["clean"].kept)}


def _work(task: Task) -> None:
    paths = tuple(Path(path) for path in task.inputs)
    signed, clean = paths[: len(paths) // 2], paths[len(paths) // 2 :]
    scheme = scheme_of(task.settings())
    pairs = seek_pairs(signed, scheme)
    rows, places = np.unique(pairs, return_inverse=True)
    similarity = jaccard(read_texts(clean, rows), places.reshape(pairs.shape), scheme)
    columns = {"one": pairs[:, 0], "other": pairs[:, 1], "jaccard": similarity}
    write_table(Path(task.output), pa.table(columns, schema=arrow_schema(Pair)))


STAGE = Stage(
    name=NAME,
    needs=("sign", "clean"),
    plan=_plan,
    work=_work,
    sections=("minhash",),
    materials=("curation/stages/pair.py", "curation/signed.py", "curation/minhash", "curation/text/shingles.py"),
    libraries=("saring",),
)
