import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from crawler.outlets import BadInput
from curation.release import export as exporting
from curation.release.export import FORMS, NAME, Exported, Order, encoder, export
from tests.releases import NOON, document, write_release

TEXTS = [f"Kalimat satu nomor {number}. Kalimat dua!\nParagraf dua." for number in range(10)]


@pytest.fixture
def release(tmp_path: Path) -> Path:
    rows = [
        document(
            number, text=text, published_at=NOON, outlet="kabar" if number < 7 else "warta", n_words=number,
            split="test" if number == 4 else "train", id=f"{number:016d}",
        )
        for number, text in enumerate(TEXTS)
    ]  # fmt: skip
    return write_release(tmp_path / "corpus", "2026-10-02-aaaaaaaa", rows)


def run(release: Path, out: Path, form: str, **more: Any) -> Exported:
    return export(Order(release, out, form, **more), lambda done, total: None)


def rows_of(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for path in sorted(out.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("step", [1, 3, 7, 10, 99])
def test_all_documents_come_once_in_order_whatever_the_shards(release: Path, tmp_path: Path, step: int) -> None:
    exported = run(release, tmp_path / "out", "jsonl", rows_per_shard=step)
    rows = rows_of(tmp_path / "out")
    assert [row["text"] for row in rows] == TEXTS
    assert rows[0]["published_at"] == "2026-10-03T05:00:00+00:00"
    assert (exported.documents, exported.written) == (10, -(-10 // step))
    assert sorted(exported.shards) == sorted(path.name for path in (tmp_path / "out").glob("*.jsonl"))


def test_a_condition_chooses(release: Path, tmp_path: Path) -> None:
    run(release, tmp_path / "out", "jsonl", where="outlet = 'warta' OR n_words = 2", rows_per_shard=2)
    assert [row["n_words"] for row in rows_of(tmp_path / "out")] == [2, 7, 8, 9]


def test_nothing_chosen_is_an_export_of_nothing(release: Path, tmp_path: Path) -> None:
    assert run(release, tmp_path / "out", "jsonl", where="false") == Exported(0, (), 0)


def test_an_export_that_was_stopped_goes_on(release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = tmp_path / "whole"
    run(release, whole, "jsonl", rows_per_shard=3)

    def stop(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(Order(release, tmp_path / "out", "jsonl", rows_per_shard=3), stop)
    assert "finished" not in json.loads((tmp_path / "out" / NAME).read_text("utf-8"))
    read: list[str] = []
    batches = exporting.batches
    monkeypatch.setattr(
        exporting, "batches", lambda files, *rest: (read.append(str(files[0])), batches(files, *rest))[1]
    )
    assert run(release, tmp_path / "out", "jsonl", rows_per_shard=3).written == 2
    assert len(read) == 2
    assert run(release, tmp_path / "out", "jsonl", rows_per_shard=3).written == 0
    assert len(read) == 2
    for path in whole.iterdir():
        assert path.read_bytes() == (tmp_path / "out" / path.name).read_bytes()


def test_a_folder_that_holds_something_else_is_not_touched(release: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(release, out, "txt")
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    with pytest.raises(BadInput, match="another where"):
        run(release, out, "txt", where="n_words > 1")
    assert before == {path.name: path.read_bytes() for path in out.iterdir()}
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    foreign.joinpath("letter").write_text("x", encoding="utf-8")
    with pytest.raises(BadInput, match="holds something else"):
        run(release, foreign, "txt")
    assert [path.name for path in foreign.iterdir()] == ["letter"]


def test_a_bad_condition_writes_nothing(release: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="outlat"):
        run(release, tmp_path / "out", "jsonl", where="outlat = 'x'")
    assert not (tmp_path / "out").exists()


def test_texts_and_sentences(release: Path, tmp_path: Path) -> None:
    for form in ("txt", "sentences"):
        run(release, tmp_path / form, form, where="n_words < 2")
    assert (tmp_path / "txt" / "00000-of-00001.txt").read_text("utf-8") == f"{TEXTS[0]}\n\n{TEXTS[1]}\n\n"
    lines = (tmp_path / "sentences" / "00000-of-00001.txt").read_text("utf-8").split("\n")
    assert lines[:5] == ["Kalimat satu nomor 0.", "Kalimat dua!", "Paragraf dua.", "", "Kalimat satu nomor 1."]


def test_datasets_loads_the_splits(release: Path, tmp_path: Path) -> None:
    import datasets

    run(release, tmp_path / "hf", "hf", rows_per_shard=4)
    loaded = datasets.load_dataset(str(tmp_path / "hf"), cache_dir=str(tmp_path / "cache"))
    assert {name: rows.num_rows for name, rows in loaded.items()} == {"train": 9, "test": 1}
    assert loaded["test"][0]["text"] == TEXTS[4]


def test_tokens_are_those_of_the_tokenizer(release: Path, tmp_path: Path) -> None:
    tokenizers = pytest.importorskip("tokenizers")
    vocabulary = {"[UNK]": 0, "Kalimat": 1, "satu": 2, "dua": 3}
    made = tokenizers.Tokenizer(tokenizers.models.WordLevel(vocabulary, unk_token="[UNK]"))
    made.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    made.save(str(tmp_path / "tokenizer.json"))
    for name in ("bytes", str(tmp_path / "tokenizer.json")):
        run(release, tmp_path / Path(name).stem, "tokens", where="n_words = 3", tokenizer=name)
    (row,) = pq.read_table(tmp_path / "bytes" / "00000-of-00001.parquet").to_pylist()
    assert bytes(row["tokens"]).decode() == TEXTS[3]
    (row,) = pq.read_table(tmp_path / "tokenizer" / "00000-of-00001.parquet").to_pylist()
    assert (row["id"], row["tokens"][:3], row["tokens"][5:7]) == (f"{3:016d}", [1, 2, 0], [1, 3])


def test_a_tokenizer_that_is_none_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="or the word bytes"):
        encoder(str(tmp_path / "nowhere.json"))
    pytest.importorskip("tokenizers")
    tmp_path.joinpath("t.json").write_text("{}", encoding="utf-8")
    with pytest.raises(BadInput, match="this is no tokenizer"):
        encoder(str(tmp_path / "t.json"))


def test_every_form_says_what_it_is() -> None:
    assert set(FORMS) == {"jsonl", "txt", "hf", "sentences", "tokens"}
    assert all(form.why for form in FORMS.values())
