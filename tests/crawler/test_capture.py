"""What of a response is archived, and what the archive says of it."""

import ipaddress
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.settings import Settings

from crawler.capture import Capture, captured_of, exchange_of, is_unchanged, notes_of
from crawler.ledger import Address
from crawler.manners import NOT_SENT
from crawler.robots import CHECK
from crawler.site_files import RIGHTS
from crawler.spiders.news import NewsSpider
from crawler.warc import Captured, payload_digest, recover
from tests.crawler.odd import HOME, PROFILE

URL, TIME = f"{HOME}/read/1?a=1", "2026-11-03T08:30:00.000001Z"
CAPTURED = Captured(URL, 200, "sha1:A", TIME)


def response(
    status: int = 200, body: bytes = b"isi", headers: dict[str, str] | None = None, **more: object
) -> Response:
    return Response(URL, status=status, body=body, headers=headers, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("known", "unchanged"),
    [
        (None, False),
        (Address(URL, URL, "listing", "read", status=200, digest="sha1:A"), True),
        (Address(URL, URL, "listing", "read", status=200, digest="sha1:B"), False),
        (Address(URL, URL, "listing", "failed", status=503, digest="sha1:A"), False),
        (Address(URL, URL, "listing", "read", status=200, digest="sha1:A", location="/x"), False),
    ],
)
def test_what_is_the_same_as_last_time(known: Address | None, unchanged: bool) -> None:
    assert is_unchanged(known, CAPTURED) is unchanged


def test_an_error_of_an_article_is_the_same_as_last_time() -> None:
    known = Address(URL, URL, "article", "failed", status=503, digest="sha1:A")
    assert is_unchanged(known, Captured(URL, 503, "sha1:A", TIME))


@pytest.mark.parametrize("meta", [{}, {"via": "", "found_in": ""}, {"known": 1}])
def test_of_what_nothing_is_known_only_the_verdict_is_noted(meta: dict[str, object]) -> None:
    assert notes_of(Request(URL, meta=meta)) == (("robots", "allowed"),)


def test_what_led_to_a_response_and_what_is_said_of_it_is_noted() -> None:
    told = {"via": f"{HOME}/peta.xml", "found_in": "sitemap", RIGHTS: ('{"a": 1}', '{"b": 2}')}
    assert notes_of(Request(URL, meta=told)) == (
        ("via", f"{HOME}/peta.xml"),
        ("found-in", "sitemap"),
        ("robots", "allowed"),
        ("right", '{"a": 1}'),
        ("right", '{"b": 2}'),
    )
    assert notes_of(Request(f"{HOME}/robots.txt", meta={CHECK: True, "via": URL})) == (("via", URL),)


def test_the_ledgers_facts() -> None:
    headers = {"ETag": '"e"', "Last-Modified": "Tue, 03 Nov 2026 01:30:00 GMT", "Location": "/b"}
    assert captured_of(Request(URL), response(301, headers=headers), TIME) == Captured(
        URL, 301, payload_digest(b"isi"), TIME, '"e"', "Tue, 03 Nov 2026 01:30:00 GMT", "/b"
    )


def test_the_exchange_is_as_on_the_wire_without_secrets() -> None:
    request = Request(URL, headers={"User-Agent": "saring", "Proxy-Authorization": "Basic x", "Cookie": "a=1"})
    answer = response(headers={"Content-Encoding": "gzip"}, protocol="HTTP/1.0", ip_address=ipaddress.ip_address("::1"))
    exchange = exchange_of(request, answer, CAPTURED)
    assert exchange.request == "GET /read/1?a=1 HTTP/1.1"
    assert exchange.request_headers == (("Host", "www.odd.example"), ("User-Agent", "saring"))
    assert (exchange.protocol, exchange.status, exchange.ip_address) == ("HTTP/1.0", "200 OK", "::1")
    assert exchange.response_headers == (("Content-Encoding", "gzip"),)
    assert exchange.payload == b"isi"


def test_a_proxys_address_is_not_the_servers() -> None:
    answer = response(ip_address=ipaddress.ip_address("127.0.0.1"))
    assert exchange_of(Request(URL, meta={"proxy": "http://127.0.0.1:1"}), answer, CAPTURED).ip_address == ""


def test_a_status_of_the_servers_own_has_no_reason() -> None:
    assert exchange_of(Request("http://www.odd.example"), response(599), CAPTURED).status == "599"
    assert exchange_of(Request("http://www.odd.example"), response(), CAPTURED).request == "GET / HTTP/1.1"


