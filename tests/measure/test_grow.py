"""Trees grown in the warehouse against trees grown row by row in Python, on DuckDB and on Postgres."""

import hashlib
import math
import random
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.engines.pg import Server
from tests.fit.growing import grown as grown_in_python
from tests.sql.test_ensemble import evaluated
from whq.config.spec import Budget
from whq.config.spec import Target as Connection
from whq.engines import Session, engine
from whq.errors import Interrupted, QueryError
from whq.growths import Failed, Group, Grown, Growth, Target
from whq.measure import grow as module
from whq.measure.execute import Limits, Progress, Statement
from whq.measure.grow import Sending, grow
from whq.sql import guard
from whq.sql.dialects import DIALECTS
from whq.values import Chunking, Column, Dataset, Feature, Query, Scope, TableSource

COLUMNS = {
    "id": ("BIGINT", "integer"), "month": ("DATE", "date"), "Fahr zeug\"s": ("DOUBLE PRECISION", "float"),
    "doors": ("INTEGER", "integer"), "city": ("VARCHAR", "text"), "new": ("BOOLEAN", "boolean"),
    "price": ("DOUBLE PRECISION", "float"), "guess": ("DECIMAL(12,4)", "decimal"), "sold": ("VARCHAR", "text"),
}  # fmt: skip
FEATURES = ('Fahr zeug"s', "doors", "city", "new", "guess")
SMALL = {"features": FEATURES, "key": ("id",), "trees": 6, "depth": 3, "least": 8, "bins": 6, "rate": 0.3}
DRAW = random.Random(5)


def _row(number: int) -> list[Any]:
    is_late = number >= 260
    city = DRAW.choice(["Oslo", "O'Hare", "", "Rom", "Łódź", "Bonn", "Wien", "Kyiv"])
    size = DRAW.choice([math.nan, math.inf, None, *[round(DRAW.gauss(3 * is_late, 2), 3) for _ in range(9)]])
    doors = DRAW.choice([None, 2, 3, 5])
    guess = round(DRAW.uniform(1, 9), 4)
    known = size if size is not None and math.isfinite(size) else 0.0
    sold = "yes" if number % 3 else DRAW.choice(["yes", "no"])
    price = guess + known + len(city) * (doors or 7) / 9 + DRAW.gauss(0, 0.5)
    return [
        number, "2024-02-10" if is_late else "2024-01-10", size, doors, DRAW.choice([city, city, None]),
        DRAW.choice([True, False, None]), None if number % 29 == 3 else price, guess, sold,
    ]  # fmt: skip


NO_LIMITS = Limits()
ROWS = [_row(number) for number in range(420)]
REFERENCE = [row for row in ROWS if row[1] < "2024-02-01"]
PLACES = {name: place for place, name in enumerate(COLUMNS)}


def dataset(source: TableSource, dialect: str) -> Dataset:
    columns = tuple(Column(name, kind, native) for name, (native, kind) in COLUMNS.items())  # type: ignore[arg-type]
    reference = guard.expression("month < date '2024-02-01'", dialect, columns)
    return Dataset("cars", source, columns, "month", ("id",), None, reference, Chunking("month"))


class World:
    """A session on a table of cars, and what was sent."""

    def __init__(self, session: Session, source: TableSource) -> None:
        self.session, self.dataset = session, dataset(source, session.dialect)
        self.log: list[Statement] = []
        self.shown: list[Query] = []
        self.told: list[Progress] = []

    def grow(self, growth: Growth, limits: Limits = NO_LIMITS) -> Grown | Failed:
        sending = Sending(self.session, limits, self.log, self.shown.append, self.told.append)
        return grow(growth, self.dataset, "g1", sending)

    def grown(self, growth: Growth) -> Grown:
        answer = self.grow(growth)
        assert isinstance(answer, Grown), answer
        return answer


