"""Archives: whole records only, readable by others, and cut back after a kill."""

import gzip
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType

from crawler.warc import Archive, Captured, Earlier, Exchange, captures, payload_digest, recover
from curation.warc import read_responses

INFO = {"software": "saring", "robots": "obey"}
NOTES = (("via", "http://www.warta.example/peta.xml"), ("robots", "allowed"), ("right", '{"value": "é"}'))
CHECK = Path(sys.executable).with_name("warcio")


def exchange(number: int, payload: bytes = b"<p>Pasar lama dibuka lagi.</p>", status: str = "200 OK") -> Exchange:
    return Exchange(
        url=f"http://www.warta.example/read/{number}",
        fetched_at=f"2026-11-03T08:30:{number:02}.000001Z",
        digest=payload_digest(payload),
        request=f"GET /read/{number} HTTP/1.1",
        request_headers=(("Host", "www.warta.example"), ("User-Agent", "saring")),
        protocol="HTTP/1.1",
        status=status,
        response_headers=(("Content-Type", "text/html"), ("Etag", '"a"'), ("Via", "satu"), ("Via", "dua")),
        payload=payload,
        ip_address="127.0.0.1",
    )


def written(folder: Path, exchanges: Iterable[Exchange], limit: int = 1 << 30) -> Archive:
    archive = Archive(folder, "warta", limit, INFO)
    for one in exchanges:
        archive.write(one)
    return archive


def unchanged(number: int, profile: Literal["identical-payload-digest", "server-not-modified"]) -> Exchange:
    earlier = Earlier(profile, exchange(number).url, "2026-11-01T00:00:00.000000Z", exchange(number).digest)
    again = exchange(number, status="304 Not Modified" if profile == "server-not-modified" else "200 OK")
    return replace(again, earlier=earlier, payload=b"")


def test_a_closed_archive_passes_warcio_and_fastwarc(tmp_path: Path) -> None:
    empty, large = b"", bytes(range(256)) * 4000
    archive = written(
        tmp_path / "crawl", [exchange(1), exchange(2, empty, "301 Moved Permanently"), exchange(3, large)]
    )
    archive.close()
    (path,) = archive.closed
    assert path.name == "warta-00000.warc.gz"
    check = subprocess.run([CHECK, "check", path], capture_output=True, check=False)
    assert (check.returncode, check.stdout, check.stderr) == (0, b"", b"")
    with path.open("rb") as file:
        records = [
            (record.record_type, record.headers["WARC-Type"], record.verify_block_digest(consume=False))
            for record in ArchiveIterator(file, parse_http=False)
        ]
    assert [kind for _, kind, _ in records] == ["warcinfo", *["response", "request"] * 3]
    assert all(sound for _, _, sound in records)


def test_what_did_not_change_is_a_revisit_that_all_readers_take(tmp_path: Path) -> None:
    one, two = unchanged(1, "server-not-modified"), replace(unchanged(2, "identical-payload-digest"), notes=NOTES)
    archive = written(tmp_path, [one, two])
    archive.close()
    (path,) = archive.closed
    check = subprocess.run([CHECK, "check", "-v", path], capture_output=True, text=True, check=False)
    assert check.returncode == 0
    assert check.stdout.count("digest present but not checked (revisit)") == 2
    with path.open("rb") as file:
        first, second = list(ArchiveIterator(file, record_types=WarcRecordType.revisit))
        assert first.headers["WARC-Profile"] == "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
        assert second.headers["WARC-Profile"] == "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
        assert first.headers["WARC-Refers-To-Target-URI"] == first.headers["WARC-Target-URI"] == one.url
        assert first.headers["WARC-Refers-To-Date"] == "2026-11-01T00:00:00.000000Z"
        assert first.headers["WARC-Payload-Digest"] == exchange(1).digest
        assert (first.content_length, second.http_headers["Etag"]) == (0, '"a"')
    assert [(one.status, one.digest, one.fetched_at) for one in captures(path)] == [
        (304, exchange(1).digest, "2026-11-03T08:30:01.000001Z"),
        (200, exchange(2).digest, "2026-11-03T08:30:02.000001Z"),
    ]
    read = list(read_responses(path, path.name, 1000, []))
    assert [(one.code, one.detail) for one in read] == [("page.unchanged", "2026-11-01T00:00:00.000000Z")] * 2
    assert read[0].page.notes[:2] == (("status", "HTTP/1.1 304 Not Modified"), ("header", "Content-Type: text/html"))
    assert read[1].page.notes == NOTES


