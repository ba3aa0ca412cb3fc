"""The twins of outlet pages: each profile has one, and each comes out as it was written, field by field."""

import datetime as dt
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from crawler.outlets import load_outlets
from curation import Cleaned, clean
from curation.config import Config
from curation.inserts import apply, undo
from curation.records import Article, Capture, Page
from curation.stages.clean import Setting, strip_inserts
from curation.stages.extract import extract
from curation.warc import Response

HERE = Path(__file__).parent
OUTLETS = load_outlets()
# What the page does not tell is left out of expected.json and has to come out empty.
EMPTY = {"authors": [], "editor": "", "section": "", "tags": [], "dateline": "", "credit": ""}
TWINS = sorted(path.parent.relative_to(HERE).as_posix() for path in HERE.glob("*/*/expected.json"))


def outlet_of(twin: str) -> str:
    return twin.partition("/")[0]


@cache
def expected(twin: str) -> dict[str, Any]:
    gold: dict[str, Any] = json.loads((HERE / twin / "expected.json").read_text(encoding="utf-8"))
    return gold


def payload(twin: str) -> bytes:
    return (HERE / twin / "page.html").read_bytes()


@cache
def cleaned(twin: str) -> Cleaned:
    return clean(payload(twin), url=expected(twin)["url"], kind="html")


def test_every_profile_has_a_twin() -> None:
    web = {profile.id for profile in OUTLETS.by_id.values() if profile.served_by == "web"}
    assert web - set(map(outlet_of, TWINS)) == set()


@pytest.mark.parametrize("twin", TWINS)
def test_nothing_stops_it_but_its_language(twin: str) -> None:
    reject = cleaned(twin).reject
    wanted = OUTLETS.by_id[outlet_of(twin)].language in Config().clean.languages
    assert (reject.code if reject else "") == ("" if wanted else "screen.language")


@pytest.mark.parametrize("twin", TWINS)
def test_outlet(twin: str) -> None:
    assert cleaned(twin).metadata["outlet"] == outlet_of(twin)


@pytest.mark.parametrize("twin", TWINS)
def test_layout_finds_the_body(twin: str) -> None:
    assert cleaned(twin).metadata["extractor"] in ("layout", "page-state")


@pytest.mark.parametrize("twin", TWINS)
def test_text(twin: str) -> None:
    assert cleaned(twin).text.split("\n") == expected(twin)["text"]


@pytest.mark.parametrize("twin", TWINS)
def test_title(twin: str) -> None:
    assert cleaned(twin).title == expected(twin)["title"]


@pytest.mark.parametrize("twin", TWINS)
def test_published_at(twin: str) -> None:
    told = cleaned(twin).metadata["published_at"]
    assert told is not None
    assert dt.datetime.fromisoformat(told) == dt.datetime.fromisoformat(expected(twin)["published_at"])


@pytest.mark.parametrize("field", EMPTY)
@pytest.mark.parametrize("twin", TWINS)
def test_field(twin: str, field: str) -> None:
    assert cleaned(twin).metadata[field] == expected(twin).get(field, EMPTY[field])


@pytest.mark.parametrize("twin", TWINS)
def test_cuts_can_be_put_back(twin: str) -> None:
    capture = Capture("", 0, 0, "sha1:TWIN", 200, "text/html")
    article = extract(Response(Page(expected(twin)["url"], None, payload(twin), capture)), OUTLETS)
    assert isinstance(article, Article)
    stripped = strip_inserts(article, Setting(Config().clean, OUTLETS, census=None))
    assert isinstance(stripped, Article)
    assert stripped.text == cleaned(twin).text
    whole = undo(stripped.text, stripped.cuts)
    assert whole == undo(article.text, article.cuts)
    assert apply(whole, stripped.cuts) == stripped.text
