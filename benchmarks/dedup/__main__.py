"""Measure signatures, kept sets and recall: `python -m benchmarks.dedup [--texts N] [--rounds N] [--plain N]`."""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version

import numpy as np
import pyarrow as pa

from benchmarks.dedup.engines import BANDS, ENGINES, ROWS, THRESHOLD, XXH3, Engine, Texts
from benchmarks.dedup.stories import corpus
from benchmarks.dedup.truth import Pairs, alike
from benchmarks.dedup.whole import FEW, PROGRAMS, cpu_seconds
from curation.minhash import band_keys, candidate_pairs, jaccard, signatures

Similarity = np.ndarray


def rates(name: str, work: dict[str, Callable[[], object]], texts: int, rounds: int) -> dict[str, float]:
    """Time the engines in turns and give the median texts a CPU second of each."""
    seconds: dict[str, list[float]] = {engine: [] for engine in work}
    for turn in range(rounds):
        for engine, run in work.items():
            print(f"\r{name}, round {turn + 1} of {rounds}: {engine:40}", end="", file=sys.stderr)
            start = time.process_time()
            run()
            seconds[engine].append(time.process_time() - start)
    print(file=sys.stderr)
    return {engine: texts / statistics.median(times) for engine, times in seconds.items()}


def packed(pairs: Pairs) -> np.ndarray:
    return pairs[:, 0] << 32 | pairs[:, 1]


def faults(keeps: list[bool], pairs: Pairs) -> tuple[int, int]:
    """Count texts removed though no kept one is alike, and alike pairs of which both stay."""
    kept = np.array(keeps)
    near_kept = np.zeros(len(kept), np.bool_)
    near_kept[pairs[kept[pairs[:, 1]], 0]] = True
    near_kept[pairs[kept[pairs[:, 0]], 1]] = True
    return int((~kept & ~near_kept).sum()), int(kept[pairs].all(axis=1).sum())


def signing(engines: list[Engine], texts: Texts, rounds: int) -> Iterator[str]:
    found = rates("signatures", {e.name: lambda e=e: e.sign(texts) for e in engines}, len(texts.strings), rounds)
    best = next(iter(found.values()))
    yield "| signatures from raw text | texts a CPU second | saring is faster by |"
    yield "|---|--:|--:|"
    yield from (f"| {engine} | {rate:,.0f} | {best / rate:.1f} |" for engine, rate in found.items())


def keeping(engines: list[Engine], texts: Texts, rounds: int, pairs: Pairs) -> Iterator[str]:
    keeps: dict[str, list[bool]] = {}

    def run(engine: Engine) -> None:
        keeps[engine.name] = engine.keep(texts)

    found = rates("kept sets", {e.name: lambda e=e: run(e) for e in engines if e.keep}, len(texts.strings), rounds)
    best = next(iter(found.values()))
    yield "| raw text to kept set | texts a CPU second | saring is faster by | wrongly removed | alike pairs left |"
    yield "|---|--:|--:|--:|--:|"
    for engine, rate in found.items():
        wrong, left = faults(keeps[engine], pairs)
        yield f"| {engine} | {rate:,.0f} | {best / rate:.1f} | {wrong} | {left} |"


def programs(texts: Texts, few: int, rounds: int) -> Iterator[str]:
    """Compare with programs, which are given fewer texts for their slowness; saring has all."""
    saring = ENGINES[0]
    rates_of: dict[str, list[float]] = {saring.name: [], **{program.name: [] for program in PROGRAMS}}
    for _ in range(rounds):
        start = time.process_time()
        saring.keep(texts)  # type: ignore[misc]
        rates_of[saring.name].append(len(texts.strings) / (time.process_time() - start))
        for program in PROGRAMS:
            cost = cpu_seconds(program, texts.strings[:few]) - cpu_seconds(program, texts.strings[:FEW])
            rates_of[program.name].append((few - FEW) / cost)
    best = rates_of[saring.name]
    yield f"| programs ({few:,} texts, start-up left out) | texts a CPU second | saring is faster by |"
    yield "|---|--:|--:|"
    for name, rate in rates_of.items():
        ratio = statistics.median(ours / theirs for ours, theirs in zip(best, rate, strict=True))
        yield f"| {name} | {statistics.median(rate):,.0f} | {ratio:,.1f} |"


def recall(column: pa.LargeStringArray, pairs: Pairs, similarity: Similarity) -> Iterator[str]:
    candidates = candidate_pairs(band_keys(signatures(column, XXH3), XXH3))
    verified = candidates[jaccard(column, candidates, XXH3) >= THRESHOLD]
    true = pairs[similarity >= THRESHOLD]
    hits = np.isin(packed(verified), packed(true)).sum()
    yield (
        f"{len(candidates):,} candidates; {len(true):,} pairs are alike at {THRESHOLD}, {len(verified):,} were found: "
        f"recall {hits / len(true):.4f}, precision {hits / len(verified):.4f}."
    )
    yield ""
    yield "| similarity | pairs | found as candidates | expected of 25 bands of 5 rows |"
    yield "|---|--:|--:|--:|"
    found = np.isin(packed(pairs), packed(candidates))
    for low in np.arange(0.3, 1, 0.1):
        some = (similarity >= low - 1e-9) & (similarity < low + 0.1 - 1e-9 + (low > 0.85))
        expected = (1 - (1 - similarity[some] ** ROWS) ** BANDS).mean()
        yield f"| {low:.1f} to {low + 0.1:.1f} | {some.sum():,} | {found[some].mean():.4f} | {expected:.4f} |"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dedup", description=__doc__)
    parser.add_argument("--texts", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="*", default=[], help="words, one of which an engine's name must hold")
    parser.add_argument("--programs", type=int, default=2_000, help="texts for peers that are programs; 0: none")
    options = parser.parse_args()
    engines = [e for e in ENGINES if not options.only or any(word in e.name for word in options.only)]
    strings = corpus(options.texts)
    texts = Texts(pa.array(strings, pa.large_string()), strings)
    words = statistics.mean(text.count(" ") for text in strings)
    packages = sorted({engine.package for engine in engines})
    print(f"{len(strings):,} invented stories of {words:.0f} words; medians of {options.rounds} interleaved rounds;")
    print(", ".join(f"{package} {version(package)}" for package in packages) + ".\n")
    for engine in engines:
        engine.sign(Texts(texts.column[:100], strings[:100]))
    print("\n".join(signing(engines, texts, options.rounds)), "\n", flush=True)
    pairs, similarity = alike(strings, 0.3)
    print("\n".join(recall(texts.column, pairs, similarity)), "\n", flush=True)
    near = pairs[similarity >= THRESHOLD]
    print("\n".join(keeping(engines, texts, options.rounds, near)), "\n", flush=True)
    if PROGRAMS and options.programs:
        print("\n".join(programs(texts, options.programs, options.rounds)), flush=True)


if __name__ == "__main__":
    main()
