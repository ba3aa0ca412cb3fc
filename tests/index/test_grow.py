import json
import random
import shutil
import tempfile
from contextlib import nullcontext
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.outlets import BadInput
from curation.config import Clean, Config, Quality
from curation.index import Settings, add, remove, settings_of, verify_index
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
    """Rows of a few stories and of one template, with copies from equal texts to a third changed."""
    rng = random.Random(seed)
    words = [f"kata{number}" for number in range(500)]
    firsts = [rng.choices(words, k=rng.choice([1, 4, 12, 40, 60])) for _ in range(max(2, count // 5))]
    rows = []
    for number in range(count):
        text = list(rng.choice(firsts))
        for _ in range(rng.choice([0, 0, 1, 1, 2, 5])):
            text[rng.randrange(len(text))] = rng.choice(words)
        rows.append(Row(f"baris{number:03d}", " ".join(text), rng.choice([None, *range(8)])))
    return rows


SETTINGS = [
    tables.settings(bucket, threshold, scheme)
    for bucket in (1, 2, 3, 256)
    for threshold in (0.4, 0.8)
    for scheme in (tables.FEW_BANDS, Scheme())
]


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**6), st.sampled_from(SETTINGS), st.data())
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


def test_a_pair_that_one_run_would_not_look_at_decides_no_longer(tmp_path: Path) -> None:
    """Two copies met while their bucket held them alone; then a stranger took its one place."""
    setting = tables.settings(1, 0.5, Scheme(permutations=32, bands=1, rows=1))
    rng = random.Random(5)
    first = [f"kata{number}" for number in range(30)]
    one, other = " ".join(first), " ".join([*first[:-1], "lain"])

    def bucket(text: str) -> int:
        return int(band_keys(signatures(pa.array([text]), setting.scheme), setting.scheme)[0, 0])

    drawn = (
        " ".join([*first[rng.randrange(24) :][:6], *(f"x{rng.random()}" for _ in range(30))]) for _ in range(9_999)
    )
    stranger = next(text for text in drawn if bucket(text) == bucket(one) == bucket(other))
    add([table(tmp_path / "a.jsonl", [Row("satu", one, 5), Row("dua", other, 6)])], tmp_path / "index", setting)
    assert [kept for kept, _, _ in decided(tmp_path / "index").values()].count(True) == 1
    add([table(tmp_path / "b.jsonl", [Row("tiga", stranger, 1)])], tmp_path / "index", setting)
    assert all(kept for kept, _, _ in decided(tmp_path / "index").values())
    assert list(verify_index(tmp_path / "index")) == []


def test_a_later_row_that_is_earlier_changes_who_stays_and_what_it_had_removed_returns(tmp_path: Path) -> None:
    """The middle one removed the last; the first removes the middle, and the last is not near to the first."""
    words = [f"kata{number}" for number in range(100)]
    first, middle, last = (" ".join([*words[start:], *(f"baru{n}" for n in range(start))]) for start in (0, 7, 14))
    index = tmp_path / "index"
    add([table(tmp_path / "a.jsonl", [Row("tengah", middle, 2), Row("akhir", last, 3)])], index)
    assert decided(index)["akhir"][:2] == (False, "tengah")
    added = add([table(tmp_path / "b.jsonl", [Row("awal", first, 1)])], index)
    found = decided(index)
    assert (found["tengah"][:2], found["akhir"], found["awal"][0]) == ((False, "awal"), (True, "", None), True)
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


def test_what_stays_is_what_a_build_of_the_same_texts_keeps(tmp_path: Path) -> None:
    rng = random.Random(4)
    rows = []
    for _ in range(12):
        words = [rng.choice(WORDS) for _ in range(80)]
        for _ in range(rng.randrange(1, 4)):
            copy = list(words)
            copy[rng.randrange(80)] = rng.choice(WORDS)
            rows.append(Row("", f"{' '.join(copy).capitalize()}.", rng.randrange(20), f"o{len(rows)}"))
    path = tmp_path / "t.jsonl"
    lines = (
        {
            "text": row.text,
            "url": f"https://{row.outlet}.example/{number}",
            "published_at": f"2026-10-03T{row.hours:02}:00Z",
        }
        for number, row in enumerate(rows)
    )
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    config = Config(quality=Quality(profile="all"), clean=Clean(min_words=1))
    release = build(Order((), (path,), tmp_path / "corpus", config, 1), local.run, lambda *_: nullcontext(lambda: None))
    kept = {
        row["id"] for file in release.folder.rglob("documents/**/*.parquet") for row in pq.read_table(file).to_pylist()
    }
    add([path], tmp_path / "index", settings_of(config))
    found = decided(tmp_path / "index")
    assert kept == {name for name, (stays, _, _) in found.items() if stays}
    assert 1 < len(kept) < len(rows)
