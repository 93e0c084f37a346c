"""DuckDB's errors as problems: one line, no echo of the statement, no values of rows, and what to do next."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import _duckdb as duckdb

from whq.config.spec import Target
from whq.engines.base import mask, with_variables
from whq.errors import Affects, ConfigError, ConnectError, Problem, QueryError, nearest
from whq.values import FileSource

_PREFIX = re.compile(r"^[A-Za-z_ ]+? [Ee]rror: ")
_ECHO = re.compile(r"\n+(?:LINE \d+:|Candidate bindings:|Possible solutions:|Did you mean).*", re.DOTALL)
_HOLDER = re.compile(r"\(PID (\d+)\)")
_TAKEN = re.compile(r"already attached|different configuration")
_QUOTED = re.compile(r"\"[^\"]*\"?|'[^']*'?|\([^)]*\)?")
_LAST_WORD = re.compile(r": *\S*$")
_NUMBER = re.compile(r"(?<![A-Za-z0-9])-?\d[\d.eE+-]*")
_ORIGIN = re.compile(r"when casting from source column (.+)$")
_PATTERN = re.compile(
    r"missing [])]|unexpected \)|no argument for repetition operator|bad repetition operator|invalid repetition size"
    r"|invalid character class( range)?|invalid escape sequence|trailing \\|invalid perl operator|invalid UTF-8"
    r"|invalid named capture group|pattern too large|invalid character range"
)
"""What RE2 says of a pattern; after a colon it shows the pattern, which may be made of a row's values."""
_MISSING = re.compile(r'(?:Table with name |Referenced column ")([^" ]+)')
_CSV_LINE = re.compile(r"CSV Error on Line: (\d+)")
_CSV_WIDTH = re.compile(r".*Expected Number of Columns: (\d+) Found: (\d+)")
_CSV_VALUE = re.compile(r'.*Error when converting column "(.*?)"\. Could not convert string ".*" to \'([A-Z][^\']*)\'')
_CSV_FILE = re.compile(r".* file ?= ?(\S+)")
_GOAL = re.compile(r"(?:to|destination type) ([A-Z][A-Z0-9_]*)\b")

_Row = tuple[type[duckdb.Error], re.Pattern[str], str, str, str | None, Affects]


def _row(
    kind: type[duckdb.Error], pattern: str, code: str, category: str, hint: str | None, affects: Affects = "request"
) -> _Row:
    return kind, re.compile(pattern), code, category, hint, affects


_CHANGED = "it may have been dropped or renamed since the run began; run again"
_ROOM = "raise settings.memory_limit or lower threads in the profile"
_PLACE = "add the file's folder to allow_paths in the profile"
_FIT = "a value of the data does not fit; filter such rows with where, or cast to double"
_RE2 = "mend the pattern: it is a regular expression of RE2, which DuckDB uses"
_BROKEN = "a view that is read here names it: mend the view"
_TYPE = "give the column another type: table: {path: …, types: {name: varchar}}"
_TABLE: tuple[_Row, ...] = (
    _row(duckdb.OutOfMemoryException, "", "WHQ-E208", "query", _ROOM),
    _row(duckdb.PermissionException, "", "WHQ-E204", "permission", _PLACE),
    _row(duckdb.CatalogException, "Table with name", "WHQ-E205", "query", _CHANGED, "table"),
    _row(duckdb.BinderException, "Referenced (column|table)|does not have a column", "WHQ-E206", "query", _CHANGED),
    _row(duckdb.DataError, r"^line \d+.*cannot be converted", "WHQ-E207", "query", _TYPE),
    _row(duckdb.DataError, "^a value|verflow|ut of range|not in .* range|maximum", "WHQ-E207", "query", _FIT),
    _row(duckdb.DataError, "", "WHQ-E207", "query", None),
    _row(duckdb.InvalidInputException, "^invalid regular expression", "WHQ-E201", "query", _RE2),
    _row(duckdb.InvalidInputException, "Division by zero", "WHQ-E207", "query", "guard the divisor with nullif(x, 0)"),
    _row(duckdb.FatalException, "", "WHQ-E209", "connect", "the database was invalidated; run again", "statement"),
    _row(duckdb.Error, "", "WHQ-E201", "query", None),
)
_SPEAKS_OF_NAMES = (
    duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException, duckdb.PermissionException,
    duckdb.OutOfMemoryException, duckdb.IOException, duckdb.NotImplementedException,
)  # fmt: skip


def query_error(error: duckdb.Error, target: Target, sql: str = "") -> QueryError:
    """The error of one statement; a missing name that does not stand in its text is one in the text of a view."""
    text = mask(_message(error), target)
    name = _MISSING.search(text)
    in_view = name is not None and bool(sql) and not re.search(rf"\b{re.escape(name[1])}\b", sql)
    for kind, pattern, code, category, hint, affects in _TABLE:
        if isinstance(error, kind) and pattern.search(text):
            advice = _BROKEN if hint is _CHANGED and in_view else hint
            return QueryError(Problem(code, category, text, advice), affects=affects)
    raise AssertionError("the last row of the table fits every error") from error


