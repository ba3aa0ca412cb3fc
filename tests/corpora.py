"""A small corpus on disk: pages of invented outlets, archived and built in a few seconds."""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from curation.config import Config
from curation.pipeline import Order, build
from curation.release.assemble import Release
from curation.runners import local

RAIN = (
    "Hujan turun di kota lama sejak pagi, dan warga yang tinggal di tepi kali menutup pintu air sebelum tengah hari.",
    "Menurut petugas pintu air, tinggi muka air naik dua jengkal dalam satu jam, lalu perlahan turun pada sore hari.",
    "Pedagang di pasar memindahkan dagangan ke lantai atas, sementara anak sekolah pulang lebih cepat dari biasanya.",
)
COFFEE = (
    "Para petani di lereng utara mulai memanen kopi sejak pekan lalu, lebih cepat dua minggu daripada tahun lalu.",
    "Harga di tingkat pengepul naik tipis, dan sebagian warga memilih menyimpan hasil panen di lumbung desa itu.",
    "Kepala desa menyebut hujan yang turun merata pada bulan Agustus membuat buah kopi masak hampir bersamaan.",
)


def page(title: str, paragraphs: Sequence[str], head: str = "", day: str = "2026-10-03") -> bytes:
    """A page of a story."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    time = f'<meta property="article:published_time" content="{day}T08:00:00+07:00">'
    return (
        f"<!doctype html><html lang='id'><head><title>{title}</title>{time}{head}</head>"
        f"<body><article><h1>{title}</h1>{body}</article></body></html>"
    ).encode()


def archive(
    path: Path, pages: Mapping[str, bytes], headers: Sequence[tuple[str, str]] = (), notes: Sequence[str] = ()
) -> Path:
    """Write pages to a WARC, each behind a metadata record with what the crawl noted of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for url, payload in pages.items():
            told = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8"), *headers], "HTTP/1.1")
            response = writer.create_warc_record(
                url, "response", io.BytesIO(payload), http_headers=told,
                warc_headers_dict={"WARC-Date": "2026-10-04T00:00:00Z"},
            )  # fmt: skip
            if notes:
                beside = {"WARC-Concurrent-To": response.rec_headers.get_header("WARC-Record-ID")}
                lines = "".join(f"{note}\r\n" for note in notes).encode()
                note = writer.create_warc_record(
                    url, "metadata", io.BytesIO(lines), warc_content_type="application/warc-fields",
                    warc_headers_dict=beside,
                )  # fmt: skip
                writer.write_record(note)
            writer.write_record(response)
    return path


@contextmanager
def unwatched(stage: str, todo: int, done: int) -> Iterator[object]:
    """Watch nothing."""
    yield lambda: None


def build_corpus(corpus: Path, **config: object) -> Release:
    """Build all that is archived below a corpus folder."""
    order = Order((corpus / "warc",), (), corpus, Config.model_validate(config), 1)
    return build(order, local.run, unwatched)  # type: ignore[arg-type]
