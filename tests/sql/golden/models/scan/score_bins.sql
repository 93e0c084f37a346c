-- dialect: duckdb
with "dataset" as (
  select
    "class",
    case
      when abs("whq_source"."score") <= cast(1.7976931348623157e308 as double)
      then "whq_source"."score"
    end as "score",
    "truth",
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "placed" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("score" as double) as "score",
    case
      when cast("score" as double) <= cast(0.5 as double)
      then cast(floor(10 / 2 * sqrt(2 * cast("score" as double))) as int)
      else 10 - cast(floor(10 / 2 * sqrt(2 * (
        1 - cast("score" as double)
      ))) as int)
    end as "bin",
    case when "class" = 1 then 1 when not "class" is null then 0 end as "predicted_class",
    case when "truth" = 1 then 1 when not "truth" is null then 0 end as "truth"
  from "dataset"
  where
    "score" >= 0 and "score" <= 1
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  "bin",
  "predicted_class",
  count(*) as "members",
  count("truth") as "labelled",
  coalesce(sum("truth"), 0) as "positives",
  sum("score") as "total"
from "placed"
group by
  "bin",
  "predicted_class"

-- dialect: postgres, snowflake
@@ 20 @@
       when cast("score" as double) <= cast(0.5 as double)
-      then cast(floor(10 / 2 * sqrt(2 * cast("score" as double))) as int)
-      else 10 - cast(floor(10 / 2 * sqrt(2 * (
+      then cast(floor(cast(10 as double) / 2 * sqrt(2 * cast("score" as double))) as int)
+      else 10 - cast(floor(cast(10 as double) / 2 * sqrt(2 * (
         1 - cast("score" as double)

-- dialect: bigquery
@@ 20 @@
       when cast("score" as double) <= cast(0.5 as double)
-      then cast(floor(10 / 2 * sqrt(2 * cast("score" as double))) as int)
+      then cast(floor(10 / 2 * sqrt(2 * cast("score" as double))) as bigint)
       else 10 - cast(floor(10 / 2 * sqrt(2 * (
         1 - cast("score" as double)
-      ))) as int)
+      ))) as bigint)
     end as "bin",

-- dialect: databricks, spark
-- as duckdb

-- dialect: redshift, trino
@@ 20 @@
       when cast("score" as double) <= cast(0.5 as double)
-      then cast(floor(10 / 2 * sqrt(2 * cast("score" as double))) as int)
-      else 10 - cast(floor(10 / 2 * sqrt(2 * (
+      then cast(floor(cast(10 as double) / 2 * sqrt(2 * cast("score" as double))) as integer)
+      else 10 - cast(floor(cast(10 as double) / 2 * sqrt(2 * (
         1 - cast("score" as double)
-      ))) as int)
+      ))) as integer)
     end as "bin",

-- dialect: clickhouse
@@ 20 @@
       when cast("score" as double) <= cast(0.5 as double)
-      then cast(floor(10 / 2 * sqrt(2 * cast("score" as double))) as int)
+      then cast(floor(10 / 2 * sqrt(2 * cast("score" as double))) as Nullable(Int32))
       else 10 - cast(floor(10 / 2 * sqrt(2 * (
         1 - cast("score" as double)
-      ))) as int)
+      ))) as Nullable(Int32))
     end as "bin",
-    case when "class" = 1 then 1 when not "class" is null then 0 end as "predicted_class",
-    case when "truth" = 1 then 1 when not "truth" is null then 0 end as "truth"
+    case when "class" = 1 then 1 when not (
+      "class" is null
+    ) then 0 end as "predicted_class",
+    case when "truth" = 1 then 1 when not (
+      "truth" is null
+    ) then 0 end as "truth"
   from "dataset"
@@ 45 @@
   "predicted_class"
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
@@ 20 @@
       when cast("score" as double) <= cast(0.5 as double)
-      then cast(floor(10 / 2 * sqrt(2 * cast("score" as double))) as int)
-      else 10 - cast(floor(10 / 2 * sqrt(2 * (
+      then cast(floor(cast(10 as double) / 2 * sqrt(2 * cast("score" as double))) as bigint)
+      else 10 - cast(floor(cast(10 as double) / 2 * sqrt(2 * (
         1 - cast("score" as double)
-      ))) as int)
+      ))) as bigint)
     end as "bin",
