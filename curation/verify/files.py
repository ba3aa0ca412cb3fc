"""Are the bytes those that were published: every file of a release, and every input it was made from."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from curation.release.manifest import NAME, SEAL, seal_of, sha256_of
from curation.verify.failure import Failure

_SEAL = re.compile(rf"[0-9a-f]{{64}}  {re.escape(NAME)}\n")


def check_files(folder: Path) -> Iterator[Failure]:
    """Hold the manifest against its digest, and every file of a release against the manifest: none more, none less.

    A manifest that is not the one that was published says nothing of the other files.
    """
    broken = list(_check_seal(folder))
    if broken:
        yield from broken
        return
    try:
        manifest = json.loads((folder / NAME).read_text(encoding="utf-8"))
        listed = {file["path"]: file for file in manifest["files"]}
        version = manifest["version"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        yield Failure(NAME, f"it cannot be read ({error})")
        return
    if version != folder.resolve().name:
        yield Failure(NAME, f"it is of {version}, and the folder is {folder.resolve().name}")
    standing = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    for path in sorted(standing - listed.keys() - {NAME, SEAL}):
        yield Failure(path, "the manifest does not list this file")
    for path, file in listed.items():
        yield from _check_file(folder / path, file)


def check_input(path: Path | None, told: Mapping[str, Any]) -> Iterator[Failure]:
    """Hold an input against what the manifest says of it; `path` is where it was found."""
    if path is None:
        yield Failure(told["name"], "this input is neither below the corpus folder nor where the last build read it")
    elif sha256_of(path) != told["sha256"]:
        yield Failure(told["name"], f"{path} does not have the digest that the manifest says")


def _check_seal(folder: Path) -> Iterator[Failure]:
    try:
        seal = (folder / SEAL).read_text(encoding="utf-8")
        right = seal_of(folder / NAME)
    except (OSError, ValueError) as error:
        yield Failure(SEAL, f"the manifest cannot be held against it ({error})")
        return
    if not _SEAL.fullmatch(seal):
        yield Failure(SEAL, "it is not the digest of a manifest")
    elif seal != right:
        yield Failure(NAME, f"it does not have the digest that {SEAL} says; one of the two was changed")


def _check_file(path: Path, told: Mapping[str, Any]) -> Iterator[Failure]:
    if not path.is_file():
        yield Failure(told["path"], "the manifest lists this file and it is not there")
    elif path.stat().st_size != told["size"]:
        yield Failure(told["path"], f"it has {path.stat().st_size} bytes, and the manifest says {told['size']}")
    elif sha256_of(path) != told["sha256"]:
        yield Failure(told["path"], "it does not have the digest that the manifest says")
