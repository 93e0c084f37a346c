"""What drift measures: the statistics of each column, and the requests that bring their material.

Statistics of binned counts are the templates of `drift/` that say a `binning`; `ks` and `wasserstein` are read off
the values by a query of their own: exactly, or of a large reference between bounds, which are close and cost less.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import inf
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from whq.config.spec import DatasetSpec, DriftSpec
from whq.errors import Problem, did_you_mean
from whq.fit.bins import merge, quantile_cuts
from whq.fit.pieces import Pieces
from whq.monitors.drift.baseline import ColumnBaseline, DriftBaseline
from whq.monitors.drift.identity import COUNTS, ENDS, may_identify
from whq.monitors.scopes import row_count, scopes
from whq.sql.templates import Templates, load
from whq.values import Awaited, ColumnName, Cuts, Dataset, Fragment, Period, Request, Scope, Value

Family = Literal["numeric", "categorical"]
FEW_VALUES = 100_000
"""Below this many values of the reference, statistics without bins are exact unless the user says otherwise."""

MOST_VALUES = 64
"""Up to this many distinct values of the reference, whole numbers have a bin each."""

MOST_CATEGORIES = 10_000


MOMENTS = {"metrics/stddev": "deviation", "metrics/min": "low", "metrics/max": "high"}
"""What the sampling error of `wasserstein` needs of the reference, by its field in the baseline."""


class Watched(Struct, frozen=True):
    """A column under watch, how its values are taken, and its statistics."""

    name: str
    family: Family
    is_whole: bool
    """Whether its type holds whole numbers only."""
    metrics: tuple[str, ...]


class Plan(Struct, frozen=True, dict=True):
    """The drift of one dataset: its columns and scopes, with what the reference taught."""

    dataset: Dataset
    spec: DatasetSpec
    drift: DriftSpec
    baseline: DriftBaseline
    templates: Templates

    @staticmethod
    def of(dataset: Dataset, spec: DatasetSpec, baseline: DriftBaseline | None = None) -> Plan | None:
        """The plan of a dataset that asks for drift, else None."""
        if spec.drift is None:
            return None
        return Plan(dataset, spec, spec.drift, baseline or DriftBaseline(), load(spec.template_folders))

    @property
    def columns(self) -> tuple[Watched, ...]:
        """The columns under watch, in the order of the configuration; identifiers that a pattern found are none."""
        return tuple(self._watched(name) for name in self.drift.columns if self.baseline.of(name).identifier is None)

    @property
    def identifiers(self) -> Mapping[str, str]:
        """The columns that the reference showed to be identifiers, each with the reason."""
        known = {name: self.baseline.of(name).identifier for name in self.drift.columns}
        return {name: reason for name, reason in known.items() if reason is not None}

    def _watched(self, name: str) -> Watched:
        column = self.dataset.column(name)
        is_numeric = column.is_a("numeric") and name not in self.drift.treat_as_categorical
        family: Family = "numeric" if is_numeric else "categorical"
        named = self.drift.numeric if is_numeric else self.drift.categorical
        if named is None:
            named = tuple(
                statistic.name for statistic in self.templates.statistics.values() if family in statistic.defaults
            )
        return Watched(name, family, column.is_whole, tuple(dict.fromkeys(named)))

    def binning(self, column: Watched, metric: str) -> str | None:
        """How a statistic wants the rows of a column binned; None for one that is exact, or is none."""
        statistic = self.templates.statistics.get(metric)
        return None if statistic is None else dict(statistic.families).get(column.family)

    def binnings(self, column: Watched) -> tuple[str, ...]:
        """The binnings that a column's statistics want."""
        words = (self.binning(column, metric) for metric in column.metrics)
        return tuple(dict.fromkeys(word for word in words if word is not None))

    def is_exact(self, metric: str, family: Family) -> bool:
        """Whether a statistic of such columns is read off their values, without bins of its own."""
        statistic = self.templates.statistics.get(metric)
        return statistic is not None and dict(statistic.families).get(family, "none") is None

    def exact(self, column: Watched) -> tuple[str, ...]:
        """The statistics of a column that are read off its values."""
        return tuple(metric for metric in column.metrics if self.is_exact(metric, column.family))

    def range(self, metric: str) -> tuple[float, float]:
        """The least and the greatest value that a statistic can have."""
        lower, upper = self.templates.statistics[metric].range
        return (-inf if lower is None else lower, inf if upper is None else upper)

    def trouble(self, column: Watched, metric: str) -> Problem | None:
        """Why a statistic cannot be had of a column, or None."""
        names = [
            name for name, statistic in self.templates.statistics.items() if column.family in dict(statistic.families)
        ]
        if metric in names:
            return None
        message = f'there is no drift statistic "{metric}" of the {column.family} column "{column.name}"'
        return Problem("WHQ-M201", "monitor", message, did_you_mean(metric, names))

    def having(self, column: Watched, learned: ColumnBaseline) -> Plan:
        """The plan with what the reference taught about one column so far."""
        return replace(self, baseline=DriftBaseline({column.name: learned}))

    def learned(self, column: Watched) -> ColumnBaseline:
        """What the reference taught about a column; blank before the first walk."""
        return self.baseline.of(column.name)

    # --- requests -------------------------------------------------------------------------------------------

    @property
    def _where(self) -> Fragment | None:
        return self.drift.common.filter

    def scopes(self) -> tuple[Scope, ...]:
        """All rows by chunk, then the same cut by each of the dataset's segments."""
        return scopes(self.dataset, self.drift.common)

    def fit_requests(self, column: Watched) -> tuple[Request, ...]:
        """What the bins of a column are learned from: the reference, or all rows where there is none."""
        period: Period | None = None if self.dataset.reference is None else "reference"
        scope = Scope(self.dataset.name, period=period, where=self._where)
        name = ColumnName(column.name)
        binnings = self.binnings(column) if column.family == "numeric" else ()
        has_auto_bins = "doane" in binnings and self.drift.bins == "auto"
        flags = {"parts": self.may_bin(column), "clipped": has_auto_bins}
        set_flags: dict[str, Value] = {flag: True for flag, is_given in flags.items() if is_given}
        requests = (
            ("deciles" in binnings, Request.of(scope, "drift/scan/deciles", column=name)),
            (has_auto_bins and column.is_whole, Request.of(scope, "drift/scan/values", column=name, most=MOST_VALUES)),
            (bool(binnings or set_flags), Request.of(scope, "drift/scan/shape", column=name, **set_flags)),
            *((self._needs_deviation(column), Request.of(scope, moment, column=name)) for moment in MOMENTS),
        )
        return tuple(request for is_wanted, request in requests if is_wanted)

    def _needs_deviation(self, column: Watched) -> bool:
        """Whether a learned threshold of the column is told in standard deviations of the reference."""
        is_learned = self.drift.threshold.kind == "learned"
        return is_learned and column.family == "numeric" and "wasserstein" in column.metrics

    def identity_requests(self, column: Watched) -> Mapping[str, Request]:
        """What tells whether a column that a pattern found is an identifier, by the names of `identity`."""
        exact = self.dataset.column(column.name)
        if column.name not in self.drift.matched or not may_identify(exact):
            return {}
        period: Period | None = None if self.dataset.reference is None else "reference"
        scope = Scope(self.dataset.name, period=period, where=self._where)
        wanted = COUNTS if exact.type == "text" else {**COUNTS, **ENDS}
        return {
            name: Request.of(scope, template, **({} if name == "rows" else {"column": ColumnName(column.name)}))
            for name, template in wanted.items()
        }

    def may_bin(self, column: Watched) -> bool:
        """Whether the distances of a column may be read off narrow bins."""
        return self.drift.method != "exact" and bool(self.exact(column))

    def pieces(self, column: Watched) -> Pieces | None:
        """The narrow bins of a column whose distances are read off bins; None where they are exact or not wanted."""
        learned = self.learned(column)
        is_large = self.drift.method == "binned" or (learned.rows or 0) >= FEW_VALUES
        return learned.narrow if is_large and self.may_bin(column) else None

    def cuts(self, column: Watched) -> dict[str, Cuts]:
        """The cuts of each binning of a numeric column, as learned."""
        learned = self.learned(column)
        cuts: dict[str, Cuts] = {}
        binnings = self.binnings(column)
        if learned.histogram is not None and "doane" in binnings:
            cuts["doane"] = learned.histogram.cuts
        if learned.deciles and "deciles" in binnings:
            cuts["deciles"] = quantile_cuts(learned.deciles)
        return cuts

    def has_bins(self, column: Watched, binning: str) -> bool:
        """Whether a column can be counted by a binning; of a numeric one, another binning may be learned without it."""
        return column.family == "categorical" or binning in self.cuts(column)

    def axis(self, column: Watched) -> Cuts:
        """All cuts of a numeric column's cells, in which its rows are counted."""
        pieces = self.pieces(column)
        return merge(*self.cuts(column).values(), *(() if pieces is None else (pieces.cuts,)))

    def counts(self, column: Watched, scope: Scope) -> Request | None:
        """The request for binned counts; None where no statistic wants any, or nothing is learned yet."""
        if column.family == "categorical":
            if not self.binnings(column):
                return None
            return Request.of(scope, "drift/scan/categories", column=ColumnName(column.name), most=MOST_CATEGORIES)
        if not self.cuts(column):
            return None
        if self.pieces(column) is not None:
            return self.distances(column, scope)
        return Request.of(scope, "drift/scan/histogram", column=ColumnName(column.name), cuts=self.axis(column))

    def distances(self, column: Watched, scope: Scope) -> Request | None:
        """The request for the statistics of a column that want no bins of their own; None where none is wanted.

        Read off narrow bins they come with the counts of `counts`: one scan gives both.
        """
        exact = self.exact(column)
        if not exact:
            return None
        flags: dict[str, Value] = dict.fromkeys(exact, True)
        if self.drift.against == "previous":
            flags["previous"] = True
        elif self.drift.threshold.baseline == "rest":
            flags["rest"] = True
        pieces = self.pieces(column)
        if pieces is None:
            return Request.of(scope, "drift/scan/distances", column=ColumnName(column.name), **flags)
        axis = self.axis(column)
        flags |= {"cuts": axis, "pieces": pieces.rows(axis), "centre": pieces.centre}
        return Request.of(scope, "drift/scan/bounds", column=ColumnName(column.name), **flags)

    def chunks(self, scope: Scope) -> Request:
        """The request for the chunks that there are, whether or not a column has values in them."""
        return row_count(scope)

    def awaited(self) -> Iterator[Request]:
        """What of `requests` depends on what is learned, in the same order.

        Of a large reference the counts of a column bring its distances too, so that the second is not sent.
        """
        for scope in self.scopes():
            for column in self.columns:
                bins = Awaited(self.fit_requests(column))
                if column.family == "numeric" and self.binnings(column):
                    yield Request.of(scope, "drift/scan/histogram", column=ColumnName(column.name), cuts=bins)
                distances = self.distances(column, scope) if self.may_bin(column) else None
                if distances is not None and not (self.binnings(column) and self.drift.method == "binned"):
                    yield replace(distances, arguments=tuple(sorted((*distances.arguments, ("bins", bins)))))

    def requests(self) -> Iterator[Request]:
        """All that is to be measured."""
        for scope in self.scopes() if self.drift.columns else ():
            yield self.chunks(scope)
            for column in self.columns:
                pair = (self.counts(column, scope), self.distances(column, scope))
                yield from (request for request in pair if request is not None)
