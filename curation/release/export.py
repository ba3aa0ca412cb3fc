"""A release in the forms that other tools read: all of it, or what a condition in SQL chooses.

A shard holds so many documents, in the order of the release, and is whole or absent, so an export that was stopped goes
on where it stood.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from crawler.outlets import BadInput
from curation.records import Document
from curation.release.manifest import read_manifest
from curation.release.read import ask, batches, table_files
from curation.schema import arrow_schema
from curation.shards import aside, write_table
from curation.text.sentences import sentences

NAME = "export.json"
_SCHEMA = arrow_schema(Document)


@dataclass(frozen=True, slots=True)
class Order:
    """What to export."""

    release: Path
    out: Path
    form: str
    """One of `FORMS`."""
    where: str = "true"
    """Condition in SQL over the columns of a document."""
    rows_per_shard: int = 10_000
    """Documents in a shard, and in memory at a time."""
    tokenizer: str = ""
    """For tokens: `bytes`, or a file as Hugging Face tokenizers write it."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export came to."""

    documents: int
    shards: tuple[str, ...]
    written: int
    """Shards that were not there before."""


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write documents."""

    why: str
    shard: str
    """Name of a shard, from `group`, `number` and `of`."""
    columns: tuple[str, ...]
    """Columns that it needs; none for all."""
    write: Callable[[Path, pa.Table, Order], None]
    groups: Mapping[str, str]
    """Group of shards → condition for its documents."""


@dataclass(frozen=True, slots=True)
class Shard:
    """One file of an export."""

    name: str
    group: str
    first: int
    """Its first document, counted through the group."""
    after: int
    """The document after its last one."""


def export(order: Order, watch: Callable[[int, int], None]) -> Exported:
    """Write the shards that are not there yet; `watch` is told after each how many stand, and how many there will be.

    Raises BadInput for a condition that cannot be answered, a tokenizer that cannot be used, or a folder that holds
    something else.
    """
    form, files = FORMS[order.form], table_files(order.release, "documents")
    if order.form == "tokens":
        encoder(order.tokenizer)
    counts = {group: [_count(path, condition(order, group)) for path in files] for group in form.groups}
    shards = [shard for group, found in counts.items() for shard in _shards(order, group, sum(found))]
    documents = sum(map(sum, counts.values()))
    note = _note(order, documents, shards)
    _begin(order.out, note)
    todo = [shard for shard in shards if not order.out.joinpath(shard.name).exists()]
    written = 0
    watch(len(shards) - len(todo), len(shards))
    for group, found in counts.items():
        for shard, table in _tables(order, files, found, [shard for shard in todo if shard.group == group]):
            form.write(order.out / shard.name, table, order)
            written += 1
            watch(len(shards) - len(todo) + written, len(shards))
    _write_json(order.out / NAME, note | {"finished": True})
    return Exported(documents, tuple(shard.name for shard in shards), written)


def condition(order: Order, group: str) -> str:
    """Give the condition for the documents of a group."""
    return f"({order.where}) AND ({FORMS[order.form].groups[group]})"


def _count(path: Path, where: str) -> int:
    ((count,),) = ask([path], _SCHEMA, f"SELECT count(*) FROM rows WHERE {where}").fetchall()
    return int(count)


def _shards(order: Order, group: str, documents: int) -> Iterator[Shard]:
    step = order.rows_per_shard
    firsts = range(0, documents, step)
    for number, first in enumerate(firsts):
        name = FORMS[order.form].shard.format(group=group, number=number, of=len(firsts))
        yield Shard(name, group, first, min(first + step, documents))


def _tables(
    order: Order, files: tuple[Path, ...], counts: list[int], todo: list[Shard]
) -> Iterator[tuple[Shard, pa.Table]]:
    """Read the documents of each shard that is to be written; files that hold none of them are not read."""
    columns = ", ".join(FORMS[order.form].columns) or "*"
    waiting, taken, place = list(todo), list[pa.RecordBatch](), 0
    for path, count in zip(files, counts, strict=True):
        if waiting and waiting[0].first < place + count:
            where = condition(order, waiting[0].group)
            for batch in batches([path], _SCHEMA, f"SELECT {columns} FROM rows WHERE {where}"):
                start = place
                place += len(batch)
                while waiting and waiting[0].first < place:
                    shard = waiting[0]
                    begin, end = max(shard.first, start), min(shard.after, place)
                    taken.append(batch.slice(begin - start, end - begin))
                    if end < shard.after:
                        break
                    yield waiting.pop(0), pa.Table.from_batches(taken)
                    taken = []
        else:
            place += count


def _note(order: Order, documents: int, shards: list[Shard]) -> dict[str, Any]:
    tokenizer = Path(order.tokenizer)
    return {
        "release": read_manifest(order.release)["version"],
        "to": order.form,
        "where": order.where,
        "rows_per_shard": order.rows_per_shard,
        "tokenizer": hashlib.sha256(tokenizer.read_bytes()).hexdigest() if tokenizer.is_file() else order.tokenizer,
        "documents": documents,
        "shards": [shard.name for shard in shards],
    }


def _begin(out: Path, note: dict[str, Any]) -> None:
    """Mark a folder as this export's; raises BadInput where it holds another one."""
    if out.joinpath(NAME).exists():
        before = json.loads(out.joinpath(NAME).read_text(encoding="utf-8"))
        other = [key for key, value in note.items() if before.get(key) != value]
        if other:
            raise BadInput(f"{out}: this holds an export with another {other[0]}; give another --out or remove it.")
        return
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise BadInput(f"{out}: this holds something else; give another --out.")
    _write_json(out / NAME, note)


