"""Small drawings as inline SVG: bars in tables, two distributions, a line of a word's height, incidents' pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isfinite

from markupsafe import Markup, escape

from whq.reports import svg


def bar(share: float, kind: str) -> Markup:
    """A level bar of a share 0..1 of the room there is, for a cell of a table."""
    width = svg.percent(min(max(share, 0.0), 1.0), 1)
    return svg.tag(
        "svg", svg.tag("rect", class_=kind, width=width, height=10), class_="bar", height=10, aria_hidden="true"
    )


def histogram(
    name: str, title: str, reference: Sequence[float], chunk: Sequence[float], labels: Sequence[str]
) -> Markup:
    """Two distributions over the same bins as shares: the reference filled, the chunk as an outline before it."""
    bins = max(len(reference), len(chunk), 1)
    scale = svg.Scale(0.0, max([*reference, *chunk, 1e-9]))
    drawn = [
        svg.tag("title", escape(title), id=f"{name}_t"),
        svg.tag("line", class_="grid", x2="100%", y1=svg.HEIGHT, y2=svg.HEIGHT),
        svg.stretched(
            bins * svg.SLOT,
            svg.HEIGHT,
            svg.tag("path", class_="bars ref", d=_outline(reference, scale)),
            svg.tag("path", class_="bars now", d=_outline(chunk, scale)),
        ),
        *_edge_labels(labels),
    ]
    return svg.tag(
        "svg",
        *drawn,
        class_="plot",
        width="100%",
        height=svg.HEIGHT + svg.BELOW,
        role="img",
        aria_labelledby=f"{name}_t",
    )


def _outline(shares: Sequence[float], scale: svg.Scale) -> str:
    tops = "".join(f"V{svg.short(scale(share))}H{(at + 1) * svg.SLOT}" for at, share in enumerate(shares))
    return f"M0 {scale.height}{tops}V{scale.height}Z"


def _edge_labels(labels: Sequence[str], most: int = 5) -> Iterable[Markup]:
    """The first label at the left edge, the last one at the right edge, some between."""
    last = len(labels) - 1
    every = max(-(-last // most), 1)
    for at in [*range(0, last, every), last]:
        if at < 0 or (0 < last - at < every):
            continue
        anchor = "start" if at == 0 else "end" if at == last else "middle"
        yield svg.tag(
            "text", escape(labels[at]), class_="key", x=svg.percent(at, last) if last else "0", y=svg.HEIGHT + 16,
            text_anchor=anchor,
        )  # fmt: skip


def spark(values: svg.Numbers, alerts: frozenset[int] = frozenset(), reference: int = 0, width: int = 96) -> Markup:
    """A line of a word's height, without axes; hidden from screen readers, as the words stand beside it."""
    height = 22
    finite = [value for value in values if value is not None and isfinite(value)]
    scale = svg.Scale(min(finite, default=0.0), max(finite, default=1.0), height - 3)
    room = (width - 8) / max(len(values) - 1, 1)

    def x(at: int) -> float:
        return 4 + at * room

    drawn: list[Markup] = []
    if reference:
        drawn.append(svg.tag("rect", class_="ref", width=x(reference) - room / 2, height=height))
    path = "".join(
        "M" + "L".join(f"{svg.short(x(at))} {svg.short(scale(value) - 2)}" for at, value in run)
        for run in svg.runs(values)
    )
    drawn.append(svg.tag("path", class_="line value", d=path))
    for at in sorted(alerts):
        value = values[at]
        if value is not None and isfinite(value):
            drawn.append(svg.tag("circle", class_="hot", cx=x(at), cy=scale(value) - 2, r="2.6"))
    return svg.tag("svg", *drawn, class_="spark", width=width, height=height, aria_hidden="true")


def calibration(name: str, title: str, points: Sequence[tuple[float, float, float, float]]) -> Markup:
    """What was promised (level) against what came true (upright), both 0..1; a dot a bin with its error, the diagonal.

    Args:
        points: by bin what was promised, what came true, the standard error of that, and the rows.
    """
    side, size = svg.HEIGHT, float(svg.HEIGHT)
    scale = svg.Scale(0.0, 1.0, size)
    ordered = sorted(points)
    line = "M" + "L".join(f"{svg.short(x * size)} {svg.short(scale(y))}" for x, y, _, _ in ordered)
    most = max((rows for *_, rows in points), default=0.0) or 1.0
    drawn = [
        svg.tag("title", escape(title), id=f"{name}_t"),
        svg.tag("line", class_="grid", x2="100%", y1=size, y2=size),
        svg.stretched(
            size,
            size,
            svg.tag("path", class_="ideal", d=f"M0 {svg.short(scale(0.0))}L{side} {svg.short(scale(1.0))}"),
            svg.tag("path", class_="line value", d=line),
        ),
    ]
    for x, y, error, rows in ordered:
        place = svg.percent(x, 1)
        low, high = scale(max(y - 1.96 * error, 0.0)), scale(min(y + 1.96 * error, 1.0))
        drawn.append(svg.tag("line", class_="grid", x1=place, x2=place, y1=low, y2=high))
        drawn.append(svg.tag("circle", class_="dot value", cx=place, cy=scale(y), r=2 + 3 * (rows / most) ** 0.5))
    drawn += _edge_labels(["0", "0.25", "0.5", "0.75", "1"])
    height = side + svg.BELOW
    return svg.tag(
        "svg", *drawn, class_="plot curve", width="100%", height=height, role="img", aria_labelledby=f"{name}_t"
    )


PICTURE = 58
"""The height of an incident's picture without the keys below it."""


def picture(chart: svg.Chart) -> Markup:
    """The first line of a chart with its limits and the place where it began marked, small and without an axis.

    Below stand the first and the last chunk's keys, and that of the onset between them where there is room.
    """
    scale, slots = svg.scale_of(chart, PICTURE), max(len(chart.keys), 1)
    first = chart.lines[0]
    hot = (at for at in sorted(first.alerts) if first.values[at] is not None)
    drawn = [
        svg.tag("title", escape(f"{chart.title}: {chart.description}"), id=f"{chart.name}_t"),
        *svg.grounds(chart, PICTURE),
        svg.stretched(slots * svg.SLOT, PICTURE, *svg.limits(chart, scale), *svg.paths(chart, scale)),
        *(
            svg.tag("circle", class_="hot", cx=svg.percent(at + 0.5, slots), cy=scale(first.values[at] or 0.0), r="2.6")
            for at in hot
        ),
        *_ends(chart, slots),
    ]
    return svg.tag(
        "svg",
        *drawn,
        class_="picture",
        width="100%",
        height=PICTURE + 18,
        role="img",
        aria_labelledby=f"{chart.name}_t",
    )


def _ends(chart: svg.Chart, slots: int) -> Iterable[Markup]:
    """The keys below a picture; the first and the last one give way to the onset's where they would meet."""
    place = None if chart.onset is None else chart.onset / slots
    if place is None or place > 0.4:
        yield _below(chart.keys[0], "0", "start")
    if place is None or place < 0.6:
        yield _below(chart.keys[-1], "100%", "end")
    if place is not None and chart.onset is not None:
        anchor = "start" if place < 0.2 else "end" if place > 0.8 else "middle"
        yield _below(chart.keys[chart.onset], svg.percent(place, 1), anchor, "key began")


def _below(key: str, x: str, anchor: str, class_: str = "key") -> Markup:
    shown = key if len(key) <= 16 else key[:15] + "…"
    return svg.tag("text", escape(shown), class_=class_, x=x, y=PICTURE + 14, text_anchor=anchor)
