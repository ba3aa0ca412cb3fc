"""Columns that are mapped into memory and read by place: Arrow files, which Parquet's coded pages cannot replace.

Source: Apache Arrow columnar format 1.5, IPC file format: the buffers lie in the file as they do in memory.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from crawler.outlets import BadInput
from curation.shards import aside


def write_mapped(path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
    """Write a whole file, a batch in memory at a time."""
    with aside(path) as partial, pa.OSFile(str(partial), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)


def map_batches(path: Path) -> list[pa.RecordBatch]:
    """Map the batches of a file; nothing is read but its footer. Raises BadInput for a file that is torn."""
    try:
        file = pa.ipc.open_file(pa.memory_map(str(path)))
        return [file.get_batch(number) for number in range(file.num_record_batches)]
    except (pa.ArrowInvalid, OSError) as error:
        raise torn(path, error) from error


def numbers(column: pa.Array) -> npt.NDArray[Any]:
    """View a column of numbers without copying it."""
    return np.asarray(column.to_numpy(zero_copy_only=True))


def torn(path: Path, error: object) -> BadInput:
    """Say that a file of an index cannot be used."""
    return BadInput(
        f"{path}: this file of the index is missing or torn ({error}); put the index back from a copy, or add "
        "everything to a new one."
    )
