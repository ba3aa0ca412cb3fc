"""What an index consists of: settings, segments, runs, and the digest of every file.

A file that the manifest does not name is no part of the index, so replacing the manifest is the one step that
changes it, and a kill or a full disk before that step leaves it as it was.
"""

import fcntl
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from crawler.outlets import BadInput
from curation.config import Cluster, Config
from curation.minhash import Scheme
from curation.minhash.bands import BUCKET
from curation.minhash.inclusion import CROWD
from curation.shards import aside
from curation.signed import scheme_of

MANIFEST = "index.json"
LOCK = ".lock"
FORMAT = 2
"""Version of the layout of the folder. Raise it with any change to what the files hold."""
CLUSTER = ("threshold", "containment", "contained_words", "order", "evidence")
"""What an index takes of the section `cluster`."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What two additions to one index must share."""

    scheme: Scheme
    threshold: float
    """As `cluster.threshold`, and so on to `evidence`."""
    containment: float = 0.9
    contained_words: int = 30
    order: Literal["earliest", "longest", "quality"] = "earliest"
    evidence: Literal["none"] = "none"
    bucket: int = BUCKET
    """How many texts of a bucket the others are compared with."""
    crowd: int = CROWD
    """A shingle that more texts ask for is a phrase, by which none is found inside another."""

    @property
    def cluster(self) -> Cluster:
        """Give the section of the configuration that these come from."""
        return Cluster(**{name: getattr(self, name) for name in CLUSTER})


@dataclass(frozen=True, slots=True)
class Segment:
    """What one addition or removal wrote; it is never changed."""

    name: str
    """Its folder below `segments`."""
    kind: str
    """`rows` or `removed`."""
    rows: int
    """Rows added or removed."""
    nodes: int
    """Different texts added."""


@dataclass(frozen=True, slots=True)
class Run:
    """Band keys of successive texts, sorted band by band."""

    name: str
    """Its file below `bands`."""
    nodes: int
    """Texts that it covers, after those of the runs before."""


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was written."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """An index at one moment."""

    settings: Settings
    segments: tuple[Segment, ...] = ()
    runs: tuple[Run, ...] = ()
    state: str = ""
    """Folder of the decisions below `state`; empty while there are none."""
    files: tuple[tuple[str, File], ...] = ()
    """Every file by its path in the folder, sorted."""

    @property
    def next_name(self) -> str:
        """Name what the next change writes."""
        return f"{len(self.segments) + 1:06d}"


def settings_of(config: Config) -> Settings:
    """Take what an index depends on out of a configuration; raises BadInput for evidence that it cannot weigh."""
    if config.cluster.evidence != "none":
        raise BadInput(
            f"key cluster.evidence: an index holds no texts to weigh {config.cluster.evidence} by; set it to none, or "
            "make the choice with: saring build"
        )
    return Settings(scheme_of(config), **{name: getattr(config.cluster, name) for name in CLUSTER})


def require_settings(folder: Path, stored: Settings, asked: Settings) -> None:
    """Raise BadInput, naming the first setting that differs."""
    ours, theirs = _flat(stored), _flat(asked)
    for name, value in ours.items():
        if theirs[name] != value:
            raise BadInput(
                f"{folder}: setting {name}: the index was made with {value}, not with {theirs[name]}; leave the "
                "setting as it is, or make another index."
            )


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of an index; raises BadInput where there is none, or it is torn or of another format."""
    path = folder / MANIFEST
    if not path.exists():
        raise BadInput(f"{folder}: there is no index in this folder; make one with: saring index add")
    try:
        line = path.read_bytes()
        table = json.loads(line)
        form, digest = table.pop("format"), table.pop("digest")
        if form != FORMAT:
            raise BadInput(f"{path}: this saring reads format {FORMAT}, not {form}; make the index anew.")
        manifest = _manifest(table)
        if digest != _digest(table) or line != render(manifest):
            raise ValueError("its digest is another one")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as error:
        if isinstance(error, BadInput):
            raise
        raise BadInput(
            f"{path}: this is not the manifest of an index ({error}); put the index back from a copy, or make it anew."
        ) from error
    return manifest


def render(manifest: Manifest) -> bytes:
    """Write a manifest as JSON, the same bytes for the same index."""
    table = asdict(manifest) | {"files": {path: asdict(file) for path, file in manifest.files}}
    whole = table | {"format": FORMAT, "digest": _digest(table)}
    return (json.dumps(whole, indent=1, sort_keys=True) + "\n").encode()


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Make an index be what the manifest says."""
    with aside(folder / MANIFEST) as partial:
        partial.write_bytes(render(manifest))


def digest_file(path: Path) -> File:
    """Digest a file."""
    with path.open("rb") as file:
        return File(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def files_of(folder: Path) -> Iterator[Path]:
    """Give every file below the folder of an index but manifest and lock, in order."""
    for part in ("segments", "bands", "state"):
        yield from (path for path in sorted((folder / part).rglob("*")) if path.is_file())


def sweep(folder: Path, manifest: Manifest | None) -> None:
    """Take away what the manifest does not name: what an addition that did not end left behind."""
    named = {path for path, _ in manifest.files} if manifest else set()
    for path in list(files_of(folder)):
        if path.relative_to(folder).as_posix() not in named:
            path.unlink()
    for part in sorted(folder.glob("*/*"), reverse=True):
        if part.is_dir():
            with suppress(OSError):
                part.rmdir()


@contextmanager
def locked(folder: Path, make: bool) -> Iterator[None]:
    """Keep every other writer out; raises BadInput where one is at work. A kill ends the lock too."""
    if not make:
        read_manifest(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / LOCK).open("a")
    except OSError as error:
        raise BadInput(f"{folder}: the index cannot be written there ({error.strerror}); check the folder.") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise BadInput(f"{folder}: another saring is changing this index; wait until it ends.") from error
        yield


def _flat(settings: Settings) -> dict[str, Any]:
    table = asdict(settings)
    scheme: dict[str, Any] = table.pop("scheme")
    return scheme | table


def _manifest(table: dict[str, Any]) -> Manifest:
    settings = dict(table["settings"])
    settings["scheme"] = Scheme(**settings["scheme"])
    return Manifest(
        Settings(**settings),
        tuple(Segment(**segment) for segment in table["segments"]),
        tuple(Run(**run) for run in table["runs"]),
        table["state"],
        tuple((path, File(**file)) for path, file in sorted(table["files"].items())),
    )


def _digest(table: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(table, sort_keys=True).encode()).hexdigest()
