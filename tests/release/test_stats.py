from pathlib import Path

from curation.records import Copy, Cut, Mask
from curation.release.stats import QUESTIONS, count_by, stats
from tests.releases import NOON, document, reject, write_release

COPY = Copy("c" * 16, "https://warta.example/1", "warta", NOON, 0.9, "near")


def release(tmp_path: Path) -> Path:
    rows = [
        document(1, n_words=100, published_at=NOON, language="id", copies=(COPY,), masks=(Mask("email", 2),),
                 cuts=(Cut("RL01", 0, "abc"), Cut("RL01", 9, "de"))),
        document(2, n_words=300, published_at=NOON, language="ms", cuts=(Cut("AD02", 0, "x"),)),
        document(3, n_words=50, outlet="warta", language="id"),
    ]  # fmt: skip
    return write_release(tmp_path, "2026-10-02-aaaaaaaa", rows, [reject(9, "http.status"), reject(8, "screen.short")])


def test_documents_are_counted_by_outlet(tmp_path: Path) -> None:
    kabar, warta = count_by(release(tmp_path), "outlet")
    assert kabar == {
        "outlet": "kabar", "documents": 2, "words": 400, "median_words": 200, "copies": 1, "cuts": 3, "masks": 2,
    }  # fmt: skip
    assert (warta["outlet"], warta["documents"], warta["masks"]) == ("warta", 1, 0)


def test_every_question_counts_every_row(tmp_path: Path) -> None:
    counted = stats(release(tmp_path))
    assert counted.keys() == QUESTIONS.keys()
    for name in ("outlet", "month", "language", "reuse", "split"):
        assert sum(row["documents"] for row in counted[name]) == 3, name
    assert [row["month"] for row in counted["month"]] == ["2026-10", "undated"]
    assert counted["rule"] == [
        {"rule": "RL01", "cuts": 2, "documents": 1, "outlets": 1, "characters": 5},
        {"rule": "AD02", "cuts": 1, "documents": 1, "outlets": 1, "characters": 1},
    ]
    assert [(row["code"], row["stage"], row["rejects"]) for row in counted["code"]] == [
        ("http.status", "extract", 1), ("screen.short", "clean", 1),
    ]  # fmt: skip


def test_a_release_without_documents_counts_nothing(tmp_path: Path) -> None:
    folder = write_release(tmp_path, "2026-10-02-aaaaaaaa", [document(1)], [reject(2, "http.status")])
    for path in folder.joinpath("documents").rglob("*.parquet"):
        path.unlink()
    assert count_by(folder, "code")[0]["rejects"] == 1
    assert count_by(folder, "outlet") == []
