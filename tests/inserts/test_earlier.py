"""What structure cut says of the story, and what it does not."""

import tomllib
from pathlib import Path

import pytest

from curation.html.structure import TABLE
from curation.inserts import Stripped, apply, line_cuts, load_rules, strip, undo
from curation.inserts.earlier import ELSEWHERE
from curation.records import Cut
from tests.inserts.story import FIRST, OUTLETS, SECOND, TITLE

DROPPED, LINK, CAPTION, RELATED, BYLINE = "ST01", "ST02", "ST04", "ST09", "ST12"


def facts(*lines: str | tuple[str, str]) -> dict[str, tuple[str, ...]]:
    """Strip a story of which the lines that come with a code were cut earlier, and give what was learned."""
    codes = ["" if isinstance(line, str) else line[0] for line in lines]
    texts = [line if isinstance(line, str) else line[1] for line in lines]
    return after(texts, line_cuts(texts, codes)).facts


def after(texts: list[str], cuts: tuple[Cut, ...]) -> Stripped:
    whole = "\n".join(texts)
    done = strip(
        apply(whole, cuts),
        cuts,
        load_rules("id", None, OUTLETS),
        title=TITLE,
        headlines=frozenset(),
        repeated=frozenset(),
    )
    assert undo(done.text, done.cuts) == whole
    assert {cut.code for cut in cuts} <= {cut.code for cut in done.cuts}
    return done


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("Editor: Sari Melati", {"editor": ("Sari Melati",)}),
        ("Penulis: Ratna Pelangi", {"author": ("Ratna Pelangi",)}),
        ("Reporter: Budi Hartanta | Editor: Sari", {"author": ("Budi Hartanta",), "editor": ("Sari",)}),
        ("Rep: Budi Hartanta/ Red: Sari Melati", {"author": ("Budi Hartanta",), "editor": ("Sari Melati",)}),
        ("Oleh Ratna Pelangi", {"author": ("Ratna Pelangi",)}),
        ("(diy)", {"credit": ("diy",)}),
        ("Editor: Redaksi", {}),
        ("Warga desa berkumpul", {}),
    ],
)
def test_credits_are_read_above_and_below_the_story(line: str, told: dict[str, tuple[str, ...]]) -> None:
    assert facts(FIRST, SECOND, (DROPPED, line)) == told
    below_only = {name: value for name, value in told.items() if name != "credit"}
    assert facts((DROPPED, line), FIRST, SECOND) == below_only


def test_dateline_and_time_are_read_above_the_story_only() -> None:
    lines = ((BYLINE, "Jumat, 24 Juli 2026 | 13:39 WIB"), (BYLINE, "PHILADELPHIA —"))
    assert facts(*lines, FIRST) == {
        "published_at": ("2026-07-24T13:39:00+07:00",),
        "dateline": ("PHILADELPHIA",),
    }
    assert facts(FIRST, *lines) == {}


def test_a_source_is_read_below_the_story_only() -> None:
    line = (DROPPED, "Sumber: Antara")
    assert facts(FIRST, line) == {"source": ("Antara",)}
    assert facts(line, FIRST) == {}


def test_within_the_story_nothing_is_read() -> None:
    assert facts(FIRST, (DROPPED, "Editor: Sari Melati"), SECOND) == {}


def test_a_hole_at_the_start_of_the_first_paragraph_is_above_the_story() -> None:
    done = after([f"CIREBON - {FIRST}", SECOND], (Cut(BYLINE, 0, "CIREBON - "),))
    assert done.facts == {"dateline": ("CIREBON",)}


def test_what_the_text_says_goes_first() -> None:
    assert facts((DROPPED, "Editor: Budi Hartanta"), FIRST, "Editor: Sari Melati") == {"editor": ("Sari Melati",)}
    both = facts((DROPPED, "Penulis: Budi Hartanta"), FIRST, "Editor: Sari Melati")
    assert both == {"author": ("Budi Hartanta",), "editor": ("Sari Melati",)}


def test_cuts_by_words_above_the_line_do_not_move_its_place() -> None:
    told = facts((DROPPED, "Editor: Sari Melati"), "Baca juga: Pasar Malam Kembali Dibuka", FIRST)
    assert told == {"editor": ("Sari Melati",)}


@pytest.mark.parametrize("code", sorted(ELSEWHERE))
def test_captions_boxes_and_comments_say_nothing_of_the_story(code: str) -> None:
    assert facts((code, "Penulis: Ratna Pelangi"), FIRST, SECOND, (code, "Editor: Sari Melati")) == {}


@pytest.mark.parametrize(
    "opening",
    [
        (LINK, "Pasar Malam di Alun-alun Kembali Dibuka"),
        (DROPPED, "Baca Juga:"),
        (DROPPED, "Berita Terkait"),
        (DROPPED, "Baca juga: Pasar Malam Kembali Dibuka"),
        (DROPPED, "Terpopuler"),
    ],
)
def test_below_a_headline_or_a_label_a_name_is_another_story_s(opening: tuple[str, str]) -> None:
    name = (DROPPED, "Penulis: Ratna Pelangi")
    assert facts(FIRST, opening, name) == {}
    assert facts(FIRST, name, opening) == {"author": ("Ratna Pelangi",)}


def test_the_story_s_own_headline_hides_nothing() -> None:
    assert facts((DROPPED, TITLE), (BYLINE, "Oleh Ratna Pelangi"), FIRST) == {"author": ("Ratna Pelangi",)}


def test_neither_title_nor_tags_are_read() -> None:
    assert facts(FIRST, (DROPPED, "Tags: panen, padi"), (DROPPED, '0 Response to "Panen raya"')) == {}


def test_the_codes_are_those_of_structure() -> None:
    with Path(TABLE).open("rb") as file:
        names = {row["code"]: row["name"] for row in tomllib.load(file)["structure"]}
    assert {names[code].removeprefix("structure.") for code in ELSEWHERE} == {
        "headline",
        "caption",
        "embed",
        "navigation",
        "related",
        "comments",
        "advert",
    }
