"""Bytes of a robots.txt, sitemap, feed, listing page or API answer → the addresses in it.

Nothing here raises: what cannot be read says so in `Found.fault`, beside whatever could be read.
"""

import datetime as dt
import json
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from lxml import etree, html

from crawler.outlets import ZONES

# sitemaps.org allows a sitemap 50 MB uncompressed; a small bomb may unpack to anything.
MAX_BYTES = 50 * 1024 * 1024
# Each of these bytes can become a node of the tree, of 100 to 300 bytes (measured); a sitemap has 50,000 addresses
# at most.
MARKS = (b"<", b"&", b"=")
MAX_MARKS = 1_500_000
# libxml2 compares each attribute of a tag with all before it: 50,000 take it seconds, a million minutes.
MAX_ATTRIBUTES = 50_000
LONG_TAG = re.compile(rb"<[^<>]{%d,}" % (2 * MAX_ATTRIBUTES))
PARTED = re.compile(rb"[\s/]+")
BUSHY = f"it has more than {MAX_MARKS} tags, attributes and references, or a tag of {MAX_ATTRIBUTES} attributes"
# A post takes WordPress some kilobytes, and it gives 100 of them at most.
MAX_JSON_BYTES = 16 * 1024 * 1024
# RFC 9309, section 2.5: at least 500 KiB of a robots.txt must be read.
MAX_ROBOTS_BYTES = 500 * 1024
# Blogger gives no more entries at a time, whatever `max-results` says.
BLOGGER_BLOCK = 150

