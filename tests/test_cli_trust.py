import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from crawler.outlets import BadInput
from curation.cli import app
from tests.releases import document, write_release


def saring(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


def test_a_takedown_is_ordered_and_listed(tmp_path: Path) -> None:
    row = document(1, text="Rahasia.", title="Rahasia")
    write_release(tmp_path, "2026-10-03-0123abcd", [row, document(2, outlet="warta")])
    order = ("takedown", "add", "url", row.url, "--reason", "surat 12", "--day", "2026-10-05", "--corpus", tmp_path)
    code, said = saring(*order)
    assert (code, "laid" in said, "1 documents" in said) == (0, True, True)
    code, said = saring("takedown", "list", "--json", "--corpus", tmp_path)
    assert json.loads(said) == [
        {
            "kind": "url", "value": row.url, "reason": "surat 12", "day": "2026-10-05", "also": [],
            "still_in": ["2026-10-03-0123abcd"],
        }
    ]  # fmt: skip
    code, said = saring("takedown", "list", "--corpus", tmp_path)
    assert (code, "surat 12" in said, "Rahasia" in said) == (0, True, False)


@pytest.mark.parametrize(
    "arguments",
    [
        ("takedown", "add", "url", "x", "--reason", "y"), ("takedown", "add", "id", "abcdef01", "--reason", "y"),
        ("takedown", "add", "url", "https://kabar.example/1", "--reason", " "),
        ("takedown", "add", "url", "https://kabar.example/1", "--reason", "y", "--day", "besok"),
        ("verify",), ("diff", "a", "b"),
    ],
)  # fmt: skip
def test_bad_input_is_said_and_nothing_is_written(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    with pytest.raises(BadInput):
        saring(*arguments, "--corpus", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_difference_as_json_has_counts_and_examples(tmp_path: Path) -> None:
    made = {
        "config": {}, "libraries": {}, "rules_digest": "r", "pipeline_version": "0", "inputs": [], "takedowns": [],
    }  # fmt: skip
    for version, rows in (("2026-10-03-a", []), ("2026-10-04-b", [document(number) for number in (1, 2, 3)])):
        folder = write_release(tmp_path, version, rows)
        (folder / "manifest.json").write_text(json.dumps({"version": version, **made}), encoding="utf-8")
    code, said = saring("diff", "2026-10-03-a", "latest", "--json", "--limit", "1", "--corpus", tmp_path)
    told = json.loads(said)
    assert (code, told["counts"]["came"], len(told["changes"])) == (0, {"new page": 3}, 1)


def test_an_unknown_policy_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="record-only"):
        saring("build", "--rights", "none", "--out", tmp_path)
