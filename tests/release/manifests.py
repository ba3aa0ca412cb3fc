"""A manifest made by hand, for the tests of what is written from one."""

import hashlib
from pathlib import Path
from typing import Any

from curation.config import Config
from curation.shards import count_rows


def manifest(folder: Path, **counts: Any) -> dict[str, Any]:
    """Describe the tables in a folder."""
    counted: dict[str, Any] = {
        "rows": 3, "documents": 2, "rejects": 1, "documents_by_outlet": {"kabar": 2},
        "documents_by_language": {"id": 2}, "documents_by_month": {"2026-10": 2},
        "documents_by_split": {"train": 2}, "documents_by_time_split": {"test": 2},
        "documents_by_reuse": {"unstated": 2}, "rejects_by_code": {"http.status": 1}, "cuts_by_code": {"RL01": 4},
        "masks_by_kind": {"email": 1},
    }  # fmt: skip
    return {
        "version": "2026-10-04-aaaaaaaa",
        "pipeline_version": "0.1.0",
        "config": Config().model_dump(mode="json"),
        "stages": {"extract": "0" * 16, "publish": "a" * 16},
        "inputs": [{"name": "warc/a.warc.gz", "kind": "warc", "size": 9, "sha256": "b" * 64, "losses": []}],
        "counts": counted | counts,
        "files": [
            {
                "path": path.relative_to(folder).as_posix(), "rows": count_rows(path), "size": path.stat().st_size,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            }
            for path in sorted(folder.rglob("*.parquet"))
        ],
    }  # fmt: skip
