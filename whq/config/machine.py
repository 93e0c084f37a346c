"""The written form of models: what a user may say of one, and what goes together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, Discriminator, Tag, model_validator

from whq.config.fields import (
    SEVERAL,
    SOME,
    Number,
    Positive,
    Scalar,
    Seconds,
    Share,
    SomeTexts,
    Text,
    Texts,
    one_of,
    wrong,
)
from whq.config.forms import Form, ThresholdItem, Watch, union
from whq.config.models import AVERAGES, ESTIMATORS, KINDS, METRICS, ModelKind
from whq.errors import did_you_mean


class Label(Form):
    """Labels that live in another table, or that come late."""

    table: Text | None = None
    """The table that holds them, unless the dataset itself does."""
    on: SomeTexts = ()
    """The columns that both tables share."""
    column: Text
    """The column with the label."""
    delay: Seconds | None = None
    """How long after its chunk a label is due, such as `30 days`."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.table is None) != (not self.on):
            missing = "table" if self.table is None else "on"
            raise wrong(f'a label in another table has `table` and `on`: missing key "{missing}"', code="C012")
        return self


LabelItem = Annotated[
    Annotated[Text, Tag("~column")] | Annotated[Label, Tag("~table")],
    union("a column's name or {table: …, on: …, column: …, delay: …}", mapping="table", text="column"),
]
ScoreItem = Annotated[
    Annotated[Text, Tag("~column")] | Annotated[dict[str, Text], Tag("~classes")],
    union("a column's name, or a column for each class", mapping="classes", text="column"),
]
ModelMetric = Annotated[str, *one_of(*METRICS)]
Estimator = Annotated[str, *one_of(*ESTIMATORS)]


class BusinessValue(Form):
    """What each kind of outcome is worth."""

    tp: Number = 0.0
    """A true positive."""
    fp: Number = 0.0
    """A false positive."""
    fn: Number = 0.0
    """A false negative."""
    tn: Number = 0.0
    """A true negative."""


class Weakest(Form):
    """Where to look for slices in which a model does worse."""

    of: SomeTexts
    """Columns or patterns: slices of one and of two of them."""
    min_rows: Positive = 500
    """Rows that a slice must have."""
    most: Positive = 10
    """How many slices to name."""


def _worth_tag(value: Any) -> str | None:
    """Whether the worth is written by cell or by class."""
    if not isinstance(value, (dict, BaseModel)):
        return None
    is_matrix = isinstance(value, dict) and any(isinstance(worth, dict) for worth in value.values())
    return "~matrix" if is_matrix else "~cells"


WorthItem = Annotated[
    Annotated[BusinessValue, Tag("~cells")] | Annotated[dict[str, dict[str, Number]], Tag("~matrix")],
    Discriminator(
        _worth_tag,
        custom_error_type="C011",
        custom_error_message="expected {tp: …, fp: …, fn: …, tn: …}, or by true class and predicted class",
    ),
]


_WORTH = {"one": "{tp: …, fp: …, fn: …, tn: …}", "by class": "{true class: {predicted class: worth}}"}
"""How the worth of outcomes is written, by how many scores a kind of model has."""


