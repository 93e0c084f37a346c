-- dialect: duckdb
with "dataset" as (
  select
    "x"
  from "main"."fixture" as "whq_source"
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "whq_rows",
  cast(coalesce(count_if("x"), 0) as bigint) as "v0"
from "dataset"

-- dialect: postgres
with "dataset" as (
  select
    "x"
  from "main"."fixture" as "whq_source"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "whq_rows",
  count(case when "x" then 1 end) as "v0"
from "dataset"

-- dialect: snowflake
with "dataset" as (
  select
    "x"
  from "main"."fixture" as "whq_source"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "whq_rows",
  count(case when "x" then 1 end) as "v0"
from "dataset"

-- dialect: bigquery
with `dataset` as (
  select
    `x`
  from `main`.`fixture` as `whq_source`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as int64) as `whq_chunk`,
  count(*) as `whq_rows`,
  count(case when `x` then 1 end) as `v0`
from `dataset`

-- dialect: databricks
with `dataset` as (
  select
    `x`
  from `main`.`fixture` as `whq_source`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as bigint) as `whq_chunk`,
  count(*) as `whq_rows`,
  count(case when `x` then 1 end) as `v0`
from `dataset`

-- dialect: spark
with `dataset` as (
  select
    `x`
  from `main`.`fixture` as `whq_source`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as bigint) as `whq_chunk`,
  count(*) as `whq_rows`,
  count(case when `x` then 1 end) as `v0`
from `dataset`

-- dialect: redshift
with "dataset" as (
  select
    "x"
  from "main"."fixture" as "whq_source"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "whq_rows",
  count(case when "x" then 1 end) as "v0"
from "dataset"

-- dialect: trino
with "dataset" as (
  select
    "x"
  from "main"."fixture" as "whq_source"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "whq_rows",
  count(case when "x" then 1 end) as "v0"
from "dataset"

-- dialect: clickhouse
with "dataset" as (
  select
    "x"
  from "main"."fixture" as "whq_source"
)
select
  cast(null as Nullable(String)) as "whq_segment",
  cast(null as Nullable(String)) as "whq_period",
  cast(null as Nullable(Int64)) as "whq_chunk",
  count(*) as "whq_rows",
  count(case when "x" then 1 end) as "v0"
from "dataset"
settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
with `dataset` as (
  select
    `x`
  from `main`.`fixture` as `whq_source`
)
select
  cast(null as char) as `whq_segment`,
  cast(null as char) as `whq_period`,
  cast(null as signed) as `whq_chunk`,
  count(*) as `whq_rows`,
  count(case when `x` then 1 end) as `v0`
from `dataset`
