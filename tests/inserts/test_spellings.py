"""What must stay and what must go, line by line: `must_not_cut.txt` and `must_cut.toml`."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.outlets import load_outlets
from curation.inserts import load_rules
from tests.inserts.story import FIRST, SECOND, stripped

HERE = Path(__file__).parent
FRAMES = {
    "alone": "{}",
    "head": f"{{}}\n{FIRST}\n{SECOND}",
    "middle": f"{FIRST}\n{{}}\n{SECOND}",
    "foot": f"{FIRST}\n{SECOND}\n{{}}",
}


def must_stay() -> list[str]:
    lines = (HERE / "must_not_cut.txt").read_text(encoding="utf-8").splitlines()
    return [line.replace("⏎", "\n") for line in lines if line and not line.startswith("#")]


def must_go() -> Iterator[tuple[str, str, list[str]]]:
    """Yield frame, line and codes."""
    with (HERE / "must_cut.toml").open("rb") as file:
        table: dict[str, list[dict[str, Any]]] = tomllib.load(file)
    for group in table["group"]:
        for line in group["lines"]:
            yield FRAMES[group["place"]], line.replace("⏎", "\n"), group.get("codes", [group["code"]])
    for part in table["part"]:
        frame = f"{{}}{FIRST}\n{SECOND}" if part["at"] == "start" else f"{FIRST}\n{SECOND}{{}}"
        for line in part["lines"]:
            yield frame, line, part.get("codes", [part["code"]])


def test_there_are_enough_cases() -> None:
    assert len(must_stay()) >= 150
    assert len(list(must_go())) >= 150


@pytest.mark.parametrize("outlet", ["", "kompas", "idntimes", "liputan6", "jpnn", "detik", "antaranews"])
def test_real_sentences_stay_wherever_they_stand(outlet: str) -> None:
    outlets = load_outlets()
    rules = load_rules("id", outlets.by_id[outlet] if outlet else None, outlets)
    texts = [frame.format(case) for case in must_stay() for frame in FRAMES.values()]
    lost = [(text, done.cuts) for text in texts if (done := stripped(text, rules)).text != text]
    assert lost == []


def test_inserts_go_by_the_rule_that_is_theirs() -> None:
    outlets = load_outlets()
    rules = load_rules("id", None, outlets)
    left = []
    for frame, line, codes in must_go():
        done = stripped(frame.format(line), rules)
        if done.text != f"{FIRST}\n{SECOND}" or done.cuts[0].code not in codes:
            left.append((line, codes, done.cuts))
    assert left == []
