"""The signed table: what `sign` writes, and `pair` and `cluster` read; and which of several copies is wanted most."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from crawler.outlets import Outlets, Profile, load_outlets
from crawler.urls import whole_story
from curation.config import Config
from curation.minhash import Scheme, choose
from curation.records import Signed
from curation.schema import arrow_schema
from curation.shards import count_rows

Rows = npt.NDArray[np.int64]

ORDERS: Mapping[str, tuple[str, ...]] = {
    "earliest": ("published", "named", "length"),
    "longest": ("length", "published", "named"),
    "quality": ("quality", "published", "named", "length"),
}
"""What copies are ordered by, the first criterion first; then, for all, by digest of the text and by id.

`published`: the earliest first, undated ones last. `named`: the outlet that a copy names as its source, then those that
name none, then those that name another. `length`: most words first. `quality`: highest `Signed.quality` first.
"""

UNDATED = np.iinfo(np.int64).max
UNFETCHED = np.iinfo(np.int64).min + 1
ROWS_AT_A_TIME = 10_000


@dataclass(frozen=True, slots=True)
class Known:
    """Of every signed row what the choice goes by, as arrays (rows,): 50 bytes a row, and no string."""

    id: npt.NDArray[np.uint64]
    """The 16 hex digits as a number."""
    address: npt.NDArray[np.int32]
    """Number of the canonical address; rows without one have -1."""
    text: npt.NDArray[np.int32]
    """Number of the text, in the order of the digests."""
    outlet: npt.NDArray[np.int32]
    """Number of the outlet; the same for all of its names."""
    names: npt.NDArray[np.int32]
    """Number of another outlet that the text names as its source; -1 where it names none."""
    published: Rows
    """Microseconds since 1970; `UNDATED` where there is no time."""
    fetched: Rows
    """Microseconds since 1970; `UNFETCHED` where there is no time."""
    length: npt.NDArray[np.int32]
    """Words."""
    quality: npt.NDArray[np.float32]
    """As in `Signed`."""
    plain: npt.NDArray[np.int8]
    """2 for the address of the whole story, 1 for its canonical address, 0 for AMP and other twins."""


@dataclass(frozen=True, slots=True)
class Stories:
    """Who speaks for whom before texts are compared."""

    captured: Rows
    """For every row the one that stands for its address, (rows,)."""
    told: Rows
    """For every row the most wanted of those that stand for an address and have the text of `captured`, (rows,)."""
    ranked: Rows
    """The rows in `told`, each once, the most wanted first."""


def scheme_of(config: Config) -> Scheme:
    """Make the scheme that the configuration asks for."""
    return Scheme(**config.minhash.model_dump())


def band_column(band: int) -> str:
    """Name the column that holds the keys of a band."""
    return f"band_{band:03d}"


def signed_schema(scheme: Scheme) -> pa.Schema:
    """Schema of a signed table: `Signed`, the signature, one uint64 column a band; the scheme is in its metadata."""
    fields: list[Any] = [*arrow_schema(Signed), pa.field("signature", pa.list_(pa.uint32(), scheme.permutations))]
    fields += [pa.field(band_column(band), pa.uint64()) for band in range(scheme.bands)]
    return pa.schema(fields, metadata={"scheme": scheme.to_json()})


def read_batches(shards: Iterable[Path], columns: list[str], size: int = ROWS_AT_A_TIME) -> Iterator[pa.RecordBatch]:
    """Read some columns of all shards, one after another: the row numbers of `Pair` count through them."""
    for shard in shards:
        with pq.ParquetFile(shard) as file:
            yield from file.iter_batches(size, columns=columns)


def read_keys(shards: Iterable[Path], band: int) -> npt.NDArray[np.uint64]:
    """Read the keys of one band of all shards, (rows,)."""
    parts = [batch.column(0).to_numpy() for batch in read_batches(shards, [band_column(band)])]
    return np.concatenate([np.empty(0, np.uint64), *parts])


def taken(batches: Iterable[pa.RecordBatch], rows: Rows) -> Iterator[pa.RecordBatch]:
    """Take some rows, sorted and counted through all batches, batch by batch; a batch without any is left out."""
    before = 0
    for batch in batches:
        first, last = np.searchsorted(rows, (before, before + len(batch)))
        if first < last:
            yield batch.take(pa.array(rows[first:last] - before))
        before += len(batch)


def read_known(shards: Iterable[Path]) -> Known:
    """Take what the choice goes by out of all shards of a signed table."""
    shards = tuple(shards)
    rows = sum(count_rows(shard) for shard in shards)
    return known_of(read_batches(shards, arrow_schema(Signed).names), rows, load_outlets())


def known_of(batches: Iterable[pa.RecordBatch], rows: int, outlets: Outlets) -> Known:
    """Take what the choice goes by out of a signed table of so many rows; batches are forgotten one by one."""
    numbers = OutletNumbers(outlets)
    # All arrays are made at once, and filled: parts that are put together later take twice the memory.
    empty = numbers_of(pa.RecordBatch.from_pylist([], arrow_schema(Signed)), numbers)
    columns = {name: np.empty((rows, *part.shape[1:]), part.dtype) for name, part in empty.items()}
    done = 0
    for batch in batches:
        for name, part in numbers_of(batch, numbers).items():
            columns[name][done : done + len(part)] = part
        done += len(batch)
    columns["address"] = numbered_addresses(columns["address"])
    columns["text"] = numbered(columns["text"])
    return Known(**columns)


def stories_of(known: Known, order: str) -> Stories:
    """Settle captures of one address and equal texts; `order` is one of `ORDERS`.

    Of the captures of one address the whole story stands before its first page, and this before AMP and other twins;
    then the newest. The order of the rows decides nothing.
    """
    captured = np.arange(len(known.id))
    captures = np.bincount(known.address + 1)[known.address + 1]
    several = np.flatnonzero((captures > 1) & (known.address >= 0))
    keys: tuple[npt.NDArray[Any], ...] = (known.text, known.id, -known.fetched, -known.plain, known.address)
    best = several[np.lexsort([key[several] for key in keys])]
    first, which = np.unique(known.address[best], return_index=True, return_inverse=True)[1:]
    captured[best] = best[first[which]]
    live = np.flatnonzero(captured == np.arange(len(captured)))
    wanted = order_of_choice(known, live, order, named(known, live))
    ranked = wanted[np.sort(np.unique(known.text[wanted], return_index=True)[1])]
    leads = np.full(len(known.id), -1)
    leads[known.text[ranked]] = ranked
    return Stories(captured, leads[known.text[captured]], ranked)


def choose_stories(known: Known, stories: Stories, near: Rows, jaccard: npt.NDArray[np.float64], order: str) -> Rows:
    """Give for every place in `stories.ranked` the place of the one that is kept for it, by `curation.minhash.choose`.

    `near` are rows of `stories.ranked` that tell the same story, (pairs, 2), and `jaccard` how alike they are.
    """
    place = np.full(len(known.id), -1)
    place[stories.ranked] = np.arange(len(stories.ranked))
    live = np.unique(stories.captured)
    wanted = order_of_choice(known, stories.ranked, order, named(known, live, near))
    return choose(place[near], jaccard, place[wanted], 0.0)


def order_of_choice(known: Known, rows: Rows, order: str, named: npt.NDArray[np.int8]) -> Rows:
    """Sort rows by how much they are wanted, the most wanted first; `named` is what the function of that name gives."""
    keys: Mapping[str, npt.NDArray[Any]] = {
        "published": known.published[rows],
        "named": named[rows],
        "length": -known.length[rows],
        "quality": -known.quality[rows],
    }
    ties: list[npt.NDArray[Any]] = [known.fetched[rows], known.id[rows], known.text[rows]]
    return rows[np.lexsort([*ties, *(keys[name] for name in reversed(ORDERS[order]))])]


def named(known: Known, live: Rows, near: Rows | None = None) -> npt.NDArray[np.int8]:
    """Say of every row whether a copy names its outlet as the source (0), or it names another (2), or neither (1).

    Copies are the rows of `live` with the same text, and those that it is paired with in `near`.
    """
    claims = [_claim(known.text[live], known.names[live])[known.names[live] >= 0]]
    for one, other in (near.T, near.T[::-1]) if near is not None else ():
        claims.append(_claim(known.text[other], known.names[one])[known.names[one] >= 0])
    said = np.append(np.unique(np.concatenate(claims)), _NO_CLAIM)
    told = _claim(known.text, known.outlet)
    is_named = said[np.searchsorted(said, told)] == told
    return np.where(known.names >= 0, 2, np.where(is_named, 0, 1)).astype(np.int8)


_NO_CLAIM = np.iinfo(np.int64).max
"""Greater than any claim."""


def _claim(text: npt.NDArray[np.int32], outlet: npt.NDArray[np.int32]) -> Rows:
    return text.astype(np.int64) << 32 | outlet


class OutletNumbers:
    """Numbers for outlets under any of their names, given out as they come; profiles found by host, once each."""

    def __init__(self, outlets: Outlets) -> None:
        self.outlets = outlets
        self.numbers: dict[str, int] = {}
        self.profiles: dict[str, Profile | None] = {}
        self.ids = {
            spoken(name): profile.id
            for profile in outlets.by_id.values()
            for name in (*profile.names, *profile.hosts, profile.id)
        }

    def number(self, name: str) -> int:
        """Give the number of an outlet by id, host, name or address; -1 for no name."""
        said = name if name in self.outlets.by_id else spoken(name)
        return self.numbers.setdefault(self.ids.get(said, said), len(self.numbers)) if said else -1

    def numbers_of(self, column: pa.Array) -> npt.NDArray[np.int32]:
        """Give the numbers of a column of names."""
        encoded = column.dictionary_encode()
        numbers = np.array([self.number(name) for name in encoded.dictionary.to_pylist()], np.int32)
        return np.asarray(numbers[encoded.indices.to_numpy()], np.int32)

    def is_whole(self, url: str, canonical: str) -> bool:
        """Say whether an address brings all parts of the story at once."""
        host = url.split("/")[2] if "://" in url else ""
        if host not in self.profiles:
            self.profiles[host] = self.outlets.of_url(url)
        profile = self.profiles[host]
        return bool(profile and profile.addresses.whole and url == whole_story(canonical, profile))


def spoken(name: str) -> str:
    """Reduce the name, host or address of an outlet to what all its spellings share: letters and digits."""
    try:
        host = urlsplit(name).hostname if "://" in name else name.partition("/")[0]
    except ValueError:
        host = name
    return "".join(filter(str.isalnum, (host or "").lower().removeprefix("www.")))


def numbers_of(batch: pa.RecordBatch, outlets: OutletNumbers) -> dict[str, npt.NDArray[Any]]:
    """Give the columns of `Known` for some rows; `address` and `text` are digests still, (rows, 2)."""
    return outlet_numbers(batch, outlets) | {
        "id": _hexadecimal(batch.column("id")),
        "address": _digests(batch.column("canonical_url")),
        "text": _hexadecimal(batch.column("text_digest")).reshape(-1, 2),
        "published": _microseconds(batch.column("published_at"), UNDATED),
        "fetched": _microseconds(batch.column("fetched_at"), UNFETCHED),
        "length": batch.column("n_words").to_numpy().astype(np.int32),
        "quality": batch.column("quality").to_numpy().astype(np.float32),
        "plain": _plainness(batch.column("url"), batch.column("canonical_url"), outlets),
    }


def outlet_numbers(batch: pa.RecordBatch | pa.Table, outlets: OutletNumbers) -> dict[str, npt.NDArray[Any]]:
    """Give `outlet` and `names` of `Known` for some rows; a number holds as long as `outlets`."""
    outlet, source, first = (outlets.numbers_of(batch.column(name)) for name in ("outlet", "source", "first_outlet"))
    names = np.where(first >= 0, first, source)
    return {"outlet": outlet, "names": np.where(names == outlet, np.int32(-1), names)}


def numbered_addresses(digests: npt.NDArray[np.uint64]) -> npt.NDArray[np.int32]:
    """Number digests of addresses, (rows, 2); none has -1."""
    numbers = numbered(digests)
    numbers[~digests.any(axis=1)] = -1
    return numbers


def quality_of(measured: pa.ChunkedArray) -> pa.ChunkedArray:
    """Give `Signed.quality` of a column of `Quality`."""
    left, once = (
        pc.subtract(1.0, pc.struct_field(measured, name)) for name in ("insert_share", "duplicate_line_character_share")
    )
    return pc.fill_null(pc.multiply(left, once), 0.0)


def _hexadecimal(column: pa.Array) -> npt.NDArray[np.uint64]:
    return np.frombuffer(bytes.fromhex("".join(column.to_pylist())), ">u8").astype(np.uint64)


def _digests(column: pa.Array) -> npt.NDArray[np.uint64]:
    """Digest addresses into 128 bits, (rows, 2); all 0 for none."""
    digests = [blake2b(url.encode(), digest_size=16).digest() if url else bytes(16) for url in column.to_pylist()]
    return np.frombuffer(b"".join(digests), ">u8").astype(np.uint64).reshape(-1, 2)


def numbered(digests: npt.NDArray[np.uint64]) -> npt.NDArray[np.int32]:
    """Number digests, (rows, 2), from 0 in their order; equal ones have one number."""
    order = np.lexsort((digests[:, 1], digests[:, 0]))
    fresh = np.zeros(len(digests), np.bool_)
    for half in digests.T:
        ordered = half[order]
        fresh[1:] |= ordered[1:] != ordered[:-1]
    numbers = np.empty(len(digests), np.int32)
    numbers[order] = np.cumsum(fresh, dtype=np.int32)
    return numbers


def _microseconds(column: pa.Array, missing: int) -> Rows:
    return np.asarray(pc.fill_null(column.cast(pa.int64()), missing).to_numpy(), np.int64)


def _plainness(url: pa.Array, canonical: pa.Array, outlets: OutletNumbers) -> npt.NDArray[np.int8]:
    plain: npt.NDArray[np.int8] = pc.equal(url, canonical).to_numpy(zero_copy_only=False).astype(np.int8)
    for row in np.flatnonzero(plain == 0).tolist():
        if outlets.is_whole(url[row].as_py(), canonical[row].as_py()):
            plain[row] = 2
    return plain
