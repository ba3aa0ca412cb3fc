"""The report in a real browser: opened from disk, searched, filtered, read, walked by keyboard, wide and narrow."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from curation.records import Copy, Cut
from curation.release.manifest import read_manifest
from curation.report import render_report
from tests.report.stories import HOSTILE, crawl_of, large_release, losses, release_of, story

SHOTS = Path(os.environ.get("SARING_SCREENSHOTS", "build/screenshots"))
SCHEMES = ("light", "dark")
WIDTHS = {"wide": 1200, "narrow": 360}
HOSTILE_ADDRESS = "javascript:window.broken=1"
SEARCHED = "Kerbau Hijau Melintas"


@dataclass
class Visit:
    """A page, and what it did that it must not do."""

    page: Page
    faults: list[str] = field(default_factory=list)


@contextmanager
def visit(browser: Browser, path: Path, width: int = 1200, scheme: Any = "light") -> Iterator[Visit]:
    """Open a file, and hold at the end that nothing was asked of the network and nothing complained."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    opened = Visit(page)

    def guard(route: Route) -> None:
        if route.request.url.split("#")[0] == path.resolve().as_uri():
            route.continue_()
        else:
            opened.faults.append(f"asked for {route.request.url}")
            route.abort()

    context.route("**/*", guard)
    page.on("console", lambda message: opened.faults.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: opened.faults.append(f"error: {error}"))
    page.goto(path.resolve().as_uri())
    yield opened
    assert opened.faults == []
    context.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    corpus = tmp_path_factory.mktemp("corpus")
    stories = [story(number) for number in range(1, 120)]
    stories[0] = replace(stories[0], title=SEARCHED, text=f"{stories[0].text}\nHarta karun di Teluk Sunyi.")
    stories[1] = replace(
        stories[1], title=HOSTILE, url=HOSTILE_ADDRESS, found_by=HOSTILE_ADDRESS, section="{{ 7 * 7 }}",
        text=f"{HOSTILE}\nBaris.", cuts=(Cut("RL01", 0, "<img src=x onerror=window.broken=1>\n"),),
        copies=(Copy("ff", HOSTILE_ADDRESS, "<b>warta", None, 0.9, "near"),), cluster_size=2,
    )  # fmt: skip
    release = release_of(corpus, stories, losses(60))
    crawl = corpus / "warc" / "one" / "crawl.json"
    crawl.parent.mkdir(parents=True)
    day = {"together": 8, "estimated": 9.5, "archived": 6, "barred": 0, "gone": 0, "failed": 1, "queued": 1}
    crawl.write_text(json.dumps(crawl_of({"day": f"2026-11-{number:02d}"} | day for number in range(1, 20))))
    path = corpus / "report.html"
    path.write_text(render_report(release, read_manifest(release), [crawl]), encoding="utf-8")
    return path


def listed(page: Page) -> list[str]:
    return page.locator("#list .title").all_inner_texts()


def found(page: Page) -> str:
    return page.locator("#found").inner_text()


def test_a_word_of_the_text_finds_its_document(browser: Browser, report: Path) -> None:
    with visit(browser, report) as opened:
        page = opened.page
        assert found(page) == "1 to 25 of 119 documents"
        page.get_by_label("Search titles and texts").fill("teluk SUNYI")
        expect(page.locator("#list li")).to_have_count(1)
        assert listed(page) == [SEARCHED]
        page.get_by_label("Search titles and texts").fill("tidak ada di mana pun")
        expect(page.locator("#list li")).to_have_count(0)
        assert found(page).startswith("No document is like this")
        page.get_by_role("button", name="Clear").click()
        expect(page.locator("#list li")).to_have_count(25)


