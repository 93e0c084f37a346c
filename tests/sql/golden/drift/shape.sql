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
), "averages" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    avg("x") as "average"
  from "points"
  having
    count(*) > 0
), "deviations" as (
  select
    "points"."whq_segment",
    "points"."whq_period",
    "points"."whq_chunk",
    "points"."x",
    "points"."x" - "averages"."average" as "deviation"
  from "points"
  join "averages"
    on "points"."whq_segment" is not distinct from "averages"."whq_segment"
    and "points"."whq_period" is not distinct from "averages"."whq_period"
    and "points"."whq_chunk" is not distinct from "averages"."whq_chunk"
), "variances" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    avg("deviation" * "deviation") as "variance"
  from "deviations"
  having
    count(*) > 0
), "scaled" as (
  select
    "deviations"."whq_segment",
    "deviations"."whq_period",
    "deviations"."whq_chunk",
    "deviations"."x",
    case when "variances"."variance" > 0 then "deviations"."deviation" / sqrt("variances"."variance") end as "z"
  from "deviations"
  join "variances"
    on "deviations"."whq_segment" is not distinct from "variances"."whq_segment"
    and "deviations"."whq_period" is not distinct from "variances"."whq_period"
    and "deviations"."whq_chunk" is not distinct from "variances"."whq_chunk"
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "n",
  min("x") as "minimum",
  max("x") as "maximum",
  avg("z" * "z" * "z") as "skewness"
from "scaled"
having
  count(*) > 0

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
), "averages" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    avg("x") as "average"
  from "points"
  having
    count(*) > 0
), "deviations" as (
  select
    "points"."whq_segment",
    "points"."whq_period",
    "points"."whq_chunk",
    "points"."x",
    "points"."x" - "averages"."average" as "deviation"
  from "points"
  join "averages"
    on "points"."whq_segment" is not distinct from "averages"."whq_segment"
    and "points"."whq_period" is not distinct from "averages"."whq_period"
    and "points"."whq_chunk" is not distinct from "averages"."whq_chunk"
), "variances" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    avg("deviation" * "deviation") as "variance"
  from "deviations"
  having
    count(*) > 0
), "scaled" as (
  select
    "deviations"."whq_segment",
    "deviations"."whq_period",
    "deviations"."whq_chunk",
    "deviations"."x",
    case
      when "variances"."variance" > 0
      then cast("deviations"."deviation" as double precision) / sqrt("variances"."variance")
    end as "z"
  from "deviations"
  join "variances"
    on "deviations"."whq_segment" is not distinct from "variances"."whq_segment"
    and "deviations"."whq_period" is not distinct from "variances"."whq_period"
    and "deviations"."whq_chunk" is not distinct from "variances"."whq_chunk"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "n",
  min("x") as "minimum",
  max("x") as "maximum",
  avg("z" * "z" * "z") as "skewness"
from "scaled"
having
  count(*) > 0

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
), "averages" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    avg("x") as "average"
  from "points"
  having
    count(*) > 0
), "deviations" as (
  select
    "points"."whq_segment",
    "points"."whq_period",
    "points"."whq_chunk",
    "points"."x",
    "points"."x" - "averages"."average" as "deviation"
  from "points"
  join "averages"
    on "points"."whq_segment" is not distinct from "averages"."whq_segment"
    and "points"."whq_period" is not distinct from "averages"."whq_period"
    and "points"."whq_chunk" is not distinct from "averages"."whq_chunk"
), "variances" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    avg("deviation" * "deviation") as "variance"
  from "deviations"
  having
    count(*) > 0
), "scaled" as (
  select
    "deviations"."whq_segment",
    "deviations"."whq_period",
    "deviations"."whq_chunk",
    "deviations"."x",
    case
      when "variances"."variance" > 0
      then cast("deviations"."deviation" as double) / sqrt("variances"."variance")
    end as "z"
  from "deviations"
  join "variances"
    on "deviations"."whq_segment" is not distinct from "variances"."whq_segment"
    and "deviations"."whq_period" is not distinct from "variances"."whq_period"
    and "deviations"."whq_chunk" is not distinct from "variances"."whq_chunk"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "n",
  min("x") as "minimum",
  max("x") as "maximum",
  avg("z" * "z" * "z") as "skewness"
from "scaled"
having
  count(*) > 0

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
), `averages` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as int64) as `whq_chunk`,
    avg(`x`) as `average`
  from `points`
  having
    count(*) > 0
), `deviations` as (
  select
    `points`.`whq_segment`,
    `points`.`whq_period`,
    `points`.`whq_chunk`,
    `points`.`x`,
    `points`.`x` - `averages`.`average` as `deviation`
  from `points`
  join `averages`
    on `points`.`whq_segment` is not distinct from `averages`.`whq_segment`
    and `points`.`whq_period` is not distinct from `averages`.`whq_period`
    and `points`.`whq_chunk` is not distinct from `averages`.`whq_chunk`
), `variances` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as int64) as `whq_chunk`,
    avg(`deviation` * `deviation`) as `variance`
  from `deviations`
  having
    count(*) > 0
), `scaled` as (
  select
    `deviations`.`whq_segment`,
    `deviations`.`whq_period`,
    `deviations`.`whq_chunk`,
    `deviations`.`x`,
    case when `variances`.`variance` > 0 then `deviations`.`deviation` / sqrt(`variances`.`variance`) end as `z`
  from `deviations`
  join `variances`
    on `deviations`.`whq_segment` is not distinct from `variances`.`whq_segment`
    and `deviations`.`whq_period` is not distinct from `variances`.`whq_period`
    and `deviations`.`whq_chunk` is not distinct from `variances`.`whq_chunk`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as int64) as `whq_chunk`,
  count(*) as `n`,
  min(`x`) as `minimum`,
  max(`x`) as `maximum`,
  avg(`z` * `z` * `z`) as `skewness`
