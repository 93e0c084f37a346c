-- dialect: duckdb
with "dataset" as (
  select
    case
      when abs("whq_source"."amount") <= cast(1.7976931348623157e308 as double)
      then "whq_source"."amount"
    end as "amount",
    case when "at" < '2024-01-01' then 'reference' else 'analysis' end as "whq_period",
    coalesce(cast("at" as date) - cast(day(cast("at" as date)) - 1 as int), cast("at" as date)) as "whq_chunk"
  from "main"."fixture" as "whq_source"
  where
    "at" < '2024-01-01' or (
      "at" is null or "at" >= cast('2024-02-01 00:00:00' as timestamp)
    )
)
select
  cast(null as text) as "whq_segment",
  "whq_period",
  "whq_chunk",
  count(*) as "whq_rows",
  avg(cast("amount" as double)) as "v0"
from "dataset"
group by
  "whq_period",
  "whq_chunk"

-- dialect: postgres
with "dataset" as (
  select
    case
      when abs("whq_source"."amount") <= cast(1.7976931348623157e308 as double precision)
      then "whq_source"."amount"
    end as "amount",
    case when "at" < '2024-01-01' then 'reference' else 'analysis' end as "whq_period",
    date_trunc('MONTH', "at") as "whq_chunk"
  from "main"."fixture" as "whq_source"
  where
    "at" < '2024-01-01' or (
      "at" is null or "at" >= cast('2024-02-01 00:00:00' as timestamp)
    )
)
select
  cast(null as varchar) as "whq_segment",
  "whq_period",
  "whq_chunk",
  count(*) as "whq_rows",
  (
    sum(cast("amount" as double precision)) / nullif(count(cast("amount" as double precision)), 0)
  ) as "v0"
from "dataset"
group by
  "whq_period",
  "whq_chunk"

-- dialect: snowflake
with "dataset" as (
  select
    case
      when abs("whq_source"."amount") <= cast(1.7976931348623157e308 as double)
      then "whq_source"."amount"
    end as "amount",
    case when "at" < '2024-01-01' then 'reference' else 'analysis' end as "whq_period",
    date_trunc('MONTH', "at") as "whq_chunk"
  from "main"."fixture" as "whq_source"
  where
    "at" < '2024-01-01' or (
      "at" is null or "at" >= cast('2024-02-01 00:00:00' as timestampntz)
    )
)
select
  cast(null as varchar) as "whq_segment",
  "whq_period",
  "whq_chunk",
  count(*) as "whq_rows",
  avg(cast("amount" as double)) as "v0"
from "dataset"
group by
  "whq_period",
  "whq_chunk"

-- dialect: bigquery
with `dataset` as (
  select
    case
      when abs(`whq_source`.`amount`) <= cast(1.7976931348623157e308 as float64)
      then `whq_source`.`amount`
    end as `amount`,
    case when `at` < '2024-01-01' then 'reference' else 'analysis' end as `whq_period`,
    datetime_trunc(cast(`at` as datetime), month) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
  where
    `at` < '2024-01-01' or (
      `at` is null or `at` >= cast('2024-02-01 00:00:00' as datetime)
    )
)
select
  cast(null as string) as `whq_segment`,
  `whq_period`,
  `whq_chunk`,
  count(*) as `whq_rows`,
  avg(cast(`amount` as float64)) as `v0`
from `dataset`
group by
  `whq_period`,
  `whq_chunk`

-- dialect: databricks
with `dataset` as (
  select
    case
      when abs(`whq_source`.`amount`) <= cast(1.7976931348623157e308 as double)
      then `whq_source`.`amount`
    end as `amount`,
    case when `at` < '2024-01-01' then 'reference' else 'analysis' end as `whq_period`,
    date_trunc('MONTH', `at`) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
  where
    `at` < '2024-01-01' or (
      `at` is null or `at` >= cast('2024-02-01 00:00:00' as timestamp)
    )
)
select
  cast(null as string) as `whq_segment`,
  `whq_period`,
  `whq_chunk`,
  count(*) as `whq_rows`,
  avg(cast(`amount` as double)) as `v0`
from `dataset`
group by
  `whq_period`,
  `whq_chunk`

