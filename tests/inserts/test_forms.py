import pytest

from curation.inserts.forms import forms_of, is_capitalised, is_numbered, is_paragraph
from curation.inserts.load import FAMILIES
from curation.inserts.words import read_words

FORMS = forms_of(read_words([FAMILIES / "any", FAMILIES / "id"]))


@pytest.mark.parametrize(
    ("line", "prose"),
    [
        ("Warga tiga desa itu mulai menanam padi.", True),
        ("“Kami menanam padi sejak hujan turun dua pekan lalu,” katanya", False),
        ('"Kami menanam padi sejak hujan turun dua pekan lalu."', True),
        ("Ia menolak.", False),
        ("Pasar Malam di Alun-alun Kembali Dibuka", False),
        ("Pencinta kebun, kucing, dan buku tua....", False),
        ("Benarkah Minum Kopi Membuat Susah Tidur?", False),
        (" ".join(["kata"] * 25), True),
        ("", False),
    ],
)
def test_paragraphs(line, prose):
    assert is_paragraph(line) == prose


@pytest.mark.parametrize(
    ("line", "headline"),
    [
        ("Pasar Malam di Alun-alun Kembali Dibuka", True),
        ("harga cabai naik menjelang panen raya", True),
        ("Benarkah Minum Kopi Membuat Susah Tidur?", True),
        ("dr. Ratna Jelaskan Cara Mencegah Demam", True),
        ('"Kami Hanya Ingin Pulang", Cerita Penyintas Banjir', True),
        ('"Kami hanya ingin pulang," kata warga', False),
        ("Warga menolak rencana itu. Mereka berkumpul", False),
        ("Warga menolak rencana itu.", False),
        ("Warga menolak:", False),
        ("Panen", False),
        (" ".join(["Panen"] * 31), False),
    ],
)
def test_headlines(line, headline):
    assert FORMS.is_headline(line) == headline


@pytest.mark.parametrize(
    ("line", "bare"),
    [
        ("Jembatan Baru Kali Jernih Diresmikan Hari Ini", True),
        ("Presiden Negeri Utara Desak Harga Garam Naik Jadi $100 per Karung", True),
        ("Garam merupakan hasil utama pulau itu", False),
        ("2. Rumah Panggung yang Menghadap ke Laut", False),
        ("• Rumah Panggung yang Menghadap ke Laut", False),
        ("Rumah Panggung yang Menghadap ke Laut?", False),
        ("Rumah Panggung Tua", False),
    ],
)
def test_headlines_that_nothing_marks(line, bare):
    assert FORMS.is_bare_headline(line) == bare


def test_numbers_bullets_capitals():
    assert is_numbered("2. Rumah")
    assert not is_numbered("2 Rumah")
    assert FORMS.without_bullet("• Ratna Pelangi") == "Ratna Pelangi"
    assert FORMS.without_bullet("Ratna - Pelangi") == "Ratna - Pelangi"
    assert is_capitalised("Panen Raya di Lembah Hijau")
    assert not is_capitalised("Panen raya di Lembah")
