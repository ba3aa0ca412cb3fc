from pathlib import Path

import pytest

from crawler.newsstand.edition import Edition, open_edition
from crawler.newsstand.stories import STORIES
from crawler.outlets import BadInput, load_outlets


def test_no_special_address_is_that_of_an_article(edition: Edition) -> None:
    articles = {entry.url for shelf in edition.shelves.values() for entry in shelf}
    added = [special.entry.url for special in edition.specials if special.listed_in]
    odd = [special.entry.url for special in edition.specials if not special.listed_in]
    assert not articles & set(added)
    assert set(odd) <= articles
    assert len({*added, *odd}) == len(edition.specials)


def test_special_pages_hide_no_story_that_a_copy_would_save(edition: Edition) -> None:
    odd = [special.target for special in edition.specials if not special.listed_in]
    assert len(odd) == 4
    assert all(not entry.story.copies and entry.kind == "story" for entry in odd)


def test_every_listed_address_looks_like_an_article_to_its_profile(edition: Edition) -> None:
    profiles = load_outlets().by_id
    entries = [entry for shelf in edition.shelves.values() for entry in shelf]
    for entry in (*entries, *(special.entry for special in edition.specials)):
        assert profiles[entry.masthead.id].is_article(entry.url), entry.url


def test_mastheads_and_profiles_agree(edition: Edition) -> None:
    profiles = {name: profile for name, profile in load_outlets().by_id.items() if profile.served_by == "newsstand"}
    assert set(profiles) == set(edition.shelves)
    for name, shelf in edition.shelves.items():
        masthead, profile = shelf[0].masthead, profiles[name]
        assert (profile.name, profile.zone) == (masthead.name, masthead.zone_name)
        assert profile.hosts == (masthead.host,)
        assert bool(profile.addresses.whole) == (masthead.pages_stories and masthead.whole_stories)
        assert profile.addresses.parts == (masthead.pages_stories and not masthead.whole_stories)


def test_outlet_without_stories_is_bad_input(tmp_path: Path) -> None:
    one = min(STORIES.glob("*.toml"))
    (tmp_path / one.name).write_bytes(one.read_bytes())
    with pytest.raises(BadInput, match="has no story here"):
        open_edition(tmp_path)
