-- dialect: duckdb
with "returned" as (
  select
    "x" as "column_0"
  from "main"."lookup_returned" as "whq_lookup"
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "failing"
from "returned"

-- dialect: postgres
with "returned" as (
  select
    "x" as "column_0"
  from "main"."lookup_returned" as "whq_lookup"
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "failing"
from "returned"

-- dialect: snowflake
with "returned" as (
  select
    "x" as "column_0"
  from "main"."lookup_returned" as "whq_lookup"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "failing"
from "returned"

-- dialect: bigquery
with `returned` as (
  select
    `x` as `column_0`
  from `main`.`lookup_returned` as `whq_lookup`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as int64) as `whq_chunk`,
  count(*) as `failing`
from `returned`

-- dialect: databricks
with `returned` as (
  select
    `x` as `column_0`
  from `main`.`lookup_returned` as `whq_lookup`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as bigint) as `whq_chunk`,
  count(*) as `failing`
from `returned`

-- dialect: spark
with `returned` as (
  select
    `x` as `column_0`
  from `main`.`lookup_returned` as `whq_lookup`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as bigint) as `whq_chunk`,
  count(*) as `failing`
from `returned`

-- dialect: redshift
with "returned" as (
  select
    "x" as "column_0"
  from "main"."lookup_returned" as "whq_lookup"
)
select
  cast(null as varchar(max)) as "whq_segment",
  cast(null as varchar(max)) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "failing"
from "returned"

-- dialect: trino
with "returned" as (
  select
    "x" as "column_0"
  from "main"."lookup_returned" as "whq_lookup"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "failing"
from "returned"

-- dialect: clickhouse
with "returned" as (
  select
    "x" as "column_0"
  from "main"."lookup_returned" as "whq_lookup"
)
select
  cast(null as Nullable(String)) as "whq_segment",
  cast(null as Nullable(String)) as "whq_period",
  cast(null as Nullable(Int64)) as "whq_chunk",
  count(*) as "failing"
from "returned"
settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
with `returned` as (
  select
    `x` as `column_0`
  from `main`.`lookup_returned` as `whq_lookup`
)
select
  cast(null as char) as `whq_segment`,
  cast(null as char) as `whq_period`,
  cast(null as signed) as `whq_chunk`,
  count(*) as `failing`
from `returned`
