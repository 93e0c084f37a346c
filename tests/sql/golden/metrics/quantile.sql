-- dialect: duckdb
with "dataset" as (
  select
    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x"
  from "main"."fixture" as "whq_source"
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "whq_rows",
  quantile_cont(cast("x" as double), 0.5) as "v0"
from "dataset"

-- dialect: postgres
with "dataset" as (
  select
    case
      when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double precision)
      then "whq_source"."x"
    end as "x"
  from "main"."fixture" as "whq_source"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "whq_rows",
  percentile_cont(0.5) within group (order by
    cast("x" as double precision)) as "v0"
from "dataset"

-- dialect: snowflake
with "dataset" as (
  select
    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x"
  from "main"."fixture" as "whq_source"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "whq_rows",
  percentile_cont(0.5) within group (order by
    cast("x" as double)) as "v0"
from "dataset"

-- dialect: bigquery
with `dataset` as (
  select
    case when abs(`whq_source`.`x`) <= cast(1.7976931348623157e308 as float64) then `whq_source`.`x` end as `x`
  from `main`.`fixture` as `whq_source`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as int64) as `whq_chunk`,
  count(*) as `whq_rows`,
  (
    array_agg(cast(`x` as float64) ignore nulls order by cast(`x` as float64))[safe_offset(cast(floor(0.5 * (
      count(cast(`x` as float64)) - 1
    )) as int64))] + (
      array_agg(cast(`x` as float64) ignore nulls order by cast(`x` as float64))[safe_offset(cast(ceil(0.5 * (
        count(cast(`x` as float64)) - 1
      )) as int64))] - array_agg(cast(`x` as float64) ignore nulls order by cast(`x` as float64))[safe_offset(cast(floor(0.5 * (
        count(cast(`x` as float64)) - 1
      )) as int64))]
    ) * (
      0.5 * (
        count(cast(`x` as float64)) - 1
      ) - floor(0.5 * (
        count(cast(`x` as float64)) - 1
      ))
    )
  ) as `v0`
from `dataset`

-- dialect: databricks
with `dataset` as (
  select
    case when abs(`whq_source`.`x`) <= cast(1.7976931348623157e308 as double) then `whq_source`.`x` end as `x`
  from `main`.`fixture` as `whq_source`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as bigint) as `whq_chunk`,
  count(*) as `whq_rows`,
  percentile(cast(`x` as double), 0.5) as `v0`
from `dataset`

-- dialect: spark
with `dataset` as (
  select
    case when abs(`whq_source`.`x`) <= cast(1.7976931348623157e308 as double) then `whq_source`.`x` end as `x`
  from `main`.`fixture` as `whq_source`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as bigint) as `whq_chunk`,
  count(*) as `whq_rows`,
  percentile(cast(`x` as double), 0.5) as `v0`
from `dataset`

-- dialect: redshift
with "dataset" as (
  select
    case
      when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double precision)
      then "whq_source"."x"
    end as "x"
  from "main"."fixture" as "whq_source"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "whq_rows",
  percentile_cont(0.5) within group (order by
    cast("x" as double precision)) as "v0"
from "dataset"

-- dialect: trino
-- unsupported: trino cannot express percentile_cont: there is only approx_percentile; instead: a query with row_number(), or quantiles of the histogram

-- dialect: clickhouse
with "dataset" as (
  select
    case
      when abs("whq_source"."x") <= cast(1.7976931348623157e308 as Nullable(Float64))
      then "whq_source"."x"
    end as "x"
  from "main"."fixture" as "whq_source"
)
select
  cast(null as Nullable(String)) as "whq_segment",
  cast(null as Nullable(String)) as "whq_period",
  cast(null as Nullable(Int64)) as "whq_chunk",
  count(*) as "whq_rows",
  quantileExactInclusive(0.5)(cast("x" as Nullable(Float64))) as "v0"
from "dataset"
settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
-- unsupported: mysql cannot express percentile_cont: there is no percentile; instead: a query with row_number(), or quantiles of the histogram
