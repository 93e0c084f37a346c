"""The seam to a warehouse: an engine connects, a session knows the catalog, a cursor runs statements."""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import inf, isfinite, nan
from pathlib import Path
from typing import Any, Protocol

from msgspec import Struct

from whq.catalog import Catalog, Relation, without_home
from whq.config.spec import Target
from whq.errors import ConfigError, Problem, QueryError, did_you_mean
from whq.masking import masked
from whq.values import Column, FileSource, Policy, Scalar, place_of

ATTEMPTS = 3
"""How often a statement or a connection is tried whose error may pass."""
SCRATCH: Mapping[str, tuple[str, ...]] = {"duckdb": ("temp", "main"), "postgres": ("pg_temp",)}
"""Where temporary tables lie, before their name, by the dialect of the engines that make some for whq."""
MAX_ROWS = 1_000_000
"""A statement that brings more rows than this is refused: whq fetches aggregates, not tables."""


class Fetched(Struct, frozen=True):
    """What a statement brought back: the names of its columns, and the plain Python values of each, row by row."""

    names: tuple[str, ...]
    columns: tuple[Sequence[Scalar], ...]

    @staticmethod
    def of(names: Sequence[str], rows: Sequence[Any]) -> Fetched:
        """The rows of a driver; columns that are plain already are left as they are."""
        columns = zip(*rows, strict=True) if rows else ((),) * len(names)
        return Fetched(tuple(names), tuple(map(_plain, columns)))

    @property
    def size(self) -> int:
        """How many rows there are."""
        return len(self.columns[0]) if self.columns else 0


class Rights(Struct, frozen=True):
    """What a session may do with tables beside what it needs: those it may not read, and those it could write."""

    denied: tuple[Problem, ...] = ()
    writable: tuple[str, ...] = ()


class Cursor(Protocol):
    """Runs one statement at a time; belongs to one thread, save for `cancel`."""

    def run(self, sql: str, timeout: float | None = None) -> Fetched:
        """The rows of one SELECT. Raises QueryError."""

    def hold(self, name: str, sql: str, timeout: float | None = None) -> None:
        """Keep the rows of one SELECT in a temporary table that only this cursor sees; it ends with the cursor.

        One of the same name is replaced. Raises QueryError, also where the engine or the user's rights allow none.
        """

    def cancel(self) -> None:
        """End the running statement, from any thread; harmless when nothing runs, and may be repeated."""

    def close(self) -> None:
        """Let go of the connection."""


class Session(Protocol):
    """An open, read-only session. Its catalog functions satisfy `whq.catalog.Warehouse`."""

    @property
    def dialect(self) -> str:
        """The key of the engine's SQL dialect."""

    @property
    def search_path(self) -> tuple[tuple[str, ...], ...]:
        """Where a bare table name is looked up, each a prefix of `Relation.parts`."""

    @property
    def version(self) -> str:
        """The engine's own version."""

    def about(self) -> tuple[str, ...]:
        """The connection in a few words each: versions, encryption, role."""

    def rights(self, tables: Sequence[tuple[str, ...]]) -> Rights:
        """What may be done with tables, by the parts of their names."""

    def relations(self, names: Collection[str] | None = None) -> tuple[Relation, ...]:
        """Tables and views that can be seen, with their columns: those of these names (in lower case), or all."""

    def describe(self, sql: str) -> tuple[Column, ...]:
        """The columns of a SELECT, without running it."""

    def describe_file(self, source: FileSource) -> tuple[FileSource, tuple[Column, ...]]:
        """A file with all that must be said to read it, and its columns, on engines that read files."""

    def row_counts(self, tables: Iterable[str]) -> dict[str, int]:
        """Roughly how many rows tables hold, by names as in `Query.tables`, as far as the engine knows unasked."""

    def cursor(self) -> Cursor:
        """A new cursor for one worker thread; may be called from that thread."""

    def close(self) -> None:
        """End the session; safe to call twice."""


class Engine(Protocol):
    """One kind of warehouse. Engine modules satisfy this by their module-level names.

    `fields` are the fields of a profile that have a meaning here; `can_keep_results` says whether a store may lie in a
    schema of such a target.
    """

    dialect: str
    policy: Policy
    fields: frozenset[str]
    can_keep_results: bool

    def connect(self, target: Target) -> Session:
        """Open a read-only session. Raises ConnectError, or ConfigError for fields that make no sense."""


