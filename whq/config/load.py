"""From a folder to a Project: all files are read, all problems collected, and only then anything is refused."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace
from pydantic_core import PydanticCustomError

from whq.config import convert, fields
from whq.config.files import PROJECT_FILE, monitor_files, profile_names, unread_files
from whq.config.kinds import drift_metrics, kind_of
from whq.config.problems import in_order, problem
from whq.config.rules import column_rules, table_rules
from whq.config.spec import Between, Budget, DatasetSpec, Project, RuleSpec, StoreSpec
from whq.config.validate import Reader
from whq.config.written import Dataset, MonitorFile, ProjectFile, StoreTarget
from whq.config.yaml_source import read
from whq.errors import ConfigError, Location, Problem, did_you_mean
from whq.sql.templates import Templates, load_sound
from whq.values import Written, place_of


def load(root: Path) -> Project:
    """Read the project of a folder. Raises ConfigError with every problem."""
    problems: list[Problem] = []
    folders = (root / "sql_templates",) if (root / "sql_templates").is_dir() else ()
    templates, of_templates = load_sound(folders)
    problems += of_templates
    reader = _open(root / PROJECT_FILE, PROJECT_FILE, templates, problems)
    project = _project_file(reader) if reader else None
    defaults = convert.Defaults(reader, project.defaults if project else None) if reader else None
    warnings = [
        f"{path.relative_to(root).as_posix()} is not read: monitor files end in .yml or .yaml, in small letters"
        for path in unread_files(root)
    ]
    datasets = _datasets(root, templates, defaults, problems, warnings)
    problems += reader.problems if reader else []
    _check_references(datasets, problems)
    if reader is not None and not datasets and not problems:
        hint = warnings[0] if warnings else "`whq init --table T` writes a first one"
        problems.append(problem("C007", "no datasets: monitors/ holds no .yml file", Location(PROJECT_FILE), hint))
    if project is None or problems:
        raise ConfigError(in_order(problems))
    warnings += [text for item in datasets for rule in item.rules for text in _doubts(rule)]
    return _project(root, project, tuple(replace(item, template_folders=folders) for item in datasets), warnings)


def _open(path: Path, name: str, templates: Templates, problems: list[Problem]) -> Reader | None:
    try:
        document = read(path, name)
    except ConfigError as error:
        problems += error.problems
        return None
    return Reader(document, list(document.problems), drift_metrics(templates))


def _project_file(reader: Reader) -> ProjectFile | None:
    value = reader.document.value
    if isinstance(value, dict) and "datasets" in value:
        hint = "move them to a file of the folder monitors/"
        reader.refuse("C010", 'whq.yml has no "datasets"', reader.key(("datasets",)), hint)
        value = {key: item for key, item in value.items() if key != "datasets"}
    return reader.form(ProjectFile, value, ())


def _project(root: Path, file: ProjectFile, datasets: tuple[DatasetSpec, ...], warnings: list[str]) -> Project:
    store = StoreSpec(None, file.store.target, file.store.schema_) if isinstance(file.store, StoreTarget) else None
    budget = file.budget
    return Project(
        name=str(file.name),
        root=root,
        profile=file.profile or _only_profile(root),
        target=file.target,
        store=store or StoreSpec(root / str(file.store)),
        budget=Budget(budget.bytes, budget.seconds, budget.queries) if budget else Budget(),
        report=root / file.report if file.report else None,
        datasets=datasets,
        warnings=tuple(warnings),
        dbt=root / file.dbt if file.dbt else None,
    )


def _only_profile(root: Path) -> str:
    """The name of the only file in `profiles/`, so that a small project need not say it."""
    profiles = profile_names(root)
    return profiles[0] if len(profiles) == 1 else ""


def _doubts(rule: RuleSpec) -> list[str]:
    """Warnings about limits that most likely say the opposite of what is meant."""
    limit = rule.fail
    if rule.kind != "row_count" or limit is None or isinstance(limit, Between):
        return []
    if limit.operator in (">", ">=") and limit.number <= 1:
        text = f'row_count: "{limit.text}" fails when there are rows'
        return [f"{rule.location}: {text}; a limit says what is bad: did you mean {{between: [1, null]}}?"]
    return []


# --- monitor files ------------------------------------------------------------------------------------------


def _datasets(
    root: Path, templates: Templates, defaults: convert.Defaults | None, problems: list[Problem], warnings: list[str]
) -> list[DatasetSpec]:
    """The datasets of all monitor files; problems, and files without a dataset, are added to what is told."""
    datasets: list[DatasetSpec] = []
    seen: dict[str, Written] = {}
    for path in monitor_files(root):
        reader = _open(path, path.relative_to(root).as_posix(), templates, problems)
        if reader is None:
            continue
        file = reader.form(MonitorFile, reader.document.value, ())
        if file and not file.datasets:
            warnings.append(f"{reader.document.file} holds no dataset")
        for name in reader.document.value["datasets"] if file else ():
            if name in seen:
                message = f'there is a dataset "{name}" already, at {place_of(seen[name])}'
                reader.refuse("C015", message, place_of(name), "give one of them another name")
                continue
            seen[name] = name
            spec = _dataset(reader, templates, defaults, name)
            datasets += [spec] if spec else []
        problems += reader.problems
    return datasets


def _dataset(
    reader: Reader, templates: Templates, defaults: convert.Defaults | None, name: Written
) -> DatasetSpec | None:
    path = ("datasets", str(name))
    try:
        fields.word(name)
    except PydanticCustomError as error:
        context = error.context or {}
        reader.refuse("C011", context["message"], place_of(name), context["hint"])
    raw = reader.document.value["datasets"][name]
    form = reader.form(Dataset, raw, path)
    rules = [
        *column_rules(reader, templates, raw.get("columns"), (*path, "columns")),
        *table_rules(reader, templates, raw.get("rules"), (*path, "rules")),
    ] if isinstance(raw, dict) else []  # fmt: skip
    _refuse_collisions(reader, str(name), rules)
    if form is None:
        return None
    spec = convert.dataset(reader, path, form, tuple(rules), defaults)
    if spec.time is None:
        _refuse_timeless(reader, templates, rules)
    return spec


def _refuse_timeless(reader: Reader, templates: Templates, rules: list[RuleSpec]) -> None:
    """Rules that are about the time of rows, in a dataset that names no time."""
    for rule in rules:
        kind = kind_of(templates, rule.kind)
        if kind is not None and kind.template.is_about_time and not rule.columns:
            hint = "add time: to the dataset, or column: to the rule"
            reader.refuse("C014", f"{rule.kind} needs the time of rows", rule.location, hint)


def _refuse_collisions(reader: Reader, dataset: str, rules: list[RuleSpec]) -> None:
    """Refuse two rules with one `dataset/subject/metric[/id]`: results are stored and followed over time by it."""
    seen: dict[tuple[str, str, str | None], RuleSpec] = {}
    for rule in rules:
        identity = (",".join(rule.columns), rule.kind, rule.common.id)
        first = seen.setdefault(identity, rule)
        if first is not rule:
            shown = "/".join(part for part in (dataset, *identity) if part)
            message = f"two rules are called {shown}, the first at {first.location}"
            reader.refuse("C015", message, rule.location, "give one of them an `id`")


def _check_references(datasets: list[DatasetSpec], problems: list[Problem]) -> None:
    names = [item.name for item in datasets]
    for item in datasets:
        other = item.reference_dataset
        if other is None or (other in names and other != item.name):
            continue
        others = [name for name in names if name != item.name]
        message = f'unknown dataset "{other}"' if other != item.name else "a dataset cannot be its own reference"
        problems.append(problem("C020", message, place_of(other), did_you_mean(other, others)))
