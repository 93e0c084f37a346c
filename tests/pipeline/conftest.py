"""A project with every family of monitors on a small DuckDB file."""

import textwrap

import duckdb
import pytest

DATA = """
create table loans as
select
  i as id,
  timestamp '2024-01-01' + to_days(cast(i // 20 as integer)) as at,
  case when i < 2400 then 'reference' else 'analysis' end as part,
  ['north', 'south', null][1 + i % 3] as region,
  (i * 7919 % 1009) / 10.0 + case when i > 3600 then 40 else 0 end as amount,
  ((i * 104729) % 997) / 997.0 as score,
  case when ((i * 104729) % 997) / 997.0 >= 0.5 then 1 else 0 end as predicted,
  case when ((i * 31337) % 991) / 991.0 < ((i * 104729) % 997) / 997.0 then 1 else 0 end as label
from range(4800) as numbers(i)
"""
MONITORS = """
datasets:
  loans:
    table: loans
    time: at
    key: [id]
    chunk: month
    reference: "part = 'reference'"
    segments: [region]
    owner: risk
    tags: [gold]
    columns:
      id: {not_null: , unique: }
      amount: {accepted_range: {min: 0, max: 120}}
    profile: [amount, region]
    drift: {columns: [amount, region], metrics: {numeric: [jensen_shannon, ks], categorical: [jensen_shannon]}}
    models:
      risk: {kind: binary, score: score, prediction: predicted, label: label}
"""


@pytest.fixture
def project(tmp_path):
    with duckdb.connect(str(tmp_path / "dev.duckdb")) as connection:
        connection.execute(DATA)
    (tmp_path / "monitors").mkdir()
    (tmp_path / "profiles").mkdir()
    (tmp_path / "whq.yml").write_text("version: 1\nname: loans\nprofile: local\n")
    (tmp_path / "profiles/local.yml").write_text(
        "default: dev\ntargets: {dev: {type: duckdb, path: dev.duckdb, threads: 1}}\n"
    )
    (tmp_path / "monitors/loans.yml").write_text(textwrap.dedent(MONITORS))
    return tmp_path
