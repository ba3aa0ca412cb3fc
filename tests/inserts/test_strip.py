import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.inserts import apply, load_rules, normal_text, strip, undo
from curation.records import Cut
from tests.inserts.story import FIRST, OUTLETS, RIMBA, SECOND, TITLE, stripped

LINES = st.sampled_from(
    [
        FIRST,
        SECOND,
        "Baca Juga:",
        "Baca juga: Pasar Malam di Alun-alun Kembali Dibuka",
        "Pasar Malam di Alun-alun Kembali Dibuka",
        f"{FIRST} (diy)",
        f"Jakarta, Kabar Rimba - {SECOND}",
        "ADVERTISEMENT",
        f"ADVERTISEMENT {SECOND} [Gambas:Video Rimba] (lau/pta)",
        "(diy)",
        "Editor: Ratna",
        "Tags",
        "panen",
        '0 Response to "Panen raya"',
        "16 September 2022 08:40 WIB",
        "Judul yang Panjang untuk Sebuah Cerita",
        "• satu",
        "***",
        "",
        " ",
        "😀 (Baca juga: satu dua tiga) 😀",
    ]
)


@given(st.lists(LINES, max_size=9), st.booleans(), st.sampled_from(["", TITLE, FIRST]))
def test_every_cut_can_be_put_back(lines: list[str], known: bool, title: str) -> None:
    text = "\n".join(lines)
    done = strip(
        text,
        (),
        load_rules("id", RIMBA if known else None, OUTLETS),
        title=title,
        headlines=frozenset(["pasar malam di alun alun kembali dibuka"]),
        repeated=frozenset(["satu"]),
    )
    assert undo(done.text, done.cuts) == text
    assert apply(text, done.cuts) == done.text
    if text == normal_text(text):
        assert done.text == normal_text(done.text)


@given(st.lists(LINES, max_size=7))
def test_what_is_stripped_once_leaves_no_blank_line(lines: list[str]) -> None:
    done = stripped("\n".join(lines))
    assert all(line.strip() for line in done.text.split("\n")) or done.text == ""


def test_cuts_made_earlier_stay_in_the_coordinates_of_the_whole() -> None:
    whole = f"Menu\n{FIRST}\nBagian tautan\nBaca juga: Pasar Malam Kembali Dibuka\n{SECOND}"
    earlier = (Cut("ST01", 0, "Menu\n"), Cut("ST02", whole.index("Bagian"), "Bagian tautan\n"))
    done = strip(
        apply(whole, earlier),
        earlier,
        load_rules("id", None, OUTLETS),
        title=TITLE,
        headlines=frozenset(),
        repeated=frozenset(),
    )
    assert done.text == f"{FIRST}\n{SECOND}"
    assert [cut.code for cut in done.cuts] == ["ST01", "ST02", "RL01"]
    assert undo(done.text, done.cuts) == whole


def test_a_line_gives_up_what_stands_at_its_start_end_and_inside() -> None:
    done = stripped(f"JAKARTA, KABARRIMBA.COM – {FIRST} (Baca juga: Stok Beras Menipis) {SECOND} (lau/pta)")
    assert done.text == f"{FIRST} {SECOND}"
    assert [(cut.code, cut.text) for cut in done.cuts] == [
        ("DL01", "JAKARTA, KABARRIMBA.COM – "),
        ("RL05", " (Baca juga: Stok Beras Menipis)"),
        ("CR17", " (lau/pta)"),
    ]
    assert done.facts == {"dateline": ("JAKARTA",), "credit": ("lau/pta",)}


def test_a_line_of_which_nothing_stays_goes_with_its_break() -> None:
    done = stripped(f"{FIRST}\n[Gambas:Instagram] [Gambas:Twitter]\n{SECOND}")
    assert done.text == f"{FIRST}\n{SECOND}"
    assert [(cut.code, cut.text) for cut in done.cuts] == [("EM01", "[Gambas:Instagram] [Gambas:Twitter]\n")]


def test_head_and_foot_are_outside_the_paragraphs() -> None:
    time = "16 September 2022 08:40 WIB"
    assert stripped(f"{time}\n{FIRST}").facts == {"published_at": ("2022-09-16T08:40:00+07:00",)}
    assert stripped(f"{FIRST}\n{time}\n{SECOND}").cuts == ()
    assert stripped(f"{FIRST}\n(diy)").text == FIRST
    assert stripped(f"{FIRST}\n(diy)\n{SECOND}").cuts == ()


@pytest.mark.parametrize("place", ["head", "foot", "edge"])
def test_the_first_and_last_paragraph_are_neither_head_nor_foot(place: str) -> None:
    own = {
        "code": "RB01",
        "name": "rimba.trial",
        "why": "It is tried.",
        "match": "Warga .*|Motto",
        "scope": "line",
        "place": place,
        "cut": ["Motto"],
        "keep": ["Motto kami"],
    }
    rules = load_rules("id", RIMBA.model_copy(update={"rules": (own,)}), OUTLETS)
    assert stripped(FIRST, rules).text == FIRST
    assert (
        stripped(f"Motto\n{FIRST}\nMotto", rules).text
        == {
            "head": f"{FIRST}\nMotto",
            "foot": f"Motto\n{FIRST}",
            "edge": FIRST,
        }[place]
    )


