"""What a project asks for, after validation and before the catalog: frozen values, short forms expanded.

Names and SQL texts are `Written`: they carry the file, line and column where they stand, so that the next
stage (`whq.resolve`) can point at them when the catalog disagrees. `resolve` gives back the same values with
exact column names and with `Fragment`s in the place of SQL texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from whq.errors import Location
from whq.values import Chunking, Fragment, Scalar, Severity, Written

Sql = Written | Fragment
"""A SQL text as written, or the checked fragment that `resolve` made of it."""


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

    kind `learned` and `std`: mean ± `std` population standard deviations of the reference chunks (3 by
    default); `constant`: `lower` and `upper` as given. `baseline` says what a reference chunk is compared
    with while learning: the `rest` of the reference, or the `whole` of it.
    """

    kind: Literal["learned", "std", "constant"] = "learned"
    std: float = 3.0
    lower: float | None = None
    upper: float | None = None
    baseline: Literal["rest", "whole"] = "rest"


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


class LookupSpec(Struct, frozen=True):
    """Columns of another table (or of the table of another dataset) as a rule's argument; `resolve` finds them."""

    table: str
    columns: tuple[str, ...]


class RuleSpec(Struct, frozen=True):
    """One rule: a kind (a template of `rules/`, or a profile metric's name), its columns, arguments, limits.

    `arguments` follow the template's header, column arguments excepted (they are `columns`). Without any
    limit `fail` is `> 0` for rules that count failures.
    """

    kind: str
    columns: tuple[str, ...]
    arguments: Mapping[str, Any]
    warn: Condition | None
    fail: Condition | None
    common: Common
    location: Location


class ProfileSpec(Struct, frozen=True):
    """Columns to profile (patterns), and those whose values may be shown (text min, max, top values)."""

    columns: tuple[str, ...]
    show_values: tuple[str, ...]
    common: Common
    location: Location


class DriftSpec(Struct, frozen=True):
    """Columns (patterns), metrics by family (None: the defaults), thresholds and what to compare with."""

    columns: tuple[str, ...]
    numeric: tuple[str, ...] | None
    categorical: tuple[str, ...] | None
    threshold: Threshold
    against: Literal["reference", "previous"]
    treat_as_categorical: tuple[str, ...]
    common: Common
    location: Location
    method: Literal["auto", "exact", "binned"] = "auto"


class LabelTable(Struct, frozen=True):
    """Labels that live in another table: its name, the column to join on, the label column."""

    table: Written
    on: tuple[Written, ...]
    column: Written


class ModelSpec(Struct, frozen=True):
    """A model whose scores, predictions and labels stand in the dataset."""

    name: str
    kind: Literal["binary"]
    score: str
    prediction: str | None
    label: str | LabelTable | None
    positive: Scalar
    features: tuple[str, ...]
    metrics: tuple[str, ...]
    estimators: tuple[str, ...]
    business_value: Mapping[str, float] | None
    threshold: Threshold
    common: Common
    location: Location


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
    """

    name: str
    table: Written | None
    query: Sql | None
    time: str | None
    key: tuple[str, ...]
    where: Sql | None
    chunking: Chunking
    reference: Sql | None
    reference_dataset: Written | None
    segments: tuple[SegmentSpec, ...]
    owner: str | None
    tags: tuple[str, ...]
    rules: tuple[RuleSpec, ...]
    profile: ProfileSpec | None
    drift: DriftSpec | None
    models: tuple[ModelSpec, ...]
    location: Location
    template_folders: tuple[Path, ...] = ()


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
    """A folder with `whq.yml` and `monitors/`, read and checked."""

    name: str
    root: Path
    profile: str
    target: str | None
    store: StoreSpec
    budget: Budget
    report: Path | None
    datasets: tuple[DatasetSpec, ...]
    warnings: tuple[str, ...] = ()


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
