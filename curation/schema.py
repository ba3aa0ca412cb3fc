"""Arrow schemas and rows from the records: nothing else says what a column is."""

import ast
import datetime as dt
import inspect
import types
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import pyarrow as pa

from curation import records

Record = TypeVar("Record")

_SCALARS: dict[type, pa.DataType] = {
    str: pa.string(),
    bool: pa.bool_(),
    int: pa.int64(),
    float: pa.float64(),
    dt.datetime: pa.timestamp("us", tz="UTC"),
}


@cache
def arrow_schema(record: type) -> pa.Schema:
    """Derive the Arrow schema of a record, each field with its meaning as `description` metadata."""
    notes = field_notes(record)
    return pa.schema(
        pa.field(name, _arrow_type(kind), metadata={"description": notes[name]})
        for name, kind in get_type_hints(record).items()
    )


def table_of(record: type, rows: Iterable[object]) -> pa.Table:
    """Make an Arrow table of records of one type."""
    return pa.Table.from_pylist([as_row(row) for row in rows], schema=arrow_schema(record))


def records_of(record: type[Record], table: pa.Table) -> list[Record]:
    """Make records of an Arrow table; the inverse of `table_of`."""
    build = _builder(record)  # type: ignore[arg-type]
    return [build(row) for row in table.select([field.name for field in fields(record)]).to_pylist()]  # type: ignore[arg-type]


def as_row(value: Any) -> Any:
    """Turn a record into plain dictionaries and lists."""
    if is_dataclass(value):
        return {field.name: as_row(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [as_row(item) for item in value]
    return value


@cache
def field_notes(record: type) -> dict[str, str]:
    """Read the sentence below each field; a field of Document without one means what it means in Article."""
    body = ast.parse(inspect.getsource(record).lstrip()).body[0]
    assert isinstance(body, ast.ClassDef)
    notes: dict[str, str] = {}
    for statement, after in zip(body.body, [*body.body[1:], None], strict=True):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            name = statement.target.id
            notes[name] = _text_of(after) or field_notes(records.Article)[name]
    return notes


def render_schema() -> str:
    """Write the page of all tables that a release holds."""
    tables = (
        records.Document,
        records.Reject,
        records.Appearance,
        records.Cut,
        records.Copy,
        records.Version,
        records.Right,
        records.Mask,
        records.Quality,
        records.Capture,
    )
    parts = ["# Tables\n\nGenerated from `curation/records.py` by `make docs`.\n"]
    for record in tables:
        parts.append(
            f"\n## {record.__name__}\n\n{inspect.getdoc(record)}\n\n| field | type | meaning |\n|---|---|---|\n"
        )
        for field in arrow_schema(record):
            note = field.metadata[b"description"].decode()
            parts.append(f"| `{field.name}` | {_type_name(field.type)} | {note} |\n")
    return "".join(parts)


def _text_of(statement: ast.stmt | None) -> str:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return str(statement.value.value)
    return ""


def _arrow_type(kind: Any) -> pa.DataType:
    if kind in _SCALARS:
        return _SCALARS[kind]
    if get_origin(kind) in (Union, types.UnionType):
        return _arrow_type(_without_none(kind))
    if get_origin(kind) is tuple:
        return pa.list_(_arrow_type(get_args(kind)[0]))
    return pa.struct([pa.field(name, _arrow_type(inner)) for name, inner in get_type_hints(kind).items()])


def _without_none(kind: Any) -> Any:
    return next(inner for inner in get_args(kind) if inner is not type(None))


def _type_name(kind: pa.DataType) -> str:
    if pa.types.is_list(kind):
        return f"list of {_type_name(kind.value_type)}"
    return "struct" if pa.types.is_struct(kind) else str(kind)


@cache
def _builder(record: type[Record]) -> Callable[[dict[str, Any]], Record]:
    readers = {name: _reader(kind) for name, kind in get_type_hints(record).items()}
    plain = {name for name, read in readers.items() if read is None}

    def build(row: dict[str, Any]) -> Record:
        return record(
            **{
                name: value if name in plain or value is None else readers[name](value)  # type: ignore[misc]
                for name, value in row.items()
            }
        )

    return build


def _reader(kind: Any) -> Callable[[Any], Any] | None:
    if get_origin(kind) in (Union, types.UnionType):
        return _reader(_without_none(kind))
    if get_origin(kind) is tuple:
        inner = _reader(get_args(kind)[0])
        return tuple if inner is None else lambda items: tuple(inner(item) for item in items)
    return _builder(kind) if is_dataclass(kind) and isinstance(kind, type) else None