def test_every_filter_leaves_what_it_says(browser: Browser, report: Path) -> None:
    stories = {row.id: row for row in map(story, range(1, 120))}
    chosen = {
        "Outlet": ("kabar", lambda row: row.outlet == "kabar"),
        "Month": ("2026-09", lambda row: f"{row.published_at:%Y-%m}" == "2026-09"),
        "Reuse": ("open", lambda row: row.reuse == "open"),
        "Cut by rule": ("CR01", lambda row: row.id != f"{2:08x}{0:08x}"),
    }
    with visit(browser, report) as opened:
        page = opened.page
        left = dict(stories)
        for label, (value, keeps) in chosen.items():
            page.get_by_label(label, exact=True).select_option(value)
            left = {name: row for name, row in left.items() if keeps(row)}
            assert f"of {len(left)}, out of 119" in found(page), label
        assert left
        page.get_by_role("button", name="Clear").click()
        page.get_by_label("has copies").check()
        copied = sum(bool(row.copies) for row in stories.values()) + 1
        assert f"of {copied}, out of 119" in found(page)


def test_the_cuts_of_a_document_are_read_beside_what_is_left(browser: Browser, report: Path) -> None:
    row = story(5)
    with visit(browser, report) as opened:
        page = opened.page
        page.goto(f"{report.resolve().as_uri()}#document-{row.id}")
        page.reload()
        assert page.locator("#story h3").inner_text() == row.title
        before, after = page.locator("#story .side").all()
        assert [cut.text_content() for cut in before.locator("del").all()] == [cut.text.strip("\n") for cut in row.cuts]
        assert before.locator(".code").all_inner_texts() == [
            "DL01 datelines.city-outlet", "RL01 related.read-also", "CR01 credits.initials",
        ]  # fmt: skip
        assert "\n".join(filter(None, after.locator("p").all_inner_texts())) == row.text
        red = before.locator("del").first.evaluate("cut => getComputedStyle(cut).color")
        assert red == "rgb(179, 38, 30)"
        facts = page.locator("#story .facts").inner_text()
        assert row.capture and f"{row.capture.warc}, 790 bytes from 4,000, sha1:ABC" in facts
        assert all(copy.url in facts for copy in row.copies)
        link = page.locator("#story .facts a").first
        assert (link.get_attribute("href"), link.get_attribute("rel")) == (row.url, "noreferrer noopener nofollow")


def test_the_page_is_walked_by_keyboard(browser: Browser, report: Path) -> None:
    with visit(browser, report) as opened:
        page = opened.page
        focused = "document.activeElement.getAttribute('href') || document.activeElement.id"
        links = [item.get_attribute("href") for item in page.locator("#list a").all()]
        for key, place in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
            page.keyboard.press(key)
            assert page.evaluate(focused) == links[place]
        outline = "getComputedStyle(document.activeElement).outlineStyle"
        assert page.evaluate(outline) == "solid"
        page.keyboard.press("Enter")
        expect(page.locator("#story")).to_be_visible()
        assert page.evaluate(focused) == "story"
        page.keyboard.press("j")
        assert page.evaluate(focused) == links[2]
        page.keyboard.press("Escape")
        expect(page.locator("#story")).to_be_hidden()
        assert page.evaluate(focused) == links[1]
        page.keyboard.press("n")
        assert page.locator("#place").inner_text() == "page 2 of 5"
        page.keyboard.press("k")
        assert page.locator("#place").inner_text() == "page 1 of 5"
        assert page.evaluate(focused) == links[-1]
        page.keyboard.press("/")
        page.keyboard.type("jk/np")
        assert page.get_by_label("Search titles and texts").input_value() == "jk/np"


def test_hostile_text_is_only_text(browser: Browser, report: Path) -> None:
    with visit(browser, report) as opened:
        page = opened.page
        page.get_by_label("Search titles and texts").fill("onclick")
        expect(page.locator("#list li")).to_have_count(1)
        page.locator("#list a").click()
        shown = page.locator("#story").inner_text()
        written = HOSTILE.replace("\u2028", "\\u2028").replace("\u202e", "\\u202e")
        assert page.locator("#story h3").inner_text() == written
        assert "{{ 7 * 7 }}" in shown and "<img src=x onerror=window.broken=1>" in shown and HOSTILE_ADDRESS in shown
        assert page.evaluate("window.broken") is None
        assert page.locator("#story img, #story b, #story script").count() == 0
        addresses = page.evaluate("[...document.querySelectorAll('a')].map(link => link.protocol)")
        assert set(addresses) <= {"http:", "https:", "file:"}