def _message(error: duckdb.Error) -> str:
    """The message without the values of rows, which some classes quote."""
    text = clean(str(error))
    if isinstance(error, _SPEAKS_OF_NAMES):
        return text
    line, goal, origin = _CSV_LINE.search(text), _GOAL.search(text), _ORIGIN.search(text)
    if line is not None:
        return _of_csv(text, int(line[1]))
    if isinstance(error, duckdb.ConversionException) and (goal or origin):
        value = f'a value of column "{origin[1]}"' if origin else "a value"
        return f"{value} cannot be converted" + (f" to {goal[1]}" if goal else "")
    pattern = _PATTERN.match(text)
    if pattern is not None:
        return f"invalid regular expression: {pattern[0]}"
    return _without_values(clean(str(error).partition("\n")[0])) or "the engine refused the statement"


def _without_values(text: str) -> str:
    """The words of a message: what is quoted, numbers and a last word after a colon may be values of rows."""
    words = _NUMBER.sub("…", _QUOTED.sub("…", text))
    return _LAST_WORD.sub("", words).strip(" …!.:")


def _of_csv(text: str, line: int) -> str:
    """What is wrong with a line of a CSV file, without the line."""
    width, value, file = _CSV_WIDTH.search(text), _CSV_VALUE.search(text), _CSV_FILE.search(text)
    place = f"line {line} of {file[1]}" if file else f"line {line}"
    if width is not None:
        expected, columns = int(width[1]), int(width[2])
        return f"{place} has {columns} column{'s' if columns != 1 else ''} where {expected} are expected"
    if value is not None:
        return f'{place}: the value of column "{value[1]}" cannot be converted to {value[2]}'
    return f"{place} is not UTF-8" if "utf-8" in text.lower() else f"{place} cannot be read as CSV"


def clean(text: str) -> str:
    """The message without its class and the echoed statement, on one line."""
    return " ".join(_PREFIX.sub("", _ECHO.sub("", text)).split()).rstrip("!.")


def check_file(path: Path, target: Target) -> None:
    """Refuse what is not a DuckDB file: DuckDB would create a missing one, and read another kind as its own."""
    try:
        with path.open("rb") as file:
            magic = file.read(12)[8:]
    except OSError as error:
        names = [item.name for item in path.parent.glob("*") if item.is_file()] if path.parent.is_dir() else []
        near = nearest(path.name, names)
        hint = f'did you mean "{near}"?' if near else f'set path of target "{target.name}" to a DuckDB file'
        what = "does not exist" if isinstance(error, FileNotFoundError) else f"cannot be read: {error.strerror}"
        told = with_variables(f"database file {path} {what}", target)
        raise ConnectError(Problem("WHQ-E002", "connect", told, hint)) from error
    if magic != b"DUCK":
        hint = "name a file made by DuckDB; for Parquet and CSV files leave path out"
        told = with_variables(f"{path} is not a DuckDB database", target)
        raise ConnectError(Problem("WHQ-E002", "connect", told, hint))


@contextmanager
def connecting(target: Target) -> Iterator[None]:
    """Errors of DuckDB inside the block become a ConnectError."""
    try:
        yield
    except duckdb.Error as error:
        raise ConnectError(_connect_problem(_told(error, target), target)) from error


def _told(error: duckdb.Error, target: Target) -> str:
    """DuckDB's words about the profile, without secrets and with the names of variables for what they hold."""
    return with_variables(mask(clean(str(error)), target), target)


def _connect_problem(text: str, target: Target) -> Problem:
    if "lock on file" in text:
        holder = _HOLDER.search(text)
        who = f"process {holder[1]}" if holder else "another process"
        return _busy(f"in {who}", "wait until it has finished, then run again")
    if _TAKEN.search(text):
        return _busy("by this process", "close the other connection first")
    hint = "check the fields of the profile; whq doctor tries them one by one"
    return Problem("WHQ-E001", "connect", f'cannot open target "{target.name}": {text}', hint)


def _busy(who: str, hint: str) -> Problem:
    return Problem("WHQ-E007", "connect", f"the database file is open for writing {who}", hint)


@contextmanager
def setting(target: Target, name: str, hint: str) -> Iterator[None]:
    """Errors while a field of the profile is applied name the field."""
    try:
        yield
    except duckdb.Error as error:
        text = f'target "{target.name}": {name}: {_told(error, target)}'
        raise ConfigError(Problem("WHQ-E006", "config", text, with_variables(hint, target))) from error


@contextmanager
def reading(source: FileSource, target: Target) -> Iterator[None]:
    """Errors while a file is described name the file."""
    try:
        yield
    except QueryError as error:
        problem = error.problems[0]
        if problem.code == "WHQ-E111":
            raise
        text = f"{source.path} cannot be read as {source.format}: {problem.message}"
        text = problem.message if source.path in problem.message else text
        check = "check that the file is whole and of that format"
        check += f", and {', '.join(name for name, _ in source.options)} beside its path" if source.options else ""
        hint = problem.hint if problem.code == "WHQ-E204" else check
        raise QueryError(Problem("WHQ-E111", "catalog", mask(text, target), hint), affects="table") from error
