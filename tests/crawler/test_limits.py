"""The limits: what broken and hostile servers do ends as a named line, in bounded memory and time."""

import datetime as dt
import json
import random
import re
import socket
import ssl
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from fastwarc.warc import ArchiveIterator, WarcRecordType

from crawler.newsstand import traps
from crawler.newsstand.server import Newsstand, serving
from tests.crawler.odd import PROFILE, Answer, Site, crawl_odd, urlset
from tests.crawler.trapped import Trapped, crawl_traps, profile

# Far above a spider at rest (106 MB), far below any of the bombs.
MOST_MEMORY = 300_000_000
QUICK = {"DOWNLOAD_TIMEOUT": 2, "RETRY_TIMES": 0, "SARING_REFUSALS": 1000}


@pytest.fixture(scope="module")
def stand() -> Iterator[Newsstand]:
    traps._bomb()
    with serving() as stand:
        yield stand


@dataclass(frozen=True, slots=True)
class Whole:
    crawled: Trapped
    asked: list[tuple[str, str]]
    rows: dict[str, tuple[str, str]]


@pytest.fixture(scope="module")
def whole(stand: Newsstand, tmp_path_factory: pytest.TempPathFactory) -> Whole:
    """Fall into every trap in one crawl."""
    sources = ("/peta.xml", *(f"/peta/{name}" for name in traps.SITEMAPS if name not in ("putaran-2.xml", "kecil.xml")))
    text = profile(traps.HOME, *sources)
    before = len(stand.log)
    crawled = crawl_traps(stand.address, tmp_path_factory.mktemp("jebakan"), text, QUICK)
    return Whole(crawled, [(visit.host, visit.path) for visit in stand.log[before:]], crawled.rows())


def test_no_trap_ends_the_crawl(whole: Whole) -> None:
    assert whole.crawled.complaint == ""
    assert whole.crawled.tally.reason == "finished"
    assert whole.crawled.tally.trouble == ""
    assert "Traceback" not in whole.crawled.log()
    assert whole.crawled.tally.done == whole.crawled.tally.wanted


def test_every_trap_was_fallen_into(whole: Whole) -> None:
    missed = {f"/baca/{name}" for name in traps.ARTICLES} - {path for _, path in whole.asked}
    assert missed <= {f"/baca/rantai-{number}" for number in range(6, 10)}


FAILED = {
    "diam": "timeout: ",
    "setengah": "timeout: ",
    "tetes": "timeout: ",
    "putus": "broken off: ",
    "berat": "too large: Expected to receive 2147483648 bytes",
    "tanpa-akhir": "too large",
    "kepala-tanpa-akhir": "head too long: more than 262144 bytes",
    "baris-tanpa-akhir": "broken off: ",
    "sementara-tanpa-akhir": "head too long: ",
    "potongan-rusak": "broken off: ",
    "panjang-aneh": "not HTTP: ",
    "kode-asing": "not HTTP: ",
    "bukan-http": "not HTTP: ",
    "sampah": "not HTTP: ",
}


@pytest.mark.parametrize("name", FAILED)
def test_what_brings_no_answer_stands_in_the_ledger_with_its_cause(whole: Whole, name: str) -> None:
    state, fault = whole.rows[f"baca/{name}"]
    assert state == "failed"
    assert fault.startswith(FAILED[name])


@pytest.mark.parametrize("name", ["baik", "lebih-pendek"])
def test_what_is_whole_is_archived(whole: Whole, name: str) -> None:
    assert whole.rows[f"baca/{name}"] == ("archived", "")


@pytest.mark.parametrize(("name", "fault"), [("bom-gzip", "too large"), ("gzip-rusak", "broken coding")])
def test_what_does_not_unpack_is_counted(whole: Whole, name: str, fault: str) -> None:
    """The archive keeps what came, packed as it was."""
    assert fault in whole.crawled.tally.errors
    captured = {one.url: one for one in whole.crawled.archived}
    assert captured[f"{traps.HOME}/baca/{name}"].status == 200


def test_a_length_that_lies_archives_no_more_than_it_says(whole: Whole) -> None:
    captured = {one.url: one.digest for one in whole.crawled.archived}
    from crawler.warc import payload_digest

    assert captured[f"{traps.HOME}/baca/lebih-pendek"] == payload_digest(b"serat")


def test_redirects_end(whole: Whole) -> None:
    assert whole.rows["baca/putaran"][0] == "moved"
    assert whole.rows["baca/rantai-5"][0] == "moved"
    assert "baca/rantai-6" not in whole.rows
    assert whole.rows["peta/putaran-2.xml"][0] == "moved"
    visits = [path for _, path in whole.asked if "putaran" in path]
    assert len(visits) == len(set(visits)) == 4


