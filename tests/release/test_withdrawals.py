from dataclasses import replace
from pathlib import Path

import pytest

from crawler.outlets import BadInput
from curation.release.withdrawals import order_takedown, standing_releases, still_in
from curation.takedowns import NAME, Tombstone, read_takedowns
from tests.releases import document, reject, write_release

FIRST = document(1)
OTHER = document(2, outlet="warta", url="https://warta.example/2", canonical_url="https://warta.example/2")
COPY = reject(
    3, "duplicate.near", outlet="warta", dup_of=FIRST.id, url="https://warta.example/3",
    canonical_url="https://warta.example/3",
)  # fmt: skip
TABLE_ROW = replace(COPY, id="4" * 16, url="", canonical_url="")
TWIN = reject(5, "duplicate.address", dup_of=FIRST.id, url=f"{FIRST.url}?lama", canonical_url=FIRST.url)


def stone(kind: str, value: str) -> Tombstone:
    return Tombstone(kind, value, "perintah", "2026-10-05")  # type: ignore[arg-type]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    write_release(tmp_path, "2026-10-03-0123abcd", [FIRST, OTHER], [COPY, TABLE_ROW, TWIN, reject(6, "http.status")])
    return tmp_path


@pytest.mark.parametrize(
    ("kind", "value", "also", "documents"),
    [
        # A story goes wherever it ran, whichever of its addresses is named.
        ("url", FIRST.url, (COPY.url, f"{FIRST.url}?lama", TABLE_ROW.id), 1),
        ("url", COPY.url, (FIRST.url, f"{FIRST.url}?lama", TABLE_ROW.id), 1),
        ("url", OTHER.url, (), 1),
        ("url", "https://kabar.example/none", (), 0),
        # An id is of one capture, and the address of it goes too.
        ("id", FIRST.id, (FIRST.url, COPY.url, f"{FIRST.url}?lama", TABLE_ROW.id), 1),
        ("id", "00000002", (OTHER.url,), 1),
        # A domain takes the copies of what was its own, not the originals of its copies.
        ("domain", "kabar.example", (COPY.url, TABLE_ROW.id), 1),
        ("domain", "warta.example", (), 1),
        ("pattern", "warta.example/3$", (), 0),
    ],
)
def test_a_takedown_takes_the_story_along(
    corpus: Path, kind: str, value: str, also: tuple[str, ...], documents: int
) -> None:
    ordered = order_takedown(corpus, stone(kind, value))
    assert set(ordered.stone.also) == set(also)
    assert (ordered.fresh, ordered.documents) == (True, documents)
    assert read_takedowns(corpus / NAME).stones == (ordered.stone,)


@pytest.mark.parametrize(
    ("kind", "value"), [("id", "abcdef"), ("id", "0000000"), ("id", "00"), ("pattern", "https://w")]
)
def test_what_names_no_row_or_every_row_is_refused_and_nothing_is_written(corpus: Path, kind: str, value: str) -> None:
    everywhere = replace(FIRST, url="https://w.example/1", canonical_url="https://w.example/1")
    write_release(corpus, "2026-10-04-4567abcd", [everywhere, OTHER])
    with pytest.raises(BadInput):
        order_takedown(corpus, stone(kind, value))
    assert not (corpus / NAME).exists()


def test_what_was_said_before_is_not_written_again(corpus: Path) -> None:
    order_takedown(corpus, stone("url", FIRST.url))
    told = (corpus / NAME).read_bytes()
    assert order_takedown(corpus, stone("url", FIRST.url)).fresh is False
    assert (corpus / NAME).read_bytes() == told
    write_release(
        corpus,
        "2026-10-04-4567abcd",
        [FIRST],
        [replace(COPY, url="https://baru.example/9", canonical_url="https://baru.example/9")],
    )
    assert order_takedown(corpus, stone("url", FIRST.url)).stone.also == ("https://baru.example/9",)


def test_releases_that_hold_it_are_named_latest_first(corpus: Path) -> None:
    write_release(corpus, "2026-10-04-4567abcd", [FIRST])
    write_release(corpus, "2026-10-05-89ababcd", [OTHER])
    assert [folder.name[:10] for folder in standing_releases(corpus)] == ["2026-10-05", "2026-10-04", "2026-10-03"]
    ordered = order_takedown(corpus, stone("url", FIRST.url))
    assert still_in(corpus, read_takedowns(corpus / NAME)) == {
        ordered.stone: ["2026-10-04-4567abcd", "2026-10-03-0123abcd"]
    }
