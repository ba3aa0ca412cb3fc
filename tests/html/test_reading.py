from hypothesis import given
from hypothesis import strategies as st

from curation.html.blocks import Block, Hole
from curation.html.reading import Reading, cut
from curation.inserts.cuts import apply, undo
from curation.records import Cut
from tests.html.pages import page

OWNER = page("")


def reading(*lines: tuple[str, str]) -> Reading:
    blocks = tuple(Block(text, OWNER, 0, 0.0) for text, _ in lines)
    return Reading("layout", blocks, tuple(code for _, code in lines))


def put_back(text: str, cuts: tuple[Cut, ...]) -> str:
    """Insert cuts in order of their place in the text before any."""
    for one in cuts:
        text = text[: one.start] + one.text + text[one.start :]
    return text


def test_lines_take_their_break_with_them() -> None:
    text, cuts = cut(reading(("a", "X"), ("b", ""), ("c", "Y"), ("d", ""), ("e", "X"), ("f", "Y")))
    assert text == "b\nd"
    assert cuts == (Cut("X", 0, "a\n"), Cut("Y", 4, "c\n"), Cut("X", 7, "\ne"), Cut("Y", 9, "\nf"))


def test_nothing_is_left() -> None:
    assert cut(reading(("a", "X"), ("b", "X"))) == ("", (Cut("X", 0, "a"), Cut("X", 1, "\nb")))
    assert cut(reading()) == ("", ())


def test_holes_take_one_blank() -> None:
    block = Block(
        "iklan Awal iklan, akhir iklan", OWNER, 0, 0.0, (Hole("X", 0, 5), Hole("X", 11, 16), Hole("Y", 24, 29))
    )
    text, cuts = cut(Reading("layout", (block,), ("",)))
    assert text == "Awal, akhir"
    assert [one.text for one in cuts] == ["iklan ", " iklan", " iklan"]


def test_a_block_of_holes_alone_is_a_line() -> None:
    block = Block("iklan lagi", OWNER, 0, 0.0, (Hole("X", 0, 5), Hole("Y", 6, 10)))
    text, cuts = cut(Reading("layout", (block, Block("ya", OWNER, 0, 0.0)), ("", "")))
    assert (text, cuts) == ("ya", (Cut("X", 0, "iklan lagi\n"),))


def test_words_that_stay() -> None:
    assert reading(("satu dua", ""), ("tiga", "X"), ("satu dua", "")).n_words == 4


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    blocks = []
    for _ in range(draw(st.integers(0, 7))):
        words = draw(st.lists(st.sampled_from(["a", "bé", "😀", ",", "x."]), min_size=1, max_size=6))
        text = " ".join(words)
        places = sorted(draw(st.sets(st.integers(0, len(words) * 2), max_size=4)))
        starts = [sum(len(word) + 1 for word in words[:at]) for at in range(len(words) + 1)]
        holes = tuple(
            Hole(draw(st.sampled_from("XY")), starts[one], starts[other] - 1)
            for one, other in zip(places[::2], places[1::2], strict=False)
            if one < other <= len(words)
        )
        blocks.append(Block(text, OWNER, 0, 0.0, holes))
    return Reading("layout", tuple(blocks), tuple(draw(st.sampled_from(["", "", "Z"])) for _ in blocks))


@given(readings())
def test_what_is_cut_can_be_put_back(one: Reading) -> None:
    text, cuts = cut(one)
    before = "\n".join(block.text for block in one.blocks)
    assert put_back(text, cuts) == undo(text, cuts) == before
    assert apply(before, cuts) == text
    assert all(line == " ".join(line.split()) != "" for line in text.split("\n")) or text == ""
