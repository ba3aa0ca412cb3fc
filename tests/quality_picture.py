"""The picture of the quality gate that README shows: shares of text got right, as bars."""

from collections.abc import Mapping
from html import escape

_COLOURS = ("#0b6e4f", "#7a8b99", "#9fb0bd", "#b9c6cf", "#d3dce2")
_BAR, _GAP, _LEFT, _WIDTH = 15, 18, 110, 520
_LOWEST = 0.6
"""F1 at which a bar has no length: below it nothing is shown, so that differences can be seen."""


def draw(scores: Mapping[str, Mapping[str, float]]) -> str:
    """Draw F1 by set and extractor as one SVG; the axis begins at 0.6 and says so."""
    extractors = list(dict.fromkeys(name for rows in scores.values() for name in rows))
    colours = dict(zip(extractors, _COLOURS, strict=False))
    parts, top = [], 46
    for title, rows in scores.items():
        middle = top + len(rows) * _BAR / 2 + 4
        parts.append(f'<text x="{_LEFT - 10}" y="{middle:g}" text-anchor="end">{escape(title)}</text>')
        for name, f1 in rows.items():
            length = max(0.0, (f1 - _LOWEST) / (1 - _LOWEST)) * _WIDTH
            parts.append(
                f'<rect x="{_LEFT}" y="{top}" width="{length:.1f}" height="{_BAR - 2}" fill="{colours[name]}"/>'
            )
            parts.append(f'<text class="n" x="{_LEFT + length + 5:.1f}" y="{top + 10}">{f1:.3f}</text>')
            top += _BAR
        top += _GAP
    legend = "".join(
        f'<rect x="{_LEFT + place * 125}" y="10" width="11" height="11" fill="{colours[name]}"/>'
        f'<text x="{_LEFT + place * 125 + 16}" y="20">{escape(name)}</text>'
        for place, name in enumerate(extractors)
    )
    legend += f'<text class="n" x="{_LEFT}" y="{top - 4}">F1 of 4-word shingles; bars begin at {_LOWEST}</text>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LEFT + _WIDTH + 120} {top + 8}" role="img">'
        "<style>text{font:12px sans-serif;fill:#24292f}.n{font-size:10px;fill:#57606a}"
        "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.n{fill:#9aa4ad}}</style>"
        f"<title>F1 of 4-word shingles, axis from {_LOWEST} to 1</title>{legend}{''.join(parts)}</svg>\n"
    )
