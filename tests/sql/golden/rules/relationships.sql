-- dialect: duckdb
with "dataset" as (
  select
    "x",
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "parent" as (
  select
    "k" as "column_0"
  from "main"."lookup_parent" as "whq_lookup"
), "parents" as (
  select distinct
    "column_0"
  from "parent"
), "children" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "x" as "child_0",
    count(*) as "n",
    max(case when "x" is null then 0 else 1 end) as "complete"
  from "dataset"
  group by
    "x"
), "matched" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "n",
    case when "complete" = 0 then null when "parents"."column_0" is null then 1 else 0 end as "orphaned"
  from "children"
  left join "parents"
    on "child_0" = "parents"."column_0"
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  sum("orphaned" * "n") as "failing",
  sum("n") as "of",
  coalesce(sum("orphaned"), 0) as "orphaned_keys"
from "matched"
having
  count(*) > 0

-- dialect: postgres, snowflake, bigquery, databricks, spark, redshift, trino, mysql
-- as duckdb

-- dialect: clickhouse
@@ 47 @@
   count(*) > 0
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1