OPEN_SEARCH = ("totalResults", "startIndex", "itemsPerPage")
SITEMAP_LINE = re.compile(r"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
ZONE_NAME = re.compile(rf"\s*\b({'|'.join(ZONES)})\b")
OFFSETS = {name: dt.datetime(2000, 1, 1, tzinfo=zone).strftime(" %z") for name, zone in ZONES.items()}
NEXT = "(//link | //a)[contains(concat(' ', normalize-space(@rel), ' '), ' next ')]/@href"
SPACED_OFFSET = re.compile(r"(?<=\d)\s+(?=[+-]\d\d:?\d\d$)")


@dataclass(frozen=True, slots=True)
class Link:
    """An address that a source names, with the times that it gives for it."""

    url: str
    kind: Literal["page", "sitemap"]
    published_at: dt.datetime | None = None
    lastmod: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a source named."""

    links: tuple[Link, ...] = ()
    next: str = ""
    """Address of the page that continues this one; empty on the last."""
    fault: str = ""
    """What was wrong with the source, as a clause; empty where nothing was."""


def read_robots(payload: bytes, url: str) -> Found:
    """Find the `Sitemap:` lines of a robots.txt."""
    text = payload[:MAX_ROBOTS_BYTES].decode("utf-8-sig", errors="replace")
    addresses = (_absolute(url, found[1]) for found in SITEMAP_LINE.finditer(text))
    return Found(links=tuple(Link(address, "sitemap") for address in addresses if address))


def read_xml(payload: bytes, url: str, zone: dt.tzinfo) -> Found:
    """Find the links of a sitemap, sitemap index, RSS or Atom feed, gzipped or not.

    A time without zone is `zone`'s.
    """
    body, fault = _inflated(payload)
    if fault:
        return Found(fault=fault)
    root, fault = _parsed(body)
    if root is None:
        return Found(fault=fault)
    read = READERS.get(_name(root))
    if read is None:
        return Found(fault=f"its root is <{_name(root)}>, neither a sitemap nor a feed")
    return replace(read(root, url, zone), fault=fault)


def read_listing(payload: bytes, url: str, within: Sequence[str] = ()) -> Found:
    """Find the links of an index or tag page in HTML, and the page that it names as next.

    Only the links inside what the CSS selectors `within` find count, where there are some.
    """
    root, fault = _page(payload)
    if root is None:
        return Found(fault=fault)
    base = _base(root, url)
    places = [place for css in within for place in root.cssselect(css)] if within else [root]
    hrefs = (href for place in places for href in place.xpath("descendant-or-self::a/@href"))
    addresses = (_absolute(base, href) for href in hrefs)
    return Found(
        links=tuple(Link(address, "page") for address in dict.fromkeys(addresses) if address),
        next=_absolute(base, next(iter(root.xpath(NEXT)), "")),
    )


def read_links(payload: bytes, url: str) -> tuple[str, ...]:
    """Find every address that a page links to, in its head too; none where it is no HTML."""
    root, _ = _page(payload)
    if root is None:
        return ()
    addresses = (_absolute(_base(root, url), href) for href in root.xpath("//a/@href | //link/@href"))
    return tuple(dict.fromkeys(address for address in addresses if address))


def read_wordpress(payload: bytes, url: str) -> Found:
    """Find the posts in an answer of WordPress's REST API, whose times are in UTC without saying so."""
    if len(payload) > MAX_JSON_BYTES:
        return Found(fault=f"it is larger than {MAX_JSON_BYTES} bytes")
    try:
        posts = json.loads(payload)
    except (ValueError, RecursionError) as error:
        return Found(fault=f"it is not JSON ({error})")
    if not isinstance(posts, list):
        said = posts.get("message", "") if isinstance(posts, dict) else ""
        return Found(fault=f"it holds no list of posts{f' ({said})' if said else ''}")
    found = []
    for post in posts:
        fields = post if isinstance(post, dict) else {}
        address = _absolute(url, str(fields.get("link") or ""))
        published, changed = (read_time(str(fields.get(key) or ""), dt.UTC) for key in ("date_gmt", "modified_gmt"))
        if address:
            found.append(Link(address, "page", published, changed))
    return Found(links=tuple(found))


def read_time(text: str | None, zone: dt.tzinfo) -> dt.datetime | None:
    """Read a W3C, RFC 3339 or RFC 822 time, WIB, WITA and WIT included; None where it is none.

    A time without zone is `zone`'s, a day without time begins there.
    """
    text = ZONE_NAME.sub(lambda name: OFFSETS[name[1]], (text or "").strip())
    time = _w3c_time(SPACED_OFFSET.sub("", text)) or _mail_time(text)
    # Outside these years it is a placeholder, and near the ends of the calendar a change of zone overflows.
    if time is None or not 1990 <= time.year <= 2100:
        return None
    return time if time.tzinfo is not None else time.replace(tzinfo=zone)


def _w3c_time(text: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return None


def _mail_time(text: str) -> dt.datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _inflated(payload: bytes) -> tuple[bytes, str]:
    if not payload.startswith(b"\x1f\x8b"):
        too_large = len(payload) > MAX_BYTES
        return (b"", f"it is larger than {MAX_BYTES} bytes") if too_large else (payload, "")
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        body = unpacker.decompress(payload, MAX_BYTES + 1)
    except zlib.error as error:
        return b"", f"its gzip is broken ({error})"
    if len(body) > MAX_BYTES:
        return b"", f"it unpacks to more than {MAX_BYTES} bytes"
    return (body, "") if unpacker.eof else (b"", "its gzip breaks off")


def _parsed(body: bytes) -> tuple[etree._Element | None, str]:
    if b"<!ENTITY" in body:
        return None, "it declares entities, which no sitemap needs and bombs are made of"
    if _is_bushy(body):
        return (
            None,
            BUSHY,
        )
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, remove_comments=True)
    try:
        root = etree.fromstring(body.lstrip(b"\xef\xbb\xbf \t\r\n"), parser)
    except (etree.LxmlError, ValueError) as error:
        return None, f"it is not XML ({error})"
    if root is None:
        return None, "it is not XML"
    errors = parser.error_log.filter_from_errors()
    return root, f"its XML is broken ({errors[0].message}, line {errors[0].line})" if errors else ""


def _read_urlset(root: etree._Element, url: str, zone: dt.tzinfo) -> Found:
    return Found(links=tuple(_sitemap_links(root, url, zone, "page")))


def _read_sitemap_index(root: etree._Element, url: str, zone: dt.tzinfo) -> Found:
    return Found(links=tuple(_sitemap_links(root, url, zone, "sitemap")))


def _sitemap_links(root: etree._Element, url: str, zone: dt.tzinfo, kind: Literal["page", "sitemap"]) -> Iterator[Link]:
    for entry in _children(root, "url", "sitemap"):
        address = _absolute(url, _text(entry, "loc"))
        published = next((_whole_text(node) for node in _below(entry, "publication_date")), "")
        if address:
            yield Link(address, kind, read_time(published, zone), read_time(_text(entry, "lastmod"), zone))


def _read_rss(root: etree._Element, url: str, zone: dt.tzinfo) -> Found:
    links = []
    for item in _below(root, "item"):
        # `guid` is the address where a feed has no `link`, or has only its front page there.
        address = _absolute(url, _text(item, "origLink") or _text(item, "link") or _text(item, "guid"))
        published = read_time(_text(item, "pubDate") or _text(item, "date"), zone)
        if address:
            links.append(Link(address, "page", published))
    return Found(links=tuple(links), next=_next_block(root, url, len(links)))


def _read_atom(root: etree._Element, url: str, zone: dt.tzinfo) -> Found:
    links = []
    for entry in _children(root, "entry"):
        address = _absolute(url, _text(entry, "origLink") or _href(entry, "alternate"))
        updated = read_time(_text(entry, "updated"), zone)
        if address:
            links.append(Link(address, "page", read_time(_text(entry, "published"), zone), updated))
    following = _absolute(url, _href(root, "next"))
    return Found(links=tuple(links), next=_next_block(root, url, len(links)) or following)


READERS: dict[str, Callable[[etree._Element, str, dt.tzinfo], Found]] = {
    "urlset": _read_urlset,
    "sitemapindex": _read_sitemap_index,
    "rss": _read_rss,
    "rdf": _read_rss,
    "feed": _read_atom,
}


def _next_block(root: etree._Element, url: str, count: int) -> str:
    """Count on by OpenSearch's numbers: the `next` of a Blogger feed lies on Blogger's host, not the blog's.

    What the block holds is counted, not its itemsPerPage: a block of long posts ends before that.
    """
    numbers = [next((_whole_text(node) for node in _below(root, name)), "") for name in OPEN_SEARCH]
    if not all(re.fullmatch(r"[0-9]{1,9}", number) for number in numbers):
        return ""
    total, start, _ = map(int, numbers)
    if count == 0 or start + count > total:
        return ""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True)) | {"start-index": str(start + count)}
    size = query.get("max-results", "")
    if re.fullmatch(r"[0-9]{1,9}", size):
        query["max-results"] = str(min(int(size), BLOGGER_BLOCK))
    return parts._replace(query=urlencode(query)).geturl()


