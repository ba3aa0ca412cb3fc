"""What sites say about reuse: the forms of each standard, and what only looks like one."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.rights import (
    LONGEST_VALUE,
    MOST_STATEMENTS,
    SIGNALS,
    Statement,
    ai_txt_statements,
    header_statements,
    licence_statements,
    meta_statements,
    notice_statement,
    path_of,
    reuse_of,
    robots_statements,
    tdmrep_statements,
)

ROBOTS = "https://www.warta.example/robots.txt"
TDMREP = "https://www.warta.example/.well-known/tdmrep.json"
AI_TXT = "https://www.warta.example/ai.txt"
PATH = "/berita/2026/11/pasar-lama?page=2"

ALL = "User-agent: *\n"


def said(statements: tuple[Statement, ...]) -> list[tuple[str, str, str]]:
    return [(one.signal, one.value, one.meaning) for one in statements]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", []),
        (ALL + "Disallow: /admin\n", []),
        # Content-Signal
        (ALL + "Content-Signal: search=yes, ai-train=no\nAllow: /", [("search=yes, ai-train=no", "reserved")]),
        (
            ALL + "content-signal :search=yes,ai-input=yes,ai-train=NO",
            [("search=yes,ai-input=yes,ai-train=NO", "reserved")],
        ),
        (ALL + "Content-Signal: ai-train=yes", [("ai-train=yes", "")]),
        (ALL + "Content-Signal: search=no, ai-input=no", [("search=no, ai-input=no", "")]),
        (ALL + "Content-Signal: ai_train=no", [("ai_train=no", "reserved")]),
        (ALL + "Content-Signal: ai-train = no # ya", [("ai-train = no", "reserved")]),
        (ALL + "Content-Signal: no-ai-train", [("no-ai-train", "")]),
        (ALL + "Content-Signal: ai-train=nothing", [("ai-train=nothing", "")]),
        (ALL + "# Content-Signal: ai-train=no", []),
        (ALL + "Content-Signals: ai-train=no", []),
        (ALL + "Content-Signal: ai-train=no, ai-train=yes", [("ai-train=no, ai-train=yes", "")]),
        # paths: of those that fit the longest counts
        (ALL + "Content-Signal: /berita/ ai-train=no", [("/berita/ ai-train=no", "reserved")]),
        (ALL + "Content-Signal: /foto/ ai-train=no", []),
        (ALL + "Content-Signal: ai-train=no\nContent-Signal: /berita/ ai-train=yes", [("/berita/ ai-train=yes", "")]),
        (ALL + "Content-Signal: /*/2026/ ai-train=no", [("/*/2026/ ai-train=no", "reserved")]),
        (ALL + "Content-Signal: /berita/$ ai-train=no", []),
        (
            ALL + "Content-Usage: / train-ai=y\nContent-Usage: / train-ai=n",
            [("/ train-ai=y", ""), ("/ train-ai=n", "reserved")],
        ),
        # Content-Usage
        (ALL + "Content-Usage: / train-ai=n", [("/ train-ai=n", "reserved")]),
        (ALL + "Content-Usage: train-ai=n, search=y", [("train-ai=n, search=y", "reserved")]),
        (ALL + "Content-Usage: /berita/ train-genai=n;lama=1", [("/berita/ train-genai=n;lama=1", "reserved")]),
        (ALL + "Content-Usage: ai-use=n, search=n", [("ai-use=n, search=n", "")]),
        (ALL + 'Content-Usage: train-ai="n"', [('train-ai="n"', "")]),
        (ALL + "Content-Usage: ai-train=n", [("ai-train=n", "")]),
        # groups
        ("User-agent: GPTBot\nContent-Signal: ai-train=no", []),
        ("User-agent: GPTBot\nUser-agent: *\nContent-Signal: ai-train=no", [("ai-train=no", "reserved")]),
        ("User-agent: SARING\nContent-Usage: / train-ai=n", [("/ train-ai=n", "reserved")]),
        ("User-agent: saring/2.0\nContent-Usage: / train-ai=n", [("/ train-ai=n", "reserved")]),
        ("User-agent: saringan\nContent-Usage: / train-ai=n", []),
        (ALL + "Content-Signal: ai-train=no\n\nUser-agent: saring\nAllow: /", [("ai-train=no", "")]),
        ("Content-Signal: ai-train=no\n" + ALL + "Allow: /", [("ai-train=no", "reserved")]),
        (ALL + "Allow: /\nSitemap: /x.xml\nContent-Signal: ai-train=no", [("ai-train=no", "reserved")]),
        (ALL + "\rContent-Signal: ai-train=no\r", [("ai-train=no", "reserved")]),
        ("\ufeff" + ALL + "Content-Signal: ai-train=no", [("ai-train=no", "reserved")]),
        # crawlers for AI
        ("User-agent: GPTBot\nUser-agent: CCBot\nDisallow: /", [("Disallow for CCBot, GPTBot", "")]),
        ("User-agent: Google-Extended\nDisallow: /foto/", []),
        ("User-agent: ClaudeBot\nDisallow: /\nAllow: /berita/", []),
        ("User-agent: ClaudeBot\nDisallow: /berita/\nAllow: /", [("Disallow for ClaudeBot", "")]),
        ("User-agent: Googlebot\nDisallow: /", []),
        ("User-agent: GPTBot\nDisallow:", []),
    ],
)
def test_robots(body: str, expected: list[tuple[str, str]]) -> None:
    found = robots_statements(body.encode(), ROBOTS, "saring", PATH)
    assert [(one.value, one.meaning) for one in found] == expected
    assert {one.said_by for one in found} <= {ROBOTS}


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("/a", "/ab", True),
        ("/a$", "/ab", False),
        ("/a*c$", "/abc", True),
        ("/a*c$", "/abcd", False),
        ("/*.html", "/a/b.html?x", True),
        ("/a*b*c", "/a-c-b-c", True),
        ("/a*aa$", "/aa", False),
        ("/caf%c3%a9", "/café", True),
        ("/%62erita", "/berita", True),
        ("/a%2Fb", "/a/b", False),
        ("/A", "/a", False),
        ("*", "/", True),
    ],
)
def test_patterns_of_paths(pattern: str, path: str, fits: bool) -> None:
    file = json.dumps([{"location": pattern, "tdm-reservation": 1}]).encode()
    assert bool(tdmrep_statements(file, TDMREP, path)) is fits


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([], []),
        ([("X-Robots-Tag", "noai")], [("x-robots-tag", "noai", "reserved")]),
        ([("x-robots-tag", "noindex, NoAI, noimageai")], [("x-robots-tag", "noindex, NoAI, noimageai", "reserved")]),
        ([("X-Robots-Tag", "noml")], [("x-robots-tag", "noml", "reserved")]),
        ([("X-Robots-Tag", "noimageai")], [("x-robots-tag", "noimageai", "")]),
        ([("X-Robots-Tag", "noarchive, nosnippet")], [("x-robots-tag", "noarchive, nosnippet", "")]),
        ([("X-Robots-Tag", "GPTBot: noai")], [("x-robots-tag", "GPTBot: noai", "")]),
        ([("X-Robots-Tag", "saring: noai")], [("x-robots-tag", "saring: noai", "reserved")]),
        ([("X-Robots-Tag", "*: noai")], [("x-robots-tag", "*: noai", "reserved")]),
        (
            [("X-Robots-Tag", "unavailable_after: 25 Jun 2026 15:00:00 WIB")],
            [("x-robots-tag", "unavailable_after: 25 Jun 2026 15:00:00 WIB", "")],
        ),
        ([("X-Robots-Tag", "max-image-preview:large")], []),
        ([("X-Robots-Tag", "index, follow")], []),
        ([("X-Robots-Tag", "noairport")], []),
        (
            [("X-Robots-Tag", "otherbot: noindex"), ("X-Robots-Tag", "noai")],
            [("x-robots-tag", "otherbot: noindex", ""), ("x-robots-tag", "noai", "reserved")],
        ),
        ([("TDM-Reservation", "1")], [("tdm-reservation", "1", "reserved")]),
        ([("tdm-reservation", "0")], [("tdm-reservation", "0", "")]),
        ([("tdm-reservation", "10")], [("tdm-reservation", "10", "")]),
        ([("tdm-policy", "https://warta.example/tdm")], [("tdm-policy", "https://warta.example/tdm", "")]),
        ([("Content-Usage", "train-ai=n")], [("content-usage", "train-ai=n", "reserved")]),
        ([("Content-Usage", "train-ai=y, search=n")], [("content-usage", "train-ai=y, search=n", "")]),
        ([("Content-Signal", "ai-train=no")], [("content-signal", "ai-train=no", "reserved")]),
        (
            [("Link", '</a.css>; rel=preload, <https://creativecommons.org/licenses/by/4.0/>; rel="license x"')],
            [("license", "https://creativecommons.org/licenses/by/4.0/", "open")],
        ),
        ([("Link", "<https://warta.example/syarat>;rel=license")], [("license", "https://warta.example/syarat", "")]),
        ([("Link", '<https://creativecommons.org/licenses/by/4.0/>; rel="next"; title="rel=license"')], []),
        ([("Content-Type", "text/html; noai")], []),
    ],
)
def test_headers(headers: list[tuple[str, str]], expected: list[tuple[str, str, str]]) -> None:
    assert said(header_statements(headers)) == expected


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([{"location": "/", "tdm-reservation": 1}], [("tdm-reservation", "1", "reserved")]),
        ([{"location": "/", "tdm-reservation": 0}], [("tdm-reservation", "0", "")]),
        ([{"location": "/", "tdm-reservation": "1"}], [("tdm-reservation", "1", "reserved")]),
        ([{"location": "/", "tdm-reservation": True}], [("tdm-reservation", "True", "reserved")]),
        ([{"location": "/", "tdm-reservation": None}], [("tdm-reservation", "None", "")]),
        ([{"location": "/foto/", "tdm-reservation": 1}], []),
        (
            [{"location": "/", "tdm-reservation": 1, "tdm-policy": "https://warta.example/p"}],
            [("tdm-reservation", "1", "reserved"), ("tdm-policy", "https://warta.example/p", "")],
        ),
        (
            [{"location": "/berita/", "tdm-reservation": 0}, {"location": "/", "tdm-reservation": 1}],
            [("tdm-reservation", "0", "")],
        ),
        # the first in sequence is not the longest: both are given
        (
            [{"location": "/", "tdm-reservation": 0}, {"location": "/berita/", "tdm-reservation": 1}],
            [("tdm-reservation", "0", ""), ("tdm-reservation", "1", "reserved")],
        ),
        ({"location": "/", "tdm-reservation": 1}, [("tdm-reservation", "1", "reserved")]),
        ([{"location": 7, "tdm-reservation": 1}, {"location": "/"}, 5, None, "x", []], []),
        ("teks", []),
    ],
)
def test_tdmrep(rules: object, expected: list[tuple[str, str, str]]) -> None:
    assert said(tdmrep_statements(json.dumps(rules).encode(), TDMREP, PATH)) == expected


@pytest.mark.parametrize(
    ("body", "path", "expected"),
    [
        ("User-Agent: *\nDisallow: /", PATH, [("Disallow: /", "reserved")]),
        ("User-Agent: *\nDisallow: *\nAllow: *.txt", PATH, [("Disallow: *", "reserved")]),
        ("User-Agent: *\nDisallow: *.txt\nDisallow: *.html", "/read/1", [("Disallow: *.html", "reserved")]),
        ("User-Agent: *\nDisallow: *.html", "/read/1.html?x=a.jpg", [("Disallow: *.html", "reserved")]),
        ("User-Agent: *\nDisallow: *.jpg\nDisallow: *.mp4", PATH, []),
        ("User-Agent: *\nDisallow: *.html\nAllow: *.html", PATH, [("Allow: *.html", "")]),
        ("User-Agent: *\nDisallow: /\nAllow: /berita/", PATH, [("Allow: /berita/", "")]),
        ("User-Agent: *\nAllow: /\nDisallow: berita/", PATH, [("Disallow: berita/", "reserved")]),
        ("Disallow: /", PATH, [("Disallow: /", "reserved")]),
        ("User-Agent: lain\nDisallow: /", PATH, []),
        ("User-Agent: *\nDisallow: /\n\nUser-Agent: saring\nAllow: /", PATH, [("Allow: /", "")]),
        ("User-Agent: *\nDisallow:", PATH, []),
        ("<!doctype html><title>Tidak ada</title><p>Disallow", PATH, []),
        ("# Aplikasi Warta\n\n> Tentang kami: berita\n", PATH, []),
    ],
)
def test_ai_txt(body: str, path: str, expected: list[tuple[str, str]]) -> None:
    assert [(one.value, one.meaning) for one in ai_txt_statements(body.encode(), AI_TXT, path)] == expected


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([("robots", "index, follow, max-image-preview:large")], []),
        ([("robots", "noai, noimageai")], [("meta-robots", "noai, noimageai", "reserved")]),
        ([("ROBOTS", "NOARCHIVE")], [("meta-robots", "NOARCHIVE", "")]),
        ([("saring", "noml")], [("meta-robots", "noml", "reserved")]),
        ([("gptbot", "noai")], [("meta-robots", "noai", "")]),
        ([("googlebot-news", "noindex")], [("meta-robots", "noindex", "")]),
        ([("keywords", "noai, robots")], []),
        ([("tdm-reservation", "1")], [("tdm-reservation", "1", "reserved")]),
        ([("tdm-reservation", " ")], []),
        ([("TDM-Policy", "/tdm.json")], [("tdm-policy", "/tdm.json", "")]),
        ([("robots", "noai"), ("robots", "noai")], [("meta-robots", "noai", "reserved")]),
    ],
)
def test_meta_tags(pairs: list[tuple[str, str]], expected: list[tuple[str, str, str]]) -> None:
    assert said(meta_statements(pairs)) == expected


@pytest.mark.parametrize(
    ("address", "meaning"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", "open"),
        ("http://creativecommons.org/licenses/by-sa/3.0/deed.id", "open"),
        ("//www.creativecommons.org/licenses/by/2.0", "open"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "open"),
        ("https://creativecommons.org/publicdomain/mark/1.0/", "open"),
        ("https://spdx.org/licenses/CC-BY-4.0.html", "open"),
        ("CC BY-SA 4.0", "open"),
        ("CC0", "open"),
        ("https://creativecommons.org/licenses/by-nc/4.0/", ""),
        ("https://creativecommons.org/licenses/by-nd/4.0/", ""),
        ("https://creativecommons.org/licenses/by-nc-sa/4.0/", ""),
        ("CC BY-NC 4.0", ""),
        ("https://creativecommons.org/", ""),
        ("https://creativecommons.org.palsu.example/licenses/by/4.0/", ""),
        ("https://palsu.example/?x=//creativecommons.org/licenses/by/4.0/", ""),
        ("https://www.warta.example/hak-cipta", ""),
    ],
)
def test_licences(address: str, meaning: str) -> None:
    assert licence_statements([(address, "a rel=license")]) == (
        Statement("license", address, meaning, "a rel=license"),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        (
            "Dilarang keras mengambil konten, melakukan crawling atau pengindeksan otomatis untuk AI di situs web ini "
            "tanpa izin tertulis dari Kabar Rimba.",
            "reserved",
        ),
        ("Dilarang menggunakan artikel ini untuk melatih kecerdasan buatan.", "reserved"),
        ("Tidak diperkenankan melakukan scraping tanpa persetujuan redaksi", "reserved"),
        ("Isi situs tidak boleh diambil atau digunakan untuk pembelajaran mesin.", "reserved"),
        ("Hak cipta dilindungi. Dilarang mengambil isi. Termasuk untuk pelatihan AI.", "reserved"),
        ("Dilarang melakukan perlombongan data atau pengikisan tanpa kebenaran bertulis.", "reserved"),
        ("Penggunaan kandungan untuk melatih AI tidak dibenarkan.", "reserved"),
        ("All rights, including those for text and data mining and AI training, are reserved.", "reserved"),
        ("No part of this page may be scraped or used for machine learning.", "reserved"),
        ("This content may not be crawled by bots without prior written permission.", "reserved"),
        ("Dilarang menyalin atau mengutip seluruh atau sebagian isi berita ini tanpa izin redaksi.", ""),
        ("© 2026 Kabar Rimba. All rights reserved.", ""),
        ("Gambar ini dibuat dengan AI. Dilarang menyalin tanpa izin.", ""),
        ("Crawling untuk AI tidak dilarang asal menyebut sumber dan lisensi.", ""),
        ("Text and data mining is not prohibited under this licence.", ""),
        ("Dilarang mengutip data perusahaan tambang (mining) tanpa izin.", ""),
        ("Dilarang mengutip Indeks Harga tanpa izin.", ""),
        ("Terjemahan ini dibuat AI and may not be accurate; lisensi CC BY.", ""),
        ("Pasar lama dibuka lagi hari ini.", None),
        ("Wali kota memakai AI untuk menghitung kendaraan.", None),
        ("", None),
    ],
)
def test_printed_notices(text: str, meaning: str | None) -> None:
    found = notice_statement(text)
    assert (found and found.meaning) == (meaning if meaning is not None else None)
    if found is not None:
        assert (found.signal, found.value, found.said_by) == ("notice", text, "text")


RESERVED = Statement("x-robots-tag", "noai", "reserved", "x-robots-tag")
OPEN = Statement("license", "CC0", "open", "link")
FILE_1 = Statement("tdm-reservation", "1", "reserved", TDMREP)
HEADER_0 = Statement("tdm-reservation", "0", "", "tdm-reservation")
META_1 = Statement("tdm-reservation", "1", "reserved", "meta tdm-reservation")


@pytest.mark.parametrize(
    ("statements", "verdict"),
    [
        ((), "unstated"),
        ((HEADER_0,), "unstated"),
        ((OPEN,), "open"),
        ((OPEN, RESERVED), "reserved"),
        ((FILE_1,), "reserved"),
        ((FILE_1, HEADER_0), "unstated"),
        ((FILE_1, HEADER_0, META_1), "reserved"),
        ((HEADER_0, RESERVED), "reserved"),
        ((FILE_1, HEADER_0, OPEN), "open"),
    ],
)
def test_what_statements_come_to(statements: tuple[Statement, ...], verdict: str) -> None:
    assert reuse_of(statements) == reuse_of(reversed(statements)) == verdict


def test_of_too_many_statements_those_that_reserve_stay() -> None:
    headers = [("X-Robots-Tag", f"noarchive, x{number}") for number in range(2 * MOST_STATEMENTS)]
    found = header_statements([*headers, ("X-Robots-Tag", "noai")])
    assert len(found) == MOST_STATEMENTS
    assert found[0].meaning == "reserved"


def test_values_are_one_line_of_bounded_length() -> None:
    (found,) = header_statements([("tdm-policy", "a\r\nb\x00\ud800\u2028c" + "x" * 5000)])
    assert found.value.startswith("a b c")
    assert len(found.value) == LONGEST_VALUE
    json.dumps(found.value, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"location":' * 50_000,
        b'[{"location": "/", "tdm-reservation": ' + b"9" * 10_000 + b"}]",
        b"\xff\xfe\x00[",
        b"\x1f\x8b\x08\x00" * 1000,
        b"A" * 50_000_000,
        b"User-agent: *\nContent-Signal: ai-train=no\n" * 1_200_000,
        b"User-agent: *\n" + b"Disallow: /" + b"*a" * 1_000_000,
    ],
    ids=["nested", "objects", "number", "utf-16", "gzip", "50 MB", "50 MB of lines", "stars"],
)
def test_hostile_files_say_something_or_nothing(body: bytes) -> None:
    for path in (PATH, "/" + "a" * 100_000):
        found = (
            *robots_statements(body, ROBOTS, "saring", path),
            *tdmrep_statements(body, TDMREP, path),
            *ai_txt_statements(body, AI_TXT, path),
        )
        assert len(found) <= 3 * MOST_STATEMENTS


PIECES = st.sampled_from(
    [
        *("User-agent: *\n", "User-agent: saring\n", "Content-Signal: ", "Content-Usage: ", "Disallow: ", "Allow: "),
        *("ai-train=no", "train-ai=n", "/", "*", "$", "%", "%zz", "\n", "\r", ":", "#", "=", ",", ";", '"', "<", ">"),
        *("noai", "saring:", "dilarang ", "AI ", "tanpa izin", "\x00", "\ud800", "é", "[", "{", "}", '"location":'),
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=8), max_size=40).map("".join)


@given(text=TEXTS, path=TEXTS)
def test_nothing_raises_whatever_is_said(text: str, path: str) -> None:
    body = text.encode("utf-8", errors="surrogatepass")
    notice = notice_statement(text)
    found = (
        *robots_statements(body, ROBOTS, "saring", path),
        *tdmrep_statements(body, TDMREP, path),
        *ai_txt_statements(body, AI_TXT, path),
        *header_statements(
            [(name, text) for name in ("x-robots-tag", "link", "content-usage", "tdm-reservation", text)]
        ),
        *meta_statements([("robots", text), ("tdm-reservation", text), (text, text)]),
        *licence_statements([(text, "link")]),
        *((notice,) if notice else ()),
    )
    for one in found:
        assert one.signal in SIGNALS
        assert one.meaning in ("reserved", "open", "")
        assert 0 < len(one.value) <= LONGEST_VALUE
        assert len(one.value.splitlines()) == 1
        one.value.encode()
    assert reuse_of(found) in ("reserved", "open", "unstated")
    path_of(text)


@given(st.binary(max_size=400))
def test_nothing_raises_whatever_the_bytes(body: bytes) -> None:
    robots_statements(body, ROBOTS, "saring", PATH)
    tdmrep_statements(body, TDMREP, PATH)
    ai_txt_statements(body, AI_TXT, PATH)


@given(st.lists(st.sampled_from([RESERVED, OPEN, FILE_1, HEADER_0, META_1]), max_size=6))
def test_more_reservations_never_free_a_page(statements: list[Statement]) -> None:
    if reuse_of(statements) == "reserved":
        assert reuse_of([*statements, RESERVED, OPEN]) == "reserved"
