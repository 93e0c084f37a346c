"""What a project asks for, after validation and before the catalog: frozen values, short forms expanded.

Names and SQL texts are `Written`: they carry the file, line and column where they stand, so that the next
stage (`whq.resolve`) can point at them when the catalog disagrees. `resolve` gives back the same values with
exact column names and with `Fragment`s in the place of SQL texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, ClassVar, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from whq.errors import Location
from whq.values import Chunking, FileOptions, Fragment, MonitorName, Scalar, Severity, Written

Sql = Written | Fragment
"""A SQL text as written, or the checked fragment that `resolve` made of it."""

UNWRITTEN = Location("(in no file)")
"""Where an item stands that no file holds, as those of a command on one table."""


# --- limits -------------------------------------------------------------------------------------------------


class Limit(Struct, frozen=True):
    """`"> 1%"`: broken when `value operator number` is true.

    unit: `""` for a plain number, `"%"` (number is already a ratio 0..1), `"rows"`, `"keys"`, or `"seconds"`
    for a duration.
    """

    text: str
    operator: Literal[">", ">=", "<", "<=", "=", "!="]
    number: float
    unit: Literal["", "%", "rows", "keys", "seconds"] = ""


class Between(Struct, frozen=True):
    """Broken when the value is outside lower … upper (inclusive; None is no side)."""

    lower: float | None
    upper: float | None


Condition = Limit | Between


class Threshold(Struct, frozen=True):
    """How alerts of a series are decided.

    kind `learned`: what the reference's chunks vary by, what sampling does at a chunk's size, and the least effect that
    matters, such that a quiet chunk alerts with a chance of at most `alarms`; `least` replaces that effect for the
    statistics that it names. `std`: mean ± `std` population standard deviations of the reference chunks, each compared
    with the `rest` of the reference or with the `whole` of it (`baseline`). `constant`: `lower` and `upper` as given.
    """

    kind: Literal["learned", "std", "constant"] = "learned"
    std: float = 3.0
    lower: float | None = None
    upper: float | None = None
    baseline: Literal["rest", "whole"] = "rest"
    alarms: float = 0.001
    least: tuple[tuple[str, float], ...] = ()


# --- monitors -----------------------------------------------------------------------------------------------


class Common(Struct, frozen=True):
    """What every item may carry."""

    id: str | None = None
    where: Sql | None = None
    severity: Severity | None = None
    owner: str | None = None
    tags: tuple[str, ...] = ()
    on_empty: Literal["fail", "warn", "pass"] | None = None
    nulls: Literal["pass", "fail"] = "pass"
    per: tuple[Literal["chunk", "segment"], ...] = ()

    @property
    def filter(self) -> Fragment | None:
        """The item's own filter after `resolve`, None where it has none.

        Raises:
            TypeError: The text is not checked yet; without this it would be left out, and all rows judged.
        """
        if self.where is None or isinstance(self.where, Fragment):
            return self.where
        raise TypeError(f"a filter that resolve has not checked: {self.where}")


class Item(Struct, frozen=True, kw_only=True):
    """One thing that a dataset asks for: a rule, its profile, its drift, a model.

    Each kind says its `family` of monitors, whose module measures and judges it (`whq.monitors`).
    """

    family: ClassVar[MonitorName]
    common: Common = Common()
    location: Location = UNWRITTEN

    @property
    def subject(self) -> str | None:
        """What the result is about that tells that the item is lost; None is the dataset as a whole."""
        return None

    @property
    def metric(self) -> str:
        """The metric of the result that tells that the item is lost."""
        return self.family

    @property
    def subjects(self) -> tuple[tuple[str, ...], ...]:
        """What each of its results can be about: columns, or a model's name; () is the dataset as a whole."""
        return ((),) if self.subject is None else ((self.subject,),)

    @property
    def metrics_named(self) -> tuple[str, ...] | None:
        """The metrics that its results can have; None where the family decides."""
        return None

    def only(self, keep: Callable[[tuple[str, ...]], bool]) -> Item | None:
        """The item with those of its `subjects` that are kept; None where that is none of them."""
        return self if any(map(keep, self.subjects)) else None


class LookupSpec(Struct, frozen=True):
    """Columns of another table (or of the table of another dataset) as a rule's argument; `resolve` finds them."""

    table: str
    columns: tuple[str, ...]


class RuleSpec(Item, frozen=True):
    """One rule: a kind (a template of `rules/`, or a profile metric's name), its columns, arguments, limits.

    `arguments` follow the template's header, column arguments excepted (they are `columns`). Without any
    limit `fail` is `> 0` for rules that count failures.
    """

    family: ClassVar[MonitorName] = "rule"
    kind: str
    columns: tuple[str, ...] = ()
    arguments: Mapping[str, Any] = field(default_factory=dict)
    warn: Condition | None = None
    fail: Condition | None = None
    threshold: Threshold | None = None
    """How a metric's band is learned, instead of limits."""

    @property
    def subject(self) -> str | None:
        """Its columns, joined by a comma."""
        return ",".join(self.columns) or None

    @property
    def metric(self) -> str:
        """Its kind."""
        return self.kind

    @property
    def subjects(self) -> tuple[tuple[str, ...], ...]:
        """Its columns together."""
        return (self.columns,)

    @property
    def metrics_named(self) -> tuple[str, ...] | None:
        """Its kind."""
        return (self.kind,)


