"""What a rule's name means: a template of `rules/`, or a profile metric with a limit."""

from __future__ import annotations

from msgspec import Struct

from whq.config import names
from whq.config.limits import Measure
from whq.sql.header import BINNINGS
from whq.sql.templates import Argument, Template, Templates, metric, metric_names


class Kind(Struct, frozen=True):
    """What a rule's name means: a template, and the arguments that a user may give."""

    name: str
    template: Template
    arguments: tuple[Argument, ...]
    is_metric: bool

    @property
    def column(self) -> Argument | None:
        """The argument that takes the columns which the rule is about; further columns are arguments like others."""
        return self.template.column

    @property
    def others(self) -> tuple[Argument, ...]:
        """The arguments beside the columns which the rule is about."""
        return tuple(item for item in self.arguments if item is not self.column)

    @property
    def short(self) -> Argument | None:
        """The main argument, which the short form gives."""
        return self.template.argument(self.template.short) if self.template.short else None

    @property
    def counts_failures(self) -> bool:
        """Whether the rule counts failing rows or keys, so that it needs no limit."""
        return not self.is_metric and self.template.counts_failures

    @property
    def takes_nulls(self) -> bool:
        """Whether `nulls: fail` means something: only to rules that look at single rows."""
        return self.template.shape == "predicate" or self.template.argument("nulls_fail") is not None

    @property
    def may_be_empty(self) -> bool:
        """Whether `on_empty` means something: without rows, the number of rows is a number all the same."""
        return not (self.is_metric and self.template.measure == "rows")

    @property
    def measure(self) -> Measure:
        """What its limits speak of."""
        counted = self.template.measure
        if counted in ("rows", "keys", "seconds"):
            return counted  # type: ignore[return-value]
        return "rows" if self.counts_failures else ""


def kind_of(templates: Templates, name: str) -> Kind | None:
    """The kind of that name: a template of `rules/`, else a profile metric."""
    if f"rules/{name}" in templates:
        template, fixed, is_metric = templates[f"rules/{name}"], frozenset[str](), False
    else:
        try:
            template, fixed_values = metric(templates, name)
        except KeyError:
            return None
        fixed, is_metric = frozenset(fixed_values), True
    hidden = fixed | names.SET_BY_WHQ
    arguments = tuple(item for item in template.arguments if item.name not in hidden)
    return Kind(name, template, arguments, is_metric)


def drift_metrics(templates: Templates) -> dict[str, tuple[str, ...]]:
    """The drift statistics of each family of columns, as the headers of templates say them."""
    return {
        family: tuple(
            statistic.name for statistic in templates.statistics.values() if family in dict(statistic.families)
        )
        for family in BINNINGS
    }


def kinds(templates: Templates) -> tuple[str, ...]:
    """Every name that a rule may have, common percentiles included."""
    return tuple(sorted({*templates.folder("rules"), *metric_names(templates), *names.UNBUILT_RULES}))
