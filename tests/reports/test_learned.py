"""What is learned, as text: curves, bins, models of trees."""

from __future__ import annotations

from msgspec import to_builtins

from whq.ensembles import Ensemble, Feature, Split, Term, Tree
from whq.reports import Look
from whq.reports.learned import MOST, shown, told

LOOK = Look(width=120, color=False, unicode=True)
LOSS = Ensemble(
    (Feature("age"), Feature("fuel", "category"), Feature("unused")),
    base=2.5,
    trees=(
        Tree((Split(0, 30.0, (), True, False, 1, -1), Split(1, None, ("gas",), True, False, -2, -3)), (0.1, 0.2, 0.3)),
        Tree((Split(0, 50.0, (), True, False, -1, -2),), (0.1, -0.1)),
    ),
    terms=(Term(0, 1.5),),
)
CONTENT = {"methods": {"dle": {"rows": 900, "models": {"mae": to_builtins(LOSS)}}}}


def test_a_model_is_told_by_its_size_and_what_decides_in_it() -> None:
    assert told(CONTENT) == "dle: 1 model of 2 trees"
    text = shown("a/model/price", [("learned", "today")], CONTENT, LOOK)
    assert "dle: models: mae: 2 trees, 5 leaves, 1 term, base 2.5\n" in text
    table = text.partition("feature")[2].splitlines()[1:3]
    assert [line.split() for line in table] == [["age", "3"], ["fuel", "1"]]
    assert "unused" not in text
    folds = {"methods": {"dle": {"folds": {"models": [to_builtins(LOSS), to_builtins(LOSS)]}}}}
    text = shown("a/model/price", [("learned", "today")], folds, LOOK)
    assert "dle: folds: models\n1: 2 trees, 5 leaves, 1 term, base 2.5\n2: 2 trees" in text


def test_long_lists_are_thinned_from_end_to_end() -> None:
    knots = [[at / 99, (at / 99) ** 2] for at in range(100)]
    text = shown("a/model/m", [("learned", "")], {"methods": {"cbpe": {"knots": knots}}}, LOOK)
    rows = [line.split() for line in text.partition("probability")[2].splitlines()[1:] if line]
    assert len(rows) == MOST
    assert rows[0][:2] == ["0", "0"] and rows[-1][:2] == ["1", "1"]
    assert rows[-1][2] == "█" * 24
    assert shown("é", [("a", "→")], {}, Look(width=80, color=False, unicode=False)).isascii()
