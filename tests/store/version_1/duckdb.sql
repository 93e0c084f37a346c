-- The tables of a store that whq 0.1.0 wrote in a DuckDB file: two runs of one dataset.
create table meta (key text not null, value text not null);

create table runs (
    number bigint not null,
    id text not null,
    project text not null,
    target text not null,
    engine text not null,
    as_of text not null,
    started text not null,
    seconds double precision not null,
    queries bigint not null,
    rows_scanned bigint,
    bytes_scanned bigint,
    version text not null,
    state text not null,
    status text,
    exit_code bigint,
    errors text not null
);

create table results (
    run_id text not null,
    position bigint not null,
    id text not null,
    dataset text not null,
    monitor text not null,
    subject text,
    metric text not null,
    method text,
    params text not null,
    segment text,
    period text,
    chunk_key text,
    chunk_index bigint,
    chunk_start text,
    chunk_end text,
    chunk_rows bigint,
    value double precision,
    value_json text,
    lower double precision,
    upper double precision,
    threshold_lower double precision,
    threshold_upper double precision,
    alert boolean not null,
    status text not null,
    severity text not null,
    message text not null,
    failing bigint,
    "of" bigint,
    details text not null,
    query text,
    owner text,
    tags text not null
);

create table summaries (
    dataset text not null,
    fingerprint text not null,
    period text not null,
    chunk text not null,
    segment text not null,
    content text not null,
    created text not null
);

create table baselines (
    dataset text not null,
    fingerprint text not null,
    content text not null,
    created text not null
);

create table statements (run_id text not null, id text not null, content text not null);

