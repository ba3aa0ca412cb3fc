"""What the files of a site say about the reuse of its articles, read before the first of them is asked for.

robots.txt has been read by then. `/.well-known/tdmrep.json` and `/ai.txt` are asked for once a host and crawl, like
any page: robots.txt may forbid them, and they wait for their turn. That a site has none is the rule. What was said
goes along with each request, and into the archive with the response.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.faults import KINDS, cause_of
from crawler.outlets import BadInput
from crawler.rights import (
    AGENT,
    MOST_BYTES,
    Statement,
    ai_txt_statements,
    path_of,
    reuse_of,
    robots_statements,
    tdmrep_statements,
)
from crawler.warc import payload_digest

if TYPE_CHECKING:
    from crawler.spiders.news import NewsSpider

logger = logging.getLogger(__name__)

POLICIES: dict[str, str] = {
    "record": "What the files of a site say is recorded, and everything that robots.txt allows is fetched.",
    "skip-reserved": "What a file of the site reserves is not fetched either.",
}
# Set on what this module asks for, so that it asks for nothing before it.
SITE_FILE = "site_file"
# Where a request carries what the files say of its page.
RIGHTS = "rights"
NO_ANSWER: tuple[type[BaseException], ...] = (IgnoreRequest, *(kind for kind, _ in KINDS))


def _robots(body: bytes, url: str, path: str) -> tuple[Statement, ...]:
    """Give the verdict, which let the request through, and what else it says."""
    return (Statement("robots", "allowed", "", url), *robots_statements(body, url, AGENT, path))


READERS: dict[str, Callable[[bytes, str, str], tuple[Statement, ...]]] = {
    "/robots.txt": _robots,
    "/.well-known/tdmrep.json": tdmrep_statements,
    "/ai.txt": ai_txt_statements,
}


class Reserved(IgnoreRequest):
    """An article that a file of its site reserves, under the policy that does not fetch such."""


@dataclass(frozen=True, slots=True)
class SiteFile:
    """A file of a site as it was read."""

    read: Callable[[bytes, str, str], tuple[Statement, ...]]
    url: str
    body: bytes
    said_at: str
    """Time of the response, equal to its WARC-Date where the archive has it."""
    digest: str
    """Of the payload as it came."""


class SiteFiles:
    """Lets each article know what the files of its site say of it."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._policy = crawler.settings["SARING_RIGHTS"]
        if self._policy not in POLICIES:
            raise BadInput(f"SARING_RIGHTS is {self._policy!r}; give one of {', '.join(POLICIES)}.")
        self._files: dict[str, tuple[SiteFile, ...]] = {}
        self._asking = asyncio.Lock()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the middleware; raises BadInput for a policy that there is not."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Put what is said into the request for an article; raises Reserved for one that is not to be fetched."""
        if SITE_FILE in request.meta or not self._is_article(request):
            return
        site = urlsplit(request.url)._replace(path="", query="", fragment="").geturl()
        async with self._asking:
            if site not in self._files:
                asked = [await self._ask(site, path, request) for path in READERS]
                self._files[site] = tuple(file for file in asked if file is not None)
        rights = rights_of(self._files[site], path_of(request.url))
        request.meta[RIGHTS] = tuple(right for right, _ in rights)
        if self._policy == "skip-reserved" and reuse_of(statement for _, statement in rights) == "reserved":
            said = next(statement for _, statement in rights if statement.meaning == "reserved")
            raise Reserved(f"Reserved: {said.signal} of {said.said_by} says {said.value}")

    def _is_article(self, request: Request) -> bool:
        known = self._spider.ledger.find_asked(request.url)
        return known is not None and known.kind != "listing"

    async def _ask(self, site: str, path: str, request: Request) -> SiteFile | None:
        """Fetch a file of a site; None where it has none, or none that can be had."""
        meta = {SITE_FILE: True, "via": request.url, "found_in": "profile", "dont_retry": True}
        question = Request(site + path, callback=NO_CALLBACK, meta={**meta, "download_maxsize": MOST_BYTES})
        try:
            answer = await self._crawler.engine.download_async(question)
        except NO_ANSWER as error:
            logger.warning("%s cannot be read: %s", question.url, cause_of(error))
            return None
        if answer.status >= 500:
            logger.warning("%s cannot be read: it answered %s", question.url, answer.status)
        is_robots = path == "/robots.txt"
        return self._file(READERS[path], answer) if is_robots or answer.status == 200 else None

    def _file(self, read: Callable[[bytes, str, str], tuple[Statement, ...]], answer: Response) -> SiteFile:
        """Take time and digest from the ledger, whose row is of the response as it came."""
        known = self._spider.ledger.find_asked(answer.url)
        if known is None or not known.digest:
            return SiteFile(read, answer.url, answer.body, "", payload_digest(answer.body))
        return SiteFile(read, answer.url, answer.body, known.fetched_at, known.digest)

    @property
    def _spider(self) -> "NewsSpider":
        return self._crawler.spider  # type: ignore[return-value]


def rights_of(files: tuple[SiteFile, ...], path: str) -> tuple[tuple[str, Statement], ...]:
    """Give what files say of a path, each statement as the archive's JSON and as itself."""
    return tuple(
        (json.dumps({**asdict(said), "said_at": file.said_at or None, "digest": file.digest}, ensure_ascii=False), said)
        for file in files
        for said in file.read(file.body, file.url, path)
    )
