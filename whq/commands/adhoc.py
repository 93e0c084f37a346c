"""A project for one table, made from options instead of files."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, cast

from msgspec import Struct

from whq.catalog.files import has_file_ending
from whq.config import names
from whq.config.spec import (
    Budget,
    DatasetSpec,
    DriftSpec,
    Item,
    Limit,
    ModelSpec,
    ProfileSpec,
    Project,
    RuleSpec,
    StoreSpec,
    Target,
)
from whq.errors import ConfigError, Location, Problem, did_you_mean
from whq.values import Chunking, ChunkUnit, MonitorName, Written

PARTS = 10
"""Into so many parts a reference file is cut, from which thresholds are learned."""
Reading = Literal["predicate", "dataset"]
"""What the text of --reference means: a predicate on the table's own rows, or another table or file."""
_NAME = re.compile(r"""(?:"[^"]+"|[^\W\d]\w*)(?:\.(?:"[^"]+"|[^\W\d]\w*)){0,2}""")
_CHUNK = re.compile(r"(?:(rows|count)\s*[:=]\s*)?(\d+)(?:\s*rows)?")
_ROW_LIMIT = Limit("< 1", "<", 1.0, "rows")


class Table(Struct, frozen=True):
    """A table to look at, and what is said of it on the command line; texts are as the user wrote them.

    reading: what `reference` means, where that was looked up.
    """

    name: str
    path: str | None = None
    time: str | None = None
    chunk: str | None = None
    reference: str | None = None
    key: Sequence[str] = ()
    columns: Sequence[str] = ()
    score: str | None = None
    prediction: str | None = None
    label: str | None = None
    positive: str | None = None
    reading: Reading | None = None

    @property
    def is_file(self) -> bool:
        """Whether the name is that of a Parquet or CSV file."""
        return has_file_ending(self.name)

    @property
    def dataset(self) -> str:
        """The dataset's name: the last part of the table's, or the file's without its ending."""
        return _dataset_name(self.name)

    @property
    def reads(self) -> Reading | Literal["name"]:
        """What --reference means as far as its text tells; a bare name may be a column or a table."""
        if self.reading is not None:
            return self.reading
        text = (self.reference or "").strip()
        if has_file_ending(text):
            return "dataset"
        return "name" if _NAME.fullmatch(text) else "predicate"


class Option(Location):
    """A place on the command line."""

    def __str__(self) -> str:
        return self.file


def project(table: Table, monitor: MonitorName, root: Path) -> Project:
    """A project with one dataset and one family of monitors. Raises ConfigError for a bad or missing option."""
    others = (_reference(table),) if table.reads == "dataset" else ()
    spec = _dataset(table, *(other.name for other in others)).with_items(_ITEMS[monitor](table))
    return Project(
        name=table.dataset,
        root=root,
        profile="",
        target=None,
        store=StoreSpec(None),
        budget=Budget(),
        report=None,
        datasets=(spec, *others),
    )


def without_datasets(root: Path, profile: str) -> Project:
    """A project of which the profile alone is known."""
    return Project(
        name="adhoc",
        root=root,
        profile=profile,
        target=None,
        store=StoreSpec(None),
        budget=Budget(),
        report=None,
        datasets=(),
    )


def target(table: Table, root: Path) -> Target | None:
    """The DuckDB target that `--path` or a file as table names; None where a profile has to say."""
    fields: dict[str, Any] = {}
    if table.path is not None:
        fields["path"] = str((root / table.path).resolve())
        if not Path(fields["path"]).is_file():
            raise _refuse("--path", f"there is no file {table.path}", "give the path of a DuckDB file")
    elif not table.is_file:
        return None
    files = [name for name in (table.name, table.reference or "") if has_file_ending(name.strip())]
    if files:
        fields["allow_paths"] = list(dict.fromkeys(str((root / name.strip()).resolve().parent) for name in files))
    return Target("adhoc", "duckdb", fields, root)


def chunking(text: str | None, timed: bool) -> Chunking:
    """The chunking of `month`, `5000` (rows), `rows:5000` or `count:10`. Raises ConfigError."""
    if text is None:
        return Chunking("day" if timed else "all")
    if text in ("all", *names.CALENDAR):
        if text != "all" and not timed:
            raise _refuse("--chunk", f"chunks by {text} need the time column", "add --time COLUMN")
        return Chunking(cast(ChunkUnit, text))
    match = _CHUNK.fullmatch(text)
    if match is None or int(match[2]) == 0:
        hint = f"{did_you_mean(text, ('all', *names.CALENDAR))} or a number of rows, or count:10"
        raise _refuse("--chunk", f'unknown chunk "{text}"', hint)
    return Chunking("count" if match[1] == "count" else "rows", int(match[2]))


