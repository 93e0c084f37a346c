-- dialect: duckdb
with "dataset" as (
  select
    case
      when abs("whq_source"."amount") <= cast(1.7976931348623157e308 as double)
      then "whq_source"."amount"
    end as "amount",
    "at",
    case
      when not "at" is null
      then cast(floor(
        (
          row_number() over (partition by case when "at" is null then 1 else 0 end order by "at", "id") - 1
        ) / cast(100.0 as double)
      ) as bigint)
    end as "whq_chunk"
  from "main"."fixture" as "whq_source"
  where
    "amount" > 0
)
select
  cast(null as text) as "whq_segment",
  'analysis' as "whq_period",
  "whq_chunk",
  count(*) as "whq_rows",
  min("at") as "whq_start",
  max("at") as "whq_end",
  avg(cast("amount" as double)) as "v0"
from "dataset"
group by
  "whq_chunk"

-- dialect: postgres
with "dataset" as (
  select
    case
      when abs("whq_source"."amount") <= cast(1.7976931348623157e308 as double precision)
      then "whq_source"."amount"
    end as "amount",
    "at",
    case
      when not "at" is null
      then cast(floor(
        (
          row_number() over (partition by case when "at" is null then 1 else 0 end order by "at", "id") - 1
        ) / cast(100.0 as double precision)
      ) as bigint)
    end as "whq_chunk"
  from "main"."fixture" as "whq_source"
  where
    "amount" > 0
)
select
  cast(null as varchar) as "whq_segment",
  'analysis' as "whq_period",
  "whq_chunk",
  count(*) as "whq_rows",
  min("at") as "whq_start",
  max("at") as "whq_end",
  (
    sum(cast("amount" as double precision)) / nullif(count(cast("amount" as double precision)), 0)
  ) as "v0"
from "dataset"
group by
  "whq_chunk"

-- dialect: snowflake
with "dataset" as (
  select
    case
      when abs("whq_source"."amount") <= cast(1.7976931348623157e308 as double)
      then "whq_source"."amount"
    end as "amount",
    "at",
    case
      when not "at" is null
      then cast(floor(
        cast((
          row_number() over (partition by case when "at" is null then 1 else 0 end order by "at", "id") - 1
        ) as double) / cast(100.0 as double)
      ) as bigint)
    end as "whq_chunk"
  from "main"."fixture" as "whq_source"
  where
    "amount" > 0
)
select
  cast(null as varchar) as "whq_segment",
  'analysis' as "whq_period",
  "whq_chunk",
  count(*) as "whq_rows",
  min("at") as "whq_start",
  max("at") as "whq_end",
  avg(cast("amount" as double)) as "v0"
from "dataset"
group by
  "whq_chunk"

-- dialect: bigquery
with `dataset` as (
  select
    case
      when abs(`whq_source`.`amount`) <= cast(1.7976931348623157e308 as float64)
      then `whq_source`.`amount`
    end as `amount`,
    `at`,
    case
      when not `at` is null
      then cast(floor(
        (
          row_number() over (partition by case when `at` is null then 1 else 0 end order by `at` nulls last, `id` nulls last) - 1
        ) / cast(100.0 as float64)
      ) as int64)
    end as `whq_chunk`
  from `main`.`fixture` as `whq_source`
  where
    `amount` > 0
)
select
  cast(null as string) as `whq_segment`,
  'analysis' as `whq_period`,
  `whq_chunk`,
  count(*) as `whq_rows`,
  min(`at`) as `whq_start`,
  max(`at`) as `whq_end`,
  avg(cast(`amount` as float64)) as `v0`
from `dataset`
group by
  `whq_chunk`

-- dialect: databricks
with `dataset` as (
  select
    case
      when abs(`whq_source`.`amount`) <= cast(1.7976931348623157e308 as double)
      then `whq_source`.`amount`
    end as `amount`,
    `at`,
    case
      when not `at` is null
      then cast(floor(
        (
          row_number() over (partition by case when `at` is null then 1 else 0 end order by `at` nulls last, `id` nulls last) - 1
        ) / cast(100.0 as double)
      ) as bigint)
    end as `whq_chunk`
  from `main`.`fixture` as `whq_source`
  where
    `amount` > 0
)
select
  cast(null as string) as `whq_segment`,
  'analysis' as `whq_period`,
  `whq_chunk`,
  count(*) as `whq_rows`,
  min(`at`) as `whq_start`,
  max(`at`) as `whq_end`,
  avg(cast(`amount` as double)) as `v0`
from `dataset`
group by
  `whq_chunk`