# --- fields of a profile ------------------------------------------------------------------------------------


def check_fields(target: Target, used: Collection[str], idle: Collection[str] = ()) -> None:
    """Refuse unknown profile fields; `idle` are dbt's fields that mean nothing to a reader."""
    own_functions(target)
    unknown = [name for name in target.fields if name not in {*used, *idle, "type"}]
    if unknown:
        raise ConfigError([_unknown_field(target, name, used) for name in sorted(unknown)])


def _unknown_field(target: Target, name: str, used: Collection[str]) -> Problem:
    text = f'unknown field "{name}" in target "{target.name}" of type {target.type}'
    return Problem("WHQ-E006", "config", text, did_you_mean(name, used), place_of(name))


def bad_field(target: Target, name: str, fault: str, hint: str) -> ConfigError:
    """The error for a profile field whose value makes no sense."""
    top = name.partition(".")[0]
    place = next((place_of(key) for key in target.fields if key == top), place_of(target.type))
    text = f'target "{target.name}": {name}: {with_variables(fault, target)}'
    return ConfigError(Problem("WHQ-E006", "config", text, with_variables(hint, target), place))


@contextmanager
def needs_driver(target: Target, extra: str) -> Iterator[None]:
    """Around an import that needs a driver: names the extra of whq that brings it where it is not installed."""
    try:
        yield
    except ImportError as error:
        text = f'target "{target.name}" needs the driver for {extra}, which is not installed ({error})'
        hint = f"pip install 'whq[{extra}]', in a checkout pip install '.[{extra}]'"
        raise ConfigError(Problem("WHQ-E004", "config", text, hint)) from error


def mask(text: str, target: Target) -> str:
    """The text without the target's secrets, and on one line."""
    return " ".join(masked(text, target.secrets).split())


def with_variables(text: str, target: Target) -> str:
    """The text with `$NAME` for each value of the profile that the environment variable NAME holds.

    For what is said of the profile and of connecting: logs are read by others than who set the variables.
    """
    values = sorted(filter(None, target.variables), key=len, reverse=True)
    if not values:
        return text
    every = "|".join(re.escape(value) for value in values)
    return re.sub(rf"(?<!\w)(?:{every})(?!\w)", lambda value: target.variables[value[0]], text)


def local_folders(target: Target) -> tuple[Path, ...]:
    """The folders whose files may be read: the project's, then the profile's `allow_paths`."""
    extra = target.fields.get("allow_paths") or ()
    if isinstance(extra, str):
        extra = (extra,)
    root = target.root.resolve()
    return (root, *((root / Path(str(item)).expanduser()).resolve() for item in extra))


def own_functions(target: Target) -> tuple[str, ...]:
    """The functions of the warehouse's own that the profile lets user SQL call. Raises ConfigError."""
    written = target.fields.get("allow_functions") or ()
    names = (written,) if isinstance(written, str) else written
    if not isinstance(names, (list, tuple)) or not all(isinstance(name, str) and name for name in names):
        raise bad_field(target, "allow_functions", "is not a list of names", "write allow_functions: [my_function]")
    return tuple(str(name) for name in names)


def catalog_of(session: Session, target: Target) -> Catalog:
    """The catalog of a session, with the files and functions that its profile allows."""
    return Catalog(session, local_folders(target), own_functions(target))


# --- attempts and deadlines -----------------------------------------------------------------------------------


def backoff(attempt: int, base: float = 0.25, cap: float = 5.0) -> float:
    """Seconds to wait before another attempt: doubling, with full jitter."""
    return random.uniform(0, min(cap, base * 2**attempt))  # noqa: S311 - spreads load, hides nothing


@contextmanager
def watchdog(cancel: Callable[[], None], seconds: float | None) -> Iterator[threading.Event]:
    """Cancel what runs in the block when the time is up; the event says that it was."""
    fired, done = threading.Event(), threading.Event()

    def watch() -> None:
        if not done.wait(seconds):
            fired.set()
        # A cancel that arrives before the statement starts is lost on most engines, so it is repeated.
        while fired.is_set() and not done.wait(0.05):
            cancel()

    if seconds is None:
        yield fired
        return
    thread = threading.Thread(target=watch, name="whq-watchdog", daemon=True)
    thread.start()
    try:
        yield fired
    finally:
        done.set()
        thread.join(5)


