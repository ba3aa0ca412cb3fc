"""Sentences in which contact data are marked: `[[kind written]]`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "personal"
_MARK = re.compile(r"\[\[(\w+) (.*?)\]\](?!\])")


@dataclass(frozen=True)
class Sentence:
    text: str
    marked: tuple[tuple[str, str], ...]
    """Kind, and what is written."""


def sentences(name: str) -> Iterator[Sentence]:
    for line in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        marked = tuple((found[1], found[2]) for found in _MARK.finditer(line))
        yield Sentence(_MARK.sub(lambda found: found[2], line), marked)
