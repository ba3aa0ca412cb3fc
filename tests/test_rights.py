from pathlib import Path

import pyarrow.dataset as ds
import pytest

from crawler.rights import Statement
from curation.records import Capture, Document, Page, Reject, Right
from curation.rights import kept_out, reuse, rights_of_page
from curation.schema import records_of
from tests.corpora import COFFEE, RAIN, archive, build_corpus, page

SITE = "https://www.kabar.example"
FREE = '<link rel="license" href="https://creativecommons.org/licenses/by/4.0/">'
NOTICE = "Dilarang keras mengambil konten, melakukan crawling atau pengindeksan otomatis untuk AI di situs web ini."
NOTE = (
    'right: {"signal":"tdm-reservation","value":"1","meaning":"reserved","said_by":"https://www.kabar.example/.well-known/'
    'tdmrep.json","said_at":"2026-10-04T00:00:00Z","digest":"sha1:AAAA"}'
)
RESERVED = Right("tdm-reservation", "1", "reserved", f"{SITE}/.well-known/tdmrep.json", None, "")
FREED = Right("tdm-reservation", "0", "", "meta tdm-reservation", None, "")
OPEN = Right("license", "https://creativecommons.org/licenses/by/4.0/", "open", "link rel=license", None, "")
SILENT = Right("content-signal", "search=yes", "", f"{SITE}/robots.txt", None, "")


def a_page(*notes: tuple[str, str], headers: tuple[tuple[str, str], ...] = ()) -> Page:
    return Page(f"{SITE}/1", None, b"", Capture("a", 0, 1, "sha1:P", 200, "text/html"), headers, notes)


@pytest.mark.parametrize(
    ("rights", "policy", "code"),
    [
        ((), "respect", ""), ((), "open-only", "rights.not-open"), ((), "record-only", ""),
        ((SILENT,), "respect", ""), ((SILENT,), "open-only", "rights.not-open"),
        ((OPEN,), "respect", ""), ((OPEN,), "open-only", ""),
        ((RESERVED,), "respect", "rights.reserved"), ((RESERVED,), "open-only", "rights.reserved"),
        ((RESERVED,), "record-only", ""), ((OPEN, RESERVED), "respect", "rights.reserved"),
        ((RESERVED, FREED), "respect", ""),
    ],
)  # fmt: skip
def test_a_policy_keeps_out_what_it_says(rights: tuple[Right, ...], policy: str, code: str) -> None:
    found, detail = kept_out(rights, policy)  # type: ignore[arg-type]
    assert found == code
    assert ("tdm-reservation" in detail) == (code == "rights.reserved")


def test_the_detail_names_the_statement_that_counts() -> None:
    header = Right("x-robots-tag", "noai", "reserved", "x-robots-tag", None, "")
    assert reuse((RESERVED, FREED, header)) == "reserved"
    assert kept_out((RESERVED, FREED, header), "respect")[1] == "x-robots-tag (x-robots-tag): noai"


def test_notes_headers_and_page_are_put_on_record_once_each() -> None:
    note = ("right", NOTE.removeprefix("right: "))
    said = Statement("meta-robots", "noai", "reserved", "meta robots")
    found = rights_of_page(a_page(note, note, ("via", "x"), headers=(("X-Robots-Tag", "noai"),)), [said, said])
    assert [(one.signal, one.digest) for one in found] == [
        ("tdm-reservation", "sha1:AAAA"), ("x-robots-tag", "sha1:P"), ("meta-robots", "sha1:P"),
    ]  # fmt: skip
    assert found[0].said_at is not None


def test_a_note_that_cannot_be_read_is_not_lost_in_silence() -> None:
    with pytest.raises(ValueError, match="signal"):
        rights_of_page(a_page(("right", "{}")), [])


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six stories, each with another thing said about its reuse."""
    corpus = tmp_path_factory.mktemp("corpus")
    told = {
        "silent": page("Hujan di Kota Lama", RAIN),
        "meta": page("Hujan di Kota Baru", (RAIN[0], COFFEE[0]), '<meta name="robots" content="index, noai">'),
        "open": page("Panen Kopi", COFFEE, FREE),
        "notice": page("Kopi dan Hujan", (COFFEE[1], RAIN[0], NOTICE)),
    }
    archive(corpus / "warc" / "a.warc.gz", {f"{SITE}/2026/10/{name}-kota": payload for name, payload in told.items()})
    archive(
        corpus / "warc" / "b.warc.gz", {f"{SITE}/2026/10/header-kota": page("Hujan Lagi", (RAIN[1], COFFEE[1]))},
        [("X-Robots-Tag", "noai")],
    )  # fmt: skip
    archive(
        corpus / "warc" / "c.warc.gz", {f"{SITE}/2026/10/file-kota": page("Kopi Lagi", (RAIN[2], COFFEE[2]))},
        notes=[NOTE, "via: https://www.kabar.example/feed"],
    )  # fmt: skip
    return corpus


def built(corpus: Path, policy: str) -> tuple[dict[str, Document], dict[str, Reject]]:
    release = build_corpus(corpus, rights={"policy": policy}, clean={"min_words": 5})
    documents = records_of(Document, ds.dataset(release.folder / "documents").to_table())
    rejects = records_of(Reject, ds.dataset(release.folder / "rejects").to_table())

    def name(url: str) -> str:
        return url.rpartition("/")[2].partition("-")[0]

    return {name(row.url): row for row in documents}, {name(row.url): row for row in rejects}


def test_what_a_site_reserves_is_a_reject_that_names_the_statement(corpus: Path) -> None:
    documents, rejects = built(corpus, "respect")
    assert set(documents) == {"silent", "open"}
    assert {name: (row.stage, row.code) for name, row in rejects.items()} == dict.fromkeys(
        ("meta", "notice", "header", "file"), ("clean", "rights.reserved")
    )
    assert rejects["meta"].detail == "meta-robots (meta robots): index, noai"
    assert rejects["header"].detail == "x-robots-tag (x-robots-tag): noai"
    assert rejects["notice"].detail.startswith("notice (text): Dilarang keras")
    assert rejects["file"].found_by == "https://www.kabar.example/feed"
    assert (documents["silent"].reuse, documents["open"].reuse) == ("unstated", "open")
    (licence,) = documents["open"].rights
    assert (licence.said_by, licence.said_at) == ("link rel=license", documents["open"].fetched_at)


def test_record_only_publishes_all_and_keeps_what_was_said(corpus: Path) -> None:
    documents, _ = built(corpus, "record-only")
    assert {name: row.reuse for name, row in documents.items()} == {
        "silent": "unstated", "open": "open", "meta": "reserved", "notice": "reserved", "header": "reserved",
        "file": "reserved",
    }  # fmt: skip


def test_open_only_publishes_what_a_licence_opens(corpus: Path) -> None:
    documents, rejects = built(corpus, "open-only")
    assert set(documents) == {"open"}
    assert rejects["silent"].code == "rights.not-open"