def _write_json(path: Path, value: object) -> None:
    with aside(path) as partial:
        partial.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _write_rows(path: Path, table: pa.Table, order: Order) -> None:
    _write_lines(path, (json.dumps(row, ensure_ascii=False, default=_plain) for row in table.to_pylist()))


def _write_texts(path: Path, table: pa.Table, order: Order) -> None:
    _write_lines(path, (f"{text}\n" for text in table["text"].to_pylist()))


def _write_sentences(path: Path, table: pa.Table, order: Order) -> None:
    _write_lines(path, ("\n".join((*sentences(text), "")) for text in table["text"].to_pylist()))


def _write_table(path: Path, table: pa.Table, order: Order) -> None:
    write_table(path, table)


def _write_tokens(path: Path, table: pa.Table, order: Order) -> None:
    encode = encoder(order.tokenizer)
    tokens = pa.array([encode(text) for text in table["text"].to_pylist()], pa.list_(pa.uint32()))
    write_table(path, pa.table({"id": table["id"], "tokens": tokens}))


def _write_lines(path: Path, lines: Iterator[str]) -> None:
    with aside(path) as partial, partial.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)


def _plain(value: object) -> str:
    assert isinstance(value, dt.datetime)
    return value.astimezone(dt.UTC).isoformat()


@lru_cache(maxsize=1)
def encoder(tokenizer: str) -> Callable[[str], list[int]]:
    """Make what turns a text into token ids; raises BadInput for a tokenizer that cannot be used."""
    if tokenizer == "bytes":
        return lambda text: list(text.encode())
    if not Path(tokenizer).is_file():
        raise BadInput(f"--tokenizer {tokenizer!r}: tokens need a tokenizer.json, or the word bytes.")
    try:
        from tokenizers import Tokenizer
    except ImportError as error:
        raise BadInput("--tokenizer: this needs the package `tokenizers`; install saring[tokens].") from error
    try:
        json.loads(Path(tokenizer).read_bytes())["model"]["vocab"]
    except (ValueError, LookupError, TypeError) as error:
        raise BadInput(f"{tokenizer}: this is no tokenizer; give a tokenizer.json with a model.") from error
    made = Tokenizer.from_file(tokenizer)
    return lambda text: list(made.encode(text, add_special_tokens=False).ids)


_ALL: Mapping[str, str] = {"": "true"}
_NUMBER = "{number:05d}-of-{of:05d}"
FORMS: Mapping[str, Form] = {
    "jsonl": Form("JSON lines, all columns", f"{_NUMBER}.jsonl", (), _write_rows, _ALL),
    "txt": Form("paragraphs a line, a blank line after a document", f"{_NUMBER}.txt", ("text",), _write_texts, _ALL),
    "sentences": Form(
        "a sentence a line, a blank line after a document", f"{_NUMBER}.txt", ("text",), _write_sentences, _ALL
    ),
    "hf": Form(
        "Parquet in the folders that `datasets.load_dataset` takes for splits",
        f"data/{{group}}-{_NUMBER}.parquet",
        (),
        _write_table,
        {
            "train": "split NOT IN ('validation', 'test')",
            "validation": "split = 'validation'",
            "test": "split = 'test'",
        },
    ),
    "tokens": Form("Parquet with id and token ids", f"{_NUMBER}.parquet", ("id", "text"), _write_tokens, _ALL),
}
"""Forms of export by their names."""
