"""A row on the terminal."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from curation.show.trace import Block, Section, Shown
from curation.show.visible import visible


def print_show(console: Console, shown: Shown) -> None:
    """Print a row; cuts are red and struck through, or stand in [- -] where the console has no colour."""
    console.print(Text(visible(shown.title), "bold"))
    console.print(Text(f"release {shown.release}", "dim"))
    for section in shown.sections:
        console.print(Text(f"\n{section.heading}", "bold"))
        console.print(_grid_of_facts(section))
    console.print(Text("\nText before any cut", "bold"))
    console.print(Text(shown.note, "dim"))
    console.print(_grid_of_blocks(shown, marked=console.color_system is None))


def _grid_of_facts(section: Section) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for fact in section.facts:
        grid.add_row(Text(visible(fact.label)), Text(visible(f"{fact.value} {fact.address}".strip())))
    return grid


def _grid_of_blocks(shown: Shown, *, marked: bool) -> Table:
    # Not Table.grid, whose rows have no line between them.
    grid = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 1, 0))
    grid.add_column(style="red", min_width=4)
    grid.add_column(overflow="fold", ratio=1)
    for block in shown.blocks:
        grid.add_row(Text("\n".join(shown.margin(block))), _line(block, marked=marked))
    return grid


def _line(block: Block, *, marked: bool) -> Text:
    line = Text()
    for piece in block:
        text = visible(piece.text)
        line.append(f"[-{text}-]" if marked and piece.code else text, "red strike" if piece.code else "")
    return line
