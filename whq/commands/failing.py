"""What is behind a rule's number: its failing rows, its duplicated keys, the newest rows; asked for by the user."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from msgspec import Struct
from msgspec.structs import replace

from whq.config import load_project, load_target
from whq.config.spec import Project
from whq.engines import engine
from whq.engines.base import catalog_of
from whq.errors import ConfigError, Problem, SelectionError, did_you_mean
from whq.monitors.rules.looks import RuleLook
from whq.pipeline.choice import bind, choose, own_templates
from whq.pipeline.nextstep import LIMIT, project_looks, rows_query
from whq.pipeline.options import Options
from whq.pipeline.window import clock
from whq.result import RunResult, plain
from whq.sql.templates import Templates, load
from whq.store import open_store
from whq.values import Result

TIMEOUT = 300.0


class Behind(Struct, frozen=True):
    """The rows behind one rule's number, over one scope.

    query: the statement's id; None where there are no rows to show. names, rows: what it brought; None where it did not
    run. hidden: columns that the tag `pii` keeps back. note: why there is nothing to show, or what is shown instead.
    more: whether there are more rows than the limit.
    """

    id: str
    message: str
    query: str | None = None
    sql: str = ""
    names: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] | None = None
    hidden: tuple[str, ...] = ()
    note: str = ""
    more: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        rows = None if self.rows is None else [dict(zip(self.names, map(plain, row), strict=True)) for row in self.rows]
        return {
            "id": self.id, "message": self.message, "query": self.query, "sql": self.sql, "columns": list(self.names),
            "rows": rows, "more": self.more, "hidden": list(self.hidden), "note": self.note,
        }  # fmt: skip


def failing(
    id: str,
    *,
    project: str | Path = ".",
    run: str | None = None,
    limit: int = LIMIT,
    fetch: bool = True,
    profile: str | None = None,
    target: str | None = None,
) -> tuple[Behind, ...]:
    """The rows that break a rule, one entry a scope (of a rule per segment, one for each of the dataset's segments).

    Args:
        id: the result's id, or a part that only one rule's id has.
        run: as of that stored run: its moment is the clock. The newest complete run gives the message unless named.
        limit: how many rows at most.
        fetch: whether to run the statement; without, only its text is given.

    Raises:
        ConfigError: No rule has that id; the hint names the nearest.
        QueryError: The statement failed.
    """
    loaded = load_project(Path(project))
    stored = _stored(loaded, profile, run)
    moment = datetime.fromisoformat(stored.run.as_of.removesuffix("Z")) if run is not None and stored else None
    options = Options(as_of=moment)
    chosen = choose(loaded, options)
    where = load_target(loaded, profile, target)
    chosen_engine = engine(where.type, where.variables)
    templates = load(own_templates(loaded))
    with closing(chosen_engine.connect(where)) as session:
        now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
        _, items = bind(chosen, catalog_of(session, where), templates, options, now)
        found = project_looks(items, clock(options, now), templates)
        looks = _of_id(id, found, () if stored is None else stored.results)
        behind = [_behind(look, templates, session.dialect, limit, stored) for look in looks]
        return tuple(_fetched(one, look, session, limit) if fetch else one for one, look in
                     zip(behind, looks, strict=True))  # fmt: skip


def _stored(project: Project, profile: str | None, run: str | None) -> RunResult | None:
    """A stored run; without a name the newest one, if there is any. Raises SelectionError for an unknown name."""
    if run is not None:
        return open_store(project, profile, create=False).outcome(run)
    with suppress(SelectionError):
        return open_store(project, profile, create=False).outcome()
    return None


def _of_id(id: str, found: Sequence[RuleLook], stored: Sequence[Result]) -> list[RuleLook]:
    """The looks of one rule: of that very id, else of the only id that holds the text."""
    ids = list(dict.fromkeys(look.result.id for look in found))
    chosen = id if id in ids else None
    if chosen is None:
        parts = [one for one in ids if id.lower() in one.lower()]
        other = next((result for result in stored if result.id == id or id.lower() in result.id.lower()), None)
        if other is not None and (other.id == id or not parts):
            _refuse_other(other)
        if len(parts) != 1:
            _refuse_unknown(id, ids, parts)
        chosen = parts[0]
    return [look for look in found if look.result.id == chosen]


def _refuse_other(result: Result) -> NoReturn:
    """A result of another family: what to look at instead."""
    what = {
        "drift": "a distance between distributions",
        "model": "the performance of a model",
        "profile": "a number of a column",
        "anomaly": "a number of rows",
    }
    message = f'"{result.id}" is {what.get(result.monitor, "no rule")}: it has no failing rows'
    hint = f"look at `whq history {result.id}`, and at what moved in the report"
    raise ConfigError(Problem("WHQ-U013", "usage", message, hint))


def _refuse_unknown(id: str, ids: Sequence[str], parts: Sequence[str]) -> NoReturn:
    if parts:
        message = f'{len(parts)} rules have "{id}" in their id'
        raise ConfigError(Problem("WHQ-U008", "usage", message, f"name one: {', '.join(parts[:8])}"))
    hint = did_you_mean(id, ids) if ids else "the project has no rules"
    raise ConfigError(Problem("WHQ-U008", "usage", f'no rule has the id "{id}"', hint))


def _behind(look: RuleLook, templates: Templates, dialect: str, limit: int, stored: RunResult | None) -> Behind:
    results = () if stored is None else stored.results
    told = [result for result in results if result.id == look.result.id]
    told = [result for result in told if result.alert] or told
    message = told[-1].message if told else ""
    query = rows_query(look, templates, dialect, limit)
    if query is None:
        return Behind(look.result.id, message, note=look.note)
    return Behind(look.result.id, message, query.id, query.sql, hidden=look.hidden, note=look.note)


def _fetched(one: Behind, look: RuleLook, session: Any, limit: int) -> Behind:
    """The rows, read in the session, which is read-only where the engine can; none where they must not be shown."""
    if one.query is None or look.is_secret:
        return one
    cursor = session.cursor()
    try:
        fetched = cursor.run(one.sql, TIMEOUT)
    except KeyboardInterrupt:
        cursor.cancel()
        raise
    finally:
        cursor.close()
    hidden = {name.lower() for name in look.hidden}
    kept = [at for at, name in enumerate(fetched.names) if name.lower() not in hidden]
    columns = [fetched.columns[at] for at in kept]
    rows = tuple(zip(*columns, strict=True)) if fetched.size else ()
    names = tuple(fetched.names[at].removeprefix("whq_") for at in kept)
    return replace(one, names=names, rows=rows, more=len(rows) >= limit)