insert into meta values ('schema_version', '1');
insert into runs values (1, '12000788b2ee', 'loans', 'dev', 'duckdb', '2024-06-01T00:00:00Z', '2026-11-30T14:31:33Z', 1.393, 6, null, null, '0.1.0', 'complete', 'fail', 1, '[]');
insert into runs values (2, 'd5026501763b', 'loans', 'dev', 'duckdb', '2024-06-01T00:00:00Z', '2026-11-30T14:31:37Z', 0.409, 3, null, null, '0.1.0', 'complete', 'fail', 1, '[]');
insert into results values ('12000788b2ee', 0, 'loans/id/not_null', 'loans', 'rule', 'id', 'not_null', null, '{"measure": "rows", "arguments": {}, "fail": "> 0"}', null, null, null, null, null, null, null, 0.0, '0', null, null, null, 0.0, false, 'pass', 'fail', '0 of 600 rows have no "id"', 0, 600, '{}', 'q1', null, '[]');
insert into results values ('12000788b2ee', 1, 'loans/amount/max', 'loans', 'rule', 'amount', 'max', null, '{"measure": "value", "arguments": {}, "warn": "> 100"}', null, null, null, null, null, null, null, 49.5, '49.5', null, null, null, 100.0, false, 'pass', 'warn', 'max of "amount" is 49.5; warn: > 100', null, 600, '{}', 'q2', null, '[]');
insert into results values ('12000788b2ee', 2, 'loans/expression/positive', 'loans', 'rule', null, 'expression', null, '{"measure": "rows", "arguments": {"expression": "amount >= 0"}, "fail": "> 0"}', null, null, null, null, null, null, null, 6.0, '6', null, null, null, 0.0, true, 'fail', 'fail', '6 of 600 rows (1 %) break the expression amount >= 0', 6, 600, '{}', 'q2', null, '[]');
insert into results values ('12000788b2ee', 3, 'loans/amount/jensen_shannon', 'loans', 'drift', 'amount', 'jensen_shannon', null, '{"against": "reference", "baseline": "rest"}', null, 'reference', '2024-01', 0, '2024-01-01T00:00:00', '2024-02-01T00:00:00', 124, 0.025481155118686365, '0.025481155118686365', null, null, null, 0.030241768988627113, false, 'pass', 'warn', '', null, null, '{}', 'q5', null, '[]');
insert into results values ('12000788b2ee', 4, 'loans/amount/jensen_shannon', 'loans', 'drift', 'amount', 'jensen_shannon', null, '{"against": "reference", "baseline": "rest"}', null, 'reference', '2024-02', 1, '2024-02-01T00:00:00', '2024-03-01T00:00:00', 116, 0.025831747195824317, '0.025831747195824317', null, null, null, 0.030241768988627113, false, 'pass', 'warn', '', null, null, '{}', 'q5', null, '[]');
insert into results values ('12000788b2ee', 5, 'loans/amount/jensen_shannon', 'loans', 'drift', 'amount', 'jensen_shannon', null, '{"against": "reference", "baseline": "rest"}', null, 'reference', '2024-03', 2, '2024-03-01T00:00:00', '2024-04-01T00:00:00', 124, 0.021428489686200636, '0.021428489686200636', null, null, null, 0.030241768988627113, false, 'pass', 'warn', '', null, null, '{}', 'q5', null, '[]');
insert into results values ('12000788b2ee', 6, 'loans/amount/jensen_shannon', 'loans', 'drift', 'amount', 'jensen_shannon', null, '{"against": "reference", "baseline": "rest"}', null, 'analysis', '2024-04', 0, '2024-04-01T00:00:00', '2024-05-01T00:00:00', 120, 0.010981892744312952, '0.010981892744312952', null, null, null, 0.030241768988627113, false, 'pass', 'warn', '', null, null, '{}', 'q5', null, '[]');
insert into results values ('12000788b2ee', 7, 'loans/amount/jensen_shannon', 'loans', 'drift', 'amount', 'jensen_shannon', null, '{"against": "reference", "baseline": "rest"}', null, 'analysis', '2024-05', 1, '2024-05-01T00:00:00', '2024-06-01T00:00:00', 116, 0.019443195851598035, '0.019443195851598035', null, null, null, 0.030241768988627113, false, 'pass', 'warn', '', null, null, '{}', 'q5', null, '[]');
insert into results values ('d5026501763b', 0, 'loans/id/not_null', 'loans', 'rule', 'id', 'not_null', null, '{"measure": "rows", "arguments": {}, "fail": "> 0"}', null, null, null, null, null, null, null, 0.0, '0', null, null, null, 0.0, false, 'pass', 'fail', '0 of 600 rows have no "id"', 0, 600, '{}', 'q1', null, '[]');
insert into results values ('d5026501763b', 1, 'loans/amount/max', 'loans', 'rule', 'amount', 'max', null, '{"measure": "value", "arguments": {}, "warn": "> 100"}', null, null, null, null, null, null, null, 49.5, '49.5', null, null, null, 100.0, false, 'pass', 'warn', 'max of "amount" is 49.5; warn: > 100', null, 600, '{}', 'q2', null, '[]');
insert into results values ('d5026501763b', 2, 'loans/expression/positive', 'loans', 'rule', null, 'expression', null, '{"measure": "rows", "arguments": {"expression": "amount >= 0"}, "fail": "> 0"}', null, null, null, null, null, null, null, 6.0, '6', null, null, null, 0.0, true, 'fail', 'fail', '6 of 600 rows (1 %) break the expression amount >= 0', 6, 600, '{}', 'q2', null, '[]');
insert into summaries values ('loans', 'ac968c852af0f52c7899a7d47099f6dfe05acc5a38eea1df5e392364701f1227', 'reference', '2024-01', '', '{"chunk": {"key": "2024-01", "index": 0, "start": "2024-01-01T00:00:00", "end": "2024-02-01T00:00:00", "rows": 124}, "columns": {"bin": [1, 8, 7, 2, 10, 4, 3, 6, 5, 9], "n": [13, 13, 12, 12, 13, 13, 12, 12, 12, 12]}}', '2026-11-30T14:31:35+00:00');
insert into summaries values ('loans', 'ac968c852af0f52c7899a7d47099f6dfe05acc5a38eea1df5e392364701f1227', 'reference', '2024-02', '', '{"chunk": {"key": "2024-02", "index": 1, "start": "2024-02-01T00:00:00", "end": "2024-03-01T00:00:00", "rows": 116}, "columns": {"bin": [2, 10, 7, 8, 1, 5, 9, 6, 3, 4], "n": [12, 13, 11, 11, 11, 12, 12, 12, 11, 11]}}', '2026-11-30T14:31:35+00:00');
insert into summaries values ('loans', 'ac968c852af0f52c7899a7d47099f6dfe05acc5a38eea1df5e392364701f1227', 'reference', '2024-03', '', '{"chunk": {"key": "2024-03", "index": 2, "start": "2024-03-01T00:00:00", "end": "2024-04-01T00:00:00", "rows": 124}, "columns": {"bin": [10, 2, 7, 1, 8, 5, 9, 3, 4, 6], "n": [14, 12, 13, 12, 12, 12, 12, 13, 12, 12]}}', '2026-11-30T14:31:35+00:00');
insert into baselines values ('loans', 'b94063b8872dcb7872c675676597962e3b2842ac56ccacaa71bb7387055f280b', '{"baseline": {"amount": {"kind": "numeric", "n": 364, "edges": [-0.5, 4.5, 9.5, 14.5, 19.5, 24.5, 29.5, 34.5, 39.5, 44.5, 49.5]}}, "thresholds": {"loans/amount/jensen_shannon|": [null, 0.030241768988627113]}}', '2026-11-30T14:31:35+00:00');
insert into statements values ('12000788b2ee', 'f1', 'with "dataset" as (
  select
    case
      when abs("whq_source"."amount") <= cast(1.7976931348623157e308 as double)
      then "whq_source"."amount"
    end as "amount",
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as timestamp) as "whq_chunk"
  from "main"."loans" as "whq_source"
  where
    "at" < ''2024-04-01''
), "points" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("amount" as double) as "x"
  from "dataset"
  where
    not "amount" is null
), "ranges" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as timestamp) as "whq_chunk",
    count(*) as "members",
    min("x") as "minimum",
    max("x") as "maximum",
    sum(case when abs("x") > cast(1e-290 as double) then "x" * cast(0.000001 as double) else 0 end) / count(*) * 1000000 as "centre"
  from "points"
  having
    count(*) > 0
), "scaled" as (
  select
    "points"."whq_segment",
    "points"."whq_period",
    "points"."whq_chunk",
    "points"."x",
    "ranges"."members",
    "ranges"."minimum",
    "ranges"."maximum",
    "ranges"."centre",
    "points"."x" - "ranges"."centre" as "distance",
    (
      "points"."x" - "ranges"."centre"
    ) / nullif("ranges"."maximum" - "ranges"."minimum", 0) as "z"
  from "points"
  cross join "ranges"
), "moments" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as timestamp) as "whq_chunk",
    "members",
    "minimum",
    "maximum",
    "centre",
    sum(
      case
        when abs("distance") > cast(1e-290 as double)
        then abs("distance") * cast(0.000001 as double)
        else 0
      end
    ) / "members" * 1000000 as "deviation",
    sum("z") / "members" as "first",
    sum("z" * "z") / "members" as "second",
    sum("z" * "z" * "z") / "members" as "third"
  from "scaled"
  group by
    "members",
    "minimum",
    "maximum",
    "centre"
), "centred" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "members",
    "minimum",
    "maximum",
    "centre",
    case when "deviation" > 0 and "deviation" <= cast(1e300 as double) then "deviation" else 1 end as "spread",
    "second" - "first" * "first" as "second",
    "third" - 3 * "first" * "second" + 2 * "first" * "first" * "first" as "third"
  from "moments"
), "shapes" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "members",
    "minimum",
    "maximum",
    "centre",
    "spread",
    case when "second" > 0 then "third" / (
      "second" * sqrt("second")
    ) end as "skewness"
  from "centred"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  cast("members" as double) as "n",
  "minimum" as "low",
  "maximum" as "high",
  "skewness"
