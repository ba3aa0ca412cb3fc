from hypothesis import given
from hypothesis import strategies as st

from curation.inserts.cuts import apply, line_cuts, undo
from curation.masking import mask_article, mask_cut_text
from curation.records import Article, Cut, Mask
from curation.text.personal import KINDS, find_personal, mask_personal

LINES = st.lists(
    st.sampled_from(
        [
            "Hubungi 0812-0000-1234 atau budi@contoh.example.",
            "Warga desa memanen kopi.",
            "Rekening BCA 1234567890 a.n. Siti",
            "Redaksi: redaksi@kabar.example",
            "Ia tinggal di Jalan Melati No. 5 RT 03/RW 02, Lumbung.",
            "telp",
            "0215550123",
            "",
        ]
    ),
    min_size=1,
    max_size=6,
)


@st.composite
def cut_texts(draw: st.DrawFn) -> tuple[str, tuple[Cut, ...]]:
    """Draw a text, and cuts of whole lines or of any stretches."""
    lines = draw(LINES)
    whole = "\n".join(lines)
    if draw(st.booleans()):
        codes = draw(st.lists(st.sampled_from(["", "RL01"]), min_size=len(lines), max_size=len(lines)))
        return whole, line_cuts(lines, codes)
    edges = sorted(draw(st.sets(st.integers(0, len(whole)), max_size=6)))
    pairs = zip(edges[::2], edges[1::2], strict=False)
    return whole, tuple(Cut("SH01", start, whole[start:end]) for start, end in pairs)


@given(cut_texts())
def test_cuts_still_fit_after_masking(drawn: tuple[str, tuple[Cut, ...]]) -> None:
    whole, cuts = drawn
    text, masked, counts = mask_cut_text(apply(whole, cuts), cuts, tuple(KINDS))
    assert apply(undo(text, masked), masked) == text
    assert [cut.code for cut in masked] == [cut.code for cut in cuts]
    assert undo(text, masked).count("\n") == whole.count("\n")
    assert counts.total() == sum(undo(text, masked).count(kind.mask) for kind in KINDS.values())
    assert mask_cut_text(text, masked, tuple(KINDS)) == (text, masked, {})


@given(LINES)
def test_cuts_of_whole_lines_hide_nothing(lines: list[str]) -> None:
    whole = "\n".join(lines)
    codes = ["RL01" if number % 2 else "" for number in range(len(lines))]
    cuts = line_cuts(lines, codes)
    text, masked, counts = mask_cut_text(apply(whole, cuts), cuts, tuple(KINDS))
    assert (undo(text, masked), counts) == mask_personal(whole)
    assert find_personal(text) == []


def test_what_lies_on_both_sides_of_an_edge_is_left() -> None:
    whole = "Hubungi 0812-0000-1234, kata Budi."
    inside = (Cut("SH01", 8, "0812-"),)
    text, cuts, counts = mask_cut_text(apply(whole, inside), inside, tuple(KINDS))
    assert (text, cuts, counts) == ("Hubungi 0000-1234, kata Budi.", inside, {})
    beside = (Cut("SH01", 8, "0812-0000-1234"), Cut("SH01", 22, ", kata"))
    text, cuts, counts = mask_cut_text(apply(whole, beside), beside, tuple(KINDS))
    assert cuts == (Cut("SH01", 8, "<PHONE>"), Cut("SH01", 15, ", kata"))
    assert (text, counts) == ("Hubungi  Budi.", {"phone": 1})


def article(**fields: object) -> Article:
    values: dict[str, object] = {
        "id": "0" * 16, "url": "", "canonical_url": "", "outlet": "kabar", "title": "", "text": "", "summary": "",
        "authors": (), "editor": "", "credit": "", "source": "", "first_outlet": "", "rights_notice": "", "section": "",
        "tags": (), "dateline": "", "published_at": None, "modified_at": None, "fetched_at": None, "language": "",
        "language_score": 0.0, "n_words": 0, "cuts": (), "capture": None, "layout": "", "extractor": "given",
    }  # fmt: skip
    return Article(**values | fields)  # type: ignore[arg-type]


def test_an_article_is_masked_wherever_it_speaks_and_counts_by_kind() -> None:
    masked = mask_article(
        article(
            title="Adukan ke 0812-0000-1234",
            summary="Surel lapor@desa.example dibuka.",
            text="Tulis ke lapor@desa.example.",
            cuts=(Cut("CR01", 28, "\nEditor: 0812-0000-9999"),),
            authors=("Budi", "budi@kabar.example"),
            rights_notice="Hak cipta, izin lewat izin@kabar.example",
        ),
        tuple(KINDS),
    )
    assert (masked.title, masked.summary) == ("Adukan ke <PHONE>", "Surel <EMAIL> dibuka.")
    assert (masked.text, masked.cuts) == ("Tulis ke <EMAIL>.", (Cut("CR01", 17, "\nEditor: <PHONE>"),))
    assert masked.authors == ("Budi", "<EMAIL>")
    assert masked.rights_notice == "Hak cipta, izin lewat <EMAIL>"
    assert masked.masks == (Mask("email", 2), Mask("phone", 2))


def test_an_article_without_contact_data_is_the_same() -> None:
    same = article(text="Skor 21-15, 19-21; harga Rp 1.234.567.", cuts=(Cut("CR01", 38, "\n(rwl)"),))
    assert mask_article(same, tuple(KINDS)) == same
