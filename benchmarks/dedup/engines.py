"""Saring and its peers, each behind the same two questions: sign these texts, and which of them stay.

Every engine is given raw text, in Arrow where it takes that and else as a list, shingles it into five words,
makes 125 or 128 permutations, and keeps a text unless one that it kept before is alike at 0.8. A peer that
leaves shingling to its user is given the plain shingles of `curation.text.shingles`, and the sets are compared
exactly where it lets one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec

import numpy as np
import pyarrow as pa

from curation.minhash import Scheme, band_keys, candidate_pairs, choose, jaccard, plausible_pairs, signatures
from curation.text.shingles import shingles

THRESHOLD = 0.8
BANDS, ROWS = 25, 5

Keeps = list[bool]


@dataclass(frozen=True, slots=True)
class Texts:
    """The same texts in both forms that engines take."""

    column: pa.LargeStringArray
    strings: list[str]


@dataclass(frozen=True, slots=True)
class Engine:
    """One way to do it."""

    name: str
    package: str
    """Package that it needs."""
    sign: Callable[[Texts], object]
    """Makes signatures."""
    keep: Callable[[Texts], Keeps] | None
    """Says which texts stay, where it can."""


def saring_sign(scheme: Scheme, texts: Texts) -> object:
    return signatures(texts.column, scheme)


def saring_keep(scheme: Scheme, texts: Texts) -> Keeps:
    signed = signatures(texts.column, scheme)
    pairs = plausible_pairs(signed, candidate_pairs(band_keys(signed, scheme)), THRESHOLD)
    rows = np.arange(len(texts.column))
    return list(choose(pairs, jaccard(texts.column, pairs, scheme), rows, THRESHOLD) == rows)


def encoded(text: str) -> list[bytes]:
    return [shingle.encode() for shingle in shingles(text)]


def datasketch_sign(hashed: bool, texts: Texts) -> object:
    from datasketch import MinHash

    return MinHash.bulk(map(encoded, texts.strings), num_perm=128, **options(hashed))


def options(hashed: bool) -> dict[str, Callable[[bytes], int]]:
    if not hashed:
        return {}
    from xxhash import xxh3_64_intdigest

    return {"hashfunc": lambda data: xxh3_64_intdigest(data) & 0xFFFFFFFF}


def datasketch_keep(hashed: bool, texts: Texts) -> Keeps:
    from datasketch import MinHash, MinHashLSH

    sets = [set(encoded(text)) for text in texts.strings]
    index, keeps = MinHashLSH(num_perm=128, params=(BANDS, ROWS)), []
    for row, signature in enumerate(MinHash.bulk(sets, num_perm=128, **options(hashed))):
        keeps.append(not any(alike(sets[row], sets[other]) for other in index.query(signature)))
        if keeps[-1]:
            index.insert(row, signature)
    return keeps


def alike(one: set[bytes], other: set[bytes]) -> bool:
    shared = len(one & other)
    return shared >= THRESHOLD * (len(one) + len(other) - shared)


def rensa_sign(texts: Texts) -> object:
    from rensa import RMinHash

    return RMinHash.digest_matrix_from_token_sets([list(shingles(text)) for text in texts.strings], 128, 1)


def rensa_keep(texts: Texts) -> Keeps:
    from rensa import RMinHash, RMinHashLSH

    sets = [set(encoded(text)) for text in texts.strings]
    index, keeps = RMinHashLSH(THRESHOLD, BANDS * ROWS, BANDS), []
    for row, signature in enumerate(RMinHash.from_token_sets([list(found) for found in sets], BANDS * ROWS, 1)):
        keeps.append(not any(alike(sets[row], sets[other]) for other in index.query(signature)))
        if keeps[-1]:
            index.insert(row, signature)
    return keeps


def gaoya_keep(texts: Texts) -> Keeps:
    from gaoya.minhash import MinHashStringIndex

    index, keeps = MinHashStringIndex(32, THRESHOLD, BANDS, ROWS, None, "word", True, (5, 5), "vec"), []
    for row, text in enumerate(texts.strings):
        keeps.append(not index.query(text))
        if keeps[-1]:
            index.insert_document(row, text)
    return keeps


def gaoya_sign(texts: Texts) -> object:
    from gaoya.minhash import MinHashStringIndex

    index = MinHashStringIndex(32, THRESHOLD, BANDS, ROWS, None, "word", True, (5, 5), "vec")
    for row, text in enumerate(texts.strings):
        index.insert_document(row, text)
    return index


def daft_sign(hashed: str, texts: Texts) -> object:
    import daft

    column = daft.col("text").minhash(num_hashes=128, ngram_size=5, hash_function=hashed)
    return daft.from_arrow(pa.table({"text": texts.column})).select(column).collect()


XXH3, SHA1 = Scheme(hash="xxh3"), Scheme(hash="sha1")

ENGINES = tuple(
    engine
    for engine in (
        Engine("saring, xxh3 (default)", "numba", partial(saring_sign, XXH3), partial(saring_keep, XXH3)),
        Engine("saring, sha1 (plain path)", "numpy", partial(saring_sign, SHA1), None),
        Engine("datasketch bulk, sha1", "datasketch", partial(datasketch_sign, False), partial(datasketch_keep, False)),
        Engine("datasketch bulk, xxh3", "datasketch", partial(datasketch_sign, True), partial(datasketch_keep, True)),
        Engine("rensa R-MinHash", "rensa", rensa_sign, rensa_keep),
        Engine("gaoya (into its index)", "gaoya", gaoya_sign, gaoya_keep),
        Engine("daft, sha1", "daft", partial(daft_sign, "sha1"), None),
        Engine("daft, xxhash3_64", "daft", partial(daft_sign, "xxhash3_64"), None),
    )
    if find_spec(engine.package)
)
