"""Line, bar and spark charts as inline SVG, without scripts and style attributes.

A chart is as wide as the page lets it be: horizontal places are percentages, vertical ones pixels. Lines and bands
are drawn in an inner `svg` that is stretched and whose strokes are not; marks and texts stand outside of it, so that
nothing is distorted. Colours are the page's business: everything has a class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import floor, isfinite, log10

from markupsafe import Markup, escape
from msgspec import Struct

HEIGHT = 150
"""The height of the plot in pixels; the labels of the horizontal axis stand below it."""
BELOW = 22
LEFT = 46
"""The width of the vertical axis."""
SLOT = 10
"""The width of one chunk in the stretched inner drawing."""
TOP = 8

Number = float | None
Numbers = Sequence[Number]


# --- elements -----------------------------------------------------------------------------------------------


def tag(name: str, *children: str, **attributes: str | float | None) -> Markup:
    """An element; texts and attributes are escaped, None is left out, `class_` is `class`, `_` is `-`."""
    pairs = ((key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items() if value is not None)
    opening = "".join(f' {_NAMES.get(key, key)}="{escape(_text(value))}"' for key, value in pairs)
    inside = Markup("").join(children)
    return Markup(f"<{name}{opening}>{inside}</{name}>" if children else f"<{name}{opening}/>")  # noqa: S704


_NAMES = {"viewbox": "viewBox", "ratio": "preserveAspectRatio"}


def _text(value: str | float) -> str:
    return short(value) if isinstance(value, float) else str(value)


def short(value: float) -> str:
    """A coordinate with one decimal, none where it is zero."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


def stretched(width: float, height: float, *children: str) -> Markup:
    """An inner drawing of that size, pulled to the width of the outer one."""
    box = f"0 0 {short(width)} {short(height)}"
    return tag("svg", *children, viewbox=box, ratio="none", width="100%", height=height)


# --- scales -------------------------------------------------------------------------------------------------


class Scale(Struct, frozen=True):
    """From values to pixels, downwards; values outside are held at the edge."""

    low: float
    high: float
    height: float = HEIGHT

    def __call__(self, value: float) -> float:
        """The pixel of a value."""
        span = self.high - self.low
        share = (value - self.low) / span if span > 0 else 0.5
        share = min(max(share, 0.0), 1.0) if isfinite(share) else 0.5
        return TOP + (1 - share) * (self.height - TOP)


def ticks(low: float, high: float, most: int = 4) -> list[float]:
    """At most `most` + 1 round numbers from low to high; their steps are 1, 2, 2.5 or 5 of some power of ten."""
    span = high - low
    if not isfinite(span) or span <= 0:
        return [low] if isfinite(low) else []
    rough = span / most
    power = 10.0 ** floor(log10(rough))
    step = next((power * unit for unit in (1, 2, 2.5, 5, 10) if power * unit >= rough * (1 - 1e-9)), power * 10)
    first = -floor(-low / step + 1e-9)
    return [round(at * step, 12) for at in range(first, floor(high / step + 1e-9) + 1)]


def domain(values: Iterable[Number], bands: Iterable[Number] = ()) -> tuple[float, float]:
    """The range of an axis: all values, and as much of the bands as does not crush the values.

    Room is left on both sides; numbers that are never negative do not get a negative axis.
    """
    finite = [value for value in values if value is not None and isfinite(value)]
    limits = [value for value in bands if value is not None and isfinite(value)]
    low, high = (min(finite), max(finite)) if finite else (min(limits, default=0.0), max(limits, default=1.0))
    reach = 3 * max(high - low, abs(high) * 0.02, 1e-9)
    near = [value for value in limits if low - reach <= value <= high + reach]
    least, greatest = min([low, *near]), max([high, *near])
    room = 0.06 * (greatest - least) or abs(greatest) * 0.05 or 0.5
    floor_at = 0.0 if least >= 0 else least - room
    return max(least - room, floor_at), greatest + room


# --- paths --------------------------------------------------------------------------------------------------

Place = Callable[[float], float]


def middle(at: int) -> float:
    """Where the middle of a slot is in the stretched drawing."""
    return at * SLOT + SLOT / 2


def runs(values: Numbers) -> list[list[tuple[int, float]]]:
    """Neighbouring known values with their slots; what is missing breaks a line."""
    found: list[list[tuple[int, float]]] = [[]]
    for at, value in enumerate(values):
        if value is None or not isfinite(value):
            found.append([])
        else:
            found[-1].append((at, value))
    return [run for run in found if run]