def fill(execute: Any, table: str) -> None:
    quoted = ", ".join(f'"{name.replace(chr(34), chr(34) * 2)}" {native}' for name, (native, _) in COLUMNS.items())
    execute(f"create table {table} ({quoted})", ())
    for row in ROWS:
        execute(f"insert into {table} values (%s, %s, %s, %s, %s, %s, %s, %s, %s)", row)


@pytest.fixture
def on_duckdb(tmp_path: Path) -> Iterator[World]:
    with duckdb.connect(str(tmp_path / "cars.duckdb")) as connection:
        fill(lambda sql, row: connection.execute(sql.replace("%s", "?"), row), "cars")
    session = engine("duckdb").connect(Connection("dev", "duckdb", {"path": "cars.duckdb"}, tmp_path))
    yield World(session, TableSource(("cars", "main", "cars")))
    session.close()


@pytest.fixture
def on_postgres(postgres: Server, tmp_path: Path) -> Iterator[World]:
    with postgres.connect() as connection:
        connection.execute("drop table if exists grown_cars")
        fill(connection.execute, "grown_cars")
    session = engine("postgres").connect(postgres.target(tmp_path))
    yield World(session, TableSource(("public", "grown_cars")))
    session.close()
    postgres.execute("drop table grown_cars")


@pytest.fixture(params=["on_duckdb", "on_postgres"])
def world(request: pytest.FixtureRequest) -> World:
    found: World = request.getfixturevalue(request.param)
    return found


def error(row: list[Any]) -> float:
    return abs(row[PLACES["price"]] - row[PLACES["guess"]])


def fold(row: list[Any]) -> int:
    return int(int(hashlib.md5(str(row[0]).encode(), usedforsecurity=False).hexdigest()[8], 16) >= 8)


def read(row: list[Any]) -> list[Any]:
    """A row's features."""
    return [row[PLACES[name]] for name in FEATURES]


def score(model: Any, row: list[Any]) -> float:
    """The score of a row by an ensemble; that SQL says the same is tested beside `whq.sql.ensemble`."""
    return evaluated(model, dict(zip(COLUMNS, row, strict=True)))


def compare(model: Any, growth: Growth, rows: list[list[Any]], targets: list[float], pool: list[list[Any]]) -> None:
    expected = grown_in_python(growth, [read(row) for row in rows], targets, [read(row) for row in pool])
    found = [(score(model, row), expected(read(row))) for row in ROWS]
    assert model.trees
    assert max(abs(one - other) for one, other in found) < 1e-7


def test_loss_models_of_two_targets_and_two_folds_in_one_pass(world: World) -> None:
    prediction = ("price", "guess")
    targets = (Target("absolute_error", *prediction), Target("squared_error", *prediction))
    growth = Growth(Scope("cars", period="reference"), targets=targets, parts=(None, 0, 1), **SMALL)
    grown = world.grown(growth)
    known = [row for row in REFERENCE if row[PLACES["price"]] is not None]
    for place, power in enumerate((1, 2)):
        for part in (None, 0, 1):
            rows = known if part is None else [row for row in known if fold(row) != part]
            model = grown.model(place, part=part)
            compare(model, growth, rows, [error(row) ** power for row in rows], REFERENCE)
            assert grown.rows[0, part] == len(rows)
    assert len(world.log) <= growth.statements
    assert [query.id for query in world.shown] == ["g1.1", "g1.2", "g1.3"]
    assert world.told[-1].done == len(world.log)


def test_domain_models_of_two_chunks_in_one_pass(world: World) -> None:
    half = (0.0, 0.5)
    groups = (Group(half, datetime(2024, 2, 1)), Group((0.5, 1.0), datetime(2024, 2, 1), 0.5))
    growth = Growth(
        Scope("cars", by_chunk=True), targets=(Target("is_analysis"),), groups=groups, parts=(0, 1), loss="logistic",
        balanced=True, **SMALL,
    )  # fmt: skip
    grown = world.grown(growth)
    hashes = {row[0]: int(hashlib.md5(str(row[0]).encode()).hexdigest()[:8], 16) / 16**8 for row in ROWS}

    def taken(row: list[Any], group: Group) -> bool:
        if row in REFERENCE:
            return group.reference[0] <= hashes[row[0]] < group.reference[1]
        return hashes[row[0]] < group.share

    pool = ROWS
    for number, group in enumerate(groups):
        for part in (0, 1):
            rows = [row for row in ROWS if taken(row, group) and fold(row) != part]
            targets = [float(row not in REFERENCE) for row in rows]
            compare(grown.model(0, number, part), growth, rows, targets, pool)
    assert grown.cross_fitted(0, 1).key == ("id",)
    assert grown.model(0, 0, 0).link == "logistic"


