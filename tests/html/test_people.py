import pytest

from curation.html.people import editors, squashed, writers

OUTLETS = ("Kabar Karang", "kabarkarang.example")


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Rini Asih", ("Rini Asih",)),
        ("Oleh: Rini Asih", ("Rini Asih",)),
        ("Oleh Rini Asih", ("Rini Asih",)),
        ("Penulis : Rini Asih dan Budi Utama", ("Rini Asih", "Budi Utama")),
        ("Rini Asih, Budi Utama, dan Citra", ("Rini Asih", "Budi Utama", "Citra")),
        ("Rini Asih - Kabar Karang", ("Rini Asih",)),
        ("Rini Asih | Kabar Karang", ("Rini Asih",)),
        ("By Rini Asih (rini@kabarkarang.example)", ("Rini Asih",)),
        ("Dr. Rini Asih, S.Pd., M.Si", ("Dr. Rini Asih, S.Pd., M.Si",)),
        ("Redaktur & Reporter : Budi", ("Budi",)),
        ("Rep: Rini Asih/ Red: Budi Utama", ("Rini Asih",)),
        ("Reporter: Rini Asih; Editor: Budi Utama", ("Rini Asih",)),
        ("Rini Asih, Kabarkarang.example", ("Rini Asih",)),
        ("rini asih, Rini Asih", ("rini asih",)),
        ("Byantara Wijaya", ("Byantara Wijaya",)),
        ("Redita Sari", ("Redita Sari",)),
        ("Kabar Karang", ()),
        ("Admin", ()),
        ("Tim Redaksi", ()),
        ("redaksikarang", ()),
        ("https://jejaring.example/rini", ()),
        ("Editor: Budi Utama", ()),
        ("", ()),
    ],
)
def test_writers(line: str, names: tuple[str, ...]) -> None:
    assert writers([line], OUTLETS) == names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Rep: Rini Asih/ Red: Budi Utama", ("Budi Utama",)),
        ("Editor : Budi Utama", ("Budi Utama",)),
        ("Budi Utama", ("Budi Utama",)),
        ("Reporter: Rini Asih", ()),
    ],
)
def test_editors(line: str, names: tuple[str, ...]) -> None:
    assert editors([line], OUTLETS) == names


def test_squashed() -> None:
    assert squashed("Kabar-Karang.Example") == squashed("kabarkarang example")