def make(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Capture, NewsSpider, list[str]]:
    (folder / "odd.toml").write_text(PROFILE)
    crawler = Crawler(NewsSpider, Settings({"SARING_CONTACT": "", "SARING_WARC_BYTES": 1 << 30}))
    spider = NewsSpider.from_crawler(crawler, outlet="odd", into=str(folder), profiles=str(folder), crawl="satu")
    crawler.spider = spider
    stops: list[str] = []
    monkeypatch.setattr(spider, "stop", stops.append)
    return Capture.from_crawler(crawler), spider, stops


def test_responses_are_archived_once_and_entered_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    capture, spider, _ = make(tmp_path, monkeypatch)
    for answer in (response(), response(), response(flags=[NOT_SENT]), response(body=b"baru")):
        assert capture.process_response(Request(URL), answer) is answer
    capture.spider_closed()
    assert (spider.tally.fetched, spider.tally.archived, spider.tally.unchanged) == (3, 2, 1)
    assert spider.tally.warcs == ["odd-00000.warc.gz"]
    address = spider.ledger.find(URL)
    assert address is not None
    assert address.tries == 3
    spider.ledger.close()


def records(folder: Path) -> list[tuple[str, str, str]]:
    """Type, status and Refers-To-Date of what is archived of pages, in order."""
    found = []
    for path in sorted(folder.glob("warc/*/*.warc.gz")):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, record_types=WarcRecordType.response | WarcRecordType.revisit):
                status = str(record.http_headers.status_code or "")
                found.append((record.headers["WARC-Type"], status, record.headers.get("WARC-Refers-To-Date") or ""))
    return found


def test_an_article_looked_at_again_is_a_revisit_until_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    capture, spider, _ = make(tmp_path, monkeypatch)
    spider.ledger.add([(URL, URL, None)])
    capture.process_response(Request(URL), response(headers={"ETag": '"a"'}))
    first = spider.ledger.find(URL)
    assert first is not None
    for answer in (response(304, b""), response(), response(304, b""), response(body=b"baru"), response(304, b"")):
        capture.process_response(Request(URL), answer)
    capture.spider_closed()
    last = spider.ledger.find(URL)
    assert last is not None
    assert records(tmp_path) == [
        ("response", "200", ""),
        ("revisit", "", first.fetched_at),
        ("revisit", "200", first.fetched_at),
        ("revisit", "", first.fetched_at),
        ("response", "200", ""),
        ("revisit", "", last.fetched_at),
    ]
    assert (spider.tally.fetched, spider.tally.archived, spider.tally.unchanged) == (6, 2, 4)
    assert (last.state, last.digest) == ("archived", payload_digest(b"baru"))
    spider.ledger.close()


def test_a_crawl_killed_before_its_ledger_knew_takes_the_looks_from_the_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    capture, spider, _ = make(tmp_path, monkeypatch)
    spider.ledger.add([(URL, URL, None)])
    capture.process_response(Request(URL), response())
    monkeypatch.setattr(spider.ledger, "record", lambda _: None)
    capture.process_response(Request(URL), response(304, b""))
    monkeypatch.undo()
    before = spider.ledger.find(URL)
    capture._archive.leave()
    (left,) = recover(tmp_path / "warc", "odd")
    assert [spider.ledger.record_missing(one) for one in left.captures] == [False, True]
    after = spider.ledger.find(URL)
    assert before is not None
    assert after is not None
    assert (before.checked_at, after.checked_at) == ("", left.captures[1].fetched_at)
    assert (after.state, after.status, after.digest, after.fetched_at) == (
        *("archived", 200, payload_digest(b"isi")),
        before.fetched_at,
    )
    spider.ledger.close()


def test_a_304_that_nobody_asked_for_is_kept_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    capture, spider, _ = make(tmp_path, monkeypatch)
    capture.process_response(Request(URL), response(304, b""))
    capture.spider_closed()
    assert records(tmp_path) == [("response", "304", "")]
    spider.ledger.close()


def test_a_disk_that_takes_no_more_ends_the_crawl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    capture, spider, stops = make(tmp_path, monkeypatch)
    capture.process_response(Request(URL), response())
    monkeypatch.setattr("crawler.warc.os.write", _full)
    with pytest.raises(IgnoreRequest, match="No space"):
        capture.process_response(Request(URL), response(body=b"lagi"))
    assert stops == ["the disk does not take the archive ([Errno 28] No space left on device)"]
    capture.spider_closed()
    assert spider.tally.warcs == []
    (left,) = recover(tmp_path / "warc", "odd")
    assert [one.digest for one in left.captures] == [payload_digest(b"isi")]
    spider.ledger.close()


def _full(*_: object) -> int:
    raise OSError(28, "No space left on device")
