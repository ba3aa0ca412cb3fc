"""What a build tells a person at its end."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from crawler.outlets import Outlets, load_outlets
from curation.codes import cut_names
from curation.reasons import REASONS
from curation.release.assemble import Release
from curation.takedowns import Tombstone

_MOST_ROWS = 15


def print_release(console: Console, release: Release) -> None:
    """Print pages in, documents kept, rejects by reason, cuts by rule, duplicates joined, and where the files lie."""
    counts = release.manifest["counts"]
    title = f"Release {release.manifest['version']}" + ("" if release.fresh else " (nothing new: it stood already)")
    console.print(f"\n[bold]{title}[/bold]")
    joined = sum(number for code, number in counts["rejects_by_code"].items() if code.startswith("duplicate."))
    facts = (
        ("pages read", counts["rows"]),
        ("documents kept", counts["documents"]),
        ("duplicates joined", joined),
        ("other rejects", counts["rejects"] - joined),
        ("cuts", sum(counts["cuts_by_code"].values())),
    )
    for name, number in facts:
        console.print(f"  {name:<18} {number:>9,}")
    console.print(_table("documents by outlet", counts["documents_by_outlet"], {}))
    console.print(_table("rejects by reason", counts["rejects_by_code"], REASONS))
    console.print(_table("cuts by rule", counts["cuts_by_code"], cut_names(load_outlets())))
    for source in release.manifest["inputs"]:
        for loss in source["losses"]:
            console.print(f"[yellow]{source['name']}: {loss}[/yellow]")
    console.print(f"documents  {release.folder / 'documents'}")
    console.print(f"rejects    {release.folder / 'rejects'}")
    console.print(f"manifest   {release.folder / 'manifest.json'}")


def print_takedowns(console: Console, standing: Mapping[Tombstone, Sequence[str]]) -> None:
    """Print one line a tombstone, with the releases in which what it names still stands."""
    table = Table(box=None, header_style="bold")
    for column in ("day", "kind", "value", "more", "reason", "still in"):
        table.add_column(column, overflow="fold")
    for stone, versions in standing.items():
        told = (stone.day, stone.kind, stone.value, str(len(stone.also)), stone.reason, ", ".join(versions) or "none")
        table.add_row(*map(Text, told))
    console.print(table)


def print_stats(console: Console, counted: Mapping[str, Sequence[Mapping[str, Any]]], notes: Mapping[str, str]) -> None:
    """Print the tables of `saring stats`; codes with what they mean."""
    for name, rows in counted.items():
        table = Table(title=f"by {name}", title_justify="left", title_style="bold", box=None, header_style="dim")
        columns = list(rows[0]) if rows else []
        for column in columns:
            table.add_column(column.replace("_", " "), justify="right" if column != columns[0] else "left")
        meant = [notes.get(str(row[columns[0]]), "") for row in rows]
        if any(meant):
            table.add_column("meaning", style="dim")
        for row, note in zip(rows, meant, strict=True):
            cells = [f"{value:,}" if isinstance(value, int) else str(value) or "none" for value in row.values()]
            table.add_row(*cells, *([note] if any(meant) else []))
        console.print(table if rows else f"by {name}: nothing")
        console.print()


def print_outlets(console: Console, outlets: Outlets) -> None:
    """Print one line an outlet."""
    table = Table(box=None, header_style="bold")
    for column in ("id", "name", "home", "layouts", "zone"):
        table.add_column(column)
    for profile in outlets.by_id.values():
        layouts = ", ".join(layout.id for layout in profile.layouts)
        table.add_row(profile.id, profile.name, profile.home, layouts, profile.zone)
    console.print(table)


def _table(title: str, numbers: Mapping[str, int], notes: Mapping[str, str]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, show_header=False)
    table.add_column(justify="right")
    table.add_column()
    table.add_column(style="dim")
    for name, number in list(numbers.items())[:_MOST_ROWS]:
        table.add_row(f"{number:,}", name, notes.get(name, ""))
    if len(numbers) > _MOST_ROWS:
        rest = list(numbers.values())[_MOST_ROWS:]
        table.add_row(f"{sum(rest):,}", f"in {len(rest)} more", "all are in the manifest")
    return table
