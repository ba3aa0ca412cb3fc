"""Trafilatura's downloader, which keeps nothing: `python -m benchmarks.crawl.trafilatura_run`."""

from trafilatura.downloads import add_to_compressed_dict, buffered_downloads, load_download_buffer
from trafilatura.settings import DEFAULT_CONFIG
from trafilatura.sitemaps import sitemap_search

from benchmarks.crawl.press import HOME

if __name__ == "__main__":
    DEFAULT_CONFIG["DEFAULT"]["SLEEP_TIME"] = "0"
    found = sitemap_search(f"{HOME}/wp-sitemap.xml", sleep_time=0)
    waiting = add_to_compressed_dict(found)
    while not waiting.done:
        batch, waiting = load_download_buffer(waiting, sleep_time=0)
        for _ in buffered_downloads(batch, 1):
            pass