def test_a_rule_for_the_foot_sees_past_paragraphs_that_others_took() -> None:
    notice = "Isi artikel adalah tanggung jawab penulis dan tidak mewakili pandangan redaksi Kabar Rimba."
    assert stripped(f"{FIRST}\n{SECOND}\n(diy)\n{notice}").text == f"{FIRST}\n{SECOND}"


@pytest.mark.parametrize(
    ("below", "left"),
    [
        ("Pasar Malam di Alun-alun Kembali Dibuka", ""),
        ("polisi sungai menemukan dua perahu yang hilang", "polisi sungai menemukan dua perahu yang hilang"),
        ("Polisi sungai menemukan dua perahu yang hilang", ""),
        ("Harapan warga", "Harapan warga"),
        ("2. Rumah yang Menghadap ke Laut", "2. Rumah yang Menghadap ke Laut"),
        ("Ia menolak.", "Ia menolak."),
        ("- gangguan sistem saraf\n- dehidrasi", "- gangguan sistem saraf\n- dehidrasi"),
        ("• Pasar Malam di Alun-alun Dibuka\n• Tiga Musim Tanpa Panen Padi\nHarapan warga", "Harapan warga"),
        ("Pasar Malam di Alun-alun Dibuka\n• Minum Air Hangat Setiap Pagi", "• Minum Air Hangat Setiap Pagi"),
        ("Pasar Malam di Alun-alun Dibuka\nHarapan warga pada pemimpin baru", "Harapan warga pada pemimpin baru"),
        ("ADVERTISEMENT\nPasar Malam di Alun-alun Dibuka", ""),
    ],
)
def test_below_a_label_headlines_go_and_the_story_stays(below: str, left: str) -> None:
    expected = "\n".join(filter(None, (FIRST, left, SECOND)))
    assert stripped(f"{FIRST}\nBaca juga:\n{below}\n{SECOND}").text == expected


def test_without_a_colon_a_label_promises_nothing() -> None:
    subhead = "Harapan warga pada pemimpin yang baru"
    assert stripped(f"{FIRST}\nBaca Juga\n{subhead}\n{SECOND}").text == f"{FIRST}\n{subhead}\n{SECOND}"


def test_below_the_story_a_label_takes_all_up_to_the_next_paragraph() -> None:
    done = stripped(f"{FIRST}\nTags\npanen\npadi\nTrending\nPasar malam")
    assert done.text == FIRST
    assert done.facts == {"tags": ("panen", "padi")}
    assert [cut.code for cut in done.cuts] == ["CH06"] * 3 + ["RL04"] * 2


def test_comments_go_to_the_end_unless_most_of_the_story_is_below() -> None:
    form = "Posting Komentar"
    assert stripped(f"{FIRST}\n{SECOND}\n{form}\nBudi mengatakan cerita ini bagus sekali untuk anak.").text == (
        f"{FIRST}\n{SECOND}"
    )
    assert stripped(f"{form}\n{FIRST}\n{SECOND}").text == f"{FIRST}\n{SECOND}"


def test_a_table_of_facts_about_a_book_is_no_credit() -> None:
    table = "Judul: Anak Angin\nPenulis: Ratna Pelangi\nPenerbit: Rumah Muara"
    assert stripped(f"{FIRST}\n{table}").text == f"{FIRST}\n{table}"
    assert stripped(f"{FIRST}\nPenulis: Ratna Pelangi").text == FIRST


def test_outlets_names_tell_a_dateline() -> None:
    name_only = f"Kabar Rimba – {FIRST}"
    assert stripped(name_only, load_rules("id", RIMBA, OUTLETS)).text == FIRST
    assert stripped(name_only, load_rules("id", None, OUTLETS)).text == name_only


def test_the_first_time_named_is_kept_in_the_zone_of_the_outlet() -> None:
    east = RIMBA.model_copy(update={"zone": "WIT"})
    done = stripped(f"23 Juli 2026 15:10\n{FIRST}", load_rules("id", east, OUTLETS))
    assert done.facts == {"published_at": ("2026-07-23T15:10:00+09:00",)}


def test_a_time_that_cannot_be_is_cut_and_tells_nothing() -> None:
    done = stripped(f"31 Februari 2026 15:10 WIB\n{FIRST}")
    assert (done.text, done.facts) == (FIRST, {})


def test_the_rights_notice_is_kept_whole() -> None:
    notice = "Dilarang keras mengambil konten, melakukan crawling atau pengindeksan untuk AI tanpa izin tertulis."
    assert stripped(f"{FIRST}\n{notice}").facts == {"rights_notice": (notice,)}


def test_nothing_is_left_of_nothing() -> None:
    assert stripped("").text == ""
    done = stripped("Baca Juga:")
    assert (done.text, [cut.text for cut in done.cuts]) == ("", ["Baca Juga:"])