def test_no_redirect_leads_out_of_the_outlet(whole: Whole) -> None:
    assert {host for host, _ in whole.asked} == {"www.jebakan.example"}
    assert whole.crawled.tally.errors["another site"] == 1
    assert all(whole.rows[f"baca/dalam-{number}"][0] == "moved" for number in range(len(traps.PRIVATE)))


NOTES = {
    "html.xml": "it is not XML",
    "tawa.xml": "it declares entities",
    "tawa-utf16.xml": "entity amplification",
    "berkas.xml": "it declares entities",
    "jaringan.xml": "it declares entities",
    "bom.xml.gz": "it unpacks to more than 52428800 bytes",
    "gzip-putus.xml.gz": "its gzip breaks off",
    "pohon.xml": "it has more than 1500000 tags",
}


@pytest.mark.parametrize("name", NOTES)
def test_a_source_that_is_no_source_is_noted(whole: Whole, name: str) -> None:
    (note,) = (note for note in whole.crawled.tally.notes if note.startswith(f"{traps.HOME}/peta/{name}: "))
    assert NOTES[name] in note


def test_entities_fetch_nothing(whole: Whole) -> None:
    assert ("www.jebakan.example", "/dtd") not in whole.asked
    assert "root:" not in json.dumps(whole.rows)


def test_memory_stays_flat(whole: Whole) -> None:
    assert whole.crawled.peak < MOST_MEMORY


def test_a_head_is_counted_anew_for_each_answer(site: Site, tmp_path: Path) -> None:
    """A hundred answers on one connection, each with a tenth of the limit."""
    articles = [f"/read/{number}" for number in range(100)]
    site.answers = {"/peta.xml": [Answer(urlset(*articles))]}
    heavy = (("X-A", "a" * 13_000), ("X-B", "b" * 13_000))
    site.answers |= {f"{path}?page=all": [Answer("isi", headers=heavy)] for path in articles}
    crawled = crawl_odd(site, tmp_path, "satu", PROFILE + 'sitemaps = ["http://www.odd.example/peta.xml"]')
    assert crawled.tally.errors.keys() <= {"404"}  # its robots.txt
    assert sum(state == "archived" for state in crawled.states().values()) == 100


# robots.txt


@pytest.mark.parametrize(
    ("label", "cause"),
    [
        ("bom", "too large: "),
        ("putaran", "redirect loop: max redirections reached"),
        ("dalam", "another site: 10.0.0.1 is not a host of the outlet"),
        ("diam", "timeout: "),
    ],
)
def test_a_robots_that_is_a_trap_gives_no_permission(stand: Newsstand, tmp_path: Path, label: str, cause: str) -> None:
    home = f"http://{label}.jebakan.example"
    before = len(stand.log)
    crawled = crawl_traps(stand.address, tmp_path, profile(home, "/peta/kecil.xml"), QUICK)
    assert crawled.tally.trouble.startswith(f"{home}/robots.txt gives no permission: {cause}")
    assert {visit.path for visit in stand.log[before:]} == {"/robots.txt"}
    assert crawled.peak < MOST_MEMORY


def test_a_robots_of_50_mb_is_read_up_to_its_limit(stand: Newsstand, tmp_path: Path) -> None:
    """Its first lines hold; its last one, which forbids everything, lies beyond."""
    crawled = crawl_traps(stand.address, tmp_path, profile("http://panjang.jebakan.example", "/peta/kecil.xml"), QUICK)
    assert crawled.tally.trouble == ""
    rows = crawled.rows()
    assert (rows["baca/baik"][0], rows["baca/rahasia"][0]) == ("archived", "barred")
    assert crawled.tally.bytes < 1_000_000
    assert crawled.peak < MOST_MEMORY
    (archive,) = tmp_path.glob("warc/*/*.warc.gz")
    with archive.open("rb") as file:
        responses = list(ArchiveIterator(file, record_types=WarcRecordType.response))
    cut = {record.headers["WARC-Target-URI"]: record.headers.get("WARC-Truncated") for record in responses}
    assert cut.pop("http://panjang.jebakan.example/robots.txt") == "length"
    assert set(cut.values()) == {None}


# Walks without end


def test_listings_without_end_end(stand: Newsstand, tmp_path: Path) -> None:
    index = f'index = ["{traps.HOME}/indeks", "{traps.HOME}/kalender"]\nindex_pages = 4\n'
    before = len(stand.log)
    crawled = crawl_traps(stand.address, tmp_path, profile(traps.HOME) + index, QUICK)
    asked = Counter(visit.path for visit in stand.log[before:])
    assert (crawled.tally.reason, crawled.tally.found) == ("finished", 12)
    assert (asked["/indeks"], asked["/kalender"]) == (4, 1)


