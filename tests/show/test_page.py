import re
from html.parser import HTMLParser

import pytest

from curation.records import Copy, Cut
from curation.show.page import render_show_html
from curation.show.trace import show
from tests.releases import NOON, document, write_release

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>$policy &amp;"
ROW = document(
    0xABCDEF01, title=f"Judul {EVIL}", text=f"Kalimat {EVIL}\nKalimat kedua.", section=EVIL, tags=(EVIL,), summary=EVIL,
    url="javascript:alert(1)", canonical_url="https://kabar.example/\"onmouseover='alert(1)'>", layout=EVIL,
    cuts=(Cut(f"RL01{EVIL}", 8, f"Baca juga: {EVIL}"),), cluster_size=2,
    copies=(Copy("1" * 16, "https://warta.example/1", EVIL, NOON, 0.9, "near"),),
)  # fmt: skip


class Elements(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text: dict[str, str] = {}
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open:
            self.text[self._open[-1]] = self.text.get(self._open[-1], "") + data


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    corpus = tmp_path_factory.mktemp("corpus")
    write_release(corpus, "2026-10-03-0123abcd", [ROW])
    return render_show_html(show(corpus, "abcdef"))


def parsed(page: str) -> Elements:
    elements = Elements()
    elements.feed(page)
    return elements


def test_hostile_text_is_text(page: str) -> None:
    elements = parsed(page)
    assert not {"script", "img"} & {tag for tag, _ in elements.found}
    assert not any(name.startswith("on") for _, attributes in elements.found for name in attributes)
    assert elements.text["h1"] == elements.text["title"] == ROW.title
    assert f"Baca juga: {EVIL}" in elements.text["del"]
    assert EVIL in elements.text["dt"]


def test_only_web_addresses_can_be_followed(page: str) -> None:
    links = [attributes["href"] for tag, attributes in parsed(page).found if tag == "a"]
    assert links == [ROW.canonical_url, "https://warta.example/1"]


def test_the_page_asks_the_network_for_nothing_and_its_policy_says_so(page: str) -> None:
    elements = parsed(page)
    (policy,) = (meta["content"] for tag, meta in elements.found if meta.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert not {"link", "iframe", "source", "object"} & {tag for tag, _ in elements.found}
    assert not any(attributes.keys() & {"src", "style", "srcset"} for _, attributes in elements.found)
    assert not re.search(r"url\(|@import", elements.text["style"])


def test_cuts_are_marked_and_the_rest_is_plain(page: str) -> None:
    assert re.search(r'<p dir="auto">Kalimat <del>Baca juga: [^/]*', page)
    assert '<p class="codes"></p><p dir="auto">Kalimat kedua.</p>' in page