def test_the_policy_stops_what_would_be_written_into_the_page(browser: Browser, report: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.html"
    injected = "<script>window.broken = 1</script><img src='https://www.kabar.example/x.png'><b style='color:red'>"
    broken.write_text(report.read_text().replace("<main>", f"<main>{injected}"))
    context = browser.new_context()
    page = context.new_page()
    stopped: dict[str, str | None] = {}
    page.on("requestfailed", lambda request: stopped.update({request.url: request.failure}))
    page.goto(broken.as_uri())
    assert page.evaluate("window.broken") is None
    assert stopped == {"https://www.kabar.example/x.png": "csp"}
    assert page.evaluate("getComputedStyle(document.querySelector('main > b')).color") != "rgb(255, 0, 0)"
    context.close()


CONTRAST = """() => {
  const channel = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const paper = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const faults = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || element.closest('script, style, button:disabled')) continue;
    if (!element.getClientRects().length) continue;
    const style = getComputedStyle(element);
    const [one, other] = [parse(element.closest('svg') ? style.fill : style.color), paper(element)].map(light);
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < 4.5) faults.push([walker.currentNode.data.trim().slice(0, 40), ratio]);
  }
  return [faults, light(paper(document.body))];
}"""


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_can_be_read_by_everyone(browser: Browser, report: Path, scheme: str, width: str) -> None:
    with visit(browser, report, WIDTHS[width], scheme) as opened:
        page = opened.page
        page.screenshot(path=SHOTS / f"report-{scheme}-{width}.png", full_page=True)
        page.locator(f"#list a[href='#document-{story(5).id}']").or_(page.locator("#list a")).first.click()
        page.locator("#story").screenshot(path=SHOTS / f"document-{scheme}-{width}.png")
        for details in page.locator("details").all():
            details.evaluate("fold => { fold.open = true }")
        overflowing, room = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert overflowing <= room
        faults, paper = page.evaluate(CONTRAST)
        assert faults == []
        assert paper < 0.05 if scheme == "dark" else paper > 0.8
        found = Axe().run(page).response["violations"]
        assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []


def test_a_narrow_window_has_one_side_below_the_other(browser: Browser, report: Path) -> None:
    for width, beside in ((1200, True), (360, False)):
        with visit(browser, report, width) as opened:
            opened.page.locator("#list a").first.click()
            before, after = (side.bounding_box() for side in opened.page.locator("#story .side").all())
            assert before and after
            assert (after["x"] > before["x"] + before["width"]) is beside
            assert (after["y"] >= before["y"] + before["height"]) is not beside
            shown = {kind: opened.page.locator(f".chart.{kind}").first.is_visible() for kind in ("wide", "narrow")}
            assert shown == {"wide": beside, "narrow": not beside}


def test_it_prints_every_section_without_the_controls(browser: Browser, report: Path) -> None:
    with visit(browser, report, scheme="dark") as opened:
        opened.page.emulate_media(media="print")
        assert opened.page.locator("#funnel").is_visible()
        assert opened.page.locator("form").is_hidden()
        paper = opened.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert paper == "rgb(255, 255, 255)"


def test_fifty_thousand_documents_are_sampled_and_it_says_so(browser: Browser, tmp_path: Path) -> None:
    release = large_release(tmp_path, copies=100, each=500)
    path = tmp_path / "report.html"
    path.write_text(render_report(release, read_manifest(release)), encoding="utf-8")
    assert path.stat().st_size < 15_000_000
    with visit(browser, path) as opened:
        page = opened.page
        lead = page.locator("#browser .lead").inner_text()
        sampled = int(lead.split(" of the 50,000 documents")[0].replace(",", ""))
        assert 2_000 < sampled < 50_000
        assert f"of {sampled:,} documents" in found(page)
        page.get_by_label("Outlet", exact=True).select_option("kabar")
        page.get_by_label("Search titles and texts").fill("perahu keranjang")
        expect(page.locator("#found")).to_contain_text("out of")
        page.locator("#list a").first.click()
        assert page.locator("#story del").count() == 3
