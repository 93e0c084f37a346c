-- dialect: duckdb
with "dataset" as (
  select
    case
      when abs("whq_source"."amount") <= cast(1.7976931348623157e308 as double)
      then "whq_source"."amount"
    end as "amount",
    cast("Region" as text) as "whq_segment",
    date_trunc('DAY', "at") as "whq_chunk"
  from "main"."fixture" as "whq_source"
  where
    not "id" is null
)
select
  "whq_segment",
  'analysis' as "whq_period",
  "whq_chunk",
  count(*) as "whq_rows",
  avg(cast("amount" as double)) as "v0"
from "dataset"
group by
  "whq_segment",
  "whq_chunk"

-- dialect: postgres
with "dataset" as (
  select
    case
      when abs("whq_source"."amount") <= cast(1.7976931348623157e308 as double precision)
      then "whq_source"."amount"
    end as "amount",
    cast("Region" as varchar) as "whq_segment",
    date_trunc('DAY', "at") as "whq_chunk"
  from "main"."fixture" as "whq_source"
  where
    "id" is not null
)
select
  "whq_segment",
  'analysis' as "whq_period",
  "whq_chunk",
  count(*) as "whq_rows",
  (
    sum(cast("amount" as double precision)) / nullif(count(cast("amount" as double precision)), 0)
  ) as "v0"
from "dataset"
group by
  "whq_segment",
  "whq_chunk"

-- dialect: snowflake
with "dataset" as (
  select
    case
      when abs("whq_source"."amount") <= cast(1.7976931348623157e308 as double)
      then "whq_source"."amount"
    end as "amount",
    cast("Region" as varchar) as "whq_segment",
    date_trunc('DAY', "at") as "whq_chunk"
  from "main"."fixture" as "whq_source"
  where
    not "id" is null
)
select
  "whq_segment",
  'analysis' as "whq_period",
  "whq_chunk",
  count(*) as "whq_rows",
  avg(cast("amount" as double)) as "v0"
from "dataset"
group by
  "whq_segment",
  "whq_chunk"

-- dialect: bigquery
with `dataset` as (
  select
    case
      when abs(`whq_source`.`amount`) <= cast(1.7976931348623157e308 as float64)
      then `whq_source`.`amount`
    end as `amount`,
    cast(`Region` as string) as `whq_segment`,
    datetime_trunc(cast(`at` as datetime), day) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
  where
    not `id` is null
)
select
  `whq_segment`,
  'analysis' as `whq_period`,
  `whq_chunk`,
  count(*) as `whq_rows`,
  avg(cast(`amount` as float64)) as `v0`
from `dataset`
group by
  `whq_segment`,
  `whq_chunk`

-- dialect: databricks
with `dataset` as (
  select
    case
      when abs(`whq_source`.`amount`) <= cast(1.7976931348623157e308 as double)
      then `whq_source`.`amount`
    end as `amount`,
    cast(`Region` as string) as `whq_segment`,
    date_trunc('DAY', `at`) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
  where
    not `id` is null
)
select
  `whq_segment`,
  'analysis' as `whq_period`,
  `whq_chunk`,
  count(*) as `whq_rows`,
  avg(cast(`amount` as double)) as `v0`
from `dataset`
group by
  `whq_segment`,
  `whq_chunk`

-- dialect: spark
with `dataset` as (
  select
    case
      when abs(`whq_source`.`amount`) <= cast(1.7976931348623157e308 as double)
      then `whq_source`.`amount`
    end as `amount`,
    cast(`Region` as string) as `whq_segment`,
    date_trunc('DAY', `at`) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
  where
    not `id` is null
)
select
  `whq_segment`,
  'analysis' as `whq_period`,
  `whq_chunk`,
  count(*) as `whq_rows`,
  avg(cast(`amount` as double)) as `v0`
from `dataset`
group by
  `whq_segment`,
  `whq_chunk`

-- dialect: redshift
with "dataset" as (
  select
    case
      when abs("whq_source"."amount") <= cast(1.7976931348623157e308 as double precision)
      then "whq_source"."amount"
    end as "amount",
    cast("Region" as varchar) as "whq_segment",
    date_trunc('DAY', "at") as "whq_chunk"
  from "main"."fixture" as "whq_source"
  where
    not "id" is null
)
select
  "whq_segment",
  'analysis' as "whq_period",
  "whq_chunk",
  count(*) as "whq_rows",
  avg(cast("amount" as double precision)) as "v0"
from "dataset"
group by
  "whq_segment",
  "whq_chunk"

-- dialect: trino
with "dataset" as (
  select
    case
      when abs("whq_source"."amount") <= cast(1.7976931348623157e308 as double)
      then "whq_source"."amount"
    end as "amount",
    cast("Region" as varchar) as "whq_segment",
    date_trunc('DAY', "at") as "whq_chunk"
  from "main"."fixture" as "whq_source"
  where
    not "id" is null
)
select
  "whq_segment",
  'analysis' as "whq_period",
  "whq_chunk",
  count(*) as "whq_rows",
  avg(cast("amount" as double)) as "v0"
from "dataset"
group by
  "whq_segment",
  "whq_chunk"

-- dialect: clickhouse
with "dataset" as (
  select
    case
      when abs("whq_source"."amount") <= cast(1.7976931348623157e308 as Nullable(Float64))
      then "whq_source"."amount"
    end as "amount",
    cast("Region" as Nullable(String)) as "whq_segment",
    cast(dateTrunc('DAY', "at") as Nullable(DateTime64(6, 'UTC'))) as "whq_chunk"
  from "main"."fixture" as "whq_source"
  where
    not (
      "id" is null
    )
)
select
  "whq_segment",
  'analysis' as "whq_period",
  "whq_chunk",
  count(*) as "whq_rows",
  avg(cast("amount" as Nullable(Float64))) as "v0"
from "dataset"
group by
  "whq_segment",
  "whq_chunk"
settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
with `dataset` as (
  select
    case
      when abs(`whq_source`.`amount`) <= cast(1.7976931348623157e308 as double)
      then `whq_source`.`amount`
    end as `amount`,
    cast(`Region` as char) as `whq_segment`,
    cast(date(`at`) as datetime) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
  where
    not `id` is null
)
select
  `whq_segment`,
  'analysis' as `whq_period`,
  `whq_chunk`,
  count(*) as `whq_rows`,
  avg(cast(`amount` as double)) as `v0`
from `dataset`
group by
  `whq_segment`,
  `whq_chunk`
