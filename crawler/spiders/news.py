"""The one spider: the outlet's profile tells it where to look and what an article is.

A crawl has two halves. First every source is read, robots.txt, sitemaps, feeds and listings, and the articles that
they name are queued in the ledger; then the queue is asked for, one address after the other. So no article is
archived before the sources of its crawl have been read to the end, which is what lets a later crawl stop at the
first page of a listing that holds nothing but finished articles.
"""

import datetime as dt
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Self
from urllib.parse import urldefrag, urljoin, urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider, IgnoreRequest
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.spidermiddlewares.httperror import HttpError
from scrapy.utils.defer import deferred_from_coro
from twisted.python.failure import Failure

from crawler import discover
from crawler.agent import software, user_agent
from crawler.discover import Found, Link
from crawler.ledger import Ledger, is_finished
from crawler.listings import check_sources, listings
from crawler.outlets import PROFILES, ZONES, load_outlets
from crawler.tally import Tally
from crawler.urls import canonical_url, whole_story
from crawler.warc import crawl_name, recover
from crawler.window import Days, days_of_branch, days_of_path, read_window

# Requests that wait in memory; the rest of the queue waits in the ledger.
BATCH = 100
# A sitemap index may name indexes; deeper than this it is a maze.
MOST_LEVELS = 3
MOST_REDIRECTS = 5
# Faults of sources that the tally carries; the log has all.
MOST_NOTES = 20
FORBIDDEN = "Forbidden by robots.txt"


@dataclass(slots=True)
class Walk:
    """One listing or feed, read page after page."""

    template: str
    """Address with `{page}` where the profile gave one; else the pages name their next."""
    page: int = 1
    seen: set[str] = field(default_factory=set)
    """Articles on the pages so far: a page that adds none is the last."""


