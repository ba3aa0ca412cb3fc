"""A site of the newsstand on which every address is a trap: what servers send when they are broken or mean harm.

A trap writes its answer byte by byte, so that it can contradict itself, and holds no more than a piece in memory. The
hosts, alike but for their robots.txt, belong to no outlet; a profile of its own leads a crawler there:

    id = "jebakan"
    name = "Jebakan"
    home = "http://www.jebakan.example/"
    hosts = ["www.jebakan.example"]
    served_by = "newsstand"
    [addresses]
    article = ["^/baca/"]
    [crawl]
    sitemaps = ["http://www.jebakan.example/peta.xml"]
"""

import gzip
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

DOMAIN = ".jebakan.example"
HOME = f"http://www{DOMAIN}"

PIECE = 1 << 16
GIB = 1 << 30
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
PRIVATE = (
    "http://127.0.0.1/baca/1",
    "http://localhost./baca/1",
    "http://[::1]/baca/1",
    "http://[::ffff:10.0.0.1]/baca/1",
    "http://10.0.0.1/baca/1",
    "http://0x7f000001/baca/1",
    "http://2130706433/baca/1",
    "file:///etc/passwd",
)


@dataclass(frozen=True, slots=True)
class Visitor:
    """The one who fell into a trap."""

    send: Callable[[bytes], object]
    """Raises OSError once the visitor has gone."""
    wait: Callable[[], object]
    """Returns when the visitor goes."""
    query: str = ""


Trap = Callable[[Visitor], object]


def headed(body: bytes = b"", kind: str = "text/html", status: str = "200 OK", **headers: str) -> bytes:
    """Put a head before a body; Content-Length is the body's unless it is given."""
    lines = {"Content-Type": kind, "Content-Length": str(len(body))}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


def page(body: bytes, kind: str = "text/html", status: str = "200 OK", **headers: str) -> Trap:
    """Make a trap of an answer that is, as HTTP, in order."""
    return lambda visitor: visitor.send(headed(body, kind, status, **headers))


def moved(address: str) -> Trap:
    """Make a redirect."""
    return page(b"", status="302 Found", Location=address)


def silence(visitor: Visitor) -> None:
    """Say nothing."""
    visitor.wait()


def half(visitor: Visitor) -> None:
    """Stop in the middle of the body, and stay."""
    visitor.send(headed(b"x" * 5000, Content_Length="10000"))
    visitor.wait()


def cut(visitor: Visitor) -> None:
    """Stop in the middle of the body, and go."""
    visitor.send(headed(b"x" * 5000, Content_Length="10000"))


def drip(visitor: Visitor) -> None:
    """Send a byte a second, which no limit on silence ever ends."""
    visitor.send(headed(Content_Length="1000000"))
    while True:
        visitor.send(b"x")
        time.sleep(1)


