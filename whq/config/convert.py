"""From the validated written form to a project's values: defaults merged, short forms expanded, contradictions told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from whq.config import forms, machine, names, written
from whq.config.models import KINDS
from whq.config.problems import shown
from whq.config.spec import (
    Common,
    DatasetSpec,
    DriftSpec,
    LabelTable,
    ModelSpec,
    ProfileSpec,
    RuleSpec,
    SegmentSpec,
    Threshold,
    WatchSpec,
    WeakestSpec,
)
from whq.config.thresholds import threshold
from whq.config.validate import Reader
from whq.config.yaml_source import KeyPath
from whq.errors import Location, did_you_mean
from whq.values import Chunking, FileOptions, Written


class Defaults(Struct, frozen=True):
    """What `whq.yml` says for all datasets, and where."""

    reader: Reader
    form: written.Defaults | None


class _Merged(Struct, frozen=True):
    """A dataset's own values before the project's defaults."""

    reader: Reader
    path: KeyPath
    own: written.Dataset
    defaults: Defaults | None

    def get(self, name: str) -> Any:
        """The value of a key, own or default."""
        if name in self.own.model_fields_set or not self.inherits(name):
            return getattr(self.own, name)
        assert self.defaults is not None
        return getattr(self.defaults.form, name)

    def inherits(self, name: str) -> bool:
        """Whether the value of a key is the project's default."""
        general = self.defaults.form if self.defaults else None
        return general is not None and name not in self.own.model_fields_set and name in general.model_fields_set

    def place(self, *steps: str | int) -> Location:
        """Where a key stands, in the dataset or among the defaults."""
        if self.defaults is not None and self.inherits(str(steps[0])):
            return self.defaults.reader.key(("defaults", *steps))
        return self.reader.key((*self.path, *steps))

    def refuse(self, code: str, message: str, hint: str, *steps: str | int) -> None:
        """Note a contradiction at a key."""
        self.reader.refuse(code, message, self.place(*steps), hint)


def dataset(
    reader: Reader, path: KeyPath, form: written.Dataset, rules: tuple[RuleSpec, ...], defaults: Defaults | None
) -> DatasetSpec:
    """The dataset with the project's defaults; contradictions are noted in the reader."""
    merged = _Merged(reader, path, form, defaults)
    reference = merged.get("reference")
    inherited = defaults.form.tags if defaults and defaults.form else ()
    spec = DatasetSpec(
        name=str(path[-1]),
        table=form.table.path if isinstance(form.table, written.FileTable) else form.table,
        file_options=_file_options(form.table),
        query=form.query,
        time=merged.get("time"),
        key=merged.get("key"),
        where=merged.get("where"),
        chunking=_chunking(merged),
        reference=None if isinstance(reference, written.OtherDataset) else reference,
        reference_dataset=reference.dataset if isinstance(reference, written.OtherDataset) else None,
        segments=_segments(merged),
        owner=merged.get("owner"),
        tags=tuple(dict.fromkeys((*inherited, *form.tags))),
        rules=rules,
        profile=_profile(merged),
        drift=_drift(merged),
        models=tuple(_model(merged, name, item) for name, item in (form.models or {}).items()),
        watch=_watch(merged),
        late=merged.get("late"),
        rescan=merged.get("rescan"),
        finished=merged.get("finished"),
        ignore=merged.get("ignore"),
        location=reader.key(path),
        private=tuple(sorted({name.lower() for rule in rules if "pii" in rule.common.tags for name in rule.columns})),
    )
    _check(merged, spec)
    return spec


def _file_options(table: object) -> FileOptions:
    """What a dataset says of how its file is written."""
    if not isinstance(table, written.FileTable):
        return ()
    said = {name: getattr(table, name) for name in written.FileTable.model_fields if name != "path"}
    if table.types is not None:
        said["types"] = tuple((name, str(kind)) for name, kind in table.types.items())
    return tuple((name, value) for name, value in said.items() if value is not None)


