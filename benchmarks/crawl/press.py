"""A press that prints one newsstand outlet as large as is wanted, fast: `python -m benchmarks.crawl.press PAGES`.

Its pages are those of Gaung Timur at the newsstand, each told again under many addresses. It speaks to clients of a
proxy and to those who ask it directly, and prints its port on its first line. One process, no page written twice.
"""

import asyncio
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

from crawler.newsstand.edition import open_edition
from crawler.newsstand.site import Site

OUTLET = "gaungtimur"
HOME = "http://www.gaungtimur.example"
PER_SITEMAP = 1_000
DAYS = 28
MARK = b"@@NUMBER@@"


class Press:
    """The outlet's answers by path."""

    def __init__(self, pages: int) -> None:
        self.pages = pages
        edition = open_edition()
        site = Site(edition)
        stories = [entry for entry in edition.shelves[OUTLET] if entry.kind == "story"]
        # The number of the page stands in its title and its address, so that no two pages have the same bytes.
        titles = [entry.title.encode() for entry in stories]
        pages_told = [site.respond(OUTLET, urlsplit(entry.url).path).body for entry in stories]
        self.bodies = [body.replace(title, title + b" " + MARK) for body, title in zip(pages_told, titles, strict=True)]

    def path(self, number: int) -> str:
        """Path of a page."""
        return f"/2026/10/{1 + number % DAYS:02d}/cerita-nomor-{number}/"

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Give status, type and body."""
        if path == "/robots.txt":
            return 200, "text/plain", b"User-agent: *\nDisallow: /wp-admin/\n"
        if path == "/wp-sitemap.xml":
            names = "".join(f"<sitemap><loc>{HOME}/map-{part}.xml</loc></sitemap>" for part in range(self.maps()))
            return 200, "application/xml", _xml("sitemapindex", names)
        if path.startswith("/map-"):
            return 200, "application/xml", _xml("urlset", "".join(self._listed(int(path[5:-4]))))
        number = path.rstrip("/").rpartition("-")[2]
        if number.isdigit() and int(number) < self.pages and path == self.path(int(number)):
            body = self.bodies[int(number) % len(self.bodies)]
            return 200, "text/html; charset=UTF-8", body.replace(MARK, number.encode())
        return 404, "text/html", b"<html><body>Tidak ada.</body></html>"

    def maps(self) -> int:
        """Number of sitemaps."""
        return -(-self.pages // PER_SITEMAP)

    def _listed(self, part: int) -> Iterator[str]:
        for number in range(part * PER_SITEMAP, min(self.pages, (part + 1) * PER_SITEMAP)):
            yield f"<url><loc>{HOME}{self.path(number)}</loc></url>"


def _xml(root: str, inner: str) -> bytes:
    return f'<?xml version="1.0"?><{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}</{root}>'.encode()


async def _serve(press: Press, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            line, _, rest = head.partition(b"\r\n")
            status, kind, body = press.answer(urlsplit(line.split(b" ")[1].decode()).path)
            closes = b"connection: close" in rest.lower()
            writer.write(
                f"HTTP/1.1 {status} {'OK' if status == 200 else 'Not Found'}\r\nContent-Type: {kind}\r\n"
                f"Content-Length: {len(body)}\r\nConnection: {'close' if closes else 'keep-alive'}\r\n\r\n".encode()
                + body
            )
            await writer.drain()
            if closes:
                break
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    writer.close()


async def _run(pages: int) -> None:
    press = Press(pages)
    server = await asyncio.start_server(lambda reader, writer: _serve(press, reader, writer), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_run(int(sys.argv[1])))
