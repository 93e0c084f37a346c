"""Each kind of model with all that it reports by default, from the table to the report."""

from __future__ import annotations

from tests.e2e.conftest import Desk
from whq.config import load_project
from whq.reports.html.figures import figures
from whq.reports.html.groups import group
from whq.reports.series import gather
from whq.store import open_store

ROWS = """
with r as (select i, timestamp '2024-01-01' + to_days((i // 40)::int) as ts, ((i * 104729) % 9973) / 9973.0 as a,
    ((i * 7919) % 9949) / 9949.0 as b, ((i * 31337) % 9967) / 9967.0 as v from range(9600) t(i)),
s as (select *, a / (a + b + 0.5) as p1, b / (a + b + 0.5) as p2, 0.5 / (a + b + 0.5) as p3 from r)
select i as id, ts, p1 as p_basic, p2 as p_plus, p3 as p_pro,
    case when p1 >= p2 and p1 >= p3 then 'basic' when p2 >= p3 then 'plus' else 'pro' end as said,
    case when ts < '2024-08-01' then case when v < p1 then 'basic' when v < p1 + p2 then 'plus' else 'pro' end end as y
from s
"""
MONITORS = """
datasets:
  plans:
    table: plans
    time: ts
    chunk: month
    reference: "ts < '2024-05-01'"
    models:
      plan:
        kind: multiclass
        score: {basic: p_basic, plus: p_plus, pro: p_pro}
        prediction: said
        label: y
        per_class: true
        metrics: [roc_auc, f1, accuracy, confusion_matrix]
"""


def test_several_classes_by_every_method(desk: Desk) -> None:
    desk.sql(f"create table plans as {ROWS}")
    desk.monitors(MONITORS)
    said = desk.run("--fail-on", "never", "--as-of", "2024-08-27")
    assert [each["message"] for each in said.results if each["status"] == "error"] == []
    of_plus = {(each["metric"], each["method"]) for each in said.results if each["params"].get("class") == "plus"}
    assert of_plus >= {(metric, method) for metric in ("roc_auc", "f1") for method in ("cbpe", "anchored", "realized")}
    results = open_store(load_project(desk.root), create=False).outcome().results
    (matrix, *_) = figures(group(gather(results)), "x").matrices
    assert (matrix.predicted, matrix.caption) == (
        ("basic", "plus", "pro"),
        "Confusion matrix of plan in 2024-07, realized",
    )
    ((rows,),) = desk.ask(
        "select count(*) from plans where ts >= '2024-07-01' and ts < '2024-08-01' and y = 'plus' and said = 'pro'"
    )
    assert matrix.rows[1][1][2].rows == f"{rows:,}"
