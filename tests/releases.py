"""Small releases made of records: what the tests of those who read a release need."""

import datetime as dt
import json
import types
from collections.abc import Iterable
from dataclasses import is_dataclass, replace
from pathlib import Path
from typing import Any, TypeVar, Union, get_origin, get_type_hints

from curation.records import Document, Reject
from curation.release.manifest import NAME
from curation.schema import table_of
from curation.stages import publish

Record = TypeVar("Record")

WIB = dt.timezone(dt.timedelta(hours=7))
NOON = dt.datetime(2026, 10, 3, 12, 0, tzinfo=WIB)


def document(number: int, **fields: Any) -> Document:
    """A document of which only what is given is known; its id is the number in hex, from the left."""
    url = f"https://www.kabar.example/{number}"
    identity = f"{number:08x}{0:08x}"
    told = {"id": identity, "url": url, "canonical_url": url, "outlet": "kabar", "cluster_id": identity}
    return replace(_blank(Document), **told | {"cluster_size": 1} | fields)


def reject(number: int, code: str, **fields: Any) -> Reject:
    """A reject, with its stage as the code tells it."""
    url = f"https://www.kabar.example/{number}"
    stage = {"duplicate": "cluster", "screen": "clean", "clean": "clean"}.get(code.partition(".")[0], "extract")
    told = {"id": f"{number:08x}{0:08x}", "url": url, "canonical_url": url, "outlet": "kabar", "stage": stage}
    return replace(_blank(Reject), **told | {"code": code} | fields)


def write_release(corpus: Path, version: str, documents: Iterable[Document], rejects: Iterable[Reject] = ()) -> Path:
    """Write a release and make it the latest."""
    folder = corpus / "release" / version
    folder.mkdir(parents=True)
    for kind, rows in ((publish.DOCUMENTS, documents), (publish.REJECTS, rejects)):
        (folder / kind.name).mkdir()
        publish.write_folders(folder / kind.name, table_of(kind.record, rows), kind)
    (folder / NAME).write_text(json.dumps({"version": version}), encoding="utf-8")
    latest = corpus / "release" / "latest"
    latest.unlink(missing_ok=True)
    latest.symlink_to(version)
    return folder


def _blank(record: type[Record]) -> Record:
    return record(**{name: _nothing(kind) for name, kind in get_type_hints(record).items()})


def _nothing(kind: Any) -> Any:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return None
    if origin is tuple:
        return ()
    return _blank(kind) if is_dataclass(kind) else kind()