class NewsSpider(Spider):
    """Archives the articles of one outlet; arguments are strings, so that `scrapy crawl news -a outlet=…` works."""

    name = "news"

    def __init__(
        self,
        outlet: str = "",
        since: str = "",
        until: str = "",
        into: str = "corpus",
        crawl: str = "",
        profiles: str = str(PROFILES),
    ) -> None:
        super().__init__()
        (self.profile,) = load_outlets(Path(profiles)).named([outlet])
        check_sources(self.profile)
        self.window = read_window(since, until)
        self.into = Path(into)
        self.crawl = crawl or crawl_name(dt.datetime.now(dt.UTC))
        self.zone = ZONES[self.profile.zone]
        self.tally = Tally()
        self.software = software()
        self.contact = ""
        self.agent = ""
        self.ledger: Ledger
        self._wanted: set[str] = set()
        self._asked: set[tuple[str, str]] = set()
        self._sources_read = 0
        self._requests: Iterator[Request] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Make the spider, take the outlet's ledger, and finish what a killed crawl left."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider._introduce(crawler.settings)
        spider.ledger = Ledger(spider.into / "ledger" / f"{spider.profile.id}.sqlite")
        spider._recover()
        crawler.signals.connect(spider.ask_for_articles, signals.spider_idle)
        return spider

    def _introduce(self, settings: BaseSettings) -> None:
        self.contact = settings["SARING_CONTACT"]
        self.agent = user_agent(self.profile, self.contact)
        settings.set("USER_AGENT", self.agent, priority="spider")
        settings.set("DOWNLOAD_DELAY", self.profile.crawl.delay, priority="spider")
        settings.set("AUTOTHROTTLE_START_DELAY", self.profile.crawl.delay, priority="spider")

    def _recover(self) -> None:
        for left in recover(self.into / "warc", self.profile.id):
            new = sum(self.ledger.record_missing(captured) for captured in left.captures)
            self.tally.notes.append(
                f"{left.path.name} was left by a crawl that was killed: {len(left.captures)} responses kept,"
                f" {new} of them new to the ledger, {left.cut} torn bytes cut off"
            )
        self.ledger.requeue()

    def stop(self, reason: str) -> None:
        """End the crawl of this outlet early."""
        self.tally.trouble = self.tally.trouble or reason
        deferred_from_coro(self.crawler.engine.close_spider_async(reason=reason))

    def closed(self, reason: str) -> None:
        """Let go of the ledger and judge the crawl."""
        self.ledger.close()
        self.tally.reason = reason
        if reason == "finished" and not self._sources_read:
            self.tally.trouble = self.tally.trouble or "none of its sitemaps, feeds and listings could be read"

    # Finding

    async def start(self) -> AsyncIterator[Any]:
        """Ask for every source that the profile names; robots.txt may name more."""
        crawl = self.profile.crawl
        yield self._look(urljoin(self.profile.home, "/robots.txt"), self.read_robots, {})
        for url in (*crawl.sitemaps, *crawl.feeds):
            yield self._look(url, self.read_source, {"walk": Walk(url), "level": 1})
        for template in listings(self.profile, self.window.walk(dt.datetime.now(self.zone).date())):
            yield self._look(template.format(page=1), self.read_listing, {"walk": Walk(template)})

    def read_robots(self, response: Response) -> Iterator[Request]:
        """Ask for the sitemaps that a robots.txt names."""
        for link in discover.read_robots(response.body, response.url).links:
            yield self._look(link.url, self.read_source, {"walk": Walk(link.url), "level": 1})

    def read_source(self, response: Response, walk: Walk, level: int) -> Iterator[Request]:
        """Queue the articles of a sitemap or feed; ask for the branches and blocks that can hold more."""
        found = discover.read_xml(response.body, response.url, self.zone)
        self._note_source(response, found)
        goes_on = self._queue(found.links, walk)
        for link in found.links:
            if link.kind == "sitemap" and level < MOST_LEVELS and self._can_hold(link):
                yield self._look(link.url, self.read_source, {"walk": Walk(link.url), "level": level + 1})
        if goes_on and found.next:
            yield self._look(found.next, self.read_source, {"walk": walk, "level": level})

    def read_listing(self, response: Response, walk: Walk) -> Iterator[Request]:
        """Queue the articles of a listing page; ask for the next page that can hold more."""
        found = discover.read_listing(response.body, response.url)
        self._note_source(response, found)
        goes_on = self._queue(found.links, walk)
        following = walk.template.format(page=walk.page) if "{page" in walk.template else found.next
        if goes_on and following:
            yield self._look(following, self.read_listing, {"walk": walk})

    def source_lost(self, failure: Failure) -> None:
        """Count a source that brought nothing."""
        self._miss(failure)

    def _look(self, url: str, callback: Any, arguments: dict[str, Any]) -> Request:
        url = self._as_served(urldefrag(url).url)
        return Request(url, callback=callback, errback=self.source_lost, cb_kwargs=arguments, priority=1)

    def _as_served(self, url: str) -> str:
        """Give an address the scheme of the outlet's home: the canonical form says https, whatever is served."""
        return urlsplit(url)._replace(scheme=urlsplit(self.profile.home).scheme).geturl()

    def _whole(self, url: str) -> str:
        return self._as_served(whole_story(url, self.profile))

    def _note_source(self, response: Response, found: Found) -> None:
        self._sources_read += bool(found.links) or not found.fault
        if found.fault:
            self.logger.warning("%s: %s", response.url, found.fault)
            if len(self.tally.notes) < MOST_NOTES:
                self.tally.notes.append(f"{response.url}: {found.fault}")

    def _queue(self, links: Iterable[Link], walk: Walk) -> bool:
        """Queue what the window wants; say whether the walk goes on behind this page."""
        pages = (link for link in links if link.kind == "page")
        stories = {canonical_url(link.url, self.profile): link for link in pages}
        days = {url: self._days(url, link) for url, link in stories.items() if self.profile.is_article(url)}
        wanted = [url for url, span in days.items() if self.window.meets(span) and url not in self._wanted]
        finished = {url for url in days if is_finished(self.ledger.find(url))}
        self._wanted.update(wanted)
        self.tally.found += len(wanted)
        self.tally.known += len(finished.intersection(wanted))
        self.ledger.add((url, self._whole(url), days[url]) for url in wanted)
        fresh = days.keys() - walk.seen
        walk.seen |= fresh
        walk.page += 1
        return walk.page <= self.profile.crawl.index_pages and bool(fresh) and self._reaches_on(days, finished)

    def _reaches_on(self, days: dict[str, Days | None], finished: set[str]) -> bool:
        """Say whether older pages can hold what is wanted: down to SINCE, else down to what is finished."""
        if self.window.since is None:
            return len(finished) < len(days)
        dated = [span for span in days.values() if span is not None]
        return not dated or not all(self.window.is_before(span) for span in dated)

    def _days(self, url: str, link: Link) -> Days | None:
        """Date an article by its source's date of publication, else by its address, else by its last change."""
        told = link.published_at or (None if days_of_path(url) else link.lastmod)
        if told is None:
            return days_of_path(url)
        day = told.astimezone(self.zone).date()
        return day, day

    def _can_hold(self, branch: Link) -> bool:
        """Say whether a sitemap can name articles of the window: by the days in its address, by its last change."""
        changed = branch.lastmod.astimezone(self.zone).date() if branch.lastmod else None
        since = self.window.since
        if changed is not None and since is not None and changed < since:
            return False
        return self.window.meets(days_of_branch(branch.url))

    # Fetching

    def ask_for_articles(self) -> None:
        """Ask for the next of the queue, once the sources are read; raises DontCloseSpider while there are some."""
        if self._requests is None:
            urls = self.ledger.queued(self.window)
            self.tally.wanted = len(urls)
            self._requests = (request for url in urls if (request := self._ask(url)) is not None)
        batch = list(islice(self._requests, BATCH))
        for request in batch:
            self.crawler.engine.crawl(request)
        if batch:
            raise DontCloseSpider

    def read_article(self, response: Response, url: str, redirects: int) -> Iterator[Request]:
        """Count an answer, whose page is in the archive by now; follow a redirect."""
        self.tally.done += 1
        if 200 <= response.status < 300:
            return
        target = self._redirect(response) if redirects < MOST_REDIRECTS else ""
        if not target:
            self.tally.miss(str(response.status))
            return
        request = self._follow(target, url, redirects + 1)
        if request is not None:
            self.tally.wanted += 1
            yield request

    def article_lost(self, failure: Failure) -> None:
        """Note an article that brought no answer."""
        self.tally.done += 1
        fault = self._miss(failure)
        url = failure.request.cb_kwargs["url"]  # type: ignore[attr-defined]
        self.ledger.fail(url, "barred" if fault == FORBIDDEN else "failed", fault)

    def _ask(self, url: str, redirects: int = 0) -> Request | None:
        """Make the request for a queued article, once a crawl."""
        address = self.ledger.find(url)
        if address is None or address.state != "queued" or (url, address.asked) in self._asked:
            return None
        self._asked.add((url, address.asked))
        return Request(
            address.asked,
            callback=self.read_article,
            errback=self.article_lost,
            cb_kwargs={"url": url, "redirects": redirects},
            # every answer comes here, redirects included
            meta={
                "handle_httpstatus_all": True,
                "download_maxsize": self.settings.getint("SARING_ARTICLE_BYTES"),
            },
            dont_filter=True,  # the ledger is the filter
        )

    def _redirect(self, response: Response) -> str:
        """Give the article of this outlet that an answer redirects to; empty where it is something else."""
        location = (response.headers.get("Location") or b"").decode("latin-1")
        if not location or not 300 <= response.status < 400:
            return ""
        try:
            target = urldefrag(urljoin(response.url, location)).url
        except ValueError:
            return ""
        is_story = self.profile.is_article(canonical_url(target, self.profile))
        return Request(target).url if is_story and target.startswith(("http://", "https://")) else ""

    def _follow(self, target: str, url: str, redirects: int) -> Request | None:
        """Ask for the target of a redirect, unless that was done: the same story elsewhere, or another one."""
        story = canonical_url(target, self.profile)
        if story != url:
            self.ledger.add([(story, self._whole(story), days_of_path(story))])
        elif (url, target) in self._asked:
            self.tally.miss("redirect loop")
        else:
            self.ledger.ask_at(url, target)
        return self._ask(story, redirects)

    def _miss(self, failure: Failure) -> str:
        """Count what brought nothing, by its status or the failure's name, which is given back."""
        error = failure.value
        if isinstance(error, IgnoreRequest) and str(error) == FORBIDDEN:
            self.tally.barred += 1
            return FORBIDDEN
        name = str(error.response.status) if isinstance(error, HttpError) else type(error).__name__
        self.tally.miss(name)
        self.logger.info("%s brought nothing: %s", failure.request.url, error)  # type: ignore[attr-defined]
        return f"{name}: {error}"
