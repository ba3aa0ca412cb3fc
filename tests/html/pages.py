"""Invented pages, put together from parts."""

from lxml.html import HtmlElement

from crawler.outlets import Layout
from curation.html.blocks import Block, blocks_of
from curation.html.body import Body, find_body
from curation.html.tree import parse

HEADLINE = "Warga Karangjambe Menanam Ulang Bukit yang Longsor"

STORY = (
    "Ratusan warga Desa Karangjambe menanam kembali bukit yang longsor dua tahun lalu dengan bibit aren dan bambu, "
    "Sabtu pagi, setelah musyawarah desa memutuskan kerja bakti setiap akhir pekan.",
    "“Kami tidak menunggu bantuan, bibitnya kami semai sendiri di halaman balai desa,” kata Kepala Dusun Wirya "
    "Subrata sambil menunjukkan deretan polibag di bawah paranet.",
    "Menurut catatan kelompok tani, sebanyak empat ribu batang sudah ditanam di lereng sebelah barat, dan tiga dari "
    "empat batang hidup sampai musim kemarau berakhir.",
    "Penyuluh kehutanan Laras Widuri mengatakan akar bambu menahan tanah lebih cepat daripada pohon kayu, sehingga "
    "barisan pertama ditanam rapat mengikuti garis kontur.",
    "Sekolah dasar di desa itu ikut menjaga bibit: setiap kelas mendapat satu petak, dan anak-anak mencatat tinggi "
    "batangnya dalam buku tulis setiap Jumat.",
    "Pekan depan warga akan memasang tangki air dari bambu di tiga titik supaya penyiraman tidak lagi bergantung pada "
    "hujan yang datangnya makin sulit ditebak.",
)

TEASERS = (
    "Pasar Apung Sungai Jernih Buka Lagi Setelah Direnovasi",
    "Penjual Kue Lupis Ini Mengajar Anak Tetangga Membaca",
    "Kereta Wisata Jalur Tua Mulai Beroperasi Pekan Depan",
    "Nelayan Teluk Biru Memakai Lampu Tenaga Surya",
    "Lomba Layang-layang Tingkat Kecamatan Digelar Ahad",
    "Peternak Lebah Lereng Timur Panen Dua Kali Setahun",
    "Perpustakaan Keliling Menjangkau Dusun Paling Ujung",
    "Bengkel Sepeda Gratis untuk Pelajar Dibuka di Balai Kota",
    "Petani Garam Mencoba Atap Plastik Menjelang Hujan",
    "Tim Bulu Tangkis Desa Lolos ke Babak Akhir",
)


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in (texts or STORY))


def page(body: str, head: str = "", attributes: str = "") -> HtmlElement:
    tree = parse(f"<!DOCTYPE html><html lang='id'><head>{head}</head><body {attributes}>{body}</body></html>")
    assert tree is not None
    return tree


def article(inside: str, head: str = "") -> HtmlElement:
    """A page of unknown build: masthead, menu, story, sidebar of linked headlines, footer."""
    links = "".join(f"<li><a href='/berita/{at}'>{title}</a></li>" for at, title in enumerate(TEASERS))
    return page(
        f"<header><a href='/'>Kabar Karang</a></header><nav><a href='/desa'>Desa</a> <a href='/kota'>Kota</a></nav>"
        f"<main><article class='story'><h1>{HEADLINE}</h1>{inside}</article></main>"
        f"<aside><h3>Terpopuler</h3><ul>{links}</ul></aside><footer>Tentang kami Pedoman media</footer>",
        f"<title>{HEADLINE} - Kabar Karang</title><meta property='og:type' content='article'>"
        f"<meta property='og:title' content='{HEADLINE}'>{head}",
    )


def blocks(html: str) -> list[Block]:
    return blocks_of(page(html))


def texts(html: str) -> list[str]:
    return [block.text for block in blocks(html)]


def body(tree: HtmlElement, *layouts: Layout) -> Body:
    found = find_body(tree, layouts)
    assert isinstance(found, Body), found
    return found
