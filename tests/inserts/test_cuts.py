from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from curation.inserts.cuts import apply, line_cuts, merge, undo
from curation.records import Cut

# Lines that are mean to cuts: blanks at their ends, nothing in them, characters outside the first plane.
LINES = st.lists(st.text(alphabet=" abé\u0301😀\u00a0\t.\r", max_size=6), min_size=1, max_size=7)


@st.composite
def texts_with_cuts(draw, text=None):
    if text is None:
        text = "\n".join(draw(LINES))
    places = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    cuts = [
        Cut(draw(st.sampled_from(["AA01", "BB02"])), start, text[start:end])
        for start, end in zip(places[::2], places[1::2], strict=False)
        if end > start
    ]
    return text, tuple(cuts)


@given(texts_with_cuts())
def test_undo_puts_back_what_apply_took(case):
    text, cuts = case
    assert undo(apply(text, cuts), cuts) == text


@given(st.data())
def test_merged_cuts_do_what_one_after_the_other_did(data):
    text, first = data.draw(texts_with_cuts())
    between, second = data.draw(texts_with_cuts(text=apply(text, first)))
    merged = merge(first, second)
    assert apply(text, merged) == apply(between, second)
    assert undo(apply(text, merged), merged) == text
    assert all(one.start + len(one.text) <= other.start for one, other in pairwise(merged))
    assert all(cut.text for cut in merged)


@given(st.lists(st.text(alphabet="ab é", min_size=1, max_size=5), min_size=1, max_size=8), st.data())
def test_cut_lines_leave_the_other_lines_and_no_blank_one(lines, data):
    codes = data.draw(st.lists(st.sampled_from(["", "AA01"]), min_size=len(lines), max_size=len(lines)))
    text = "\n".join(lines)
    cuts = line_cuts(lines, codes)
    assert apply(text, cuts) == "\n".join(line for line, code in zip(lines, codes, strict=True) if not code)
    assert len(cuts) == sum(map(bool, codes))


@given(st.lists(st.text(alphabet="ab", min_size=1, max_size=3), min_size=1, max_size=8), st.data())
def test_lines_cut_in_two_rounds_are_cuts_of_whole_lines(lines, data):
    size = len(lines)
    codes = data.draw(st.lists(st.sampled_from(["", "AA01", "BB02"]), min_size=size, max_size=size))
    rest = [(line, code) for line, code in zip(lines, codes, strict=True) if code != "AA01"]
    assume(rest)
    first = line_cuts(lines, ["AA01" if code == "AA01" else "" for code in codes])
    second = line_cuts([line for line, _ in rest], [code for _, code in rest])
    merged = merge(first, second)
    assert [cut.text.strip("\n") for cut in merged] == [line for line, code in zip(lines, codes, strict=True) if code]
    assert [cut.code for cut in merged] == [code for code in codes if code]


def test_a_break_goes_with_its_line():
    lines = ["satu", "dua", "tiga", "empat"]
    assert line_cuts(lines, ["A", "", "B", "C"]) == (
        Cut("A", 0, "satu\n"),
        Cut("B", 8, "\ntiga"),
        Cut("C", 13, "\nempat"),
    )
    assert line_cuts(lines[:2], ["A", "B"]) == (Cut("A", 0, "satu"), Cut("B", 4, "\ndua"))
    assert line_cuts([""], ["A"]) == ()


@pytest.mark.parametrize(
    "cuts",
    [
        (Cut("A", 0, "dua"),),
        (Cut("A", 2, "tu"), Cut("B", 3, "u")),
        (Cut("A", 4, "s"),),
    ],
)
def test_a_cut_that_is_not_in_the_text_is_an_error(cuts):
    with pytest.raises(ValueError, match="does not stand in the text"):
        apply("satu", cuts)
