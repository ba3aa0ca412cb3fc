import pytest

from curation.html.headline import choose_headline, headline_keys, site_names, without_site
from tests.html.pages import HEADLINE, page

SITES = ("Kabar Karang", "kabarkarang.example", "Karang")


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        (f"{HEADLINE} - Kabar Karang", HEADLINE),
        (f"{HEADLINE} | kabarkarang.example", HEADLINE),
        (f"{HEADLINE} - Bisnis Kabar Karang", HEADLINE),
        (f"{HEADLINE} Halaman 2 - Kabar Karang", HEADLINE),
        (f"{HEADLINE} Halaman all - KabarKarang.example", HEADLINE),
        (f"{HEADLINE} - Desa - Kabar Karang", f"{HEADLINE} - Desa"),
        (f"Kabar Karang: {HEADLINE}", HEADLINE),
        (f"Kabar Karang | {HEADLINE}", HEADLINE),
        ("Jalan Panjang Warga - Hari Karang", "Jalan Panjang Warga - Hari Karang"),
        ("Skor 2-1, Persikarang Menang", "Skor 2-1, Persikarang Menang"),
        ("Kabar Karang", "Kabar Karang"),
        ("", ""),
    ],
)
def test_without_site(title: str, bare: str) -> None:
    assert without_site(title, SITES) == bare


@pytest.mark.parametrize(
    ("url", "names"),
    [
        ("https://www.kabarkarang.example/a", ("kabarkarang.example", "kabarkarang.example", "kabarkarang")),
        ("https://bola.karang.co.id/", ("bola.karang.co.id", "karang.co.id", "karang")),
        ("", ("", "", "")),
    ],
)
def test_site_names(url: str, names: tuple[str, ...]) -> None:
    assert site_names(url) == names


def test_what_is_shown_wins_over_what_is_declared() -> None:
    declared = [f"{HEADLINE[:-8]}…", f"{HEADLINE} - Kabar Karang"]
    assert choose_headline([], ["Kabar Karang", HEADLINE], declared, SITES) == HEADLINE


def test_a_headline_of_another_story_is_not_chosen() -> None:
    assert choose_headline([], ["Terpopuler", "Pasar Apung Buka Lagi"], [f"{HEADLINE} | Karang"], SITES) == HEADLINE


def test_the_layout_comes_first_unless_it_found_something_else() -> None:
    assert choose_headline(["Warga Menanam Ulang Bukit"], [], [HEADLINE], SITES) == "Warga Menanam Ulang Bukit"
    assert choose_headline(["Desa"], [], [HEADLINE], SITES) == HEADLINE


def test_nothing_declared() -> None:
    assert choose_headline([], [HEADLINE], [], SITES) == HEADLINE
    assert choose_headline([], [], [], SITES) == ""


def test_keys_of_all_forms() -> None:
    tree = page("<h1>Bukit “Ditanami”</h1>", "<title>Bukit 'Ditanami' - Kabar Karang</title>")
    assert headline_keys(tree, {}) == {"bukit ditanami", "bukit ditanami kabar karang"}
