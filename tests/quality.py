"""The quality gate: `python tests/quality.py` scores extraction and cleaning against pinned floors.

Each set is pages with the text that must come out. Beside saring stand plain trafilatura, its precision mode,
readability and resiliparse on the same pages in the same run. Sets that lie outside the repository are left out with a
sentence where they are absent.
"""

import argparse
import gzip
import hashlib
import json
import logging
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import trafilatura
from inserts.story import FIRST, SECOND
from lxml.html import fromstring
from quality_picture import draw
from readability import Document as Readability
from resiliparse.extract.html2text import extract_plain_text
from rich.console import Console
from rich.table import Table

from crawler.newsstand.body import WHOLE, blocks_of, parts_count
from crawler.newsstand.edition import open_edition
from crawler.newsstand.site import Site
from crawler.newsstand.stories import appearances
from crawler.outlets import load_outlets
from crawler.urls import whole_story
from curation import clean

HERE = Path(__file__).parent
FLOORS = HERE / "quality.toml"
README = HERE.parent / "README.md"
PICTURE = HERE.parent / "docs" / "quality.svg"
_MARKS = ("<!-- written by: python tests/quality.py --write -->", "<!-- end -->")
SHARED = HERE.parents[1] / "shared"
_WORD = re.compile(r"\w+")
_SHINGLE_WORDS = 4


@dataclass(frozen=True, slots=True)
class Case:
    """A page and what must come out."""

    name: str
    url: str
    page: bytes
    text: str
    without: tuple[str, ...] = ()
    """Headlines of other stories that must not stand in the text."""
    kind: Literal["html", "text"] = "html"


@dataclass(frozen=True, slots=True)
class Score:
    """Means over the cases of a set."""

    f1: float
    """Of the bags of 4-word shingles, harmonic mean of mean precision and mean recall."""
    exact: float
    """Share of cases whose lines are exactly those of the gold."""
    left_in: int
    """Snippets of `without` that stand in the text."""


Extractor = Callable[[Case], str]


def by_saring(case: Case) -> str:
    """Extract and clean."""
    return clean(case.page, url=case.url, kind=case.kind).text


def by_trafilatura(case: Case) -> str:
    """Extract as it comes."""
    return trafilatura.extract(case.page, include_comments=False) or ""


def by_trafilatura_precision(case: Case) -> str:
    """Extract in precision mode."""
    return trafilatura.extract(case.page, include_comments=False, favor_precision=True) or ""


def by_readability(case: Case) -> str:
    """Take the text of readability's summary."""
    try:
        return fromstring(Readability(case.page.decode("utf-8", "replace")).summary()).text_content()
    except Exception:  # noqa: BLE001 - whatever a peer fails with counts as no text
        return ""


def by_resiliparse(case: Case) -> str:
    """Extract the main content."""
    return extract_plain_text(case.page.decode("utf-8", "replace"), main_content=True)


PEERS: Mapping[str, Extractor] = {
    "trafilatura": by_trafilatura,
    "trafilatura precision": by_trafilatura_precision,
    "readability": by_readability,
    "resiliparse": by_resiliparse,
}


def newsstand_cases() -> Iterator[Case]:
    """Give every story of the embedded newsstand, part by part where no page brings it whole."""
    site, outlets = Site(open_edition()), load_outlets()
    for entry in appearances():
        if entry.kind != "story":
            continue
        (profile,) = outlets.named([entry.masthead.id])
        count = parts_count(entry) if profile.addresses.parts else 1
        urls = [whole_story(entry.url, profile), *(f"{entry.url}?page={part}" for part in range(2, count + 1))]
        for number, url in enumerate(urls, start=1):
            blocks = blocks_of(entry, number if count > 1 else WHOLE)
            answer = site.respond(entry.masthead.id, *urlsplit(url)[2:4])
            yield Case(url, url, answer.body, "\n".join(block.text for block in blocks))


