"""History without asking the outlet: captures that Common Crawl, or an archive like it, holds of its articles.

Two servers are asked. The index answers what there is, in the CDX protocol that Common Crawl and pywb share
(`url`, `matchType`, `from`, `output=json`, `filter`, `showNumPages`, `page`); the store gives single records of WARC
files by byte range. A record is copied into the crawl's own archive as it lies there, its date of capture included.
"""

import datetime as dt
import json
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin

import urllib3
from fastwarc.warc import ArchiveIterator, WarcRecordType

from crawler.agent import software, user_agent
from crawler.coverage import coverage
from crawler.ledger import Ledger, is_finished
from crawler.outlets import Profile
from crawler.tally import Tally
from crawler.urls import canonical_url, whole_story
from crawler.warc import Archive, Captured, payload_digest, recover, warc_date
from crawler.window import Window, days_of_path

INDEX = "https://index.commoncrawl.org/collinfo.json"
FOUND_IN = "commoncrawl"
STORE = "https://data.commoncrawl.org/"
# Common Crawl asks for one request at a time, and answers 503 to those who hurry.
SECONDS_BETWEEN = 1.0
TRIES = 5
# A capture of a story is made within the first weeks, or it may come years later by chance.
DAYS_TO_CAPTURE = 400
# Common Crawl cuts pages off at 1 MiB, since 2025 at 5; with headers and compression no record is larger than this.
MOST_RECORD_BYTES = 16 * 1024 * 1024
MOST_PLAIN_BYTES = 64 * 1024 * 1024
WARC_BYTES = 1024 * 1024 * 1024
MOST_NOTES = 20
BUSY = (429, 500, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Order:
    """Captures of one outlet to take."""

    profile: Profile
    window: Window
    into: Path
    crawl: str
    contact: str
    index: str = INDEX
    """Address of a CDX index, or of a list of them in the form of Common Crawl's `collinfo.json`."""
    store: str = STORE
    """Address below which the index's file names stand."""
    seconds_between: float = SECONDS_BETWEEN


@dataclass(frozen=True, slots=True)
class Held:
    """A capture that an index names."""

    url: str
    taken_at: dt.datetime
    digest: str
    """Of the payload, in base32."""
    offset: int
    length: int
    file: str
    is_whole: bool
    """Whether the page was not cut off."""


class RefusedError(Exception):
    """A server that does not give what was asked; the message says why."""


class Server:
    """Asks one request at a time, with a rest before each, and again where the server asks for patience."""

    def __init__(self, agent: str, seconds_between: float) -> None:
        patience = urllib3.Retry(TRIES, backoff_factor=2, status_forcelist=BUSY, allowed_methods=["GET"])
        self._pool = urllib3.PoolManager(headers={"User-Agent": agent}, retries=patience, timeout=60)
        self._seconds = seconds_between

    def get(self, url: str, **headers: str) -> urllib3.BaseHTTPResponse:
        """Ask for an address; raises RefusedError where no answer of use comes."""
        time.sleep(self._seconds)
        try:
            answer = self._pool.request("GET", url, headers=headers, preload_content=False)
        except (urllib3.exceptions.HTTPError, ValueError) as error:
            raise RefusedError(f"{url} does not answer ({error})") from error
        if answer.status not in (200, 206, 404):
            answer.close()
            raise RefusedError(f"{url} answers {answer.status}")
        return answer


def take_history(order: Order, tell: Callable[[Tally], None]) -> Tally:
    """Copy the captures of an outlet's articles that its ledger does not have; `tell` hears of it as it goes on.

    Raises BadInput where the outlet's ledger is in use, or a contact is missing.
    """
    server = Server(user_agent(order.profile, order.contact), order.seconds_between)
    ledger, tally = Ledger(order.into / "ledger" / f"{order.profile.id}.sqlite"), Tally()
    info = {"software": software(), "format": "WARC File Format 1.1", "isPartOf": order.crawl, "source": order.index}
    archive = Archive(order.into / "warc" / order.crawl, order.profile.id, WARC_BYTES, info)
    ledger.before_commit, archive.before_naming = archive.sync, ledger.commit
    try:
        for left in recover(order.into / "warc", order.profile.id):
            for captured in left.captures:
                ledger.record_missing(captured)
        for query, held in wanted(order, server, ledger, tally):
            _take(order, server, held, query, (ledger, archive, tally))
            tell(tally)
        tally.reason = "finished"
    except (RefusedError, OSError, sqlite3.Error) as error:
        tally.trouble, tally.reason = str(error), "stopped"
    finally:
        tally.coverage = [day.row() for day in coverage(ledger.namings(order.window))]
        _settle(ledger, archive, tally)
    tally.warcs = [path.name for path in archive.closed]
    tell(tally)
    return tally


def _settle(ledger: Ledger, archive: Archive, tally: Tally) -> None:
    """Close both; an archive whose ledger the disk does not take stays open for the next crawl to look through."""
    try:
        ledger.close()
        archive.close()
    except (OSError, sqlite3.Error) as error:
        archive.leave()
        tally.trouble, tally.reason = f"the disk does not take the ledger ({error})", "stopped"


def wanted(order: Order, server: Server, ledger: Ledger, tally: Tally) -> Iterator[tuple[str, Held]]:
    """Name the captures to take, each with the question that found it: of every article the newest, once."""
    for index in indexes(order, server):
        for query in queries(order, index, server):
            for held in newest(read_index(server.get(query), tally)):
                url = canonical_url(held.url, order.profile)
                if not order.profile.is_article(url) or not order.window.meets(days_of_path(url)):
                    continue
                tally.found += 1
                if is_finished(ledger.find(url)):
                    tally.known += 1
                elif not held.is_whole:
                    tally.miss("cut off")
                else:
                    days = days_of_path(url)
                    ledger.add([(url, whole_story(url, order.profile), days)], query, FOUND_IN)
                    tally.wanted += 1
                    yield query, held


def indexes(order: Order, server: Server) -> Iterator[str]:
    """Name the indexes that can hold captures of the window, the newest first; raises RefusedError."""
    if not order.index.endswith(".json"):
        yield order.index
        return
    try:
        listed = json.loads(server.get(order.index).read(MOST_RECORD_BYTES))
        collections = [(one["cdx-api"], one.get("from", ""), one.get("to", "")) for one in listed]
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise RefusedError(f"{order.index} is no list of indexes") from error
    since, until = order.window.since, order.window.until
    last = (until + dt.timedelta(days=DAYS_TO_CAPTURE)).isoformat() if until else ""
    for address, begins, ends in collections:
        if (since is None or not ends or ends[:10] >= since.isoformat()) and (not last or begins[:10] <= last):
            yield urljoin(order.index, address)


def queries(order: Order, index: str, server: Server) -> Iterator[str]:
    """Write the questions of one index: one a host of the outlet and page of the answer."""
    since = {"from": order.window.since.strftime("%Y%m%d")} if order.window.since else {}
    for host in order.profile.hosts:
        match = {"url": host.removeprefix("*."), "matchType": "domain" if host.startswith("*.") else "host"}
        asked = match | since | {"output": "json"}
        pages = count_pages(server.get(f"{index}?{urlencode(asked | {'showNumPages': 'true'})}"))
        chosen = [*asked.items(), ("filter", "=status:200"), ("filter", "=mime:text/html")]
        for page in range(pages):
            paged = [*chosen, ("page", str(page))] if pages > 1 else chosen
            yield f"{index}?{urlencode(paged)}"


def count_pages(answer: urllib3.BaseHTTPResponse) -> int:
    """Read into how many pages an index parts its answer; one that does not part it has one."""
    try:
        first = json.loads(answer.readline())
        return int(first["pages"]) if "pages" in first else 1
    except (ValueError, TypeError):
        return 1
    finally:
        answer.close()


def read_index(answer: urllib3.BaseHTTPResponse, tally: Tally) -> Iterator[Held]:
    """Read the lines of an answer; one that is none is counted."""
    if answer.status == 404:  # Common Crawl's way to say that there is nothing
        answer.close()
        return
    for line in answer:
        if line.strip():
            try:
                yield held_of(json.loads(line))
            except (ValueError, LookupError, TypeError):
                tally.miss("index line")


def held_of(fields: Mapping[str, Any]) -> Held:
    """Read one line of an index; raises ValueError, LookupError or TypeError for one that is none."""
    taken_at = dt.datetime.strptime(fields["timestamp"], "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC)
    digest = fields["digest"].removeprefix("sha1:")
    whole = not fields.get("truncated")
    return Held(
        fields["url"], taken_at, digest, int(fields["offset"]), int(fields["length"]), fields["filename"], whole
    )


def newest(captures: Iterable[Held]) -> Iterator[Held]:
    """Give of the captures of one address, which an index names one after the other, the newest."""
    best: Held | None = None
    for one in captures:
        if best is not None and one.url != best.url:
            yield best
            best = None
        if best is None or (one.is_whole, one.taken_at) >= (best.is_whole, best.taken_at):
            best = one
    if best is not None:
        yield best


def _take(order: Order, server: Server, held: Held, query: str, books: tuple[Ledger, Archive, Tally]) -> None:
    """Copy one record and enter it; what is no whole record of that page is counted and left."""
    ledger, archive, tally = books
    url = canonical_url(held.url, order.profile)
    tally.done += 1
    try:
        member = fetch_member(order, server, held)
        record_id, captured = read_member(member, held)
    except ValueError as error:
        tally.miss("bad record")
        ledger.fail(url, "failed", f"{held.file} at {held.offset}: {error}", dt.datetime.now(dt.UTC))
        if len(tally.notes) < MOST_NOTES:
            tally.notes.append(f"{held.url}: {error}")
        return
    archive.copy(member, record_id, captured, (("via", query), ("found-in", FOUND_IN), ("copied-from", held.file)))
    address = ledger.find(url)
    asked = address.asked if address else captured.url
    ledger.record(Captured(asked, captured.status, captured.digest, captured.fetched_at))
    tally.fetched += 1
    tally.archived += 1
    tally.bytes += len(member)


def fetch_member(order: Order, server: Server, held: Held) -> bytes:
    """Fetch the bytes of one record; raises ValueError where the store gives others, Refused where it gives none."""
    if not 0 < held.length <= MOST_RECORD_BYTES:
        raise ValueError(f"a record of {held.length} bytes is not fetched")
    last = held.offset + held.length - 1
    answer = server.get(urljoin(order.store, held.file), Range=f"bytes={held.offset}-{last}")
    try:
        if answer.status != 206:
            raise ValueError(f"the store answers {answer.status} to a range")
        return answer.read(held.length + 1)
    except urllib3.exceptions.HTTPError as error:
        raise ValueError(f"the record broke off ({error})") from error
    finally:
        answer.close()


def read_member(member: bytes, held: Held) -> tuple[str, Captured]:
    """Read what one gzip member says; raises ValueError unless it is the whole response that the index names."""
    if len(member) != held.length:
        raise ValueError(f"{len(member)} bytes came for {held.length}")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        plain = unpacker.decompress(member, MOST_PLAIN_BYTES)
        record = next(iter(ArchiveIterator(BytesIO(plain), record_types=WarcRecordType.response)), None)
        if record is None or not unpacker.eof or unpacker.unused_data or record.http_headers is None:
            raise ValueError("this is not one whole response")
        payload = record.reader.read()
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"this is no WARC record ({error})") from error
    said = record.headers.get("WARC-Payload-Digest") or ""
    digest = payload_digest(payload)
    if held.digest not in (digest.removeprefix("sha1:"), said.removeprefix("sha1:")):
        raise ValueError("the payload is another than the index says")
    url, status = record.headers.get("WARC-Target-URI") or "", record.http_headers.status_code or 0
    if url.strip("<>") != held.url:
        raise ValueError(f"this is {url}")
    date = record.headers.get("WARC-Date") or warc_date(held.taken_at)
    return record.record_id or "", Captured(url, status, said or digest, date)