class ProfileSpec(Item, frozen=True):
    """Columns to profile (patterns), and those whose values may be shown (text min, max, top values)."""

    family: ClassVar[MonitorName] = "profile"
    columns: tuple[str, ...] = ()
    show_values: tuple[str, ...] = ()

    @property
    def subjects(self) -> tuple[tuple[str, ...], ...]:
        """The dataset as a whole, whose rows are counted, and each column."""
        return ((), *((name,) for name in self.columns))


class DriftSpec(Item, frozen=True):
    """Columns (patterns), metrics by family (None: the defaults), thresholds and what to compare with."""

    family: ClassVar[MonitorName] = "drift"
    columns: tuple[str, ...] = ()
    numeric: tuple[str, ...] | None = None
    categorical: tuple[str, ...] | None = None
    threshold: Threshold = Threshold()
    against: Literal["reference", "previous"] = "reference"
    treat_as_categorical: tuple[str, ...] = ()
    method: Literal["auto", "exact", "binned"] = "auto"
    bins: Literal["auto", "doane"] = "auto"
    false_discovery: float | None = None
    """The share of false ones among a chunk's alerts over all columns that is accepted; None: each is judged alone."""
    matched: tuple[str, ...] = ()
    """Columns that only a pattern found, after `resolve`: identifiers among them are left out."""

    @property
    def subjects(self) -> tuple[tuple[str, ...], ...]:
        """Each column."""
        return tuple((name,) for name in self.columns)

    @property
    def metrics_named(self) -> tuple[str, ...] | None:
        """The statistics of both families of columns, where both are named."""
        if self.numeric is None or self.categorical is None:
            return None
        return (*self.numeric, *self.categorical)

    def only(self, keep: Callable[[tuple[str, ...]], bool]) -> Item | None:
        """The drift of fewer columns."""
        columns = tuple(name for name in self.columns if keep((name,)))
        return replace(self, columns=columns) if columns else None


class WatchSpec(Item, frozen=True):
    """What every dataset with a time column is watched for: rows that are missing, too few, too many, late, or ahead.

    `kinds`: the verdicts that are on, by name, each with the severity that the user gave, or None for its own.
    `is_written`: whether the dataset asks for it, instead of having it as every dataset does.
    """

    family: ClassVar[MonitorName] = "anomaly"
    kinds: tuple[tuple[str, Severity | None], ...] = ()
    is_written: bool = False

    @property
    def metric(self) -> str:
        """The first verdict."""
        return self.kinds[0][0] if self.kinds else self.family

    @property
    def metrics_named(self) -> tuple[str, ...]:
        """The verdicts that are on."""
        return tuple(name for name, _ in self.kinds)


class LabelTable(Struct, frozen=True):
    """Labels that live in another table: its name, the column to join on, the label column."""

    table: Written
    on: tuple[Written, ...]
    column: Written


class WeakestSpec(Struct, frozen=True):
    """Where a model is looked for slices that do worse: columns (patterns), least rows of a slice, how many to name."""

    of: tuple[str, ...]
    min_rows: int = 500
    most: int = 10


class ModelSpec(Item, frozen=True):
    """A model whose scores, predictions and labels stand in the dataset.

    kind: one of `whq.config.models.KINDS`. score: the column with the model's score, by class where there are
    several, None where there is none. delay: seconds after which a label is due; None is not known. estimators: how to
    estimate without labels; none is the kind's usual ones. business_value: the worth of one row by cell of the
    confusion matrix (`tp`). worth: the same of several classes, by the true one and the one predicted. average: how
    values of classes become one. at: decision thresholds, 0..1. learner: who grows trees (`sql`, `lightgbm`). interval:
    what the bounds of an estimate hold (`full`, `sampling`). concept: whether changes are split in those of the
    rows and those of the relation of inputs and label.
    """

    family: ClassVar[MonitorName] = "model"
    name: str
    score: str | Mapping[str, str] | None
    kind: str = "binary"
    prediction: str | None = None
    label: str | LabelTable | None = None
    positive: Scalar = None
    features: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    estimators: tuple[str, ...] = ()
    business_value: Mapping[str, float] | None = None
    threshold: Threshold = Threshold()
    delay: float | None = None
    worth: Mapping[str, Mapping[str, float]] | None = None
    average: str = "macro"
    per_class: bool = False
    at: tuple[float, ...] = ()
    interval: str = "full"
    learner: str = "sql"
    concept: bool = False
    weakest: WeakestSpec | None = None

    @property
    def subject(self) -> str | None:
        """Its name."""
        return self.name

    @property
    def metrics_named(self) -> tuple[str, ...] | None:
        """Its metrics where some are named; a confusion matrix is several."""
        return None if "confusion_matrix" in self.metrics else self.metrics or None


