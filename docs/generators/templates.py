"""Metrics, rules and statistics, read off the headers of their templates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from generators.markdown import code, codes, table
from whq.config.kinds import Kind, kind_of
from whq.config.models import KINDS
from whq.glossary import explained
from whq.monitors.models import binary as binary_models
from whq.monitors.models import regression as regression_models
from whq.monitors.models.readings import Variant
from whq.sql.templates import Argument, Statistic, Template, load

TEMPLATES = load()
_KINDS = {
    "lookup": "table.column, or {table: …, columns: […]}",
    "expression": "SQL expression",
    "pattern": "format, or regular expression",
    "select": "SELECT",
    "number": "number",
    "integer": "whole number",
    "text": "text",
    "boolean": "true or false",
    "scalar": "one value",
    "list": "list of values",
    "columns": "list of columns",
    "column": "column",
}
_MEASURES = {"": "the value itself", "rows": "rows", "keys": "keys", "seconds": "age"}


def metrics() -> str:
    """All profile metrics in a table, then what each does with NULL and nothing."""
    found = [TEMPLATES[f"metrics/{name}"] for name in TEMPLATES.folder("metrics")]
    titles = ("metric", "what it is", "columns", "returns", "how to read it", "NULL", "no rows")
    rows = [
        (_metric_name(item), _title(item), _families(item), item.returns, item.scale, item.nulls, item.empty)
        for item in found
    ]
    return table(titles, rows)


def _metric_name(template: Template) -> str:
    name = template.name.partition("/")[2]
    return "`p01` … `p99`, `p999`, `median`" if name == "quantile" else code(name)


def _title(template: Template) -> str:
    source = f" ({template.reference})" if template.reference else ""
    return template.title + source


def _families(template: Template) -> str:
    column = next((item for item in template.arguments if item.kind in ("column", "columns")), None)
    return "–" if column is None else " or ".join(column.family)


# --- rules --------------------------------------------------------------------------------------------------


def rules() -> str:
    """A section for each rule: form, arguments, what is counted."""
    return "\n".join(_rule(name) for name in TEMPLATES.folder("rules"))


def _rule(name: str) -> str:
    kind = kind_of(TEMPLATES, name)
    assert kind is not None
    template = kind.template
    lines = [f"### {name}", "", f"{template.title}.", ""]
    lines += [f"- limits speak of: {_measure(kind)}", *_facts(template)]
    listed = [_argument(kind, item) for item in kind.arguments]
    if listed:
        lines += ["", table(("argument", "takes", "needed", "meaning"), listed)]
    return "\n".join([*lines, ""])


def _measure(kind: Kind) -> str:
    if kind.counts_failures:
        return f'{kind.measure}, or `%` of those considered; `fail: "> 0"` unless given'
    return f"{_MEASURES[kind.measure]}; a limit is needed"


def _facts(template: Template) -> Iterator[str]:
    for title, text in (("outputs", template.returns), ("NULL", template.nulls), ("no rows", template.empty)):
        if text:
            yield f"- {title}: {' '.join(text.split())}"


def _argument(kind: Kind, item: Argument) -> tuple[str, str, str, str]:
    takes = _KINDS[item.kind]
    if item.kind in ("column", "columns") and item.family not in ((), ("any",)):
        takes += f" ({' or '.join(item.family)})"
    if item.choices:
        takes = codes(item.choices)
    if item is kind.column:
        needed = "where the rule does not stand under a column" if kind.name != "freshness" else "no"
    else:
        needed = "yes" if item.required else "no"
    default = "" if item.default is None else f"; {code(_yaml(item.default))} unless given"
    short = "; the short form gives it" if kind.short is item else ""
    return code(item.name), takes, needed, f"{item.doc}{default}{short}"


def _yaml(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value


# --- drift --------------------------------------------------------------------------------------------------


def drift() -> str:
    """Every drift statistic: for which columns, in which bins, in which range."""
    titles = ("statistic", "what it is", "how to read it", "numeric columns", "categorical columns", "range", "default")
    return table(titles, sorted(map(_statistic, TEMPLATES.statistics.values())))


def _statistic(one: Statistic) -> tuple[str, ...]:
    families = dict(one.families)
    bins = [(families[family] or "no bins") if family in families else "–" for family in ("numeric", "categorical")]
    default = f"for {' and '.join(one.defaults)}" if one.defaults else ""
    return code(one.name), f"{one.title}. {one.reference}", one.scale, *bins, _range(one.range), default


def _range(sides: tuple[float | None, float | None]) -> str:
    lower, upper = (None if side in (None, float("inf"), float("-inf")) else side for side in sides)
    return f"{'−∞' if lower is None else f'{lower:g}'} … {'∞' if upper is None else f'{upper:g}'}".replace("-", "−")


# --- performance --------------------------------------------------------------------------------------------


_PERFORMANCE = ("metric", "formula", "how to read it", "good side", "needs", "range", "default")


def performance() -> str:
    """The metrics of binary models."""
    return table(_PERFORMANCE, _performance("binary", binary_models.limits))


def regression() -> str:
    """The metrics of regression models."""
    return table(_PERFORMANCE, _performance("regression", regression_models.limits))


def _performance(name: str, limits: Callable[[Variant], tuple[float, float]]) -> Iterable[tuple[str, ...]]:
    kind = KINDS[name]
    for metric in kind.metrics:
        needs = ", ".join(
            [
                *(["score"] if metric not in kind.of_predictions else []),
                *(["prediction"] if metric not in kind.of_scores else []),
                *(["business_value"] if metric == "business_value" else []),
            ]
        )
        yield (
            code(metric),
            explained(metric).text,
            explained(metric).scale,
            kind.better.get(metric, "none"),
            needs,
            _range(limits(Variant(metric))),
            "yes" if metric in kind.defaults else "",
        )
