"""The written form of the configuration: what a user may write, as pydantic classes.

Used at the boundary only: to validate files and to print the JSON Schema. The rules of a dataset (`columns`,
`rules`) depend on the templates at hand; `whq.config.rules` reads them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    Tag,
    WithJsonSchema,
    model_validator,
)

from whq.config import names
from whq.config.fields import (
    SEVERAL,
    SIZE,
    SOME,
    Day,
    Delimiter,
    Lateness,
    Lines,
    Number,
    Positive,
    Seconds,
    Sign,
    SomeTexts,
    Sql,
    Text,
    Texts,
    Word,
    Words,
    drift_metric,
    one_of,
    size,
    wrong,
)
from whq.config.forms import Form, ThresholdItem, Watch, union
from whq.config.machine import MachineModel
from whq.values import Written

# --- parts of a dataset -------------------------------------------------------------------------------------


class RowChunks(Form):
    """Chunks of a number of rows, or a number of equal parts."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["rows"]}, {"required": ["count"]}]})

    rows: Positive | None = None
    """Rows in a chunk."""
    count: Positive | None = None
    """Number of equal parts."""
    of: Annotated[str, *one_of("reference")] | None = None
    """With `count`: cut the reference alone; the analysis is one chunk."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.rows is None) == (self.count is None) or (self.of and self.count is None):
            raise wrong("a chunk is {rows: 5000}, {count: 10} or {count: 10, of: reference}")
        return self


Chunk = Annotated[
    Annotated[Any, *one_of("all", *names.CALENDAR), Tag("~unit")] | Annotated[RowChunks, Tag("~mapping")],
    union("a chunk: day, month, …, {rows: 5000} or {count: 10}", mapping="mapping", text="unit"),
]


class OtherDataset(Form):
    """Another dataset whose rows are the reference."""

    dataset: Word
    """Its name under `datasets:`."""


Reference = Annotated[
    Annotated[Sql, Tag("~predicate")] | Annotated[OtherDataset, Tag("~dataset")],
    union("a SQL predicate or {dataset: name}", mapping="dataset", text="predicate"),
]


class Segment(Form):
    """A named slice: the rows of a predicate, or each value of a column."""

    name: Word | None = None
    """How results call it; a predicate needs one."""
    where: Sql | None = None
    """SQL predicate of the rows."""
    column: Text | None = None
    """Column, each of whose values is a segment."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.where is None) == (self.column is None):
            raise wrong("a segment has either `where` or `column`")
        if self.where is not None and self.name is None:
            raise wrong("a segment with `where` needs a `name`", code="C012")
        return self


SegmentItem = Annotated[
    Annotated[Text, Tag("~column")] | Annotated[Segment, Tag("~named")],
    union("a column's name or {name: …, where: …}", mapping="named", text="column"),
]


class ProfiledColumn(Form):
    """A column to profile, and whether values of it may be shown."""

    column: Text
    """Name or pattern."""
    values: bool = False
    """Allow least, greatest and top values of texts in results."""


ColumnItem = Annotated[
    Annotated[Text, Tag("~pattern")] | Annotated[ProfiledColumn, Tag("~column")],
    union("a column's name or {column: …, values: true}", mapping="column", text="pattern"),
]
ColumnItems = Annotated[tuple[ColumnItem, ...], *SOME]


class Profile(Watch):
    """Numbers about each column, per chunk and segment."""

    columns: ColumnItems = (Written("*"),)
    """Names, globs, `type:numeric`, `!exclude`."""


ProfileItem = Annotated[
    Annotated[bool, Tag("~switch")] | Annotated[ColumnItems, Tag("~columns")] | Annotated[Profile, Tag("~mapping")],
    union("true or a list of columns", mapping="mapping", text="columns", list="columns", boolean="switch"),
]

NumericMetric = Annotated[str, *drift_metric("numeric")]
CategoricalMetric = Annotated[str, *drift_metric("categorical")]
AnyMetric = Annotated[str, *drift_metric("numeric", "categorical", besides=("auto",))]


class DriftMetrics(Form):
    """Statistics by family of columns."""

    numeric: Annotated[tuple[NumericMetric, ...], *SOME] | None = None
    """For numbers; a template of the project's `sql_templates/drift/` by its name, too."""
    categorical: Annotated[tuple[CategoricalMetric, ...], *SOME] | None = None
    """For texts, booleans and columns treated as categorical; such a template, too."""


