import datetime as dt
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from crawler.newsstand.mastheads import MASTHEADS
from crawler.newsstand.stories import Expected, appearances, expected, load_stories, slugify
from crawler.outlets import BadInput

BODY = '"""\nSatu dua tiga.\n\n## 1. Anak judul\n\nEmpat lima enam.\n\nTujuh delapan sembilan.\n"""'
STORY = f"""
title = "Ikan Naik"
summary = "Ringkas."
outlet = "kabarpesisir"
section = "Ekonomi"
city = "Semarang"
author = "Rina Astuti"
editor = "Budi Santosa"
initials = "rwl"
published = 2026-10-03T08:15:00+07:00
tags = ["ikan"]
body = {BODY}
"""
COPY = """
[[copies]]
outlet = "wartalintas"
published = 2026-10-03T10:05:00+07:00
"""


def folder_with(folder: Path, text: str) -> Path:
    (folder / "ikan-naik.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (STORY + 'colour = "red"', "colour"),
        (STORY.replace('"kabarpesisir"', '"kabarpesisr"'), "key outlet: 'kabarpesisr' is not on the newsstand"),
        (STORY + COPY.replace("wartalintas", "warta"), "key outlet: 'warta'"),
        (STORY.replace("+07:00", ""), "published"),
        (STORY.replace("tags =", "pages = 2\ntags ="), "key pages: kabarpesisir prints every story on one page"),
        (STORY + COPY + 'replace = [["sepuluh", "x"]]', "key copies.0.replace: the body does not say 'sepuluh'"),
        (STORY + COPY + "drop_last = 4", "key copies.0.drop_last"),
        (STORY.replace('title = "Ikan Naik"', ""), "title"),
        (STORY + COPY * 3, "copies"),
        ("title = ", "not valid TOML"),
    ],
)
def test_wrong_story_file_names_file_and_key(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(BadInput) as raised:
        load_stories(folder_with(tmp_path, text))
    assert "ikan-naik.toml" in str(raised.value)
    assert says in str(raised.value)


def test_folder_without_stories_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no story file"):
        load_stories(tmp_path)


def test_original_and_copy_are_told_apart_in_address_text_and_cluster(tmp_path: Path) -> None:
    edits = 'title = "Harga Ikan: Naik"\nreplace = [["Empat", "4"]]\ndrop_last = 1\nclose = false\n'
    original, copy = expected(folder_with(tmp_path, STORY + COPY + edits))

    assert original.url == "http://www.kabarpesisir.example/news-20417-ikan-naik"
    assert original.text == "Satu dua tiga.\n1. Anak judul\nEmpat lima enam.\nTujuh delapan sembilan."
    assert (original.credit, original.dateline, original.cluster) == ("rwl", "SEMARANG", "ikan-naik")
    assert original.published_at == dt.datetime(2026, 10, 3, 1, 15, tzinfo=dt.UTC)

    assert copy.url == "http://www.wartalintas.example/read/61052/harga-ikan-naik"
    # This outlet prints no subheads, no initials and no time of change.
    assert copy.text == "Satu dua tiga.\n4 lima enam."
    assert (copy.credit, copy.modified_at, copy.cluster) == ("", None, "ikan-naik@wartalintas")


def test_marked_contact_data_are_printed_and_masked_in_what_is_released(tmp_path: Path) -> None:
    marked = STORY.replace("Tujuh delapan", "Tujuh [EMAIL a.b@ikan.example] dan [PHONE 0812-0000-4471] delapan")
    (gold,) = expected(folder_with(tmp_path, marked))
    assert gold.text.endswith("\nTujuh a.b@ikan.example dan 0812-0000-4471 delapan sembilan.")
    assert gold.masked.endswith("\nTujuh <EMAIL> dan <PHONE> delapan sembilan.")


def test_close_copy_shares_the_cluster(tmp_path: Path) -> None:
    original, copy = expected(folder_with(tmp_path, STORY + COPY))
    assert original.cluster == copy.cluster == "ikan-naik"


def test_blog_shows_no_city_section_or_editor(tmp_path: Path) -> None:
    found = expected(folder_with(tmp_path, STORY + COPY.replace("wartalintas", "catatanlembayung")))[1]
    assert (found.dateline, found.section, found.editor, found.credit) == ("", "", "", "")
    assert found.url == "http://catatan-lembayung.blogspot.example/2026/10/ikan-naik.html"


def test_times_are_printed_in_the_zone_of_the_outlet(tmp_path: Path) -> None:
    late = COPY.replace("wartalintas", "gaungtimur").replace("T10:05", "T23:30")
    found = appearances(folder_with(tmp_path, STORY + late))[1]
    assert found.published.isoformat() == "2026-10-04T00:30:00+08:00"
    assert "/2026/10/04/" in found.url


@pytest.mark.parametrize("outlet", MASTHEADS)
def test_numbers_follow_the_order_of_publication(outlet: str) -> None:
    ran = [entry for entry in appearances() if entry.masthead.id == outlet]
    assert all(one.number < other.number and one.published <= other.published for one, other in pairwise(ran))


def test_every_address_is_its_own() -> None:
    assert max(Counter(found.url for found in expected()).values()) == 1


def test_stock_has_what_the_pipeline_must_cope_with() -> None:
    stock = load_stories()
    kinds = Counter(story.kind for story in stock.values())
    assert kinds["story"] >= 60
    assert all(kinds[kind] for kind in ("english", "stub", "video", "reserved"))
    assert any(story.pages > 1 for story in stock.values())
    assert {len(story.copies) for story in stock.values()} == {0, 1, 2}
    days = [entry.published.date() for entry in appearances()]
    assert max(days) - min(days) > dt.timedelta(weeks=4)
    assert {entry.masthead.id for entry in appearances()} == set(MASTHEADS)


def shingles(text: str) -> set[tuple[str, ...]]:
    words = text.lower().split()
    return {tuple(words[place : place + 5]) for place in range(len(words) - 4)}


def jaccard(one: Expected, other: Expected) -> float:
    first, second = shingles(one.text), shingles(other.text)
    return len(first & second) / len(first | second)


def pairs(holds: Callable[[Expected, Expected], bool]) -> list[tuple[Expected, Expected]]:
    stories = [found for found in expected() if found.kind == "story"]
    return [(one, other) for place, one in enumerate(stories) for other in stories[:place] if holds(one, other)]


def test_close_copies_are_near_duplicates_and_nothing_else_is() -> None:
    together = pairs(lambda one, other: one.cluster == other.cluster)
    assert len(together) >= 8
    assert {(one.url, other.url) for one, other in together if jaccard(one, other) < 0.8} == set()
    apart = pairs(lambda one, other: one.cluster != other.cluster)
    assert {(one.url, other.url) for one, other in apart if jaccard(one, other) >= 0.7} == set()


def test_slug_keeps_letters_and_digits() -> None:
    assert slugify("Jum'at: Rp1,2 Juta, 'Rob' Naik!") == "jumat-rp1-2-juta-rob-naik"
