"""The signed table: what `sign` writes, and `pair` and `cluster` read."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from curation.config import Config
from curation.minhash import Scheme
from curation.records import Signed
from curation.schema import arrow_schema

Rows = npt.NDArray[np.int64]


def scheme_of(config: Config) -> Scheme:
    """Make the scheme that the configuration asks for."""
    return Scheme(**config.minhash.model_dump())


def band_column(band: int) -> str:
    """Name the column that holds the keys of a band."""
    return f"band_{band:03d}"


def signed_schema(scheme: Scheme) -> pa.Schema:
    """Schema of a signed table: `Signed`, the signature, one uint64 column a band; the scheme is in its metadata."""
    fields: list[Any] = [*arrow_schema(Signed), pa.field("signature", pa.list_(pa.uint32(), scheme.permutations))]
    fields += [pa.field(band_column(band), pa.uint64()) for band in range(scheme.bands)]
    return pa.schema(fields, metadata={"scheme": scheme.to_json()})


def read_signed(shards: Iterable[Path], columns: list[str]) -> pa.Table:
    """Read some columns of all shards, one after another: the row numbers of `Pair` count through them."""
    return pa.concat_tables([pq.read_table(shard, columns=columns) for shard in shards])


def same_text(digests: pa.ChunkedArray) -> Rows:
    """Give for every row the first row that has its text."""
    codes = digests.combine_chunks().dictionary_encode().indices.to_numpy()
    return np.asarray(np.unique(codes, return_index=True)[1][codes], np.int64)