def test_branches_without_end_end(stand: Newsstand, tmp_path: Path) -> None:
    before = len(stand.log)
    settings = QUICK | {"SARING_MOST_SOURCES": 20}
    crawled = crawl_traps(stand.address, tmp_path, profile(traps.HOME, "/cabang.xml"), settings)
    asked = Counter(visit.path for visit in stand.log[before:])
    assert asked["/cabang.xml"] <= 20
    assert any("SARING_MOST_SOURCES" in note for note in crawled.tally.notes)


# The circuit breaker


def test_a_host_that_refuses_is_left_alone_and_its_queue_stays(site: Site, tmp_path: Path) -> None:
    articles = [f"/read/{number:02}" for number in range(40)]
    site.answers = {"/peta.xml": [Answer(urlset(*articles))]}
    site.answers |= {f"{path}?page=all": [Answer("tidak", 403)] for path in articles}
    text = PROFILE + 'sitemaps = ["http://www.odd.example/peta.xml"]'
    first = crawl_odd(site, tmp_path, "satu", text)
    assert len([asked for asked in site.log if asked.startswith("/read")]) == 10
    assert first.tally.trouble == "www.odd.example refused 10 requests in a row and is left alone"
    assert {state for path, state in first.states().items() if path in articles} == {"queued"}
    site.answers |= {f"{path}?page=all": [Answer("isi")] for path in articles}
    second = crawl_odd(site, tmp_path, "dua", text)
    assert second.tally.trouble == ""
    assert {state for path, state in second.states().items() if path in articles} == {"archived"}


# Names


HOSTS = {"www.dalam.example": "127.0.0.1", "www.lain.example": "10.0.0.1"}


