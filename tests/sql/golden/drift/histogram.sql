-- dialect: duckdb
with "dataset" as (
  select
    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "points" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("x" as double) as "x"
  from "dataset"
  where
    not "x" is null
), "placed" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    case
      when "x" < cast(0.0 as double)
      then 0
      when "x" < cast(1.0 as double)
      then 1
      when "x" <= cast(1.0 as double)
      then 2
      when not "x" is null
      then 3
    end as "bin"
  from "points"
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  "bin",
  count(*) as "n"
from "placed"
group by
  "bin"

-- dialect: postgres
with "dataset" as (
  select
    case
      when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double precision)
      then "whq_source"."x"
    end as "x",
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "points" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("x" as double precision) as "x"
  from "dataset"
  where
    not "x" is null
), "placed" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    case
      when "x" < cast(0.0 as double precision)
      then 0
      when "x" < cast(1.0 as double precision)
      then 1
      when "x" <= cast(1.0 as double precision)
      then 2
      when not "x" is null
      then 3
    end as "bin"
  from "points"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  "bin",
  count(*) as "n"
from "placed"
group by
  "bin"

-- dialect: snowflake
with "dataset" as (
  select
    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "points" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("x" as double) as "x"
  from "dataset"
  where
    not "x" is null
), "placed" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    case
      when "x" < cast(0.0 as double)
      then 0
      when "x" < cast(1.0 as double)
      then 1
      when "x" <= cast(1.0 as double)
      then 2
      when not "x" is null
      then 3
    end as "bin"
  from "points"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  "bin",
  count(*) as "n"
from "placed"
group by
  "bin"

-- dialect: bigquery
with `dataset` as (
  select
    case when abs(`whq_source`.`x`) <= cast(1.7976931348623157e308 as float64) then `whq_source`.`x` end as `x`,
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as int64) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
), `points` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    cast(`x` as float64) as `x`
  from `dataset`
  where
    not `x` is null
), `placed` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    case
      when `x` < cast(0.0 as float64)
      then 0
      when `x` < cast(1.0 as float64)
      then 1
      when `x` <= cast(1.0 as float64)
      then 2
      when not `x` is null
      then 3
    end as `bin`
  from `points`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as int64) as `whq_chunk`,
  `bin`,
  count(*) as `n`
from `placed`
group by
  `bin`

-- dialect: databricks
with `dataset` as (
  select
    case when abs(`whq_source`.`x`) <= cast(1.7976931348623157e308 as double) then `whq_source`.`x` end as `x`,
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
), `points` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    cast(`x` as double) as `x`
  from `dataset`
  where
    not `x` is null
), `placed` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    case
      when `x` < cast(0.0 as double)
      then 0
      when `x` < cast(1.0 as double)
      then 1
      when `x` <= cast(1.0 as double)
      then 2
      when not `x` is null
      then 3
    end as `bin`
  from `points`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as bigint) as `whq_chunk`,
  `bin`,
  count(*) as `n`
from `placed`
group by
  `bin`

-- dialect: spark
with `dataset` as (
  select
    case when abs(`whq_source`.`x`) <= cast(1.7976931348623157e308 as double) then `whq_source`.`x` end as `x`,
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
), `points` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    cast(`x` as double) as `x`
  from `dataset`
  where
    not `x` is null
), `placed` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    case
      when `x` < cast(0.0 as double)
      then 0
      when `x` < cast(1.0 as double)
      then 1
      when `x` <= cast(1.0 as double)
      then 2
      when not `x` is null
      then 3
    end as `bin`
  from `points`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as bigint) as `whq_chunk`,
  `bin`,
  count(*) as `n`
from `placed`
group by
  `bin`

-- dialect: redshift
with "dataset" as (
  select
    case
      when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double precision)
      then "whq_source"."x"
    end as "x",
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "points" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("x" as double precision) as "x"
  from "dataset"
  where
    not "x" is null
), "placed" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    case
      when "x" < cast(0.0 as double precision)
      then 0
      when "x" < cast(1.0 as double precision)
      then 1
      when "x" <= cast(1.0 as double precision)
      then 2
      when not "x" is null
      then 3
    end as "bin"
  from "points"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  "bin",
  count(*) as "n"
from "placed"
group by
  "bin"

-- dialect: trino
with "dataset" as (
  select
    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "points" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("x" as double) as "x"
  from "dataset"
  where
    not "x" is null
), "placed" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    case
      when "x" < cast(0.0 as double)
      then 0
      when "x" < cast(1.0 as double)
      then 1
      when "x" <= cast(1.0 as double)
      then 2
      when not "x" is null
      then 3
    end as "bin"
  from "points"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  "bin",
  count(*) as "n"
from "placed"
group by
  "bin"

-- dialect: clickhouse
with "dataset" as (
  select
    case
      when abs("whq_source"."x") <= cast(1.7976931348623157e308 as Nullable(Float64))
      then "whq_source"."x"
    end as "x",
    cast(null as Nullable(String)) as "whq_segment",
    cast(null as Nullable(String)) as "whq_period",
    cast(null as Nullable(Int64)) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "points" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("x" as Nullable(Float64)) as "x"
  from "dataset"
  where
    not (
      "x" is null
    )
), "placed" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    case
      when "x" < cast(0.0 as Nullable(Float64))
      then 0
      when "x" < cast(1.0 as Nullable(Float64))
      then 1
      when "x" <= cast(1.0 as Nullable(Float64))
      then 2
      when not (
        "x" is null
      )
      then 3
    end as "bin"
  from "points"
)
select
  cast(null as Nullable(String)) as "whq_segment",
  cast(null as Nullable(String)) as "whq_period",
  cast(null as Nullable(Int64)) as "whq_chunk",
  "bin",
  count(*) as "n"
from "placed"
group by
  "bin"
settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
with `dataset` as (
  select
    case when abs(`whq_source`.`x`) <= cast(1.7976931348623157e308 as double) then `whq_source`.`x` end as `x`,
    cast(null as char) as `whq_segment`,
    cast(null as char) as `whq_period`,
    cast(null as signed) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
), `points` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    cast(`x` as double) as `x`
  from `dataset`
  where
    not `x` is null
), `placed` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    case
      when `x` < cast(0.0 as double)
      then 0
      when `x` < cast(1.0 as double)
      then 1
      when `x` <= cast(1.0 as double)
      then 2
      when not `x` is null
      then 3
    end as `bin`
  from `points`
)
select
  cast(null as char) as `whq_segment`,
  cast(null as char) as `whq_period`,
  cast(null as signed) as `whq_chunk`,
  `bin`,
  count(*) as `n`
from `placed`
group by
  `bin`