def twin_cases() -> Iterator[Case]:
    """Give the hand-made twins of outlet templates."""
    for path in sorted((HERE / "outlets").glob("*/*/expected.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        page = path.with_name("page.html").read_bytes()
        yield Case(path.parent.relative_to(HERE).as_posix(), gold["url"], page, "\n".join(gold["text"]))


def page_cases(language: str) -> Iterator[Case]:
    """Give the real pages of one language that lie beside the repository."""
    folder = SHARED / "pages"
    for entry in json.loads((folder / "manifest.json").read_text(encoding="utf-8")):
        if entry["page"].startswith(language):
            page = gzip.decompress((folder / entry["page"]).read_bytes())
            text = (folder / entry["gold"]).read_text(encoding="utf-8")
            yield Case(entry["page"], entry["url"] or "", page, text, tuple(entry["without"]))


def seed_cases() -> Iterator[Case]:
    """Give the labelled texts that lie beside the repository."""
    for path in sorted((SHARED / "seeds").iterdir()):
        if not path.name.endswith(".gold.json"):
            continue
        gold = json.loads(path.read_text(encoding="utf-8"))
        kept = [line.get("gold", line["text"]) for line in gold["lines"] if line["label"] == "keep"]
        text = path.with_name(path.name.replace(".gold.json", ".txt")).read_bytes()
        outlet = load_outlets().by_id[gold["metadata"]["outlet"]]
        yield Case(path.name, outlet.home, text, "\n".join(kept), kind="text")


def negative_cases() -> Iterator[Case]:
    """Give each line that no rule may touch, between two paragraphs of a story."""
    lines = (HERE / "inserts" / "must_not_cut.txt").read_text(encoding="utf-8").splitlines()
    for line in lines:
        if line and not line.startswith("#"):
            text = "\n".join((FIRST, line.replace("⏎", "\n"), SECOND))
            yield Case(line, "", text.encode(), text, kind="text")


SETS: Mapping[str, Callable[[], Iterable[Case]]] = {
    "newsstand": newsstand_cases,
    "twins": twin_cases,
    "seeds": seed_cases,
    "negatives": negative_cases,
    "pages id": lambda: page_cases("id"),
    "pages en": lambda: page_cases("en"),
}


def score(cases: list[Case], extract: Extractor) -> tuple[Score, dict[str, float]]:
    """Score an extractor on a set; the second value is each case's own F1."""
    precisions, recalls, exact, left_in, each = [], [], 0, 0, {}
    for case in cases:
        text = extract(case)
        got, want = _shingles(text), _shingles(case.text)
        shared = (got & want).total()
        precisions.append(shared / got.total() if got else 0.0)
        recalls.append(shared / want.total() if want else 0.0)
        each[case.name] = 2 * shared / (got.total() + want.total()) if got else 0.0
        exact += _lines(text) == _lines(case.text)
        # Some snippets end in dots and are, without them, a subhead of the very story.
        foreign = (snippet.rstrip(".") for snippet in case.without if snippet.rstrip(".") not in case.text)
        left_in += sum(snippet in text for snippet in foreign)
    precision, recall = sum(precisions) / len(cases), sum(recalls) / len(cases)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return Score(round(f1, 4), round(exact / len(cases), 4), left_in), each


def main() -> int:
    """Score every set, print the table, and hold saring to the floors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pin", action="store_true", help="raise the floors to what was reached")
    parser.add_argument("--lower", action="store_true", help="with --pin: lower floors too")
    parser.add_argument("--write", action="store_true", help="write table and picture to README.md and docs/")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="name the N worst cases of each set")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    floors = tomllib.loads(FLOORS.read_text(encoding="utf-8"))
    console = Console()
    reached: dict[str, dict[str, float | str]] = {}
    tables: dict[str, dict[str, Score]] = {}
    failures: list[str] = []
    for name, load in SETS.items():
        try:
            cases = list(load())
        except FileNotFoundError as absent:
            console.print(f"{name}: left out, {Path(absent.filename).name} is not beside the repository")
            continue
        ours, each = score(cases, by_saring)
        rows = {"saring": ours} | {
            peer: score(cases, extract)[0] for peer, extract in PEERS.items() if cases[0].kind == "html"
        }
        console.print(_table(f"{name}: {len(cases)} cases", rows))
        tables[f"{name} ({len(cases)})"] = rows
        for case in sorted(each, key=each.__getitem__)[: options.worst]:
            console.print(f"  {each[case]:.3f} {case}")
        reached[name] = {"gold": _digest(cases), "f1": ours.f1, "exact": ours.exact}
        failures += _failures(name, reached[name], ours.left_in, floors.get(name, {}))
    if options.write:
        _write(tables)
    if options.pin:
        _pin(floors, reached, options.lower)
        return 0
    for failure in failures:
        console.print(f"[red]{failure}[/red]")
    return 1 if failures else 0


def _failures(
    name: str, reached: Mapping[str, float | str], left_in: int, floor: Mapping[str, float | str]
) -> list[str]:
    if not floor:
        return [f"{name}: no floor is pinned; run with --pin"]
    found = [
        f"{name}: {measure} is {reached[measure]}, the floor is {floor[measure]}"
        for measure in ("f1", "exact")
        if float(reached[measure]) < float(floor[measure])
    ]
    if reached["gold"] != floor["gold"]:
        found.append(f"{name}: what it is measured against has changed; look at it and run with --pin")
    return found + ([f"{name}: {left_in} snippets were left in"] if left_in else [])


def _pin(
    floors: Mapping[str, Mapping[str, float | str]], reached: Mapping[str, dict[str, float | str]], lower: bool
) -> None:
    head = FLOORS.read_text(encoding="utf-8").partition("\n\n")[0]
    parts = [head]
    for name in {**floors, **reached}:
        values = dict(reached.get(name, floors.get(name, {})))
        for measure in ("f1", "exact"):
            standing = float(floors.get(name, {}).get(measure, 0.0))
            values[measure] = values[measure] if lower else max(float(values[measure]), standing)
        parts.append("\n".join([f'["{name}"]', *(f"{key} = {json.dumps(value)}" for key, value in values.items())]))
    FLOORS.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _write(tables: Mapping[str, Mapping[str, Score]]) -> None:
    peers = list(PEERS)
    lines = [f"| set | saring | {' | '.join(peers)} | exactly right |", "|---|--:|" + "--:|" * (len(peers) + 1)]
    for name, rows in tables.items():
        cells = [f"{rows[peer].f1:.3f}" if peer in rows else "" for peer in peers]
        lines.append(f"| {name} | **{rows['saring'].f1:.3f}** | {' | '.join(cells)} | {rows['saring'].exact:.0%} |")
    before, mark, rest = README.read_text(encoding="utf-8").partition(_MARKS[0])
    after = rest.partition(_MARKS[1])[2]
    README.write_text("\n".join([before + mark, "", *lines, "", _MARKS[1]]) + after, encoding="utf-8")
    scores = {name: {who: row.f1 for who, row in rows.items()} for name, rows in tables.items() if len(rows) > 1}
    PICTURE.write_text(draw(scores), encoding="utf-8")


def _table(title: str, rows: Mapping[str, Score]) -> Table:
    table = Table(title=title, title_justify="left", box=None)
    for column in ("", "F1", "exact", "left in"):
        table.add_column(column, justify="left" if not column else "right")
    for name, row in rows.items():
        table.add_row(name, f"{row.f1:.4f}", f"{row.exact:.3f}", str(row.left_in))
    return table


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text.lower())
    starts = range(max(1, len(words) - _SHINGLE_WORDS + 1)) if words else range(0)
    return Counter(tuple(words[start : start + _SHINGLE_WORDS]) for start in starts)


def _lines(text: str) -> list[str]:
    return [line for line in (" ".join(raw.split()) for raw in text.split("\n")) if line]


def _digest(cases: list[Case]) -> str:
    digest = hashlib.sha256()
    for case in cases:
        digest.update(f"{case.name}\0{case.text}\0".encode())
    return digest.hexdigest()[:16]


if __name__ == "__main__":
    sys.exit(main())
