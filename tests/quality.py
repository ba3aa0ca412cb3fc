"""The quality gate: `python tests/quality.py` scores extraction and cleaning against pinned floors.

Each set is pages with the text that must come out. Beside saring stand plain trafilatura, its precision mode,
readability and resiliparse on the same pages in the same run. Sets that lie outside the repository are left out with a
sentence where they are absent.
"""

import argparse
import gzip
import hashlib
import json
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import trafilatura
from lxml.html import fromstring
from readability import Document as Readability
from resiliparse.extract.html2text import extract_plain_text
from rich.console import Console
from rich.table import Table

from crawler.newsstand.stories import expected
from crawler.newsstand.site import respond
from curation import clean

HERE = Path(__file__).parent
FLOORS = HERE / "quality.toml"
SHARED = HERE.parents[1] / "shared"
_WORD = re.compile(r"\w+")
_SHINGLE_WORDS = 4


@dataclass(frozen=True, slots=True)
class Case:
    """A page and what must come out."""

    name: str
    url: str
    page: bytes
    text: str
    without: tuple[str, ...] = ()
    """Headlines of other stories that must not stand in the text."""


@dataclass(frozen=True, slots=True)
class Score:
    """Means over the cases of a set."""

    f1: float
    """Of the bags of 4-word shingles, harmonic mean of mean precision and mean recall."""
    exact: float
    """Share of cases whose lines are exactly those of the gold."""
    left_in: int
    """Snippets of `without` that stand in the text."""


Extractor = Callable[[Case], str]
