"""A release of invented stories in which every column says something."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa

from curation.records import Capture, Copy, Cut, Document, Mask, Quality, Reject, Right
from curation.release.manifest import NAME
from curation.schema import table_of
from curation.stages import publish
from tests.releases import WIB, document, reject, write_release

VERSION = "2026-11-22-0a1b2c3d"
OUTLETS = (
    "kabar", "warta", "gaung", "ruang", "lembayung", "pelabuhan", "menara", "rimba", "tanjung", "selat", "bukit",
)  # fmt: skip
WORDS = (
    "pasar", "ikan", "sungai", "ramai", "subuh", "ketika", "perahu", "pertama", "merapat", "para", "pedagang", "menata",
    "keranjang", "di", "bawah", "lampu", "pembeli", "datang", "sambil", "bercakap", "tentang", "cuaca", "dan", "ombak",
    "siang", "kosong", "untuk", "malam", "berikutnya", "warga", "desa", "kepala", "dinas", "bahwa", "jalan", "baru",
)  # fmt: skip
HOSTILE = "Judul </script><script>window.broken = 1</script> {{ 7 * 7 }} <!-- <b onclick=x>\u2028\u202etadi"


def sentence(random: Random, words: int) -> str:
    said = " ".join(random.choice(WORDS) for _ in range(words))
    return f"{said.capitalize()}."


def story(number: int, **fields: Any) -> Document:
    """An invented story: a handful of paragraphs, inserts cut at the head, within and at the end."""
    random = Random(number)
    outlet = OUTLETS[int(random.random() ** 2 * len(OUTLETS))]
    paragraphs = [sentence(random, random.randint(18, 45)) for _ in range(random.randint(4, 14))]
    dateline, related, credit = f"SEMARANG, {outlet.upper()} - ", f"Baca Juga: {sentence(random, 6)}", "(rwl/bgs)"
    place = len(dateline) + len(paragraphs[0]) + 1
    text = "\n".join(paragraphs)
    end = len(text) + len(dateline) + len(related) + 1
    cuts = (Cut("DL01", 0, dateline), Cut("RL01", place, f"{related}\n"), Cut("CR01", end, f"\n{credit}"))
    time = dt.datetime(2026, 8, 1, 6, 0, tzinfo=WIB) + dt.timedelta(minutes=random.randrange(160_000))
    url = f"https://www.{outlet}.example/{time:%Y/%m}/{number}"
    told = {
        "outlet": outlet, "url": url, "canonical_url": url, "title": sentence(random, 8)[:-1], "text": text,
        "authors": ("Ratna Dewi",), "section": "Daerah", "published_at": time, "language": "id",
        "fetched_at": time + dt.timedelta(hours=5), "language_score": 0.98, "n_words": len(text.split()), "cuts": cuts,
        "layout": "baru", "extractor": "layout", "split": "test" if number % 100 == 1 else "train",
        "time_split": "test" if time > dt.datetime(2026, 11, 1, tzinfo=WIB) else "train",
        "found_by": f"https://www.{outlet}.example/sitemap.xml", "reuse": ("unstated", "open", "reserved")[number % 3],
        "rights": (Right("robots", "allowed", "", f"https://www.{outlet}.example/robots.txt", time, "sha1:AB"),),
        "masks": (Mask("EMAIL", 1 + number % 2),) if number % 7 == 0 else (),
        "paragraph_languages": tuple("jv" if place == 3 else "id" for place in range(len(paragraphs))),
        "quality": quality(random),
        "capture": Capture(f"{outlet}-00000.warc.gz", 800 * number, 790, "sha1:ABC", 200, ""),
    }  # fmt: skip
    if number % 5 == 0:
        told |= appearances(number, random, outlet, time)
    return document(number, **told | fields)


def quality(random: Random) -> Quality:
    shares = [random.betavariate(2, 8) for _ in range(15)]
    return Quality(random.gauss(6.1, 0.5), random.randint(2, 24), *shares)


def appearances(number: int, random: Random, outlet: str, time: dt.datetime) -> dict[str, Any]:
    others = [other for other in OUTLETS if other != outlet]
    copies = tuple(
        Copy(
            f"{number:08x}{place:08x}", f"https://www.{other}.example/{number}", other,
            time + dt.timedelta(minutes=random.randint(20, 900)), 0.93, random.choice(("near", "exact")),
        )
        for place, other in enumerate(random.sample(others, random.choice((1, 1, 2, 4))), 1)
    )  # fmt: skip
    return {"copies": copies, "cluster_size": len(copies) + 1}


def losses(count: int) -> list[Reject]:
    codes = ("page.not-article", "http.status", "screen.short", "duplicate.near", "rights.reserved", "takedown")
    return [reject(100_000 + number, codes[number % len(codes)], outlet=OUTLETS[number % 3]) for number in range(count)]


def release_of(corpus: Path, documents: Iterable[Document], rejects: Iterable[Reject] = ()) -> Path:
    return write_release(corpus, VERSION, documents, rejects)


def large_release(corpus: Path, copies: int, each: int) -> Path:
    """A release of `copies * each` documents: the same stories again and again, each time under other ids."""
    folder = corpus / "release" / VERSION
    stories = table_of(Document, map(story, range(each)))
    tables = []
    for number in range(copies):
        ids = [hashlib.sha256(f"{number} {place}".encode()).hexdigest()[:16] for place in range(each)]
        tables.append(stories.set_column(0, stories.schema.field("id"), pa.array(ids)))
    for kind, table in (
        (publish.DOCUMENTS, pa.concat_tables(tables)),
        (publish.REJECTS, table_of(Reject, losses(600))),
    ):
        folder.joinpath(kind.name).mkdir(parents=True)
        publish.write_folders(folder / kind.name, table, kind)
    (folder / NAME).write_text(json.dumps({"version": VERSION}), encoding="utf-8")
    return folder


def crawl_of(days: Iterable[dict[str, Any]], outlet: str = "kabar") -> dict[str, Any]:
    """What a crawl writes beside its archives."""
    return {"crawl": "20261122T000000Z", "outlets": {outlet: {"archived": 3, "coverage": list(days)}}}
