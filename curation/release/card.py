"""The card of a release: a README for people, with the front matter that Hugging Face reads."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml
from jinja2 import Environment, StrictUndefined, Template

from curation.reasons import REASONS
from curation.release.words import LIMITS, USES, how_texts_were_made, name_of

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"),
          (10_000_000, "1M<n<10M"), (100_000_000, "10M<n<100M"))  # fmt: skip
_MOST_ROWS = 40
"""Lines of a table; the manifest has all."""
_MOST_INPUTS = 50
_COUNTED = {
    "outlet": "outlet",
    "month": "month of publication",
    "language": "language",
    "split": "split",
    "time_split": "split by time",
}
NO_NOTES: Mapping[str, str] = MappingProxyType({})


def render_card(tables: Mapping[str, type], manifest: Mapping[str, Any]) -> str:
    """Write the card of a release, given its tables (folder → record) and its manifest."""
    counts, config = manifest["counts"], manifest["config"]
    return _template().render(
        front=yaml.safe_dump(front_matter(tables, manifest), sort_keys=False, allow_unicode=True, width=120),
        name=name_of(manifest),
        summary=how_texts_were_made(manifest),
        documents=[(heading, counts[f"documents_by_{column}"]) for column, heading in _COUNTED.items()],
        rejects=counts["rejects_by_code"],
        reasons=REASONS,
        settings=tuple(_settings(config)),
        cuts=counts["cuts_by_code"],
        policy=config["rights"]["policy"],
        reuse=counts["documents_by_reuse"],
        contact=config["release"]["contact"] or "whoever gave you this release",
        masks=counts["masks_by_kind"],
        uses=USES,
        limits=LIMITS,
        inputs=manifest["inputs"],
        most_inputs=_MOST_INPUTS,
        counted=_counted,
        cell=_cell,
    )


def front_matter(tables: Mapping[str, type], manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Give the metadata of the card, in the keys of the Hugging Face hub."""
    counts, release = manifest["counts"], manifest["config"]["release"]
    rows = counts["documents"]
    licence = {"license": "other", "license_name": "texts-of-their-owners"}
    return {
        "pretty_name": name_of(manifest),
        "language": [code for code in counts["documents_by_language"] if code],
        **(licence | ({"license_link": release["licence"]} if release["licence"] else {})),
        "task_categories": ["text-generation", "fill-mask", "text-retrieval"],
        "size_categories": [next((name for limit, name in _SIZES if rows < limit), "100M<n<1B")],
        "tags": ["news", "indonesian", "deduplicated", "provenance"],
        "configs": [
            {
                "config_name": name,
                "data_files": [{"split": "train", "path": f"{name}/**/*.parquet"}],
                **({"default": True} if name == "documents" else {}),
            }
            for name in tables
        ],
    }


def _counted(heading: str, numbers: Mapping[str, int], notes: Mapping[str, str] = NO_NOTES, of: str = "rows") -> str:
    """Write a table of numbers, the first of them; nothing where nothing was counted."""
    shown, rest = list(numbers.items())[:_MOST_ROWS], list(numbers.values())[_MOST_ROWS:]
    if not any(name for name, _ in shown):
        return ""
    rows = [(heading, of, "meaning"), ("---", "--:", "---")]
    rows += [(_cell(name) or "none", f"{number:,}", notes.get(name, "")) for name, number in shown]
    if rest:
        rows.append((f"{len(rest)} more, in the manifest", f"{sum(rest):,}", ""))
    return "".join(f"| {' | '.join(row if notes else row[:2])} |\n" for row in rows)


def _template() -> Template:
    # Markdown, not HTML: what is foreign goes through `_cell`.
    environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False)
    return environment.from_string(Path(__file__).with_name("card.md").read_text(encoding="utf-8"))


def _settings(config: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in config.items():
        if isinstance(value, Mapping):
            yield from _settings(value, f"{prefix}{key}.")
        elif prefix != "release.":
            said = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            yield f"{prefix}{key}", _cell(said)


def _cell(text: str) -> str:
    """Keep what comes from files and the web from opening another cell or markup."""
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")