from `scaled`
having
  count(*) > 0

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
), `averages` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    avg(`x`) as `average`
  from `points`
  having
    count(*) > 0
), `deviations` as (
  select
    `points`.`whq_segment`,
    `points`.`whq_period`,
    `points`.`whq_chunk`,
    `points`.`x`,
    `points`.`x` - `averages`.`average` as `deviation`
  from `points`
  join `averages`
    on `points`.`whq_segment` is not distinct from `averages`.`whq_segment`
    and `points`.`whq_period` is not distinct from `averages`.`whq_period`
    and `points`.`whq_chunk` is not distinct from `averages`.`whq_chunk`
), `variances` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    avg(`deviation` * `deviation`) as `variance`
  from `deviations`
  having
    count(*) > 0
), `scaled` as (
  select
    `deviations`.`whq_segment`,
    `deviations`.`whq_period`,
    `deviations`.`whq_chunk`,
    `deviations`.`x`,
    case when `variances`.`variance` > 0 then `deviations`.`deviation` / sqrt(`variances`.`variance`) end as `z`
  from `deviations`
  join `variances`
    on `deviations`.`whq_segment` is not distinct from `variances`.`whq_segment`
    and `deviations`.`whq_period` is not distinct from `variances`.`whq_period`
    and `deviations`.`whq_chunk` is not distinct from `variances`.`whq_chunk`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as bigint) as `whq_chunk`,
  count(*) as `n`,
  min(`x`) as `minimum`,
  max(`x`) as `maximum`,
  avg(`z` * `z` * `z`) as `skewness`
from `scaled`
having
  count(*) > 0

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
), `averages` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    avg(`x`) as `average`
  from `points`
  having
    count(*) > 0
), `deviations` as (
  select
    `points`.`whq_segment`,
    `points`.`whq_period`,
    `points`.`whq_chunk`,
    `points`.`x`,
    `points`.`x` - `averages`.`average` as `deviation`
  from `points`
  join `averages`
    on `points`.`whq_segment` is not distinct from `averages`.`whq_segment`
    and `points`.`whq_period` is not distinct from `averages`.`whq_period`
    and `points`.`whq_chunk` is not distinct from `averages`.`whq_chunk`
), `variances` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    avg(`deviation` * `deviation`) as `variance`
  from `deviations`
  having
    count(*) > 0
), `scaled` as (
  select
    `deviations`.`whq_segment`,
    `deviations`.`whq_period`,
    `deviations`.`whq_chunk`,
    `deviations`.`x`,
    case when `variances`.`variance` > 0 then `deviations`.`deviation` / sqrt(`variances`.`variance`) end as `z`
  from `deviations`
  join `variances`
    on `deviations`.`whq_segment` is not distinct from `variances`.`whq_segment`
    and `deviations`.`whq_period` is not distinct from `variances`.`whq_period`
    and `deviations`.`whq_chunk` is not distinct from `variances`.`whq_chunk`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as bigint) as `whq_chunk`,
  count(*) as `n`,
  min(`x`) as `minimum`,
  max(`x`) as `maximum`,
  avg(`z` * `z` * `z`) as `skewness`
