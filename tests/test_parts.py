from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from crawler.outlets import Outlets
from curation.config import Clean
from curation.inserts import apply, line_cuts, undo
from curation.parts import with_parts
from curation.records import Article, Capture, Part, Reject
from curation.schema import table_of
from curation.shards import write_table
from curation.stages.clean import Setting, clean
from tests.stages.test_clean import FIRST, LAST, article

CAPTURE = Capture("a.warc.gz", 7, 9, "sha1:X", 200, "text/html")
LINES = st.lists(st.tuples(st.text("ab ", max_size=4), st.booleans()), min_size=1, max_size=5)


def part(number: int, text: str, joined_to: str, name: str = "b" * 16) -> Part:
    return Part(name, number, joined_to, "", text, (), CAPTURE)


def test_texts_follow_each_other_and_captures_are_named() -> None:
    whole = with_parts(article("Satu.", "Dua."), [part(2, "Tiga.", "x"), part(3, "Empat.", "x")])
    assert whole.text == "Satu.\nDua.\nTiga.\nEmpat."
    assert whole.parts == (CAPTURE, CAPTURE)


@given(st.lists(LINES, min_size=2, max_size=3))
def test_cuts_of_every_part_can_be_undone(pages: list[list[tuple[str, bool]]]) -> None:
    wholes = ["\n".join(line for line, _ in lines) for lines in pages]
    cuts = [line_cuts([line for line, _ in lines], ["X1" if cut else "" for _, cut in lines]) for lines in pages]
    texts = [apply(whole, some) for whole, some in zip(wholes, cuts, strict=True)]
    first = article(text=texts[0], cuts=cuts[0])
    later = [Part("", 2, "", "", text, some, CAPTURE) for text, some in zip(texts[1:], cuts[1:], strict=True)]
    joined = with_parts(first, later)
    assert undo(joined.text, joined.cuts) == "\n".join(wholes)
    assert apply("\n".join(wholes), joined.cuts) == joined.text


def test_clean_joins_the_first_and_stops_the_later(tmp_path: Path) -> None:
    table = tmp_path / "parts.parquet"
    write_table(table, table_of(Part, [part(2, LAST, "0" * 16), part(3, "", "", "c" * 16)]))
    setting = Setting(Clean(min_words=1), Outlets({}, ()), None, table)
    first, second, lost = (clean(article(FIRST, id=name * 16), setting) for name in "0bc")
    assert isinstance(first, Article)
    assert first.text == f"{FIRST}\n{LAST}"
    assert isinstance(second, Reject)
    assert (second.code, second.dup_of, second.stage) == ("page.part", "0" * 16, "clean")
    assert isinstance(lost, Reject)
    assert (lost.code, lost.dup_of) == ("page.part", "")
