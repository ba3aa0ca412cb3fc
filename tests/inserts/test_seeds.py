"""Five texts that someone extracted from real pages, with the label of every line."""

import json
from pathlib import Path
from typing import Any

import pytest

from crawler.outlets import load_outlets
from curation.inserts import load_rules, normal_text, strip, undo

SEEDS = Path(__file__).parents[3] / "shared" / "seeds"
GOLD = sorted(SEEDS.glob("*.gold.json"))

if not GOLD:
    pytest.skip("the seeds lie in ../shared/seeds, which is not here", allow_module_level=True)


@pytest.mark.parametrize("path", GOLD, ids=lambda path: path.name.removesuffix(".gold.json"))
def test_every_line_of_the_story_stays_and_nothing_else(path: Path) -> None:
    gold: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    metadata = gold["metadata"]
    outlets = load_outlets()
    text = normal_text(path.with_name(path.name.replace(".gold.json", ".txt")).read_text(encoding="utf-8"))
    rules = load_rules("id", outlets.by_id[metadata.pop("outlet")], outlets)
    done = strip(text, (), rules, title="", headlines=frozenset(), repeated=frozenset())
    kept = [normal_text(line.get("gold", line["text"])) for line in gold["lines"] if line["label"] == "keep"]
    assert done.text.split("\n") == kept
    assert undo(done.text, done.cuts) == text
    assert {name: done.facts.get(name, ("",))[0] for name in metadata} == metadata
