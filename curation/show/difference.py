"""Two releases side by side on the terminal."""

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table
from rich.text import Text

from curation.release.diff import Difference
from curation.show.visible import visible

_KINDS = {"came": "came", "went": "went", "text": "changed text", "otherwise": "changed otherwise"}


def print_difference(console: Console, difference: Difference, limit: int) -> None:
    """Print what came, went and changed: counts by cause first, then up to `limit` examples of each."""
    counts = difference.counts
    console.print(Text(f"{difference.older} -> {difference.newer}", "bold"))
    console.print(
        _numbers({"the same": difference.same} | {_KINDS[kind]: sum(counts[kind].values()) for kind in _KINDS})
    )
    made = [f"{key}: {old} -> {new}" for key, (old, new) in difference.made_otherwise.items()]
    made += [f"input {name} {what}" for name, what in difference.inputs.items()]
    made += [f"takedown {stone}" for stone in difference.takedowns]
    for line in made:
        console.print(Text(visible(line)))
    for kind, causes in counts.items():
        if causes:
            console.print(Text(f"\n{_KINDS[kind]}, by cause", "bold"))
            console.print(_numbers(causes))
    console.print(Text("\nexamples", "bold") if limit and difference.changes else "")
    for change in difference.examples(limit):
        detail = f" ({change.detail})" if change.detail else ""
        console.print(Text(visible(f"{_KINDS[change.kind]}: {change.why}{detail}")))
        console.print(Text(visible(f"  {change.id} {change.title}"), "dim"))
        console.print(Text(visible(f"  {change.url}"), "dim"))


def _numbers(numbers: Mapping[str, int]) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(justify="right")
    grid.add_column(overflow="fold")
    for name, number in numbers.items():
        grid.add_row(f"{number:,}", Text(visible(name)))
    return grid