@contextmanager
def counting() -> Iterator[tuple[int, list[object]]]:
    """Listen on this machine and count who comes."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        came: list[object] = []
        thread = Thread(target=_accept, args=(server, came), daemon=True)
        thread.start()
        yield server.getsockname()[1], came
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def _accept(server: socket.socket, came: list[object]) -> None:
    with suppress(OSError):
        while True:
            connection, address = server.accept()
            came.append(address)
            connection.close()


def test_a_name_that_resolves_to_this_machine_is_not_connected_to(tmp_path: Path) -> None:
    variables = {"TEST_HOSTS": json.dumps(HOSTS), "SARING_CONTACT": "budi@kampus.example"}
    with counting() as (port, came):
        home = f"http://www.dalam.example:{port}"
        text = profile(home, "/peta.xml", served_by="web")
        crawled = crawl_traps("", tmp_path, text, QUICK, no_proxy() | variables)
    assert came == []
    assert crawled.tally.trouble == (
        f"{home}/robots.txt gives no permission: private address: www.dalam.example resolves to 127.0.0.1, which is"
        " no public address"
    )


def test_a_name_that_nobody_knows_is_named(tmp_path: Path) -> None:
    text = profile("http://www.hilang.example", "/peta.xml", served_by="web")
    crawled = crawl_traps("", tmp_path, text, QUICK, no_proxy() | {"SARING_CONTACT": "budi@kampus.example"})
    assert "gives no permission: no such host: " in crawled.tally.trouble


def no_proxy() -> dict[str, str]:
    return dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"), "")


# The disk


@pytest.mark.parametrize(
    ("count", "size", "limit"),
    [(40, 30_000, 400_000), (1000, 10, 900_000), (3000, 10, 200_000)],
    ids=["archive", "ledger", "sources"],
)
def test_a_disk_that_is_full_ends_the_crawl_with_all_it_holds(
    site: Site, tmp_path: Path, count: int, size: int, limit: int
) -> None:
    """No file may grow beyond the limit, as if there were no more room."""
    words = random.Random(1)
    articles = [f"/read/{number:04}" for number in range(count)]
    site.answers = {"/peta.xml": [Answer(urlset(*articles))]}
    text = profile("http://www.odd.example", "/peta.xml").replace("^/baca/", "^/read/")
    site.answers |= {path: [Answer(words.randbytes(size).hex())] for path in articles}
    first = crawl_traps(site.proxy, tmp_path, text, {}, {"TEST_FILE_BYTES": str(limit)})
    assert first.tally.trouble.startswith("the disk does not take the ")
    assert len(site.log) < count
    second = crawl_traps(site.proxy, tmp_path, text, {}, crawl="dua")
    assert second.tally.trouble == ""
    assert {state for path, (state, _) in second.rows().items() if path.startswith("read")} == {"archived"}
    urls = [one.url for one in second.archived if "/read/" in one.url]
    assert len(urls) == len(set(urls)) == count


# What is sent


def test_a_request_says_who_asks_and_nothing_else(tmp_path: Path) -> None:
    heads: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        with suppress(OSError), connection:
            heads.append(connection.recv(4096))
            path = heads[-1].split(b" ")[1].decode()
            body = b"<urlset><url><loc>/baca/1</loc></url></urlset>" if path.endswith("/peta.xml") else b"isi"
            connection.sendall(traps.headed(body, Set_Cookie="a=1", Connection="close"))

    with _listening(serve) as port:
        text = profile("http://www.odd.example", "/peta.xml")
        crawled = crawl_traps(f"http://127.0.0.1:{port}", tmp_path, text, QUICK)
    assert crawled.rows()["baca/1"] == ("archived", "")
    for head in heads:
        question, *lines = head.decode().strip().split("\r\n")
        assert re.fullmatch(r"GET http://www\.odd\.example/\S* HTTP/1\.1", question)
        sent = dict(line.split(": ", 1) for line in lines)
        assert sent.keys() <= {"Host", "User-Agent", "Accept", "Accept-Encoding", "Accept-Language", "Connection"}
        assert sent["User-Agent"].startswith("saring/")
        assert sent["Accept-Encoding"] == "gzip, deflate"


# TLS


def certificate(folder: Path, host: str, days: tuple[int, int], signed: bool) -> tuple[Path, Path]:
    """Make a server's certificate and the file of the authority that signed it, or itself."""
    now = dt.datetime.now(dt.UTC)
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Saring Test Authority")])
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])

    def make(subject: x509.Name, issuer: x509.Name, public: object, is_authority: bool, by: object) -> x509.Certificate:
        builder = x509.CertificateBuilder(issuer, subject, public, x509.random_serial_number())  # type: ignore[arg-type]
        span = (-1, 1) if is_authority else days
        builder = builder.not_valid_before(now + dt.timedelta(days=span[0])).not_valid_after(
            now + dt.timedelta(days=span[1])
        )
        builder = builder.add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        if not is_authority:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        return builder.sign(by, hashes.SHA256())  # type: ignore[arg-type]

    root = make(authority, authority, authority_key.public_key(), True, authority_key)
    leaf = make(own, authority if signed else own, key.public_key(), False, authority_key if signed else key)
    trusted, chain = folder / "trusted.pem", folder / "server.pem"
    trusted.write_bytes(root.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    chain.write_bytes(private + leaf.public_bytes(serialization.Encoding.PEM))
    return trusted, chain


@contextmanager
def tls_server(chain: Path) -> Iterator[tuple[str, list[bytes]]]:
    """Serve behind a CONNECT proxy on this machine; gives its address, and the heads of what was asked."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    asked: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        with suppress(OSError), connection:
            while not connection.recv(4096).endswith(b"\r\n\r\n"):
                pass
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            with context.wrap_socket(connection, server_side=True) as secure:
                head = secure.recv(4096)
                asked.append(head.split(b"\r\n")[0])
                path = head.split(b" ")[1].decode()
                body = b"<urlset><url><loc>/baca/1</loc></url></urlset>" if path == "/peta.xml" else b"isi"
                status = "404 Not Found" if path == "/robots.txt" else "200 OK"
                secure.sendall(traps.headed(body, status=status, Connection="close"))

    with _listening(serve) as port:
        yield f"http://127.0.0.1:{port}", asked


@contextmanager
def _listening(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    Thread(target=serve, args=(connection,), daemon=True).start()

        thread = Thread(target=accept, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.mark.parametrize(
    ("host", "days", "signed", "cause"),
    [
        ("www.aman.example", (-1, 1), True, ""),
        ("www.aman.example", (-1, 1), False, "TLS: "),
        ("www.aman.example", (-9, -2), True, "TLS: "),
        ("www.lain.example", (-1, 1), True, "TLS: "),
    ],
    ids=["good", "self-signed", "expired", "of another host"],
)
def test_a_certificate_is_good_or_there_is_no_answer(
    tmp_path: Path, host: str, days: tuple[int, int], signed: bool, cause: str
) -> None:
    trusted, chain = certificate(tmp_path, host, days, signed)
    with tls_server(chain) as (proxy, asked):
        variables = {"https_proxy": proxy, "SSL_CERT_FILE": str(trusted), "SSL_CERT_DIR": str(tmp_path)}
        crawled = crawl_traps("", tmp_path, profile("https://www.aman.example", "/peta.xml"), QUICK, variables)
    if cause:
        assert asked == []
        assert f"https://www.aman.example/robots.txt gives no permission: {cause}" in crawled.tally.trouble
        return
    assert crawled.tally.trouble == ""
    assert crawled.rows()["baca/1"] == ("archived", "")