def test_what_the_crawl_knows_stands_before_the_response(tmp_path: Path) -> None:
    archive = written(tmp_path, [replace(exchange(1), notes=(*NOTES, ("via", "satu\r\nWARC-Type: palsu")))])
    archive.close()
    with archive.closed[0].open("rb") as file:
        info, notes, response, request = [
            (dict(record.headers), record.reader.read()) for record in ArchiveIterator(file, parse_http=False)
        ]
    kinds = [headers["WARC-Type"] for headers, _ in (info, notes, response, request)]
    assert kinds == ["warcinfo", "metadata", "response", "request"]
    assert notes[0]["WARC-Concurrent-To"] == request[0]["WARC-Concurrent-To"] == response[0]["WARC-Record-ID"]
    assert notes[0]["Content-Type"] == "application/warc-fields"
    assert notes[1].decode().splitlines() == [
        "via: http://www.warta.example/peta.xml",
        "robots: allowed",
        'right: {"value": "é"}',
        "via: satu WARC-Type: palsu",
    ]
    (read,) = read_responses(archive.closed[0], "a", 1000, [])
    assert read.page.notes[:3] == NOTES
    assert read.page.headers == exchange(1).response_headers


def test_header_bytes_are_kept_as_they_came(tmp_path: Path) -> None:
    headers = (("X-Kota", "caf\xe9"), ("X-Lain", "\xff\xc3\xa9"))
    archive = written(tmp_path, [replace(exchange(1), response_headers=headers)])
    archive.close()
    assert b"X-Kota: caf\xe9\r\nX-Lain: \xff\xc3\xa9\r\n" in gzip.decompress(archive.closed[0].read_bytes())
    assert subprocess.run([CHECK, "check", archive.closed[0]], check=False).returncode == 0
    (read,) = read_responses(archive.closed[0], "a", 1000, [])
    assert read.page.headers == headers


def test_a_body_that_came_compressed_is_stored_and_others_are_packed(tmp_path: Path) -> None:
    body = b"<p>Pasar lama dibuka lagi.</p>" * 2000
    came = gzip.compress(body, mtime=0)
    coded = replace(exchange(2, came), response_headers=(("Content-Encoding", "gzip"),))
    archive = written(tmp_path, [exchange(1, body), coded])
    archive.close()
    assert came[10:40] in archive.closed[0].read_bytes()
    plain, packed = read_responses(archive.closed[0], "a", 100_000, [])
    assert plain.page.payload == packed.page.payload == body
    assert plain.page.capture.length < len(body) // 20


def test_a_pair_holds_what_was_said(tmp_path: Path) -> None:
    archive = written(tmp_path, [exchange(7)])
    archive.close()
    with archive.closed[0].open("rb") as file:
        response, request = list(ArchiveIterator(file, record_types=WarcRecordType.response | WarcRecordType.request))
    assert request.headers["WARC-Concurrent-To"] == response.headers["WARC-Record-ID"]
    assert response.headers["WARC-Target-URI"] == request.headers["WARC-Target-URI"] == exchange(7).url
    assert response.headers["WARC-Date"] == "2026-11-03T08:30:07.000001Z"
    assert response.headers["WARC-IP-Address"] == "127.0.0.1"
    assert response.headers["WARC-Payload-Digest"] == payload_digest(exchange(7).payload)
    text = gzip.decompress(archive.closed[0].read_bytes()).decode()
    assert "GET /read/7 HTTP/1.1\r\nHost: www.warta.example\r\nUser-Agent: saring\r\n\r\n" in text
    assert 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nEtag: "a"\r\nVia: satu\r\nVia: dua\r\n\r\n<p>Pasar' in text


def test_captures_are_what_the_ledger_wants(tmp_path: Path) -> None:
    archive = written(tmp_path, [exchange(1)])
    archive.close()
    assert list(captures(archive.closed[0])) == [
        Captured(exchange(1).url, 200, exchange(1).digest, exchange(1).fetched_at, etag='"a"')
    ]


