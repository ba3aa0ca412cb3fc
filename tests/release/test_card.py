from pathlib import Path
from typing import Any

import pytest
import yaml
from huggingface_hub import DatasetCard

from curation.config import Config
from curation.release.assemble import TABLES
from curation.release.card import render_card
from tests.release.manifests import manifest


@pytest.fixture
def described(tmp_path: Path) -> dict[str, Any]:
    return manifest(tmp_path)


def test_the_hub_reads_the_front_matter(described: dict[str, Any]) -> None:
    card = DatasetCard(render_card(TABLES, described), ignore_metadata_errors=False)
    data = card.data.to_dict()
    assert (data["language"], data["license"], data["size_categories"]) == (["id"], "other", ["n<1K"])
    assert [config["config_name"] for config in data["configs"]] == list(TABLES)
    assert data["configs"][0]["default"] is True
    assert described["version"] in data["pretty_name"]


def test_every_setting_and_count_is_told(described: dict[str, Any]) -> None:
    card = render_card(TABLES, described)
    for section, settings in Config().model_dump().items():
        for key, value in settings.items() if section != "release" else ():
            assert f"`{section}.{key}" in card
            if isinstance(value, float):
                assert f"| `{section}.{key}` | {value} |" in card
    assert "| http.status | 1 | The server did not answer 200. |" in card
    assert "| RL01 | 4 |" in card
    assert "| warc/a.warc.gz | 9 |" in card


@pytest.mark.parametrize("rows", [0, 999, 1_000, 5_000_000, 10**9])
def test_the_size_is_a_category_of_the_hub(tmp_path: Path, rows: int) -> None:
    front = render_card(TABLES, manifest(tmp_path, documents=rows)).split("---\n")[1]
    (size,) = yaml.safe_load(front)["size_categories"]
    low, _, high = size.replace("n", "").rpartition("<")
    assert {0: "1K", 999: "1K", 1_000: "10K", 5_000_000: "10M", 10**9: "1B"}[rows] == high or low == ""


def test_foreign_words_open_no_cell_and_no_tag(tmp_path: Path) -> None:
    evil = {"<script>alert(1)</script>|x\n# y": 2}
    card = render_card(TABLES, manifest(tmp_path, documents_by_outlet=evil))
    assert "<script>" not in card
    assert "| &lt;script>alert(1)&lt;/script>\\|x # y | 2 |" in card


def test_long_tables_say_what_they_leave_out(tmp_path: Path) -> None:
    many = {f"outlet{number:03d}": 1 for number in range(50)}
    assert "| 10 more, in the manifest | 10 |" in render_card(TABLES, manifest(tmp_path, documents_by_outlet=many))