# --- datasets and the project -------------------------------------------------------------------------------


class SegmentSpec(Struct, frozen=True):
    """A column's values, or a named predicate."""

    name: str
    column: str | None
    where: Sql | None


class DatasetSpec(Struct, frozen=True):
    """One entry of `datasets:` with the project's defaults merged in.

    Exactly one of `table` and `query` is given. `reference` is a SQL predicate, or the name of another
    dataset in `reference_dataset`. `template_folders` are the project's own templates, for `templates.load`.
    `file_options` say how a table that is a file is written.
    `late`: a chunk is closed when its end lies so many seconds back. `rescan`: so many seconds before the newest day
    that is stored, a run counts rows again. `finished`: the table gets no new rows.
    `ignore`: days that are left out of histories and of verdicts on them. `private`: columns of rules with the tag
    `pii`, in lower case; it holds for all items, also where these rules are not selected.
    """

    name: str
    table: Written | None = None
    query: Sql | None = None
    time: str | None = None
    key: tuple[str, ...] = ()
    where: Sql | None = None
    chunking: Chunking = Chunking()
    reference: Sql | None = None
    reference_dataset: Written | None = None
    segments: tuple[SegmentSpec, ...] = ()
    owner: str | None = None
    tags: tuple[str, ...] = ()
    rules: tuple[RuleSpec, ...] = ()
    profile: ProfileSpec | None = None
    drift: DriftSpec | None = None
    models: tuple[ModelSpec, ...] = ()
    watch: WatchSpec | None = None
    late: float = 0.0
    rescan: float = 259200.0
    finished: bool = False
    ignore: tuple[date, ...] = ()
    location: Location = UNWRITTEN
    template_folders: tuple[Path, ...] = ()
    file_options: FileOptions = ()
    private: tuple[str, ...] = ()

    @property
    def items(self) -> tuple[Item, ...]:
        """Everything that the dataset asks for, in the order of its results."""
        return tuple(item for name in ITEM_FIELDS.values() for item in _several(getattr(self, name)))

    @property
    def families(self) -> tuple[MonitorName, ...]:
        """The families of monitors that the dataset asks for, in the order of their results."""
        return tuple(dict.fromkeys(item.family for item in self.items))

    def with_items(self, items: Iterable[Item]) -> DatasetSpec:
        """The dataset with other items in the place of its own."""
        listed = tuple(items)
        changed: dict[str, Any] = {}
        for family, name in ITEM_FIELDS.items():
            of_family = tuple(item for item in listed if item.family == family)
            is_single = not isinstance(getattr(self, name), tuple)
            changed[name] = next(iter(of_family), None) if is_single else of_family
        return replace(self, **changed)


ITEM_FIELDS: Mapping[MonitorName, str] = {
    "rule": "rules",
    "profile": "profile",
    "drift": "drift",
    "model": "models",
    "anomaly": "watch",
}
"""Where a dataset keeps the items of each family: one item or None, or a tuple of them."""


def _several(value: Item | tuple[Item, ...] | None) -> tuple[Item, ...]:
    return value if isinstance(value, tuple) else () if value is None else (value,)


class StoreSpec(Struct, frozen=True):
    """Where results are kept: a DuckDB file, or a schema of a target."""

    path: Path | None
    target: str | None = None
    schema: str | None = None


class Budget(Struct, frozen=True):
    """Caps of one run; None is no cap."""

    bytes: int | None = None
    seconds: float | None = None
    queries: int | None = None


class Project(Struct, frozen=True):
    """A folder with `whq.yml` and `monitors/`, read and checked. `dbt` is the folder of a dbt project."""

    name: str
    root: Path
    profile: str
    target: str | None
    store: StoreSpec
    budget: Budget
    report: Path | None
    datasets: tuple[DatasetSpec, ...]
    warnings: tuple[str, ...] = ()
    dbt: Path | None = None


class Target(Struct, frozen=True):
    """One connection of a profile: the engine's type and its fields.

    `secrets` are texts that must never be shown. `variables` are the values of other fields that were written with
    `env_var`, with the names of the variables (`$PG_HOST`), which errors show in their place.
    """

    name: str
    type: str
    fields: Mapping[str, Any]
    root: Path
    secrets: tuple[str, ...] = ()
    profile: str = ""
    warnings: tuple[str, ...] = ()
    variables: Mapping[str, str] = {}

    def __repr__(self) -> str:
        return f"Target({self.name!r}, {self.type!r})"
