import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.inserts import line_cuts, undo
from curation.records import Capture, Copy, Cut, Document
from curation.report.sample import browser_data, pieces, sample
from tests.releases import document
from tests.report.stories import HOSTILE, release_of, story

LINES = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n"), min_size=1), min_size=1, max_size=8)


def whole(parts: Sequence[str | list[str]]) -> str:
    return "".join(part if isinstance(part, str) else part[1] for part in parts)


@given(LINES, st.data())
def test_pieces_are_the_text_before_any_cut(lines: list[str], data: st.DataObject) -> None:
    from curation.inserts import apply
    from curation.show.visible import visible

    codes = data.draw(st.lists(st.sampled_from(("", "RL01", "CR01")), min_size=len(lines), max_size=len(lines)))
    cuts = line_cuts(lines, codes)
    text = apply("\n".join(lines), cuts)
    parts = pieces(text, cuts)
    assert whole(parts) == "\n".join(map(visible, undo(text, cuts).split("\n")))
    assert [part[0] for part in parts if not isinstance(part, str)] == [cut.code for cut in cuts]
    assert all(parts)


def test_characters_beyond_the_first_plane_do_not_move_a_cut() -> None:
    text, cut = "😀😀 ikan", Cut("RL01", 2, " Baca juga")
    assert pieces(text, [cut]) == ["😀😀", ["RL01", " Baca juga"], " ikan"]


def chosen(release: Path, limit: int) -> set[str]:
    return {row.id for row in sample(release, limit)}


def test_a_sample_takes_the_lowest_hashes_and_only_grows_with_room(tmp_path: Path) -> None:
    release = release_of(tmp_path, map(story, range(60)))
    some, more = chosen(release, 40_000), chosen(release, 80_000)
    assert 5 < len(some) < len(more) < 60
    assert some <= more
    hashes = sorted(hashlib.sha256(story(number).id.encode()).hexdigest() for number in range(60))
    lowest = {row for row in more if hashlib.sha256(row.encode()).hexdigest() in hashes[: len(more) // 2]}
    assert len(lowest) == len(more) // 2
    assert len(chosen(release, 10**9)) == 60


def test_a_giant_does_not_crowd_out_the_others(tmp_path: Path) -> None:
    rows = [document(1, text="x" * 100_000), document(2, cuts=(Cut("A", 0, "y" * 100_000),)), document(3, text="z")]
    assert chosen(release_of(tmp_path, rows), 50_000) == {rows[2].id}


def test_the_newest_stand_first_and_the_undated_last(tmp_path: Path) -> None:
    rows = [story(1), story(2), story(3), story(4, published_at=None)]
    listed = sample(release_of(tmp_path, rows))
    times = [row.published_at for row in listed]
    assert times[-1] is None
    assert times[:-1] == sorted((time for time in times if time), reverse=True)


def entry(row: Document) -> dict[str, Any]:
    return dict(browser_data([row], {"RL01": "related.read-also"})["documents"][0])


def test_characters_that_steer_are_written_as_their_codes() -> None:
    told = entry(document(1, title=HOSTILE, text="satu\u202e\ndua\u2028"))
    assert told["title"].endswith("\\u2028\\u202etadi")
    assert told["body"] == ["satu\\u202e\ndua\\u2028"]


def test_an_entry_says_where_its_row_comes_from() -> None:
    row = story(5, parts=(Capture("b.warc.gz", 7, 8, "sha1:C", 200, ""),))
    told = entry(row)
    assert told["capture"] == [["menara-00000.warc.gz", 4000, 790, "sha1:ABC"], ["b.warc.gz", 7, 8, "sha1:C"]] or (
        told["capture"][1] == ["b.warc.gz", 7, 8, "sha1:C"] and told["capture"][0][1:] == [4000, 790, "sha1:ABC"]
    )
    assert [copied[:2] for copied in told["copies"]] == [[copy.outlet, copy.url] for copy in row.copies]
    assert told["appearances"] == row.cluster_size


def test_what_all_pages_of_a_site_say_is_written_once() -> None:
    data = browser_data([story(1), story(1)], {})
    assert [row["rights"] for row in data["documents"]] == [[0], [0]]
    assert len(data["statements"]) == 1
    assert data["rules"] == {"CR01": "", "DL01": "", "RL01": ""}


@pytest.mark.parametrize("number", [20, 300])
def test_of_many_copies_the_first_are_shown(number: int) -> None:
    copies = tuple(Copy(str(place), "", "warta", None, 0.9, "near") for place in range(number))
    assert len(entry(document(1, copies=copies))["copies"]) == 20
