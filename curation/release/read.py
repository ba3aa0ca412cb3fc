"""A release on disk, for those who read it: its folder, its tables, and questions in SQL."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds

from crawler.outlets import BadInput
from curation.release.manifest import NAME

ROWS_AT_A_TIME = 1_000


def release_folder(corpus: Path, version: str) -> Path:
    """Give the folder of a release; raises BadInput, naming those that stand, where there is none."""
    folder = corpus / "release" / version
    if not (folder / NAME).is_file():
        standing = ", ".join(sorted(path.parent.name for path in corpus.glob(f"release/*/{NAME}")))
        advice = f"name one of {standing}" if standing else "make one with `saring build`, or name the corpus folder"
        raise BadInput(f"{folder}: there is no such release; {advice}.")
    return folder


def table_files(release: Path, table: str) -> tuple[Path, ...]:
    """Name the files of a table, in the order in which its rows are sorted."""
    return tuple(sorted(release.joinpath(table).rglob("*.parquet")))


def ask(files: Sequence[Path], schema: pa.Schema, sql: str) -> duckdb.DuckDBPyRelation:
    """Ask in SQL of the rows of some Parquet files, which are called `rows`.

    The question sees these rows and nothing else of the machine. Raises BadInput with what DuckDB says of a question
    that it cannot answer.
    """
    connection = duckdb.connect()
    connection.register("rows", ds.dataset([str(path) for path in files], schema=schema))
    # A day in a question is a day in UTC, whatever the machine's zone.
    connection.execute("SET TimeZone = 'UTC'; SET enable_external_access = false")
    try:
        return connection.sql(sql)
    except duckdb.Error as error:
        raise BadInput(f"{sql!r}: DuckDB cannot answer this: {' '.join(str(error).split())}") from error


def batches(files: Sequence[Path], schema: pa.Schema, sql: str) -> Iterator[pa.RecordBatch]:
    """Give the answer of `ask` a thousand rows at a time."""
    return iter(ask(files, schema, sql).to_arrow_reader(ROWS_AT_A_TIME))
