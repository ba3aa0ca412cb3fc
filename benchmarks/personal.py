"""Contact data in invented sentences: precision and recall of each kind, and the time on the newsstand's stories.

    python -m benchmarks.personal

Two sets: `open`, which the rules were written beside, and `held out`, written after they were frozen. That one has
been looked at since: only its first figures, which stand in docs/personal-data.md, are those of an unseen set.
"""

import time
from collections import Counter

from crawler.newsstand.stories import expected
from curation.text.personal import KINDS, find_personal
from tests.text.marked import sentences


def score(prefix: str) -> None:
    right: Counter[str] = Counter()
    found: Counter[str] = Counter()
    marked: Counter[str] = Counter()
    negatives = 0
    for name in ("positives", "negatives"):
        for sentence in sentences(prefix + name):
            negatives += name == "negatives"
            told = [(span.kind, sentence.text[span.start : span.end]) for span in find_personal(sentence.text)]
            found.update(kind for kind, _ in told)
            marked.update(kind for kind, _ in sentence.marked)
            right.update(kind for kind, _ in set(told) & set(sentence.marked))
    print(f"\n{prefix or 'open'}: {marked.total()} to find, {negatives} sentences with other numbers")
    for kind in (*KINDS, "all"):
        counts = [part.total() if kind == "all" else part[kind] for part in (right, found, marked)]
        hits, told_of, of = counts
        print(f"{kind:8} precision {hits / (told_of or 1):.3f}  recall {hits / (of or 1):.3f}  ({hits} of {of})")


def speed() -> None:
    texts = [story.text for story in expected()]
    words, rounds = sum(len(text.split()) for text in texts), 10
    start = time.process_time()
    for _ in range(rounds):
        for text in texts:
            find_personal(text)
    seconds = time.process_time() - start
    print(f"\n{rounds * words / seconds / 400:,.0f} texts of 400 words a second")


if __name__ == "__main__":
    score("")
    score("held_out_")
    speed()