def timed_out(seconds: float | None) -> QueryError:
    """The error for a statement that ran longer than it may."""
    text = f"the query was cancelled after the timeout of {seconds or 0:g} s"
    problem = Problem("WHQ-E202", "timeout", text, "raise --timeout, or narrow the dataset with where or --since")
    return QueryError(problem, affects="statement")


def cancelled() -> QueryError:
    """The error for a statement that whq itself ended."""
    return QueryError(Problem("WHQ-E203", "cancelled", "the query was cancelled"), affects="statement")


def too_many_rows() -> QueryError:
    """The error for a statement that brings back more rows than whq keeps."""
    text = f"the query returned more than {MAX_ROWS:,} rows"
    return QueryError(Problem("WHQ-E211", "query", text, "aggregate in the query, or limit the number of groups"))


def not_a_select() -> QueryError:
    """The error for text that is not exactly one SELECT."""
    text = "only one SELECT statement can be run"
    return QueryError(Problem("WHQ-E201", "query", text, "the monitored data is never written"))


def estimates(
    sizes: Iterable[tuple[tuple[str, ...], int | None]], tables: Iterable[str], path: tuple[tuple[str, ...], ...]
) -> dict[str, int]:
    """The sizes of the tables asked for; a name that may mean two tables, and a size not known, are left out."""
    names = set(tables)
    sizes_of: dict[str, list[int | None]] = {}
    for parts, size in sizes:
        for name in {".".join(parts), ".".join(without_home(parts, path))} & names:
            sizes_of.setdefault(name, []).append(size)
    return {name: rows[0] for name, rows in sizes_of.items() if len(rows) == 1 and rows[0] is not None}


# --- values -------------------------------------------------------------------------------------------------


def normalise(value: Any) -> Scalar:
    """A driver's value as a plain one: naive UTC times, finite decimals, everything unknown as text."""
    kind = type(value)
    if kind in _PLAIN:
        return value  # type: ignore[no-any-return]
    if kind is datetime:
        return value if value.tzinfo is None else _utc(value)
    if kind is Decimal:
        return _number(value)
    if kind is timedelta:
        return float(value.total_seconds())
    if kind is time:
        return str(value.isoformat())
    if kind in (bytes, bytearray, memoryview):
        return bytes(value).hex()
    return str(value)


def _number(value: Decimal) -> int | float | Decimal:
    """Whole decimals as integers, which is how DuckDB returns the sum of a BIGINT; Postgres returns a numeric."""
    if not value.is_finite():
        return nan if value.is_nan() else inf if value > 0 else -inf
    return value if value.as_tuple().exponent < 0 else int(value)  # type: ignore[operator] # finite, so a number


_PLAIN = frozenset({int, float, str, bool, date, type(None)})


def _utc(value: datetime) -> datetime:
    offset = value.utcoffset()
    naive = value.replace(tzinfo=None)
    return naive - offset if offset else naive


def _plain(column: Sequence[Any]) -> Sequence[Scalar]:
    return column if _PLAIN.issuperset(map(type, column)) else tuple(map(normalise, column))


def text_literal(text: str) -> str:
    """A SQL string literal of standard SQL, for statements of a fixed shape such as SET and ATTACH."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A quoted identifier of standard SQL, for statements of a fixed shape such as USE and SET ROLE."""
    return '"' + name.replace('"', '""') + '"'


def whole_number(target: Target, name: str, default: int | None = None, low: int = 0, high: int = 2**31) -> int | None:
    """A profile field that is a whole number within bounds, or the default."""
    value = _field(target.fields, name)
    if value is None:
        return default
    try:
        number = int(str(value))
    except ValueError:
        number = low - 1
    if not low <= number <= high or (isinstance(value, float) and not isfinite(value)):
        raise bad_field(
            target, name, f'"{value}" is not a number from {low} to {high}', f"write {name} as a whole number"
        )
    return number


def _field(fields: Mapping[str, Any], name: str) -> Any:
    value = fields.get(name)
    return None if value == "" else value