MetricsItem = Annotated[
    Annotated[tuple[AnyMetric, ...], *SOME, Tag("~names")] | Annotated[DriftMetrics, Tag("~families")],
    union("auto, or metrics by family", mapping="families", text="names"),
]


Multivariate = Annotated[str, *one_of("pca_reconstruction", "domain_classifier", unbuilt=names.UNBUILT_MULTIVARIATE)]


class Drift(Watch):
    """How the distribution of columns moves away from the reference."""

    columns: SomeTexts = (Written("*"),)
    """Names, globs, `type:numeric`, `!exclude`."""
    metrics: MetricsItem = ("auto",)
    """Statistics, templates of the project among them; a good choice by type unless given."""
    threshold: ThresholdItem = "learned"
    """When a value alerts."""
    against: Annotated[str, *one_of("reference", "previous")] = "reference"
    """Compare with the reference, or with the chunk before."""
    method: Annotated[str, *one_of("auto", "exact", "binned")] = "auto"
    """How `ks` and `wasserstein` are read: off the values, or off narrow bins, which is cheaper and gives an interval.
    `auto` is exact for a reference of fewer than 100,000 values, binned for a larger one."""
    bins: Annotated[str, *one_of("auto", "doane")] = "auto"
    """How `jensen_shannon`, `hellinger` and `total_variation` bin numeric columns: `auto` gives each of few whole
    numbers a bin and is not blinded by outliers, `doane` has equal widths from the least to the greatest value."""
    multivariate: Annotated[tuple[Multivariate, ...], *SEVERAL] = ()
    """Drift of all columns together."""
    treat_as_categorical: Texts = ()
    """Numeric columns whose values are categories."""
    false_discovery: Number | None = None
    """The share of false alerts among those of one chunk that is accepted, over all columns; off unless given."""

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.false_discovery is not None and not 0 < self.false_discovery < 1:
            raise wrong(f"false_discovery lies between 0 and 1, found {self.false_discovery:g}", code="C014")
        return self


DriftItem = Annotated[
    Annotated[bool, Tag("~switch")] | Annotated[Drift, Tag("~mapping")],
    union("true or a mapping", mapping="mapping", boolean="switch"),
]


class WatchedKind(Form):
    """One verdict of `watch`."""

    severity: Annotated[str | None, *one_of("warn", "fail")] = None
    """How bad a finding is, instead of its own measure."""


WatchedItem = Annotated[
    Annotated[bool | None, Tag("~switch")] | Annotated[WatchedKind, Tag("~mapping")],
    union("true, false or {severity: warn}", mapping="mapping", text="switch", boolean="switch"),
]


class Watched(Form):
    """What a dataset with a time column is watched for; all of it unless switched off."""

    volume: WatchedItem = True
    """Days with far fewer or more rows than usual."""
    gap: WatchedItem = True
    """Days or hours without any row where some are usual."""
    age: WatchedItem = True
    """A newest row that lies too far back."""
    late_rows: WatchedItem = True
    """Rows that arrived after their day had been judged."""
    future_rows: WatchedItem = True
    """Rows with a time after the run's clock."""
    trend: WatchedItem = True
    """Row counts that slowly grow or shrink; a note unless `severity` is given."""


WatchItem = Annotated[
    Annotated[bool, Tag("~switch")] | Annotated[Watched, Tag("~mapping")],
    union("true, false or a mapping", mapping="mapping", boolean="switch"),
]


# --- files --------------------------------------------------------------------------------------------------


class Defaults(Form):
    """What a dataset may have, and the project may say for all."""

    time: Text | None = None
    """Column with the time of a row; needed for time chunks and freshness."""
    key: Texts = ()
    """Columns that identify a row."""
    where: Sql | None = None
    """SQL predicate that goes into every scan."""
    chunk: Chunk | None = None
    """The unit that gets one number: hour … year, a number of rows, or equal parts."""
    reference: Reference | None = None
    """The known-good rows."""
    segments: Annotated[tuple[SegmentItem, ...], *SEVERAL] | None = None
    """Slices that get numbers of their own."""
    owner: Text | None = None
    """Who looks after it."""
    tags: Words = ()
    """Words to select by."""
    profile: ProfileItem | None = None
    """Profile all columns, or some."""
    drift: DriftItem | None = None
    """Watch distributions."""
    watch: WatchItem = True
    """Watch rows and their times: volume, gaps, age, late and future rows. On for every dataset with a time column."""
    late: Lateness = 0.0
    """How long rows may take to arrive: a chunk is closed, and judged for good, when its end lies that far back."""
    rescan: Lateness = 259200.0
    """How far before the newest stored day rows are counted again, in every run."""
    finished: bool = False
    """Whether the table gets no new rows; then its age is not judged."""
    ignore: Annotated[tuple[Day, ...], *SEVERAL] = ()
    """Days left out of histories and verdicts, such as holidays."""


