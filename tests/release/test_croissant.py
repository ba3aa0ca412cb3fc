import datetime as dt
import json
from pathlib import Path
from typing import Any

import mlcroissant
import pytest

from curation.records import Cut, Document
from curation.release.assemble import TABLES
from curation.release.croissant import render_croissant
from curation.schema import arrow_schema
from tests.release.manifests import manifest
from tests.releases import NOON, document, reject, write_release

# rdflib, which mlcroissant reads with, warns of its own parts.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    rows = [document(1, text="Satu.", published_at=NOON, cuts=(Cut("RL01", 5, "x"),), n_words=1), document(2)]
    folder = write_release(tmp_path, "2026-10-04-aaaaaaaa", rows, [reject(3, "http.status")])
    tables = {name: record for name, record in TABLES.items() if folder.joinpath(name).is_dir()}
    folder.joinpath("croissant.json").write_text(render_croissant(tables, manifest(folder)), encoding="utf-8")
    return folder / "croissant.json"


def read(place: Path) -> dict[str, Any]:
    described: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    return described


def test_mlcroissant_finds_nothing_to_say(place: Path) -> None:
    issues = mlcroissant.Dataset(str(place)).metadata.issues
    assert not issues.errors
    assert not issues.warnings


def test_mlcroissant_reads_the_rows(place: Path) -> None:
    first, second = mlcroissant.Dataset(str(place)).records("documents")
    assert first["documents/text"] == b"Satu."
    assert first["documents/n_words"] == 1
    assert first["documents/cuts"][0]["documents/cuts/code"] == b"RL01"
    assert first["documents/published_at"] == NOON.astimezone(dt.UTC)
    assert (
        second["documents/published_at"] is None or second["documents/published_at"] != first["documents/published_at"]
    )
    (row,) = mlcroissant.Dataset(str(place)).records("rejects")
    assert row["rejects/code"] == b"http.status"


def test_every_column_is_described(place: Path) -> None:
    (documents,) = (one for one in read(place)["recordSet"] if one["@id"] == "documents")
    told = {field["@id"].partition("/")[2]: field["description"] for field in documents["field"]}
    notes = {field.name: field.metadata[b"description"].decode() for field in arrow_schema(Document)}
    assert told == notes


def test_every_file_has_its_checksum(place: Path) -> None:
    files = {node["@id"]: node for node in read(place)["distribution"] if node["@type"] == "cr:FileObject"}
    listed = manifest(place.parent)["files"]
    assert {name: node["sha256"] for name, node in files.items()} == {file["path"]: file["sha256"] for file in listed}


def test_the_lineage_goes_back_to_the_crawl(place: Path) -> None:
    described = read(place)
    (source,) = described["prov:wasDerivedFrom"]
    assert (source["prov:label"], source["sha256"]) == ("warc/a.warc.gz", "b" * 64)
    assert source["prov:wasGeneratedBy"]["prov:label"] == "crawl"
    assert [one["prov:label"] for one in described["prov:wasGeneratedBy"]] == ["extract", "publish"]
    for term in ("dataCollection", "dataLimitations", "dataBiases", "personalSensitiveInformation", "dataUseCases"):
        assert described[f"rai:{term}"], term


@pytest.mark.parametrize(
    ("version", "semantic"),
    [("2026-09-04-aaaaaaaa", "2026.9.4+aaaaaaaa"), ("undated-0badcafe", "0.0.0+0badcafe")],
)
def test_the_version_is_a_semantic_one(tmp_path: Path, version: str, semantic: str) -> None:
    described = manifest(tmp_path) | {"version": version}
    assert json.loads(render_croissant(TABLES, described))["version"] == semantic
