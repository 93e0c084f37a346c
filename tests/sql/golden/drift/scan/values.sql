-- dialect: duckdb
with "dataset" as (
  select
    "x",
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "numbers" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("x" as double) as "x"
  from "dataset"
  where
    not "x" is null
), "levels" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "x"
  from "numbers"
  group by
    "x"
), "sizes" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    count(*) as "distinct_values"
  from "levels"
  having
    count(*) > 0
)
select
  "levels"."whq_segment",
  "levels"."whq_period",
  "levels"."whq_chunk",
  "levels"."x" as "value"
from "levels"
cross join "sizes"
where
  "sizes"."distinct_values" <= 3

-- dialect: postgres, snowflake, bigquery, databricks, spark, redshift, trino, mysql
-- as duckdb

-- dialect: clickhouse
@@ 15 @@
   where
-    not "x" is null
+    not (
+      "x" is null
+    )
 ), "levels" as (
@@ 36 @@
 select
-  "levels"."whq_segment",
-  "levels"."whq_period",
-  "levels"."whq_chunk",
+  "levels"."whq_segment" as "whq_segment",
+  "levels"."whq_period" as "whq_period",
+  "levels"."whq_chunk" as "whq_chunk",
   "levels"."x" as "value"
@@ 44 @@
   "sizes"."distinct_values" <= 3
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1