class MachineModel(Watch):
    """A model whose scores, predictions and labels stand in the dataset."""

    kind: Annotated[str, *one_of(*KINDS)]
    """What it predicts."""
    score: ScoreItem | None = None
    """Column with the probability of the positive class; for multiclass a column for each class. Without it there are
    realized values of predictions only."""
    prediction: Text | None = None
    """Column with the predicted class or value."""
    label: LabelItem | None = None
    """Column with the truth, or where to find it; may be missing or late."""
    positive: Scalar = None
    """The value of label and prediction that means positive; 1 or true unless given."""
    features: Texts = ()
    """The model's inputs: names, globs, `!exclude`."""
    metrics: Annotated[tuple[ModelMetric, ...], *SOME] | None = None
    """What to estimate and to realize."""
    estimators: Annotated[tuple[Estimator, ...], *SEVERAL] | None = None
    """How to estimate without labels."""
    business_value: WorthItem | None = None
    """The worth of outcomes, for the metric `business_value`."""
    threshold: ThresholdItem = "learned"
    """When a value alerts."""

    average: Annotated[str, *one_of(*AVERAGES)] = "macro"
    """How values of the classes of a multiclass model become one."""
    per_class: bool = False
    """Whether each class of a multiclass model has results of its own."""
    at: Annotated[tuple[Share, ...], *SEVERAL] = ()
    """Decision thresholds at which metrics of predictions are evaluated too, between 0 and 1."""
    learner: Annotated[str, *one_of("sql", "lightgbm")] = "sql"
    """Who grows the trees that an estimate needs: `sql` grows them in the warehouse, and no row leaves it; `lightgbm`
    grows them here, on about 50,000 rows that are fetched (`pip install 'whq[trees]'`)."""
    interval: Annotated[str, *one_of("full", "sampling")] = "full"
    """What the bounds of an estimate hold: its whole error, or that of sampling alone."""
    concept: bool = False
    """Whether changes are split in those of the rows and those of the relation between inputs and label."""
    weakest: Weakest | None = None
    """Look for slices in which the model does worse."""

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        kind = KINDS[self.kind]
        self._check_columns(kind)
        for name in self.metrics or ():
            if name not in kind.metrics:
                message = f"{name} is no metric of a {self.kind} model"
                raise wrong(message, f"allowed: {', '.join(kind.metrics)}", "C017")
            if self.prediction is None and name not in kind.of_scores and not self.at:
                raise wrong(f"{name} needs the model's `prediction` column", "add prediction:", "C014")
            if self.score is None and name not in kind.of_predictions:
                raise wrong(f"{name} needs the model's `score`", "add score:", "C014")
            if name == "business_value" and self.business_value is None:
                message = f"the metric business_value needs `business_value: {_WORTH.get(kind.score, '')}`"
                raise wrong(message, code="C014")
        for name in self.estimators or ():
            if name not in kind.estimators:
                message = f"{name} does not estimate a {self.kind} model"
                raise wrong(message, f"allowed: {', '.join(kind.estimators)}", "C017")
        self._check_choices(kind)
        return self

    def _check_columns(self, kind: ModelKind) -> None:
        """The columns that a kind needs, and those that it cannot have."""
        if self.score is None and (self.prediction is None or kind.score == "by class"):
            missing = "prediction" if kind.score == "none" else "score"
            raise wrong(f'missing key "{missing}"', f"name what the {self.kind} model gives", "C012")
        if kind.score == "one" and isinstance(self.score, dict):
            message = f"a {self.kind} model has one score"
            raise wrong(message, "name the column with the probability of the positive class")
        if kind.score == "by class" and self.score is not None and not isinstance(self.score, dict):
            message = f"a {self.kind} model has a score for each class"
            raise wrong(message, "write score: {class: column, …}, the keys as they stand in prediction and label")
        if kind.score == "none" and self.score is not None:
            raise wrong(f"a {self.kind} model has no score", "name the predicted value: prediction:", "C014")
        if isinstance(self.score, dict):
            self._check_classes(self.score)

    def _check_classes(self, score: Mapping[str, str]) -> None:
        """Each class has a name and a column of its own, and a worth is of classes that there are."""
        if len(score) < 2:
            raise wrong("a multiclass model has two classes or more", "write score: {class: column, …}")
        columns: dict[str, str] = {}
        for of, column in score.items():
            if column in columns:
                raise wrong(f'"{column}" is the score of "{columns[column]}" and of "{of}"', "each class has its own")
            columns[column] = of
        pairs = Counter(f"{true}>{predicted}" for true in score for predicted in score)
        (pair, often), *_ = pairs.most_common(1)
        if often > 1:
            raise wrong(f'"{pair}" may be two pairs of classes', "name classes without `>`, in a `query:`")
        worth = self.business_value if isinstance(self.business_value, dict) else {}
        for of in (*worth, *(predicted for row in worth.values() for predicted in row)):
            if of not in score:
                message = f'business_value names "{of}", which is no class of `score`'
                raise wrong(message, did_you_mean(of, score) or f"the classes are {', '.join(score)}", "C017")

    def _check_choices(self, kind: ModelKind) -> None:
        """What goes with some kinds only, or with other keys."""
        by_class = "average" in self.model_fields_set or self.per_class
        if by_class and kind.score != "by class":
            raise wrong(f"average and per_class are for multiclass models, not for a {self.kind} one", code="C014")
        if self.positive is not None and kind.score != "one":
            raise wrong(f"positive is for binary models, not for a {self.kind} one", code="C014")
        if self.at and (kind.score != "one" or self.score is None):
            raise wrong("at needs the one score of a binary model", "add score:, or leave out at:", "C014")
        if isinstance(self.business_value, BusinessValue) != (kind.score == "one") and self.business_value is not None:
            allowed = _WORTH.get(kind.score)
            raise wrong(f"business_value of a {self.kind} model " + (f"is {allowed}" if allowed else "is not defined"))
        needing = [name for name in self.estimators or () if name in ("dle", "pape", "blend")]
        if needing and not self.features:
            raise wrong(f"{needing[0]} needs the model's `features`", 'add features: ["*", "!id"]', "C014")
        if self.concept and self.label is None:
            raise wrong("concept needs labels", "add label:", "C014")
        if self.weakest is not None and self.label is None:
            raise wrong("weakest needs labels", "add label:", "C014")
        if self.weakest is not None and self.prediction is None:
            raise wrong("weakest needs the model's `prediction` column", "add prediction:", "C014")
