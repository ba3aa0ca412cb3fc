import gzip
import io
import random
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.outlets import BadInput
from curation.warc import Response, check_archive, fetch, read_responses

LIMIT = 50_000
PAGES = [random.Random(seed).randbytes(3_000) for seed in range(4)]


def write(path: Path, *, compress: bool = True, coding: str = "", record: str = "response") -> list[int]:
    """Write four pages between requests; gives the offset of each page."""
    offsets = []
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=compress, warc_version="1.1")
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "test"}))
        for number, page in enumerate(PAGES):
            url = f"http://a.example/{number}"
            request = StatusAndHeaders("GET / HTTP/1.1", [("Host", "a.example")], is_http_request=True)
            writer.write_record(writer.create_warc_record(url, "request", http_headers=request))
            headers = [("Content-Type", "text/html")] + ([("Content-Encoding", coding)] if coding else [])
            body = gzip.compress(page) if coding == "gzip" else page
            status = StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1") if record == "response" else None
            offsets.append(file.tell())
            writer.write_record(writer.create_warc_record(url, record, io.BytesIO(body), http_headers=status))
    return offsets


def read(path: Path, limit: int = LIMIT) -> tuple[list[Response], list[str]]:
    losses: list[str] = []
    return list(read_responses(path, "name.warc.gz", limit, losses)), losses


@pytest.mark.parametrize("compress", [True, False])
@pytest.mark.parametrize("coding", ["", "gzip"])
def test_every_page_comes_out_and_can_be_fetched_back(tmp_path: Path, compress: bool, coding: str) -> None:
    path = tmp_path / "a.warc.gz"
    offsets = write(path, compress=compress, coding=coding)
    responses, losses = read(path)
    assert [response.page.payload for response in responses] == PAGES
    assert [response.page.capture.offset for response in responses] == offsets
    assert {response.page.capture.status for response in responses} == {200}
    assert responses[-1].page.capture.offset + responses[-1].page.capture.length == path.stat().st_size
    assert [fetch(path, response.page.capture, LIMIT) for response in responses] == responses
    assert losses == []


@pytest.mark.parametrize("coding", ["x-unheard-of", "br", "deflate"])
def test_a_coding_that_does_not_hold_is_read_as_it_lies(tmp_path: Path, coding: str) -> None:
    write(tmp_path / "a.warc.gz", coding=coding)
    responses, losses = read(tmp_path / "a.warc.gz")
    assert [response.page.payload for response in responses] == PAGES
    assert {response.page.capture.content_type for response in responses} == {"text/html"}
    assert {response.page.capture.status for response in responses} == {200}
    assert losses == []


def test_resource_records_are_pages_too(tmp_path: Path) -> None:
    write(tmp_path / "a.warc.gz", record="resource")
    assert [response.page.payload for response in read(tmp_path / "a.warc.gz")[0]] == PAGES


@pytest.mark.parametrize("lost", [50, 700, 2_000])
def test_a_truncated_file_gives_every_whole_record(tmp_path: Path, lost: int) -> None:
    path = tmp_path / "a.warc.gz"
    offsets = write(path)
    path.write_bytes(path.read_bytes()[:-lost])
    responses, losses = read(path)
    assert [response.page.payload for response in responses] == PAGES[:3]
    assert losses == [f"the record at byte {offsets[3]} is cut off"]


@pytest.mark.parametrize("compress", [True, False])
def test_a_damaged_stretch_costs_only_what_it_hits(tmp_path: Path, compress: bool) -> None:
    path = tmp_path / "a.warc.gz"
    offsets = write(path, compress=compress)
    content = bytearray(path.read_bytes())
    content[offsets[1] : offsets[1] + 300] = bytes(300)
    path.write_bytes(content)
    responses, losses = read(path)
    assert [response.page.payload for response in responses] == [PAGES[0], PAGES[2], PAGES[3]]
    assert len(losses) == 1
    assert "damaged" in losses[0]


