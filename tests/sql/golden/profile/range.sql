-- dialect: duckdb
with "dataset" as (
  select
    "x",
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  min("x") as "low",
  max("x") as "high"
from "dataset"
where
  abs(cast("x" as double)) <= cast(1.7976931348623157e308 as double)
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
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  min("x") as "low",
  max("x") as "high"
from "dataset"
where
  abs(cast("x" as double precision)) <= cast(1.7976931348623157e308 as double precision)
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
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  min("x") as "low",
  max("x") as "high"
from "dataset"
where
  abs(cast("x" as double)) <= cast(1.7976931348623157e308 as double)
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
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as int64) as `whq_chunk`,
  min(`x`) as `low`,
  max(`x`) as `high`
from `dataset`
where
  abs(cast(`x` as float64)) <= cast(1.7976931348623157e308 as float64)
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
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as bigint) as `whq_chunk`,
  min(`x`) as `low`,
  max(`x`) as `high`
from `dataset`
where
  abs(cast(`x` as double)) <= cast(1.7976931348623157e308 as double)
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
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as bigint) as `whq_chunk`,
  min(`x`) as `low`,
  max(`x`) as `high`
from `dataset`
where
  abs(cast(`x` as double)) <= cast(1.7976931348623157e308 as double)
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
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  min("x") as "low",
  max("x") as "high"
from "dataset"
where
  abs(cast("x" as double precision)) <= cast(1.7976931348623157e308 as double precision)
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
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  min("x") as "low",
  max("x") as "high"
from "dataset"
where
  abs(cast("x" as double)) <= cast(1.7976931348623157e308 as double)
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
)
select
  cast(null as Nullable(String)) as "whq_segment",
  cast(null as Nullable(String)) as "whq_period",
  cast(null as Nullable(Int64)) as "whq_chunk",
  min("x") as "low",
  max("x") as "high"
from "dataset"
where
  abs(cast("x" as Nullable(Float64))) <= cast(1.7976931348623157e308 as Nullable(Float64))
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
)
select
  cast(null as char) as `whq_segment`,
  cast(null as char) as `whq_period`,
  cast(null as signed) as `whq_chunk`,
  min(`x`) as `low`,
  max(`x`) as `high`
from `dataset`
where
  abs(cast(`x` as double)) <= cast(1.7976931348623157e308 as double)
having
  count(*) > 0
