import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.outlets import Outlets, Profile, load_outlets
from curation.config import Config
from curation.parts import known_parts
from curation.records import Article, Capture, Cut
from curation.schema import table_of
from curation.shards import aside, write_table
from curation.stage import Task
from curation.stages import join
from curation.stages.join import Captured, Place, place_parts
from tests.stages.test_clean import article

STORY = "http://kabar.example/read/7"
KABAR = {"id": "kabar", "name": "Kabar", "home": "http://kabar.example/", "hosts": ["kabar.example"]}
PAGED = Outlets({"kabar": Profile.model_validate(KABAR | {"served_by": "newsstand"})}, ())
WHOLE = Outlets(
    {"kabar": Profile.model_validate(KABAR | {"served_by": "newsstand", "addresses": {"whole": "page=all"}})}, ()
)


def captured(name: str, query: str = "", time: float = 0.0) -> Captured:
    return Captured(name, f"{STORY}{query}", STORY, time)


def joined(places: dict[str, Place]) -> dict[str, tuple[int, str]]:
    return {name: (place.number, place.joined_to) for name, place in places.items()}


def test_later_parts_go_on_the_first() -> None:
    places = place_parts([captured("c", "?page=3"), captured("a"), captured("b", "?page=2")], PAGED)
    assert joined(places) == {"b": (2, "a"), "c": (3, "a")}


def test_of_several_captures_the_newest_is_taken() -> None:
    rows = [
        captured("old", "", 1),
        captured("new", "", 5),
        captured("two", "?page=2", 1),
        captured("two-new", "?page=2", 6),
    ]
    places = place_parts(rows, PAGED)
    assert joined(places) == {"two": (2, ""), "two-new": (2, "new")}
    assert "newer" in places["two"].why


def test_a_gap_ends_the_story_and_is_named() -> None:
    places = place_parts([captured("a"), captured("b", "?page=2"), captured("d", "?page=4")], PAGED)
    assert joined(places) == {"b": (2, "a"), "d": (4, "")}
    assert places["d"].why == "part 3 is not archived"


def test_parts_without_their_first_are_joined_to_none() -> None:
    places = place_parts([captured("b", "?page=2")], PAGED)
    assert places == {"b": Place(2, "", "part 1 is not archived")}


def test_a_story_that_is_archived_whole_takes_no_parts() -> None:
    places = place_parts([captured("a"), captured("b", "?page=2"), captured("w", "?page=all")], WHOLE)
    assert places == {"b": Place(2, "", "the whole story is archived")}


@given(st.randoms(use_true_random=False), st.lists(st.tuples(st.integers(1, 5), st.integers(0, 3)), max_size=12))
def test_order_changes_nothing(shuffled: random.Random, drawn: list[tuple[int, int]]) -> None:
    rows = [
        captured(f"{number}", "" if part == 1 else f"?page={part}", time) for number, (part, time) in enumerate(drawn)
    ]
    other = list(rows)
    shuffled.shuffle(other)
    places = place_parts(rows, PAGED)
    assert places == place_parts(other, PAGED)
    taken = sorted(place.number for place in places.values() if place.joined_to)
    assert taken == list(range(2, len(taken) + 2))
    assert places.keys() == {row.id for row, (part, _) in zip(rows, drawn, strict=True) if part > 1}


@pytest.fixture
def outlet() -> str:
    return next(profile.hosts[0] for profile in load_outlets().by_id.values() if profile.id == "gaungtimur")


def test_the_stage_reads_parts_from_every_shard(tmp_path: Path, outlet: str) -> None:
    story, capture = f"http://{outlet}/read/7", Capture("a", 0, 1, "sha1:A", 200, "text/html")
    rows: dict[str, list[Article]] = {
        "one": [article("Satu", id="b", url=f"{story}?page=2", canonical_url=story, text="Dua.", capture=capture,
                        cuts=(Cut("RL01", 4, "\nBaca Juga: x"),)), article("Lain", id="x", url="http://lain.example/1")],
        "two": [article("Satu", id="a", url=story, canonical_url=story, capture=capture)],
    }  # fmt: skip
    for name, some in rows.items():
        write_table(tmp_path / f"{name}.parquet", table_of(Article, some))
    config = tmp_path / "config.json"
    with aside(config) as partial:
        partial.write_text(Config().model_dump_json(), encoding="utf-8")
    shards = tuple(str(tmp_path / f"{name}.parquet") for name in rows)
    join.STAGE.work(Task("join", shards, str(tmp_path / "parts.parquet"), str(config)))
    parts = known_parts(tmp_path / "parts.parquet")
    assert list(parts.by_id) == ["b"]
    (later,) = parts.behind["a"]
    assert (later.number, later.text, later.cuts) == (2, "Dua.", (Cut("RL01", 4, "\nBaca Juga: x"),))
