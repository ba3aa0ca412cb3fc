import datetime as dt
import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.inserts import apply, undo
from curation.records import Capture, Copy, Cut, Mask, Right, Version
from curation.saved_pages import import_pages
from curation.show.trace import Shown, blocks_of, show
from curation.sources import find_sources, write_sources
from curation.takedowns import NAME as TAKEDOWNS
from curation.takedowns import Tombstone, append_tombstone
from curation.warc import read_responses
from tests.releases import NOON, WIB, document, reject, write_release

BODY = "Hujan turun di kota lama sejak pagi, dan warga menutup pintu air sebelum tengah hari tiba. "
PAGE = f"""<!doctype html><html><head><title>Hujan di Kota Lama</title>
<link rel="canonical" href="https://www.kabar.example/1"></head>
<body><article><h1>Hujan di Kota Lama</h1><p>{BODY * 3}</p><p>Baca juga: <a href="/2">Pintu Air Ditutup</a></p>
<p>{BODY.replace("hari", "malam") * 3}</p></article></body></html>"""


@pytest.fixture
def captured(tmp_path: Path) -> Capture:
    """Archive `PAGE` below the corpus folder `tmp_path`."""
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "1.html").write_text(PAGE, encoding="utf-8")
    import_pages(pages, tmp_path / "warc" / "a.warc.gz")
    (response,) = read_responses(tmp_path / "warc" / "a.warc.gz", "warc/a.warc.gz", 10**6, [])
    return response.page.capture


def facts(shown: Shown, heading: str) -> dict[str, str]:
    (section,) = (section for section in shown.sections if section.heading == heading)
    return {fact.label: f"{fact.value} {fact.address}".strip() for fact in section.facts}


@st.composite
def cut_texts(draw: st.DrawFn) -> tuple[str, tuple[Cut, ...]]:
    """A text and cuts that stand in it, with gaps and without, over line breaks too."""
    whole = draw(st.text("ab \n", max_size=40))
    edges = sorted(draw(st.sets(st.integers(0, len(whole)), max_size=8)))
    places = draw(st.lists(st.booleans(), min_size=len(edges), max_size=len(edges)))
    spans = zip(edges, edges[1:], places, strict=False)
    return whole, tuple(Cut(f"RL{start:02}", start, whole[start:end]) for start, end, taken in spans if taken)


@given(cut_texts())
def test_blocks_are_the_lines_of_the_text_before_any_cut(sample: tuple[str, tuple[Cut, ...]]) -> None:
    whole, cuts = sample
    text = apply(whole, cuts)
    blocks = blocks_of(text, cuts)
    assert ["".join(piece.text for piece in block) for block in blocks] == undo(text, cuts).split("\n")
    kept = "".join(piece.text for block in blocks for piece in block if not piece.code)
    assert kept == text.replace("\n", "")
    assert {piece.code for block in blocks for piece in block if piece.code} <= {cut.code for cut in cuts}


def test_a_document_says_all_that_its_row_holds(tmp_path: Path, captured: Capture) -> None:
    copy = Copy(
        "9" * 16, "https://warta.example/9", "warta", dt.datetime(2026, 10, 3, 23, 30, tzinfo=dt.UTC), 0.912, "near"
    )
    row = document(
        0xABCDEF01, title="Hujan di Kota Lama", text="Satu.\nTiga.", authors=("Ratna", "Bima"), editor="Sari",
        published_at=NOON, fetched_at=NOON, cuts=(Cut("RL01", 6, "Baca juga: dua\n"),), cluster_size=2,
        copies=(copy,), capture=captured, layout="baru", extractor="layout", outlet="idntimes",
    )  # fmt: skip
    write_release(tmp_path, "2026-10-03-0123abcd", [row])
    shown = show(tmp_path, "abcdef")
    assert (shown.title, shown.release) == ("Hujan di Kota Lama", "2026-10-03-0123abcd")
    told = facts(shown, "Row")
    assert (told["authors"], told["editor"], told["published at"]) == ("Ratna, Bima", "Sari", "2026-10-03 12:00:00 WIB")
    assert told["url"] == row.url
    assert facts(shown, "Cluster")["warta"] == "2026-10-04 06:30:00 WIB, similarity 0.91 https://warta.example/9"
    assert facts(shown, "How it was read") == {"layout": "baru", "extractor": "layout"}
    place = facts(shown, "Capture")
    assert (place["warc"], place["offset"]) == ("warc/a.warc.gz", str(captured.offset))
    assert (place["length"], place["digest"], place["status"]) == (str(captured.length), captured.digest, "200")
    assert place["fetched at"] == "2026-10-03 12:00:00 WIB"
    assert place["archive"].endswith("a.warc.gz gives this digest")
    assert shown.note == "15 of 26 characters were cut, in 1 place."
    assert [shown.margin(block) for block in shown.blocks] == [(), ("RL01 related.read-also",), ()]


def test_times_of_an_unknown_outlet_are_in_utc(tmp_path: Path) -> None:
    write_release(tmp_path, "2026-10-03-0123abcd", [document(0xABCDEF01, published_at=NOON.astimezone(WIB))])
    assert facts(show(tmp_path, "abcdef"), "Row")["published at"] == "2026-10-03 05:00:00 UTC"


def test_a_row_of_a_text_table_has_no_archive(tmp_path: Path) -> None:
    write_release(tmp_path, "2026-10-03-0123abcd", [document(0xABCDEF01)])
    assert facts(show(tmp_path, "abcdef"), "Capture") == {"archive": "none: the row comes from a text table"}