from "shapes"');
insert into statements values ('12000788b2ee', 'q1', 'with "dataset" as (
  select
    "id"
  from "main"."loans" as "whq_source"
  where
    "at" < ''2024-04-01'' or "at" < cast(''2024-06-01 00:00:00'' as timestamp)
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as timestamp) as "whq_chunk",
  count(*) as "whq_rows",
  coalesce(sum(case when "id" is null then 1 else 0 end), 0) as "v0",
  count(*) as "v1"
from "dataset"');
insert into statements values ('12000788b2ee', 'q2', 'with "dataset" as (
  select
    "amount",
    case
      when abs("whq_source"."amount") <= cast(1.7976931348623157e308 as double)
      then "whq_source"."amount"
    end as "whq_finite_1"
  from "main"."loans" as "whq_source"
  where
    "at" < ''2024-04-01'' or "at" < cast(''2024-06-01 00:00:00'' as timestamp)
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as timestamp) as "whq_chunk",
  count(*) as "whq_rows",
  max("whq_finite_1") as "v0",
  coalesce(sum(case when not (
    "amount" >= 0
  ) then 1 else 0 end), 0) as "v1",
  count(*) as "v2"
from "dataset"');
insert into statements values ('12000788b2ee', 'q3', 'with "dataset" as (
  select
    1 as "whq_row"
  from "main"."loans" as "whq_source"
  where
    "at" < ''2024-04-01'' or "at" < cast(''2024-06-01 00:00:00'' as timestamp)
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as timestamp) as "whq_chunk",
  count(*) as "whq_rows",
  count(*) as "v0"
