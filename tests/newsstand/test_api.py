import datetime as dt
import json
from typing import Any
from urllib.parse import urlencode

import pytest

from crawler.newsstand.edition import Edition, edited
from crawler.newsstand.site import Response, Site

POSTS = "/wp-json/wp/v2/posts"


def ask(site: Site, **query: str) -> tuple[Response, Any]:
    response = site.respond("suluhborneo", POSTS, urlencode(query))
    return response, json.loads(response.body) if response.status == 200 else None


def links(posts: list[dict[str, str]]) -> list[str]:
    return [post["link"] for post in posts]


def test_pages_together_are_every_story_newest_first(site: Site, edition: Edition) -> None:
    found: list[str] = []
    for page in (1, 2, 3):
        response, posts = ask(site, per_page="4", page=str(page))
        assert dict(response.headers)["X-WP-TotalPages"] == "3"
        assert dict(response.headers)["X-WP-Total"] == "12"
        found += links(posts)
    assert found == [entry.url for entry in edition.shelves["suluhborneo"]]
    assert ask(site, per_page="4", page="4")[0].status == 404
    assert len(ask(site)[1]) == 10


def test_after_and_before_leave_out_themselves_and_are_local(site: Site, edition: Edition) -> None:
    shelf = edition.shelves["suluhborneo"]
    newest, oldest = (entry.published.replace(tzinfo=None).isoformat() for entry in (shelf[0], shelf[-1]))
    inner = ask(site, after=oldest, before=newest, per_page="100")[1]
    assert links(inner) == [entry.url for entry in shelf[1:-1]]
    assert len(ask(site, after="kemarin", per_page="100")[1]) == len(shelf)


def test_only_the_fields_that_are_asked_for_are_told(site: Site, edition: Edition) -> None:
    newest = edition.shelves["suluhborneo"][0]
    (post,) = ask(site, per_page="1", _fields="link,date_gmt,modified_gmt")[1]
    assert post == {
        "link": newest.url,
        "date_gmt": newest.published.astimezone(dt.UTC).replace(tzinfo=None).isoformat(),
        "modified_gmt": newest.modified.astimezone(dt.UTC).replace(tzinfo=None).isoformat(),
    }


def test_a_story_in_parts_has_no_address_that_brings_it_whole(site: Site, edition: Edition) -> None:
    for entry in edition.shelves["suluhborneo"]:
        path = entry.url.removeprefix(entry.masthead.home)
        statuses = [site.respond("suluhborneo", path, f"page={part}").status for part in ("1", "2", "3", "4", "all")]
        if entry.story.pages > 1:
            assert statuses == [200 if part <= entry.story.pages else 404 for part in (1, 2, 3, 4)] + [404]
    assert sorted(entry.story.pages for entry in edition.shelves["suluhborneo"])[-2:] == [2, 3]


@pytest.mark.parametrize("outlet", ["kabarpesisir", "suluhborneo"])
def test_an_edited_story_is_another_page_with_another_time(site: Site, edition: Edition, outlet: str) -> None:
    at = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)
    old = edition.shelves[outlet][0]
    later = edited(edition, old.url, "Kalimat baru.", at)
    new = later.shelves[outlet][0]
    path = old.url.removeprefix(old.masthead.home)
    before, after = (one.respond(outlet, path) for one in (site, Site(later)))
    assert "Kalimat baru." in after.body.decode()
    assert old.blocks[-1].text.encode() not in after.body
    assert dict(after.headers)["ETag"] != dict(before.headers)["ETag"]
    assert dict(after.headers)["Last-Modified"] == "Fri, 20 Nov 2026 12:00:00 GMT"
    assert (new.modified, len(new.blocks)) == (at, len(old.blocks))
    assert later.shelves[outlet][1:] == edition.shelves[outlet][1:]
