"""What a release was made from, what is in it, and what was lost: `manifest.json`."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version as library_version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from curation.config import Config
from curation.inserts import rules_digest
from curation.shards import aside, count_rows, read_note
from curation.sources import Source
from curation.stage import Finished
from curation.version import pipeline_version

NAME = "manifest.json"
_LIBRARIES = ("datasketch", "fastwarc", "lxml", "numpy", "pyarrow", "trafilatura")


def make_manifest(
    release: str,
    folder: Path,
    digests: Mapping[str, str],
    sources: Sequence[Source],
    done: Mapping[str, Finished],
    config: Config,
) -> dict[str, Any]:
    """Describe a release folder; every number in it is counted from the files."""
    losses = {path.stem: read_note(path, "losses") or [] for path in done["extract"].kept}
    documents = {"outlet": Counter[str](), "language": Counter[str](), "extractor": Counter[str]()}
    rejects = {"outlet": Counter[str](), "code": Counter[str]()}
    for name, counters in (("documents", documents), ("rejects", rejects)):
        for table in _tables(folder / name, list(counters)):
            for column, counter in counters.items():
                counter.update(table[column].to_pylist())
    cuts = Counter[str]()
    for table in _tables(folder / "documents", ["cuts"]):
        cuts.update(pc.struct_field(pc.list_flatten(table["cuts"]), "code").to_pylist())
    return {
        "version": release,
        "pipeline_version": pipeline_version(),
        "rules_digest": rules_digest(),
        "libraries": {name: library_version(name) for name in _LIBRARIES},
        "config": config.model_dump(mode="json"),
        "stages": dict(digests),
        "inputs": [_input(source, losses[source.shard]) for source in sources],
        "counts": {
            "rows": documents["outlet"].total() + rejects["outlet"].total(),
            "documents": documents["outlet"].total(),
            "rejects": rejects["outlet"].total(),
            "documents_by_outlet": _sorted(documents["outlet"]),
            "documents_by_language": _sorted(documents["language"]),
            "documents_by_extractor": _sorted(documents["extractor"]),
            "rejects_by_outlet": _sorted(rejects["outlet"]),
            "rejects_by_code": _sorted(rejects["code"]),
            "cuts_by_code": _sorted(cuts),
        },
        "files": [_file(path, folder) for path in sorted(folder.rglob("*.parquet"))],
    }


def newest_day(folder: Path) -> str:
    """Newest day of capture or publication in a release, in UTC; `undated` where there is none."""
    newest = [
        pc.max(table[column])
        for table in _tables(folder / "documents", ["fetched_at", "published_at"])
        for column in table.column_names
    ]
    days = [str(time.as_py().date()) for time in newest if time.is_valid]
    return max(days, default="undated")


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write the manifest of a release."""
    with aside(folder / NAME) as partial:
        partial.write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest of a release."""
    manifest: dict[str, Any] = json.loads((folder / NAME).read_text(encoding="utf-8"))
    return manifest


def _tables(folder: Path, columns: list[str]) -> Iterator[pa.Table]:
    for path in sorted(folder.rglob("*.parquet")):
        yield pq.ParquetFile(path).read(columns)


def _input(source: Source, losses: list[str]) -> dict[str, Any]:
    return {"name": source.name, "kind": source.kind, "size": source.size, "sha256": source.sha256, "losses": losses}


def _file(path: Path, folder: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    name = path.relative_to(folder).as_posix()
    return {"path": name, "rows": count_rows(path), "size": path.stat().st_size, "sha256": digest}


def _sorted(counter: Counter[str]) -> dict[str, int]:
    return dict(sorted(counter.items(), key=lambda item: (-item[1], item[0])))
