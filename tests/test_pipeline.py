from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.outlets import BadInput, Outlets, Profile
from curation import pipeline
from curation.config import Config
from curation.pipeline import PIPELINE
from curation.stage import Finished, stage_digest

DONE = {stage.name: Finished(Path(f"/x/{stage.name}-0"), ("a",)) for stage in PIPELINE} | {
    "sources": Finished(Path("/x/sources"), ("a",), ".json"),
    "takedowns": Finished(Path("/x/takedowns"), ("0",), ".jsonl"),
}


def digests(config: Config) -> dict[str, str]:
    return {stage.name: stage_digest(stage, config, DONE) for stage in PIPELINE}


@pytest.mark.parametrize(
    ("change", "stages"),
    [
        ({"extract": {"max_page_bytes": 5_000}}, {"extract"}),
        ({"census": {"min_pages": 9}}, {"census"}),
        ({"clean": {"min_words": 9}}, {"clean"}),
        ({"rights": {"policy": "open-only"}}, {"clean"}),
        ({"minhash": {"seed": 9}}, {"sign", "pair"}),
        ({"cluster": {"threshold": 0.9}}, {"pair", "cluster"}),
    ],
)
def test_a_changed_section_changes_the_stages_that_read_it(change: dict[str, object], stages: set[str]) -> None:
    before, after = digests(Config()), digests(Config.model_validate(change))
    # A release holds every setting, so publish reads them all.
    assert {name for name in before if before[name] != after[name]} == stages | {"publish"}


def test_what_a_stage_needs_is_in_its_digest() -> None:
    for stage in PIPELINE:
        before = stage_digest(stage, Config(), DONE)
        assert before == stage_digest(stage, Config(), DONE)
        for need in stage.needs:
            other = DONE | {need: replace(DONE[need], shards=("a", "b"))}
            assert stage_digest(stage, Config(), other) != before, need


def test_a_new_source_changes_nothing_of_those_extracted_before() -> None:
    extract = PIPELINE[0]
    more = DONE | {"sources": Finished(Path("/x/sources"), ("a", "b"), ".json")}
    assert stage_digest(extract, Config(), more) == stage_digest(extract, Config(), DONE)
    assert list(extract.plan(more, Config())) == ["a", "b"]


def test_materials_exist_and_count() -> None:
    for stage in PIPELINE:
        for material in stage.materials:
            assert (Path(__file__).parents[1] / material).exists(), material
        assert stage_digest(replace(stage, materials=()), Config(), DONE) != stage_digest(stage, Config(), DONE)


def test_each_stage_needs_only_what_stands_before_it() -> None:
    before = {"takedowns"}
    for stage in PIPELINE:
        assert set(stage.needs) <= before
        before.add(stage.name)


def test_a_rule_that_fails_its_examples_stops_the_build_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = {"code": "XX01", "name": "kabar.x", "why": "x", "match": "^Nothing$", "scope": "line", "cut": ["Iklan"]}
    table |= {"keep": ["Iklan itu dipasang."]}
    wrong = Profile.model_validate(
        {"id": "kabar", "name": "Kabar", "home": "http://kabar.example/", "hosts": ["kabar.example"], "rules": [table]}
    )
    monkeypatch.setattr(pipeline, "load_outlets", lambda: Outlets({"kabar": wrong}, ()))
    table_of_texts = tmp_path / "t.jsonl"
    table_of_texts.write_text('{"text": "a"}\n')
    order = pipeline.Order((), (table_of_texts,), tmp_path / "out", Config(), 1)
    with pytest.raises(BadInput, match="XX01"):
        pipeline.build(order, lambda *_: iter(()), lambda *_: nullcontext(lambda: None))
    assert not (tmp_path / "out").exists()
