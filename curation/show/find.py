"""One row of a release, by its id or an address."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.dataset as ds

from crawler.outlets import BadInput, load_outlets
from crawler.urls import canonical_url
from curation.records import Document, Reject
from curation.release.assemble import TABLES
from curation.schema import arrow_schema, records_of

ADDRESS = re.compile(r"https?://\S+")
_ID = re.compile(r"[0-9a-f]{6,16}", re.IGNORECASE)
_MOST_NAMED = 4
"""Ids that a sentence names."""


def find_row(folder: Path, wanted: str) -> Document | Reject:
    """Find one row of a release; of the same bytes captured twice, the row that was judged.

    `wanted` is an id, six or more of its first digits, or an address. An address is sought as it is written, documents
    first, then in its canonical form. Raises BadInput where no id answers, or more than one.
    """
    for look in _looks(wanted):
        rows: list[Document | Reject] = [
            row for name, where in look.items() for row in matching(folder / name, TABLES[name], where)
        ]
        ids = sorted({row.id for row in rows})
        if len(ids) > 1:
            some = ", ".join(ids[:_MOST_NAMED]) + (", …" if len(ids) > _MOST_NAMED else "")
            raise BadInput(f"{wanted!r} stands for {len(ids)} rows of {folder}; give one of their ids: {some}.")
        if rows:
            return min(rows, key=lambda row: isinstance(row, Reject) and row.code == "duplicate.capture")
    raise BadInput(f"{folder}: no row has the id or address {wanted!r}; take one from `documents` or `rejects`.")


def matching(folder: Path, record: type, where: pc.Expression) -> Iterator[Any]:
    """Yield the records for which a condition holds.

    Of each row group that its statistics do not rule out, the columns of the condition are read, and the others only
    where it holds for a row.
    """
    table = ds.dataset(folder, schema=arrow_schema(record), format="parquet")
    for file in table.get_fragments():
        for group in file.split_by_row_group(where, table.schema):
            if group.count_rows(filter=where):
                yield from records_of(record, group.to_table(table.schema, filter=where))


def _looks(wanted: str) -> tuple[dict[str, pc.Expression], ...]:
    """Give conditions, table by table, to be tried in turn until one holds for a row."""
    if _ID.fullmatch(wanted):
        start = wanted.lower()
        # A range, which the statistics of a file can rule out, and not a prefix; g follows the hex digits.
        within = (pc.field("id") >= start) & (pc.field("id") < f"{start}g")
        return ({"documents": within, "rejects": within},)
    if not ADDRESS.fullmatch(wanted):
        raise BadInput(f"{wanted!r} is no address (https://…) and no id; give 6 to 16 hex digits of an id.")
    url, known = pc.field("url"), pc.field("canonical_url")
    canonical = _canonical(wanted)
    return (
        {"documents": (url == wanted) | (known == wanted)},
        {"rejects": url == wanted},
        {"documents": known == canonical},
        {"rejects": known == canonical},
    )


def _canonical(url: str) -> str:
    try:
        return canonical_url(url, load_outlets().of_url(url))
    except ValueError as error:
        raise BadInput(f"{url!r} is not a valid address ({error}); check its spelling.") from error
