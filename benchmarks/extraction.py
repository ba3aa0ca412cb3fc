"""Extraction on the development pages: saring's `curation.html` beside the extractors that others use.

    python benchmarks/extraction.py

F1 of 4-word shingles against gold text, mean over pages, as in ../shared/pages/score.py; structure alone, before any
word rule. `saring` knows no outlet here; `saring, layouts` has the profiles. Time is CPU time of one core.
"""

import gzip
import json
import re
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import trafilatura
from readability import Document
from resiliparse.extract.html2text import extract_plain_text

from crawler.outlets import load_outlets
from curation.html.body import find_body
from curation.html.decode import decode
from curation.html.tree import parse, text_of

PAGES = Path(__file__).resolve().parents[2] / "shared" / "pages"
OUTLETS = load_outlets()

Extract = Callable[[bytes, str], str]


def saring(payload: bytes, _url: str) -> str:
    return _body(payload, ())


def saring_layouts(payload: bytes, url: str) -> str:
    profile = OUTLETS.of_url(url)
    return _body(payload, (*(profile.layouts if profile else ()), *OUTLETS.platform_layouts))


def _body(payload: bytes, layouts: tuple) -> str:
    tree = parse(decode(payload, ""))
    body = find_body(tree, layouts) if tree is not None else ""
    return body if isinstance(body, str) else body.text


def trafilatura_default(payload: bytes, _url: str) -> str:
    return trafilatura.extract(payload, include_comments=False) or ""


def trafilatura_precision(payload: bytes, _url: str) -> str:
    return trafilatura.extract(payload, include_comments=False, favor_precision=True) or ""


def trafilatura_fast(payload: bytes, _url: str) -> str:
    return trafilatura.extract(payload, include_comments=False, fast=True) or ""


def readability(payload: bytes, _url: str) -> str:
    tree = parse(Document(decode(payload, "")).summary())
    return text_of(tree) if tree is not None else ""


def resiliparse(payload: bytes, _url: str) -> str:
    return extract_plain_text(decode(payload, ""), main_content=True, comments=False, alt_texts=False)


EXTRACTORS: dict[str, Extract] = {
    "saring, layouts": saring_layouts,
    "saring": saring,
    "trafilatura": trafilatura_default,
    "trafilatura precision": trafilatura_precision,
    "trafilatura fast": trafilatura_fast,
    "readability": readability,
    "resiliparse": resiliparse,
}


def main() -> None:
    if not PAGES.exists():
        print(f"The development pages are not at {PAGES}; nothing to measure.")
        return
    manifest = json.loads((PAGES / "manifest.json").read_text(encoding="utf-8"))
    pages = [(entry, gzip.decompress((PAGES / entry["page"]).read_bytes())) for entry in manifest]
    print(f"{'':24}{'id P':>8}{'R':>7}{'F1':>7}{'exact':>7}{'en P':>9}{'R':>7}{'F1':>7}{'exact':>7}{'pages/s':>9}")
    for name, extract in EXTRACTORS.items():
        start = time.process_time()
        texts = [extract(payload, entry["url"]) for entry, payload in pages]
        speed = len(pages) / (time.process_time() - start)
        groups = []
        for group in ("id", "en"):
            chosen = [
                (text, entry) for text, (entry, _) in zip(texts, pages, strict=True) if entry["page"][:2] == group
            ]
            groups.append(summary([score(text, (PAGES / entry["gold"]).read_text("utf-8")) for text, entry in chosen]))
        print(f"{name:24}{groups[0]}  {groups[1]}{speed:9.1f}", flush=True)


def summary(scores: list[tuple[float, float]]) -> str:
    precision = sum(p for p, _ in scores) / len(scores)
    recall = sum(r for _, r in scores) / len(scores)
    exact = sum(p == r == 1.0 for p, r in scores)
    return f"{precision:8.4f}{recall:7.4f}{2 * precision * recall / (precision + recall):7.4f}{exact:7}"


def score(text: str, gold: str) -> tuple[float, float]:
    got, want = shingles(text), shingles(gold)
    both = (got & want).total()
    return both / got.total() if got else 0.0, both / want.total()


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return Counter(tuple(words[at : at + 4]) for at in range(max(1, len(words) - 3))) if words else Counter()


if __name__ == "__main__":
    main()
