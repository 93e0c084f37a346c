"""Models as SQL against an evaluation that reads the same values row by row in Python."""

import hashlib
import json
import math
import pickle
import random
import struct
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import msgspec
import pytest
from sqlglot import exp

from tests.engines.pg import Server
from tests.sql.runner import DuckDB, answer
from tests.sql.test_values_postgres import Postgres
from whq.errors import CompileError
from whq.sql.dialects import DIALECTS
from whq.sql.ensemble import Operand, bound, score
from whq.sql.templates import Templates, read
from whq.values import (
    Column,
    ColumnName,
    CrossFitted,
    Dataset,
    Ensemble,
    Failure,
    Feature,
    Query,
    Request,
    Scope,
    Share,
    Split,
    TableSource,
    Term,
    Tree,
)

SCORES = read(
    "models/scores",
    "{# {title: scores, shape: query, outputs: [id, score],"
    " arguments: {model: model, id: integer, sample: {kind: share, required: false}}} #}\n"
    "select whq_segment, whq_period, whq_chunk, $id as id, $model as score from dataset"
    "{% if sample is given %} where $sample{% endif %}",
    "scores.sql",
)
TEMPLATES = Templates({}, {"models/scores": SCORES})
COLUMNS = {
    "id": ("BIGINT", "integer"),
    'we"ird ; name': ("DOUBLE", "float"),
    "whole": ("BIGINT", "integer"),
    "Größe": ("DECIMAL(12, 3)", "decimal"),
    "flag": ("BOOLEAN", "boolean"),
    "city": ("VARCHAR", "text"),
    "small": ("FLOAT", "float"),
    "code": ("INTEGER", "integer"),
}
CITIES = ["Oslo", "O'Hare", "", "back\\slash", "Łódź", "NULL"]
KINDS = {
    'we"ird ; name': "number", "whole": "number", "Größe": "number", "flag": "number", "city": "category",
    "small": "number", "code": "category",
}  # fmt: skip
FEATURES = (*(Feature(name, kind) for name, kind in KINDS.items()), Feature("flag", "category"))  # type: ignore[arg-type]


def rows(count: int = 400) -> list[list[Any]]:
    draw = random.Random(1)

    def maybe(value: Any) -> Any:
        return None if draw.random() < 0.15 else value

    return [
        [
            number,
            maybe(draw.choice([math.nan, math.inf, -math.inf, 0.0, 1.5, draw.gauss(0, 2), draw.gauss(0, 2)])),
            maybe(draw.choice([0, 3, -7, 2**53 + 1, draw.randrange(-9, 9)])),
            maybe(draw.choice(["0.125", "-3.5", f"{draw.uniform(-4, 4):.3f}"])),
            maybe(draw.random() < 0.5),
            maybe(draw.choice([*CITIES, "never seen", "oslo"])),
            maybe(draw.choice([0.1, 0.25, -1.5])),
            maybe(draw.randrange(6)),
        ]
        for number in range(count)
    ]


def models(seed: int) -> Ensemble:
    """Trees of random shapes, and a linear model beside them."""
    draw = random.Random(seed)

    def split(place: int, left: int, right: int) -> Split:
        feature = draw.randrange(len(FEATURES))
        null_left = draw.random() < 0.5
        if FEATURES[feature].kind == "number":
            cut = draw.choice([0.0, 1.5, -3.5, 0.125, 0.5, 1e300, -1e300, float(2**53), draw.gauss(0, 2)])
            return Split(feature, cut, (), True, null_left, left, right)
        words = {"city": CITIES, "code": ["0", "2", "5"], "flag": ["true", "false"]}[FEATURES[feature].name]
        listed = tuple(draw.sample(words, draw.randrange(len(words) + 1)))
        return Split(feature, None, listed, draw.random() < 0.5, null_left, left, right)

    def tree() -> Tree:
        splits: list[Split | None] = []
        leaves: list[float] = []

        def node(depth: int) -> int:
            if depth == 0 or draw.random() < 0.2:
                leaves.append(draw.choice([draw.gauss(0, 1), 0.0, 1e-12, -123456.789]))
                return -len(leaves)
            place = len(splits)
            splits.append(None)
            splits[place] = split(place, node(depth - 1), node(depth - 1))
            return place

        node(5)
        return Tree(tuple(one for one in splits if one is not None), tuple(leaves))

    terms = (
        Term(0, 1.25, -2.0),
        Term(2, -0.5, 0.75),
        Term(4, null=3.0, listed=(("O'Hare", 1.5), ("Oslo", -0.25)), other=0.125),
        Term(3, 2.0),
    )
    return Ensemble(FEATURES, draw.gauss(0, 1), tuple(tree() for _ in range(40)), terms)


