from curation.config import Census
from curation.records import CensusLine
from curation.stages.census import take_census

SETTINGS = Census(min_pages=3, min_share=0.5)


def page(number: int, *lines: str, outlet: str = "kabar") -> tuple[str, str, str]:
    return outlet, f"Judul berita nomor {number}", "\n".join((f"Cerita {number} sendiri saja.", *lines))


def repeated(rows: list[CensusLine]) -> list[tuple[str, int]]:
    return [(row.key, row.pages) for row in rows if row.kind == "repeated"]


def test_a_line_on_page_after_page_is_found_whatever_it_says() -> None:
    found = repeated(take_census([page(number, "Dukung Terus Kami Ya") for number in range(4)], SETTINGS))
    assert len(found) == 1
    assert found[0][1] == 4


def test_few_pages_or_a_small_share_prove_nothing() -> None:
    assert repeated(take_census([page(number, "Dukung kami") for number in range(2)], SETTINGS)) == []
    pages = [page(number, "Dukung kami") for number in range(3)] + [page(number) for number in range(3, 9)]
    assert repeated(take_census(pages, SETTINGS)) == []


def test_outlets_do_not_vote_for_one_another() -> None:
    pages = [page(number, "Dukung kami", outlet=f"outlet{number}") for number in range(4)]
    assert repeated(take_census(pages, SETTINGS)) == []


def test_one_story_captured_often_votes_once() -> None:
    assert repeated(take_census([page(1, "Dukung kami")] * 5, SETTINGS)) == []


def test_one_story_under_several_headlines_votes_once() -> None:
    told = "Para petani di lereng utara mulai memanen kopi sejak pekan lalu, lebih cepat daripada tahun lalu."
    pages = [("kabar", f"Judul lain nomor {number}", f"{told}\nDukung kami") for number in range(5)]
    assert repeated(take_census(pages, SETTINGS)) == []


def test_every_headline_is_known_with_its_pages() -> None:
    rows = [row for row in take_census([page(1), page(1), page(2)], SETTINGS) if row.kind == "headline"]
    assert sorted(row.pages for row in rows) == [1, 2]


def test_order_of_pages_does_not_matter() -> None:
    pages = [page(number, "Dukung kami", f"baris {number % 2}") for number in range(6)]
    assert take_census(pages, SETTINGS) == take_census(pages[::-1], SETTINGS)
