"""What each engine can do, from the registry of engines, the support table and the tests that execute."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path
from typing import Any

from generators.markdown import code, table
from whq.engines import ENGINES
from whq.sql.dialects import DIALECTS
from whq.sql.support import Support
from whq.sql.support import table as support_table

ROOT = Path(__file__).resolve().parents[2]
VALUES = ROOT / "tests" / "sql"
DRIVERS = {"postgres": "psycopg", "clickhouse": "chdb", "bigquery": "zetasql"}
"""The package that a test needs to execute a dialect; DuckDB is always there."""

VIA = {
    "postgres": "on a server",
    "clickhouse": "in process (chdb)",
    "bigquery": "by GoogleSQL's own evaluator (zetasql), not by BigQuery itself",
}
"""How the tests reach a dialect."""

MARKS = {"native": "yes", "rewrite": "rewritten", "unsupported": "no"}


def engines() -> str:
    """Each dialect: whether whq connects, and what shows that its SQL is right."""
    rows = [(code(name), "yes" if name in ENGINES else "not yet", _proof(name)) for name in DIALECTS]
    return table(("dialect", "connects and runs", "its SQL is"), rows)


def _proof(dialect: str) -> str:
    if dialect == "duckdb":
        return "executed in tests: every template on every fixture"
    if not (VALUES / f"test_values_{dialect}.py").is_file():
        return "compiled, validated as text, not executed"
    if DRIVERS[dialect] in _test_packages():
        equal = "every template on every fixture, results equal to DuckDB's"
        return f"executed in tests {VIA[dialect]}: {equal}{_but(dialect)}"
    where = f"executed only where `{DRIVERS[dialect]}` is installed, which the tests do not ask for"
    return f"compiled, validated as text; {where}"


def _but(dialect: str) -> str:
    """The stated gaps of a dialect's tests: fixtures that it cannot pass, and why."""
    tree = ast.parse((VALUES / f"test_values_{dialect}.py").read_text("utf-8"))
    found = [
        node.value for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "GAPS"
    ]
    gaps: dict[str, str] = ast.literal_eval(found[0]) if found else {}
    return "".join(f", but {code(case)} ({why})" for case, why in gaps.items())


def _test_packages() -> set[str]:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    listed: list[str] = project["optional-dependencies"]["test"]
    return {name.split(";")[0].split("[")[0].split(">")[0].strip() for name in listed}


def constructs() -> str:
    """The support table: constructs that differ between dialects; the others are native everywhere."""
    everything = support_table()
    differing = {name: row for name, row in everything.items() if any(cell.status != "native" for cell in row.values())}
    rows = [(code(name), *(MARKS[row[dialect].status] for dialect in DIALECTS)) for name, row in differing.items()]
    native = [code(name) for name in everything if name not in differing]
    return table(("construct", *DIALECTS), rows) + f"\nNative in every dialect: {', '.join(native)}.\n"


def notes() -> str:
    """How each rewrite is written, and why something is not possible."""
    lines: list[str] = []
    for name, row in support_table().items():
        told: dict[Support, list[str]] = {}
        for dialect in DIALECTS:
            if row[dialect].status != "native":
                told.setdefault(row[dialect], []).append(dialect)
        lines += [f"- {code(name)}, {_listed(where)}: {_said(support)}" for support, where in told.items()]
    return "\n".join(lines) + "\n"


def _listed(where: list[str]) -> str:
    return "all but duckdb" if len(where) == len(DIALECTS) - 1 and "duckdb" not in where else ", ".join(where)


def _said(support: Support) -> str:
    note = support.note.replace("*", "\\*").replace("<", "\\<")
    if support.status == "rewrite":
        return f"written as {note}" if not note.startswith(("from ", "with ", "as ", "by ")) else f"written {note}"
    instead = support.alternative.replace("*", "\\*").replace("<", "\\<")
    return f"not supported: {note}" + (f"; instead: {instead}" if instead else "")
