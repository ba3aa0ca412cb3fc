import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from warcio.warcwriter import WARCWriter

SARING = Path(sys.executable).with_name("saring")
STORY = (
    "SEMARANG, KABAR PESISIR - Pasar ikan di tepi sungai itu ramai sejak subuh, ketika perahu pertama merapat.\n"
    "Baca Juga: Harga Cabai Naik Lagi\n"
    "Para pedagang menata keranjang di bawah lampu, pembeli datang sambil bercakap tentang cuaca dan ombak.\n"
    "Menjelang siang keranjang itu kosong, dan perahu dicuci untuk malam berikutnya.\n"
)


def saring(*arguments: object, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([SARING, *map(str, arguments)], input=stdin, capture_output=True, timeout=120, check=False)


def test_clean_prints_what_is_left() -> None:
    done = saring("clean", "--as", "text", stdin=STORY.encode())
    assert done.returncode == 0
    assert "Baca Juga" not in done.stdout.decode()
    assert done.stdout.decode().count("\n") == 3


def test_clean_as_json_names_the_cuts_and_the_reject(tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    path.write_text(STORY, encoding="utf-8")
    done = saring("clean", path, "--as", "text", "--json")
    result = json.loads(done.stdout)
    assert set(result) == {"title", "text", "metadata", "cuts", "reject"}
    assert ("RL01", "Baca Juga: Harga Cabai Naik Lagi") in {(cut["code"], cut["text"]) for cut in result["cuts"]}
    assert all(cut["name"] for cut in result["cuts"])
    assert result["reject"] is None


def test_a_reject_is_no_error() -> None:
    done = saring("clean", "--as", "text", "--json", stdin=b"Satu dua tiga.")
    assert done.returncode == 0
    assert json.loads(done.stdout)["reject"]["code"] == "screen.short"


def test_the_function_is_the_command() -> None:
    from curation import clean

    done = json.loads(saring("clean", "--as", "text", "--json", stdin=STORY.encode()).stdout)
    cleaned = clean(STORY, kind="text")
    assert (cleaned.text, cleaned.metadata, len(cleaned.cuts)) == (done["text"], done["metadata"], len(done["cuts"]))


def archive(path: Path) -> Path:
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        writer.write_record(writer.create_warc_record("http://a.example/", "resource", io.BytesIO(b"<p>x</p>")))
    return path


@pytest.mark.parametrize(
    ("arguments", "content", "words"),
    [
        (["build"], None, "nothing to build from"),
        (["build", "--warc", "F"], b"", "it is empty"),
        (["build", "--warc", "F"], b"<html>" * 99, "not a WARC file"),
        (["build", "--warc", "no.warc.gz"], None, "no such file"),
        (["build", "--text", "F"], b'{"body": 1}\n', "no column 'text'"),
        (["build", "--text", "F"], b"{torn", "JSON lines"),
        (["build", "--warc", "A", "--config", "F"], b"[clean]\nmin_word = 3\n", "key clean.min_word"),
        (["build", "--warc", "A", "--config", "F"], b"[clean\n", "not valid TOML"),
        (["build", "--warc", "A", "--config", "F"], b"[minhash]\nbands = 99\n", "key minhash.bands"),
        (["clean", "no.html"], None, "cannot be read"),
        (["clean", "F", "--outlet", "kompass"], b"x", "no outlet 'kompass'"),
        (["clean", "F", "--as", "pdf"], b"x", "neither html nor text"),
        (["import", "pages", "no-folder"], None, "no such folder"),
        (["import", "pages", "."], None, "no saved page"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_bad_input_is_one_sentence_and_exit_code_2(
    tmp_path: Path, arguments: list[str], content: bytes | None, words: str
) -> None:
    given = tmp_path / "given"
    if content is not None:
        given.write_bytes(content)
    files = {"F": given, "A": archive(tmp_path / "a.warc.gz"), ".": tmp_path}
    out = ["--out", tmp_path / "out"] if arguments[0] == "build" else []
    done = saring(*(files.get(argument, argument) for argument in arguments), *out)
    said = done.stderr.decode()
    assert done.returncode == 2
    assert words in said
    assert said.count("\n") == 1
    assert "Traceback" not in said
    assert done.stdout == b""
    assert not (tmp_path / "out").exists()


def test_wrong_usage_is_exit_code_2() -> None:
    done = saring("build", "--wrong")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr.decode()


def test_outlets_are_listed() -> None:
    done = saring("outlets", "list")
    assert done.returncode == 0
    assert "idntimes" in done.stdout.decode()
