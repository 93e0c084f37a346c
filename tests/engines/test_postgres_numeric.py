"""NaN and infinities in Postgres' numeric: left out and counted as in double precision, and no other result is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import whq
from tests.engines.pg import Server
from whq.result import Result, RunResult

TABLE = """
create table nonfinite as
select
    i as id,
    timestamp '2024-01-01' + i * interval '1 day' as at,
    v as n,
    cast(v as double precision) as f,
    s as n_score,
    cast(s as double precision) as f_score,
    i % 5 as good,
    case when i % 10 in (5, 6, 7, 8) then 1 else 0 end as label,
    1 as predicted
from (
    select
        i,
        case
            when i in (20, 200) then 'NaN'
            when i = 201 then 'Infinity' when i = 202 then '-Infinity' else cast(i % 10 as text)
        end::numeric as v,
        case when i in (21, 205) then 'NaN' else ((i % 10) / 10.0)::text end::numeric as s
    from generate_series(0, 365) as numbers(i)
) as made
"""
DATASET = """
datasets:
  d:
    table: nonfinite
    time: at
    chunk: month
    reference: "at < '2024-07-01'"
    columns:
      n: &rules
        accepted_range: [{id: low, max: 8}, {id: high, min: 1}, {id: both, min: 0, max: 9}]
        max: {fail: "> 8"}
        nonfinite_count: {fail: "> 0"}
      f: *rules
      good: {accepted_values: [0, 1, 2, 3, 4]}
    profile: [n, f]
    drift:
      columns: [n, f]
      metrics: {numeric: [jensen_shannon, hellinger, total_variation, psi, kl, ks, wasserstein]}
      method: METHOD
    models:
      n_model: {kind: binary, score: n_score, prediction: predicted, label: label, metrics: [roc_auc, accuracy]}
      f_model: {kind: binary, score: f_score, prediction: predicted, label: label, metrics: [roc_auc, accuracy]}
"""


def ran(server: Server, root: Path, method: str) -> RunResult:
    server.execute("drop table if exists nonfinite", TABLE)
    (root / "whq.yml").write_text("version: 1\nname: p\nprofile: local\n")
    for folder in ("profiles", "monitors"):
        (root / folder).mkdir()
    (root / "profiles/local.yml").write_text(json.dumps({"targets": {"dev": {"type": "postgres", **server.fields()}}}))
    (root / "monitors/d.yml").write_text(DATASET.replace("METHOD", method))
    return whq.run(root)


def told(result: Result) -> tuple[object, ...]:
    """What a result says of its column, whichever that is."""
    value = None if result.value is None else pytest.approx(float(result.value), rel=1e-9, abs=1e-12)
    chunk = result.chunk.key if result.chunk else None
    return result.metric, result.id.rpartition("/")[2], chunk, result.status, value, result.failing, result.of


@pytest.mark.parametrize("method", ["exact", "binned"])
def test_numeric_counts_as_double_precision(postgres: Server, tmp_path: Path, method: str) -> None:
    done = ran(postgres, tmp_path, method)
    assert done.exit_code == 1
    assert {result.status for result in done.results if result.subject == "good"} == {"pass"}
    assert "error" not in {result.status for result in done.results}
    for decimal, double in (("n", "f"), ("n_model", "f_model")):
        ours, theirs = ([one for one in done.results if one.subject == name] for name in (decimal, double))
        assert len(ours) == len(theirs) > 20
        for mine, other in zip(ours, theirs, strict=True):
            assert told(mine) == told(other), (mine, other)


def test_values_that_are_not_finite_are_left_out_and_counted(postgres: Server, tmp_path: Path) -> None:
    done = ran(postgres, tmp_path, "exact")
    own = {
        (one.metric, one.id.rpartition("/")[2], one.chunk.key if one.chunk else None): one
        for one in done.results
        if one.subject == "n" and one.monitor != "drift"
    }
    assert float(own["nonfinite_count", "nonfinite_count", "2024-07"].value) == 3
    july = [i % 10 for i in range(182, 213) if i not in (200, 201, 202)]
    profile = {metric: own[metric, metric, "2024-07"].value for metric in ("min", "max", "mean", "sum")}
    assert {metric: float(value) for metric, value in profile.items()} == {
        "min": 0, "max": 9, "sum": sum(july), "mean": pytest.approx(sum(july) / len(july))
    }  # fmt: skip
    whole = [i % 10 for i in range(366) if i not in (20, 200, 201, 202)]
    ranges = {name: own["accepted_range", name, None].failing for name in ("low", "high", "both")}
    assert ranges == {"low": 4 + whole.count(9), "high": 4 + whole.count(0), "both": 4}
