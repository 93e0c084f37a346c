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
    count(*) as "n",
    max(case when "x" is null then 0 else 1 end) as "complete"
  from "dataset"
  group by
    "x"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  sum(case when "complete" = 1 and "n" > 1 then 1 else 0 end) as "failing",
  sum(case when "complete" = 1 then "n" else 0 end) as "of",
  sum(case when "complete" = 1 then "n" - 1 else 0 end) as "excess_rows",
  sum(case when "complete" = 1 and "n" > 1 then "n" else 0 end) as "rows_in_duplicated"
from "keyed"
group by
  "whq_segment",
  "whq_period",
  "whq_chunk"

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
    count(*) as "n",
    max(case when "x" is null then 0 else 1 end) as "complete"
  from "dataset"
  group by
    "x"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  sum(case when "complete" = 1 and "n" > 1 then 1 else 0 end) as "failing",
  sum(case when "complete" = 1 then "n" else 0 end) as "of",
  sum(case when "complete" = 1 then "n" - 1 else 0 end) as "excess_rows",
  sum(case when "complete" = 1 and "n" > 1 then "n" else 0 end) as "rows_in_duplicated"
from "keyed"
group by
  "whq_segment",
  "whq_period",
  "whq_chunk"

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
    count(*) as "n",
    max(case when "x" is null then 0 else 1 end) as "complete"
  from "dataset"
  group by
    "x"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  sum(case when "complete" = 1 and "n" > 1 then 1 else 0 end) as "failing",
  sum(case when "complete" = 1 then "n" else 0 end) as "of",
  sum(case when "complete" = 1 then "n" - 1 else 0 end) as "excess_rows",
  sum(case when "complete" = 1 and "n" > 1 then "n" else 0 end) as "rows_in_duplicated"
from "keyed"
group by
  "whq_segment",
  "whq_period",
  "whq_chunk"

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
    count(*) as `n`,
    max(case when `x` is null then 0 else 1 end) as `complete`
  from `dataset`
  group by
    `x`
)
select
  `whq_segment`,
  `whq_period`,
  `whq_chunk`,
  sum(case when `complete` = 1 and `n` > 1 then 1 else 0 end) as `failing`,
  sum(case when `complete` = 1 then `n` else 0 end) as `of`,
  sum(case when `complete` = 1 then `n` - 1 else 0 end) as `excess_rows`,
  sum(case when `complete` = 1 and `n` > 1 then `n` else 0 end) as `rows_in_duplicated`
from `keyed`
group by
  `whq_segment`,
  `whq_period`,
  `whq_chunk`

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
    count(*) as `n`,
    max(case when `x` is null then 0 else 1 end) as `complete`
  from `dataset`
  group by
    `x`
)
select
  `whq_segment`,
  `whq_period`,
  `whq_chunk`,
  sum(case when `complete` = 1 and `n` > 1 then 1 else 0 end) as `failing`,
  sum(case when `complete` = 1 then `n` else 0 end) as `of`,
  sum(case when `complete` = 1 then `n` - 1 else 0 end) as `excess_rows`,
  sum(case when `complete` = 1 and `n` > 1 then `n` else 0 end) as `rows_in_duplicated`
from `keyed`
group by
  `whq_segment`,
  `whq_period`,
  `whq_chunk`

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
    count(*) as `n`,
    max(case when `x` is null then 0 else 1 end) as `complete`
  from `dataset`
  group by
    `x`
)
select
  `whq_segment`,
  `whq_period`,
  `whq_chunk`,
  sum(case when `complete` = 1 and `n` > 1 then 1 else 0 end) as `failing`,
  sum(case when `complete` = 1 then `n` else 0 end) as `of`,
  sum(case when `complete` = 1 then `n` - 1 else 0 end) as `excess_rows`,
  sum(case when `complete` = 1 and `n` > 1 then `n` else 0 end) as `rows_in_duplicated`
from `keyed`
group by
  `whq_segment`,
  `whq_period`,
  `whq_chunk`

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
    count(*) as "n",
    max(case when "x" is null then 0 else 1 end) as "complete"
  from "dataset"
  group by
    "x"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  sum(case when "complete" = 1 and "n" > 1 then 1 else 0 end) as "failing",
  sum(case when "complete" = 1 then "n" else 0 end) as "of",
  sum(case when "complete" = 1 then "n" - 1 else 0 end) as "excess_rows",
  sum(case when "complete" = 1 and "n" > 1 then "n" else 0 end) as "rows_in_duplicated"
from "keyed"
group by
  "whq_segment",
  "whq_period",
  "whq_chunk"

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
    count(*) as "n",
    max(case when "x" is null then 0 else 1 end) as "complete"
  from "dataset"
  group by
    "x"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  sum(case when "complete" = 1 and "n" > 1 then 1 else 0 end) as "failing",
  sum(case when "complete" = 1 then "n" else 0 end) as "of",
  sum(case when "complete" = 1 then "n" - 1 else 0 end) as "excess_rows",
  sum(case when "complete" = 1 and "n" > 1 then "n" else 0 end) as "rows_in_duplicated"
from "keyed"
group by
  "whq_segment",
  "whq_period",
  "whq_chunk"

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
    count(*) as "n",
    max(case when "x" is null then 0 else 1 end) as "complete"
  from "dataset"
  group by
    "x"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  sum(case when "complete" = 1 and "n" > 1 then 1 else 0 end) as "failing",
  sum(case when "complete" = 1 then "n" else 0 end) as "of",
  sum(case when "complete" = 1 then "n" - 1 else 0 end) as "excess_rows",
  sum(case when "complete" = 1 and "n" > 1 then "n" else 0 end) as "rows_in_duplicated"
from "keyed"
group by
  "whq_segment",
  "whq_period",
  "whq_chunk"
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
    count(*) as `n`,
    max(case when `x` is null then 0 else 1 end) as `complete`
  from `dataset`
  group by
    `x`
)
select
  `whq_segment`,
  `whq_period`,
  `whq_chunk`,
  sum(case when `complete` = 1 and `n` > 1 then 1 else 0 end) as `failing`,
  sum(case when `complete` = 1 then `n` else 0 end) as `of`,
  sum(case when `complete` = 1 then `n` - 1 else 0 end) as `excess_rows`,
  sum(case when `complete` = 1 and `n` > 1 then `n` else 0 end) as `rows_in_duplicated`
from `keyed`
group by
  `whq_segment`,
  `whq_period`,
  `whq_chunk`