-- dialect: spark
with `dataset` as (
  select
    case
      when abs(`whq_source`.`amount`) <= cast(1.7976931348623157e308 as double)
      then `whq_source`.`amount`
    end as `amount`,
    `at`,
    case
      when not `at` is null
      then cast(floor(
        (
          row_number() over (partition by case when `at` is null then 1 else 0 end order by `at` nulls last, `id` nulls last) - 1
        ) / cast(100.0 as double)
      ) as bigint)
    end as `whq_chunk`
  from `main`.`fixture` as `whq_source`
  where
    `amount` > 0
)
select
  cast(null as string) as `whq_segment`,
  'analysis' as `whq_period`,
  `whq_chunk`,
  count(*) as `whq_rows`,
  min(`at`) as `whq_start`,
  max(`at`) as `whq_end`,
  avg(cast(`amount` as double)) as `v0`
from `dataset`
group by
  `whq_chunk`

-- dialect: redshift
with "dataset" as (
  select
    case
      when abs("whq_source"."amount") <= cast(1.7976931348623157e308 as double precision)
      then "whq_source"."amount"
    end as "amount",
    "at",
    case
      when not "at" is null
      then cast(floor(
        (
          row_number() over (partition by case when "at" is null then 1 else 0 end order by "at", "id") - 1
        ) / cast(100.0 as double precision)
      ) as bigint)
    end as "whq_chunk"
  from "main"."fixture" as "whq_source"
  where
    "amount" > 0
)
select
  cast(null as varchar) as "whq_segment",
  'analysis' as "whq_period",
  "whq_chunk",
  count(*) as "whq_rows",
  min("at") as "whq_start",
  max("at") as "whq_end",
  avg(cast("amount" as double precision)) as "v0"
from "dataset"
group by
  "whq_chunk"

-- dialect: trino
with "dataset" as (
  select
    case
      when abs("whq_source"."amount") <= cast(1.7976931348623157e308 as double)
      then "whq_source"."amount"
    end as "amount",
    "at",
    case
      when not "at" is null
      then cast(floor(
        (
          row_number() over (partition by case when "at" is null then 1 else 0 end order by "at", "id") - 1
        ) / cast(100.0 as double)
      ) as bigint)
    end as "whq_chunk"
  from "main"."fixture" as "whq_source"
  where
    "amount" > 0
)
select
  cast(null as varchar) as "whq_segment",
  'analysis' as "whq_period",
  "whq_chunk",
  count(*) as "whq_rows",
  min("at") as "whq_start",
  max("at") as "whq_end",
  avg(cast("amount" as double)) as "v0"
from "dataset"
group by
  "whq_chunk"

-- dialect: clickhouse
with "dataset" as (
  select
    case
      when abs("whq_source"."amount") <= cast(1.7976931348623157e308 as Nullable(Float64))
      then "whq_source"."amount"
    end as "amount",
    "at",
    case
      when not (
        "at" is null
      )
      then cast(floor(
        (
          row_number() over (partition by case when "at" is null then 1 else 0 end order by "at", "id") - 1
        ) / cast(100.0 as Nullable(Float64))
      ) as Nullable(Int64))
    end as "whq_chunk"
  from "main"."fixture" as "whq_source"
  where
    "amount" > 0
)
select
  cast(null as Nullable(String)) as "whq_segment",
  'analysis' as "whq_period",
  "whq_chunk",
  count(*) as "whq_rows",
  min("at") as "whq_start",
  max("at") as "whq_end",
  avg(cast("amount" as Nullable(Float64))) as "v0"
from "dataset"
group by
  "whq_chunk"
settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
with `dataset` as (
  select
    case
      when abs(`whq_source`.`amount`) <= cast(1.7976931348623157e308 as double)
      then `whq_source`.`amount`
    end as `amount`,
    `at`,
    case
      when not `at` is null
      then cast(floor(
        cast((
          row_number() over (
            partition by case when `at` is null then 1 else 0 end
            order by case when `at` is null then 1 else 0 end, `at`, case when `id` is null then 1 else 0 end, `id`
          ) - 1
        ) as double) / cast(100.0 as double)
      ) as signed)
    end as `whq_chunk`
  from `main`.`fixture` as `whq_source`
  where
    `amount` > 0
)
select
  cast(null as char) as `whq_segment`,
  'analysis' as `whq_period`,
  `whq_chunk`,
  count(*) as `whq_rows`,
  min(`at`) as `whq_start`,
  max(`at`) as `whq_end`,
  avg(cast(`amount` as double)) as `v0`
from `dataset`
group by
  `whq_chunk`