def understood(table: Table) -> str:
    """In words what --reference was taken for."""
    if table.reads == "dataset":
        return f"reference: the rows of {table.reference}"
    return f"reference: the rows of {table.name} for which {table.reference} is true"


def _dataset_name(name: str) -> str:
    last = Path(name).name.partition(".")[0] if has_file_ending(name) else name.rpartition(".")[2]
    return re.sub(r"[\s/]+", "_", last.strip('"`')) or "table"


def _reference(table: Table) -> DatasetSpec:
    """The table or file that is the reference, as a dataset with another name than the table's."""
    assert table.reference is not None
    text = table.reference.strip()
    name = _dataset_name(text)
    return DatasetSpec(name=f"{name}_reference" if name == table.dataset else name, table=_name(text, "--reference"))


def _cut(table: Table) -> Chunking:
    """How the rows are cut: as --chunk says, else by the time; without it the reference has to be cut to learn from."""
    is_apart = table.reads == "dataset" or (table.reference is not None and table.time is None)
    if table.chunk is None and is_apart:
        return Chunking("count", PARTS, "reference")
    cut = chunking(table.chunk, table.time is not None)
    if cut.unit in ("rows", "count") and not table.key:
        raise _refuse("--chunk", "chunks of rows need an order", "add --key with the columns that identify a row")
    return cut


def _dataset(table: Table, reference: str | None = None) -> DatasetSpec:
    place = Option(table.name)
    return DatasetSpec(
        name=table.dataset,
        table=Written(table.name, place),
        time=_written(table.time, "--time"),
        key=_all_written(table.key, "--key"),
        chunking=_cut(table),
        reference=_written(table.reference, "--reference") if reference is None else None,
        reference_dataset=_written(reference, "--reference"),
        location=place,
    )


def _rules(table: Table) -> tuple[Item, ...]:
    keys = _all_written(table.key, "--key")
    columns = dict.fromkeys((*keys, *_all_written(table.columns, "--columns")))
    rules = [_rule("row_count", ())]
    rules += [_rule("unique", keys)] if keys else []
    return (*rules, *(_rule("not_null", (column,)) for column in columns))


def _rule(kind: str, columns: tuple[Written, ...]) -> RuleSpec:
    place = columns[0].location if columns else None
    fail = _ROW_LIMIT if kind == "row_count" else None
    return RuleSpec(kind, columns, fail=fail, location=place or Option("check"))


def _profile(table: Table) -> tuple[Item, ...]:
    return (ProfileSpec(_all_written(table.columns or ("*",), "--columns"), location=Option("--columns")),)


def _drift(table: Table) -> tuple[Item, ...]:
    if table.reference is None and table.time is None and table.chunk is None:
        raise _refuse(
            "drift",
            "there is nothing to compare with",
            "add --reference FILE, TABLE or SQL, or --time COLUMN and --chunk",
        )
    columns = _all_written(table.columns or ("*",), "--columns")
    against: Literal["previous", "reference"] = "previous" if table.reference is None else "reference"
    return (DriftSpec(columns, against=against, location=Option("--columns")),)


def _model(table: Table) -> tuple[Item, ...]:
    if table.score is None:
        raise _refuse("estimate", "the model's score is missing", "add --score COLUMN (a probability 0..1)")
    if table.reference is None or table.label is None:
        missing = "--reference FILE, TABLE or SQL" if table.reference is None else "--label COLUMN"
        raise _refuse("estimate", "an estimate is learned from labelled reference rows", f"add {missing}")
    model = ModelSpec(
        name="model",
        score=_name(table.score, "--score"),
        prediction=_written(table.prediction, "--prediction"),
        label=_name(table.label, "--label"),
        positive=_scalar(table.positive),
        location=Option("estimate"),
    )
    return (model,)


_ITEMS: Mapping[MonitorName, Callable[[Table], tuple[Item, ...]]] = {
    "rule": _rules, "profile": _profile, "drift": _drift, "model": _model,
}  # fmt: skip


def _scalar(text: str | None) -> Any:
    if text is None:
        return None
    return int(text) if re.fullmatch(r"-?\d+", text) else {"true": True, "false": False}.get(text.lower(), text)


def _name(text: str, option: str) -> Written:
    return Written(text, Option(option))


def _written(text: str | None, option: str) -> Written | None:
    return None if text is None else _name(text, option)


def _all_written(texts: Sequence[str], option: str) -> tuple[Written, ...]:
    return tuple(_name(text, option) for text in texts)


def _refuse(option: str, message: str, hint: str) -> ConfigError:
    return ConfigError(Problem("WHQ-U007", "usage", message, hint, Option(option)))
