import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from crawler.newsstand import __main__ as command
from crawler.newsstand.edition import Edition
from crawler.newsstand.mastheads import MASTHEADS, Masthead
from crawler.newsstand.server import Newsstand, serving
from crawler.newsstand.site import Site
from crawler.newsstand.stories import STORIES, expected


@pytest.fixture
def stand(edition: Edition) -> Iterator[Newsstand]:
    with serving(delays=False, edition=edition) as newsstand:
        yield newsstand


def through_proxy(stand: Newsstand, url: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    opener = build_opener(ProxyHandler({"http": stand.address}))
    try:
        with opener.open(Request(url, headers=headers)) as response:
            return response.status, response.read(), dict(response.headers)
    except HTTPError as error:
        with error:
            return error.code, error.read(), dict(error.headers)


def direct(stand: Newsstand, host: str, path: str, method: str = "GET") -> tuple[HTTPResponse, str]:
    connection = HTTPConnection("127.0.0.1", stand.port)
    connection.request(method, path, headers={"Host": host})
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response, text


def test_proxy_form_gives_what_the_site_gives(stand: Newsstand, site: Site) -> None:
    for masthead in MASTHEADS.values():
        status, body, headers = through_proxy(stand, f"{masthead.home}/robots.txt")
        assert (status, body) == (200, site.respond(masthead.id, "/robots.txt").body)
        assert headers["Content-Type"] == "text/plain; charset=UTF-8"


def test_log_records_host_path_and_status_in_order(stand: Newsstand) -> None:
    through_proxy(stand, "http://www.kabarpesisir.example/indeks?date=2026-10-03&page=2")
    through_proxy(stand, "http://www.wartalintas.example/tidak-ada")
    assert [(visit.host, visit.path, visit.status) for visit in stand.log] == [
        ("www.kabarpesisir.example", "/indeks?date=2026-10-03&page=2", 200),
        ("www.wartalintas.example", "/tidak-ada", 404),
    ]
    assert stand.log[0].at < stand.log[1].at


def test_busy_page_answers_the_second_ask(stand: Newsstand, edition: Edition) -> None:
    url = edition.special("busy").entry.url
    status, _, headers = through_proxy(stand, url)
    assert (status, headers["Retry-After"]) == (429, "1")
    assert [through_proxy(stand, url)[0] for _ in range(2)] == [200, 200]


def test_every_article_is_answered(stand: Newsstand, edition: Edition) -> None:
    busy = edition.special("busy").entry.url
    answers = {gold.url: through_proxy(stand, gold.url)[0] for gold in expected()}
    assert {url: status for url, status in answers.items() if status != 200} == {busy: 429}


def test_slow_page_waits_only_where_delays_are_on(
    stand: Newsstand, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("crawler.newsstand.server.time.sleep", waits.append)
    url = edition.special("slow").entry.url
    assert through_proxy(stand, url)[0] == 200
    assert waits == []
    with serving(edition=edition) as slow:
        assert through_proxy(slow, url)[0] == 200
    assert waits == [1.5]


def test_compressed_answer(stand: Newsstand) -> None:
    _, body, headers = through_proxy(stand, "http://www.ruangkini.example/", **{"Accept-Encoding": "gzip"})
    assert headers["Content-Encoding"] == "gzip"
    assert body.startswith(b"\x1f\x8b")
    assert headers["Content-Length"] == str(len(body))


def test_conditional_request(stand: Newsstand) -> None:
    url = expected()[0].url
    etag = through_proxy(stand, url)[2]["ETag"]
    assert through_proxy(stand, url, **{"If-None-Match": etag})[:2] == (304, b"")


def test_connect_is_refused(stand: Newsstand) -> None:
    with socket.create_connection(("127.0.0.1", stand.port)) as connection:
        connection.sendall(
            b"CONNECT www.kabarpesisir.example:443 HTTP/1.1\r\nHost: www.kabarpesisir.example:443\r\n\r\n"
        )
        answer = connection.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 405 ")
    assert (stand.log[0].host, stand.log[0].status) == ("www.kabarpesisir.example", 405)


@pytest.mark.parametrize("host", ["www.example.com", "kabarpesisir.example", "127.0.0.1"])
def test_no_other_server_is_asked(stand: Newsstand, host: str) -> None:
    status, body, _ = through_proxy(stand, f"http://{host}/")
    assert status == 502
    assert host in body.decode()


def test_broken_address_is_answered(stand: Newsstand) -> None:
    with socket.create_connection(("127.0.0.1", stand.port)) as connection:
        connection.sendall(b"GET http://[::1/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert connection.makefile("rb").read().startswith(b"HTTP/1.1 502 ")


def test_post_is_refused_and_head_has_no_body(stand: Newsstand) -> None:
    refused, _ = direct(stand, "www.kabarpesisir.example", "/", "POST")
    assert refused.status == 405
    head, text = direct(stand, "www.kabarpesisir.example", "/", "HEAD")
    page, body = direct(stand, "www.kabarpesisir.example", "/")
    assert (head.status, text) == (200, "")
    assert head.getheader("Content-Length") == page.getheader("Content-Length") == str(len(body.encode()))


def test_connection_stays_open_for_the_next_request(stand: Newsstand) -> None:
    connection = HTTPConnection("127.0.0.1", stand.port)
    for path in ("/robots.txt", "/tidak-ada", "/"):
        connection.request("GET", path, headers={"Host": "www.wartalintas.example"})
        connection.getresponse().read()
        assert connection.sock is not None
    connection.close()


def test_front_desk_lists_the_outlets(stand: Newsstand) -> None:
    response, text = direct(stand, f"127.0.0.1:{stand.port}", "/")
    assert response.status == 200
    for masthead in MASTHEADS.values():
        assert f'href="http://{masthead.host.replace(".example", ".localhost")}:{stand.port}/"' in text
        assert masthead.name in text
    assert direct(stand, f"127.0.0.1:{stand.port}", "/lain")[0].status == 404


@pytest.mark.parametrize("masthead", MASTHEADS.values(), ids=MASTHEADS)
def test_localhost_form_keeps_a_browser_on_this_machine(stand: Newsstand, masthead: Masthead) -> None:
    host = masthead.host.replace(".example", f".localhost:{stand.port}")
    packed = stand.answer("GET", "/", {"host": host, "accept-encoding": "gzip"})
    text = packed.body.decode()
    assert packed.status == 200
    assert f"http://{host}/" in text
    assert "example/" not in text


def test_localhost_form_follows_redirects_and_keeps_bytes(stand: Newsstand, edition: Edition) -> None:
    moved = edition.special("moved")
    host = f"www.kabarpesisir.localhost:{stand.port}"
    response, _ = direct(stand, host, moved.entry.url.removeprefix("http://www.kabarpesisir.example"))
    assert response.getheader("Location") == moved.target.url.replace("www.kabarpesisir.example", host)
    page = stand.answer("GET", "/", {"host": f"www.wartalintas.localhost:{stand.port}"}).body.decode()
    assert "©" in page or "&copy;" in page


def test_port_in_use_is_one_sentence_and_exit_2(stand: Newsstand, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--port", str(stand.port)]) == 2
    said = capsys.readouterr()
    assert said.err == f"Port {stand.port} cannot be opened (Address already in use); choose another with --port.\n"
    assert said.out == ""


def test_no_such_port_is_one_sentence_and_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--port", "70000"]) == 2
    assert capsys.readouterr().err == "Port 70000 cannot be opened (no such port); choose another with --port.\n"


def test_command_prints_the_address_and_ends_on_interrupt() -> None:
    root = STORIES.parents[2]
    arguments = [sys.executable, "-m", "crawler.newsstand", "--port", "0"]
    with subprocess.Popen(arguments, cwd=root, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        process.send_signal(2)
        assert process.wait(timeout=20) == 0
    assert line.startswith("The newsstand is open: http://127.0.0.1:")


def test_closing_ends_the_thread(edition: Edition) -> None:
    before = threading.active_count()
    with serving(edition=edition):
        assert threading.active_count() == before + 1
    assert threading.active_count() == before
