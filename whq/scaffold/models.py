"""The model whose scores stand in a table: its kind, and its columns by name and by content. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from whq.scaffold.facts import ColumnFacts, TableFacts

_SCORE = re.compile(r"(^|_)(p|pd|prob|proba|probability|score|likelihood|propensity)(_|$)|proba?$|score$")
_PREDICTION = re.compile(r"pred|y_?hat|(^|_)decision(_|$)|forecast|estimate$")
_LABEL = re.compile(r"(^|_)(label|target|actual|truth|outcome|true|y)(_|$)")
_TELLING = 0.05
"""A label's two values differ by so much in the mean score at least, where the score ranges from 0 to 1."""


class Model(Struct, frozen=True):
    """A model found in the columns; `lacking` says what an estimate still needs.

    scores: for `multiclass` the column of each class, by its value. positive: the label's value that means so, where it
    is not 1 or true.
    """

    name: str
    score: str | None
    prediction: str | None
    label: str | None
    lacking: str | None = None
    kind: str = "binary"
    scores: Mapping[str, str] = {}
    positive: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """All that is no input of the model."""
        named = (self.score, self.prediction, self.label, *self.scores.values())
        return tuple(name for name in named if name is not None)


def model_of(facts: TableFacts, can_learn: bool) -> tuple[Model | None, str | None]:
    """The model whose predictions stand in the table, and what is doubtful about it."""
    scores = [each for each in facts.columns if _is_score(each)]
    if len(scores) > 1:
        return _of_classes(facts, scores, can_learn)
    if not scores:
        return _of_numbers(facts, can_learn)
    score = scores[0]
    two_valued = [each for each in facts.columns if each.is_binary or len(each.values) == 2]
    predictions = [each for each in two_valued if _PREDICTION.search(each.name.lower())]
    label = _label(facts, score, [each for each in two_valued if each not in predictions])
    lacking = "labels" if label is None else None if can_learn else "a reference in several chunks"
    model = Model(
        _name(_stems(score.name)),
        score.name,
        predictions[0].name if len(predictions) == 1 else None,
        label.name if label else None,
        lacking,
        positive=_positive(facts, label) if label else None,
    )
    return model, f"{score.name} looks like a score, but {lacking} were not found" if lacking == "labels" else None


def could_be_labels(facts: TableFacts) -> tuple[ColumnFacts, tuple[ColumnFacts, ...]] | None:
    """The one score of a table and the columns of two values, of which its values may tell which is its label."""
    scores = [each for each in facts.columns if _is_score(each)]
    if len(scores) != 1:
        return None
    two_valued = [each for each in facts.columns if each.is_binary or len(each.values) == 2]
    return scores[0], tuple(each for each in two_valued if not _PREDICTION.search(each.name.lower()))


def is_named_label(each: ColumnFacts) -> bool:
    """Whether a column is called what labels are called."""
    return _LABEL.search(each.name.lower()) is not None


def _is_score(each: ColumnFacts) -> bool:
    bounds = each.bounds
    right = each.column.type in ("float", "decimal") and bounds is not None and bounds[0] >= 0 and bounds[1] <= 1
    return right and (each.distinct or 0) > 2 and _SCORE.search(each.name.lower()) is not None


# --- a binary model's label ---------------------------------------------------------------------------------


def _label(facts: TableFacts, score: ColumnFacts, candidates: Sequence[ColumnFacts]) -> ColumnFacts | None:
    """The truth among columns of two values: the one for which most speaks, or the only one where nothing speaks."""
    points = {each.name: _points(facts, score, each) for each in candidates}
    best = [each for each in candidates if points[each.name] == max(points.values())]
    if len(best) != 1:
        return None
    is_refuted = facts.scores_by_value.get(best[0].name) is not None and points[best[0].name] <= 0
    is_sure = points[best[0].name] >= 2 or (len(candidates) == 1 and best[0].is_binary)
    return best[0] if is_sure and not is_refuted else None


