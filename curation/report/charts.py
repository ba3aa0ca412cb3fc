"""Charts as SVG: Vega-Lite specifications, drawn once at build time by vl-convert.

The SVG has no script, no style attribute and no address, so that it stands under the strictest policy. Its colours are
the page's own (`var(--…)`), so that it follows light and dark. Nothing in it depends on the fonts of the machine that
draws it: the layout is fixed (`autosize: none`), no label is measured, and the page chooses the typeface. Each chart is
drawn for a wide and for a narrow window, and a table with the same numbers stands beside it.

Words of the web stand in the data alone and are ordered by numbers: Vega-Lite makes an expression, which is code, of a
list of names to sort by.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import vl_convert
from markupsafe import Markup

from curation.show.visible import visible

Spec = dict[str, Any]
Draw = Callable[[int], Spec]
"""Make the specification of a chart for a width in pixels."""

WIDE, NARROW = 920, 340
"""Pixels; a column of text, and a phone of 360 without its margins."""
VEGA_LITE = "6.4"
BAR = 64
"""Pixels: a column is at most as wide."""
COLOURS = 8
"""Colours of outlets that the page defines, `--c0` on; all other outlets share `--c8`."""
INK, FAINT, RULE, ACCENT, LOST = "var(--ink)", "var(--faint)", "var(--rule)", "var(--accent)", "var(--cut)"
_SPOKEN_PARTS = re.compile(r'(<g class="[^"]*") role="[^"]*" aria-roledescription="[^"]*"')
_LABEL = {"fontSize": 12, "color": INK}
_CONFIG: Spec = {
    "aria": False,
    "background": None,
    "view": {"stroke": None},
    "axis": {
        "labelColor": FAINT,
        "labelFontSize": 11,
        "labelOverlap": False,
        "labelLimit": 0,
        "labelBound": False,
        "title": None,
        "gridColor": RULE,
        "domainColor": RULE,
        "tickColor": RULE,
    },
    "legend": {"disable": True},
}


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of a chart's legend."""

    colour: str
    """Name of the colour on the page, without its dashes."""
    name: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn chart."""

    wide: Markup
    narrow: Markup
    caption: str
    legend: tuple[Key, ...] = ()


def chart(draw: Draw, caption: str, legend: Sequence[Key] = ()) -> Chart:
    """Draw a chart for both widths."""
    return Chart(svg(draw(WIDE), caption), svg(draw(NARROW), caption), caption, tuple(legend))


def svg(spec: Spec, label: str) -> Markup:
    """Draw one specification; `label` is what a screen reader says of it."""
    whole = {"config": _CONFIG, "autosize": {"type": "none"}, **spec}
    drawn: str = vl_convert.vegalite_to_svg(json.dumps(whole), vl_version=VEGA_LITE, allowed_base_urls=[])
    # What Vega wrote is XML with every text in it escaped. One image with one label is what is read out, not its parts.
    image = _SPOKEN_PARTS.sub(r"\1", visible(drawn).removeprefix("<svg "))
    return Markup('<svg role="img" aria-label="{}" ').format(label) + Markup(image)


def steps(rows: Sequence[Mapping[str, Any]]) -> Draw:
    """Bars from the left, one below the other: `label`, `left`, `lost`, a `note`, and a `brief` one for each."""
    most = max((row["left"] + row["lost"] for row in rows), default=1)

    def draw(width: int) -> Spec:
        plot = width
        y = {"field": "place", "type": "ordinal", "axis": None, "scale": {"paddingInner": 0.62, "paddingOuter": 0.4}}
        scale = {"domain": [0, max(1, most)], "range": [0, plot]}
        left = {"field": "left", "type": "quantitative", "axis": None, "scale": scale}
        above = {"type": "text", "baseline": "bottom", "yOffset": -11, **_LABEL}
        return {
            "width": plot,
            "height": 52 * len(rows),
            "padding": {"left": 0, "right": 0, "top": 8, "bottom": 4},
            "data": {
                "values": [
                    {**row, "place": place, "whole": row["left"] + row["lost"]} for place, row in enumerate(rows)
                ]
            },
            "encoding": {"y": y},
            "layer": [
                {
                    "mark": {"type": "bar", "color": LOST, "opacity": 0.35},
                    "encoding": {"x": {**left, "field": "whole"}},
                },
                {"mark": {"type": "bar", "color": ACCENT}, "encoding": {"x": left}},
                {
                    "mark": {**above, "align": "left", "fontWeight": "bold"},
                    "encoding": {"x": {"value": 0}, "text": {"field": "label"}},
                },
                {
                    "mark": {**above, "align": "right", "color": FAINT},
                    "encoding": {"x": {"value": plot}, "text": {"field": "note" if width == WIDE else "brief"}},
                },
            ],
        }

    return draw


def columns(rows: Sequence[Mapping[str, Any]], *, every: Mapping[int, int], height: int = 220) -> Draw:
    """Columns side by side: `x`, `n` and, where columns are stacked, the `colour` and order of each piece.

    `x` is no word of the web: Vega-Lite puts it into an expression.

    `every` says for each width how many columns share one label.
    """
    names = list(dict.fromkeys(row["x"] for row in rows))
    most = max((row["n"] for row in rows), default=0)

    def draw(width: int) -> Spec:
        labels = names[:: every[width]]
        x = {
            "field": "x", "type": "ordinal", "sort": names,
            "axis": {"values": labels, "labelAngle": 0, "ticks": False, "labelPadding": 8},
            "scale": {"paddingInner": max(_space(len(names)), 1 - BAR * len(names) / width), "paddingOuter": 0.2},
        }  # fmt: skip
        y = {
            "field": "n", "type": "quantitative", "stack": "zero",
            "axis": {"tickCount": 5, "domain": False, "ticks": False, "format": ",d", "tickMinStep": 1},
            "scale": {"nice": 5} if most else {"domain": [0, 1]},
        }  # fmt: skip
        return {
            "width": width - 60,
            "height": height,
            "padding": {"left": 50, "right": 10, "top": 10, "bottom": 30},
            "data": {"values": [{"colour": 0, **row} for row in rows]},
            "mark": {"type": "bar"},
            "encoding": {"x": x, "y": y, "color": _colour("colour"), "order": {"field": "colour"}},
        }

    return draw


def stacks(rows: Sequence[Mapping[str, Any]], colours: Sequence[str], *, alike: bool) -> Draw:
    """Bars from the left in pieces: `label`, `note` at the right, `kind` (a place in `colours`), `n`.

    They are `alike` long, or as long as their sums.
    """
    places = {label: place for place, label in enumerate(dict.fromkeys(row["label"] for row in rows))}

    def draw(width: int) -> Spec:
        y = {"field": "place", "type": "ordinal", "axis": None, "scale": {"paddingInner": 0.55}}
        stack = "normalize" if alike else "zero"
        once = [{"aggregate": [], "groupby": ["label", "note", "place"]}]
        above = {"type": "text", "baseline": "bottom", "yOffset": -11, **_LABEL}
        return {
            "width": width,
            "height": 40 * len(places),
            "padding": {"left": 0, "right": 0, "top": 22, "bottom": 4},
            "data": {"values": [{**row, "place": places[row["label"]]} for row in rows]},
            "encoding": {"y": y},
            "layer": [
                {
                    "mark": {"type": "bar"},
                    "encoding": {
                        "x": {
                            "field": "n", "type": "quantitative", "stack": stack, "axis": None,
                            "scale": {"nice": False},
                        },
                        "color": {
                            "field": "kind", "type": "ordinal",
                            "scale": {"domain": list(range(len(colours))), "range": list(colours)},
                        },
                        "order": {"field": "kind"},
                    },
                },
                {
                    "transform": once,
                    "mark": {**above, "align": "left"},
                    "encoding": {"x": {"value": 0}, "text": {"field": "label"}},
                },
                {
                    "transform": once,
                    "mark": {**above, "align": "right", "color": FAINT},
                    "encoding": {"x": {"value": width}, "text": {"field": "note"}},
                },
            ],
        }  # fmt: skip

    return draw


def days(
    rows: Sequence[Mapping[str, Any]], outlets: Sequence[str], names: Sequence[str], every: Mapping[int, int]
) -> Draw:
    """A square for each `outlet` and `day`, darker with its `share` of 0 to 1; a day without a share is a dot.

    `names` are the days; `every` says for each width how many of them share one label.
    """

    def draw(width: int) -> Spec:
        x = {
            "field": "day", "type": "ordinal",
            "axis": {"values": list(names[:: every[width]]), "labelAngle": 0, "ticks": False, "domain": False},
            "scale": {"domain": list(names), "paddingInner": 0.1},
        }  # fmt: skip
        y = {"field": "place", "type": "ordinal", "axis": None, "scale": {"paddingInner": 0.5}}
        return {
            "width": width - 70,
            "height": 44 * len(outlets),
            "padding": {"left": 35, "right": 35, "top": 22, "bottom": 24},
            "data": {"values": [{**row, "place": outlets.index(row["outlet"])} for row in rows]},
            "encoding": {"y": y},
            "layer": [
                {
                    "transform": [{"filter": "datum.share !== null"}],
                    "mark": {"type": "rect", "color": ACCENT},
                    "encoding": {
                        "x": x,
                        "fillOpacity": {
                            "field": "share", "type": "quantitative",
                            "scale": {"domain": [0, 1], "range": [0.12, 1], "clamp": True},
                        },
                    },
                },
                {
                    "transform": [{"filter": "datum.share === null"}],
                    "mark": {"type": "point", "color": FAINT, "filled": True, "size": 12},
                    "encoding": {"x": x},
                },
                {
                    "transform": [{"aggregate": [], "groupby": ["outlet", "place"]}],
                    "mark": {"type": "text", "align": "left", "baseline": "bottom", "yOffset": -13, **_LABEL},
                    "encoding": {"x": {"value": -35}, "text": {"field": "outlet"}},
                },
            ],
        }  # fmt: skip

    return draw


@dataclass(frozen=True, slots=True)
class Flow:
    """A band of the graph: stories that `first` ran and `then` had after it."""

    first: str
    then: str
    stories: int
    colour: int
    note: str


GAP = 26.0
BAND = 300.0
NOTE = 12.0
"""Pixels: between the outlets of one side, of all bands together, and of a band that has room for its note."""


def flows(bands: Sequence[Flow]) -> Draw:
    """Outlets on the left that ran a story first, on the right those that followed, a band as wide as the stories."""
    scale = BAND / max(1, sum(band.stories for band in bands))
    lefts = _stack([(band.first, band) for band in bands], scale)
    rights = _stack([(band.then, band) for band in sorted(bands, key=lambda band: band.first)], scale)
    height = max(end for _, (_, end) in (*lefts[1].items(), *rights[1].items()))

    def draw(width: int) -> Spec:
        margin = 150 if width == WIDE else 92
        inside = width - 2 * margin
        values = [
            {"band": number, "colour": band.colour, "x": margin + inside * part, "y": one + (other - one) * ease}
            | {"size": max(1.5, band.stories * scale)}
            for number, band in enumerate(bands)
            for one, other in ((lefts[0][band], rights[0][band]),)
            for part, ease in _CURVE
        ]
        names = [
            {"x": x, "y": (start + end) / 2, "name": _cut_short(name, 24 if width == WIDE else 13), "side": side}
            for side, (_, places), x in (("left", lefts, margin - 12), ("right", rights, width - margin + 12))
            for name, (start, end) in places.items()
        ]
        notes = [
            {"x": width - margin - 8, "y": rights[0][band], "note": band.note}
            for band in bands
            if band.stories * scale >= NOTE
        ]
        x = {"field": "x", "type": "quantitative", "axis": None, "scale": {"domain": [0, width], "range": [0, width]}}
        y = {
            "field": "y", "type": "quantitative", "axis": None,
            "scale": {"domain": [0, height], "range": [0, height], "reverse": False},
        }  # fmt: skip
        return {
            "width": width,
            "height": height,
            "padding": {"left": 0, "right": 0, "top": 12, "bottom": 12},
            "encoding": {"x": x, "y": y},
            "layer": [
                {
                    "data": {
                        "values": [value | {"size": value["size"]} for value in values if value["band"] == number]
                    },
                    "mark": {"type": "line", "interpolate": "monotone", "opacity": 0.6, "strokeWidth": size},
                    "encoding": {"color": _colour("colour"), "order": {"field": "x"}},
                }
                for number, size in sorted({value["band"]: value["size"] for value in values}.items())
            ]
            + [
                {
                    "data": {"values": [name for name in names if name["side"] == side]},
                    "mark": {"type": "text", "align": align, "baseline": "middle", **_LABEL},
                    "encoding": {"text": {"field": "name"}},
                }
                for side, align in (("left", "right"), ("right", "left"))
            ]
            + [
                {
                    "data": {"values": notes},
                    "mark": {"type": "text", "align": "right", "baseline": "middle", "fontSize": 11, "color": INK},
                    "encoding": {"text": {"field": "note"}},
                }
            ],
        }

    return draw


_CURVE = tuple((part / 12, (part / 12) ** 2 * (3 - 2 * part / 12)) for part in range(13))
"""A smooth step: how far down a band is, for how far to the right."""


def _stack(ends: Sequence[tuple[str, Flow]], scale: float) -> tuple[dict[Flow, float], dict[str, tuple[float, float]]]:
    """Put the bands of one side below each other: the middle of each band, and from where to where each outlet goes."""
    totals: dict[str, int] = {}
    for name, band in ends:
        totals[name] = totals.get(name, 0) + band.stories
    middles, places, top = {}, {}, 0.0
    for name in sorted(totals, key=lambda name: (-totals[name], name)):
        start = top
        for end, band in ends:
            if end == name:
                middles[band] = round(top + band.stories * scale / 2, 2)
                top += band.stories * scale
        places[name] = (start, top)
        top += GAP
    return middles, places


def spark(counts: Sequence[int], label: str) -> Markup:
    """Draw a small histogram without axes."""
    return svg(
        {
            "width": 140,
            "height": 28,
            "padding": 0,
            "data": {"values": [{"x": place, "n": count} for place, count in enumerate(counts)]},
            "mark": {"type": "bar", "color": ACCENT},
            "encoding": {
                "x": {"field": "x", "type": "ordinal", "axis": None, "scale": {"padding": 0.1}},
                "y": {"field": "n", "type": "quantitative", "axis": None},
            },
        },
        label,
    )


def _space(columns: int) -> float:
    return 0.25 if columns < 60 else 0.0


def _colour(name: str) -> Spec:
    places = list(range(COLOURS + 1))
    scale = {"domain": places, "range": [f"var(--c{place})" for place in places]}
    return {"field": name, "type": "ordinal", "scale": scale}


def _cut_short(name: str, most: int) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"