from `scaled`
having
  count(*) > 0

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
), "averages" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    avg("x") as "average"
  from "points"
  having
    count(*) > 0
), "deviations" as (
  select
    "points"."whq_segment",
    "points"."whq_period",
    "points"."whq_chunk",
    "points"."x",
    "points"."x" - "averages"."average" as "deviation"
  from "points"
  join "averages"
    on coalesce(
      (
        "points"."whq_segment" = "averages"."whq_segment"
      )
      or (
        "points"."whq_segment" is null and "averages"."whq_segment" is null
      ),
      false
    )
    and coalesce(
      (
        "points"."whq_period" = "averages"."whq_period"
      )
      or (
        "points"."whq_period" is null and "averages"."whq_period" is null
      ),
      false
    )
    and coalesce(
      (
        "points"."whq_chunk" = "averages"."whq_chunk"
      )
      or (
        "points"."whq_chunk" is null and "averages"."whq_chunk" is null
      ),
      false
    )
), "variances" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    avg("deviation" * "deviation") as "variance"
  from "deviations"
  having
    count(*) > 0
), "scaled" as (
  select
    "deviations"."whq_segment",
    "deviations"."whq_period",
    "deviations"."whq_chunk",
    "deviations"."x",
    case
      when "variances"."variance" > 0
      then cast("deviations"."deviation" as double precision) / sqrt("variances"."variance")
    end as "z"
  from "deviations"
  join "variances"
    on coalesce(
      (
        "deviations"."whq_segment" = "variances"."whq_segment"
      )
      or (
        "deviations"."whq_segment" is null and "variances"."whq_segment" is null
      ),
      false
    )
    and coalesce(
      (
        "deviations"."whq_period" = "variances"."whq_period"
      )
      or (
        "deviations"."whq_period" is null and "variances"."whq_period" is null
      ),
      false
    )
    and coalesce(
      (
        "deviations"."whq_chunk" = "variances"."whq_chunk"
      )
      or (
        "deviations"."whq_chunk" is null and "variances"."whq_chunk" is null
      ),
      false
    )
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "n",
  min("x") as "minimum",
  max("x") as "maximum",
  avg("z" * "z" * "z") as "skewness"
from "scaled"
having
  count(*) > 0

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
), "averages" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    avg("x") as "average"
  from "points"
  having
    count(*) > 0
), "deviations" as (
  select
    "points"."whq_segment",
    "points"."whq_period",
    "points"."whq_chunk",
    "points"."x",
    "points"."x" - "averages"."average" as "deviation"
  from "points"
  join "averages"
    on "points"."whq_segment" is not distinct from "averages"."whq_segment"
    and "points"."whq_period" is not distinct from "averages"."whq_period"
    and "points"."whq_chunk" is not distinct from "averages"."whq_chunk"
), "variances" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    avg("deviation" * "deviation") as "variance"
  from "deviations"
  having
    count(*) > 0
), "scaled" as (
  select
    "deviations"."whq_segment",
    "deviations"."whq_period",
    "deviations"."whq_chunk",
    "deviations"."x",
    case
      when "variances"."variance" > 0
      then cast("deviations"."deviation" as double) / sqrt("variances"."variance")
    end as "z"
  from "deviations"
  join "variances"
    on "deviations"."whq_segment" is not distinct from "variances"."whq_segment"
    and "deviations"."whq_period" is not distinct from "variances"."whq_period"
    and "deviations"."whq_chunk" is not distinct from "variances"."whq_chunk"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "n",
  min("x") as "minimum",
  max("x") as "maximum",
  avg("z" * "z" * "z") as "skewness"
from "scaled"
having
  count(*) > 0

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
), "averages" as (
  select
    cast(null as Nullable(String)) as "whq_segment",
    cast(null as Nullable(String)) as "whq_period",
    cast(null as Nullable(Int64)) as "whq_chunk",
    avg("x") as "average"
  from "points"
  having
    count(*) > 0
), "deviations" as (
  select
    "points"."whq_segment" as "whq_segment",
    "points"."whq_period" as "whq_period",
    "points"."whq_chunk" as "whq_chunk",
    "points"."x" as "x",
    "points"."x" - "averages"."average" as "deviation"
  from "points"
  join "averages"
    on "points"."whq_segment" is not distinct from "averages"."whq_segment"
    and "points"."whq_period" is not distinct from "averages"."whq_period"
    and "points"."whq_chunk" is not distinct from "averages"."whq_chunk"
), "variances" as (
  select
    cast(null as Nullable(String)) as "whq_segment",
    cast(null as Nullable(String)) as "whq_period",
    cast(null as Nullable(Int64)) as "whq_chunk",
    avg("deviation" * "deviation") as "variance"
  from "deviations"
  having
    count(*) > 0
), "scaled" as (
  select
    "deviations"."whq_segment" as "whq_segment",
    "deviations"."whq_period" as "whq_period",
    "deviations"."whq_chunk" as "whq_chunk",
    "deviations"."x" as "x",
    case when "variances"."variance" > 0 then "deviations"."deviation" / sqrt("variances"."variance") end as "z"
  from "deviations"
  join "variances"
    on "deviations"."whq_segment" is not distinct from "variances"."whq_segment"
    and "deviations"."whq_period" is not distinct from "variances"."whq_period"
    and "deviations"."whq_chunk" is not distinct from "variances"."whq_chunk"
)
select
  cast(null as Nullable(String)) as "whq_segment",
  cast(null as Nullable(String)) as "whq_period",
  cast(null as Nullable(Int64)) as "whq_chunk",
  count(*) as "n",
  min("x") as "minimum",
  max("x") as "maximum",
  avg("z" * "z" * "z") as "skewness"
