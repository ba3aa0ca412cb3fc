"""The one spider: the outlet's profile tells it where to look and what an article is.

A crawl has two halves. First every source is read, robots.txt, sitemaps, feeds, listings and API, and the articles
that they name are queued in the ledger; then the queue is asked for, one address after the other. So no article is
archived before the sources of its crawl have been read to the end, which is what lets a later crawl stop at the
first page of a listing that holds nothing but finished articles.

A subject crawl reads the outlet's topic pages in place of its sources and asks for what they name and nothing else.
"""

import datetime as dt
import sqlite3
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import islice
from pathlib import Path
from typing import Any, Literal, Self
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
from crawler.coverage import coverage
from crawler.discover import Found, Link
from crawler.faults import FORBIDDEN, NotKept, cause_of, name_of
from crawler.ledger import Address, Ledger, is_finished
from crawler.listings import api_page, check_sources, check_topic, listings, topic_pages
from crawler.manners import LeftAlone
from crawler.outlets import PROFILES, ZONES, load_outlets
from crawler.site_files import Reserved
from crawler.tally import Tally
from crawler.urls import canonical_url, story_page, story_part, whole_story
from crawler.warc import crawl_name, recover, warc_date
from crawler.window import Days, days_of_branch, days_of_path, read_days_back, read_window

# Requests that wait in memory; the rest of the queue waits in the ledger.
BATCH = 100
# A sitemap index may name indexes; deeper than this it is a maze.
MOST_LEVELS = 3
MOST_REDIRECTS = 5
# What an outlet answers to a page after the last one; WordPress's API says 400.
PAST_THE_END = (400, 404, 410)
# Faults of sources that the tally carries; the log has all.
MOST_NOTES = 20


@dataclass(slots=True)
class Walk:
    """One listing, feed, sitemap or API, read page after page."""

    template: str
    """Address with `{page}` where the profile gave one; else the pages name their next."""
    found_in: str = "listing"
    """Kind of source, one of `crawler.coverage.SOURCES`."""
    days: Days | None = None
    """Of the articles that it lists, where its address tells."""
    page: int = 1
    seen: set[str] = field(default_factory=set)
    """Articles on the pages so far: a page that adds none is the last."""


