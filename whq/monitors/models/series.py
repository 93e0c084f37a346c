"""One series of a model: what it is called, and what becomes of its values: results, judged or not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from msgspec import Struct
from msgspec.structs import replace

from whq.config.spec import DatasetSpec, ModelSpec
from whq.monitors import ThresholdKey
from whq.monitors.bands import Band, Taught
from whq.monitors.judge import clipped, missing, on_empty, unjudged
from whq.monitors.models import derived, method, needed_by
from whq.monitors.models.known import REALIZED, Known
from whq.monitors.models.learned import Learning
from whq.monitors.models.protocol import Chances, Derived, Kind, Method, MethodBaseline
from whq.monitors.models.readings import Reading, Values, Variant
from whq.monitors.models.verdicts import Judged, Rule, at_once, in_order
from whq.monitors.outcome import blank, errored, identity, placed
from whq.values import Result, Status
from whq.wording import amount


class Series(Struct, frozen=True):
    """One model by one method or as one derived series, `name`: what it learned, what its values are judged by.

    chances: what chance does to its numbers, by segment. waiting: the status of a chunk whose labels are not there.
    """

    spec: DatasetSpec
    model: ModelSpec
    name: str
    kind: Kind
    learned: MethodBaseline
    chances: Mapping[str, Chances]
    waiting: Status
    has_reference: bool
    is_derived: bool = False

    @property
    def module(self) -> Method | Derived:
        """What makes its values."""
        return derived(self.name) if self.is_derived else method(self.name)

    @property
    def is_judged(self) -> bool:
        """Whether its values are judged by the band of the realized ones."""
        return not self.is_derived or cast(Derived, self.module).IS_JUDGED

    @property
    def is_counted(self) -> bool:
        """Whether its values are counts of what happened."""
        return not self.is_derived and cast(Method, self.module).IS_COUNTED

    @property
    def variants(self) -> tuple[Variant, ...]:
        """The numbers that it gives; of a derived series those that the method behind it can say."""
        if not self.is_derived:
            return tuple(one for one in self.kind.variants(self.model) if not cast(Method, self.module).refuses(one))
        module, needed = cast(Derived, self.module), needed_by(self.name, self.model)
        if module.NEEDS and not needed:
            return ()
        listed = module.variants(self.kind, self.model)
        return tuple(one for one in listed if not any(method(name).refuses(one) for name in needed))

    def learning(self, variant: Variant, segment: str | None) -> Learning:
        """How a number is learned and judged in a segment (None: all rows)."""
        return Learning(self.kind, self.model, variant, self.chances.get(segment or "", {}).get(variant.key))

    def results(self) -> list[Result]:
        """A result for each number with nothing judged yet."""
        return [self.result(variant) for variant in self.variants]

    def result(self, variant: Variant) -> Result:
        """A result of one number with nothing judged yet."""
        own = "-".join(part for part in (self.model.common.id, self.name) if part)
        result = blank(self.spec, self.model.common, "model", self.model.name, variant.metric)
        severity = self.model.common.severity or "fail"
        id = identity(self.spec.name, self.model.name, variant.key, own)
        params = {**result.params, **variant.params}
        return replace(result, id=id, method=self.name, severity=severity, params=params)

    def refused(self) -> list[Result]:
        """A result for each number of the model that the method cannot say, whatever the data.

        Such a number is left out, unless the user named a method that can say none of them.
        """
        refuses = cast(Method, self.module).refuses
        is_chosen = self.name in (self.model.estimators or ())
        status: Status = "inconclusive" if is_chosen and not self.variants else "skipped"
        return [
            replace(self.result(one), period="analysis", status=status, message=f"no estimate: {refuses(one)}")
            for one in self.kind.variants(self.model)
            if refuses(one)
        ]

    def without(self) -> list[Result]:
        """It cannot be used: by configuration or data there is no verdict, anything else is an error."""
        problem, refused = self.learned.problem, self.learned.refused
        results = [replace(result, period="analysis") for result in self.results()]
        if problem is not None:
            return [errored(result, problem) for result in results]
        return [replace(result, status="inconclusive", message=f"no estimate: {refused}") for result in results]

    def empty(self, result: Result) -> Result:
        """No row to monitor: inconclusive unless the model says otherwise."""
        result = replace(result, period="analysis", message="no analysis rows")
        return on_empty(result, self.model.common.on_empty)


Taughts = Mapping[ThresholdKey, Taught]


def of_segment(series: Series, known: Known, variant: Variant, thresholds: Taughts) -> list[Result]:
    """One number in one segment, judged in the order of its chunks."""
    result = replace(series.result(variant), segment=known.segment)
    taught = thresholds.get((result.id, known.segment))
    learning = series.learning(variant, known.segment)
    readings = known.readings.get((series.name, variant), ())
    seen = [
        _of_chunk(series, learning, placed(result, known.cells[place]), known, place, reading, taught)
        for place, reading in enumerate(readings)
        if reading is None or not reading.is_left_out
    ]
    judged = [one for one in seen if isinstance(one, Judged)]
    threshold, word = series.model.threshold, series.module.WORD
    if threshold.kind != "learned" or taught is None:
        verdicts = iter([at_once(one, word) for one in judged])
    else:
        is_counted = any(one.outcomes is not None for one in judged)
        bound = learning.bound(taught) if is_counted else None
        verdicts = iter(in_order(judged, Rule(word, series.kind.better(variant), threshold.alarms, bound)))
    return [next(verdicts) if isinstance(one, Judged) else one for one in seen]


def _of_chunk(
    series: Series,
    learning: Learning,
    result: Result,
    known: Known,
    place: int,
    reading: Reading | None,
    taught: Taught | None,
) -> Result | Judged:
    """One number of one chunk: its result, or what is to be judged."""
    if reading is None:
        return missing(result, series.model.common.on_empty)
    if reading.problem is not None:
        return errored(result, reading.problem)
    result = replace(result, details=dict(reading.details))
    if reading.value is None:
        return _without_value(series, result, reading)
    values = _counts(series, known, place)
    if series.is_judged:
        reading = replace(reading, value=clipped(reading.value, series.kind.limits(learning.variant)))
    result = _with_value(series, learning.variant, result, reading, known)
    if not series.is_judged:
        return _by_itself(result, reading)
    band = None if values is None else learning.band(taught, reading, values)
    if band is not None:
        result = replace(result, threshold_lower=band.lower, threshold_upper=band.upper)
    if result.period == "reference" or reading.withheld or band is None or learning.is_blind(band):
        return _unjudged(series, learning, result, reading, taught, band)
    is_counted = series.is_counted and taught is not None and taught.band is None
    outcomes = learning.outcomes(taught, reading, values or {}) if is_counted and taught is not None else None
    is_open = known.is_open is not None and known.is_open(result.period, result.chunk)
    return Judged(result, float(reading.value or 0.0), band, outcomes, not is_open)


def _counts(series: Series, known: Known, place: int) -> Values | None:
    """The counts of a chunk by which its band follows its rows: a derived series has those of what it follows from."""
    names = (known.estimator, REALIZED) if series.is_derived else (series.name,)
    counts = (known.values[name][place] for name in names if name in known.values)
    return next((one for one in counts if one is not None), None)


def _without_value(series: Series, result: Result, reading: Reading) -> Result:
    """No number: reference chunks only say why; labels may still arrive; anything else gives no verdict."""
    details = {**result.details, "reason": reading.reason}
    if result.period == "reference":
        return replace(result, message=reading.reason, details=details)
    if reading.word:
        details["withheld"] = reading.word
        return replace(result, status="inconclusive", message=reading.reason, details=details)
    return replace(result, status=series.waiting if reading.is_waiting else "inconclusive", message=reading.reason)


def _with_value(series: Series, variant: Variant, result: Result, reading: Reading, known: Known) -> Result:
    """The value with its bounds, its sampling error and what is special about it."""
    error = series.kind.sampling_error(variant, known.errors, reading.rows) if series.is_judged else None
    details = {**result.details, **({} if error is None else {"sampling_error": error})}
    if reading.lower is not None and series.module.INTERVAL:
        details["interval"] = series.module.INTERVAL
    if reading.reason:
        details["reason"] = reading.reason
    params = {**result.params, **({"interval": reading.interval} if reading.interval else {})}
    return replace(
        result, value=reading.value, lower=reading.lower, upper=reading.upper, details=details, params=params
    )


def _by_itself(result: Result, reading: Reading) -> Result:
    """The verdict of a value that no band judges: what its reading says."""
    if result.period == "reference":
        return result
    if reading.word:
        details = {**result.details, "reason": reading.withheld, "withheld": reading.word}
        return replace(result, status="inconclusive", message=f"not judged: {reading.withheld}", details=details)
    if not reading.finding:
        return result
    return replace(result, alert=True, status="warn", message=reading.finding)


def _unjudged(
    series: Series, learning: Learning, result: Result, reading: Reading, taught: Taught | None, band: Band | None
) -> Result:
    """A value that gets no verdict: of the reference, of some labels only, or where no value would be outside."""
    if band is not None and band.parts:
        result = replace(result, details={**result.details, "threshold": dict(band.parts)})
    if result.period == "reference":
        return result
    if reading.word:
        details = {**result.details, "reason": reading.withheld, "withheld": reading.word}
        return replace(result, status="inconclusive", message=f"not judged: {reading.withheld}", details=details)
    if reading.withheld:
        return replace(result, status=series.waiting, message=f"not judged: {reading.withheld}")
    if taught is None or taught.chunks < 2:
        is_learned = series.model.threshold.kind == "learned"
        return unjudged(result, series.has_reference, "`threshold:` with `lower` or `upper`", is_learned=is_learned)
    rows = amount(reading.rows, "row")
    reason = f"not judged: after {amount(taught.chunks, 'reference chunk')} any value of {rows} may be chance"
    details = {**result.details, "reason": reason, "withheld": "few_rows"}
    return replace(result, status="inconclusive", message=reason, details=details)
