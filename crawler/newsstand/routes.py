"""Which address of which outlet is which listing."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from crawler.newsstand import api, feeds, listings, sitemaps
from crawler.newsstand.ask import Ask

HTML, PLAIN, XML = "text/html; charset=UTF-8", "text/plain; charset=UTF-8", "application/xml; charset=UTF-8"
JSON = "application/json; charset=UTF-8"
PAGED = r"(?:page/(?P<page>\d+)/)?"
SLUG = r"(?P<slug>[a-z0-9-]+)"


@dataclass(frozen=True, slots=True)
class Route:
    """A form of path and what answers to it."""

    path: str
    """Regular expression that the whole path must fit."""
    answer: Callable[[Ask], str | None]
    content_type: str = HTML
    headers: Callable[[Ask], tuple[tuple[str, str], ...]] = lambda _: ()
    """Beside Content-Type."""

    def groups(self, path: str) -> dict[str, str] | None:
        """Take the named groups out of a path; none if it does not fit."""
        found = re.fullmatch(self.path, path)
        return None if found is None else found.groupdict(default="")


ROUTES: dict[str, tuple[Route, ...]] = {
    "kabarpesisir": (
        Route("/", listings.front),
        Route("/robots.txt", sitemaps.robots, PLAIN),
        Route("/sitemap.xml", sitemaps.monthly_sitemaps, XML),
        Route(r"/sitemap/berita-(?P<month>\d{4}-\d{2})\.xml", sitemaps.monthly_sitemap, XML),
        Route("/sitemap-news.xml", sitemaps.news_sitemap, XML),
        Route("/indeks", listings.index),
        Route(f"/kanal/{SLUG}", listings.section),
        Route(f"/tag/{SLUG}", listings.topic),
    ),
    "wartalintas": (
        Route("/", listings.front),
        Route("/robots.txt", sitemaps.robots, PLAIN),
        Route("/rss", feeds.rss, "text/xml; charset=UTF-8"),
        Route("/indeks", listings.index),
        Route(f"/rubrik/{SLUG}", listings.section),
        Route(f"/topik/{SLUG}", listings.topic),
    ),
    "catatanlembayung": (
        Route("/", listings.front),
        Route("/robots.txt", sitemaps.robots, PLAIN),
        Route("/feeds/posts/default", feeds.atom, "application/atom+xml; charset=UTF-8"),
        Route("/sitemap.xml", sitemaps.blog_sitemap, XML),
        Route("/search", listings.older_posts),
        Route(f"/search/label/{SLUG}", listings.topic),
        Route(r"/(?P<year>\d{4})/(?P<month>0[1-9]|1[0-2])/?", listings.month),
    ),
    "ruangkini": (
        Route("/", listings.front),
        Route("/robots.txt", sitemaps.robots, PLAIN),
        Route("/sitemap-news.xml", sitemaps.news_sitemap, XML),
        Route("/sitemap-amp.xml", sitemaps.amp_sitemap, XML),
        Route("/.well-known/tdmrep.json", sitemaps.tdmrep, JSON),
        Route(f"/tag/{SLUG}", listings.topic),
        Route(f"/{SLUG}", listings.section),
    ),
    "gaungtimur": (
        Route("/", listings.front),
        Route("/robots.txt", sitemaps.robots, PLAIN),
        Route("/feed/", feeds.rss, "application/rss+xml; charset=UTF-8"),
        Route("/wp-sitemap.xml", sitemaps.wordpress_index, XML),
        Route(r"/wp-sitemap-posts-post-(?P<page>\d+)\.xml", sitemaps.wordpress_posts, XML),
        Route(r"/wp-sitemap-taxonomies-(?P<taxonomy>category|post_tag)-1\.xml", sitemaps.wordpress_terms, XML),
        Route(r"/page/(?P<page>\d+)/", listings.page_of_front),
        Route(f"/category/{SLUG}/{PAGED}", listings.section),
        Route(f"/tag/{SLUG}/{PAGED}", listings.topic),
    ),
    "suluhborneo": (
        Route("/", listings.front),
        Route("/robots.txt", sitemaps.robots, PLAIN),
        Route("/wp-json/wp/v2/posts", api.posts, JSON, api.totals),
        Route(r"/page/(?P<page>\d+)/", listings.page_of_front),
        Route(f"/rubrik/{SLUG}/{PAGED}", listings.section),
        Route(f"/tag/{SLUG}/{PAGED}", listings.topic),
    ),
}
