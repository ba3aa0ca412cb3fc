import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from datasketch import MinHash, MinHashLSH

from curation.index import add, figures, remove, write_signatures, write_verdicts
from curation.minhash import Scheme, estimate, signatures
from curation.minhash.signing import hash_function
from tests.index import tables
from tests.index.tables import Row, table
from tests.index.test_grow import stories


def test_the_same_bytes_for_every_way_of_adding(tmp_path: Path) -> None:
    rows = stories(6, 40)
    add([table(tmp_path / "t.jsonl", rows)], tmp_path / "one")
    for start in (30, 0, 20, 10):
        add([table(tmp_path / "t.jsonl", rows[start : start + 10])], tmp_path / "many")
    write_verdicts(tmp_path / "one", tmp_path / "one.parquet")
    write_verdicts(tmp_path / "many", tmp_path / "many.parquet")
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "many.parquet").read_bytes()


def test_the_same_additions_give_the_same_index(tmp_path: Path) -> None:
    for name in ("one", "other"):
        add([table(tmp_path / "t.jsonl", stories(6, 40))], tmp_path / name)
    assert (tmp_path / "one" / "index.json").read_bytes() == (tmp_path / "other" / "index.json").read_bytes()


def test_datasketch_finds_the_copy_with_our_signatures(tmp_path: Path) -> None:
    """The loader is the one of docs/index.md."""
    rows = [row for row in stories(8, 40) if len(row.text.split()) > 20]
    add([table(tmp_path / "t.jsonl", rows)], tmp_path / "index")
    assert write_signatures(tmp_path / "index", tmp_path / "signatures.parquet") == len(rows)
    loaded = pq.read_table(tmp_path / "signatures.parquet")
    scheme = json.loads(loaded.schema.metadata[b"scheme"])

    def minhash(values: object) -> MinHash:
        return MinHash(
            num_perm=scheme["permutations"], seed=scheme["seed"], hashfunc=hash_function(scheme["hash"]),
            hashvalues=values, scheme="affine32",
        )  # fmt: skip

    theirs = {row["id"]: minhash(row["signature"]) for row in loaded.to_pylist()}
    signed = signatures(pa.array([row.text for row in rows]), Scheme())
    for place, row in enumerate(rows):
        pair = np.array([[0, place]])
        assert theirs[row.id].jaccard(theirs[rows[0].id]) == estimate(signed, pair)[0]
    lsh = MinHashLSH(params=(25, 5), num_perm=128)
    for name, one in theirs.items():
        lsh.insert(name, one)
    query = minhash(None)
    assert rows[3].id in lsh.query(minhash(signed[3]))
    assert query.is_empty()


def test_figures(tmp_path: Path) -> None:
    text = " ".join(f"kata{number}" for number in range(60))
    rows = [Row("a", text, 1, "kabar"), Row("b", text, 2, "warta"), Row("c", "lain sekali dari itu semua", 3, "warta")]
    add([table(tmp_path / "t.jsonl", rows)], tmp_path / "index", tables.settings())
    found = figures(tmp_path / "index")
    assert (found.rows, found.nodes, found.kept, found.removed) == (3, 2, 2, 0)
    assert found.by_outlet == {"warta": (2, 1), "kabar": (1, 1)}
    assert found.cluster_sizes == {1: 1, 2: 1}
    assert found.settings == tables.settings()
    remove(["a"], tmp_path / "index")
    found = figures(tmp_path / "index")
    assert (found.rows, found.kept, found.removed, found.by_outlet) == (2, 2, 1, {"warta": (2, 2)})
    on_disk = sum(path.stat().st_size for path in (tmp_path / "index").rglob("*/*") if path.is_file())
    assert sum(found.bytes_by_part.values()) == on_disk
