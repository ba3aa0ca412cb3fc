"""The tally as a line between processes."""

import pytest

from crawler.tally import Tally, read_tally


def test_a_tally_survives_the_way_between_processes() -> None:
    tally = Tally(found=3, notes=["peta.xml: rusak – sebagian"], trouble="x")
    tally.miss("404")
    tally.miss("404")
    assert "\n" not in tally.line()
    assert read_tally(tally.line().encode() + b"\n") == tally
    assert tally.errors == {"404": 2}


@pytest.mark.parametrize("line", [b"", b"Traceback (most recent call last):", b"[1]", b"null", b'{"foud": 1}', b"\xff"])
def test_another_line_is_no_tally(line: bytes) -> None:
    assert read_tally(line) is None
