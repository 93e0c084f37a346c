"""SQL templates: one file a metric, rule or statistic, and the YAML header that says what it is.

`load()` reads no file until a template is asked for, so that a run pays for the templates that it uses. A user's own
templates are read at once: what is wrong with them must show before anything is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal, get_args

from msgspec import Struct

from whq import cache
from whq.errors import CompileError, Location, Problem, did_you_mean
from whq.sql import header, state
from whq.sql.state import Part
from whq.values import Column, Scalar

Shape = Literal["aggregate", "predicate", "query"]
Cost = Literal["scan", "holistic"]
Role = Literal["scan", "compare", "statistic"]
"""What a template of drift or models does: bring counts of a chunk, compare them with others, make a number of both."""
Better = Literal["lower", "higher"]
CELL = ("whq_segment", "whq_period", "whq_chunk")
"""The columns that say which cell a row belongs to; every statement returns them first, in this order."""


class Argument(Struct, frozen=True):
    """One argument of a template; a column's types are those of any of its families."""

    name: str
    kind: header.ArgumentKind
    family: tuple[str, ...] = ()
    required: bool = False
    default: Scalar = None
    choices: tuple[str, ...] = ()
    doc: str = ""

    @property
    def takes_columns(self) -> bool:
        """Whether the argument names columns of the dataset."""
        return self.kind in ("column", "columns")

    def accepts(self, column: Column) -> bool:
        """Whether a column has a type that the argument takes."""
        return any(column.is_a(family) for family in self.family or ("any",))


class Statistic(Struct, frozen=True):
    """A drift statistic by its name, as the headers say it.

    families: of which columns it is defined (`numeric`, `categorical`), each with how it wants rows binned; None is not
    at all, as a scan brings it ready made. defaults: the families that have it when the user names no statistic.
    scale, action: how to read its number, and what to do about it, as in `Template`.
    """

    name: str
    title: str
    reference: str
    range: tuple[float | None, float | None]
    families: tuple[tuple[str, str | None], ...]
    defaults: tuple[str, ...] = ()
    scale: str = ""
    action: str = ""


class Template(Struct, frozen=True):
    """A template file: its header's fields, and the Jinja text with the header blanked out."""

    name: str
    title: str
    shape: Shape
    body: str
    arguments: tuple[Argument, ...] = ()
    short: str | None = None
    cost: Cost = "scan"
    finite: bool = False
    across: bool = False
    """A cell's answer depends on rows of other cells (of the reference), so cells cannot be measured apart."""
    outputs: tuple[str, ...] = ("value",)
    range: tuple[float | None, float | None] = (None, None)
    better: Better | None = None
    """To which side the values of a metric are good; None where neither is."""
    measure: str | None = None
    """What limits speak of: `rows`, `keys` or `seconds`; None for a metric's own number."""
    says: str = ""
    """What the rows do that break the rule: `have no {column}`."""
    reveals: bool = False
    """The value is one of the column's own."""
    binning: tuple[tuple[str, str], ...] = ()
    role: Role | None = None
    state: tuple[Part, ...] = ()
    """What merges over parts of a chunk: outputs of a query, or aggregates of which `value` makes the answer."""
    value: str = ""
    """An aggregate's answer from its merged state: DuckDB SQL over the names of the parts."""
    no_state: str = ""
    """Why no state that merges gives the answer."""
    statistics: tuple[Statistic, ...] = ()
    returns: str = ""
    nulls: str = ""
    empty: str = ""
    scale: str = ""
    """How to read the number: what 0 is, what 1 is, what is much."""
    action: str = ""
    """What to do where the number is not as it should be."""
    reference: str = ""
    path: str = ""
    packaged: bool = True

    @property
    def column(self) -> Argument | None:
        """The argument that takes the column (or columns) that a rule or metric is about: the first of its kind."""
        return next((argument for argument in self.arguments if argument.takes_columns), None)

    @property
    def counts_failures(self) -> bool:
        """Whether it counts rows or keys that break a rule."""
        return self.shape == "predicate" or "failing" in self.outputs

    @property
    def is_about_time(self) -> bool:
        """Whether its column is the dataset's time unless another is named (`default: time`)."""
        return self.column is not None and self.column.default == "time"

    @property
    def reads_dataset(self) -> bool:
        """Whether the rows come from the dataset, so that they can be filtered and cut into chunks and segments."""
        return self.shape != "query" or re.search(r"\bdataset\b", self.body) is not None

    def argument(self, name: str) -> Argument | None:
        """The argument of that name, or None."""
        return next((argument for argument in self.arguments if argument.name == name), None)

    def fail(self, code: str, message: str, hint: str | None = None, line: int = 1, column: int = 1) -> CompileError:
        """An error that points into this file."""
        return CompileError(Problem(code, "template", message, hint, Location(self.path, line, column)))