def test_an_archive_rolls_at_its_limit_and_carries_on_numbering(tmp_path: Path) -> None:
    archive = written(tmp_path, [exchange(1), exchange(2), exchange(3)], limit=1)
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".open"] == ["warta-00002.warc.gz.open"]
    archive.close()
    again = written(tmp_path, [exchange(4)])
    again.close()
    names = [f"warta-0000{number}.warc.gz" for number in range(4)]
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    assert [len(list(captures(tmp_path / name))) for name in names] == [1, 1, 1, 1]


def test_nothing_is_made_for_nothing(tmp_path: Path) -> None:
    archive = written(tmp_path / "crawl", [])
    archive.close()
    assert archive.closed == []
    assert not (tmp_path / "crawl").exists()


def test_a_disk_that_takes_no_more_leaves_whole_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive, write = written(tmp_path, [exchange(1)]), os.write

    def torn(_: int, data: memoryview) -> int:
        if len(data) < 200:
            raise OSError(28, "No space left on device")
        return write(archive._file, data[:150])

    monkeypatch.setattr("crawler.warc.os.write", torn)
    with pytest.raises(OSError, match="No space"):
        archive.write(exchange(2))
    monkeypatch.undo()
    archive.write(exchange(3))
    archive.close()
    assert [captured.url[-1] for captured in captures(archive.closed[0])] == ["1", "3"]


def test_recovery_cuts_at_the_last_whole_record_wherever_the_tear_is(tmp_path: Path) -> None:
    second = replace(exchange(2, b"a" * 3_000_000), notes=NOTES)
    archive = written(tmp_path / "crawl", [replace(exchange(1), notes=NOTES), second])
    archive.leave()
    (left,) = (tmp_path / "crawl").iterdir()
    whole = left.read_bytes()
    starts = [start for start in range(len(whole)) if whole.startswith(b"\x1f\x8b\x08\x00\x00\x00\x00\x00", start)]
    assert len(starts) == 7, "warcinfo, and twice metadata, response, request"
    ends = [*starts[1:], len(whole)]
    for length in range(len(whole) + 1):
        if length not in (0, 1, len(whole)) and all(abs(length - end) > 2 for end in ends):
            continue
        left.write_bytes(whole[:length])
        (recovered,) = recover(tmp_path, "warta")
        last = max((end for end in ends if end <= length and end not in (ends[1], ends[4])), default=0)
        assert recovered.cut == length - last
        assert [captured.url[-1] for captured in recovered.captures] == ["1", "2"][
            : (last >= ends[2]) + (last >= ends[5])
        ]
        assert recovered.path.exists() is bool(recovered.captures)
        if recovered.captures:
            assert recovered.path.read_bytes() == whole[:last]
            assert recovered.path.name == "warta-00000.warc.gz"
            recovered.path.unlink()
        assert list(recovered.path.parent.iterdir()) == []


def test_recovery_takes_noise_behind_the_last_record_away(tmp_path: Path) -> None:
    archive = written(tmp_path / "crawl", [exchange(1)])
    archive.leave()
    (left,) = (tmp_path / "crawl").iterdir()
    left.write_bytes(left.read_bytes() + bytes(4096))
    (recovered,) = recover(tmp_path, "warta")
    assert (recovered.cut, len(recovered.captures)) == (4096, 1)


def test_recovery_minds_its_own_outlet_and_what_is_closed(tmp_path: Path) -> None:
    for outlet in ("warta", "warta-2"):
        archive = Archive(tmp_path / "crawl", outlet, 1, INFO)
        archive.write(exchange(1))
        archive.write(exchange(2))
        archive.leave()
    assert [left.path.name for left in recover(tmp_path, "warta")] == ["warta-00001.warc.gz"]
    assert recover(tmp_path, "warta") == ()
    names = sorted(path.name for path in (tmp_path / "crawl").iterdir())
    assert names[-1] == "warta-2-00001.warc.gz.open"


def test_an_archive_gets_its_name_behind_the_ledger(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "satu", "warta", 1, INFO)
    named: list[list[str]] = []
    archive.before_naming = lambda: named.append(sorted(path.name for path in tmp_path.rglob("warta-*")))
    archive.write(exchange(1))
    archive.write(exchange(2))
    assert named == [["warta-00000.warc.gz.open"]]

    def refuse() -> None:
        raise OSError("full")

    archive.before_naming = refuse
    with pytest.raises(OSError, match="full"):
        archive.close()
    archive.leave()
    (left,) = recover(tmp_path, "warta")
    assert [captured.url.rpartition("/")[2] for captured in left.captures] == ["2"]