def test_a_label_as_target(world: World) -> None:
    growth = Growth(
        Scope("cars", period="reference"), targets=(Target("equals", "sold", value="yes"),), loss="logistic", **SMALL
    )
    grown = world.grown(growth)
    compare(grown.model(), growth, REFERENCE, [float(row[PLACES["sold"]] == "yes") for row in REFERENCE], REFERENCE)


def simple(**more: Any) -> Growth:
    prediction = ("price", "guess")
    fields = {**SMALL, "targets": (Target("absolute_error", *prediction),), **more}
    return Growth(Scope("cars", period="reference"), **fields)


def test_engines_and_runs_agree_to_the_last_bit(on_duckdb: World, on_postgres: World) -> None:
    growth = simple(parts=(None, 0, 1))
    assert on_duckdb.grown(growth).ensembles == on_duckdb.grown(growth).ensembles
    assert on_duckdb.grown(growth).ensembles == on_postgres.grown(growth).ensembles


def test_the_same_trees_grow_where_no_table_can_be_made(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    growth = simple(trees=3)
    with_table = world.grown(growth)
    monkeypatch.setattr(module, "SCRATCH", {})
    world.shown.clear()
    assert world.grown(growth).ensembles == with_table.ensembles
    assert "whq_rows" in world.shown[-1].sql
    assert '"price"' in world.shown[-1].sql


def test_a_user_without_the_right_to_temporary_tables(on_postgres: World, postgres: Server, tmp_path: Path) -> None:
    growth = simple(trees=2)
    expected = on_postgres.grown(growth)
    postgres.execute(
        f'revoke temporary on database "{postgres.dbname}" from public', "grant select on grown_cars to careful"
    )
    try:
        session = engine("postgres").connect(postgres.target(tmp_path, user="careful", password="s3cr%t'pw"))
        world = World(session, TableSource(("public", "grown_cars")))
        assert world.grown(growth).ensembles == expected.ensembles
        assert [one.error for one in world.log].count(None) == len(world.log) - 1
        session.close()
    finally:
        postgres.execute(f'grant temporary on database "{postgres.dbname}" to public')


def test_temporary_tables_are_seen_by_nobody_and_end_with_the_growth(world: World) -> None:
    names: set[str] = set()
    catalog = {
        "duckdb": "select table_name as n from duckdb_tables() where table_name like 'whq%'",
        "postgres": "select relname::text as n from pg_class where relname like 'whq%'",
    }[world.session.dialect]
    other = world.session.cursor()
    readable = "select * from whq_rows_0"

    def look(progress: Progress) -> None:
        names.update(map(str, other.run(catalog).columns[0]))
        with pytest.raises(QueryError):
            other.run(readable)

    sending = Sending(world.session, Limits(), [], lambda query: None, look)
    assert isinstance(grow(simple(trees=2), world.dataset, "g1", sending), Grown)
    if world.session.dialect == "postgres":  # its catalog shows other connections' tables; that of DuckDB does not
        assert names == {"whq_rows_0", "whq_rows_1"}
    deadline = time.monotonic() + 10
    while other.run(catalog).size and time.monotonic() < deadline:  # a server ends a connection in its own time
        time.sleep(0.05)
    assert not other.run(catalog).size


def test_errors_end_the_growth_and_its_tables(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    filled = module.Levels.scores
    monkeypatch.setattr(module.Levels, "scores", lambda *given: filled(*given).replace("floor", "no_such_function"))
    failed = world.grow(simple())
    assert isinstance(failed, Failed)
    assert failed.problem.category == "query"
    monkeypatch.undo()
    assert isinstance(world.grow(simple()), Grown)


def test_too_small_a_budget_of_statements_is_left_to_others(world: World) -> None:
    needed = simple().statements
    failed = world.grow(simple(), Limits(budget=Budget(queries=needed + 1)).after(2, 0.0))
    assert isinstance(failed, Failed)
    assert failed.problem.category == "budget"
    assert f"up to {needed} queries needed, the budget has {needed - 1} of {needed + 1} queries left" in str(
        failed.problem
    )
    assert not world.log
    assert isinstance(world.grow(simple(), Limits(budget=Budget(queries=needed + 2)).after(2, 0.0)), Grown)


def test_the_budget_of_seconds_holds(world: World) -> None:
    failed = world.grow(simple(), Limits(budget=Budget(seconds=0.0)))
    assert isinstance(failed, Failed)
    assert failed.problem.category == "budget"
    assert not world.log


def test_a_statement_may_time_out(on_duckdb: World, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = "select sum(a.range * b.range) from range(100000) a, range(100000) b"
    monkeypatch.setattr(module.Levels, "level", lambda *given: slow)
    failed = on_duckdb.grow(simple(), Limits(timeout=0.3))
    assert isinstance(failed, Failed)
    assert failed.problem.category == "timeout"


def test_ctrl_c_ends_a_growth_at_once(world: World) -> None:
    def interrupt(progress: Progress) -> None:
        if progress.done == 4:
            raise KeyboardInterrupt

    before = threading.active_count()
    with pytest.raises(Interrupted):
        grow(simple(), world.dataset, "g1", Sending(world.session, Limits(), [], lambda query: None, interrupt))
    assert threading.active_count() == before


def test_a_connection_that_is_lost_ends_the_growth(on_postgres: World, postgres: Server) -> None:
    def cut(progress: Progress) -> None:
        if progress.done == 4:
            postgres.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )

    sending = Sending(on_postgres.session, Limits(), [], lambda query: None, cut)
    failed = grow(simple(), on_postgres.dataset, "g1", sending)
    assert isinstance(failed, Failed)
    assert isinstance(on_postgres.grow(simple(trees=1)), Grown)


def test_a_feature_that_is_not_there_is_named(on_duckdb: World) -> None:
    failed = on_duckdb.grow(simple(features=("dors",)))
    assert isinstance(failed, Failed)
    assert 'no column "dors"' in failed.problem.message
    assert "doors" in str(failed.problem.hint)
    assert not on_duckdb.log


def test_no_rows_and_no_labels_are_constants(world: World) -> None:
    everything = simple(targets=(Target("value", "price"),), groups=(Group((0.0, 1e-9)),))
    grown = world.grown(everything)
    assert grown.model().trees == ()
    assert grown.model().base == 0.0
    assert grown.rows == {(0, None): 0}


def test_features_that_no_tree_reads_are_named(world: World) -> None:
    grown = world.grown(simple(features=("month", "doors"), trees=2))
    assert list(grown.left_out) == ["month"]
    assert grown.model().features == (Feature("doors"),)


def test_whole_numbers_may_be_categories(world: World) -> None:
    grown = world.grown(simple(features=("doors", "guess"), categorical=("doors",), trees=4))
    assert grown.model().features == (Feature("doors", "category"), Feature("guess"))
    listed = {word for tree in grown.model().trees for split in tree.splits for word in split.listed}
    assert listed <= {"2", "3", "5"}


def test_the_statements_can_be_shown_in_every_dialect() -> None:
    for dialect in DIALECTS:
        queries = module.shown(simple(parts=(None, 0, 1)), dataset(TableSource(("cars",)), dialect), "g1", dialect)
        held = ["g1.3"] if dialect in module.SCRATCH else []
        assert [query.id for query in queries] == ["g1.1", "g1.2", *held]
        assert all(query.sql for query in queries)
        assert queries[-1].times in (18, 24)
