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
), "placed" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    case
      when "x" < cast(0.0 as double)
      then 0
      when "x" < cast(1.0 as double)
      then 1
      when "x" <= cast(1.0 as double)
      then 2
      when not "x" is null
      then 3
    end as "bin"
  from "points"
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  "bin",
  count(*) as "n"
from "placed"
group by
  "bin"

-- dialect: postgres, redshift
@@ 2 @@
   select
-    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
+    case
+      when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double)
+      then "whq_source"."x"
+    end as "x",
     cast(null as text) as "whq_segment",

-- dialect: snowflake, bigquery, databricks, spark, trino, mysql
-- as duckdb

-- dialect: clickhouse
@@ 2 @@
   select
-    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
+    case
+      when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double)
+      then "whq_source"."x"
+    end as "x",
     cast(null as text) as "whq_segment",
@@ 15 @@
   where
-    not "x" is null
+    not (
+      "x" is null
+    )
 ), "placed" as (
@@ 28 @@
       then 2
-      when not "x" is null
+      when not (
+        "x" is null
+      )
       then 3
@@ 42 @@
   "bin"
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1
