-- dialect: duckdb
with "dataset" as (
  select
    case
      when abs("whq_source"."score") <= cast(1.7976931348623157e308 as double)
      then "whq_source"."score"
    end as "score",
    "truth",
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "labelled" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("score" as double) as "score",
    case when "truth" = 1 then 1 else 0 end as "truth"
  from "dataset"
  where
    not "score" is null and not "truth" is null
), "sizes" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    count(*) as "members"
  from "labelled"
  having
    count(*) > 0
), "binned" as (
  select
    "labelled"."whq_segment",
    "labelled"."whq_period",
    "labelled"."whq_chunk",
    "labelled"."score",
    "labelled"."truth",
    case
      when "sizes"."members" <= 4 or "labelled"."score" < 0 or "labelled"."score" > 1
      then -1
      when "labelled"."score" <= cast(0.5 as double)
      then cast(floor(8192 * sqrt(2 * "labelled"."score")) as int)
      else 16384 - cast(floor(8192 * sqrt(2 * (
        1 - "labelled"."score"
      ))) as int)
    end as "bin"
  from "labelled"
  cross join "sizes"
), "placed" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "score",
    "truth",
    "bin",
    case when "bin" = -1 then "score" end as "own"
  from "binned"
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  min("score") as "low",
  max("score") as "high",
  count(*) as "members",
  cast(sum("truth") as bigint) as "positives"
from "placed"
group by
  "bin",
  "own"

-- dialect: postgres, snowflake, databricks, spark
-- as duckdb

-- dialect: bigquery, mysql
@@ 41 @@
       when "labelled"."score" <= cast(0.5 as double)
-      then cast(floor(8192 * sqrt(2 * "labelled"."score")) as int)
+      then cast(floor(8192 * sqrt(2 * "labelled"."score")) as bigint)
       else 16384 - cast(floor(8192 * sqrt(2 * (
         1 - "labelled"."score"
-      ))) as int)
+      ))) as bigint)
     end as "bin"

-- dialect: redshift, trino
@@ 41 @@
       when "labelled"."score" <= cast(0.5 as double)
-      then cast(floor(8192 * sqrt(2 * "labelled"."score")) as int)
+      then cast(floor(8192 * sqrt(2 * "labelled"."score")) as integer)
       else 16384 - cast(floor(8192 * sqrt(2 * (
         1 - "labelled"."score"
-      ))) as int)
+      ))) as integer)
     end as "bin"

-- dialect: clickhouse
@@ 20 @@
   where
-    not "score" is null and not "truth" is null
+    not (
+      "score" is null
+    ) and not (
+      "truth" is null
+    )
 ), "sizes" as (
@@ 32 @@
   select
-    "labelled"."whq_segment",
-    "labelled"."whq_period",
-    "labelled"."whq_chunk",
-    "labelled"."score",
-    "labelled"."truth",
+    "labelled"."whq_segment" as "whq_segment",
+    "labelled"."whq_period" as "whq_period",
+    "labelled"."whq_chunk" as "whq_chunk",
+    "labelled"."score" as "score",
+    "labelled"."truth" as "truth",
     case
@@ 41 @@
       when "labelled"."score" <= cast(0.5 as double)
-      then cast(floor(8192 * sqrt(2 * "labelled"."score")) as int)
+      then cast(floor(8192 * sqrt(2 * "labelled"."score")) as Nullable(Int32))
       else 16384 - cast(floor(8192 * sqrt(2 * (
         1 - "labelled"."score"
-      ))) as int)
+      ))) as Nullable(Int32))
     end as "bin"
@@ 71 @@
   "own"
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1
