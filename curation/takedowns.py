"""What must not be published: tombstones, and which rows they lie on.

A tombstone never holds a text or a headline, so that the list itself gives nothing away.
"""

import datetime as dt
import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pydantic import ConfigDict, TypeAdapter, ValidationError

from crawler.outlets import BadInput, Outlets, load_outlets
from crawler.outlets.bad_input import explain
from crawler.urls import canonical_url
from curation.records import Reject
from curation.shards import ROWS_PER_GROUP, aside, rejects_of
from curation.stage import Finished

NAME = "takedowns.jsonl"
"""The file below the corpus folder."""
CODE = "takedown"
Kind = Literal["url", "domain", "id", "pattern"]
LONGEST_PATTERN = 500
LONGEST_REASON = 500
_ADDRESS = re.compile(r"https?://\S+")
_ID = re.compile(r"[0-9a-f]{16}")
_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
# Under these anyone may have a name of his own: https://pandi.id lists those of Indonesia.
_SHARED = frozenset((
    "ac.id", "biz.id", "co.id", "desa.id", "go.id", "kop.id", "mil.id", "my.id", "net.id", "or.id", "ponpes.id",
    "sch.id", "web.id", "co.uk", "com.au", "com.my", "com.sg", "blogspot.com", "wordpress.com",
))  # fmt: skip
# Addresses that have nothing in common but to be addresses of stories.
_UNRELATED = (
    "https://www.kabar.example/read/1/hujan",
    "http://warta-desa.example/2026/10/03/pasar-ikan.html?id=7",
    "https://7.example/artikel?p=12",
)


@dataclass(frozen=True, slots=True)
class Tombstone:
    """One takedown."""

    __pydantic_config__ = ConfigDict(extra="forbid")

    kind: Kind
    """What `value` is."""
    value: str
    """A canonical address, a host name with all below it, an id, or a regular expression over canonical addresses."""
    reason: str
    """Why, in the words of who ordered it."""
    day: str
    """When it was ordered, as 2026-10-03."""
    also: tuple[str, ...] = ()
    """Canonical addresses of the other appearances of the story, and ids of those without address."""

    def __str__(self) -> str:
        """Name it by kind and value."""
        return f"{self.kind} {self.value}"


@dataclass(frozen=True)
class Takedowns:
    """All tombstones in force, in the order in which they were laid."""

    stones: tuple[Tombstone, ...] = ()

    @property
    def digest(self) -> str:
        """Digest of all that they say, as 16 hex digits."""
        return hashlib.sha256("".join(map(_line, self.stones)).encode()).hexdigest()[:16]

    def on(self, identity: str, addresses: Sequence[str], outlet: str) -> tuple[Tombstone, ...]:
        """Give the tombstones that lie on a row: by id, canonical addresses, and its outlet where it has no address."""
        if not self.stones:
            return ()
        found = [stone for name in (identity, *addresses) for stone in self._by_name.get(name, ())]
        hosts = [urlsplit(address).hostname or "" for address in addresses] or [_home(outlet)]
        found += [stone for host in hosts for name in _domains(host) for stone in self._by_domain.get(name, ())]
        found += [stone for stone in self._patterns if any(matches(stone.value, addresses))]
        return tuple(dict.fromkeys(found))

    @cached_property
    def _by_name(self) -> dict[str, list[Tombstone]]:
        stones = defaultdict(list)
        for stone in self.stones:
            for name in (*((stone.value,) if stone.kind in ("url", "id") else ()), *stone.also):
                stones[name].append(stone)
        return dict(stones)

    @cached_property
    def _by_domain(self) -> dict[str, list[Tombstone]]:
        stones = defaultdict(list)
        for stone in self.stones:
            if stone.kind == "domain":
                stones[stone.value].append(stone)
        return dict(stones)

    @cached_property
    def _patterns(self) -> list[Tombstone]:
        return [stone for stone in self.stones if stone.kind == "pattern"]


def value_of(kind: str, given: str) -> str:
    """Bring the value of a tombstone to the form in which it is kept; raises BadInput where it can be none.

    Of an id only the form is looked at here.
    """
    value = given.strip()
    if kind == "url":
        return _checked_address(value)
    if kind == "domain":
        return _checked_domain(value)
    if kind == "id":
        if not _ID.fullmatch(value.lower()):
            raise BadInput(f"takedown id {given!r}: this is no id; give the 16 hex digits that a row has.")
        return value.lower()
    if kind == "pattern":
        return _checked_pattern(value)
    raise BadInput(f"takedown {kind!r}: there is no such kind; give one of {', '.join(get_args(Kind))}.")


def matches(pattern: str, addresses: Sequence[str]) -> list[bool]:
    """Say of each address whether the pattern is found in it.

    Patterns are RE2's (https://github.com/google/re2/wiki/Syntax), whose time grows with the address and no faster.
    """
    found: list[bool] = pc.match_substring_regex(pa.array(addresses, pa.string()), pattern).to_pylist()
    return found


def addresses_of(url: str, canonical: str, outlets: Outlets) -> tuple[str, ...]:
    """Give the canonical addresses of a row: that of the page that was fetched, and that of its story."""
    fetched = canonical if url == canonical or not url else canonical_url(url, outlets.of_url(url))
    return tuple(dict.fromkeys(address for address in (fetched, canonical) if address))


def checked(stone: Tombstone) -> Tombstone:
    """Hold a tombstone to its form; raises BadInput saying what is wrong."""
    if value_of(stone.kind, stone.value) != stone.value:
        raise BadInput(f"takedown {stone}: write the value as {value_of(stone.kind, stone.value)!r}.")
    if not stone.reason.strip() or len(stone.reason) > LONGEST_REASON or not stone.reason.isprintable():
        raise BadInput(f"takedown {stone}: give a reason of one line, up to {LONGEST_REASON} characters.")
    try:
        dt.date.fromisoformat(stone.day)
    except ValueError as error:
        raise BadInput(f"takedown {stone}: {stone.day!r} is no day; write it as 2026-10-03.") from error
    return stone


