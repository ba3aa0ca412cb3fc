"""The generated pages of `docs/`: `python -m curation.docs FOLDER` writes them."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from crawler.outlets import load_outlets
from curation.inserts import render_rules
from curation.reasons import REASONS
from curation.schema import render_schema


def render_reasons() -> str:
    """Write the page of reject codes."""
    lines = ["# Reject codes", "", "Generated from `curation/reasons.py` by `make docs`.", "", "| code | meaning |"]
    lines += ["|---|---|", *(f"| `{code}` | {why} |" for code, why in REASONS.items())]
    return "\n".join(lines) + "\n"


def render_outlets() -> str:
    """Write the table of outlets."""
    lines = ["# Outlets", "", "Generated from `crawler/outlets/` by `make docs`.", ""]
    lines += ["| id | name | home | layouts | note |", "|---|---|---|---|---|"]
    for profile in load_outlets().by_id.values():
        layouts = ", ".join(layout.id for layout in profile.layouts) or "platform"
        lines.append(f"| `{profile.id}` | {profile.name} | {profile.home} | {layouts} | {profile.note} |")
    return "\n".join(lines) + "\n"


PAGES: Mapping[str, Callable[[], str]] = {
    "rules.md": render_rules,
    "reasons.md": render_reasons,
    "schema.md": render_schema,
    "outlet-table.md": render_outlets,
}


def stale_pages(folder: Path) -> list[str]:
    """Name the pages in a folder that are not what would be written."""
    return [name for name, render in PAGES.items() if _text(folder / name) != render()]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    for name, render in PAGES.items():
        (Path(sys.argv[1]) / name).write_text(render(), encoding="utf-8")
