"""What whq remembers between runs: runs, their results, baselines and summaries."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from whq.config import load_target
from whq.config.spec import Project, StoreSpec, Target
from whq.engines import ENGINES, engine
from whq.engines.base import needs_driver
from whq.errors import Problem, SelectionError, StoreError
from whq.masking import masked
from whq.result import RunResult
from whq.store import migrations, rows
from whq.store.database import Connection, Database, Within
from whq.store.rows import (
    Earlier,
    Point,
    SeriesKey,
    StoredBaseline,
    StoredIncident,
    StoredRun,
    Summary,
    WatchedCount,
)
from whq.store.statements import insert, statement
from whq.values import Acknowledgement, Result, Run
from whq.wording import amount

_APART = 2**32
"""Positions that each place has for its results."""


class Store(Struct, frozen=True):
    """Every call is one short transaction; what a call has returned from is on disk."""

    database: Database
    now: Callable[[], str] = field(default=lambda: datetime.now(UTC).isoformat(timespec="seconds"))

    @staticmethod
    def open(spec: StoreSpec, root: Path, *, target: Target | None = None, create: bool = True) -> Store:
        """The store that a project names, ready for use; one of an older whq is brought to today's schema.

        Args:
            spec: Where the store is.
            root: The folder at which relative paths begin.
            target: The target that the spec names, where it does.
            create: Whether a missing store is made, so that a place that cannot be written shows before any query
                is paid for.

        Raises:
            SelectionError: There is no store, and none is to be made.
            StoreError: The place cannot be used, holds something else, or a store of a newer whq.
        """
        store = Store(_database(spec, root, target))
        place = store.database.place
        if not create and not store.database.exists():
            raise SelectionError(_nothing_stored(place))
        with store.database.transaction(write=create) as connection:
            before = migrations.version(connection, place)
            if create:
                migrations.migrate(connection, before)
        if not create and before == 0:
            raise SelectionError(_nothing_stored(place))
        if not create and before < len(migrations.steps()):
            with store.database.transaction(write=True) as connection:
                migrations.migrate(connection, migrations.version(connection, place))
        return store

    @contextmanager
    def together(self) -> Iterator[Store]:
        """The store with one transaction for all that is written in the block: it is on disk at the end, or none is."""
        with self._writing() as connection:
            yield replace(self, database=Within(self.database.place, connection))

    def begin(self, run: Run) -> None:
        """Note that a run has started; it stays `incomplete` until `finish` or `abandon`."""
        with self._writing() as connection:
            number = connection.run(statement("next_number"))[0][0]
            _insert(connection, "runs", rows.RUN_COLUMNS, [rows.new_run_row(number, run)])

    def append(self, run_id: str, results: Iterable[Result], place: int = 0) -> int:
        """Keep results of a running run; they are safe when the call returns. Gives their number.

        They are read back by `place` and then in the order in which they came.
        """
        listed = list(results)
        if not listed:
            return 0
        with self._writing() as connection:
            first = place * _APART + _count(connection, run_id)
            stored_rows = [rows.result_row(run_id, first + at, result) for at, result in enumerate(listed)]
            _insert(connection, "results", rows.RESULT_COLUMNS, stored_rows)
        return len(listed)

    def finish(self, outcome: RunResult) -> None:
        """Set the marker that makes a run complete. Raises StoreError when results of it are missing."""
        with self._writing() as connection:
            stored = _count(connection, outcome.run.id)
            if stored != len(outcome.results):
                raise StoreError(_missing(outcome, stored, self.database.place))
            connection.run(statement("finish"), rows.marker(outcome, "complete"))

    def abandon(self, outcome: RunResult) -> None:
        """Mark a run as interrupted; what was stored of it is kept."""
        with self._writing() as connection:
            connection.run(statement("finish"), rows.marker(outcome, "interrupted"))

    def runs(self, *, limit: int = 20, unfinished: bool = False, project: str | None = None) -> tuple[StoredRun, ...]:
        """Runs, newest first: the complete ones, or with `unfinished` all; those of one project where it is named."""
        return self._runs("", limit, unfinished, project)

    def run(self, run_id: str | None = None) -> StoredRun:
        """One run by its id or the start of it (whatever its state), or the latest complete one."""
        runs = self._runs(run_id or "", 2, run_id is not None)
        if not runs:
            raise SelectionError(self._unknown_run(run_id))
        exact = [stored for stored in runs if stored.run.id == run_id]
        if run_id is not None and len(runs) > 1 and not exact:
            raise SelectionError(_ambiguous(run_id))
        return exact[0] if exact else runs[0]

    def results(self, run_id: str) -> tuple[Result, ...]:
        """All stored results of one run, in the order in which they came."""
        sql = statement("results", tuple(rows.RESULT_COLUMNS))
        with self._reading() as connection:
            return tuple(rows.result_of(row) for row in connection.run(sql, [run_id]))

    def outcome(self, run_id: str | None = None) -> RunResult:
        """A stored run as a RunResult, so that every report can show it again."""
        stored = self.run(run_id)
        exit_code = 130 if stored.exit_code is None else stored.exit_code
        results, statements = self.results(stored.run.id), self.statements(stored.run.id)
        return RunResult(
            stored.run, results, stored.errors, exit_code, statements,
            incidents=stored.incidents, judged=stored.judged,
        )  # fmt: skip

    def history(self, result_id: str, *, unfinished: bool = False) -> tuple[Point, ...]:
        """Every result of one id and of those below it (`…/cbpe`), oldest run first; `unfinished` runs on demand."""
        sql = statement("history", tuple(rows.RESULT_COLUMNS))
        below = f"{result_id}/"
        with self._reading() as connection:
            records = connection.run(sql, [result_id, below, below, unfinished])
            return tuple(Point(row[0], row[1], row[2], rows.result_of(row[3:])) for row in records)

    def ids(self) -> tuple[str, ...]:
        """Every id that has a result."""
        with self._reading() as connection:
            return tuple(row[0] for row in connection.run(statement("ids")))

    def save_statements(self, run_id: str, statements: Mapping[str, str]) -> None:
        """Keep the SQL that a run sent, by query id, without secrets."""
        if not statements:
            return
        lines = [[run_id, name, masked(text)] for name, text in statements.items()]
        with self._writing() as connection:
            _insert(connection, "statements", dict.fromkeys(("run_id", "id", "content"), "text"), lines)

    def statements(self, run_id: str) -> dict[str, str]:
        """The SQL that a run sent, by query id."""
        with self._reading() as connection:
            return dict(connection.run(statement("statements"), [run_id]))

    def baseline(self, dataset: str, family: str, fingerprint: str) -> StoredBaseline | None:
        """What was learned of a family of a dataset: under this fingerprint, else the newest under another one."""
        with self._reading() as connection:
            baselines = connection.run(statement("baseline"), [fingerprint, dataset, family, fingerprint])
            return rows.baseline_of(baselines[0]) if baselines else None

    def save_baseline(self, dataset: str, family: str, fingerprint: str, baseline: StoredBaseline) -> None:
        """Keep a baseline in the place of one with the same fingerprint, and of all that are in another format."""
        content = json.dumps(baseline.content)
        row = [dataset, family, fingerprint, baseline.format, content, self.now()]
        with self._writing() as connection:
            connection.run(statement("forget_baseline"), [dataset, family, fingerprint, baseline.format])
            _insert(connection, "baselines", rows.BASELINE_COLUMNS, [row])

    def summaries(self, dataset: str, fingerprints: Iterable[str]) -> tuple[Summary, ...]:
        """The summaries of a dataset that have one of these fingerprints."""
        with self._reading() as connection:
            records = connection.run(statement("summaries"), [dataset, list(fingerprints)])
            return tuple(rows.summary_of(row) for row in records)

    def save_summaries(self, summaries: Iterable[Summary]) -> None:
        """Keep summaries; those of the same dataset, fingerprint, period, chunk and segment are replaced."""
        latest = {summary.key: json.dumps(summary.content) for summary in summaries}
        if not latest:
            return
        created = self.now()
        lines = [[*key, content, created] for key, content in latest.items()]
        with self._writing() as connection:
            connection.run(statement("forget_summaries"), rows.columns_of(latest, 5))
            _insert(connection, "summaries", dict.fromkeys(rows.SUMMARY_COLUMNS, "text"), lines)

    def earlier(self, project: str, target: str, as_of: str) -> Earlier:
        """What complete runs of a project and target before a moment tell of its findings.

        Args:
            as_of: ISO text, as in `Run.as_of`.
        """
        about = [project, target, as_of]
        with self._reading() as connection:
            verdicts = {(name, segment): chunk for name, segment, chunk in connection.run(statement("verdicts"), about)}
            incidents = connection.run(statement("incidents", rows.INCIDENT_COLUMNS), about)
            said = connection.run(statement("acknowledgements"), about[:2])
            acknowledged = {name: Acknowledgement(*words) for name, *words in said}
            return Earlier(verdicts, tuple(map(rows.incident_of, incidents)), acknowledged)

    def save_verdicts(self, run_id: str, verdicts: Mapping[SeriesKey, str]) -> None:
        """Keep for a run which chunk of each series is the newest with a verdict."""
        if verdicts:
            lines = [[run_id, *key, chunk] for key, chunk in verdicts.items()]
            with self._writing() as connection:
                _insert(connection, "verdicts", dict.fromkeys(rows.VERDICT_COLUMNS, "text"), lines)

    def save_incidents(self, run: Run, incidents: Iterable[StoredIncident]) -> None:
        """Keep what a run says of incidents; those that a later run has seen stay as they are."""
        new = {stored.incident.id: rows.incident_row(run.project, run.target, stored) for stored in incidents}
        if not new:
            return
        with self._writing() as connection:
            connection.run(statement("forget_incidents"), [run.project, run.target, list(new), run.as_of])
            later = {row[0] for row in connection.run(statement("incident_ids"), [run.project, run.target])}
            lines = [line for name, line in new.items() if name not in later]
            if lines:
                _insert(connection, "incidents", dict.fromkeys(rows.INCIDENT_COLUMNS, "text"), lines)

    def acknowledge(self, project: str, target: str, incident: str, said: Acknowledgement | None) -> None:
        """Keep what is said of an incident in the place of what was said before; None takes that back."""
        with self._writing() as connection:
            connection.run(statement("forget_acknowledgement"), [project, target, incident])
            if said is not None:
                line = [project, target, incident, said.until, said.why, said.at]
                _insert(connection, "acknowledgements", dict.fromkeys(rows.ACKNOWLEDGEMENT_COLUMNS, "text"), [line])

    def watched_counts(self, dataset: str, fingerprints: Iterable[str]) -> tuple[WatchedCount, ...]:
        """The counts of a dataset that have one of these fingerprints, in the order of time."""
        sql = statement("watched_counts", tuple(rows.COUNT_COLUMNS))
        with self._reading() as connection:
            return tuple(WatchedCount(*row) for row in connection.run(sql, [dataset, list(fingerprints)]))

    def save_watched_counts(self, counts: Iterable[WatchedCount]) -> None:
        """Keep counts; where a bucket is stored already, its `rows` and `as_of` are replaced and its first count stays.

        A bucket is the same by dataset, fingerprint, segment, grain and start; of two in `counts` the last one stays.
        """
        latest = {(each.dataset, each.fingerprint, each.segment, each.grain, each.bucket): each for each in counts}
        if not latest:
            return
        lines = [[getattr(each, name) for name in rows.COUNT_COLUMNS] for each in latest.values()]
        columns = rows.columns_of(lines, len(rows.COUNT_COLUMNS))
        with self._writing() as connection:
            connection.run(statement("recount"), [*columns[:5], *columns[7:]])
            connection.run(statement("count_first"), columns)

    def _writing(self) -> AbstractContextManager[Connection]:
        return self.database.transaction(write=True)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """A transaction that only reads. Raises StoreError where a row is not what the store writes."""
        with self.database.transaction(write=False) as connection:
            try:
                yield connection
            except (ValueError, TypeError, KeyError) as error:
                reason = f"a row in it cannot be read ({type(error).__name__}: {error})"
                raise StoreError(migrations.no_store(self.database.place, reason)) from error

    def _runs(self, prefix: str, limit: int, unfinished: bool, project: str | None = None) -> tuple[StoredRun, ...]:
        sql = statement("runs", tuple(rows.RUN_COLUMNS))
        with self._reading() as connection:
            records = connection.run(sql, [unfinished, prefix, prefix, project, limit])
            return tuple(rows.run_of(row) for row in records)

    def _unknown_run(self, run_id: str | None) -> Problem:
        if run_id is None:
            return _nothing_stored(self.database.place)
        latest = ", ".join(stored.run.id for stored in self.runs(limit=3, unfinished=True))
        return Problem("WHQ-R006", "store", f'no run "{run_id}" in {self.database.place}', f"the latest are: {latest}")


def open_store(project: Project, profile: str | None = None, *, create: bool = True) -> Store:
    """The store of a project; one in a schema is reached through a target of the profile."""
    named = project.store.target
    target = load_target(project, profile or None, named) if named is not None else None
    return Store.open(project.store, project.root, target=target, create=create)


def _database(spec: StoreSpec, root: Path, target: Target | None) -> Database:
    if spec.target is None or target is None:
        from whq.store.duckdb_file import DuckDBFile

        return DuckDBFile(root / (spec.path or Path(".whq/store.duckdb")))
    if target.type not in ENGINES or not engine(target.type).can_keep_results:
        why = "which is opened read-only" if target.type == "duckdb" else "only in Postgres and in files"
        message = f'results cannot be kept in the target "{target.name}" of type {target.type}, {why}'
        raise StoreError(Problem("WHQ-R005", "store", message, "use a DuckDB file: `store: .whq/store.duckdb`"))
    with needs_driver(target, "postgres"):
        from whq.store.postgres_schema import PostgresSchema
    return PostgresSchema(target, spec.schema or "whq")


def _insert(connection: Connection, table: str, columns: Mapping[str, str], lines: Sequence[Sequence[object]]) -> None:
    connection.run(insert(table, columns), rows.columns_of(lines, len(columns)))


def _count(connection: Connection, run_id: str) -> int:
    return int(connection.run(statement("count"), [run_id])[0][0])


def _missing(outcome: RunResult, stored: int, place: str) -> Problem:
    message = f"{place} holds {stored} of the {amount(len(outcome.results), 'result')} of run {outcome.run.id}"
    return Problem("WHQ-R008", "store", message, "the run stays incomplete; run it again")


def _ambiguous(run_id: str) -> Problem:
    return Problem("WHQ-R006", "store", f'several runs begin with "{run_id}"', "give more of the id")


def _nothing_stored(place: str) -> Problem:
    return Problem("WHQ-R007", "store", f"no complete run is stored in {place}", "run `whq run` first")
