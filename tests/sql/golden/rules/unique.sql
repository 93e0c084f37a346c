-- dialect: duckdb
with "dataset" as (
  select
    "x",
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "keyed" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    case when not "x" is null then count(*) else 0 end as "n"
  from "dataset"
  group by
    "x"
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  sum(case when "n" > 1 then 1 else 0 end) as "failing",
  sum("n") as "of",
  sum(case when "n" > 1 then "n" - 1 else 0 end) as "excess_rows",
  sum(case when "n" > 1 then "n" else 0 end) as "rows_in_duplicated"
from "keyed"
having
  count(*) > 0

-- dialect: postgres
with "dataset" as (
  select
    "x",
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "keyed" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    case when not "x" is null then count(*) else 0 end as "n"
  from "dataset"
  group by
    "x"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  sum(case when "n" > 1 then 1 else 0 end) as "failing",
  sum("n") as "of",
  sum(case when "n" > 1 then "n" - 1 else 0 end) as "excess_rows",
  sum(case when "n" > 1 then "n" else 0 end) as "rows_in_duplicated"
from "keyed"
having
  count(*) > 0

-- dialect: snowflake
with "dataset" as (
  select
    "x",
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "keyed" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    case when not "x" is null then count(*) else 0 end as "n"
  from "dataset"
  group by
    "x"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  sum(case when "n" > 1 then 1 else 0 end) as "failing",
  sum("n") as "of",
  sum(case when "n" > 1 then "n" - 1 else 0 end) as "excess_rows",
  sum(case when "n" > 1 then "n" else 0 end) as "rows_in_duplicated"
from "keyed"
having
  count(*) > 0

-- dialect: bigquery
with `dataset` as (
  select
    `x`,
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as int64) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
), `keyed` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as int64) as `whq_chunk`,
    case when not `x` is null then count(*) else 0 end as `n`
  from `dataset`
  group by
    `x`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as int64) as `whq_chunk`,
  sum(case when `n` > 1 then 1 else 0 end) as `failing`,
  sum(`n`) as `of`,
  sum(case when `n` > 1 then `n` - 1 else 0 end) as `excess_rows`,
  sum(case when `n` > 1 then `n` else 0 end) as `rows_in_duplicated`
from `keyed`
having
  count(*) > 0

-- dialect: databricks
with `dataset` as (
  select
    `x`,
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
), `keyed` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    case when not `x` is null then count(*) else 0 end as `n`
  from `dataset`
  group by
    `x`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as bigint) as `whq_chunk`,
  sum(case when `n` > 1 then 1 else 0 end) as `failing`,
  sum(`n`) as `of`,
  sum(case when `n` > 1 then `n` - 1 else 0 end) as `excess_rows`,
  sum(case when `n` > 1 then `n` else 0 end) as `rows_in_duplicated`
from `keyed`
having
  count(*) > 0

-- dialect: spark
with `dataset` as (
  select
    `x`,
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
), `keyed` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    case when not `x` is null then count(*) else 0 end as `n`
  from `dataset`
  group by
    `x`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as bigint) as `whq_chunk`,
  sum(case when `n` > 1 then 1 else 0 end) as `failing`,
  sum(`n`) as `of`,
  sum(case when `n` > 1 then `n` - 1 else 0 end) as `excess_rows`,
  sum(case when `n` > 1 then `n` else 0 end) as `rows_in_duplicated`
from `keyed`
having
  count(*) > 0

-- dialect: redshift
with "dataset" as (
  select
    "x",
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "keyed" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    case when not "x" is null then count(*) else 0 end as "n"
  from "dataset"
  group by
    "x"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  sum(case when "n" > 1 then 1 else 0 end) as "failing",
  sum("n") as "of",
  sum(case when "n" > 1 then "n" - 1 else 0 end) as "excess_rows",
  sum(case when "n" > 1 then "n" else 0 end) as "rows_in_duplicated"
from "keyed"
having
  count(*) > 0

-- dialect: trino
with "dataset" as (
  select
    "x",
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "keyed" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    case when not "x" is null then count(*) else 0 end as "n"
  from "dataset"
  group by
    "x"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  sum(case when "n" > 1 then 1 else 0 end) as "failing",
  sum("n") as "of",
  sum(case when "n" > 1 then "n" - 1 else 0 end) as "excess_rows",
  sum(case when "n" > 1 then "n" else 0 end) as "rows_in_duplicated"
from "keyed"
having
  count(*) > 0

-- dialect: clickhouse
with "dataset" as (
  select
    "x",
    cast(null as Nullable(String)) as "whq_segment",
    cast(null as Nullable(String)) as "whq_period",
    cast(null as Nullable(Int64)) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "keyed" as (
  select
    cast(null as Nullable(String)) as "whq_segment",
    cast(null as Nullable(String)) as "whq_period",
    cast(null as Nullable(Int64)) as "whq_chunk",
    case when not (
      "x" is null
    ) then count(*) else 0 end as "n"
  from "dataset"
  group by
    "x"
)
select
  cast(null as Nullable(String)) as "whq_segment",
  cast(null as Nullable(String)) as "whq_period",
  cast(null as Nullable(Int64)) as "whq_chunk",
  sum(case when "n" > 1 then 1 else 0 end) as "failing",
  sum("n") as "of",
  sum(case when "n" > 1 then "n" - 1 else 0 end) as "excess_rows",
  sum(case when "n" > 1 then "n" else 0 end) as "rows_in_duplicated"
from "keyed"
having
  count(*) > 0
settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
with `dataset` as (
  select
    `x`,
    cast(null as char) as `whq_segment`,
    cast(null as char) as `whq_period`,
    cast(null as signed) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
), `keyed` as (
  select
    cast(null as char) as `whq_segment`,
    cast(null as char) as `whq_period`,
    cast(null as signed) as `whq_chunk`,
    case when not `x` is null then count(*) else 0 end as `n`
  from `dataset`
  group by
    `x`
)
select
  cast(null as char) as `whq_segment`,
  cast(null as char) as `whq_period`,
  cast(null as signed) as `whq_chunk`,
  sum(case when `n` > 1 then 1 else 0 end) as `failing`,
  sum(`n`) as `of`,
  sum(case when `n` > 1 then `n` - 1 else 0 end) as `excess_rows`,
  sum(case when `n` > 1 then `n` else 0 end) as `rows_in_duplicated`
from `keyed`
having
  count(*) > 0
