"""A dataset's own names: source, time, key, filters, segments, reference, and labels of other tables."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from whq.catalog import is_string, resolve_column
from whq.config.spec import DatasetSpec, LabelTable, ModelSpec
from whq.errors import ConfigError, Location, Problem, nearest
from whq.resolve.binder import Binder, is_reserved, trouble
from whq.values import Column, Dataset, FileSource, Fragment, Join, Segment, place_of

_CALENDAR = ("hour", "day", "week", "month", "quarter", "year")


def base(binder: Binder, spec: DatasetSpec) -> Dataset | None:
    """The dataset without its reference; None where the source is not there. Problems are the binder's."""
    table = binder.attempt(binder.problems, binder.source, spec)
    if table is None:
        return None
    _check_names(binder, spec, table.columns)
    dataset = Dataset(spec.name, table.source, table.columns, chunking=spec.chunking)
    problems = binder.problems
    time = binder.attempt(problems, binder.column, dataset, spec.time) if spec.time is not None else None
    key = [binder.attempt(problems, binder.column, dataset, name) for name in spec.key]
    where = binder.attempt(problems, binder.expression, spec.where, table.columns) if spec.where is not None else None
    _check_time(binder, spec, dataset, time)
    return replace(
        dataset,
        time=time.name if time else None,
        key=tuple(column.name for column in key if column),
        where=where,
        segments=_segments(binder, spec, dataset),
    )


def _check_names(binder: Binder, spec: DatasetSpec, columns: Sequence[Column]) -> None:
    for name in [column.name for column in columns if is_reserved(column.name)]:
        hint = "rename it in a query: select … as other_name"
        binder.problems.append(trouble("C054", f'names like "{name}" are whq\'s own', hint, spec.location))
    seen: set[str] = set()
    for name in [column.name for column in columns]:
        if name in seen:
            hint = "give each column of the query a name of its own"
            binder.problems.append(trouble("C054", f'two columns are called "{name}"', hint, spec.location))
        seen.add(name)


def _check_time(binder: Binder, spec: DatasetSpec, dataset: Dataset, time: Column | None) -> None:
    """Calendar chunks and time windows need a date or a timestamp; rows may be ordered by anything."""
    if time is None or spec.time is None or time.is_a("temporal"):
        return
    if spec.chunking.unit in _CALENDAR or binder.is_windowed:
        use = f"chunk: {spec.chunking.unit}" if spec.chunking.unit in _CALENDAR else "a time window"
        message = f'{use} needs a date or timestamp; "{time.name}" is {time.native or time.type}'
        binder.problems.append(trouble("C052", message, _as_time(binder, spec, dataset, time), place_of(spec.time)))


_SECONDS = ("to_timestamp({})", "epoch_ms({}) for milliseconds"), ("to_timestamp({})", "{} / 1000.0 for milliseconds")
_DAY = ("a_date + {}", "a_date being the column with the day")
_TIMES: dict[str, dict[str, tuple[str, str]]] = {
    "duckdb": {
        "numeric": _SECONDS[0],
        "text": ("strptime({}, '%Y-%m-%d %H:%M:%S')", "the format as it is"),
        "time": _DAY,
    },
    "postgres": {
        "numeric": _SECONDS[1],
        "text": ("to_timestamp({}, 'YYYY-MM-DD HH24:MI:SS')", "the format as it is"),
        "time": _DAY,
    },
}
"""How a timestamp is made of what is none, and what may have to be changed in that."""