def _chunking(merged: _Merged) -> Chunking:
    chunk, time = merged.get("chunk"), merged.get("time")
    if chunk is None:
        return Chunking("day" if time else "all")
    if isinstance(chunk, written.RowChunks):
        if not merged.get("key") and chunk.of is None:
            hint = "add key: with the columns that identify a row"
            merged.refuse("C014", "chunks of rows need an order: the dataset has no `key`", hint, "chunk")
        if chunk.of is not None and merged.get("reference") is None and not merged.inherits("chunk"):
            hint = "add reference: with a predicate or {dataset: NAME}, or leave `of` out"
            merged.refuse("C014", "chunk: of: reference, but the dataset has no `reference`", hint, "chunk")
        if chunk.rows:
            return Chunking("rows", chunk.rows)
        return Chunking("count", chunk.count, "reference" if chunk.of else "both")
    if chunk in names.CALENDAR and time is None:
        if not merged.inherits("chunk"):
            merged.refuse("C014", f"chunk: {chunk} needs the dataset's `time`", "add time: with a time column", "chunk")
        return Chunking("all")
    return Chunking(chunk)


def _segments(merged: _Merged) -> tuple[SegmentSpec, ...]:
    segments: dict[str, SegmentSpec] = {}
    for index, item in enumerate(merged.get("segments") or ()):
        if isinstance(item, Written):
            item = written.Segment.model_construct(name=None, column=item, where=None)
        name = str(item.name or item.column)
        if name in segments:
            merged.refuse("C015", f'two segments are called "{name}"', "rename one of them", "segments", index)
        segments[name] = SegmentSpec(item.name or item.column, item.column, item.where)
    return tuple(segments.values())


def _common(item: forms.Item) -> Common:
    return Common(**{name: getattr(item, name) for name in forms.Item.model_fields})


def _profile(merged: _Merged) -> ProfileSpec | None:
    item = merged.get("profile")
    if item is None or item is False:
        return None
    if not isinstance(item, written.Profile):
        columns = (Written("*", merged.place("profile")),) if item is True else item
        item = written.Profile.model_construct(columns=columns)
    named = [(entry.column, entry.values) if isinstance(entry, written.ProfiledColumn) else (entry, False)
             for entry in item.columns]  # fmt: skip
    columns = tuple(name for name, _ in named)
    shown = tuple(name for name, values in named if values)
    return ProfileSpec(columns, shown, common=_common(item), location=merged.place("profile"))


def _drift(merged: _Merged) -> DriftSpec | None:
    item = merged.get("drift")
    if item is None or item is False:
        return None
    if item is True:
        item = written.Drift()
    numeric, categorical = _drift_metrics(merged, item)
    return DriftSpec(
        columns=item.columns,
        numeric=numeric,
        categorical=categorical,
        threshold=threshold(item.threshold),
        against=item.against,
        treat_as_categorical=item.treat_as_categorical,
        common=_common(item),
        location=merged.place("drift"),
        method=item.method,
        bins=item.bins,
        false_discovery=item.false_discovery,
    )


def _drift_metrics(merged: _Merged, drift: written.Drift) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    """The statistics by family; None is the default of a family."""
    metrics = drift.metrics
    if isinstance(metrics, written.DriftMetrics):
        return metrics.numeric, metrics.categorical
    if metrics == ("auto",):
        return None, None
    if "auto" in metrics:
        merged.refuse("C014", "`auto` stands alone", "write metrics: auto, or name all", "drift", "metrics")
    numeric, categorical = (
        tuple(name for name in metrics if name in merged.reader.drift_metrics[family])
        for family in ("numeric", "categorical")
    )
    return numeric, categorical


def _watch(merged: _Merged) -> WatchSpec | None:
    """What the rows of a dataset are watched for; nothing without a time column."""
    item = merged.get("watch")
    if item is False or merged.get("time") is None:
        return None
    form = item if isinstance(item, written.Watched) else written.Watched()
    switches = {name: getattr(form, name) for name in written.Watched.model_fields}
    kinds: tuple[tuple[str, Any], ...] = tuple(
        (name, switch.severity if isinstance(switch, written.WatchedKind) else None)
        for name, switch in switches.items()
        if switch is not False
    )
    is_written = "watch" in merged.own.model_fields_set
    return WatchSpec(kinds=kinds, is_written=is_written, location=merged.place("watch")) if kinds else None


