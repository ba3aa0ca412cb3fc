"""What a release was made from, what is in it, and what was lost: `manifest.json`."""

import hashlib
import json
import subprocess
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
from curation.schema import as_row
from curation.shards import aside, count_rows, read_note
from curation.sources import Source
from curation.stage import ROOT, Finished
from curation.takedowns import read_takedowns
from curation.version import pipeline_version

NAME = "manifest.json"
SEAL = "manifest.sha256"
"""Digest of the manifest, as `sha256sum --check` reads it; the manifest holds those of all other files."""
_WITHHELD = ("withheld_pairs", "withheld_stubs")
"""What crowds kept from being compared; 0 says that no copy can have been lost to them."""
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
    documents = {name: Counter[str]() for name in ("outlet", "language", "extractor", "reuse", "split", "time_split")}
    rejects = {"outlet": Counter[str](), "code": Counter[str]()}
    for name, counters in (("documents", documents), ("rejects", rejects)):
        for table in _tables(folder / name, list(counters)):
            for column, counter in counters.items():
                counter.update(table[column].to_pylist())
    cuts, masks, months = Counter[str](), Counter[str](), Counter[str]()
    for table in _tables(folder / "documents", ["cuts", "masks", "published_at"]):
        cuts.update(pc.struct_field(pc.list_flatten(table["cuts"]), "code").to_pylist())
        for mask in pc.list_flatten(table["masks"]).to_pylist():
            masks[mask["kind"]] += mask["count"]
        months.update(pc.fill_null(pc.strftime(table["published_at"], format="%Y-%m"), "undated").to_pylist())
    kinds = Counter[str]()
    for table in _tables(folder / "syndication", ["kind"]):
        kinds.update(table["kind"].to_pylist())
    return {
        "version": release,
        "pipeline_version": pipeline_version(),
        "commit": _commit(),
        "rules_digest": rules_digest(),
        "libraries": {name: library_version(name) for name in _LIBRARIES},
        "config": config.model_dump(mode="json"),
        "stages": dict(digests),
        "inputs": [_input(source, losses[source.shard]) for source in sources],
        "takedowns": [as_row(stone) for path in done["takedowns"].kept for stone in read_takedowns(path).stones],
        "counts": {
            "rows": documents["outlet"].total() + rejects["outlet"].total(),
            "documents": documents["outlet"].total(),
            "rejects": rejects["outlet"].total(),
            "documents_by_outlet": _sorted(documents["outlet"]),
            "documents_by_language": _sorted(documents["language"]),
            "documents_by_extractor": _sorted(documents["extractor"]),
            "documents_by_reuse": _sorted(documents["reuse"]),
            "documents_by_split": _sorted(documents["split"]),
            "documents_by_time_split": _sorted(documents["time_split"]),
            "documents_by_month": dict(sorted(months.items())),
            "rejects_by_outlet": _sorted(rejects["outlet"]),
            "rejects_by_code": _sorted(rejects["code"]),
            "cuts_by_code": _sorted(cuts),
            "masks_by_kind": _sorted(masks),
            "syndication": kinds.total(),
            "syndication_by_kind": _sorted(kinds),
            **{name: sum(read_note(path, name) for path in done["pair"].kept) for name in _WITHHELD},
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


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Write the manifest of a release and its digest; gives it with every file that was not listed yet."""
    listed = {file["path"] for file in manifest["files"]}
    others = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in (NAME, SEAL))
    more = [_digested(path, folder) for path in others if path.relative_to(folder).as_posix() not in listed]
    whole = {**manifest, "files": [*manifest["files"], *more]}
    with aside(folder / NAME) as partial:
        partial.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    with aside(folder / SEAL) as partial:
        partial.write_text(seal_of(folder / NAME), encoding="utf-8")
    return whole


def seal_of(manifest: Path) -> str:
    """Say what must stand in the file beside a manifest."""
    return f"{sha256_of(manifest)}  {NAME}\n"


def sha256_of(path: Path) -> str:
    """Digest a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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
    return {**_digested(path, folder), "rows": count_rows(path)}


def _digested(path: Path, folder: Path) -> dict[str, Any]:
    name = path.relative_to(folder).as_posix()
    return {"path": name, "size": path.stat().st_size, "sha256": sha256_of(path)}


def _commit() -> str:
    """Commit of the checkout that saring runs from, with `-dirty` where files differ; empty where it is none."""
    if not (ROOT / ".git").exists():
        return ""
    # Without optional locks: a build writes nothing into the checkout.
    ask = ["git", "--no-optional-locks", "-C", str(ROOT), "describe"]
    ask += ["--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        answer = subprocess.run(ask, capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip()


def _sorted(counter: Counter[str]) -> dict[str, int]:
    return dict(sorted(counter.items(), key=lambda item: (-item[1], item[0])))