class Templates(Mapping[str, Template]):
    """Templates by name (`folder/name`); a packaged one is read when it is first asked for."""

    def __init__(self, files: Mapping[str, tuple[Path, str]], own: Mapping[str, Template]) -> None:
        self._files = files
        self._read: dict[str, Template] = dict(own)
        self.own: Mapping[str, Template] = own
        """Those of the project."""

    def __getitem__(self, name: str) -> Template:
        if name not in self._read:
            self._read[name] = _known(name, *self._files[name])
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted({*self._files, *self._read}))

    def __len__(self) -> int:
        return len({*self._files, *self._read})

    def __contains__(self, name: object) -> bool:
        return name in self._files or name in self._read

    def folder(self, folder: str) -> tuple[str, ...]:
        """The names of one folder's templates without the folder: `folder("rules")` is what a rule may be."""
        return tuple(_last(name) for name in self if name.rpartition("/")[0] == folder)

    @cached_property
    def statistics(self) -> Mapping[str, Statistic]:
        """The drift statistics by name: whq's, then those of the project; each template says its own."""
        templates = [self[name] for name in self if name.startswith("drift/")]
        ranked = [
            (not template.packaged, statistic.name, statistic)
            for template in templates
            for statistic in template.statistics
        ]
        return {name: statistic for _, name, statistic in sorted(ranked, key=lambda item: item[:2])}

    def find(self, name: str) -> Template:
        """The template of that name. Raises CompileError with the nearest name when there is none."""
        if name not in self:
            message = f'there is no template "{name}"'
            raise CompileError(Problem("WHQ-S104", "template", message, did_you_mean(name, self)))
        return self[name]


def packaged_folder() -> Path:
    """The folder of the templates that come with whq: inside the package in a wheel, else the checkout's."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "sql_templates"
    return inside if inside.is_dir() else package.parent / "sql_templates"


def load(paths: tuple[Path, ...] = ()) -> Templates:
    """The packaged templates, and those of a project's own folders. Raises CompileError with all that is wrong.

    Read once, and again when a file of the project's has changed.
    """
    sound, problems = load_sound(paths)
    if problems:
        raise CompileError(problems)
    return sound


def load_sound(paths: tuple[Path, ...] = ()) -> tuple[Templates, tuple[Problem, ...]]:
    """The templates as `load` gives them, without those that cannot be read, and what is wrong with these."""
    stats = [(path, path.stat()) for folder in paths for path, _ in _listed(folder).values()]
    return _load(paths, tuple((path, stat.st_mtime_ns, stat.st_size) for path, stat in stats))


@lru_cache(maxsize=16)
def _load(paths: tuple[Path, ...], _: tuple[tuple[Path, int, int], ...]) -> tuple[Templates, tuple[Problem, ...]]:
    packaged = _listed(packaged_folder())
    of_project: dict[str, Template] = {}
    problems: list[Problem] = []
    for folder in paths:
        for name, (path, shown) in _listed(folder).items():
            if name in packaged or name in of_project:
                problems.append(_clash(name, shown, of_project))
                continue
            try:
                of_project[name] = _known(name, path, shown, packaged=False)
            except (CompileError, UnicodeDecodeError) as error:
                problems.extend(_problems(error, shown))
    return Templates(packaged, of_project), tuple(problems)


def _listed(folder: Path) -> dict[str, tuple[Path, str]]:
    """Every template of a folder's sub-folders, by name, with the path to show in messages.

    The statements of the store are no templates, nor is what templates share or how trees grow: they have no header.
    """
    return {
        path.relative_to(folder).with_suffix("").as_posix(): (path, path.relative_to(folder.parent).as_posix())
        for path in sorted(folder.glob("*/**/*.sql"))
        if path.relative_to(folder).parts[0] != "store" and path.parent.name not in ("shared", "grow")
    }


def with_shared(text: str) -> str:
    """The text of one of whq's own templates with what it shares with others put in."""
    return _INCLUDE.sub(lambda include: (packaged_folder() / include[1]).read_text("utf-8"), text)


