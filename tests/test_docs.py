import re
from pathlib import Path

import pytest

from crawler import robots
from curation import guard, reasons
from curation.docs import stale_pages

ROOT = Path(__file__).parents[1]
CODE = [path for folder in ("crawler", "curation") for path in (ROOT / folder).rglob("*.py")]


def test_generated_pages_are_fresh() -> None:
    assert stale_pages(ROOT / "docs") == [], "run `make docs`"


@pytest.mark.parametrize(
    "page", sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md")), ids=lambda page: page.name
)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_every_reject_code_is_explained_and_in_use() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in CODE if path.name != "reasons.py")
    stages = "http|page|extract|text|clean|screen|quality|rights|duplicate"
    used = set(re.findall(rf'"((?:{stages})\.[a-z-]+|takedown)"', text))
    assert used - {"page.html", "clean.languages"} == set(reasons.REASONS)


def test_two_places_may_catch_anything() -> None:
    """The guard makes a row of whatever a page does, and a robots.txt that fails in any way gives no permission."""
    broad = re.compile(r"except (?:Base)?Exception\b|except:")
    found = [path for path in CODE if broad.search(path.read_text(encoding="utf-8"))]
    assert found == [Path(robots.__file__), Path(guard.__file__)]


def test_nothing_names_a_package_index() -> None:
    names = re.compile("|".join(("py" + "pi\\.org", "python" + "hosted", "npm" + "js\\.")))
    for path in (*CODE, *ROOT.glob("*.*"), *(ROOT / "docs").rglob("*.md")):
        if path.is_file():
            assert not names.search(path.read_text(encoding="utf-8")), path
