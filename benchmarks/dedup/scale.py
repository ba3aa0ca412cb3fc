"""Pair and choose among many documents, from band keys alone: `python -m benchmarks.dedup.scale [--documents N]`."""

import argparse
import resource
import time
from collections.abc import Iterator

import numpy as np

from curation.minhash import choose, pairs_of_bands
from curation.minhash.bands import BandKeys

BANDS, ROWS = 25, 5
SHARED = 0.4
"""Chance that a copy has the key of its original in a band: that of 5 rows at a similarity of 0.83."""


class Stopwatch:
    """CPU seconds since it was made, without those that it was stopped for."""

    def __init__(self) -> None:
        self.start = time.process_time()

    def seconds(self) -> float:
        return time.process_time() - self.start

    def leave_out(self, since: float) -> None:
        self.start += time.process_time() - since


def bands(documents: int, watch: Stopwatch) -> Iterator[BandKeys]:
    """Draw keys band by band; every tenth document is a copy of one before it."""
    for band in range(BANDS):
        since = time.process_time()
        generator = np.random.default_rng(band)
        keys = generator.integers(0, 2**63, documents, np.uint64)
        copies = np.arange(10, documents, 10)
        originals = np.random.default_rng(99).integers(0, copies)
        some = generator.random(len(copies)) < SHARED
        keys[copies[some]] = keys[originals[some]]
        watch.leave_out(since)
        yield keys


def lsh_rate(documents: int) -> float:
    """Documents a CPU second through datasketch's LSH, each asked for and then put in, from ready signatures."""
    from datasketch import MinHash, MinHashLSH

    generator = np.random.default_rng(7)
    values = generator.integers(0, 2**32, (documents, BANDS * ROWS), np.uint32)
    signed = [MinHash(BANDS * ROWS, hashvalues=row, scheme="affine32") for row in values]
    index, start = MinHashLSH(num_perm=BANDS * ROWS, params=(BANDS, ROWS)), time.process_time()
    for row, signature in enumerate(signed):
        if not index.query(signature):
            index.insert(row, signature)
    return documents / (time.process_time() - start)


def peak() -> float:
    """Most memory that the process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dedup.scale", description=__doc__)
    parser.add_argument("--documents", type=int, default=1_000_000)
    parser.add_argument("--lsh", type=int, default=0, help="measure datasketch's LSH on so many documents beside it")
    chosen = parser.parse_args()
    documents = chosen.documents
    before, watch = peak(), Stopwatch()
    pairs = pairs_of_bands(bands(documents, watch))
    kept_by = choose(pairs, np.full(len(pairs), 0.9), np.arange(documents), 0.8)
    seconds, kept = watch.seconds(), int((kept_by == np.arange(documents)).sum())
    print(f"{documents:,} documents, {len(pairs):,} pairs, {kept:,} kept: {seconds:.1f} CPU seconds,", end=" ")
    print(
        f"{documents / seconds:,.0f} documents a second, {peak() - before:,.0f} MB over the {before:.0f} at the start."
    )
    if chosen.lsh:
        rate = lsh_rate(chosen.lsh)
        print(f"datasketch's LSH: {rate:,.0f} documents a second, {documents / seconds / rate:,.0f} times fewer.")


if __name__ == "__main__":
    main()