def read_as(feature: Feature, value: Any) -> float | str | None:
    """A value as a model reads it."""
    if value is None:
        return None
    if feature.kind == "category":
        return str(value).lower() if isinstance(value, bool) else str(value)
    number = float(value)
    return number if math.isfinite(number) else None


def evaluated(model: Ensemble, row: Mapping[str, Any]) -> float:
    """The score of one row, by the words of `whq.ensembles`."""
    values = [read_as(feature, row[feature.name]) for feature in model.features]
    parts = [model.base]
    for term in model.terms:
        value = values[term.feature]
        if value is None:
            parts.append(term.null)
        elif isinstance(value, str):
            parts.append(dict(term.listed).get(value, term.other))
        else:
            parts.append(term.weight * value)
    for tree in model.trees:
        place = 0 if tree.splits else -1
        while place >= 0:
            split = tree.splits[place]
            value = values[split.feature]
            if value is None:
                goes_left = split.null_left
            elif split.cut is not None:
                goes_left = float(value) <= split.cut
            else:
                goes_left = (value in split.listed) == split.listed_left
            place = split.left if goes_left else split.right
        parts.append(tree.leaves[-place - 1])
    total = math.fsum(parts)
    return total if model.link == "identity" else 1 / (1 + math.exp(-max(min(total, 700), -700)))


def dataset(source: TableSource) -> Dataset:
    return Dataset("fixture", source, tuple(Column(name, kind, native) for name, (native, kind) in COLUMNS.items()))  # type: ignore[arg-type]


def scores(engine: Any, source: TableSource, model: Any, **more: Any) -> dict[int, float]:
    request = Request.of(Scope("fixture"), "models/scores", model=model, id=ColumnName("id"), **more)
    query = answer([request], dataset(source), TEMPLATES, engine.dialect)
    assert isinstance(query, Query), query
    return {row[-2]: row[-1] for row in engine.fetch(query.sql)}


def compare(engine: Any) -> None:
    table = rows()
    source = engine.create("fixture", {name: native for name, (native, _) in COLUMNS.items()}, table)
    by_id = {row[0]: dict(zip(COLUMNS, row, strict=True)) for row in table}
    for row in by_id.values():  # the engine holds a four-byte float
        row["small"] = None if row["small"] is None else _single(row["small"])
    for seed in range(4):
        model = models(seed)
        for link in ("identity", "logistic"):
            model = msgspec.structs.replace(model, link=link)
            found = scores(engine, source, model)
            expected = {id: evaluated(model, row) for id, row in by_id.items()}
            assert found.keys() == expected.keys()
            worst = max(abs(found[id] - expected[id]) / max(1.0, abs(expected[id])) for id in found)
            assert worst < 1e-9


def _single(value: float) -> float:
    return float(struct.unpack("f", struct.pack("f", value))[0])


def test_duckdb_scores_as_python_does() -> None:
    compare(DuckDB())


def test_postgres_scores_as_python_does(postgres: Server) -> None:
    with postgres.connect(prepare_threshold=None, options="-c timezone=UTC") as connection:
        compare(Postgres(connection))


def md5(row: Sequence[Any], places: Sequence[int]) -> str:
    texts = ["\\N" if row[place] is None else str(row[place]) for place in places]
    return hashlib.md5("|".join(texts).encode(), usedforsecurity=False).hexdigest()


@pytest.mark.parametrize("name", ["duckdb", "postgres"])
def test_a_share_and_the_folds_are_the_same_rows_everywhere(name: str, request: pytest.FixtureRequest) -> None:
    def check(engine: Any) -> None:
        table = rows()
        source = engine.create("fixture", {name: native for name, (native, _) in COLUMNS.items()}, table)
        zero, one = Ensemble((), 0.0), Ensemble((), 1.0)
        key = ("id", "city")
        places = [list(COLUMNS).index(column) for column in key]
        found = scores(engine, source, CrossFitted(key, (zero, one)), sample=Share(key, 0.25, 0.75))
        hashes = {row[0]: md5(row, places) for row in table}
        kept = {id: hash for id, hash in hashes.items() if 0.25 <= int(hash[:8], 16) / 16**8 < 0.75}
        assert found == {id: float(int(hash[8], 16) >= 8) for id, hash in kept.items()}
        assert 150 < len(found) < 250
        assert 0.3 < sum(found.values()) / len(found) < 0.7

    if name == "duckdb":
        check(DuckDB())
        return
    with request.getfixturevalue("postgres").connect(prepare_threshold=None) as connection:
        check(Postgres(connection))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_can_say_a_model(dialect: str) -> None:
    request = Request.of(
        Scope("fixture"), "models/scores", id=ColumnName("id"), sample=Share(("id",), 0.0, 0.5),
        model=CrossFitted(("id",), (models(0), msgspec.structs.replace(models(1), link="logistic"))),
    )  # fmt: skip
    query = answer([request], dataset(TableSource(("t",))), TEMPLATES, dialect)
    assert isinstance(query, Query), query
    assert set(query.columns) == set(COLUMNS)


