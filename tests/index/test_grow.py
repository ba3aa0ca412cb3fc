import json
import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.outlets import BadInput
from curation.config import Clean, Cluster, Config, Quality
from curation.duplicates import CODES
from curation.index import Settings, add, remove, settings_of, verify_index, write_verdicts
from curation.index.manifest import MANIFEST, read_manifest
from curation.minhash import Scheme, band_keys, signatures
from curation.pipeline import Order, build
from curation.runners import local
from tests.index import tables
from tests.index.tables import Row, decided, one_run, table

PROSE = (
    "pasar ikan di tepi sungai itu ramai sejak subuh ketika perahu pertama merapat para pedagang menata keranjang "
    "bawah lampu pembeli datang sambil bercakap tentang cuaca dan ombak menjelang siang kosong yang dengan untuk "
    "dari pada adalah warga kota desa jalan rumah sekolah guru murid petani sawah padi hujan angin laut nelayan"
)
WORDS = PROSE.split()


def stories(seed: int, count: int) -> list[Row]:
    """Rows of a few stories, with copies from equal texts to a third changed, stubs, sources and shared addresses."""
    rng = random.Random(seed)
    words = [f"kata{number}" for number in range(500)]
    firsts = [rng.choices(words, k=rng.choice([1, 4, 12, 40, 60])) for _ in range(max(2, count // 5))]
    rows = []
    for number in range(count):
        text = list(rng.choice(firsts))
        for _ in range(rng.choice([0, 0, 1, 1, 2, 5])):
            text[rng.randrange(len(text))] = rng.choice(words)
        if rng.random() < 0.3:
            text = text[: rng.randrange(len(text)) + 1]
        if rng.random() < 0.1:
            text += rng.choice(firsts)
        rows.append(
            Row(
                f"baris{number:03d}",
                " ".join(text),
                rng.choice([None, *range(8)]),
                rng.choice(["kabar", "warta", "antara"]),
                source=rng.choice(["", "", "", "kabar", "Antara", "lain"]),
                address=rng.choice(["", "", "", f"https://warta.example/{rng.randrange(count)}?utm_source=x"]),
                fetched=rng.choice([None, 0, 1, 2]),
            )
        )
    return rows


SETTINGS = st.builds(
    tables.settings,
    bucket=st.sampled_from([1, 2, 3, 256]),
    threshold=st.sampled_from([0.4, 0.8]),
    scheme=st.sampled_from([tables.FEW_BANDS, Scheme()]),
    containment=st.sampled_from([0.6, 0.9]),
    contained_words=st.sampled_from([1, 8, 30]),
    order=st.sampled_from(["earliest", "longest", "quality"]),
    crowd=st.sampled_from([1, 2, 3, 64]),
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**6), SETTINGS, st.data())
def test_any_order_and_cutting_and_removal_decides_as_one_run_over_what_is_left(
    seed: int, setting: Settings, data: st.DataObject
) -> None:
    rows = stories(seed, 40)
    order = data.draw(st.permutations(rows))
    cuts = sorted(data.draw(st.sets(st.integers(1, 39), max_size=4)))
    gone = data.draw(st.sets(st.sampled_from([row.id for row in rows]), max_size=12))
    folder = Path(tempfile.mkdtemp())
    try:
        held: set[str] = set()
        for start, stop in zip([0, *cuts], [*cuts, 40], strict=True):
            add([table(folder / "t.jsonl", order[start:stop])], folder / "index", setting)
            held |= {row.id for row in order[start:stop]}
            leaving = gone & held
            if leaving and data.draw(st.booleans()):
                remove(leaving, folder / "index")
                held -= leaving
                gone -= leaving
            live = [row for row in rows if row.id in held]
            assert decided(folder / "index") == one_run(live, setting)
        assert list(verify_index(folder / "index")) == []
    finally:
        shutil.rmtree(folder)


ONE_BUCKET = tables.settings(1, 0.5, Scheme(permutations=32, bands=1, rows=1), contained_words=99)


def two_copies_and_a_stranger() -> tuple[str, str, str]:
    """Three texts in one bucket."""
    rng = random.Random(5)
    first = [f"kata{number}" for number in range(30)]
    one, other = " ".join(first), " ".join([*first[:-1], "lain"])

    def bucket(text: str) -> int:
        return int(band_keys(signatures(pa.array([text]), ONE_BUCKET.scheme), ONE_BUCKET.scheme)[0, 0])

    drawn = (
        " ".join([*first[rng.randrange(24) :][:6], *(f"x{rng.random()}" for _ in range(30))]) for _ in range(9_999)
    )
    return one, other, next(text for text in drawn if bucket(text) == bucket(one) == bucket(other))


def test_a_pair_that_one_run_would_not_look_at_decides_no_longer(tmp_path: Path) -> None:
    """Two copies met while their bucket held them alone; then a stranger took its one place."""
    one, other, stranger = two_copies_and_a_stranger()
    add([table(tmp_path / "a.jsonl", [Row("satu", one, 5), Row("dua", other, 6)])], tmp_path / "index", ONE_BUCKET)
    assert [kept for kept, *_ in decided(tmp_path / "index").values()].count(True) == 1
    add([table(tmp_path / "b.jsonl", [Row("tiga", stranger, 1)])], tmp_path / "index", ONE_BUCKET)
    assert all(kept for kept, *_ in decided(tmp_path / "index").values())
    assert list(verify_index(tmp_path / "index")) == []


def test_a_copy_that_names_the_outlet_brings_its_text_to_the_front_of_a_crowded_bucket(tmp_path: Path) -> None:
    """The row that leads the text stays the same; that it is named is new."""
    one, other, stranger = two_copies_and_a_stranger()
    rows = [Row("satu", one, 1, "warta"), Row("dua", other, 1), Row("tiga", stranger, 1)]
    add([table(tmp_path / "a.jsonl", rows)], tmp_path / "index", ONE_BUCKET)
    assert all(kept for kept, *_ in decided(tmp_path / "index").values())
    more = Row("empat", one, 5, "antara", source="Warta")
    add([table(tmp_path / "b.jsonl", [more])], tmp_path / "index", ONE_BUCKET)
    found = decided(tmp_path / "index")
    assert found == one_run([*rows, more], ONE_BUCKET)
    assert found["dua"][1::2] == ("satu", "duplicate.near")


def test_a_later_row_that_is_earlier_changes_who_stays_and_what_it_had_removed_returns(tmp_path: Path) -> None:
    """The middle one removed the last; the first removes the middle, and the last is not near to the first."""
    words = [f"kata{number}" for number in range(100)]
    first, middle, last = (" ".join([*words[start:], *(f"baru{n}" for n in range(start))]) for start in (0, 7, 14))
    index = tmp_path / "index"
    add([table(tmp_path / "a.jsonl", [Row("tengah", middle, 2), Row("akhir", last, 3)])], index)
    assert decided(index)["akhir"][:2] == (False, "tengah")
    added = add([table(tmp_path / "b.jsonl", [Row("awal", first, 1)])], index)
    found = decided(index)
    assert (found["tengah"][:2], found["akhir"], found["awal"][0]) == (
        (False, "awal"),
        (True, "", None, "", None),
        True,
    )
    assert (added.rows, added.kept, added.total) == (1, 2, 3)
    assert remove(["awal"], index) == 2
    assert decided(index)["akhir"][:2] == (False, "tengah")


def test_a_known_id_is_left_out_and_so_is_one_that_was_taken_out(tmp_path: Path) -> None:
    rows, index = stories(3, 10), tmp_path / "index"
    path = table(tmp_path / "a.jsonl", [*rows, rows[0]])
    assert (add([path], index).known, add([path], index).known) == (1, 11)
    before = (index / MANIFEST).read_bytes()
    remove([rows[0].id], index)
    assert add([path], index).rows == 0
    assert rows[0].id not in decided(index)
    with pytest.raises(BadInput, match="tidak-ada: there is no row of this id"):
        remove([rows[1].id, "tidak-ada"], index)
    assert rows[1].id in decided(index)
    assert (index / MANIFEST).read_bytes() != before


def test_segments_of_one_addition_meet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curation.index.grow.SEGMENT_ROWS", 7)
    monkeypatch.setattr("curation.index.intake.AT_ONCE", 3)
    rows = stories(11, 30)
    add([table(tmp_path / "a.jsonl", rows)], tmp_path / "index", tables.settings())
    assert decided(tmp_path / "index") == one_run(rows, tables.settings())
    assert len(read_manifest(tmp_path / "index").segments) == 4
    assert list(verify_index(tmp_path / "index")) == []


@pytest.mark.parametrize("order", ["earliest", "longest"])
def test_every_verdict_is_that_of_a_build_of_the_same_texts(
    tmp_path: Path, order: Literal["earliest", "longest"]
) -> None:
    rng = random.Random(4)
    lines = [
        {
            "text": f"{' '.join(text).capitalize()}.",
            "url": f"https://o{rng.randrange(4)}.example/{number if rng.random() < 0.9 else number // 2}",
            "source": rng.choice(["", "", "o1.example", "O2 Example"]),
            "published_at": f"2026-10-03T{rng.randrange(5):02}:00Z",
            "fetched_at": f"2026-11-{rng.randrange(1, 28):02}T00:00Z",
        }
        for number, text in enumerate(copies_and_stubs(rng))
    ]
    path = tmp_path / "t.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    config = Config(quality=Quality(profile="all"), clean=Clean(min_words=1), cluster=Cluster(order=order))
    release = build(Order((), (path,), tmp_path / "corpus", config, 1), local.run, lambda *_: nullcontext(lambda: None))
    tables = {
        kind: [row for file in release.folder.rglob(f"{kind}/**/*.parquet") for row in pq.read_table(file).to_pylist()]
        for kind in ("documents", "rejects")
    }
    told = {row["id"]: (True, "", None, "", None) for row in tables["documents"]} | {
        row["id"]: (False, row["dup_of"], row["jaccard"], row["code"], row["containment"]) for row in tables["rejects"]
    }
    assert {code for _, _, _, code, _ in told.values()} == {"", *CODES[2:]}
    half = len(lines) // 2
    for part in (lines[half:], lines[:half]):
        path.write_text("".join(json.dumps(line) + "\n" for line in part), encoding="utf-8")
        add([path], tmp_path / "index", settings_of(config))
    assert decided(tmp_path / "index") == told


def copies_and_stubs(rng: random.Random) -> Iterator[list[str]]:
    """Texts that a build takes as they are, from equal ones to ones that lie inside others."""
    for _ in range(12):
        words = [rng.choice(WORDS) for _ in range(90)]
        yield words
        for _ in range(rng.randrange(3)):
            copy = list(words)
            copy[rng.randrange(90)] = rng.choice(WORDS)
            yield copy
        if rng.random() < 0.4:
            yield words
        if rng.random() < 0.6:
            yield words[:40]
        if rng.random() < 0.3:
            yield words[10:50]


def test_a_text_that_came_again_at_its_address_gives_its_place_back_when_the_newer_one_goes(tmp_path: Path) -> None:
    words = [f"kata{number}" for number in range(60)]
    old, new = (Row(name, " ".join(text), address="https://warta.example/1", fetched=day)
                for name, text, day in (("lama", words, 1), ("baru", words[::-1], 2)))  # fmt: skip
    copy = Row("salin", " ".join(words), 5)
    index = tmp_path / "index"
    add([table(tmp_path / "a.jsonl", [old, copy])], index)
    assert decided(index)["salin"][1::2] == ("lama", "duplicate.exact")
    add([table(tmp_path / "b.jsonl", [new])], index)
    assert decided(index)["lama"] == (False, "baru", None, "duplicate.address", None)
    assert decided(index)["salin"][0]
    remove(["baru"], index)
    assert decided(index)["salin"][1::2] == ("lama", "duplicate.exact")


def test_a_stub_yields_to_a_longer_text_that_comes_later_or_before(tmp_path: Path) -> None:
    words = [f"kata{number}" for number in range(200)]
    stub, whole = Row("potong", " ".join(words[:60]), 1), Row("utuh", " ".join(words), 2)
    for number, rows in enumerate(((stub, whole), (whole, stub))):
        for row in rows:
            add([table(tmp_path / "a.jsonl", [row])], tmp_path / str(number))
        found = decided(tmp_path / str(number))
        assert found["potong"] == (False, "utuh", 56 / 196, "duplicate.contained", 1.0)
        assert found["utuh"][0]


def test_the_plain_path_and_another_hash_decide_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = stories(13, 30)
    sha1 = tables.settings(scheme=Scheme(permutations=32, bands=3, rows=1, hash="sha1"), contained_words=1)
    for setting in (sha1, tables.settings(contained_words=1)):
        folder = tmp_path / setting.scheme.hash
        for start in (0, 10, 20):
            add([table(tmp_path / "a.jsonl", rows[start : start + 10])], folder, setting)
        assert decided(folder) == one_run(rows, setting)
        for module in ("signing", "similarity", "inclusion"):
            monkeypatch.setattr(f"curation.minhash.{module}.compiled", lambda: None)
        monkeypatch.setattr("curation.index.shingle_sets.compiled", lambda: None)
    write_verdicts(folder, tmp_path / "plain.parquet")
    monkeypatch.undo()
    add([table(tmp_path / "a.jsonl", rows)], tmp_path / "fast", setting)
    write_verdicts(tmp_path / "fast", tmp_path / "fast.parquet")
    assert (tmp_path / "plain.parquet").read_bytes() == (tmp_path / "fast.parquet").read_bytes()
