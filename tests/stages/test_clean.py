import datetime as dt
from pathlib import Path

import pytest

from crawler.outlets import Outlets, Profile
from curation.config import Clean, Quality
from curation.inserts import headline_key, undo
from curation.records import Article, CensusLine, Cut, Mask, Reject
from curation.schema import table_of
from curation.shards import write_table
from curation.stages.clean import STEPS, Setting, clean, with_facts

KABAR = Profile.model_validate(
    {"id": "kabar", "name": "Kabar Rimba", "home": "http://kabar.example/", "hosts": ["kabar.example"]}
)
OUTLETS = Outlets({"kabar": KABAR}, ())
FIRST = (
    "Para petani di lereng utara mulai memanen kopi sejak pekan lalu, lebih cepat dua minggu daripada tahun sebelumnya."
)
LAST = "Harga di tingkat pengepul naik tipis, dan sebagian warga memilih menyimpan hasil panen mereka di lumbung desa."
HEADLINE = "Jembatan Gantung di Hulu Sungai Kembali Dibuka"
CHROME = "Dukung jurnalisme kami dengan secangkir kopi."
WIB = dt.timezone(dt.timedelta(hours=7))


def article(*lines: str, **fields: object) -> Article:
    values: dict[str, object] = {
        "id": "0" * 16, "url": "http://kabar.example/1", "canonical_url": "http://kabar.example/1", "outlet": "kabar",
        "title": "Panen Kopi Datang Lebih Cepat", "text": "\n".join(lines), "summary": "", "authors": (), "editor": "",
        "credit": "", "source": "", "first_outlet": "", "rights_notice": "",
        "section": "", "tags": (), "dateline": "", "published_at": None, "modified_at": None,
        "fetched_at": None, "language": "", "language_score": 0.0, "n_words": 0, "cuts": (), "capture": None,
        "layout": "", "extractor": "given",
    }  # fmt: skip
    return Article(**values | fields)  # type: ignore[arg-type]


@pytest.fixture
def census(tmp_path: Path) -> Path:
    rows = [
        CensusLine("kabar", "headline", headline_key(HEADLINE), 1),
        CensusLine("kabar", "headline", headline_key("Panen Kopi Datang Lebih Cepat"), 1),
        CensusLine("kabar", "repeated", headline_key(CHROME), 40),
    ]
    write_table(tmp_path / "census.parquet", table_of(CensusLine, rows))
    return tmp_path / "census.parquet"


def cleaned(row: Article, census: Path | None = None, **settings: object) -> Article | Reject:
    return clean(row, Setting(Clean.model_validate(settings), OUTLETS, census))


def test_the_archive_knows_what_no_rule_can(census: Path) -> None:
    page = article(FIRST, HEADLINE, CHROME, LAST)
    alone, witnessed = cleaned(page), cleaned(page, census)
    assert isinstance(alone, Article)
    assert isinstance(witnessed, Article)
    assert alone.text.split("\n") == [FIRST, HEADLINE, CHROME, LAST]
    assert witnessed.text.split("\n") == [FIRST, LAST]
    assert {cut.code for cut in witnessed.cuts} == {"SH01", "SH03"}
    assert undo(witnessed.text, witnessed.cuts) == page.text


def test_what_another_outlet_prints_is_no_witness(census: Path) -> None:
    page = article(FIRST, HEADLINE, CHROME, LAST, outlet="lain.example")
    assert cleaned(page, census) == cleaned(page)


def test_cut_lines_fill_what_the_page_did_not_say() -> None:
    page = article("SEMARANG, KABAR RIMBA - " + FIRST, LAST, "(rwl)", "Editor : Bagus Prakoso")
    told = cleaned(page)
    assert isinstance(told, Article)
    assert (told.dateline, told.credit, told.editor) == ("SEMARANG", "rwl", "Bagus Prakoso")
    kept = cleaned(article(*page.text.split("\n"), editor="Yang Lain"))
    assert isinstance(kept, Article)
    assert kept.editor == "Yang Lain"