def _as_time(binder: Binder, spec: DatasetSpec, dataset: Dataset, time: Column) -> str:
    """What to write for the time column to be a timestamp."""
    fitting = (item for family, item in _TIMES.get(binder.dialect, {}).items() if time.is_a(family))
    expression, advice = next(fitting, (None, ""))
    if expression is None:
        names = [f'"{column.name}"' for column in dataset.columns if column.is_a("temporal")]
        return f"name another: {', '.join(names)}" if names else "name a column with a date or timestamp"
    quoted = '"' + time.name.replace('"', '""') + '"'
    name = f"{time.name}_time" if time.name.isidentifier() else "row_time"
    column_sql = f"{expression.format(quoted)} as {name}"
    if isinstance(dataset.source, FileSource):
        if dataset.source.format == "csv" and time.is_a("text"):
            return f'write table: {{path: …, types: {{{time.name}: timestamp}}, timestampformat: "%d.%m.%Y %H:%M"}}'
        file = f"{spec.name}_file"
        start = f"name the file as a dataset, {file}: {{table: …}}, and write query: select *, {column_sql} from {file}"
        return f"{start}, and time: {name} ({advice.format(quoted)})"
    start = (
        f"query: select *, {column_sql} from {spec.table}" if spec.table is not None else f"{column_sql} in the query"
    )
    return f"write {start}, and time: {name} ({advice.format(quoted)})"


def _segments(binder: Binder, spec: DatasetSpec, dataset: Dataset) -> tuple[Segment, ...]:
    segments: list[Segment] = []
    for item in spec.segments:
        where, written = item.where, item.column
        if where is not None:
            checked = binder.attempt(binder.problems, binder.expression, where, dataset.columns)
            segments += [Segment(str(item.name), where=checked)] if checked else []
        elif written is not None:
            column = binder.attempt(binder.problems, binder.column, dataset, written)
            segments += (
                [Segment(column.name if item.name == written else str(item.name), column.name)] if column else []
            )
    return tuple(segments)


# --- reference ----------------------------------------------------------------------------------------------


def with_reference(binder: Binder, spec: DatasetSpec, dataset: Dataset) -> Dataset | None:
    """The dataset with its reference: a predicate, or another dataset whose columns match by name."""
    if spec.reference is not None:
        predicate = binder.attempt(binder.problems, binder.expression, spec.reference, dataset.columns)
        return replace(dataset, reference=predicate)
    if spec.reference_dataset is None:
        return dataset
    named = spec.reference_dataset
    other = next((item for item in binder.project.datasets if item.name == named), None)
    if other is None:
        hint = nearest(named, [item.name for item in binder.project.datasets]) or "name an entry of datasets:"
        binder.problems.append(trouble("C020", f'unknown dataset "{named}"', hint, place_of(named)))
        return None
    reference = base(binder, other)
    if reference is None:
        return None
    reference = _like(reference, dataset)
    binder.problems += _unmatched(spec, dataset, reference)
    return replace(dataset, reference=reference)


def _like(reference: Dataset, dataset: Dataset) -> Dataset:
    """The reference cut as the dataset is; its time is the column of the same name where it names none."""
    time = reference.time or _match(reference.columns, dataset.time)
    return replace(reference, chunking=dataset.chunking, segments=dataset.segments, time=time)


def _unmatched(spec: DatasetSpec, dataset: Dataset, reference: Dataset) -> list[Problem]:
    """The names of the dataset as a whole that the reference lacks."""
    needed = {column for segment in dataset.segments for column in _columns_of(segment)}
    if dataset.chunking.unit in _CALENDAR and reference.time is None and dataset.time is not None:
        needed.add(dataset.time)
    place = place_of(spec.reference_dataset or "")
    return [problem for name in sorted(needed) if (problem := missing_in_reference(dataset, reference, name, place))]


def _columns_of(segment: Segment) -> tuple[str, ...]:
    return segment.where.columns if segment.where else (segment.column,) if segment.column else ()


def missing_in_reference(
    dataset: Dataset, reference: Fragment | Dataset | None, name: str, place: Location | None
) -> Problem | None:
    """What is wrong with a column's counterpart in the reference dataset; None where it is there and alike."""
    if not isinstance(reference, Dataset):
        return None
    match = _match(reference.columns, name)
    if match is None:
        hint = "the reference needs the columns that are compared"
        return trouble("C053", f'the reference {reference.name} has no column "{name}"', hint, place)
    mine, theirs = dataset.column(name), reference.column(match)
    if family(mine) != family(theirs):
        message = f'"{name}" is {mine.native or mine.type}, in the reference {theirs.native or theirs.type}'
        return trouble("C053", message, "cast one of them in a query", place)
    return None


