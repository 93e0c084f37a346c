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
    case when not "x" is null then count(*) else 0 end as "n"
  from "dataset"
  group by
    "x"
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  sum(case when "n" > 1 then 1 else 0 end) as "failing",
  sum("n") as "of",
  sum(case when "n" > 1 then "n" - 1 else 0 end) as "excess_rows",
  sum(case when "n" > 1 then "n" else 0 end) as "rows_in_duplicated"
from "keyed"
having
  count(*) > 0

-- dialect: postgres, snowflake, bigquery, databricks, spark, redshift, trino, mysql
-- as duckdb

-- dialect: clickhouse
@@ 12 @@
     cast(null as bigint) as "whq_chunk",
-    case when not "x" is null then count(*) else 0 end as "n"
+    case when not (
+      "x" is null
+    ) then count(*) else 0 end as "n"
   from "dataset"
@@ 28 @@
   count(*) > 0
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1
