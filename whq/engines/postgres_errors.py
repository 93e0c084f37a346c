"""Postgres errors as problems, by SQLSTATE: one line, no values of rows, and what to do next."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import psycopg

from whq.catalog import Relation
from whq.config.spec import Target
from whq.engines.base import cancelled, identifier, with_variables
from whq.errors import Affects, ConnectError, Problem, QueryError, did_you_mean

_DENIED = re.compile(r"permission denied for (?:[a-z ]*?)(schema|table|view|relation|column|function|sequence) (.+)")
_VALUES = re.compile(r"[\"'(:].*", re.DOTALL)
_CHANGED = "it may have been dropped or renamed since the run began; run again"
_FIT = "a value of the data does not fit; filter such rows with where, or cast to double"

_UNFIT = ("22001", "22003", "22007", "22008", "2201E", "2201F", "2201G", "22021", "22P02", "22P05", "22032")
"""States that a value of the data causes: out of range, not of the form that a type has, no logarithm."""
_WRITTEN = (
    "a value written in the SQL is none of the type that it is compared with; mend it, or cast the column to text"
)
_STATES: tuple[tuple[str, str, str, str | None, Affects], ...] = (
    ("42P01", "WHQ-E205", "query", _CHANGED, "table"),
    ("3F000", "WHQ-E205", "query", _CHANGED, "table"),
    ("42703", "WHQ-E206", "query", _CHANGED, "request"),
    ("2201B", "WHQ-E201", "query", "mend the pattern: it is a regular expression of Postgres (POSIX)", "request"),
    ("22012", "WHQ-E207", "query", "guard the divisor with nullif(x, 0)", "request"),
    *((state, "WHQ-E207", "query", _FIT, "request") for state in _UNFIT),
    ("22", "WHQ-E207", "query", None, "request"),
    ("25006", "WHQ-E201", "query", "the monitored data is never written", "request"),
    ("53100", "WHQ-E208", "query", "the server has no room left for temporary files", "request"),
    ("53", "WHQ-E208", "query", "the server is short of resources; lower --jobs or try later", "request"),
    ("55P03", "WHQ-E201", "query", "another session holds a lock on the table; run again later", "statement"),
    ("", "WHQ-E201", "query", None, "request"),
)
_TRANSIENT = ("40001", "40P01", "53300", "57P03")
_LOST = ("08", "57P01", "57P02", "57P05")

_CONNECT: tuple[tuple[str, str, bool, str], ...] = (
    ("password authentication failed|no password supplied", "WHQ-E003", False,
     "check user and password; it was tried once"),
    ("authentication failed|no pg_hba.conf entry", "WHQ-E003", False,
     "ask for access from this machine (pg_hba.conf), or check user and sslmode"),
    ('database ".*" does not exist', "WHQ-E001", False, "check dbname"),
    ('role ".*" does not exist', "WHQ-E003", False, "check user and role"),
    ("SSL|certificate|root certificate", "WHQ-E008", False,
     "whq never falls back to plain text by itself; check sslmode and sslrootcert"),
    ("Temporary failure in name resolution", "WHQ-E001", True, "check the network"),
    ("could not translate|Name or service not known|failed to resolve", "WHQ-E001", False, "check host"),
    ("refused|No such file or directory", "WHQ-E001", True, "check host and port, and that the server runs"),
    ("too many (clients|connections)|remaining connection slots", "WHQ-E001", True, "lower --jobs, or try later"),
    ("starting up|shutting down|in recovery", "WHQ-E001", True, "try again in a moment"),
    ("timeout|timed out|closed the connection|unreachable|No route|reset by peer", "WHQ-E001", True,
     "check host, port and the network"),
    ("", "WHQ-E001", False, "check the fields of the profile; whq doctor tries them one by one"),
)  # fmt: skip


def connect_error(error: psycopg.Error, shown: str, mask: Callable[[str], str]) -> tuple[ConnectError, bool]:
    """The error of a failed connection, and whether another attempt may help."""
    text = mask(_last_line(str(error)))
    for pattern, code, transient, hint in _CONNECT:
        if re.search(pattern, text):
            told = f"cannot connect to {mask(shown)}: {text}"
            return ConnectError(Problem(code, "connect", told, hint)), transient
    raise AssertionError("the last row of the table fits every error") from error


def _last_line(text: str) -> str:
    """What the server or the network said, without the addresses that the driver tried."""
    line = next((line for line in text.splitlines() if line.strip()), text)
    for mark in ("FATAL: ", "ERROR: ", " failed: "):
        line = line.rpartition(mark)[2]
    return line.strip()


def query_error(
    error: psycopg.Error, role: str, relations: Iterable[Relation], mask: Callable[[str], str]
) -> QueryError:
    """The error of one statement."""
    state = error.sqlstate or ""
    text = mask(error.diag.message_primary or _last_line(str(error)))
    if not state or state.startswith(_LOST):
        text = "the connection to the server was lost"
        hint = "nothing was changed; the statement can run again once the server is back"
        return QueryError(Problem("WHQ-E209", "connect", text, hint), transient=True, affects="statement")
    if state == "57014":
        return cancelled()
    if state == "42501":
        # A schema is closed with all of its tables; of a table some columns may be granted.
        affects: Affects = "table" if "denied for schema" in text else "request"
        return QueryError(Problem("WHQ-E204", "permission", text, grant(text, role, relations)), affects=affects)
    _, code, category, advice, affects = next(row for row in _STATES if state.startswith(row[0]))
    if advice is _FIT and error.diag.statement_position:  # refused before any row was read
        advice = _WRITTEN
    shown = _VALUES.sub("", text).strip() if state.startswith(("22", "P0")) and state != "2201B" else text
    problem = Problem(code, category, shown or "the engine refused the statement", advice)
    return QueryError(problem, transient=state in _TRANSIENT, affects=affects)


_FOLDED = re.compile(r"[a-z_][a-z_0-9]*")


def sql_name(*parts: str) -> str:
    """Parts as a statement takes them: quoted unless the server's folding to lower case changes nothing."""
    return ".".join(part if _FOLDED.fullmatch(part) else identifier(part) for part in parts)


def grant(text: str, role: str, relations: Iterable[Relation]) -> str:
    """The statement that gives the missing right, for whoever may run it."""
    denied = _DENIED.search(text)
    to = sql_name(role)
    if denied is None:
        return f"grant the right to {to}"
    kind, name = denied[1], denied[2].strip('"')
    if kind == "schema":
        return f"ask for: grant usage on schema {sql_name(name)} to {to}"
    if kind in ("function", "sequence"):
        right = "execute" if kind == "function" else "select"
        return f"ask for: grant {right} on {kind} {name} to {to}"
    places = {item.parts[-2:] for item in relations if item.parts[-1] == name}
    full = sql_name(*(places.pop() if len(places) == 1 else (name,)))
    return f"ask for: grant select on {full} to {to}"


def missing_right(role: str, schema: str, table: str, may_use: bool) -> Problem:
    """The problem of a table that a role may not read, before a query fails on it."""
    to, full = sql_name(role), sql_name(schema, table)
    usage = "" if may_use else f"grant usage on schema {sql_name(schema)} to {to}; "
    hint = f"ask for: {usage}grant select on {full} to {to}"
    return Problem("WHQ-E204", "permission", f"the role {role} may not read {full}", hint)


def no_schema(target: Target, name: str, schemas: Iterable[str]) -> ConnectError:
    """The error for a target's schema that is not there."""
    text = f'target "{target.name}": schema "{with_variables(name, target)}" does not exist'
    return ConnectError(Problem("WHQ-E001", "connect", text, did_you_mean(name, schemas)))
