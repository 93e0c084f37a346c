"""Imports point downward: a module imports from its own floor or a lower one, and nothing goes round in a circle."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = (
    "version masking wording errors cache calendar moments ensembles values growths result codes",
    "config catalog glossary sql.templates sql.header sql.state sql.render",
    "sql fit resolve monitors engines",
    "measure.tables",
    "measure.plan measure.compile",
    "measure store reports",
    "memory episodes",
    "pipeline",
    "commands scaffold showcase",
    "cli __main__",
)
FLOOR = {name: number for number, names in enumerate(FLOORS) for name in names.split()}
ONLY_IN = {
    "sqlglot": ("whq.sql",),
    "click": ("whq.cli",),
    "pydantic": ("whq.config",),
    "numpy": ("whq.fit", "whq.measure.grow", "whq.monitors", "whq.monitors.drift.statistics"),
    "_duckdb": ("whq.engines", "whq.store", "whq.monitors.drift.statistics", "whq.showcase"),
    "duckdb": (),  # the package around _duckdb
    "jinja2": ("whq.sql.render", "whq.config", "whq.reports", "whq.store"),
}
LAZY = ("lightgbm", "pandas", "scipy", "sklearn", "pyarrow", "psycopg")
DRIVERS = ("whq.engines.postgres_errors", "whq.engines.postgres_session", "whq.store.postgres_schema")
"""Modules over a driver: they import it at their top, and are imported themselves when a target is opened."""


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


FILES = {name_of(path): path for path in sorted((ROOT / "whq").rglob("*.py"))}


def imported(tree: ast.AST | list[ast.stmt]) -> Iterator[str]:
    """The modules that are named by imports, `from package import module` included."""
    nodes = tree if isinstance(tree, list) else ast.walk(tree)
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            full = [f"{node.module}.{alias.name}" for alias in node.names]
            modules = [name for name in full if name in FILES]
            yield from modules
            if len(modules) < len(full) and node.module != "whq":
                yield str(node.module)


def floor(module: str) -> int:
    parts = module.split(".")[1:]
    found = [FLOOR[name] for name in (".".join(parts[:2]), parts[0]) if name in FLOOR]
    assert found, f"{module} stands on no floor: name it in FLOORS"
    return found[0]


@pytest.mark.parametrize("module", [name for name in FILES if name != "whq"])
def test_imports_point_downward(module: str) -> None:
    names = sorted(set(imported(ast.parse(FILES[module].read_text("utf-8")))))
    upward = [name for name in names if name.startswith("whq.") and floor(name) > floor(module)]
    assert not upward
    strange = [name for name in names if not module.startswith(ONLY_IN.get(name.split(".")[0], ("whq",)))]
    assert not strange


def test_nothing_imports_itself_in_a_circle() -> None:
    top = {module: imported(ast.parse(path.read_text("utf-8")).body) for module, path in FILES.items()}
    TopologicalSorter({module: set(names) & (FILES.keys() - {module}) for module, names in top.items()}).prepare()


@pytest.mark.parametrize("module", list(FILES))
def test_heavy_packages_are_imported_late(module: str) -> None:
    names = imported(ast.parse(FILES[module].read_text("utf-8")).body)
    heavy = [name for name in names if name.split(".")[0] in LAZY or name in DRIVERS]
    assert not heavy or module in DRIVERS
