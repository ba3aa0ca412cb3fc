import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from curation.config import Config
from curation.records import Cut, Document, Mask, Reject
from curation.release.diff import Change, Difference, compare
from curation.release.manifest import NAME
from curation.show import print_difference
from tests.releases import document, reject, write_release

MADE: dict[str, Any] = {
    "pipeline_version": "0.1.0", "commit": "a", "rules_digest": "r1", "libraries": {"lxml": "6"}, "inputs": [],
    "takedowns": [],
}  # fmt: skip
TOLD = Cut("RL01", 6, "Baca juga: dua\n")


def release(corpus: Path, version: str, rows: Iterable[Document | Reject], **manifest: Any) -> Path:
    rows = list(rows)
    documents = [row for row in rows if isinstance(row, Document)]
    folder = write_release(corpus, version, documents, [row for row in rows if isinstance(row, Reject)])
    config = Config.model_validate(manifest.pop("config", {})).model_dump(mode="json")
    told = {"version": version, "config": config, **MADE, **manifest}
    (folder / NAME).write_text(json.dumps(told), encoding="utf-8")
    return folder


def between(
    corpus: Path, old: Iterable[Document | Reject], new: Iterable[Document | Reject], **manifest: Any
) -> Difference:
    return compare(release(corpus, "2026-10-03-a", old), release(corpus, "2026-10-04-b", new, **manifest))


def only(difference: Difference) -> Change:
    (change,) = difference.changes
    return change


def test_what_is_the_same_is_counted_and_not_listed(tmp_path: Path) -> None:
    rows = [document(1, text="Satu."), document(2, text="Dua.")]
    other = [replace(row, rules_digest="r2", pipeline_version="0.2.0") for row in rows]
    difference = between(tmp_path, rows, other, rules_digest="r2", pipeline_version="0.2.0")
    assert (difference.same, difference.changes) == (2, ())
    assert difference.made_otherwise == {"rules": ("r1", "r2"), "saring": ("0.1.0", "0.2.0")}


def test_a_new_page_came(tmp_path: Path) -> None:
    inputs = [{"name": "warc/b.warc.gz", "sha256": "b"}]
    difference = between(tmp_path, [document(1)], [document(1), document(2, title="Baru")], inputs=inputs)
    change = only(difference)
    assert (change.kind, change.why, change.title) == ("came", "new page", "Baru")
    assert difference.inputs == {"warc/b.warc.gz": "came"}


@pytest.mark.parametrize(
    ("lost", "config", "why", "detail"),
    [
        (reject(1, "takedown", detail="url x"), {}, "takedown", "url x"),
        (reject(1, "duplicate.near", dup_of="9" * 16), {}, "now duplicate.near", f"a copy of {'9' * 16}"),
        (reject(1, "screen.short", detail="40 words"), {}, "now screen.short", "40 words"),
        (
            reject(1, "screen.short", detail="40 words"), {"clean": {"min_words": 50}},
            "new threshold clean.min_words: now screen.short", "40 words",
        ),
        (
            reject(1, "rights.reserved", detail="x"), {"rights": {"policy": "open-only"}},
            "new threshold rights.policy: now rights.reserved", "x",
        ),
        (None, {}, "its page is in no input", ""),
    ],
)  # fmt: skip
def test_what_went_says_why(tmp_path: Path, lost: Reject | None, config: dict[str, Any], why: str, detail: str) -> None:
    change = only(between(tmp_path, [document(1, title="Judul")], [lost] if lost else [], config=config))
    assert (change.kind, change.why, change.detail) == ("went", why, detail)
    assert change.title == ("" if why == "takedown" else "Judul")


def test_a_takedown_speaks_before_another_capture_of_the_address(tmp_path: Path) -> None:
    lost = [reject(1, "duplicate.address", dup_of="9" * 16), reject(1, "takedown", detail="url x")]
    stones = [{"kind": "url", "value": "x", "reason": "r", "day": "2026-10-04", "also": []}]
    difference = between(tmp_path, [document(1)], lost, takedowns=stones)
    assert only(difference).why == "takedown"
    assert difference.takedowns == ("url x",)


@pytest.mark.parametrize(("code", "why"), [("screen.short", "no longer screen.short"), ("takedown", "takedown lifted")])
def test_what_was_rejected_before_came_for_another_reason(tmp_path: Path, code: str, why: str) -> None:
    change = only(between(tmp_path, [reject(1, code)], [document(1)]))
    assert (change.kind, change.why) == ("came", why)


@pytest.mark.parametrize(
    ("fields", "manifest", "why", "detail"),
    [
        ({"id": "f" * 16, "cluster_id": "f" * 16, "text": "Lain."}, {}, "new capture", "cuts RL01"),
        ({"text": "Satu.\nBaca juga: dua\nTiga.", "cuts": ()}, {"rules_digest": "r2"}, "new rule", "cuts RL01"),
        ({"text": "Satu.\nBaca juga: dua\nTiga.", "cuts": ()}, {}, "other cuts by the same rules", "cuts RL01"),
        ({"text": "Satu <EMAIL>.\nTiga.", "masks": (Mask("EMAIL", 1),)}, {}, "other masks", "masks"),
        ({"text": "Satu sekali.\nTiga."}, {}, "read otherwise from the same bytes", ""),
    ],
)
def test_a_changed_text_says_why(
    tmp_path: Path, fields: dict[str, Any], manifest: dict[str, Any], why: str, detail: str
) -> None:
    old = document(1, text="Satu.\nTiga.", cuts=(TOLD,))
    told = {"text": "Lain.", "cuts": ()} if fields.get("text") == "Lain." else fields
    change = only(between(tmp_path, [old], [replace(old, **(fields | told))], **manifest))
    assert (change.kind, change.why, change.detail) == ("text", why, detail)


@pytest.mark.parametrize(
    ("manifest", "why"),
    [
        ({}, "the archive knows other lines"),
        ({"config": {"census": {"min_pages": 3}}}, "new threshold census.min_pages"),
    ],
)
def test_a_cut_that_rests_on_the_archive_is_told_apart(tmp_path: Path, manifest: dict[str, Any], why: str) -> None:
    old = document(1, text="Satu.\nDua.", cuts=())
    new = replace(old, text="Satu.", cuts=(Cut("SH03", 5, "\nDua."),))
    assert only(between(tmp_path, [old], [new], **manifest)).why == why


def test_other_changes_name_their_fields(tmp_path: Path) -> None:
    old = document(1, text="Satu.")
    change = only(between(tmp_path, [old], [replace(old, cluster_size=2, split="test")]))
    assert (change.kind, change.why, change.detail) == ("otherwise", "other copies", "cluster_size, split")
    change = only(between(tmp_path / "b", [old], [replace(old, editor="Sari")], rules_digest="r2"))
    assert (change.kind, change.why, change.detail) == ("otherwise", "new rule", "editor")


def test_counts_come_first_and_examples_are_few(tmp_path: Path) -> None:
    difference = between(tmp_path, [document(9)], [document(number, title="\x1b[31mJudul") for number in range(1, 6)])
    assert difference.counts["came"] == {"new page": 5}
    assert difference.counts["went"] == {"its page is in no input": 1}
    assert len(difference.examples(2)) == 3
    console = Console(record=True, width=200)
    print_difference(console, difference, 2)
    said = console.export_text()
    assert said.index("new page") < said.index("examples")
    assert said.count("Judul") == 2
    assert "\x1b" not in said