def line(values: Numbers, scale: Place) -> str:
    """A path through the middle of the slots, broken where a value is missing."""
    return "".join(
        "M" + "L".join(f"{short(middle(at))} {short(scale(value))}" for at, value in run)
        for run in runs(values)
        if len(run) > 1
    )


def band(lower: Numbers, upper: Numbers, scale: Place) -> str:
    """A closed path between two lines, for the slots where both are known."""
    both = [value if other is not None else None for value, other in zip(lower, upper, strict=True)]
    parts = []
    for run in runs(both):
        there = [f"{short(middle(at))} {short(scale(value))}" for at, value in run]
        back = [f"{short(middle(at))} {short(scale(upper[at] or 0.0))}" for at, _ in reversed(run)]
        parts.append(f"M{'L'.join(there + back)}Z")
    return "".join(parts)


def steps(values: Numbers, scale: Place) -> str:
    """A path of level pieces, one a slot, equal neighbours joined."""
    parts: list[str] = []
    for run in runs(values):
        parts.append(f"M{run[0][0] * SLOT} {short(scale(run[0][1]))}")
        for at, value in run:
            parts.append(f"V{short(scale(value))}")
            if at == run[-1][0] or values[at + 1] != value:
                parts.append(f"H{(at + 1) * SLOT}")
    return "".join(parts)


def _between(lower: Numbers, upper: Numbers, scale: Scale) -> str:
    """Level boxes between two limits; a missing limit is the edge of the chart."""
    parts: list[str] = []
    for start, end, low, high in _level(lower, upper):
        if low is None and high is None:
            continue
        top = scale(high) if high is not None else 0.0
        bottom = scale(low) if low is not None else scale.height
        parts.append(f"M{start * SLOT} {short(top)}H{end * SLOT}V{short(bottom)}H{start * SLOT}Z")
    return "".join(parts)


def _level(lower: Numbers, upper: Numbers) -> list[tuple[int, int, Number, Number]]:
    steps: list[tuple[int, int, Number, Number]] = []
    for at, pair in enumerate(zip(lower, upper, strict=True)):
        if steps and steps[-1][2:] == pair:
            steps[-1] = (steps[-1][0], at + 1, *pair)
        else:
            steps.append((at, at + 1, *pair))
    return steps


# --- line charts --------------------------------------------------------------------------------------------


class Line(Struct, frozen=True):
    """One line: its class, a value a slot, its confidence band, and the slots that alert."""

    kind: str
    values: Numbers
    lower: Numbers = ()
    upper: Numbers = ()
    alerts: frozenset[int] = frozenset()


class Chart(Struct, frozen=True):
    """Lines over the same slots (chunks), the limits they are held to, and how many slots are the reference.

    `name` is the root of the ids that title and description get. `partial` are slots whose chunk is still filling;
    `doubts` are those whose estimate is doubtful or untrusted, with that word; `onset` is the slot in which it began.
    """

    name: str
    title: str
    description: str
    keys: Sequence[str]
    lines: Sequence[Line]
    lower: Numbers = ()
    upper: Numbers = ()
    reference: int = 0
    show: Callable[[float], str] = str
    partial: frozenset[int] = frozenset()
    doubts: Mapping[int, str] = {}
    onset: int | None = None


def line_chart(chart: Chart) -> Markup:
    """The axis and the plot, to stand side by side."""
    scale = scale_of(chart)
    marks = ticks(scale.low, scale.high)
    return _axis(marks, scale, chart.show) + _plot(chart, scale, marks)


def scale_of(chart: Chart, height: float = HEIGHT) -> Scale:
    """The scale on which a chart's lines, confidence bands and limits can be seen."""
    bands = [value for each in chart.lines for value in (*each.lower, *each.upper)]
    low, high = domain([value for each in chart.lines for value in each.values], [*chart.lower, *chart.upper, *bands])
    return Scale(low, high, height)


def _axis(marks: Sequence[float], scale: Scale, show: Callable[[float], str]) -> Markup:
    texts = [tag("text", escape(show(mark)), x=LEFT - 6, y=scale(mark) + 3.5, text_anchor="end") for mark in marks]
    return tag("svg", *texts, class_="axis", width=LEFT, height=HEIGHT + BELOW, aria_hidden="true")


