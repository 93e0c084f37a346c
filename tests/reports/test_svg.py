"""Scales, ticks and paths by the number, and charts by their structure."""

from __future__ import annotations

from math import inf, nan
from xml.etree import ElementTree

import pytest

from whq.reports import small, svg
from whq.reports.svg import Chart, Line, Scale, band, domain, line, short, steps, tag, ticks

HOSTILE = "<script>\"'&"


def parsed(*drawn: str) -> ElementTree.Element:
    return ElementTree.fromstring(f"<div>{''.join(drawn)}</div>")


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 1, [0, 0.25, 0.5, 0.75, 1]),
        (0, 100, [0, 25, 50, 75, 100]),
        (0.57, 0.85, [0.6, 0.7, 0.8]),
        (-3, 3, [-2, 0, 2]),
        (0, 7, [0, 2, 4, 6]),
        (1e-9, 5e-9, [1e-9, 2e-9, 3e-9, 4e-9, 5e-9]),
        (1e12, 3e12, [1e12, 1.5e12, 2e12, 2.5e12, 3e12]),
        (5, 5, [5]),
        (0, inf, [0]),
        (nan, nan, []),
    ],
)
def test_ticks_are_few_and_round(low: float, high: float, expected: list[float]) -> None:
    assert ticks(low, high) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("values", "bands", "expected"),
    [
        ([], [], (0, 1.06)),
        ([None, nan, inf], [0.2], (0.2 - 0.01, 0.2 + 0.01)),
        ([1, 2], [], (0.94, 2.06)),
        ([0.0, 0.5], [], (0, 0.53)),
        ([-1, 1], [], (-1.12, 1.12)),
        ([1, 2], [3], (0.88, 3.12)),
        ([1, 2], [1000], (0.94, 2.06)),
        ([5, 5], [], (4.75, 5.25)),
        ([0, 0], [], (0, 0.5)),
    ],
)
def test_the_domain_holds_the_values_and_bands_that_are_near(
    values: list[float | None], bands: list[float | None], expected: tuple[float, float]
) -> None:
    assert domain(values, bands) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("value", "pixel"), [(0, 100), (10, svg.TOP), (5, 54), (-1, 100), (99, svg.TOP), (inf, 54), (nan, 54)]
)
def test_the_scale_goes_down_and_holds_at_its_edges(value: float, pixel: float) -> None:
    assert Scale(0, 10, 100)(value) == pixel


def test_a_scale_without_a_span_is_in_the_middle() -> None:
    assert Scale(3, 3, 108)(3) == 58


@pytest.mark.parametrize(("value", "text"), [(1.0, "1"), (1.25, "1.2"), (-0.04, "-0"), (10.06, "10.1")])
def test_coordinates_are_short(value: float, text: str) -> None:
    assert short(value) == text


def by_value(value: float) -> float:
    return value


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ([], ""),
        ([1], ""),
        ([1, 2], "M5 1L15 2"),
        ([1, 2, None, 3, None, 4, 5], "M5 1L15 2M55 4L65 5"),
        ([nan, 1, inf, 2, 3], "M35 2L45 3"),
    ],
)
def test_lines_break_where_values_are_missing(values: list[float | None], path: str) -> None:
    assert line(values, by_value) == path


def test_bands_go_there_and_back() -> None:
    assert band([1, None, 1, 2], [3, 3, None, 4], by_value) == "M5 1L5 3ZM35 2L35 4Z"
    assert band([1, 2], [3, 4], by_value) == "M5 1L15 2L15 4L5 3Z"


def test_steps_join_equal_neighbours() -> None:
    assert steps([1, 1, 2, None, 3], by_value) == "M0 1V1V1H20V2H30M40 3V3H50"


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (tag("a", "x"), "<a>x</a>"),
        (tag("a"), "<a/>"),
        (tag("a", class_="b", text_anchor="end", x=1.0, y=None), '<a class="b" text-anchor="end" x="1"/>'),
        (tag("a", title=HOSTILE), '<a title="&lt;script&gt;&#34;&#39;&amp;"/>'),
        (tag("a", HOSTILE), "<a>&lt;script&gt;&#34;&#39;&amp;</a>"),
        (tag("a", tag("b")), "<a><b/></a>"),
    ],
)
def test_elements_escape(made: str, expected: str) -> None:
    assert made == expected


def chart(**fields: object) -> Chart:
    keys = [f"2024-{at + 1:02d}" for at in range(6)]
    values = Line("value", [1, 2, 3, None, 5, 4], alerts=frozenset({4}))
    return Chart(**{"name": "c", "title": "t", "description": "d", "keys": keys, "lines": [values], **fields})  # type: ignore[arg-type]


