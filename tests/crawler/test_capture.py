"""What of a response is archived, and what the archive says of it."""

import ipaddress
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.settings import Settings

from crawler.capture import Capture, captured_of, exchange_of, is_unchanged
from crawler.ledger import Address
from crawler.manners import NOT_SENT
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
        (Address(URL, URL, "article", "queued", status=200, digest="sha1:A"), False),
    ],
)
def test_what_is_the_same_as_last_time(known: Address | None, unchanged: bool) -> None:
    assert is_unchanged(known, CAPTURED) is unchanged


def test_an_error_of_an_article_is_the_same_as_last_time() -> None:
    known = Address(URL, URL, "article", "failed", status=503, digest="sha1:A")
    assert is_unchanged(known, Captured(URL, 503, "sha1:A", TIME))


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
