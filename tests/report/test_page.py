import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from markupsafe import Markup

from curation.records import Cut, Right
from curation.release.manifest import read_manifest
from curation.report import render_report
from curation.report.page import _as_json, _prose
from tests.releases import document, reject, write_release
from tests.report.stories import HOSTILE, crawl_of, losses, release_of, story


def rendered(release: Path, **more: Any) -> str:
    return render_report(release, read_manifest(release), **more)


def text_of(page: str, section: str) -> str:
    return str(lxml.html.fromstring(page).get_element_by_id(section).text_content())


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    return rendered(release_of(tmp_path_factory.mktemp("corpus"), map(story, range(60)), losses(30)))


def test_the_same_release_has_the_same_bytes(page: str, tmp_path: Path) -> None:
    assert rendered(release_of(tmp_path, map(story, reversed(range(60))), losses(30))) == page


def test_only_the_pages_own_style_and_script_are_let_in(page: str) -> None:
    tree = lxml.html.fromstring(page)
    policy = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    run = [node for node in tree.xpath("//script | //style") if node.get("type") != "application/json"]
    digests = [base64.b64encode(hashlib.sha256(node.text.encode()).digest()).decode() for node in run]
    assert len(digests) == 2 and all(f"'sha256-{digest}'" in policy for digest in digests)
    assert not tree.xpath("//@style | //@*[starts-with(name(), 'on')] | //link | //img | //iframe | //object | //base")
    assert set(re.findall(r"""(?:src|href)=["']([^"'#][^"']*)""", page.partition("<script")[0])) <= set()


def test_the_data_cannot_end_its_script(tmp_path: Path) -> None:
    hostile = document(1, title=HOSTILE, text=f"{HOSTILE}\n<!-- <script>", cuts=(Cut("<b>", 0, "</SCRIPT >\n"),))
    page = rendered(release_of(tmp_path, [hostile]))
    data = page.partition('id="data">')[2].partition("</script>")[0]
    assert not set("<>&\u2028\u2029") & set(data)
    document_of = json.loads(data)["documents"][0]
    assert document_of["title"].startswith("Judul </script><script>window.broken = 1</script> {{ 7 * 7 }} <!-- <b")
    assert document_of["body"][0] == ["<b>", "</SCRIPT >\n"]


def test_hostile_words_stand_as_text_in_every_section(tmp_path: Path) -> None:
    right = Right("notice", HOSTILE, "reserved", HOSTILE, None, "")
    rows = [story(number, outlet=HOSTILE, language=HOSTILE, rights=(right,), split=HOSTILE) for number in (1, 5)]
    rows = [*rows, story(2, cuts=(Cut("RL01", 0, HOSTILE),))]
    page = rendered(release_of(tmp_path, rows, [reject(9, HOSTILE)]))
    assert "window.broken = 1</script>" not in page
    assert "\u202e" not in page
    tree = lxml.html.fromstring(page)
    assert len(tree.xpath("//script")) == 2
    for section in ("funnel", "outlets", "cuts", "language", "rights", "health", "splits"):
        assert "{{ 7 * 7 }} <!-- <b onclick=x>\\u2028\\u202etadi" in text_of(page, section), section


def test_a_release_with_nothing_in_it_is_said_to_be_empty(tmp_path: Path) -> None:
    page = rendered(release_of(tmp_path, [], []))
    assert "0 documents came out" in text_of(page, "funnel")
    assert "All 0 documents" in text_of(page, "browser")


def test_what_a_release_does_not_know_is_said(tmp_path: Path) -> None:
    page = rendered(release_of(tmp_path, [document(1, n_words=40)]))
    for section, said in {
        "cuts": "Nothing was cut", "copies": "No document has a copy", "language": "carry no quality measures",
        "rights": "carry no statements", "personal": "carries a mask", "splits": "not shared out",
        "coverage": "No crawl's manifest",
    }.items():  # fmt: skip
        assert said in text_of(page, section), section


def test_a_sample_says_how_much_of_what(tmp_path: Path) -> None:
    page = rendered(release_of(tmp_path, map(story, range(60))), limit=40_000)
    said = text_of(page, "browser")
    shown = len(json.loads(lxml.html.fromstring(page).get_element_by_id("data").text)["documents"])
    assert 0 < shown < 60
    assert f"{shown} of the 60 documents" in said and "SHA-256" in said


def test_the_funnel_ends_with_the_documents_and_counts_every_reject(tmp_path: Path) -> None:
    codes = ["page.not-html"] * 4 + ["extract.no-body"] * 3 + ["screen.short"] * 2 + ["duplicate.near", "takedown"]
    rejects = [reject(100 + number, code) for number, code in enumerate(codes)]
    page = rendered(release_of(tmp_path, [document(number) for number in range(5)], rejects))
    said = " ".join(text_of(page, "funnel").split())
    assert "16 responses and rows came in; 5 documents came out" in said
    for note in (
        "4 are no story · 12 left", "3 could not be read as one · 9 left", "2 were screened out · 7 left",
        "1 are copies · 6 left", "1 must not be published · 5 left",
    ):  # fmt: skip
        assert note in said


def test_coverage_and_the_release_before_are_shown_where_they_are_known(tmp_path: Path) -> None:
    before = write_release(tmp_path, "2026-10-01-00000000", [story(n, outlet="kabar") for n in range(100, 130)])
    release = release_of(tmp_path, [story(n, outlet="kabar", title="") for n in range(30)])
    crawl = tmp_path / "warc" / "one" / "crawl.json"
    crawl.parent.mkdir(parents=True)
    day = {"day": "2026-11-02", "together": 70, "estimated": 81.4, "archived": 61}
    missed = {"barred": 1, "gone": 2, "failed": 3, "queued": 4}
    crawl.write_text(json.dumps(crawl_of([day | missed])), encoding="utf-8")
    page = rendered(release, crawls=[crawl], before=before)
    row = lxml.html.fromstring(page).xpath("//section[@id='coverage']//tbody/tr[th='kabar']/td")
    assert [cell.text_content() for cell in row][:5] == ["70", "81", "61", "10", "30"]
    assert "Held against 2026-10-01-00000000: kabar fell" in text_of(page, "health")
    assert "title on 0 % of its pages, 100 % before" in text_of(page, "health")
    assert "is estimated by the crawls" in text_of(page, "coverage")


def test_tables_and_charts_can_be_read_out(page: str) -> None:
    tree = lxml.html.fromstring(page)
    assert all(table.findtext("caption") for table in tree.xpath("//table"))
    assert not tree.xpath("//thead//th[not(@scope)]")
    drawn = tree.xpath("//figure//div[contains(@class, 'chart')]/svg")
    assert len(drawn) >= 12
    assert all(image.get("role") == "img" and image.get("aria-label") for image in drawn)
    identities = tree.xpath("//@id")
    assert len(identities) == len(set(identities))


def test_backticks_are_code_and_nothing_else_is_markup() -> None:
    assert _prose("Fewer than `clean.min_words`.") == Markup("Fewer than <code>clean.min_words</code>.")
    assert _prose("<b>`<i>") == Markup("&lt;b&gt;<code>&lt;i&gt;</code>")


def test_json_in_a_page_reads_back() -> None:
    value = {"a": HOSTILE, "b": ["</script>", "&amp;", "<!--", "\x00"]}
    assert json.loads(str(_as_json(value))) == value
