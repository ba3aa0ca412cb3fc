"""Signatures → pairs of articles that tell the same story or lie one inside the other, verified on their shingles."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from curation.config import Cluster, Config
from curation.duplicates import complete_pairs, table_of_pairs, unique_pairs
from curation.minhash import Scheme, find_askers, overlap, pairs_of_bands, plausible_pairs, questions, withheld_pairs
from curation.minhash.inclusion import ASKED
from curation.minhash.scheme import EMPTY
from curation.shards import write_table
from curation.signed import (
    Known,
    Rows,
    Stories,
    read_batches,
    read_keys,
    read_known,
    scheme_of,
    stories_of,
    taken,
)
from curation.stage import Finished, Plan, Stage, Task
from curation.text.shingles import normal_form, tokens

NAME = "pair"
TEXTS_AT_A_TIME = 5_000
SAME_HEADLINE = 0.5
"""Share of words that two headlines have in common, of all in either, from which on they agree …"""
SAME_DAYS = dt.timedelta(days=2) // dt.timedelta(microseconds=1)
"""… if they appeared within so many microseconds of one another."""
SHORT = 100
"""Words up to which `cluster.evidence = "characters"` holds: one word changed in 60 takes 16 % of similarity."""
CHARACTERS = 8


@dataclass(frozen=True, slots=True)
class Archive:
    """What pairs are sought in."""

    signed: tuple[Path, ...]
    clean: tuple[Path, ...]
    """Shards of the same articles in the same order."""
    known: Known
    stories: Stories
    scheme: Scheme
    settings: Cluster
    spool: Path
    """File for what is compared, so that it need not be in memory."""


def open_archive(signed: tuple[Path, ...], clean: tuple[Path, ...], config: Config, spool: Path) -> Archive:
    """Settle addresses and equal texts: what is left is compared."""
    known = read_known(signed)
    stories = stories_of(known, config.cluster.order)
    return Archive(signed, clean, known, stories, scheme_of(config), config.cluster, spool)


def find_pairs(archive: Archive) -> tuple[pa.Table, dict[str, int]]:
    """Give a table of `Pair`, sorted, and how many pairs and short texts went unsought because of crowds.

    Two texts that share a band key are compared; where more than `BUCKET` texts share it, only those pairs of which one
    is among the `BUCKET` most wanted by the order of choice. Of the stories that would be kept, each that finds half of
    what it asks for in another is compared with it, and if it lies inside, so is whatever it stands for. The order of
    shards and rows decides nothing.
    """
    candidates, withheld_pairs = near_candidates(archive)
    near = verified(archive, candidates).filter(pc.field("near"))
    withheld_stubs = 0

    def find_inside(kept: Rows) -> Rows:
        nonlocal withheld_stubs
        pairs, withheld_stubs = inside_candidates(archive, kept)
        return pairs

    compare = partial(verified, archive)
    found = complete_pairs(archive.known, archive.stories, near, archive.settings, find_inside, compare)
    return found, {"withheld_pairs": withheld_pairs, "withheld_stubs": withheld_stubs}


def near_candidates(archive: Archive) -> tuple[Rows, int]:
    """Pair the rows that share a band key and are not far below the threshold by their signatures, (pairs, 2).

    One band is in memory at a time. Also counts the pairs that `BUCKET` withheld, over all bands.
    """
    ranked, withheld = archive.stories.ranked, 0

    def bands() -> Iterator[npt.NDArray[np.uint64]]:
        nonlocal withheld
        for band in range(archive.scheme.bands):
            keys = read_keys(archive.signed, band)[ranked]
            withheld += withheld_pairs([keys])
            yield keys

    pairs = np.sort(ranked[pairs_of_bands(bands())], axis=1)
    settings = archive.settings
    threshold = settings.threshold if settings.evidence == "none" else settings.evidence_threshold
    rows, places = np.unique(pairs, return_inverse=True)
    with spooled_signatures(archive, rows) as signatures:
        plausible = plausible_pairs(signatures, places.reshape(pairs.shape), threshold)
    return rows[plausible], withheld


def inside_candidates(archive: Archive, rows: Rows) -> tuple[Rows, int]:
    """Pair kept stories of which one finds half of what it asks for in the other, (pairs, 2), and count the unheard."""
    first = read_signatures(archive, rows, ASKED)
    first[archive.known.length[rows] < archive.settings.contained_words] = EMPTY
    asked, unheard = questions(first, archive.scheme)
    found, done = [np.empty((0, 2), np.int64)], 0
    for batch in taken(read_batches(archive.clean, ["text"], TEXTS_AT_A_TIME), rows):
        numbers = np.arange(done, done + len(batch))
        found.append(find_askers(batch.column(0), numbers, asked, archive.scheme))
        done += len(batch)
    return unique_pairs(rows[np.concatenate(found)]), unheard


def verified(archive: Archive, pairs: Rows) -> pa.Table:
    """Compare the texts of pairs exactly: a table of `Pair`."""
    rows, places = np.unique(pairs, return_inverse=True)
    places = places.reshape(pairs.shape)
    with spooled_texts(archive, rows) as texts:
        compared = table_of_pairs(pairs, overlap(texts, places, archive.scheme), archive.settings.threshold)
        near, jaccard = compared["near"].to_numpy(), compared["jaccard"].to_numpy()
        close = np.flatnonzero(~near & (jaccard >= archive.settings.evidence_threshold))
        near[close] = has_evidence(archive, pairs[close], texts, places[close])
    return compared.set_column(compared.column_names.index("near"), compared.field("near"), [near])


def has_evidence(archive: Archive, pairs: Rows, texts: pa.LargeStringArray, places: Rows) -> npt.NDArray[np.bool_]:
    """Say which pairs tell the same story by what `cluster.evidence` asks for; `places` are those of their texts."""
    evidence, found = archive.settings.evidence, np.zeros(len(pairs), np.bool_)
    if evidence == "headline":
        published = archive.known.published[pairs]
        asked = np.abs(published[:, 0] - published[:, 1]) <= SAME_DAYS
        rows, titled = np.unique(pairs[asked], return_inverse=True)
        batches = taken(read_batches(archive.clean, ["title"]), rows)
        words = [headline_words(title) for batch in batches for title in batch.column(0).to_pylist()]
        found[asked] = [same_headline(words[one], words[other]) for one, other in titled.reshape(-1, 2).tolist()]
    elif evidence == "characters":
        asked = (archive.known.length[pairs] <= SHORT).all(axis=1)
        threshold = archive.settings.threshold
        found[asked] = [
            same_characters(texts[one].as_py(), texts[other].as_py(), threshold)
            for one, other in places[asked].tolist()
        ]
    return found


def headline_words(title: str) -> frozenset[str]:
    """Give the words of a headline, in small letters."""
    return frozenset(tokens(title))


def same_headline(one: frozenset[str], other: frozenset[str]) -> bool:
    """Say whether two headlines agree in their words and in every number."""
    numbers = {word for word in one ^ other if word.isdigit()}
    return not numbers and len(one & other) >= SAME_HEADLINE * max(1, len(one | other))


def same_characters(one: str, other: str, threshold: float) -> bool:
    """Say whether two texts hold the same numbers and are alike by their runs of characters.

    Reports of earthquakes and exchange rates differ in numbers alone, which are few of the characters.
    """
    if numbers_of(one) != numbers_of(other):
        return False
    first, second = character_shingles(one), character_shingles(other)
    shared = len(first & second)
    return shared >= threshold * (len(first) + len(second) - shared)


def numbers_of(text: str) -> list[str]:
    """Give the numbers of a text, sorted."""
    return sorted(word for word in tokens(text) if word.isdigit())


def character_shingles(text: str) -> set[str]:
    """Give every run of `CHARACTERS` characters of the normal form."""
    form = normal_form(text)
    return {form[start : start + CHARACTERS] for start in range(max(1, len(form) - CHARACTERS + 1))}


def read_signatures(archive: Archive, rows: Rows, values: int) -> npt.NDArray[np.uint32]:
    """Read the first values of the signatures of some rows, sorted, uint32 (rows, values)."""
    batches = taken(read_batches(archive.signed, ["signature"], TEXTS_AT_A_TIME), rows)
    parts = [_signatures(batch, archive.scheme)[:, :values].copy() for batch in batches]
    return np.concatenate([np.empty((0, values), np.uint32), *parts])


@contextmanager
def spooled_signatures(archive: Archive, rows: Rows) -> Iterator[npt.NDArray[np.uint32]]:
    """Give the signatures of some rows, sorted, uint32 (rows, permutations), in a file that is mapped into memory."""
    try:
        with archive.spool.open("wb") as file:
            for batch in taken(read_batches(archive.signed, ["signature"], TEXTS_AT_A_TIME), rows):
                file.write(np.ascontiguousarray(_signatures(batch, archive.scheme)).data)
        shape = (len(rows), archive.scheme.permutations)
        yield np.memmap(archive.spool, np.uint32, "r", shape=shape) if len(rows) else np.empty(shape, np.uint32)
    finally:
        archive.spool.unlink(missing_ok=True)


@contextmanager
def spooled_texts(archive: Archive, rows: Rows) -> Iterator[pa.LargeStringArray]:
    """Give the texts of some rows, sorted, in a file that is mapped into memory."""
    lengths = [np.zeros(1, np.int64)]
    try:
        with archive.spool.open("wb") as file:
            for batch in taken(read_batches(archive.clean, ["text"], TEXTS_AT_A_TIME), rows):
                texts = batch.column(0).cast(pa.large_string())
                lengths.append(pc.binary_length(texts).to_numpy())
                file.write("".join(texts.to_pylist()).encode())
            file.write(b"\0")
        offsets = pa.py_buffer(np.cumsum(np.concatenate(lengths)))
        with pa.memory_map(str(archive.spool)) as data:
            yield pa.LargeStringArray.from_buffers(len(rows), offsets, data.read_buffer())
    finally:
        archive.spool.unlink(missing_ok=True)


def _signatures(batch: pa.RecordBatch, scheme: Scheme) -> npt.NDArray[np.uint32]:
    return np.asarray(batch.column(0).flatten().to_numpy(), np.uint32).reshape(-1, scheme.permutations)


def _plan(done: Mapping[str, Finished], config: Config) -> Plan:
    return {"pairs": (*done["sign"].kept, *done["clean"].kept)}


def _work(task: Task) -> None:
    paths = tuple(Path(path) for path in task.inputs)
    signed, clean = paths[: len(paths) // 2], paths[len(paths) // 2 :]
    spool = Path(f"{task.output}.spool")
    pairs, withheld = find_pairs(open_archive(signed, clean, task.settings(), spool))
    notes = {name: json.dumps(count) for name, count in withheld.items()}
    write_table(Path(task.output), pairs.replace_schema_metadata(notes))


STAGE = Stage(
    name=NAME,
    needs=("sign", "clean"),
    plan=_plan,
    work=_work,
    sections=("minhash", "cluster"),
    materials=(
        "curation/stages/pair.py",
        "curation/duplicates.py",
        "curation/signed.py",
        "curation/minhash",
        "curation/text/shingles.py",
        "curation/records.py",
        "crawler/outlets",
        "crawler/urls.py",
    ),
    libraries=("saring",),
)