def _match(columns: Sequence[Column], name: str | None) -> str | None:
    exact = [column.name for column in columns if column.name == name]
    folded = [column.name for column in columns if name is not None and column.name.casefold() == name.casefold()]
    return exact[0] if exact else folded[0] if len(folded) == 1 else None


def family(column: Column) -> str:
    """The family of a column's type: values of one family can be compared."""
    return next((name for name in ("numeric", "temporal", "text", "boolean") if column.is_a(name)), column.type)


def check_comparable(mine: Column, theirs: Column, label: str, dialect: str, place: Location | None) -> None:
    """Raise ConfigError where values of a column cannot be compared with those of a column of another table.

    A UUID or an enum can be compared with its like; only DuckDB compares it with a string too.
    """
    strings = is_string(mine.native) and is_string(theirs.native)
    is_alike = dialect == "duckdb" or strings or mine.native.casefold() == theirs.native.casefold()
    if family(mine) != family(theirs) or (mine.is_a("text") and not is_alike):
        other = f'"{theirs.name}" of {label} {theirs.native or theirs.type}'
        message = f'"{mine.name}" is {mine.native or mine.type}, {other}'
        raise ConfigError(trouble("C052", message, "cast one of them in a query", place))


# --- labels of other tables ---------------------------------------------------------------------------------


def with_labels(binder: Binder, spec: DatasetSpec, dataset: Dataset) -> tuple[Dataset, list[ModelSpec]]:
    """The dataset with the labels that live apart as columns of it; models whose labels are not there are lost."""
    models: list[ModelSpec] = []
    for model in spec.models:
        if not isinstance(model.label, LabelTable):
            dataset = dataset if model.label is None else _with_absent(dataset, model.label)
            models.append(model)
            continue
        problems: list[Problem] = []
        name = f"whq_label_{model.name}"
        join = binder.attempt(problems, _join, binder, dataset, model.label, name)
        if join is None:
            binder.lost += [(model, problem) for problem in problems]
            continue
        dataset = _joined(dataset, *join)
        models.append(replace(model, label=name))
    return dataset, models


def _with_absent(dataset: Dataset, label: str) -> Dataset:
    """The dataset with a label that its reference dataset alone holds: in its own rows it is NULL, not known yet."""
    reference = dataset.reference
    if not isinstance(reference, Dataset) or _match(dataset.columns, label) is not None:
        return dataset
    theirs = _match(reference.columns, label)
    if theirs is None or theirs in dataset.absent:
        return dataset
    column = replace(reference.column(theirs), nullable=True)
    return replace(dataset, columns=(*dataset.columns, column), absent=(*dataset.absent, theirs))


def _join(binder: Binder, dataset: Dataset, label: LabelTable, name: str) -> tuple[Join, Column]:
    table = binder.table(label.table)
    column = resolve_column(table.columns, label.column, table.label)
    pairs = [(binder.column(dataset, key), resolve_column(table.columns, key, table.label), key) for key in label.on]
    for mine, theirs, key in pairs:
        check_comparable(mine, theirs, table.label, binder.dialect, place_of(key))
    on = tuple((mine.name, theirs.name) for mine, theirs, _ in pairs)
    return Join(table.source, on, ((column.name, name),)), replace(column, name=name)


def _joined(dataset: Dataset, join: Join, column: Column) -> Dataset:
    """Both the dataset and a reference of its own get the label."""
    reference: Fragment | Dataset | None = dataset.reference
    if isinstance(reference, Dataset):
        reference = _joined(reference, join, column)
    return replace(dataset, joins=(*dataset.joins, join), columns=(*dataset.columns, column), reference=reference)