def _page(payload: bytes) -> tuple[html.HtmlElement | None, str]:
    if _is_bushy(payload):
        return (
            None,
            BUSHY,
        )
    encoding = "utf-8" if _is_utf8(payload) else None
    parser = html.HTMLParser(encoding=encoding, no_network=True)
    try:
        return html.document_fromstring(payload[:MAX_BYTES], parser=parser), ""
    except (etree.LxmlError, ValueError) as error:
        return None, f"it is not HTML ({error})"


def _is_bushy(body: bytes) -> bool:
    """Say whether a body, small as it may be, can grow into a tree that takes all memory or minutes to build."""
    return sum(map(body.count, MARKS)) > MAX_MARKS or any(
        sum(1 for _ in PARTED.finditer(tag[0])) > MAX_ATTRIBUTES for tag in LONG_TAG.finditer(body)
    )


def _base(root: html.HtmlElement, url: str) -> str:
    bases = root.xpath("//base/@href")
    return _absolute(url, bases[0]) if bases else url


def _name(node: etree._Element) -> str:
    """Give the name without namespace, in small letters; comments and entities have none."""
    return node.tag.rpartition("}")[2].lower() if isinstance(node.tag, str) else ""


def _children(node: etree._Element, *names: str) -> Iterator[etree._Element]:
    return (child for child in node if _name(child) in names)


def _below(node: etree._Element, name: str) -> Iterator[etree._Element]:
    return (child for child in node.iter() if _name(child) == name.lower())


def _text(node: etree._Element, name: str) -> str:
    return next((text for child in _children(node, name.lower()) if (text := _whole_text(child))), "")


def _whole_text(node: etree._Element) -> str:
    return "".join(node.itertext()).strip()


def _href(node: etree._Element, relation: str) -> str:
    """Find the address of an Atom link; one without `rel` is an alternate."""
    links = (child for child in _children(node, "link") if child.get("rel", "alternate") == relation)
    return next((child.get("href", "") for child in links), "")


def _absolute(base: str, address: str) -> str:
    """Resolve an address; empty where it is none that http can ask for."""
    try:
        joined = urljoin(base, address.strip()) if address.strip() else ""
        parts = urlsplit(joined)
    except ValueError:
        return ""
    return joined if parts.scheme in ("http", "https") and parts.hostname else ""


def _is_utf8(payload: bytes) -> bool:
    try:
        payload.decode()
    except UnicodeDecodeError:
        return False
    return True
