import random
import shutil
from pathlib import Path

import pytest

from crawler.outlets import BadInput
from curation.runners import local
from curation.takedowns import NAME, Tombstone, append_tombstone
from curation.verify import Proof, Question, verify
from tests.corpora import COFFEE, RAIN, archive, build_corpus, page, unwatched

RAIN_URL = "https://www.kabar.example/2026/10/hujan-di-kota-lama"
COPY_URL = "https://warta.example/read/7/kota-lama-diguyur-hujan"
COFFEE_URL = "https://www.kabar.example/2026/10/panen-kopi-datang-lebih-cepat"
NOTES = [
    "via: https://www.kabar.example/sitemap.xml",
    'right: {"signal":"content-signal","value":"search=yes","meaning":"","said_by":"https://www.kabar.example/robots.txt",'
    '"said_at":"2026-10-04T00:00:00Z","digest":"sha1:AAAA"}',
]


def proof_of(corpus: Path, sample: int | None = None) -> Proof:
    return verify(Question(corpus, sample=sample), local.run, unwatched)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    corpus = tmp_path_factory.mktemp("corpus")
    pages = {RAIN_URL: page("Hujan di Kota Lama", RAIN), COFFEE_URL: page("Panen Kopi Datang Lebih Cepat", COFFEE)}
    archive(corpus / "warc" / "a.warc.gz", pages, notes=NOTES)
    archive(corpus / "warc" / "b.warc.gz", {COPY_URL: page("Kota Lama Diguyur Hujan", RAIN, day="2026-10-04")})
    build_corpus(corpus)
    return corpus


@pytest.fixture
def corpus(built: Path, tmp_path: Path) -> Path:
    """A copy whose bytes the test may change."""
    shutil.copytree(built, tmp_path / "corpus", symlinks=True)
    return tmp_path / "corpus"


def test_what_was_built_holds(built: Path) -> None:
    proof = proof_of(built)
    assert proof.failures == ()
    assert any("2 of 2 documents" in sentence and "to the same row" in sentence for sentence in proof.held)


def test_a_sample_is_traced(built: Path) -> None:
    assert any("1 of 2 documents" in sentence for sentence in proof_of(built, sample=1).held)


def release_files(corpus: Path) -> list[Path]:
    return sorted(path for path in (corpus / "release" / "latest").rglob("*") if path.is_file())


def flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place % len(content)] ^= 1
    path.unlink()  # a hard link to the work folder
    path.write_bytes(content)


def test_a_changed_byte_in_any_file_of_the_release_names_it(corpus: Path) -> None:
    dice = random.Random(7)
    names = {path.name for path in release_files(corpus)}
    assert {"manifest.json", "manifest.sha256", "README.md", "croissant.json"} <= names
    for path in release_files(corpus):
        whole = path.read_bytes()
        # Of the manifest and its digest every byte may mean something else.
        more = 60 if path.name.startswith("manifest.") else 4
        for place in (0, len(whole) - 1, *(dice.randrange(len(whole)) for _ in range(more))):
            flip(path, place)
            said = "\n".join(map(str, proof_of(corpus, sample=0).failures))
            assert path.relative_to(corpus / "release" / "latest").as_posix() in said, (path, place)
            path.write_bytes(whole)
    assert proof_of(corpus, sample=0).failures == ()


def test_a_file_more_or_less_is_named(corpus: Path) -> None:
    folder = corpus / "release" / "latest"
    (folder / "documents" / "more.parquet").write_bytes(b"x")
    readme = (folder / "README.md").read_bytes()
    (folder / "README.md").unlink()
    said = [failure.file for failure in proof_of(corpus, sample=0).failures]
    assert said == ["documents/more.parquet", "README.md"]
    (folder / "README.md").write_bytes(readme)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_changed_byte_in_an_archive_names_it(corpus: Path, share: float) -> None:
    path = corpus / "warc" / "a.warc.gz"
    flip(path, int(path.stat().st_size * share))
    assert "warc/a.warc.gz" in {failure.file for failure in proof_of(corpus, sample=0).failures}


def test_an_archive_that_is_gone_is_named(corpus: Path) -> None:
    (corpus / "warc" / "b.warc.gz").unlink()
    shutil.rmtree(corpus / "work" / "sources")
    assert [failure.file for failure in proof_of(corpus, sample=0).failures] == ["warc/b.warc.gz"]


def test_without_the_census_the_cuts_are_not_made_again_and_it_says_so(corpus: Path) -> None:
    shutil.rmtree(corpus / "work")
    proof = proof_of(corpus)
    assert proof.failures == ()
    assert any("with its cuts put back" in sentence for sentence in proof.held)


def test_a_takedown_that_the_release_does_not_obey_is_named(corpus: Path) -> None:
    append_tombstone(corpus / NAME, Tombstone("url", COFFEE_URL, "salah orang", "2026-10-05"))
    (failure,) = proof_of(corpus, sample=0).failures
    assert failure.file.startswith("documents/outlet=kabar.example/month=2026-10/")
    assert "is taken down" in failure.what


def test_there_must_be_a_release(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such release"):
        proof_of(tmp_path)
