"""`whq doctor`: versions, project, connection, rights and store, each looked at even when another is broken."""

from __future__ import annotations

import platform
from collections.abc import Callable
from contextlib import ExitStack, closing
from importlib import metadata
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import asdict

from whq import cache
from whq.config.spec import Project, Target
from whq.engines import Session
from whq.errors import ConfigError, Problem, QueryError, WhqError
from whq.masking import masked
from whq.values import Source, TableSource
from whq.version import __version__
from whq.wording import amount

T = TypeVar("T")
_LIBRARIES = ("duckdb", "sqlglot", "jinja2", "click", "rich", "msgspec", "pydantic", "ruamel.yaml", "numpy")


class Finding(Struct, frozen=True):
    """One thing looked at: fine, broken, or (None) doubtful: a warning, or not looked at after something broken."""

    name: str
    ok: bool | None
    text: str
    hint: str | None = None
    code: str | None = None


class Checkup(Struct, frozen=True):
    """All findings, and the exit code that the gravest asks for."""

    findings: tuple[Finding, ...]
    exit_code: int = 0

    def as_dict(self) -> dict[str, Any]:
        """The checkup as JSON shows it."""
        findings = [asdict(finding) for finding in self.findings]
        return {"schema": "whq.doctor/1", "exit_code": self.exit_code, "findings": findings}


def doctor(project: str | Path = ".", *, profile: str | None = None, target: str | None = None) -> Checkup:
    """Look at everything that a run needs. Raises nothing: what is broken is a finding."""
    root, looked = Path(project), _Looked()
    looked.at("versions", _versions)
    loaded = looked.at("project", lambda: _project(root))
    chosen = looked.at("profile", lambda: _chosen(_known(loaded), profile, target), needs=loaded)
    with ExitStack() as stack:
        session = looked.at("connection", lambda: _connection(_known(chosen), stack), needs=chosen)
        tables = looked.at("tables", lambda: _tables(_known(loaded), _known(chosen), _known(session)), needs=session)
        looked.at("rights", lambda: _rights(_known(session), _known(tables)), needs=tables)
    looked.at("store", lambda: _store(_known(loaded), profile), needs=loaded)
    looked.at("cache", _cache)
    return Checkup(tuple(looked.findings), looked.exit_code)


class _Looked:
    """The findings so far."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.exit_code = 0

    def at(self, name: str, look: Callable[[], tuple[Any, str]], needs: object = True) -> Any:
        """Look at one thing; gives what was found, or None when it is broken."""
        if needs is None:
            self.findings.append(Finding(name, None, "not looked at"))
            return None
        try:
            state, text = look()
        except WhqError as error:
            self.exit_code = self.exit_code or error.exit_code
            for problem in error.problems:
                place = f"{problem.location}: " if problem.location else ""
                self.findings.append(Finding(name, False, place + problem.message, problem.hint, problem.code))
            return None
        self.findings.append(Finding(name, True if state is not None else None, masked(text)))
        return state


def _known(value: T | None) -> T:
    assert value is not None
    return value


def _versions() -> tuple[bool, str]:
    told = [f"{name} {_version(name)}" for name in _LIBRARIES]
    return True, f"whq {__version__} · Python {platform.python_version()} · {' · '.join(told)}"


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "?"


def _project(root: Path) -> tuple[Project, str]:
    from whq.config import load_project

    project = load_project(root)
    told = (project.name, amount(len(project.datasets), "dataset"), *project.warnings)
    return project, " · ".join(told)


def _chosen(project: Project, profile: str | None, target: str | None) -> tuple[Target, str]:
    from whq.config import load_target

    chosen = load_target(project, profile, target)
    kind = chosen.variables.get(chosen.type, chosen.type)
    return chosen, f"{chosen.profile or profile or project.profile} · target {chosen.name} ({kind})"


def _connection(target: Target, stack: ExitStack) -> tuple[Session, str]:
    from whq.engines import engine

    session = stack.enter_context(closing(engine(target.type, target.variables).connect(target)))
    count = len(session.relations())
    cursor = stack.enter_context(closing(session.cursor()))
    cursor.run("select 1", 30)
    return session, " · ".join((*session.about(), amount(count, "table"), "answers a query"))


def _tables(project: Project, target: Target, session: Session) -> tuple[list[tuple[str, ...]], str]:
    """The tables that the datasets name; their columns are looked at by `whq plan`."""
    from whq.catalog import Catalog
    from whq.engines.base import local_folders

    catalog = Catalog(session, local_folders(target))
    problems: list[Problem] = []
    sources: list[Source] = []
    named = dict.fromkeys(spec.table for spec in project.datasets if spec.table is not None)
    catalog.expect(named)
    for written in named:
        try:
            sources.append(catalog.table(written).source)
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    parts = [source.parts for source in sources if isinstance(source, TableSource)]
    return parts, f"all found: {amount(len(sources), 'table')} of the datasets"


def _rights(session: Session, tables: list[tuple[str, ...]]) -> tuple[bool | None, str]:
    rights = session.rights(tables)
    if rights.denied:
        raise QueryError(rights.denied)
    if not rights.writable:
        return True, "reads all of them, writes none"
    first = ", ".join(rights.writable[:3]) + (", …" if len(rights.writable) > 3 else "")
    text = f"reads all of them, and could write {len(rights.writable)}: {first}. whq never does; a role that only reads"
    return None, f"{text} is safer"


def _store(project: Project, profile: str | None) -> tuple[bool, str]:
    from whq.store import open_store

    store = open_store(project, profile)
    return True, f"{store.database.place} · writable · {amount(len(store.runs(limit=1000)), 'run')}"


def _cache() -> tuple[bool | None, str]:
    folder = cache.folder()
    if folder is None:
        return None, f"nothing is kept between runs: {cache.VARIABLE} says so, or no folder or key is the user's alone"
    return True, f"{folder} · {amount(len(list(folder.iterdir())), 'entry', 'entries')}"