def _model(merged: _Merged, name: str, item: machine.MachineModel) -> ModelSpec:
    label, worth, weakest = item.label, item.business_value, item.weakest
    return ModelSpec(
        name=str(name),
        kind=item.kind,
        score=item.score,
        prediction=item.prediction,
        label=_label(label),
        delay=label.delay if isinstance(label, machine.Label) else None,
        positive=item.positive,
        features=item.features,
        metrics=item.metrics or (),
        estimators=item.estimators or (),
        business_value=worth.model_dump() if isinstance(worth, machine.BusinessValue) else None,
        worth=worth if isinstance(worth, dict) else None,
        threshold=threshold(item.threshold),
        average=item.average,
        per_class=item.per_class,
        at=item.at,
        interval=item.interval,
        learner=item.learner,
        concept=item.concept,
        weakest=None if weakest is None else WeakestSpec(weakest.of, weakest.min_rows, weakest.most),
        common=_common(item),
        location=merged.place("models", str(name)),
    )


def _label(item: machine.Label | Written | None) -> LabelTable | Written | None:
    """The column with the truth, or where it lives apart."""
    if not isinstance(item, machine.Label):
        return item
    return item.column if item.table is None else LabelTable(item.table, item.on, item.column)


def _check_least(merged: _Merged, threshold: Threshold, metrics: Iterable[str], *steps: str) -> None:
    """The least difference that matters is said of metrics that there are."""
    known = frozenset(metrics)
    for name, _ in threshold.least:
        if name not in known:
            message, place = f'unknown metric "{shown(name)}" under `least`', (*steps, "threshold", "least", name)
            merged.refuse("C010", message, did_you_mean(name, known), *place)


# --- contradictions -----------------------------------------------------------------------------------------


def _check(merged: _Merged, spec: DatasetSpec) -> None:
    """What cannot work whatever the warehouse holds."""
    has_reference = spec.reference is not None or spec.reference_dataset is not None
    drift = spec.drift
    if drift is not None and drift.against == "reference" and not has_reference:
        hint = "add reference:, or drift: {against: previous}, or drift: false"
        merged.refuse("C014", f"drift compares with a reference, and {spec.name} has none", hint, "drift")
    if drift is not None and drift.against == "previous" and spec.chunking.unit == "all":
        merged.refuse("C014", "against: previous needs chunks to compare", "add time: and chunk:", "drift", "against")
    if drift is not None:
        named = {"numeric": drift.numeric, "categorical": drift.categorical}
        known = merged.reader.drift_metrics
        statistics = dict.fromkeys(name for family in known for name in named.get(family) or known[family])
        _check_least(merged, drift.threshold, statistics, "drift")
        if drift.false_discovery is not None and drift.threshold.kind != "learned":
            message = "false_discovery goes with a learned threshold, which tells how rare a value is"
            merged.refuse("C014", message, "write threshold: learned, or leave out one", "drift", "false_discovery")
    for model in spec.models:
        _check_least(
            merged, model.threshold, set(KINDS[model.kind].metrics) - {"confusion_matrix"}, "models", model.name
        )
        if model.label is None and not has_reference:
            message = f"model {model.name} has no label and the dataset no reference: nothing can be computed"
            merged.refuse("C014", message, "add label:, or reference: with rows that have labels", "models", model.name)
        if model.label is None and has_reference:
            message = f"model {model.name} has no label: the reference cannot be learned from"
            merged.refuse("C014", message, "add label:; it may be missing in analysis rows", "models", model.name)
    for rule in spec.rules:
        if rule.threshold is not None and (spec.chunking.unit == "all" or not has_reference):
            message = f"threshold: a reference cut into chunks teaches it, and {spec.name} has none"
            merged.reader.refuse("C014", message, rule.location, "add reference: and chunk:, or write a limit")
        if "segment" in rule.common.per and not spec.segments:
            merged.reader.refuse(
                "C014", "per: segment, and the dataset has no segments", rule.location, "add segments:"
            )
