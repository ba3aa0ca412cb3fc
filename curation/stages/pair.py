"""Signatures → pairs of articles that share a band key, each with its exact similarity."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from curation.config import Config
from curation.minhash import Scheme, containment, jaccard, pairs_of_bands, plausible_pairs
from curation.records import Pair
from curation.schema import arrow_schema
from curation.shards import write_table
from curation.signed import band_column, read_signed, same_text, scheme_of
from curation.stage import Finished, Plan, Stage, Task

NAME = "pair"


def seek_pairs(shards: tuple[Path, ...], scheme: Scheme, threshold: float) -> npt.NDArray[np.int64]:
    """Pair the rows that share a key in any band, (pairs, 2), equal texts through their first row only.

    Pairs that are far below the threshold by their signatures are left out; one band is in memory at a time.
    """
    firsts = np.unique(same_text(read_signed(shards, ["text_digest"])["text_digest"]))
    bands = (read_signed(shards, [band_column(band)]).column(0).to_numpy()[firsts] for band in range(scheme.bands))
    pairs = firsts[pairs_of_bands(bands)]
    rows, places = np.unique(pairs, return_inverse=True)
    return rows[plausible_pairs(read_signatures(shards, rows, scheme), places.reshape(pairs.shape), threshold)]


def read_signatures(shards: tuple[Path, ...], rows: npt.NDArray[np.int64], scheme: Scheme) -> npt.NDArray[np.uint32]:
    """Read the signatures of some rows, uint32 (rows, permutations)."""
    values = read_rows_of(shards, rows, "signature").combine_chunks().flatten().to_numpy()
    return np.asarray(values, np.uint32).reshape(len(rows), scheme.permutations)


def read_rows_of(shards: tuple[Path, ...], rows: npt.NDArray[np.int64], column: str) -> pa.ChunkedArray:
    """Read a column at some rows, sorted and counted over all shards; one shard is in memory at a time."""
    taken, before = [], 0
    for shard in shards:
        values = pq.read_table(shard, columns=[column])[column]
        taken.append(values.take(pa.array(rows[(rows >= before) & (rows < before + len(values))] - before)))
        before += len(values)
    return pa.chunked_array([chunk for values in taken for chunk in values.chunks], taken[0].type)


def _plan(done: Mapping[str, Finished], config: Config) -> Plan:
    return {"pairs": (*done["sign"].kept, *done["clean"].kept)}


def _work(task: Task) -> None:
    paths = tuple(Path(path) for path in task.inputs)
    signed, clean = paths[: len(paths) // 2], paths[len(paths) // 2 :]
    settings = task.settings()
    scheme = scheme_of(settings)
    pairs = seek_pairs(signed, scheme, settings.cluster.threshold)
    rows, places = np.unique(pairs, return_inverse=True)
    texts, places = read_rows_of(clean, rows, "text"), places.reshape(pairs.shape)
    columns = {
        "one": pairs[:, 0],
        "other": pairs[:, 1],
        "jaccard": jaccard(texts, places, scheme),
        "containment": containment(texts, places, scheme),
    }
    write_table(Path(task.output), pa.table(columns, schema=arrow_schema(Pair)))


STAGE = Stage(
    name=NAME,
    needs=("sign", "clean"),
    plan=_plan,
    work=_work,
    sections=("minhash", "cluster"),
    materials=("curation/stages/pair.py", "curation/signed.py", "curation/minhash", "curation/text/shingles.py"),
    libraries=("saring",),
)
