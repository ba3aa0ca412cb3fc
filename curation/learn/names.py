"""What a site calls itself, and in which forms."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from curation.html.headline import site_names
from curation.html.people import squashed
from curation.learn.sheet import Sheet

_PARTS = re.compile(r"\s+[-–—|:•·»]\s+|\s*\|\s*|:\s+")
_WORD = re.compile(r"[\w.]*\w")
_DATELINE = 80
"""A dateline does not reach further into the first line, in characters."""
_LONGEST = 5


def find_names(sheets: Sequence[Sheet], domain: str) -> tuple[str, ...]:
    """Find what the site calls itself, best first: `og:site_name`, publisher, suffix of titles, form in datelines.

    The first part of the domain where it says nothing. A form counts if it stands on half of the pages, one in a
    dateline if it stands on two.
    """
    declared = [
        *_common((sheet.metadata.site_name for sheet in sheets), len(sheets) / 2),
        *_common((name for sheet in sheets for name in set(sheet.publishers)), len(sheets) / 2),
        *_common((part for sheet in sheets for part in _edges(sheet)), len(sheets) / 2),
    ]
    known = {squashed(name) for name in (*declared, *site_names(f"//{domain}"))}
    forms = (word for sheet in sheets for word in _WORD.findall(sheet.opening[:_DATELINE]) if squashed(word) in known)
    names = declared or [domain.partition(".")[0].capitalize()]
    return _distinct((*names, *_common(forms, 2)))


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Leave out forms that differ by case alone, those in small letters first."""
    best: dict[str, str] = {}
    for name in names:
        folded = name.casefold()
        if best.get(folded, folded) == folded:
            best[folded] = name
    return tuple(best.values())


def _common(names: Iterable[str], least: float) -> list[str]:
    counts = Counter(name for name in names if name)
    return sorted((name for name in counts if counts[name] >= max(2, least)), key=lambda name: (-counts[name], name))


def _edges(sheet: Sheet) -> set[str]:
    """First and last parts of the page's titles that may be a name."""
    titles = [_PARTS.split(title) for title in sheet.titles]
    edges = {edge for parts in titles if len(parts) > 1 for edge in (parts[0], parts[-1])}
    return {edge for edge in edges if edge.count(" ") < _LONGEST}