def _plot(chart: Chart, scale: Scale, marks: Sequence[float]) -> Markup:
    slots = max(len(chart.keys), 1)
    title, described = f"{chart.name}_t", f"{chart.name}_d"
    drawn = [
        tag("title", escape(chart.title), id=title),
        tag("desc", escape(chart.description), id=described),
        *grounds(chart, HEIGHT),
        *(tag("line", class_="grid", x2="100%", y1=scale(mark), y2=scale(mark)) for mark in marks),
        stretched(slots * SLOT, HEIGHT, *limits(chart, scale), *paths(chart, scale)),
        *([tag("text", "reference", class_="reft", x=5, y=13)] if chart.reference else []),
        *(mark for each in chart.lines for mark in _marks(each, slots, scale)),
        *_labels(chart.keys),
    ]
    return tag(
        "svg", *drawn, class_="plot", width="100%", height=HEIGHT + BELOW, role="img",
        aria_labelledby=f"{title} {described}",
    )  # fmt: skip


def grounds(chart: Chart, height: float) -> Iterable[Markup]:
    """What lies behind all else: the reference, chunks that are still filling, and the line where it began."""
    slots = max(len(chart.keys), 1)
    if chart.reference:
        yield tag("rect", class_="ref", width=percent(chart.reference, slots), height=height)
    for at, word in sorted(chart.doubts.items()):
        yield tag("rect", class_=word, x=percent(at, slots), width=percent(1, slots), height=height)
    for at in sorted(chart.partial):
        yield tag("rect", class_="filling", x=percent(at, slots), width=percent(1, slots), height=height)
    if chart.onset is not None:
        x = percent(chart.onset, slots)
        yield tag("line", class_="onset", x1=x, x2=x, y2=height)


def limits(chart: Chart, scale: Scale) -> Iterable[Markup]:
    """The band between the limits, and its edges."""
    if not chart.lower and not chart.upper:
        return
    none = [None] * len(chart.keys)
    lower, upper = chart.lower or none, chart.upper or none
    shape = _between(_inside(lower, scale), _inside(upper, scale), scale)
    if shape:
        yield tag("path", class_="ok", d=shape)
    for limit in (lower, upper):
        edge = steps([value if value is None or scale.low <= value <= scale.high else None for value in limit], scale)
        if edge:
            yield tag("path", class_="limit", d=edge)


def _inside(limit: Numbers, scale: Scale) -> Numbers:
    """A limit off the chart bounds nothing that can be seen: the edge of the chart is held instead."""
    return [None if value is None else min(max(value, scale.low), scale.high) for value in limit]


def paths(chart: Chart, scale: Scale) -> Iterable[Markup]:
    """The lines with their confidence bands."""
    for each in chart.lines:
        if each.lower and each.upper:
            yield tag("path", class_=f"conf {each.kind}", d=band(each.lower, each.upper, scale))
    for each in chart.lines:
        yield tag("path", class_=f"line {each.kind}", d=line(each.values, scale))


def _marks(drawn: Line, slots: int, scale: Scale) -> Iterable[Markup]:
    """A dot a value where there is room for them, or where no line reaches it; a diamond where it alerts."""
    alone = {run[0][0] for run in runs(drawn.values) if len(run) == 1}
    for at, value in enumerate(drawn.values):
        if value is None or not isfinite(value):
            continue
        x, y = percent(at + 0.5, slots), scale(value)
        if at in drawn.alerts:
            yield tag("use", href="#alert", class_="alert", x=x, y=y)
        elif slots <= 60 or at in alone:
            yield tag("circle", class_=f"dot {drawn.kind}", cx=x, cy=y, r="2.2")


def _labels(keys: Sequence[str], most: int = 8) -> Iterable[Markup]:
    """Every so many keys below the plot; of these every other one is `minor` and may go where room is scarce."""
    every = -(-len(keys) // most) or 1
    for count, at in enumerate(range(0, len(keys), every)):
        place = (at + 0.5) / len(keys)
        anchor = "start" if place < 0.06 else "end" if place > 0.94 else "middle"
        x = "0" if anchor == "start" else "100%" if anchor == "end" else percent(at + 0.5, len(keys))
        key = keys[at] if len(keys[at]) <= 14 else keys[at][:13] + "…"
        yield tag(
            "text", escape(key), class_="key minor" if count % 2 else "key", x=x, y=HEIGHT + 16, text_anchor=anchor
        )


def percent(part: float, whole: float) -> str:
    """A horizontal place or width.

    >>> percent(1, 3)
    '33.33%'
    """
    return f"{100 * part / whole:.2f}".rstrip("0").rstrip(".") + "%"