def heavy(visitor: Visitor) -> None:
    """Announce 2 GB and send them."""
    visitor.send(headed(Content_Length=str(2 * GIB)))
    for _ in range(2 * GIB // PIECE):
        visitor.send(b"x" * PIECE)


def endless(visitor: Visitor) -> None:
    """Send chunks without end, and never say how many there will be."""
    visitor.send(headed(Content_Length="", Transfer_Encoding="chunked"))
    while True:
        visitor.send(b"10000\r\n" + b"x" * PIECE + b"\r\n")


def endless_head(visitor: Visitor) -> None:
    """Send headers without end."""
    visitor.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        visitor.send(b"X-Header: x\r\n" * 4096)


def endless_line(visitor: Visitor) -> None:
    """Send one header without end."""
    visitor.send(b"HTTP/1.1 200 OK\r\nX-Header: ")
    while True:
        visitor.send(b"x" * PIECE)


def endless_interim(visitor: Visitor) -> None:
    """Send interim answers without end."""
    while True:
        visitor.send(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 2048)


def endless_robots(visitor: Visitor) -> None:
    """Send a robots.txt of 50 MB whose first lines forbid a part, and whose last ones would forbid everything."""
    first, line, last = RULES, b"# " + b"x" * 61 + b"\n", b"Disallow: /\n"
    count = 50 * 1024 * 1024 // len(line)
    visitor.send(headed(first, "text/plain", Content_Length=str(len(first) + count * len(line) + len(last))))
    for _ in range(count // 1024):
        visitor.send(line * 1024)
    visitor.send(line * (count % 1024) + last)


def gzip_bomb(visitor: Visitor) -> None:
    """Send a quarter of a megabyte that unpacks to 256 MB."""
    visitor.send(headed(_bomb(), Content_Encoding="gzip"))


def gzip_sitemap(visitor: Visitor) -> None:
    """Send the same as a gzipped sitemap, which is unpacked by another hand."""
    visitor.send(headed(_bomb(), "application/gzip"))


def tags(visitor: Visitor) -> None:
    """Send a sitemap that is small in bytes and huge as a tree."""
    visitor.send(headed(Content_Length="", kind="application/xml", Transfer_Encoding="chunked"))
    visitor.send(b"8\r\n<urlset>\r\n")
    for _ in range(40 * 1024 * 1024 // PIECE):
        visitor.send(b"10000\r\n" + b"<a/>" * (PIECE // 4) + b"\r\n")
    visitor.send(b"9\r\n</urlset>\r\n0\r\n\r\n")


def endless_index(visitor: Visitor) -> None:
    """List a page of news that are always other ones, and name the next."""
    number = int(visitor.query or 1)
    links = "".join(f'<a href="/baca/lagi-{number}-{place}">Judul</a>' for place in range(3))
    visitor.send(headed(f'{links}<a rel="next" href="?{number + 1}">Berikutnya</a>'.encode()))


def endless_branches(visitor: Visitor) -> None:
    """List sitemaps that list sitemaps."""
    below = "".join(f"<sitemap><loc>?{visitor.query}{place}</loc></sitemap>" for place in range(10))
    visitor.send(headed(f"<sitemapindex>{below}</sitemapindex>".encode(), "application/xml"))


def calendar(visitor: Visitor) -> None:
    """Show a month without news, and link to the one before and the one after."""
    month = int(visitor.query or 0)
    links = f'<a href="?{month - 1}">Lalu</a><a rel="next" href="?{month + 1}">Depan</a>'
    visitor.send(headed(f"<p>Bulan {month}</p>{links}".encode()))


@cache
def _bomb() -> bytes:
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    zeros = bytes(1 << 20)
    return b"".join(packer.compress(zeros) for _ in range(256)) + packer.flush()


def _entities(declared: str, used: str, encoding: str = "UTF-8") -> bytes:
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE urlset [{declared}]>'
    return f"{text}<urlset><url><loc>{used}</loc></url></urlset>".encode(encoding)


ARTICLES: dict[str, Trap] = {
    "baik": page(b"<p>Halaman ini baik-baik saja.</p>"),
    "diam": silence,
    "setengah": half,
    "putus": cut,
    "tetes": drip,
    "berat": heavy,
    "tanpa-akhir": endless,
    "kepala-tanpa-akhir": endless_head,
    "baris-tanpa-akhir": endless_line,
    "sementara-tanpa-akhir": endless_interim,
    "bom-gzip": gzip_bomb,
    "gzip-rusak": page(b"\x1f\x8b\x08 bukan gzip", Content_Encoding="gzip"),
    "lebih-pendek": lambda visitor: visitor.send(headed(b"seratus lima", Content_Length="5")),
    "potongan-rusak": lambda visitor: visitor.send(headed(b"zz\r\nrusak\r\n", Transfer_Encoding="chunked")),
    "panjang-aneh": lambda visitor: visitor.send(headed(b"isi", Content_Length="-3")),
    "kode-asing": lambda visitor: visitor.send(headed(b"isi", Transfer_Encoding="asing")),
    "bukan-http": lambda visitor: visitor.send(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "sampah": lambda visitor: visitor.send(bytes(range(256)) * 64),
    "putaran": moved("/baca/putaran-2"),
    "putaran-2": moved("/baca/putaran"),
    **{f"rantai-{number}": moved(f"/baca/rantai-{number + 1}") for number in range(9)},
    "rantai-9": page(b"<p>Ujung rantai.</p>"),
    **{f"dalam-{number}": moved(address) for number, address in enumerate(PRIVATE)},
}
SITEMAPS: dict[str, Trap] = {
    "html.xml": page(b"<!doctype html><title>Beranda</title><p>Bukan peta &amp; bukan umpan."),
    "tawa.xml": page(_entities(f'<!ENTITY l0 "ha">{LAUGHS}', "&l9;"), "application/xml"),
    "tawa-utf16.xml": page(_entities(f'<!ENTITY l0 "ha">{LAUGHS}', "&l9;", "UTF-16"), "application/xml"),
    "berkas.xml": page(_entities('<!ENTITY isi SYSTEM "file:///etc/passwd">', "http://www.jebakan.example/&isi;")),
    "jaringan.xml": page(_entities('<!ENTITY % isi SYSTEM "http://www.jebakan.example/dtd"> %isi;', "x")),
    "bom.xml.gz": gzip_sitemap,
    "bom.xml": gzip_bomb,
    "gzip-putus.xml.gz": page(gzip.compress(b"<urlset></urlset>", mtime=0)[:-9], "application/gzip"),
    "pohon.xml": tags,
    "putaran.xml": moved("/peta/putaran-2.xml"),
    "putaran-2.xml": moved("/peta/putaran.xml"),
    "dalam.xml": moved("http://10.0.0.1/peta.xml"),
    "kecil.xml": page(b"<urlset><url><loc>/baca/baik</loc></url><url><loc>/baca/rahasia</loc></url></urlset>"),
}
RULES = b"User-agent: *\nDisallow: /baca/rahasia\n"
ROBOTS: dict[str, Trap] = {
    "www": page(RULES, "text/plain"),
    "panjang": endless_robots,
    "diam": silence,
    "bom": gzip_bomb,
    "putaran": moved("/robots.txt?lagi"),
    "dalam": moved("http://10.0.0.1/robots.txt"),
    "rusak": page(b"", status="500 Internal Server Error"),
    "terlarang": page(b"", status="403 Forbidden"),
}


STEPS = {f"rantai-{number}" for number in range(1, 10)}


def sitemap() -> bytes:
    """List every trap that an article can be, but for the later steps of redirects."""
    first = (name for name in ARTICLES if name != "putaran-2" and name not in STEPS)
    addresses = "".join(f"<url><loc>{HOME}/baca/{name}</loc></url>" for name in first)
    return f"<urlset>{addresses}</urlset>".encode()


TRAPS: dict[str, Trap] = {
    "/peta.xml": page(sitemap(), "application/xml"),
    "/cabang.xml": endless_branches,
    "/indeks": endless_index,
    "/kalender": calendar,
    **{f"/baca/{name}": trap for name, trap in ARTICLES.items()},
    **{f"/peta/{name}": trap for name, trap in SITEMAPS.items()},
}


def trap_of(target: str) -> Trap | None:
    """Find the trap at an address in proxy form; None on a host that is not the traps', or where it is no address."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    label, _, domain = (parts.hostname or "").partition(".")
    if f".{domain}" != DOMAIN:
        return None
    trap = ROBOTS.get(label) if parts.path == "/robots.txt" else TRAPS.get(parts.path)
    return trap or page(b"", status="404 Not Found")
