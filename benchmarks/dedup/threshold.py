"""What threshold and evidence do to real copies: `python -m benchmarks.dedup.threshold`.

The stories of the newsstand say themselves which appearances are copies, and which are rewrites by another desk. They
are joined as the pipeline does, at several thresholds, with and without evidence, and by characters alone; whole, and
cut to their first words, as teasers are. Then: how likely the bands find a pair.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

from crawler.newsstand.stories import Expected, expected
from curation.minhash import choose
from curation.stages.pair import (
    SAME_DAYS,
    character_shingles,
    headline_words,
    same_characters,
    same_headline,
)
from curation.text.shingles import shingles

THRESHOLDS = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9)
LEAST = 0.6
"""From here on headline and day count, as in `cluster.evidence_threshold`."""
BANDS = ((42, 3), (32, 4), (20, 5), (25, 5), (21, 6), (18, 7), (16, 8), (14, 9))
SIMILARITIES = (0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9)

Labels = npt.NDArray[np.int64]


def similarities(texts: Sequence[str], cut: Callable[[str], set[str]]) -> dict[tuple[int, int], float]:
    """Jaccard similarity of every pair of texts that share anything."""
    sets = [cut(text) for text in texts]
    found = {}
    for one, other in combinations(range(len(sets)), 2):
        shared = len(sets[one] & sets[other])
        if shared:
            found[one, other] = shared / (len(sets[one]) + len(sets[other]) - shared)
    return found


def have_evidence(stories: Sequence[Expected]) -> Callable[[int, int], bool]:
    """Give what says of two stories whether headlines and days agree."""
    words = [headline_words(story.title) for story in stories]

    def agree(one: int, other: int) -> bool:
        apart = abs(stories[one].published_at - stories[other].published_at)
        return apart.total_seconds() * 1e6 <= SAME_DAYS and same_headline(words[one], words[other])

    return agree


def joined(similar: dict[tuple[int, int], float], accept: Callable[[int, int, float], bool], stories: int) -> Labels:
    """Give for every story, in the order of publication, the one that is kept for it."""
    pairs = [(pair, value) for pair, value in similar.items() if accept(*pair, value)]
    ends = np.array([pair for pair, _ in pairs], np.int64).reshape(-1, 2)
    return choose(ends, np.array([value for _, value in pairs]), np.arange(stories), 0.0)


def errors(found: Labels, true: Labels) -> tuple[int, int, float]:
    """Count copies that stay apart and strangers that are joined, in pairs; and the Adjusted Rand index."""
    together, same = (labels[:, None] == labels[None, :] for labels in (found, true))
    above = np.triu(np.ones(together.shape, np.bool_), 1)
    both = int((together & same & above).sum())
    joins, copies, pairs = int((together & above).sum()), int((same & above).sum()), int(above.sum())
    chance = joins * copies / pairs
    return copies - both, joins - both, (both - chance) / max((joins + copies) / 2 - chance, 1e-12)


def table(stories: Sequence[Expected], words: int | None) -> Iterator[str]:
    """Table of errors by threshold; `words` cuts every text to so many."""
    texts = [" ".join(story.text.split()[:words]) for story in stories]
    copies = np.unique([story.cluster for story in stories], return_inverse=True)[1]
    told = np.unique([story.cluster.partition("@")[0] for story in stories], return_inverse=True)[1]
    by_words, by_characters = similarities(texts, shingles), similarities(texts, character_shingles)
    agree = have_evidence(stories)
    yield "| threshold | by | copies missed | wrong joins | ARI | told again missed | other stories joined | ARI |"
    yield "|--:|---|--:|--:|--:|--:|--:|--:|"
    for threshold in THRESHOLDS:
        ways = {
            "words": joined(by_words, lambda one, other, value, t=threshold: value >= t, len(stories)),
            "words, headline and day": joined(
                by_words,
                lambda one, other, value, t=threshold: value >= t or (value >= LEAST and agree(one, other)),
                len(stories),
            ),
            "words, characters": joined(
                by_words,
                lambda one, other, value, t=threshold: (
                    value >= t or (value >= LEAST and same_characters(texts[one], texts[other], t))
                ),
                len(stories),
            ),
            "characters alone": joined(by_characters, lambda one, other, value, t=threshold: value >= t, len(stories)),
        }
        for way, found in ways.items():
            near, same = errors(found, copies), errors(found, told)
            cells = (f"{missed} | {wrong} | {index:.3f}" for missed, wrong, index in (near, same))
            yield f"| {threshold} | {way} | {' | '.join(cells)} |"


def curve() -> Iterator[str]:
    """Table of the probability that a pair of each similarity shares a key in one band."""
    yield "| bands × rows | " + " | ".join(f"J = {similarity}" for similarity in SIMILARITIES) + " |"
    yield "|---|" + "--:|" * len(SIMILARITIES)
    for bands, rows in BANDS:
        found = [1 - (1 - similarity**rows) ** bands for similarity in SIMILARITIES]
        yield f"| {bands} × {rows} | " + " | ".join(f"{probability:.5f}" for probability in found) + " |"


def main() -> None:
    """Print the tables."""
    stories = [story for story in expected() if story.kind == "story"]
    for words in (None, 60, 40, 25):
        print(f"{len(stories)} appearances, {f'first {words} words' if words else 'whole'}:\n")
        print("\n".join(table(stories, words)), "\n")
    print("Probability that bands bring a pair together:\n")
    print("\n".join(curve()))


if __name__ == "__main__":
    main()