def test_a_copy_says_whose_and_is_read_again(tmp_path: Path, captured: Capture) -> None:
    kept = document(0xABCDEF01, title="Yang pertama")
    gone = reject(0xABCDEF02, "duplicate.near", dup_of=kept.id, jaccard=0.934, capture=captured)
    write_release(tmp_path, "2026-10-03-0123abcd", [kept], [gone])
    shown = show(tmp_path, "abcdef02")
    why = facts(shown, "Why it stopped")
    assert why["meaning"] == "A kept document says the same, at or above `cluster.threshold`."
    assert (why["code"], why["jaccard"]) == ("duplicate.near", "0.93")
    assert why["dup of"] == f"{kept.id} Yang pertama {kept.url}"
    assert "Read again" in shown.note
    assert any("Hujan turun" in piece.text and not piece.code for block in shown.blocks for piece in block)
    assert any("Baca juga" in piece.text and piece.code for block in shown.blocks for piece in block)


@pytest.mark.parametrize("code", ["http.status", "extract.timeout", "clean.crash", "rights.noai"])
def test_a_page_that_did_harm_or_must_not_be_used_is_not_read_again(
    tmp_path: Path, captured: Capture, code: str
) -> None:
    write_release(tmp_path, "2026-10-03-0123abcd", [], [reject(0xABCDEF02, code, capture=captured)])
    shown = show(tmp_path, "abcdef02")
    assert shown.blocks == ()
    assert "not read again" in shown.note


def test_a_copy_of_a_document_elsewhere_is_said(tmp_path: Path) -> None:
    gone = reject(0xABCDEF02, "duplicate.near", dup_of="1234567812345678")
    write_release(tmp_path, "2026-10-03-0123abcd", [], [gone])
    assert facts(show(tmp_path, "abcdef02"), "Why it stopped")["dup of"] == "1234567812345678 (not in this release)"


def test_a_changed_or_missing_archive_is_said(tmp_path: Path, captured: Capture) -> None:
    write_release(tmp_path, "2026-10-03-0123abcd", [document(0xABCDEF01, capture=captured)])
    archive = tmp_path / "warc" / "a.warc.gz"
    content = bytearray(archive.read_bytes())
    content[captured.offset + captured.length // 2] ^= 1
    archive.write_bytes(content)
    assert "does NOT give this digest" in facts(show(tmp_path, "abcdef"), "Capture")["archive"]
    archive.write_bytes(content[: captured.offset])
    assert "does NOT give this digest" in facts(show(tmp_path, "abcdef"), "Capture")["archive"]
    archive.unlink()
    assert "has this file" in facts(show(tmp_path, "abcdef"), "Capture")["archive"]


def test_an_archive_that_lies_elsewhere_is_found_as_the_build_found_it(tmp_path: Path, captured: Capture) -> None:
    corpus = tmp_path / "corpus"
    (source,) = find_sources([tmp_path / "warc"], [], corpus)
    write_sources([source], corpus / "work" / "sources")
    write_release(
        corpus, "2026-10-03-0123abcd",
        [document(0xABCDEF01, capture=Capture("a.warc.gz", captured.offset, 0, captured.digest, 200, ""))],
    )  # fmt: skip
    assert facts(show(corpus, "abcdef"), "Capture")["archive"] == f"{source.path} gives this digest"


def test_a_row_says_how_it_was_found_what_was_cut_and_what_its_site_says(tmp_path: Path) -> None:
    right = Right("tdm-reservation", "0", "", "tdm-reservation", NOON, "sha1:AAAA")
    text = "Satu.\nTiga."
    digest = hashlib.sha256(text.encode()).hexdigest()[:32]
    row = document(
        0xABCDEF01, text=text, cuts=(Cut("RL01", 6, "Baca juga: dua\n"), Cut("RL01", 26, "x")), rights=(right,),
        reuse="unstated", masks=(Mask("EMAIL", 2),), found_by="https://www.kabar.example/feed",
        versions=(Version("1" * 16, "https://www.kabar.example/1?x", NOON, digest),),
    )  # fmt: skip
    write_release(tmp_path, "2026-10-03-0123abcd", [row])
    shown = show(tmp_path, "abcdef")
    assert facts(shown, "How it was found") == {"named by": "https://www.kabar.example/feed"}
    assert facts(shown, "Cuts") == {"RL01": "related.read-also: 2 places, 16 characters"}
    assert facts(shown, "Rights")["reuse"] == "unstated"
    said = "0, said by tdm-reservation, 2026-10-03 05:00:00 UTC, sha1:AAAA"
    assert facts(shown, "Rights")["tdm-reservation"] == said
    assert facts(shown, "Personal data") == {"EMAIL": "2 masked"}
    version = facts(shown, "Cluster")["version"]
    assert version == f"{'1' * 16}, 2026-10-03 05:00:00 UTC, the same words https://www.kabar.example/1?x"


def test_a_row_that_is_taken_down_shows_no_text(tmp_path: Path) -> None:
    row = document(
        0xABCDEF01, title="Yang ditarik", text="Rahasia.", summary="Rahasia", cuts=(Cut("RL01", 0, "Rahasia"),)
    )
    write_release(tmp_path, "2026-10-03-0123abcd", [row])
    append_tombstone(tmp_path / TAKEDOWNS, Tombstone("url", row.url, "salah orang", "2026-10-05"))
    shown = show(tmp_path, "abcdef")
    assert (shown.blocks, shown.title) == ((), row.url)
    assert facts(shown, "Taken down") == {f"url {row.url}": "2026-10-05, salah orang"}
    assert "ditarik" not in repr(shown)
    assert "Rahasia" not in repr(shown)
