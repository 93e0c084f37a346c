"""CBPE, confidence-based performance estimation: metrics without labels, from how often a score comes true.

The reference teaches a calibration curve: one for all rows, isotonic, over score groups. A calibrated score is the
chance that a row is positive, so every row adds its chances to an expected confusion matrix and an expected ranking.
Several classes have a curve each, of one against all others; the chances of a row are divided by their sum.

Calibration is skipped only where it cannot help: an area above 0.999. (NannyML also skips it when a shuffled
cross-validation finds the raw scores better calibrated; with enough rows the curve then is the diagonal.)
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import field
from msgspec.structs import replace

from whq.config.spec import ModelSpec
from whq.errors import Problem
from whq.fit import sampling
from whq.fit.isotonic import IDENTITY, Knots, calibrate
from whq.monitors.models import binary
from whq.monitors.models.protocol import Answers, Classifier, Kind, MethodBaseline
from whq.monitors.models.readings import Reading, Values, Variant
from whq.monitors.models.requests import label_of
from whq.monitors.outcome import answer, count
from whq.values import Dataset, Failure, Measurements, Request
from whq.wording import amount

WORD = "estimated"
INTERVAL = ""
IS_COUNTED = False
SEPARATED = 0.999
"""Above this area under the ROC curve the raw scores are taken as they are."""


class Calibration(MethodBaseline, frozen=True, omit_defaults=True):
    """The calibration curve.

    knots: (score, probability) pairs, both ascending, from score 0 to 1; linear between them. is_identity: the raw
    scores are taken as they are. rows, prevalence: labelled rows of the reference, and the share of positive ones.
    by_class: a curve for each class, where a model has several. uncalibrated: the classes of which no row of the
    reference is: their raw scores are taken.
    """

    knots: Knots = ()
    is_identity: bool = False
    rows: int = 0
    prevalence: float | None = None
    by_class: Mapping[str, Knots] = field(default_factory=dict)
    uncalibrated: tuple[str, ...] = ()

    @property
    def curves(self) -> Mapping[str, Knots]:
        """The curve of each class; a model of one score has one, under no name."""
        return self.by_class or {"": self.knots}


BASELINE = Calibration


def refuses(variant: Variant) -> str:
    """Nothing."""
    return ""


def fit_requests(kind: Classifier, dataset: Dataset, model: ModelSpec) -> tuple[Request, ...]:
    """Score groups of the whole reference."""
    return tuple(kind.score_groups(dataset, model).values())


def fit(kind: Classifier, dataset: Dataset, model: ModelSpec, measurements: Measurements) -> Calibration:
    """The calibration curve, or why there is none."""
    if dataset.reference is None:
        return Calibration(refused="there is no reference: an estimate needs rows with labels to calibrate on")
    if model.score is None:
        return Calibration(refused="the model has no `score`: an estimate needs one to calibrate")
    if label_of(model) is None:
        return Calibration(
            refused="the model has no `label`: an estimate needs labels in the reference to calibrate on"
        )
    groups: dict[str, sampling.Groups] = {}
    for of, request in kind.score_groups(dataset, model).items():
        measured = answer(measurements, request)
        if isinstance(measured, Failure):
            return Calibration(problem=Problem(measured.problem.code, "monitor", measured.problem.message))
        groups[of] = binary.groups_of(measured)
    return curve(groups[""]) if "" in groups and len(groups) == 1 else curves(groups)


def curves(groups: Mapping[str, sampling.Groups]) -> Calibration:
    """The curve of each class against all others; of a class without a row in the reference the raw score."""
    with_rows = {of: one for of, one in groups.items() if one.prevalence}
    if len(with_rows) == 1:
        return Calibration(refused=f'all labels of the reference are of one class, "{next(iter(with_rows))}"')
    each = {of: curve(one) for of, one in groups.items()}
    first = next((one for of, one in each.items() if of in with_rows and not one.is_ready), None)
    if first is not None or not with_rows:
        return first or Calibration(refused="no row of the reference has its scores and a label that is a class")
    absent = tuple(of for of in groups if of not in with_rows)
    by_class = {of: IDENTITY if of in absent else one.knots for of, one in each.items()}
    return Calibration(by_class=by_class, rows=max(one.rows for one in each.values()), uncalibrated=absent)


def curve(groups: sampling.Groups) -> Calibration:
    """The curve of the reference's score groups; refused where they allow none."""
    if not groups.lows:
        return Calibration(refused="no row of the reference has both a score and a label")
    ends = zip(groups.lows, groups.highs, groups.members, strict=True)
    off = int(sum(members for low, high, members in ends if not (low >= 0 and high <= 1)))
    if off:
        message = f"scores outside 0..1: {amount(off, 'row')} of the reference"
        return Calibration(problem=Problem("WHQ-M302", "monitor", message))
    area = sampling.roc_auc(groups)
    if area is None:
        return Calibration(refused="the labels of the reference are of one class; is `positive` the right value?")
    is_identity = area > SEPARATED
    knots = IDENTITY if is_identity else calibrate(groups.lows, groups.highs, groups.positives, groups.members)
    return Calibration(
        knots=over_unit(knots), is_identity=is_identity, rows=int(groups.rows), prevalence=groups.prevalence
    )


def over_unit(knots: Knots) -> Knots:
    """The same curve with knots at 0 and 1: outside of the reference's scores it is flat."""
    first, last = knots[0], knots[-1]
    before = ((0.0, first[1]),) if first[0] > 0 else ()
    after = ((1.0, last[1]),) if last[0] < 1 else ()
    return (*before, *knots, *after)


def requests(kind: Classifier, dataset: Dataset, model: ModelSpec, learned: Calibration) -> tuple[Request, ...]:
    """Expected confusion matrix and ranking by chunk, of all rows and of each segment."""
    return kind.estimated(dataset, model, learned.curves)


def answers(
    kind: Classifier, dataset: Dataset, model: ModelSpec, learned: Calibration, measurements: Measurements
) -> tuple[Answers, ...]:
    """The expected counts by cell; with `uncalibrated`, the classes whose raw scores are taken."""
    found = kind.estimated_answers(dataset, model, learned.curves, measurements)
    if not learned.uncalibrated:
        return found
    told: Values = {"uncalibrated": learned.uncalibrated}
    return tuple(replace(one, rows=[replace(row, values={**row.values, **told}) for row in one.rows]) for one in found)


def reading(kind: Kind, model: ModelSpec, variant: Variant, values: Values) -> Reading:
    """The expected value; none while a score of the cell is no probability."""
    total, scored = count(values, "total"), count(values, "scored")
    without = {"missing_scores": total - scored}
    if model.prediction is not None:
        without["missing_predictions"] = scored - count(values, "predicted")
    value = kind.reading(model, variant, values)
    details = {**{name: rows for name, rows in without.items() if rows}, **value.details}
    return replace(value, details=details, problem=binary.outside(values))