class NewsSpider(Spider):
    """Archives the articles of one outlet; arguments are strings, so that `scrapy crawl news -a outlet=…` works."""

    name = "news"

    def __init__(  # noqa: PLR0913, PLR0917 - its arguments on the command line
        self,
        outlet: str = "",
        since: str = "",
        until: str = "",
        into: str = "corpus",
        crawl: str = "",
        profiles: str = str(PROFILES),
        topic: str = "",
        recheck: str = "",
    ) -> None:
        super().__init__()
        (self.profile,) = load_outlets(Path(profiles)).named([outlet])
        check_sources(self.profile)
        if topic:
            check_topic(self.profile, topic)
        self.topic = topic
        self.recheck = read_days_back(recheck)
        self.window = read_window(since, until)
        self.into = Path(into)
        self.crawl = crawl or crawl_name(dt.datetime.now(dt.UTC))
        self.zone = ZONES[self.profile.zone]
        self.tally = Tally()
        self.software = software()
        self.contact = ""
        self.agent = ""
        self.left_alone: dict[str, Sequence[str]] = {}
        self.ledger: Ledger
        self._wanted: set[str] = set()
        self._asked: set[tuple[str, str]] = set()
        self._sources_asked = 0
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
        crawler.signals.connect(spider.stumble, signals.spider_error)
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
            if self.profile.addresses.parts and left.captures:
                # whether its later parts had been queued when the crawl was killed, nobody knows
                self.ledger.ask_afresh(left.captures[-1].url)
        self.ledger.requeue(self._now())

    def stop(self, reason: str) -> None:
        """End the crawl of this outlet early."""
        self.tally.trouble = self.tally.trouble or reason
        deferred_from_coro(self.crawler.engine.close_spider_async(reason=reason))

    def stumble(self, failure: Failure) -> None:
        """Say what went wrong in the spider itself; a disk that does not take the ledger ends the crawl."""
        error = failure.value
        if isinstance(error, OSError | sqlite3.Error):
            self.stop(f"the disk does not take the ledger ({error})")
        else:
            fault = f"the spider itself failed ({type(error).__name__}: {error}), see its log"
            self.tally.trouble = self.tally.trouble or fault

    def leave_alone(self, host: str, refused: Sequence[str]) -> None:
        """Ask a host no more in this crawl; what is on it stays in the queue, what it refused last included."""
        self.left_alone[host] = refused
        self.tally.trouble = self.tally.trouble or f"{host} refused {len(refused)} requests in a row and is left alone"

    def closed(self, reason: str) -> None:
        """Let go of the ledger and judge the crawl."""
        try:
            for refused in self.left_alone.values():
                self.ledger.put_back(refused)
            self.tally.coverage = [day.row() for day in coverage(self.ledger.namings(self.window))]
            self.ledger.close()
        except (OSError, sqlite3.Error) as error:
            self.tally.trouble = self.tally.trouble or f"the disk does not take the ledger ({error})"
        self.tally.reason = reason
        if reason == "finished" and not self._sources_read:
            if self.topic:
                self._note(f"it has no page on the subject {self.topic!r}")
            else:
                self.tally.trouble = self.tally.trouble or "none of its sitemaps, feeds and listings could be read"

    # Finding

    async def start(self) -> AsyncIterator[Any]:
        """Ask for the topic pages of a subject crawl, else for every source that the profile names."""
        for request in self._topic_pages() if self.topic else self._sources():
            yield request

    def _topic_pages(self) -> Iterator[Request]:
        for template in topic_pages(self.profile, self.topic):
            yield from self._look(template.format(page=1), self.read_listing, {"walk": Walk(template, "topic")})

    def _sources(self) -> Iterator[Request]:
        crawl = self.profile.crawl
        yield from self._look(urljoin(self.profile.home, "/robots.txt"), self.read_robots, {})
        for found_in, urls in (("sitemap", crawl.sitemaps), ("feed", crawl.feeds)):
            for url in urls:
                yield from self._look(url, self.read_source, {"walk": Walk(url, found_in), "level": 1})
        if crawl.api:
            url = api_page(self.profile, self.window, 1)
            yield from self._look(url, self.read_api, {"walk": Walk(url, "api")})
        today = dt.datetime.now(self.zone).date()
        for template, days in listings(self.profile, self.window.walk(today)).items():
            walk = Walk(template, "listing", days if crawl.items else None)
            yield from self._look(template.format(page=1), self.read_listing, {"walk": walk})

    def read_robots(self, response: Response) -> Iterator[Request]:
        """Ask for the sitemaps that a robots.txt names."""
        for link in discover.read_robots(response.body, response.url).links:
            arguments = {"walk": Walk(link.url, "sitemap"), "level": 1}
            yield from self._look(link.url, self.read_source, arguments, response)

    def read_source(self, response: Response, walk: Walk, level: int) -> Iterator[Request]:
        """Queue the articles of a sitemap or feed; ask for the branches and blocks that can hold more."""
        found = discover.read_xml(response.body, response.url, self.zone)
        self._note_source(response, found)
        goes_on = self._queue(found.links, walk, response.url)
        for link in found.links:
            if link.kind == "sitemap" and level < MOST_LEVELS and self._can_hold(link):
                arguments = {"walk": Walk(link.url, "sitemap"), "level": level + 1}
                yield from self._look(link.url, self.read_source, arguments, response)
        if goes_on and found.next:
            yield from self._look(found.next, self.read_source, {"walk": walk, "level": level}, response)

    def read_listing(self, response: Response, walk: Walk) -> Iterator[Request]:
        """Queue the articles of a listing or topic page; ask for the next page that can hold more."""
        found = discover.read_listing(response.body, response.url, self.profile.crawl.items)
        self._note_source(response, found)
        goes_on = self._queue(found.links, walk, response.url)
        if "{page" in walk.template:
            following = walk.template.format(page=walk.page)
        else:
            following = found.next if self._can_hold(Link(found.next, "page")) else ""
        if goes_on and following:
            yield from self._look(following, self.read_listing, {"walk": walk}, response)

    def read_api(self, response: Response, walk: Walk) -> Iterator[Request]:
        """Queue the articles of a page of WordPress's API; ask for the next, of which it tells the number."""
        found = discover.read_wordpress(response.body, response.url)
        self._note_source(response, found)
        goes_on = self._queue(found.links, walk, response.url, self.settings.getint("SARING_MOST_API_PAGES"))
        pages = (response.headers.get("X-WP-TotalPages") or b"").decode("latin-1")
        if goes_on and pages.isascii() and pages.isdigit() and walk.page <= int(pages[:9]):
            following = api_page(self.profile, self.window, walk.page)
            yield from self._look(following, self.read_api, {"walk": walk}, response)

    def source_lost(self, failure: Failure) -> None:
        """Count a source that brought nothing, unless it is the page after the last of a walk."""
        walk: Walk | None = failure.request.cb_kwargs.get("walk")  # type: ignore[attr-defined]
        error = failure.value
        if (
            walk is not None
            and walk.page > 1
            and isinstance(error, HttpError)
            and error.response.status in PAST_THE_END
        ):
            return
        self._miss(failure)

    def _look(
        self, url: str, callback: Any, arguments: dict[str, Any], named_by: Response | None = None
    ) -> Iterator[Request]:
        """Ask for a source, unless the crawl has asked for as many as it may."""
        most = self.settings.getint("SARING_MOST_SOURCES")
        self._sources_asked += 1
        if self._sources_asked > most:
            if self._sources_asked == most + 1:
                self._note(f"its sources go on beyond the {most} pages that a crawl reads (SARING_MOST_SOURCES)")
            return
        yield Request(
            self._as_served(urldefrag(url).url),
            callback=callback,
            errback=self.source_lost,
            cb_kwargs=arguments,
            meta={
                "via": named_by.url if named_by is not None else "",
                "found_in": arguments["walk"].found_in if named_by is not None else "profile",
            },
            priority=1,
        )

    def _as_served(self, url: str) -> str:
        """Give an address the scheme of the outlet's home: the canonical form says https, whatever is served."""
        return urlsplit(url)._replace(scheme=urlsplit(self.profile.home).scheme).geturl()

    def _whole(self, url: str) -> str:
        return self._as_served(whole_story(url, self.profile))

    def _note_source(self, response: Response, found: Found) -> None:
        self._sources_read += bool(found.links) or not found.fault
        if found.fault:
            self._note(f"{response.url}: {found.fault}")

    def _note(self, note: str) -> None:
        self.logger.warning("%s", note)
        if len(self.tally.notes) < MOST_NOTES:
            self.tally.notes.append(note)

    def _queue(self, links: Iterable[Link], walk: Walk, via: str, most: int = 0) -> bool:
        """Queue what the window wants; say whether the walk goes on behind this page.

        It goes on for `most` pages, or those that the profile allows.
        """
        pages = {canonical_url(link.url, self.profile): link for link in links if link.kind == "page"}
        stories = {url: link for url, link in pages.items() if self.profile.is_article(url)}
        known = {url: self.ledger.find(url) for url in stories}
        days = {url: _days_known(known[url]) or self._days(url, link) or walk.days for url, link in stories.items()}
        wanted = [url for url, span in days.items() if self.window.meets(span)]
        finished = {url for url in days if is_finished(known[url])}
        self.ledger.date((url, span) for url, span in days.items() if span and known[url])
        self.ledger.add(((url, self._whole(url), days[url]) for url in wanted), via, walk.found_in)
        changes = {url: link.lastmod for url, link in stories.items()}
        if len(changes) == 1 or len(set(changes.values())) > 1:  # else it is the time at which the source was made
            changed = (url for url in wanted if self._has_changed(known[url], changes[url]))
            self.ledger.ask_again(changed, self._now())
        self._count(wanted, finished)
        fresh = days.keys() - walk.seen
        walk.seen |= fresh
        walk.page += 1
        goes_on = walk.page <= (most or self.profile.crawl.index_pages)
        return goes_on and bool(fresh) and self._reaches_on(days, finished)

    def _count(self, wanted: Iterable[str], finished: set[str]) -> None:
        new = set(wanted) - self._wanted
        self._wanted |= new
        self.tally.found += len(new)
        self.tally.known += len(new & finished)

    def _has_changed(self, known: Address | None, lastmod: dt.datetime | None) -> bool:
        """Say whether a source tells of a change after the last look; a time to come tells of nothing."""
        if known is None or known.state != "archived" or lastmod is None:
            return False
        return known.known_at < warc_date(lastmod) <= self._now()

    def _now(self) -> str:
        return warc_date(dt.datetime.now(dt.UTC))

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
        """Say whether a source can name articles of the window: by the days in its address, by its last change.

        One of days that are still to come is a calendar without end.
        """
        changed = branch.lastmod.astimezone(self.zone).date() if branch.lastmod else None
        since = self.window.since
        if changed is not None and since is not None and changed < since:
            return False
        days = days_of_branch(branch.url)
        last = self.window.until or dt.datetime.now(self.zone).date()
        return days is None or (self.window.meets(days) and days[0] <= last)

    # Fetching

    def ask_for_articles(self) -> None:
        """Ask for the next of the queue, once the sources are read; raises DontCloseSpider while there are some."""
        try:
            batch = self._next_batch()
        except sqlite3.Error:
            self.stumble(Failure())  # type: ignore[no-untyped-call]
            return
        for request in batch:
            self.crawler.engine.crawl(request)
        if batch:
            raise DontCloseSpider

    def _next_batch(self) -> list[Request]:
        if self._requests is None:
            self._recheck()
            urls = [url for url in self.ledger.queued(self.window) if not self.topic or url in self._wanted]
            self.tally.wanted = len(urls)
            self._requests = (request for url in urls if (request := self._ask(url)) is not None)
        return list(islice(self._requests, BATCH))

    def _recheck(self) -> None:
        """Queue again what appeared in the last days, where the crawl is told to look at it again."""
        if self.recheck:
            last = self.window.until or dt.datetime.now(self.zone).date()
            self.ledger.ask_again_since(last - dt.timedelta(days=self.recheck), self._now())

    def read_article(self, response: Response, url: str, redirects: int) -> Iterator[Request]:
        """Count an answer, whose page is in the archive by now; follow a redirect, or the story's later parts."""
        self.tally.done += 1
        if response.status == HTTPStatus.NOT_MODIFIED or 200 <= response.status < 300:
            if is_finished(self.ledger.find(url)):
                self._asked.discard((url, response.url))  # the ledger remembers it, and memory stays flat
            yield from self._later_parts(response, url)
            return
        target = self._redirect(response) if redirects < MOST_REDIRECTS else ""
        if not target:
            self.tally.miss(str(response.status))
            return
        request = self._follow(target, url, redirects + 1, response.url)
        if request is not None:
            self.tally.wanted += 1
            yield request

    def article_lost(self, failure: Failure) -> None:
        """Note an article that brought no answer; one that was held back or not kept stays in the queue."""
        self.tally.done += 1
        if isinstance(failure.value, LeftAlone | NotKept):
            return
        fault = self._miss(failure)
        url = failure.request.cb_kwargs["url"]  # type: ignore[attr-defined]
        is_barred = fault == FORBIDDEN or isinstance(failure.value, Reserved)
        state: Literal["barred", "failed"] = "barred" if is_barred else "failed"
        self.ledger.fail(url, state, fault, dt.datetime.now(dt.UTC))

    def _later_parts(self, response: Response, url: str) -> Iterator[Request]:
        """Ask for the parts of a story that its page links to, where no address brings them all."""
        if not self.profile.addresses.parts or response.status == HTTPStatus.NOT_MODIFIED:
            return
        story = canonical_url(url, self.profile)
        links = discover.read_links(response.body, response.url)
        numbers = {story_page(link, self.profile) for link in links if canonical_url(link, self.profile) == story}
        later = (number for number in sorted(numbers) if 1 < number <= self.settings.getint("SARING_MOST_PARTS"))
        parts = [self._as_served(story_part(story, number, self.profile)) for number in later]
        days = _days_known(self.ledger.find(url))
        self.ledger.add(((part, part, days) for part in parts), response.url, "part", "part")
        if "known" in response.meta:
            self.ledger.ask_again(parts, self._now())
        for part in parts:
            request = self._ask(part)
            if request is not None:
                self.tally.wanted += 1
                yield request

    def _ask(self, url: str, redirects: int = 0, redirected_by: str = "") -> Request | None:
        """Make the request for a queued article, once a crawl."""
        address = self.ledger.find(url)
        if address is None or address.state != "queued" or (url, address.asked) in self._asked:
            return None
        if urlsplit(address.asked).hostname in self.left_alone:
            return None
        self._asked.add((url, address.asked))
        return Request(
            address.asked,
            callback=self.read_article,
            errback=self.article_lost,
            cb_kwargs={"url": url, "redirects": redirects},
            headers=_conditions(address),
            # every answer comes here, redirects included
            meta={
                "handle_httpstatus_all": True,
                "download_maxsize": self.settings.getint("SARING_ARTICLE_BYTES"),
                "via": redirected_by or address.via,
                "found_in": "redirect" if redirected_by else address.found_in,
                **({"known": address} if address.is_kept else {}),
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

    def _follow(self, target: str, url: str, redirects: int, redirected_by: str) -> Request | None:
        """Ask for the target of a redirect, unless that was done: the same story elsewhere, or another one."""
        story = canonical_url(target, self.profile)
        if story != url:
            self.ledger.add([(story, self._whole(story), days_of_path(story))], redirected_by, "redirect")
        elif (url, target) in self._asked:
            self.tally.miss("redirect loop")
        else:
            self.ledger.ask_at(url, target)
        return self._ask(story, redirects, redirected_by)

    def _miss(self, failure: Failure) -> str:
        """Count what brought nothing, by its status or the failure's name, which is given back."""
        error = failure.value
        if isinstance(error, Reserved) or (isinstance(error, IgnoreRequest) and str(error) == FORBIDDEN):
            self.tally.barred += 1
            return str(error)
        self.tally.miss(name_of(error))
        cause = cause_of(error)
        self.logger.info("%s brought nothing: %s", failure.request.url, cause)  # type: ignore[attr-defined]
        return cause


def _days_known(address: Address | None) -> Days | None:
    if address is None or address.first_day is None or address.last_day is None:
        return None
    return dt.date.fromisoformat(address.first_day), dt.date.fromisoformat(address.last_day)


def _conditions(address: Address) -> dict[str, str]:
    """Give the headers that ask for a page only if it is not the archived one: RFC 9110, section 13.1."""
    told = {"If-None-Match": address.etag, "If-Modified-Since": address.last_modified} if address.is_kept else {}
    return {name: value for name, value in told.items() if value}