def _clash(name: str, shown: str, of_project: Mapping[str, Template]) -> Problem:
    taken = of_project[name].path if name in of_project else "whq"
    message = f'there is already a template "{name}" in {taken}'
    return Problem("WHQ-S103", "template", message, "give the file another name", Location(shown))


def _problems(error: CompileError | UnicodeDecodeError, shown: str) -> tuple[Problem, ...]:
    if isinstance(error, CompileError):
        return error.problems
    return (Problem("WHQ-S101", "template", "the file is not UTF-8 text", "save it as UTF-8", Location(shown)),)


_INCLUDE = re.compile(r'\{% include "([a-z_/]+\.sql)" %\}\n')
"""SQL that several of whq's templates share. It is put in before a template is read, so that caches see all of it."""


def _known(name: str, path: Path, shown: str, packaged: bool = True) -> Template:
    """The template of a file; one of a user's with its Jinja checked."""
    text = path.read_text("utf-8")
    if packaged:
        text = with_shared(text)

    def new() -> Template:
        template = read(name, text, shown, packaged)
        if not packaged:
            from whq.sql import render

            render.check(template)
        return template

    return cache.recall("template", (name, text, shown, packaged), new)


def read(name: str, text: str, path: str, packaged: bool = True) -> Template:
    """A template from the text of its file. Raises CompileError where the header is wrong."""
    values, body = header.split(text, path)
    shape: Shape = header.choice(values, "shape", get_args(Shape), path)
    arguments = tuple(_argument(*item) for item in header.arguments(values, path))
    outputs = _outputs(shape, values, path)
    parts, value = _state(shape, values, arguments, outputs, path)
    short = values.get("short")
    if short is not None and short not in [argument.name for argument in arguments]:
        raise header.wrong(values, "short", f'`short` names no argument: "{short}"', path)
    return Template(
        name=name,
        title=str(values.get("title") or _last(name).replace("_", " ")),
        shape=shape,
        body=body,
        arguments=arguments,
        short=short,
        cost=header.choice(values, "cost", get_args(Cost), path, "holistic" if shape == "query" else "scan"),
        finite=bool(values.get("finite", shape == "aggregate")),
        across=bool(values.get("across", False)),
        outputs=outputs,
        range=header.bounds(values, path),
        better=header.choice(values, "better", get_args(Better), path) if "better" in values else None,
        binning=(binning := header.binning(values, path)),
        role=_role(values, path, binning),
        state=parts,
        value=value,
        no_state=state.reason(values, path),
        statistics=tuple(_statistics(name, values, path, binning)),
        says=header.says(values, [argument.name for argument in arguments], path),
        reveals=bool(values.get("reveals", False)),
        measure=values.get("measure", "rows" if shape == "predicate" else None),
        **{key: header.prose(values, key) for key in _PROSE},
        path=path,
        packaged=packaged,
    )


