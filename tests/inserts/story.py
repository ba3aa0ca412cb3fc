"""What the tests of the inserts share: a story, and the shortest way to strip it."""

from crawler.outlets import Outlets, Profile
from curation.inserts import Rules, Stripped, headline_key, load_rules, normal_text, strip

FIRST = (
    "Warga tiga desa di kaki gunung itu mulai menanam padi sejak pekan lalu, setelah hujan turun lebih awal "
    "daripada tahun sebelumnya."
)
SECOND = (
    "Kepala desa menyebut panen pertama akan dibagi rata kepada keluarga yang kehilangan ternak pada musim kemarau."
)
TITLE = "Judul Lain Sama Sekali"

RIMBA = Profile(
    id="rimba",
    name="Kabar Rimba",
    aliases=("KabarRimba.com",),
    home="https://kabarrimba.example/",
    hosts=("*.kabarrimba.example",),
)
OUTLETS = Outlets(by_id={"rimba": RIMBA}, platform_layouts=())


def stripped(
    text: str,
    rules: Rules | None = None,
    *,
    title: str = TITLE,
    headlines: tuple[str, ...] = (),
    repeated: tuple[str, ...] = (),
) -> Stripped:
    return strip(
        normal_text(text),
        (),
        rules or load_rules("id", None, OUTLETS),
        title=title,
        headlines=frozenset(map(headline_key, headlines)),
        repeated=frozenset(map(headline_key, repeated)),
    )