def read_takedowns(path: Path) -> Takedowns:
    """Read a file of tombstones, none if it does not exist; raises BadInput naming the line that is wrong."""
    if not path.exists():
        return Takedowns()
    reader = TypeAdapter(Tombstone)
    stones = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            stones.append(checked(reader.validate_json(line)))
        except ValidationError as error:
            raise BadInput(f"{path}: line {number}: {explain(error)}") from error
        except BadInput as error:
            raise BadInput(f"{path}: line {number}: {error}") from error
    return Takedowns(tuple(stones))


@lru_cache(maxsize=2)
def known_takedowns(path: Path) -> Takedowns:
    """Read a file of tombstones that is named by its digest and so never changes."""
    return read_takedowns(path)


def append_tombstone(path: Path, stone: Tombstone) -> None:
    """Put a tombstone behind those that stand in a file."""
    standing = path.read_bytes() if path.exists() else b""
    if standing and not standing.endswith(b"\n"):
        standing += b"\n"
    with aside(path) as partial:
        partial.write_bytes(standing + _line(checked(stone)).encode())


def lay_takedowns(takedowns: Takedowns, work: Path) -> Finished:
    """Put the tombstones where the tasks of a build find them.

    Where they are new to the work folder, every extracted shard that they change is removed first, so that it is made
    anew: one that holds a row on which a tombstone lies now, or one that was stopped by a tombstone that is gone.
    """
    folder = work / "takedowns"
    finished = Finished(folder, (takedowns.digest,), ".jsonl")
    (laid,) = finished.kept
    if laid.exists():
        return finished
    for earlier in folder.glob("*.jsonl"):
        earlier.unlink()
    outlets = load_outlets()
    for shard in sorted(work.glob("extract-*/*.parquet")):
        if shard.stem.endswith(".rejects") or not _differs(shard, takedowns, outlets):
            continue
        shard.unlink()
        rejects_of(shard).unlink(missing_ok=True)
    for torn in work.glob("extract-*/.*.partial"):
        torn.unlink()
    with aside(laid) as partial:
        partial.write_text("".join(map(_line, takedowns.stones)), encoding="utf-8")
    return finished


def taken_down(row: Reject, stones: Sequence[Tombstone]) -> Reject:
    """Make of a reject the one of a takedown, which says nothing of the page's content."""
    return Reject(
        id=row.id, url=row.url, canonical_url=row.canonical_url, outlet=row.outlet, stage=row.stage, code=CODE,
        detail=str(stones[0]), title="", dup_of="", jaccard=None, fetched_at=row.fetched_at, capture=row.capture,
        found_by=row.found_by,
    )  # fmt: skip


def _differs(shard: Path, takedowns: Takedowns, outlets: Outlets) -> bool:
    """Say whether extraction would stop other rows of a shard by tombstones than it did."""
    kept = ["id", "url", "canonical_url", "outlet"]
    for path, columns in ((shard, kept), (rejects_of(shard), [*kept, "code", "detail"])):
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(ROWS_PER_GROUP, columns=columns):
                for row in batch.to_pylist():
                    stones = takedowns.on(
                        row["id"], addresses_of(row["url"], row["canonical_url"], outlets), row["outlet"]
                    )
                    stood = row["detail"] if row.get("code") == CODE else ""
                    if stood != (str(stones[0]) if stones else ""):
                        return True
    return False


def _line(stone: Tombstone) -> str:
    return json.dumps(asdict(stone), ensure_ascii=False) + "\n"


def _home(outlet: str) -> str:
    """Host of an outlet, for rows without an address."""
    profile = load_outlets().by_id.get(outlet)
    return (urlsplit(profile.home).hostname or "") if profile else outlet


def _domains(host: str) -> Iterator[str]:
    """The host and every domain above it."""
    labels = host.split(".")
    return (".".join(labels[place:]) for place in range(len(labels)))


def _checked_address(value: str) -> str:
    try:
        address = canonical_url(value, load_outlets().of_url(value)) if _ADDRESS.fullmatch(value) else ""
    except ValueError:
        address = ""
    parts = urlsplit(address) if address else None
    if parts is None or not parts.hostname:
        raise BadInput(f"takedown url {value!r}: this is no address; give one that opens with https://.")
    if parts.path in ("", "/") and not parts.query:
        raise BadInput(f"takedown url {value!r}: this is a front page; for a whole site give: domain {parts.hostname}.")
    return address


def _checked_domain(value: str) -> str:
    try:
        host = value.lower().rstrip(".").encode("idna").decode().removeprefix("www.")
    except UnicodeError:
        host = ""
    if not _HOST.fullmatch(host):
        raise BadInput(f"takedown domain {value!r}: this is no host name; give one such as kabar.example.")
    if host in _SHARED:
        raise BadInput(f"takedown domain {value!r}: many sites share this; give the host name of one.")
    return host


def _checked_pattern(value: str) -> str:
    if not 0 < len(value) <= LONGEST_PATTERN:
        raise BadInput(f"takedown pattern: it has {len(value)} characters; give 1 to {LONGEST_PATTERN}.")
    try:
        everything = any(matches(value, ("",))) or all(matches(value, _UNRELATED))
    except pa.ArrowInvalid as error:
        raise BadInput(f"takedown pattern {value!r}: {error}; mend it (RE2 syntax).") from error
    if everything:
        raise BadInput(f"takedown pattern {value!r}: this is found in every address; narrow it.")
    return value
