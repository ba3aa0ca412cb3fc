import pytest

from curation.inserts import load_rules
from tests.inserts.story import FIRST, OUTLETS, RIMBA, SECOND, TITLE, stripped

OTHER = "Jembatan Baru Kali Jernih Diresmikan Hari Ini"


def codes(text: str, **known: object) -> list[str]:
    return [cut.code for cut in stripped(text, **known).cuts]  # type: ignore[arg-type]


def test_a_line_of_the_census_goes_whatever_it_says() -> None:
    motto = "Kabar dari desa untuk kota, setiap pagi sebelum matahari terbit di timur."
    assert codes(f"{FIRST}\n{motto}\n{SECOND}") == []
    assert codes(f"{FIRST}\n{motto}\n{SECOND}", repeated=(motto,)) == ["SH01"]
    assert codes(f"{FIRST}\n***\n{SECOND}", repeated=("",)) == ["SH01"]


@pytest.mark.parametrize("line", [TITLE, TITLE.upper(), f"“{TITLE}”"])
def test_the_title_in_the_text_goes(line: str) -> None:
    assert codes(f"{line}\n{FIRST}\n{SECOND}") == ["SH02"]
    assert codes(f"{FIRST}\n{line}\n{SECOND}") == ["SH02"]


def test_a_short_title_goes_only_above_the_story() -> None:
    assert codes(f"Aku Ingin\n{FIRST}", title="Aku Ingin") == ["SH02"]
    assert codes(f"{FIRST}\nAku ingin\n{SECOND}", title="Aku Ingin") == []


def test_the_outlet_s_name_behind_a_title_is_no_part_of_it() -> None:
    rules = load_rules("id", RIMBA, OUTLETS)
    done = stripped(f"Panen Raya di Lembah Hijau - KabarRimba.com\n{FIRST}", rules, title="")
    assert done.facts == {"title": ("Panen Raya di Lembah Hijau",)}
    assert stripped(f"{TITLE} | Kabar Rimba\n{FIRST}", rules).text == FIRST


@pytest.mark.parametrize(
    "text",
    [
        f"Panen raya di lembah hijau\n{FIRST}",
        f"ADVERTISEMENT\nPanen raya di lembah hijau\n{FIRST}",
        f"Panen raya di lembah hijau\n16 September 2022 08:40 WIB\n{FIRST}",
    ],
)
def test_where_no_title_is_known_the_first_line_may_be_it(text: str) -> None:
    done = stripped(text, title="")
    assert done.text == FIRST
    assert done.facts["title"] == ("Panen raya di lembah hijau",)


@pytest.mark.parametrize(
    "text",
    [
        f"16 September 2022 08:40 WIB\nPanen raya di lembah hijau\n{FIRST}",
        f"Panen raya berlangsung di lembah hijau.\n{FIRST}",
        f"1. Panen raya di lembah hijau\n{FIRST}",
        f"• Panen raya di lembah hijau\n{FIRST}",
        f"Panen raya\n{FIRST}",
        f"Jakarta, KabarRimba.com - Panen raya di lembah hijau\n{FIRST}",
        "Panen raya di lembah hijau\nPadi menguning sampai ke tepi",
        f"{' '.join(['panen'] * 21)}\n{FIRST}",
    ],
)
def test_and_may_not(text: str) -> None:
    assert "title" not in stripped(text, title="").facts


def test_the_headline_of_another_page_goes() -> None:
    assert codes(f"{FIRST}\n{OTHER}\n{SECOND}") == []
    assert codes(f"{FIRST}\n{OTHER}\n{SECOND}", headlines=(OTHER,)) == ["SH03"]
    assert codes(f"{FIRST}\n• {OTHER.lower()}\n{SECOND}", headlines=(OTHER,)) == ["SH03"]


def test_a_sentence_a_few_words_or_the_page_s_own_headline_are_not_another_s() -> None:
    assert codes(f"{FIRST}\n{OTHER}.\n{SECOND}", headlines=(OTHER,)) == []
    assert codes(f"{FIRST}\nJembatan Baru Kita\n{SECOND}", headlines=("Jembatan Baru Kita",)) == []
    assert codes(f"{FIRST}\n{OTHER}\n{SECOND}", headlines=(OTHER,), title=OTHER) == ["SH02"]


def test_bare_headlines_go_where_the_profile_says_so() -> None:
    rules = load_rules("id", RIMBA.model_copy(update={"shapes": ("bare-headline",)}), OUTLETS)
    text = f"{OTHER}\n{FIRST}\n{OTHER}\nPasar Malam Kembali Dibuka Warga\n{SECOND}\n{OTHER}"
    done = stripped(text, rules)
    assert done.text == f"{OTHER}\n{FIRST}\n{SECOND}"
    assert {cut.code for cut in done.cuts} == {"SH04"}
    assert stripped(text, load_rules("id", RIMBA, OUTLETS)).cuts == ()


def test_a_bare_headline_before_a_list_is_a_subhead() -> None:
    rules = load_rules("id", RIMBA.model_copy(update={"shapes": ("bare-headline",)}), OUTLETS)
    assert stripped(f"{FIRST}\n{OTHER}\n- padi\n- jagung\n{SECOND}", rules).cuts == ()
    assert stripped(f"{FIRST}\nRumah yang menghadap ke laut\n{SECOND}", rules).cuts == ()


def test_the_longest_headline_known_ends_a_glued_link() -> None:
    known = ("Tanggul Kali Jernih Diperkuat", "Tanggul Kali Jernih Diperkuat Tahun Ini")
    glued = f"{FIRST} Baca juga: {known[1]} {SECOND}"
    assert stripped(glued, headlines=known).text == f"{FIRST} {SECOND}"
