"""The files that a build starts from, named by what is in them."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from crawler.outlets import BadInput
from curation.shards import aside
from curation.stage import Finished
from curation.text_table import TEXT_SUFFIXES, check_text_table
from curation.warc import check_archive

WARC_SUFFIXES = (".warc.gz", ".warc")
_DIGESTS = "digests.json"


@dataclass(frozen=True, slots=True)
class Source:
    """One input file."""

    path: str
    name: str
    """What captures and the manifest call it: the path below the corpus folder, else the file's name."""
    kind: str
    """`warc` or `text`."""
    size: int
    """Bytes."""
    changed: int
    """Time of the last change, in nanoseconds."""
    sha256: str

    @property
    def shard(self) -> str:
        """Name the shard of its rows: 16 hex digits over name and content."""
        return hashlib.sha256(f"{self.name}\n{self.sha256}".encode()).hexdigest()[:16]


def find_sources(warcs: Iterable[Path], texts: Iterable[Path], out: Path) -> tuple[Source, ...]:
    """Look at every input file, folders searched, and digest it; sorted by name, the same content once.

    Digests that `remember_digests` kept are used again, so that an archive is read for its digest once. Raises BadInput
    for a file that cannot be used or where there is none. Nothing is written.
    """
    paths = [(path, "warc") for path in input_files(warcs, WARC_SUFFIXES)]
    paths += [(path, "text") for path in input_files(texts, TEXT_SUFFIXES)]
    if not paths:
        raise BadInput("There is nothing to build from; give --warc or --text, or crawl first.")
    memory = out / "work" / _DIGESTS
    known: dict[str, str] = json.loads(memory.read_text(encoding="utf-8")) if memory.exists() else {}
    sources: dict[str, Source] = {}
    for path, kind in paths:
        facts = path.stat()
        digest = known.get(_state(path, facts.st_size, facts.st_mtime_ns))
        if digest is None:
            (check_archive if kind == "warc" else check_text_table)(path)
            digest = _sha256(path)
        source = Source(str(path), _name(path, out), kind, facts.st_size, facts.st_mtime_ns, digest)
        sources.setdefault(source.sha256, source)
    return tuple(sorted(sources.values(), key=lambda source: source.name))


def remember_digests(sources: Iterable[Source], out: Path) -> None:
    """Keep the digests of files by path, size and time of change."""
    states = {_state(Path(source.path), source.size, source.changed): source.sha256 for source in sources}
    with aside(out / "work" / _DIGESTS) as partial:
        partial.write_text(json.dumps(states, indent=0, sort_keys=True), encoding="utf-8")


def write_sources(sources: Iterable[Source], folder: Path) -> Finished:
    """Put each source on a file of its own, so that a task can name it."""
    listed = tuple(sources)
    for source in listed:
        with aside(folder / f"{source.shard}.json") as partial:
            partial.write_text(json.dumps(asdict(source)), encoding="utf-8")
    return Finished(folder, tuple(source.shard for source in listed), ".json")


def read_source(path: Path) -> Source:
    """Read a file that `write_sources` wrote."""
    return Source(**json.loads(path.read_text(encoding="utf-8")))


def find_source(corpus: Path, name: str) -> Path | None:
    """Find an input by what captures and the manifest call it: below the corpus folder, else where it was read last."""
    sources = map(read_source, sorted(corpus.glob("work/sources/*.json")))
    elsewhere = (Path(source.path) for source in sources if source.name == name)
    return next((path for path in (corpus / name, *elsewhere) if path.is_file()), None)


def input_files(paths: Iterable[Path], suffixes: tuple[str, ...]) -> Iterator[Path]:
    """Give the files that paths name, folders searched in order; raises BadInput for a path that leads to none."""
    for path in paths:
        if not path.exists():
            raise BadInput(f"{path}: there is no such file; check the path.")
        if not path.is_dir():
            yield path.resolve()
            continue
        found = [child for child in sorted(path.rglob("*")) if child.name.endswith(suffixes)]
        if not found:
            raise BadInput(f"{path}: there is no {' or '.join(suffixes)} file in this folder; check the path.")
        yield from (child.resolve() for child in found)


def _name(path: Path, out: Path) -> str:
    inside = path.is_relative_to(out.resolve())
    return path.relative_to(out.resolve()).as_posix() if inside else path.name


def _state(path: Path, size: int, changed: int) -> str:
    return f"{path} {size} {changed}"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