from "scaled"
having
  count(*) > 0
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
), `averages` as (
  select
    cast(null as char) as `whq_segment`,
    cast(null as char) as `whq_period`,
    cast(null as signed) as `whq_chunk`,
    avg(`x`) as `average`
  from `points`
  having
    count(*) > 0
), `deviations` as (
  select
    `points`.`whq_segment`,
    `points`.`whq_period`,
    `points`.`whq_chunk`,
    `points`.`x`,
    `points`.`x` - `averages`.`average` as `deviation`
  from `points`
  join `averages`
    on `points`.`whq_segment` <=> `averages`.`whq_segment`
    and `points`.`whq_period` <=> `averages`.`whq_period`
    and `points`.`whq_chunk` <=> `averages`.`whq_chunk`
), `variances` as (
  select
    cast(null as char) as `whq_segment`,
    cast(null as char) as `whq_period`,
    cast(null as signed) as `whq_chunk`,
    avg(`deviation` * `deviation`) as `variance`
  from `deviations`
  having
    count(*) > 0
), `scaled` as (
  select
    `deviations`.`whq_segment`,
    `deviations`.`whq_period`,
    `deviations`.`whq_chunk`,
    `deviations`.`x`,
    case
      when `variances`.`variance` > 0
      then cast(`deviations`.`deviation` as double) / sqrt(`variances`.`variance`)
    end as `z`
  from `deviations`
  join `variances`
    on `deviations`.`whq_segment` <=> `variances`.`whq_segment`
    and `deviations`.`whq_period` <=> `variances`.`whq_period`
    and `deviations`.`whq_chunk` <=> `variances`.`whq_chunk`
)
select
  cast(null as char) as `whq_segment`,
  cast(null as char) as `whq_period`,
  cast(null as signed) as `whq_chunk`,
  count(*) as `n`,
  min(`x`) as `minimum`,
  max(`x`) as `maximum`,
  avg(`z` * `z` * `z`) as `skewness`
from `scaled`
having
  count(*) > 0