_PROSE = ("returns", "nulls", "empty", "scale", "action", "reference")


def _state(
    shape: Shape, values: header.Values, arguments: tuple[Argument, ...], outputs: tuple[str, ...], path: str
) -> tuple[tuple[Part, ...], str]:
    if shape == "aggregate":
        return state.of_aggregate(values, [argument.name for argument in arguments], path)
    for key in ("state", "value") if shape == "predicate" else ("value",):
        if key in values:
            hint = "the counts of a predicate always merge: both are sums" if key == "state" else None
            raise header.wrong(values, key, f"a {shape} has no `{key}`", path, hint)
    return state.of_query(values, outputs, path), ""


def _role(values: header.Values, path: str, binning: tuple[tuple[str, str], ...]) -> Role | None:
    if "role" not in values:
        return "statistic" if binning else None
    role: Role = header.choice(values, "role", get_args(Role), path)
    if (role == "statistic") != bool(binning):
        hint = "`binning: {numeric: doane, categorical: union}` says how a statistic wants rows counted"
        raise header.wrong(values, "role", f"`role` is {role}, `binning` is {dict(binning)}", path, hint)
    return role


def _statistics(
    name: str, values: header.Values, path: str, binning: tuple[tuple[str, str], ...]
) -> Iterator[Statistic]:
    """The statistic that the template is, or those that it brings as a scan; of numeric columns."""
    if binning:
        title, reference, *about = (header.prose(values, key) for key in _TOLD)
        yield Statistic(_last(name), title or _last(name), reference, header.bounds(values, path), binning,
                        header.families(values, path), *about)  # fmt: skip
    for statistic, fields in header.statistics(values, path):
        title, reference, *about = (header.prose(fields, key) for key in _TOLD)
        yield Statistic(statistic, title, reference, header.bounds(fields, path), (("numeric", None),), (), *about)


_TOLD = ("title", "reference", "scale", "action")


def _last(name: str) -> str:
    return name.rpartition("/")[2]


def _argument(name: str, kind: header.ArgumentKind, values: Mapping[str, object]) -> Argument:
    return Argument(name=name, kind=kind, **values)  # type: ignore[arg-type]


def _outputs(shape: Shape, values: header.Values, path: str) -> tuple[str, ...]:
    if shape != "query":
        return ("value",) if shape == "aggregate" else ("failing", "of")
    outputs = values.get("outputs")
    if not isinstance(outputs, list) or not outputs or not all(isinstance(item, str) for item in outputs):
        raise header.wrong(values, "outputs", "a query says its `outputs`: a list of names", path)
    return tuple(outputs)


# --- metrics by the name that a user writes -----------------------------------------------------------------

_PERCENTILE = re.compile(r"p([0-9]{1,6})")


def metric(templates: Templates, name: str) -> tuple[Template, dict[str, Scalar]]:
    """The template of a profile metric and its arguments: `mean`, `median`, `p95`. Raises KeyError for no metric."""
    if name != "quantile" and f"metrics/{name}" in templates:
        return templates[f"metrics/{name}"], {}
    share = 0.5 if name == "median" else _share(name)
    return templates["metrics/quantile"], {"p": share}


def _share(name: str) -> float:
    """`p5` and `p05` are 0.05, `p95` is 0.95, `p999` is 0.999."""
    match = _PERCENTILE.fullmatch(name)
    digits = match[1] if match else ""
    if not digits.strip("0"):
        raise KeyError(name)
    return int(digits) / 100 if len(digits) == 1 else float(f"0.{digits}")


def metric_names(templates: Templates) -> tuple[str, ...]:
    """The names of profile metrics, a few percentiles for all of them."""
    named = {name for name in templates.folder("metrics") if name != "quantile"}
    if "metrics/quantile" in templates:
        named |= {"median", "p01", "p05", "p25", "p75", "p95", "p99"}
    return tuple(sorted(named))