def _points(facts: TableFacts, score: ColumnFacts, each: ColumnFacts) -> int:
    """What speaks for a label: its name, a word shared with the score, NULLs that come late, and the score itself."""
    points = 3 if is_named_label(each) else 0
    points += 3 if any(stem in each.name.lower() for stem in _stems(score.name)) else 0
    points += 2 if _comes_late(facts, each) else 0
    means = [mean for _, mean in facts.scores_by_value.get(each.name, ())]
    if len(means) == 2:
        points += 2 if abs(means[0] - means[1]) >= _TELLING else -1
    return points


def _comes_late(facts: TableFacts, each: ColumnFacts) -> bool:
    """Whether the newest chunk of a column has no value, and earlier ones do."""
    closed = facts.history.closed if facts.history else ()
    return bool(each.nulls) and len(closed) > 1 and each.name in closed[-1].void and each.name not in closed[0].void


def _positive(facts: TableFacts, label: ColumnFacts) -> str | None:
    """The value of a text label that goes with the higher scores."""
    if label.is_binary:
        return None
    ordered = sorted(facts.scores_by_value.get(label.name, ()), key=lambda pair: pair[1])
    return ordered[-1][0] if ordered else None


# --- other kinds --------------------------------------------------------------------------------------------


def _of_classes(facts: TableFacts, scores: Sequence[ColumnFacts], can_learn: bool) -> tuple[Model | None, str | None]:
    """A multiclass model: each score is named after a value of the label or the prediction."""
    names = ", ".join(each.name for each in scores[:4])
    for each in facts.columns:
        by_class = {value: found for value in each.values if (found := _of_class(value, scores)) is not None}
        if len(by_class) >= 3 and len(by_class) == len(each.values):
            labels = [other for other in facts.columns if other.values == each.values]
            predictions = [other.name for other in labels if _PREDICTION.search(other.name.lower())]
            truths = [other.name for other in labels if other.name not in predictions]
            label = truths[0] if len(truths) == 1 else None
            lacking = "labels" if label is None else None if can_learn else "a reference in several chunks"
            prediction = predictions[0] if len(predictions) == 1 else None
            model = Model("classes", None, prediction, label, lacking, "multiclass", by_class)
            doubt = f"{names}, … are the scores of a multiclass model, but labels were not found"
            return model, doubt if label is None else None
    return None, f"several columns look like scores ({names}): models were left to you"


def _of_class(value: str, scores: Sequence[ColumnFacts]) -> str | None:
    """The one score whose name ends with a value."""
    plain = re.sub(r"\W+", "_", value.lower())
    ending = [each.name for each in scores if re.sub(r"\W+", "_", each.name.lower()).endswith(f"_{plain}")]
    return ending[0] if len(ending) == 1 else None


def _of_numbers(facts: TableFacts, can_learn: bool) -> tuple[Model | None, str | None]:
    """A regression model: a predicted number beside a true one."""
    numbers = [each for each in facts.columns if each.column.is_a("numeric") and (each.distinct or 0) > 20]
    predictions = [each for each in numbers if _PREDICTION.search(each.name.lower())]
    labels = [each for each in numbers if is_named_label(each) and each not in predictions]
    if len(predictions) != 1 or len(labels) != 1:
        return None, None
    prediction, label = predictions[0].name, labels[0].name
    lacking = None if can_learn else "a reference in several chunks"
    return Model(_name(_stems(prediction)), None, prediction, label, lacking, "regression"), None


# --- names --------------------------------------------------------------------------------------------------


def _name(stems: Sequence[str]) -> str:
    return re.sub(r"\W+", "_", "_".join(stems) or "model")


def _stems(name: str) -> list[str]:
    """The words of a score's name that say what is predicted: `p_default` → default."""
    words = re.split(r"[\W_]+", name.lower())
    return [
        word
        for word in words
        if len(word) > 2 and not re.fullmatch(r"pred\w*|proba?|probability|score\w*|likelihood|propensity|hat", word)
    ]
