import re

import pytest
from lxml import etree

from curation.report import charts
from curation.report.charts import NARROW, WIDE, Chart, Flow, chart, spark
from tests.report.stories import HOSTILE

SVG = "{http://www.w3.org/2000/svg}"
STEP = {"left": 3, "lost": 1, "note": "note", "brief": "brief"}


def drawn(draw: charts.Draw) -> Chart:
    return chart(draw, "A caption")


def every_chart(name: str) -> dict[str, Chart]:
    """One of each kind, with a name of the web in it."""
    flow = Flow(name, "warta", 3, 0, "2 h")
    return {
        "steps": drawn(charts.steps([{"label": name, **STEP}])),
        "columns": drawn(charts.columns([{"x": "2026-10", "n": 3}], every={WIDE: 1, NARROW: 1})),
        "stacks": drawn(charts.stacks([{"label": name, "kind": 0, "n": 1, "note": "1"}], ["var(--c0)"], alike=True)),
        "days": drawn(
            charts.days(
                [{"outlet": name, "day": "2026-10-01", "share": 0.5}], [name], ["2026-10-01"], {WIDE: 1, NARROW: 1}
            )
        ),
        "flows": drawn(charts.flows([flow])),
    }


def parsed(image: str) -> etree._Element:
    return etree.fromstring(image.encode())


@pytest.mark.parametrize("kind", every_chart("kabar"))
def test_a_chart_names_no_font_address_style_or_colour_of_its_own(kind: str) -> None:
    made = every_chart("kabar")[kind]
    for image, width in ((made.wide, WIDE), (made.narrow, NARROW)):
        root = parsed(image)
        assert (root.get("role"), root.get("aria-label")) == ("img", "A caption")
        assert float(root.get("width", "0")) == width
        for node in root.iter():
            assert node.tag.removeprefix(SVG) in {"svg", "g", "path", "line", "text", "rect"}
            assert not {"style", "href", "onclick"} & set(node.attrib)
            assert node.get("font-family", "sans-serif") == "sans-serif"
            for paint in ("fill", "stroke"):
                assert re.fullmatch(r"none|transparent|var\(--\w+\)", node.get(paint, "none")), (
                    kind,
                    paint,
                    node.attrib,
                )


@pytest.mark.parametrize("kind", ["steps", "stacks", "days"])
def test_a_hostile_name_is_text(kind: str) -> None:
    image = every_chart(HOSTILE)[kind].wide
    assert "<script" not in image and "<b " not in image
    assert "Judul </script>" in "".join(parsed(image).itertext())


def test_a_long_hostile_name_of_a_band_is_text_and_shortened() -> None:
    image = every_chart(HOSTILE)["flows"].wide
    assert "Judul </script><script>…" in "".join(parsed(image).itertext())


def widths(image: str, colour: str) -> list[float]:
    bars = [node.get("d", "") for node in parsed(image).iter(f"{SVG}path") if node.get("fill") == colour]
    return [float(found[1]) for found in (re.search(r"h(-?[\d.]+)", bar) for bar in bars) if found]


def test_bars_are_as_long_as_their_numbers() -> None:
    rows = [{"label": "a", **STEP, "left": 100, "lost": 0}, {"label": "b", **STEP, "left": 25, "lost": 50}]
    made = drawn(charts.steps(rows))
    assert widths(made.wide, "var(--accent)") == [WIDE, WIDE / 4]
    assert widths(made.narrow, "var(--accent)") == [NARROW, NARROW / 4]
    assert widths(made.wide, "var(--cut)") == [WIDE, WIDE * 3 / 4]


def test_a_step_says_less_in_a_narrow_window() -> None:
    made = drawn(charts.steps([{"label": "a", **STEP}]))
    assert "note" in made.wide and "brief" not in made.wide
    assert "brief" in made.narrow and "note" not in made.narrow


def test_bands_do_not_lie_on_each_other_where_they_start_and_end() -> None:
    bands = [Flow("a", "b", 4, 0, ""), Flow("a", "c", 2, 0, ""), Flow("d", "b", 2, 1, "")]
    lefts, places = charts._stack([(band.first, band) for band in bands], 10)
    assert lefts == {bands[0]: 20, bands[1]: 50, bands[2]: 60 + charts.GAP + 10}
    assert places == {"a": (0, 60), "d": (60 + charts.GAP, 80 + charts.GAP)}


def test_no_number_at_all_is_drawn_as_an_empty_chart() -> None:
    rows = [{"x": "2", "n": 0}, {"x": "3", "n": 0}]
    assert parsed(drawn(charts.columns(rows, every={WIDE: 1, NARROW: 1})).wide) is not None


def test_a_small_histogram_has_a_bar_for_each_count() -> None:
    image = spark([1, 4, 2], "From 0 to 1")
    heights = [abs(float(found)) for found in re.findall(r'd="M[-\d.,]+h[\d.]+v(-?[\d.]+)', image)]
    assert max(heights) == 28
    assert len(widths(image, "var(--accent)")) == 3
