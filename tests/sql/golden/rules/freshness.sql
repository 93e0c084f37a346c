-- dialect: duckdb
with "dataset" as (
  select
    "x",
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  max(case when "x" <= cast('2024-03-01 12:00:00' as timestamp) then "x" end) as "latest",
  sum(case when "x" > cast('2024-03-01 12:00:00' as timestamp) then 1 else 0 end) as "future",
  count("x") as "of"
from "dataset"
having
  count(*) > 0

-- dialect: postgres, bigquery, databricks, spark, redshift, mysql
-- as duckdb

-- dialect: snowflake
@@ 12 @@
   cast(null as bigint) as "whq_chunk",
-  max(case when "x" <= cast('2024-03-01 12:00:00' as timestamp) then "x" end) as "latest",
-  sum(case when "x" > cast('2024-03-01 12:00:00' as timestamp) then 1 else 0 end) as "future",
+  max(case when "x" <= cast('2024-03-01 12:00:00' as timestampntz) then "x" end) as "latest",
+  sum(case when "x" > cast('2024-03-01 12:00:00' as timestampntz) then 1 else 0 end) as "future",
   count("x") as "of"

-- dialect: trino
@@ 12 @@
   cast(null as bigint) as "whq_chunk",
-  max(case when "x" <= cast('2024-03-01 12:00:00' as timestamp) then "x" end) as "latest",
-  sum(case when "x" > cast('2024-03-01 12:00:00' as timestamp) then 1 else 0 end) as "future",
+  max(case when "x" <= cast('2024-03-01 12:00:00' as timestamp(6)) then "x" end) as "latest",
+  sum(case when "x" > cast('2024-03-01 12:00:00' as timestamp(6)) then 1 else 0 end) as "future",
   count("x") as "of"

-- dialect: clickhouse
@@ 18 @@
   count(*) > 0
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1