from "dataset"');
insert into statements values ('12000788b2ee', 'q4', 'with "dataset" as (
  select
    case when "at" < ''2024-04-01'' then ''reference'' else ''analysis'' end as "whq_period",
    coalesce(cast("at" as date) - cast(day(cast("at" as date)) - 1 as int), cast("at" as date)) as "whq_chunk"
  from "main"."loans" as "whq_source"
  where
    "at" < ''2024-04-01'' or "at" < cast(''2024-06-01 00:00:00'' as timestamp)
)
select
  cast(null as text) as "whq_segment",
  "whq_period",
  "whq_chunk",
  count(*) as "whq_rows",
  count(*) as "v0"
from "dataset"
group by
  "whq_period",
  "whq_chunk"');
insert into statements values ('12000788b2ee', 'q5', 'with "dataset" as (
  select
    case
      when abs("whq_source"."amount") <= cast(1.7976931348623157e308 as double)
      then "whq_source"."amount"
    end as "amount",
    cast(null as text) as "whq_segment",
    case when "at" < ''2024-04-01'' then ''reference'' else ''analysis'' end as "whq_period",
    coalesce(cast("at" as date) - cast(day(cast("at" as date)) - 1 as int), cast("at" as date)) as "whq_chunk"
  from "main"."loans" as "whq_source"
  where
    "at" < ''2024-04-01'' or "at" < cast(''2024-06-01 00:00:00'' as timestamp)
), "points" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("amount" as double) as "x"
  from "dataset"
  where
    not "amount" is null
), "placed" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    case
      when "x" < cast(-0.5 as double)
      then 0
      when "x" < cast(44.5 as double)
      then cast(floor((
        "x" - cast(-0.5 as double)
      ) * cast(0.2 as double) + cast(0.5 as double)) as bigint) + case
        when "x" >= cast(-0.5 as double) + floor((
          "x" - cast(-0.5 as double)
        ) * cast(0.2 as double) + cast(0.5 as double)) * cast(5.0 as double)
        then 1
        else 0
      end
      when "x" <= cast(49.5 as double)
      then 10
      when not "x" is null
      then 11
    end as "bin"
  from "points"
)
select
  cast(null as text) as "whq_segment",
  "whq_period",
  "whq_chunk",
  "bin",
  count(*) as "n"
from "placed"
group by
  "whq_period",
  "whq_chunk",
  "bin"');
insert into statements values ('d5026501763b', 'q1', 'with "dataset" as (
  select
    "id"
  from "main"."loans" as "whq_source"
  where
    "at" < ''2024-04-01'' or "at" < cast(''2024-06-01 00:00:00'' as timestamp)
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as timestamp) as "whq_chunk",
  count(*) as "whq_rows",
  coalesce(sum(case when "id" is null then 1 else 0 end), 0) as "v0",
  count(*) as "v1"
from "dataset"');
insert into statements values ('d5026501763b', 'q2', 'with "dataset" as (
  select
    "amount",
    case
      when abs("whq_source"."amount") <= cast(1.7976931348623157e308 as double)
      then "whq_source"."amount"
    end as "whq_finite_1"
  from "main"."loans" as "whq_source"
  where
    "at" < ''2024-04-01'' or "at" < cast(''2024-06-01 00:00:00'' as timestamp)
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as timestamp) as "whq_chunk",
  count(*) as "whq_rows",
  max("whq_finite_1") as "v0",
  coalesce(sum(case when not (
    "amount" >= 0
  ) then 1 else 0 end), 0) as "v1",
  count(*) as "v2"
from "dataset"');
insert into statements values ('d5026501763b', 'q3', 'with "dataset" as (
  select
    1 as "whq_row"
  from "main"."loans" as "whq_source"
  where
    "at" < ''2024-04-01'' or "at" < cast(''2024-06-01 00:00:00'' as timestamp)
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as timestamp) as "whq_chunk",
  count(*) as "whq_rows",
  count(*) as "v0"
from "dataset"');
