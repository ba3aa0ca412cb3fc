import datetime as dt
import gzip
import os
from pathlib import Path

import pytest

from crawler.outlets import BadInput
from curation.saved_pages import import_pages
from curation.warc import read_responses


def page(canonical: str = "") -> bytes:
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    return f"<html><head>{link}</head><body><p>Halo.</p></body></html>".encode()


def test_pages_get_their_address_from_the_manifest_or_from_themselves(tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.html").write_bytes(page("http://a.example/inside"))
    (folder / "b.html").write_bytes(page("http://b.example/inside"))
    (folder / "deep/c.html.gz").write_bytes(gzip.compress(page("http://c.example/inside")))
    (folder / "d.html").write_bytes(page())
    (folder / "manifest.csv").write_text(
        "file,url,fetched_at\nb.html,http://b.example/told,2026-10-03T08:15:00+07:00\n", encoding="utf-8"
    )
    os.utime(folder / "a.html", (0, 86_400))
    imported = import_pages(folder, tmp_path / "out/w.warc.gz")
    assert (imported.written, imported.without_address) == (3, ("d.html",))
    losses: list[str] = []
    pages = [response.page for response in read_responses(tmp_path / "out/w.warc.gz", "w", 10_000, losses)]
    assert [page.url for page in pages] == [
        "http://a.example/inside",
        "http://b.example/told",
        "http://c.example/inside",
    ]
    assert pages[0].fetched_at == dt.datetime(1970, 1, 2, tzinfo=dt.UTC)
    assert pages[1].fetched_at == dt.datetime(2026, 10, 3, 1, 15, tzinfo=dt.UTC)
    assert pages[2].payload == page("http://c.example/inside")


@pytest.mark.parametrize(
    ("manifest", "sentence"),
    [
        ("page,url\n", "columns 'file' and 'url'"),
        ("file,url,fetched_at\na.html,http://a.example/,soon\n", "fetched_at"),
    ],
)
def test_a_wrong_manifest_is_said_and_nothing_is_written(tmp_path: Path, manifest: str, sentence: str) -> None:
    (tmp_path / "a.html").write_bytes(page())
    (tmp_path / "manifest.csv").write_text(manifest)
    with pytest.raises(BadInput, match=sentence):
        import_pages(tmp_path, tmp_path / "w.warc.gz")
    assert not (tmp_path / "w.warc.gz").exists()


def test_a_folder_without_pages_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="there is no saved page"):
        import_pages(tmp_path, tmp_path / "w.warc.gz")