def test_a_chart_has_everything_that_was_asked_for() -> None:
    made = svg.line_chart(chart(upper=[4.5] * 6, lower=[0.5] * 6, reference=2, title=HOSTILE))
    axis, plot = parsed(made)
    assert [text.text for text in axis] == ["2.0", "4.0"]
    assert plot.get("aria-labelledby") == "c_t c_d" and plot.get("role") == "img"
    assert plot[0].text == HOSTILE and plot[1].text == "d"
    reference = plot.find("rect")
    assert reference is not None and reference.get("width") == "33.33%"
    assert len(plot.findall("use")) == 1 and len(plot.findall("circle")) == 4
    assert {path.get("class") for path in plot.iter("path")} == {"ok", "limit", "line value"}
    assert [text.text for text in plot.findall("text")] == ["reference", *chart().keys]
    assert "style=" not in made and "javascript" not in made


def test_bands_of_confidence_and_methods() -> None:
    lines = [Line("realized", [1, 2, 3]), Line("estimated", [1, 2, 3], [0, 1, 2], [2, 3, 4])]
    classes = [path.get("class") for path in parsed(svg.line_chart(chart(lines=lines, keys="abc"))).iter("path")]
    assert classes == ["conf estimated", "line realized", "line estimated"]


@pytest.mark.parametrize(
    ("limits", "classes"),
    [
        ({"upper": [1000] * 6}, ["ok"]),
        ({"upper": [4.5] * 6}, ["ok", "limit"]),
        ({"lower": [None] * 5 + [2]}, ["ok", "limit"]),
        ({"lower": [None] * 6}, []),
        ({"upper": [1, 1, 1, 4, 4, 4]}, ["ok", "limit"]),
    ],
)
def test_limits_off_the_chart_are_not_drawn(limits: dict[str, object], classes: list[str]) -> None:
    found = [path.get("class") for path in parsed(svg.line_chart(chart(**limits))).iter("path")]
    assert found == [*classes, "line value"]


def test_many_chunks_have_no_dots_but_alerts_and_lonely_values_do() -> None:
    values: list[float | None] = [float(at % 7) for at in range(100)]
    values[50], values[52] = None, None
    plot = parsed(
        svg.line_chart(chart(keys=[str(at) for at in range(100)], lines=[Line("value", values, alerts=frozenset({3}))]))
    )[1]
    assert len(plot.findall("circle")) == 1 and len(plot.findall("use")) == 1
    keys = [text for text in plot.findall("text") if "key" in (text.get("class") or "")]
    assert len(keys) == 8 and sum(text.get("class") == "key minor" for text in keys) == 4


def test_a_chart_of_nothing() -> None:
    assert parsed(svg.line_chart(chart(keys=[], lines=[])))[1].get("role") == "img"


def test_long_keys_are_cut() -> None:
    assert "1000000-1004999" not in svg.line_chart(chart(keys=["1000000-1004999"] * 6))
    assert "1000000-10049…" in svg.line_chart(chart(keys=["1000000-1004999"] * 6))


def test_histograms_share_a_scale() -> None:
    plot = parsed(small.histogram("h", HOSTILE, [0.5, 0.5], [0.0, 1.0], ["0", "1", "2"]))[0]
    before, after = plot.iter("path")
    assert before.get("d") == "M0 150V79H10V79H20V150Z"
    assert after.get("d") == "M0 150V150H10V8H20V150Z"
    assert [text.text for text in plot.findall("text")] == ["0", "1", "2"]


@pytest.mark.parametrize(("count", "shown"), [(0, []), (1, ["0"]), (3, ["0", "1", "2"]), (12, ["0", "3", "6", "11"])])
def test_edges_are_labelled_at_both_ends(count: int, shown: list[str]) -> None:
    plot = parsed(small.histogram("h", "t", [1.0], [1.0], [str(at) for at in range(count)]))[0]
    assert [text.text for text in plot.findall("text")] == shown


@pytest.mark.parametrize(("share", "width"), [(0.5, "50%"), (-1, "0%"), (7, "100%"), (1 / 3, "33.33%")])
def test_bars(share: float, width: str) -> None:
    assert parsed(small.bar(share, "now"))[0][0].get("width") == width


def test_sparks_are_hidden_from_screen_readers() -> None:
    spark = parsed(small.spark([1, None, 3, 4, nan], frozenset({1, 3}), reference=2))[0]
    assert spark.get("aria-hidden") == "true"
    assert [each.tag for each in spark] == ["rect", "path", "circle"]
    assert parsed(small.spark([]))[0][0].get("d") == ""
