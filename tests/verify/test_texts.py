import json
from dataclasses import replace
from pathlib import Path

import pyarrow.dataset as ds
import pytest

from curation.config import Config
from curation.records import Capture, Document, Right
from curation.schema import records_of, table_of
from curation.stages import publish
from curation.verify.texts import Batch, gives_digest, read_traced, trace
from curation.warc import fetch, payload_digest
from tests.corpora import RAIN, archive, build_corpus, page

URL = "https://www.kabar.example/2026/10/hujan-di-kota-lama"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Document]:
    corpus = tmp_path_factory.mktemp("corpus")
    archive(corpus / "warc" / "a.warc.gz", {URL: page("Hujan di Kota Lama", RAIN)})
    release = build_corpus(corpus)
    (document,) = records_of(Document, ds.dataset(release.folder / "documents").to_table())
    return corpus, document


def traced(corpus: Path, document: Document, place: Path, *, census: bool = True) -> list[str]:
    """Trace one document as a release would hold it."""
    publish.write_folders(place / "documents", table_of(Document, [document]), publish.DOCUMENTS)
    (file,) = place.rglob("*.parquet")
    (table,) = corpus.glob("work/census-*/census.parquet")
    warc = str(corpus / "warc" / "a.warc.gz")
    files = ((file.relative_to(place).as_posix(), (document.id,)),)
    batch = Batch(
        warc, "warc/a.warc.gz", "warc", str(place), files, (("warc/a.warc.gz", warc),), Config().model_dump_json(),
        str(table) if census else "", str(place / "out.json"),
    )  # fmt: skip
    trace(batch)
    assert json.loads((place / "out.json").read_text())["found"] == [document.id]
    return [failure.what for failure in read_traced(batch).failures]


@pytest.mark.parametrize("census", [True, False])
def test_a_document_is_made_again(built: tuple[Path, Document], tmp_path: Path, census: bool) -> None:
    assert traced(*built, tmp_path, census=census) == []


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("text", "Teks yang tidak ada di laman.", "text"),
        ("title", "Judul Lain", "title"),
        ("authors", ("Orang Lain",), "authors"),
        ("rights", (Right("license", "x", "open", "x", None, ""),), "rights"),
    ],
)
def test_a_field_that_the_page_does_not_give_is_named(
    built: tuple[Path, Document], tmp_path: Path, field: str, value: object, said: str
) -> None:
    corpus, document = built
    (what,) = traced(corpus, replace(document, **{field: value}), tmp_path)  # type: ignore[arg-type]
    assert what.endswith(f"another {said}")


def test_another_body_shows_without_the_census_too(built: tuple[Path, Document], tmp_path: Path) -> None:
    corpus, document = built
    (what,) = traced(corpus, replace(document, text="Teks lain."), tmp_path, census=False)
    assert what.endswith("another body")


def test_a_capture_with_another_digest_is_said(built: tuple[Path, Document], tmp_path: Path) -> None:
    corpus, document = built
    assert document.capture is not None
    other = replace(document, capture=replace(document.capture, digest=payload_digest(b"x")))
    (what,) = traced(corpus, other, tmp_path)
    assert "is another one" in what


def test_the_digest_is_that_of_the_bytes_and_not_what_the_header_says(built: tuple[Path, Document]) -> None:
    corpus, document = built
    path = corpus / "warc" / "a.warc.gz"
    assert document.capture is not None
    payload = fetch(path, document.capture, 10**6).page.payload

    def gives(digest: str) -> bool:
        capture: Capture = replace(document.capture, digest=digest)  # type: ignore[type-var]
        return gives_digest(path, capture, payload)

    assert gives(payload_digest(payload))
    assert not gives(payload_digest(payload + b" "))
    assert not gives("none:x")
