"""The last step of a build: the files of a release, whole or absent."""

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curation.config import Config
from curation.records import Appearance, Document, Reject
from curation.release.card import render_card
from curation.release.croissant import render_croissant
from curation.release.manifest import make_manifest, newest_day, read_manifest, write_manifest
from curation.schema import arrow_schema
from curation.shards import write_table
from curation.sources import Source
from curation.stage import Finished

TABLES: Mapping[str, type] = {"documents": Document, "rejects": Reject, "syndication": Appearance}
DESCRIPTIONS: Mapping[str, Callable[[Mapping[str, type], Mapping[str, Any]], str]] = {
    "README.md": render_card,
    "croissant.json": render_croissant,
}
"""Files beside the tables, each from the tables and the manifest."""
REPORT = "report.html"


@dataclass(frozen=True, slots=True)
class Release:
    """A release on disk."""

    folder: Path
    manifest: dict[str, Any]
    fresh: bool
    """Whether this build made it; else it stood already."""


def assemble(
    out: Path,
    done: Mapping[str, Finished],
    digests: Mapping[str, str],
    sources: Sequence[Source],
    config: Config,
    report: Callable[[Path, Mapping[str, Any]], str],
) -> Release:
    """Link the published files into `release/<version>`, describe them, and point `latest` there.

    The version is the newest day in the data and a digest of all that the release was made from, so the same input
    has the same version; one that stands already is not touched. `report` writes the page to look at of its folder and
    manifest.
    """
    home = out / "release"
    digest = digests["publish"][:8]
    standing = sorted(home.glob(f"*-{digest}"))
    if standing:
        return _point(home, Release(standing[0], read_manifest(standing[0]), fresh=False))
    partial = home / f".{digest}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    for name, record in TABLES.items():
        _link(partial / name, [shard / name for shard in done["publish"].kept])
        if not any(partial.joinpath(name).rglob("*.parquet")):
            write_table(partial / name / "part-0.parquet", arrow_schema(record).empty_table())
    version = f"{newest_day(partial)}-{digest}"
    manifest = make_manifest(version, partial, digests, sources, done, config)
    for name, render in DESCRIPTIONS.items():
        partial.joinpath(name).write_text(render(TABLES, manifest), encoding="utf-8")
    partial.joinpath(REPORT).write_text(report(partial, manifest), encoding="utf-8")
    manifest = write_manifest(partial, manifest)
    folder = home / version
    partial.rename(folder)
    return _point(home, Release(folder, manifest, fresh=True))


def _link(place: Path, shards: Sequence[Path]) -> None:
    place.mkdir(parents=True)
    for shard in shards:
        for path in sorted(shard.rglob("*.parquet")):
            target = place / path.relative_to(shard)
            target.parent.mkdir(parents=True, exist_ok=True)
            # A release never changes, and neither do finished work files: both names may share the bytes.
            os.link(path, target)


def _point(home: Path, release: Release) -> Release:
    link = home / ".latest.partial"
    link.unlink(missing_ok=True)
    link.symlink_to(release.folder.name)
    link.replace(home / "latest")
    return release