def test_a_large_page_is_named_and_not_held(tmp_path: Path) -> None:
    write(tmp_path / "a.warc.gz", coding="gzip")
    responses, _ = read(tmp_path / "a.warc.gz", limit=2_999)
    assert [(response.code, response.page.payload) for response in responses] == [("page.too-large", b"")] * 4


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"", "it is empty"), (b"<html>" * 99, "not a WARC"), (gzip.compress(b"hello" * 99, mtime=0), "not a WARC")],
    ids=["empty", "page", "gzip"],
)
def test_what_is_no_archive_is_said(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "bad.warc.gz"
    path.write_bytes(content)
    with pytest.raises(BadInput, match="not a WARC") as error:
        check_archive(path)
    assert why in str(error.value)


def test_fetch_refuses_another_record(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    write(path)
    first, second = (response.page.capture for response in read(path)[0][:2])
    with pytest.raises(BadInput, match=second.digest):
        fetch(path, type(second)(first.warc, first.offset, first.length, second.digest, 200, ""), LIMIT)


def write_with_notes(path: Path, order: str) -> None:
    """Write two pages, each with metadata records `m` and a request `q` around its response `r`."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="1.1")
        for number in range(2):
            for letter in order:
                write_around(writer, number, letter)


def write_around(writer: WARCWriter, number: int, letter: str) -> None:
    kind = {"m": "metadata", "q": "request", "r": "response"}[letter]
    fields = f"via: http://a.example/peta{number}.xml\r\nright: satu\r\nright: dua:\r\n tiga\r\ntanpa titik dua\r\n"
    signals = [("X-Robots-Tag", "noai"), ("X-Robots-Tag", "lain: noindex")]
    heads = {
        "q": StatusAndHeaders("GET / HTTP/1.1", [("Host", "a.example")], is_http_request=True),
        "r": StatusAndHeaders("200 OK", signals, protocol="HTTP/1.1"),
    }
    block = {"m": fields.encode(), "q": b"", "r": PAGES[number]}[letter]
    about = {"WARC-Record-ID" if letter == "r" else "WARC-Concurrent-To": f"<urn:uuid:{number}>"}
    payload = io.BytesIO(block)
    writer.write_record(
        writer.create_warc_record(
            *(f"http://a.example/{number}", kind, payload, len(block)),
            http_headers=heads.get(letter),
            warc_headers_dict=about,
        )
    )


@pytest.mark.parametrize("order", ["mrq", "rqm", "qmr", "rmq", "mqr"])
def test_a_page_knows_its_headers_and_what_the_crawl_noted(tmp_path: Path, order: str) -> None:
    write_with_notes(tmp_path / "a.warc.gz", order)
    responses, losses = read(tmp_path / "a.warc.gz")
    for number, response in enumerate(responses):
        assert response.page.payload == PAGES[number]
        assert response.page.headers == (("X-Robots-Tag", "noai"), ("X-Robots-Tag", "lain: noindex"))
        assert response.page.notes == (
            ("via", f"http://a.example/peta{number}.xml"),
            ("right", "satu"),
            ("right", "dua: tiga"),
        )
    assert (len(responses), losses) == (2, [])


def test_notes_on_both_sides_of_a_page_are_one(tmp_path: Path) -> None:
    write_with_notes(tmp_path / "a.warc.gz", "mmrm")
    responses, _ = read(tmp_path / "a.warc.gz")
    assert [len(response.page.notes) for response in responses] == [9, 9]


@pytest.mark.parametrize(
    ("about", "kind", "block"),
    [
        ({"WARC-Concurrent-To": "<urn:uuid:lain>"}, "application/warc-fields", b"via: x\r\n"),
        ({}, "application/warc-fields", b"via: x\r\n"),
        ({"WARC-Concurrent-To": "<urn:uuid:1>"}, "application/json", b'{"via": "x"}'),
        ({"WARC-Concurrent-To": "<urn:uuid:1>"}, "application/warc-fields", b"via: x\r\n" * 40_000),
        ({"WARC-Concurrent-To": "<urn:uuid:1>"}, "application/warc-fields", b"\xff\x00"),
    ],
    ids=["of another", "of none", "json", "large", "bytes"],
)
def test_what_is_noted_of_another_or_in_another_form_is_not_the_pages(
    tmp_path: Path, about: dict[str, str], kind: str, block: bytes
) -> None:
    path = tmp_path / "a.warc.gz"
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="1.1")
        status = StatusAndHeaders("200 OK", [], protocol="HTTP/1.1")
        for _ in range(40):
            metadata = {"payload": io.BytesIO(block), "length": len(block), "warc_content_type": kind}
            writer.write_record(
                writer.create_warc_record("http://a.example/", "metadata", warc_headers_dict=about, **metadata)
            )
        key = {"WARC-Record-ID": "<urn:uuid:1>"}
        page = io.BytesIO(PAGES[0])
        writer.write_record(
            writer.create_warc_record("http://a.example/", "response", page, http_headers=status, warc_headers_dict=key)
        )
    responses, losses = read(path, limit=1_000_000)
    assert [response.page.notes for response in responses] == [()]
    assert losses == []


def test_a_damaged_stretch_between_a_page_and_its_notes_costs_the_notes(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    write_with_notes(path, "mrq")
    content = bytearray(path.read_bytes())
    content[20:60] = bytes(40)
    path.write_bytes(content)
    responses, losses = read(path)
    assert [response.page.payload for response in responses] == PAGES[:2]
    assert [len(response.page.notes) for response in responses] == [0, 3]
    assert len(losses) == 1