class FileTable(Form):
    """A CSV file, and how it is written where that cannot be told from its lines."""

    path: Text
    """The file, or a glob."""
    delim: Delimiter | None = None
    """The sign between two values; found by itself unless given."""
    header: bool | None = None
    """Whether the first line holds the names of the columns; found by itself unless given."""
    skip: Lines | None = None
    """Lines above the header that are no rows; none unless given."""
    comment: Sign | None = None
    """The sign that begins a line that is no row; none unless given."""
    dateformat: Text | None = None
    """How dates are written, as in `%d.%m.%Y`; found by itself unless given."""
    timestampformat: Text | None = None
    """How timestamps are written; found by itself unless given."""
    types: dict[str, Text] | None = None
    """DuckDB's types of columns; found by itself for the others."""


TableItem = Annotated[
    Annotated[Text, Tag("~name")] | Annotated[FileTable, Tag("~file")],
    union("a table's name, or {path: …, delim: …}", mapping="file", text="name"),
]


class Dataset(Defaults):
    """A table, view, file or query under watch."""

    table: TableItem | None = None
    """Table, view, or on DuckDB a Parquet or CSV file; `{path: x.csv, delim: ";"}` says how a file is written."""
    query: Sql | None = None
    """A SELECT instead of a table, over tables, views, and datasets of the project that are files."""
    columns: dict[str, Any] | None = None
    """Rules and descriptions by column."""
    rules: Any = None
    """Rules about the table or several columns."""
    models: dict[str, MachineModel] | None = None
    """Models whose performance is estimated and realized."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.table is None) == (self.query is None):
            raise wrong("a dataset has either `table` or `query`", code="C012" if self.table is None else "C014")
        return self


class MonitorFile(Form):
    """A file of `monitors/`."""

    datasets: dict[str, Any]
    """Datasets by name."""


class StoreTarget(Form):
    """A schema of a target that keeps the results."""

    target: Text
    """Target of the profile."""
    schema_: Text = Field("whq", alias="schema")  # type: ignore[assignment]
    """Schema that holds the result tables."""


StoreItem = Annotated[
    Annotated[Text, Tag("~path")] | Annotated[StoreTarget, Tag("~target")],
    union("a path or {target: …, schema: …}", mapping="target", text="path"),
]


def _bytes(value: Any) -> int:
    size(value)
    raise wrong("a budget of bytes is not built yet", "remove it for now; seconds and queries are enforced", "C090")


class Budget(Form):
    """What one run may cost."""

    bytes: Annotated[int, PlainValidator(_bytes), WithJsonSchema(SIZE)] | None = None
    """Bytes scanned, e.g. 50 GB."""
    seconds: Seconds | None = None
    """Seconds, or a duration."""
    queries: Positive | None = None
    """Statements."""


def _version(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong("version must be 1")
    if value > 1:
        raise wrong(f"version {value} needs a newer whq; this one reads version 1", "upgrade whq")
    if value < 1:
        raise wrong("version must be 1")
    return value


class ProjectFile(Form):
    """The file `whq.yml`."""

    version: Annotated[Literal[1], BeforeValidator(_version)]
    """Version of the format."""
    name: Word
    """The project's name."""
    profile: Text | None = None
    """profiles/NAME.yml, or a profile of dbt's profiles.yml."""
    target: Text | None = None
    """Target of the profile; its default unless given."""
    dbt: Text | None = None
    """Folder of a dbt project, seen from here; `profiles.yml` is looked for there, too."""
    store: StoreItem = Field(default_factory=lambda: Written(".whq/store.duckdb"))
    """Where results are kept."""
    defaults: Defaults | None = None
    """Merged into every dataset."""
    budget: Budget | None = None
    """Caps of one run."""
    report: Text | None = None
    """Path of the HTML report that each run writes."""