def test_many_trees_are_not_nested_deep() -> None:
    """DuckDB refuses an expression nested more than 1,000 deep; 5,000 trees are summed in groups of groups."""
    stump = Tree((Split(0, 0.5, (), True, False, -1, -2),), (1.0, 2.0))
    tree = score(Ensemble((Feature("x"),), trees=(stump,) * 5000), {"x": Operand(exp.column("x"), "float")})
    assert _depth(tree) < 80
    assert duckdb.sql(f"select {tree.sql('duckdb')} from (values (0.0::double)) as t(x)").fetchall() == [(5000.0,)]


def _depth(tree: exp.Expr) -> int:
    deepest, pending = 0, [(tree, 1)]
    while pending:
        node, depth = pending.pop()
        deepest = max(deepest, depth)
        pending += [(child, depth + 1) for child in node.iter_expressions()]
    return deepest


def test_a_model_is_plain_json_and_equal_after_it() -> None:
    model = models(3)
    again = msgspec.convert(json.loads(json.dumps(msgspec.to_builtins(model))), Ensemble)
    assert again == model
    assert hash(again) == hash(model)
    assert pickle.loads(pickle.dumps(model)) == model
    assert "_digest" not in vars(pickle.loads(pickle.dumps(model)))


def splitting(*fields: Any, leaves: int = 1) -> Ensemble:
    return Ensemble((Feature("x"),), trees=(Tree((Split(*fields),), (1.0,) * leaves),))


@pytest.mark.parametrize(
    ("model", "fault"),
    [
        (Ensemble((), math.nan), "its base is nan"),
        (Ensemble((), trees=(Tree((), ()),)), "tree 1 has no leaf"),
        (splitting(0, 1.0, (), True, False, 0, -1), "from split 0 to 0"),
        (splitting(0, 1.0, (), True, False, -1, -3, leaves=2), "to -3"),
        (splitting(1, 1.0, (), True, False, -1, -1), "feature 1"),
        (splitting(0, None, (), True, False, -1, -1), "as what it is not"),
        (splitting(0, math.inf, (), True, False, -1, -1), "cuts x at inf"),
        (Ensemble((Feature("x"),), terms=(Term(2, 1.0),)), "term 1 is of feature 2"),
        (Ensemble((Feature("x"),), terms=(Term(0, math.inf),)), "not finite"),
    ],
)
def test_a_model_that_is_not_whole_is_refused(model: Ensemble, fault: str) -> None:
    with pytest.raises(CompileError, match=fault):
        score(model, {"x": Operand(exp.column("x"), "float")})


def test_a_number_that_is_none_is_refused() -> None:
    model = Ensemble((Feature("city"),), terms=(Term(0, 1.0),))
    request = Request.of(Scope("fixture"), "models/scores", model=model, id=ColumnName("id"))
    failure = answer([request], dataset(TableSource(("t",))), TEMPLATES, "duckdb")
    assert isinstance(failure, Failure)
    assert str(failure.problem.message) == 'the model reads "city" as a number; it is text'


def test_a_column_that_is_not_there_is_named() -> None:
    model = Ensemble((Feature("citty", "category"),), terms=(Term(0),))
    request = Request.of(Scope("fixture"), "models/scores", model=model, id=ColumnName("id"))
    failure = answer([request], dataset(TableSource(("t",))), TEMPLATES, "duckdb")
    assert isinstance(failure, Failure)
    assert 'no column "citty"' in failure.problem.message
    assert "city" in str(failure.problem.hint)


def test_bounds_of_shares_cover_everything_once() -> None:
    edges = [bound(part) for part in (0.0, 0.1, 0.5, 1.0)]
    assert edges == sorted(edges)
    assert all(edge < "g" for edge in edges[:-1])