def test_source_first_outlet_and_notice_are_kept() -> None:
    told = cleaned(
        article(
            FIRST,
            LAST,
            "Artikel ini telah tayang di KabarHulu.com dengan judul Panen Kopi Datang Lebih Cepat",
            "Dilarang keras mengambil konten, melakukan crawling atau pengindeksan otomatis untuk AI di situs web ini.",
            "Sumber: Antara",
        )
    )
    assert isinstance(told, Article)
    assert told.text.split("\n") == [FIRST, LAST]
    assert (told.first_outlet, told.source) == ("KabarHulu.com", "Antara")
    assert told.rights_notice.startswith("Dilarang keras mengambil konten")


def test_a_time_in_the_text_has_its_zone() -> None:
    row = with_facts(article(FIRST), {"published_at": ("2026-10-03T08:15:00+07:00",)})
    assert row.published_at == dt.datetime(2026, 10, 3, 8, 15, tzinfo=WIB)


def test_cuts_that_structure_made_stay_on_record() -> None:
    earlier = Cut("ST02", 0, "Bagikan\n")
    row = cleaned(article(FIRST, "Baca Juga: " + HEADLINE, LAST, cuts=(earlier,)))
    assert isinstance(row, Article)
    assert row.cuts[0] == earlier
    assert undo(row.text, row.cuts) == "\n".join(["Bagikan", FIRST, "Baca Juga: " + HEADLINE, LAST])


@pytest.mark.parametrize(
    ("row", "settings", "code"),
    [
        (article(FIRST), {}, "screen.short"),
        (article("Baca Juga: " + HEADLINE), {}, "clean.nothing-left"),
        (article("The farmers on the northern slope began to pick coffee last week, two weeks early. " * 4), {},
         "screen.language"),
        (article(FIRST, LAST), {"languages": ["en"]}, "screen.language"),
    ],
)  # fmt: skip
def test_screens_say_why(row: Article, settings: dict[str, object], code: str) -> None:
    stopped = cleaned(row, **settings)
    assert isinstance(stopped, Reject)
    assert (stopped.code, stopped.stage, stopped.id) == (code, "clean", row.id)


def test_words_and_language_are_measured() -> None:
    row = cleaned(article(FIRST, LAST))
    assert isinstance(row, Article)
    assert (row.language, row.n_words) == ("id", 35)
    assert row.language_score > 0.9
    order = [step.__name__ for step in STEPS]
    named = ["join_parts", "strip_inserts", "measure", "screen_length", "screen_language"]
    assert [name for name in order if name in named] == named


def test_every_row_is_measured_and_each_line_has_a_language() -> None:
    row = cleaned(article(FIRST, LAST, "Editor : Bagus Prakoso"))
    assert isinstance(row, Article)
    assert row.quality is not None
    assert row.quality.line_punctuation_share == 1.0
    assert row.quality.insert_share == pytest.approx(23 / (len(FIRST) + len(LAST) + 1 + 23))
    assert row.paragraph_languages == ("id", "id")


def test_the_screen_goes_by_its_thresholds() -> None:
    row = article(*["Harga cabai dan bawang di pasar desa naik."] * 8)
    stopped = clean(row, Setting(Clean(), OUTLETS, None))
    assert isinstance(stopped, Reject)
    assert (stopped.code, stopped.detail) == ("quality.repeated-lines", "duplicate_line_share 0.875, most 0.241")
    assert isinstance(clean(row, Setting(Clean(), OUTLETS, None, quality=Quality(profile="all"))), Article)


def test_contact_data_are_masked_where_a_kind_is_asked_for() -> None:
    row = article(FIRST, "Kabari kami di kopi@kabar.example atau 0812-0000-1234.", LAST, "Editor: 0812-0000-9999")
    assert isinstance(alone := cleaned(row), Article)
    assert (alone.masks, "kopi@kabar.example" in alone.text) == ((), True)
    masked = clean(row, Setting(Clean(), OUTLETS, None, mask=("email", "phone")))
    assert isinstance(masked, Article)
    assert masked.text.split("\n")[1] == "Kabari kami di <EMAIL> atau <PHONE>."
    assert masked.masks == (Mask("email", 1), Mask("phone", 2))
    assert "0812" not in undo(masked.text, masked.cuts)