-- dialect: spark
with `dataset` as (
  select
    case
      when abs(`whq_source`.`amount`) <= cast(1.7976931348623157e308 as double)
      then `whq_source`.`amount`
    end as `amount`,
    case when `at` < '2024-01-01' then 'reference' else 'analysis' end as `whq_period`,
    date_trunc('MONTH', `at`) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
  where
    `at` < '2024-01-01' or (
      `at` is null or `at` >= cast('2024-02-01 00:00:00' as timestamp)
    )
)
select
  cast(null as string) as `whq_segment`,
  `whq_period`,
  `whq_chunk`,
  count(*) as `whq_rows`,
  avg(cast(`amount` as double)) as `v0`
from `dataset`
group by
  `whq_period`,
  `whq_chunk`

-- dialect: redshift
with "dataset" as (
  select
    case
      when abs("whq_source"."amount") <= cast(1.7976931348623157e308 as double precision)
      then "whq_source"."amount"
    end as "amount",
    case when "at" < '2024-01-01' then 'reference' else 'analysis' end as "whq_period",
    date_trunc('MONTH', "at") as "whq_chunk"
  from "main"."fixture" as "whq_source"
  where
    "at" < '2024-01-01' or (
      "at" is null or "at" >= cast('2024-02-01 00:00:00' as timestamp)
    )
)
select
  cast(null as varchar) as "whq_segment",
  "whq_period",
  "whq_chunk",
  count(*) as "whq_rows",
  avg(cast("amount" as double precision)) as "v0"
from "dataset"
group by
  "whq_period",
  "whq_chunk"

-- dialect: trino
with "dataset" as (
  select
    case
      when abs("whq_source"."amount") <= cast(1.7976931348623157e308 as double)
      then "whq_source"."amount"
    end as "amount",
    case when "at" < '2024-01-01' then 'reference' else 'analysis' end as "whq_period",
    date_trunc('MONTH', "at") as "whq_chunk"
  from "main"."fixture" as "whq_source"
  where
    "at" < '2024-01-01' or (
      "at" is null or "at" >= cast('2024-02-01 00:00:00' as timestamp(6))
    )
)
select
  cast(null as varchar) as "whq_segment",
  "whq_period",
  "whq_chunk",
  count(*) as "whq_rows",
  avg(cast("amount" as double)) as "v0"
from "dataset"
group by
  "whq_period",
  "whq_chunk"

-- dialect: clickhouse
with "dataset" as (
  select
    case
      when abs("whq_source"."amount") <= cast(1.7976931348623157e308 as Nullable(Float64))
      then "whq_source"."amount"
    end as "amount",
    case when "at" < '2024-01-01' then 'reference' else 'analysis' end as "whq_period",
    cast(dateTrunc('MONTH', "at") as Nullable(DateTime64(6, 'UTC'))) as "whq_chunk"
  from "main"."fixture" as "whq_source"
  where
    "at" < '2024-01-01'
    or (
      "at" is null or "at" >= cast('2024-02-01 00:00:00' as Nullable(DateTime64(6, 'UTC')))
    )
)
select
  cast(null as Nullable(String)) as "whq_segment",
  "whq_period",
  "whq_chunk",
  count(*) as "whq_rows",
  avg(cast("amount" as Nullable(Float64))) as "v0"
from "dataset"
group by
  "whq_period",
  "whq_chunk"
settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
with `dataset` as (
  select
    case
      when abs(`whq_source`.`amount`) <= cast(1.7976931348623157e308 as double)
      then `whq_source`.`amount`
    end as `amount`,
    case when `at` < '2024-01-01' then 'reference' else 'analysis' end as `whq_period`,
    cast(date_format(`at`, '%Y-%m-01 00:00:00') as datetime) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
  where
    `at` < '2024-01-01' or (
      `at` is null or `at` >= cast('2024-02-01 00:00:00' as datetime(6))
    )
)
select
  cast(null as char) as `whq_segment`,
  `whq_period`,
  `whq_chunk`,
  count(*) as `whq_rows`,
  avg(cast(`amount` as double)) as `v0`
from `dataset`
group by
  `whq_period`,
  `whq_chunk`
