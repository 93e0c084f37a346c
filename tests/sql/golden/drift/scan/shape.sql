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
), "ranges" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    count(*) as "members",
    min("x") as "minimum",
    max("x") as "maximum",
    sum(case when abs("x") > cast(1e-290 as double) then "x" * cast(0.000001 as double) else 0 end) / count(*) * 1000000 as "centre"
  from "points"
  having
    count(*) > 0
), "limits" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "members",
    "minimum",
    "maximum",
    cast(null as double) as "commonest",
    "centre",
    "minimum" as "range_low",
    "maximum" as "range_high"
  from "ranges"
), "inside" as (
  select
    "points"."whq_segment",
    "points"."whq_period",
    "points"."whq_chunk",
    "points"."x",
    "limits"."centre",
    nullif("limits"."range_high" - "limits"."range_low", 0) as "width"
  from "points"
  cross join "limits"
), "scaled" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "x",
    (
      "x" - "centre"
    ) / "width" as "z"
  from "inside"
), "moments" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    count("x") as "inside_n",
    min("x") as "inside_low",
    max("x") as "inside_high",
    sum("z") / count("x") as "first",
    sum("z" * "z") / count("x") as "second",
    sum("z" * "z" * "z") / count("x") as "third"
  from "scaled"
  having
    count(*) > 0
), "centred" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "inside_n",
    "inside_low",
    "inside_high",
    "second" - "first" * "first" as "second",
    "third" - 3 * "first" * "second" + 2 * "first" * "first" * "first" as "third"
  from "moments"
), "shapes" as (
  select
    "limits"."whq_segment",
    "limits"."whq_period",
    "limits"."whq_chunk",
    "limits"."members",
    "limits"."minimum",
    "limits"."maximum",
    "limits"."commonest",
    "limits"."range_low",
    "limits"."range_high",
    "centred"."inside_n",
    "centred"."inside_low",
    "centred"."inside_high",
    case
      when "inside_low" < "inside_high" and "second" > 0
      then "third" / (
        "second" * sqrt("second")
      )
    end as "skewness"
  from "limits"
  cross join "centred"
)
select
  "shapes"."whq_segment",
  "shapes"."whq_period",
  "shapes"."whq_chunk",
  cast("shapes"."members" as double) as "n",
  "shapes"."minimum" as "low",
  "shapes"."maximum" as "high",
  "shapes"."range_low",
  "shapes"."range_high",
  "shapes"."inside_n",
  "shapes"."inside_low",
  "shapes"."inside_high",
  "shapes"."skewness",
  "shapes"."commonest"
from "shapes"

-- dialect: postgres, redshift
@@ 2 @@
   select
-    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
+    case
+      when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double)
+      then "whq_source"."x"
+    end as "x",
     cast(null as text) as "whq_segment",
@@ 24 @@
     max("x") as "maximum",
-    sum(case when abs("x") > cast(1e-290 as double) then "x" * cast(0.000001 as double) else 0 end) / count(*) * 1000000 as "centre"
+    cast(sum(
+      case
+        when abs("x") > cast(1e-290 as double)
+        then "x" * cast(0.000001 as double)
+        else 0
+      end
+    ) as double) / count(*) * 1000000 as "centre"
   from "points"
@@ 57 @@
     "x",
-    (
+    cast((
       "x" - "centre"
-    ) / "width" as "z"
+    ) as double) / "width" as "z"
   from "inside"
@@ 69 @@
     max("x") as "inside_high",
-    sum("z") / count("x") as "first",
-    sum("z" * "z") / count("x") as "second",
-    sum("z" * "z" * "z") / count("x") as "third"
+    cast(sum("z") as double) / count("x") as "first",
+    cast(sum("z" * "z") as double) / count("x") as "second",
+    cast(sum("z" * "z" * "z") as double) / count("x") as "third"
   from "scaled"
@@ 102 @@
       when "inside_low" < "inside_high" and "second" > 0
-      then "third" / (
+      then cast("third" as double) / (
         "second" * sqrt("second")

-- dialect: snowflake, trino, mysql
@@ 24 @@
     max("x") as "maximum",
-    sum(case when abs("x") > cast(1e-290 as double) then "x" * cast(0.000001 as double) else 0 end) / count(*) * 1000000 as "centre"
+    cast(sum(case when abs("x") > cast(1e-290 as double) then "x" * cast(0.000001 as double) else 0 end) as double) / count(*) * 1000000 as "centre"
   from "points"
@@ 57 @@
     "x",
-    (
+    cast((
       "x" - "centre"
-    ) / "width" as "z"
+    ) as double) / "width" as "z"
   from "inside"
@@ 69 @@
     max("x") as "inside_high",
-    sum("z") / count("x") as "first",
-    sum("z" * "z") / count("x") as "second",
-    sum("z" * "z" * "z") / count("x") as "third"
+    cast(sum("z") as double) / count("x") as "first",
+    cast(sum("z" * "z") as double) / count("x") as "second",
+    cast(sum("z" * "z" * "z") as double) / count("x") as "third"
   from "scaled"
@@ 102 @@
       when "inside_low" < "inside_high" and "second" > 0
-      then "third" / (
+      then cast("third" as double) / (
         "second" * sqrt("second")

-- dialect: bigquery, databricks, spark
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
 ), "ranges" as (
@@ 24 @@
     max("x") as "maximum",
-    sum(case when abs("x") > cast(1e-290 as double) then "x" * cast(0.000001 as double) else 0 end) / count(*) * 1000000 as "centre"
+    sum(
+      case
+        when abs("x") > cast(1e-290 as double)
+        then "x" * cast(0.000001 as double)
+        else 0
+      end
+    ) / count(*) * 1000000 as "centre"
   from "points"
@@ 43 @@
   select
-    "points"."whq_segment",
-    "points"."whq_period",
-    "points"."whq_chunk",
-    "points"."x",
-    "limits"."centre",
-    nullif("limits"."range_high" - "limits"."range_low", 0) as "width"
+    "points"."whq_segment" as "whq_segment",
+    "points"."whq_period" as "whq_period",
+    "points"."whq_chunk" as "whq_chunk",
+    "points"."x" as "x",
+    "limits"."centre" as "centre",
+    nullIf("limits"."range_high" - "limits"."range_low", 0) as "width"
   from "points"
@@ 88 @@
   select
-    "limits"."whq_segment",
-    "limits"."whq_period",
-    "limits"."whq_chunk",
-    "limits"."members",
-    "limits"."minimum",
-    "limits"."maximum",
-    "limits"."commonest",
-    "limits"."range_low",
-    "limits"."range_high",
-    "centred"."inside_n",
-    "centred"."inside_low",
-    "centred"."inside_high",
+    "limits"."whq_segment" as "whq_segment",
+    "limits"."whq_period" as "whq_period",
+    "limits"."whq_chunk" as "whq_chunk",
+    "limits"."members" as "members",
+    "limits"."minimum" as "minimum",
+    "limits"."maximum" as "maximum",
+    "limits"."commonest" as "commonest",
+    "limits"."range_low" as "range_low",
+    "limits"."range_high" as "range_high",
+    "centred"."inside_n" as "inside_n",
+    "centred"."inside_low" as "inside_low",
+    "centred"."inside_high" as "inside_high",
     case
@@ 110 @@
 select
-  "shapes"."whq_segment",
-  "shapes"."whq_period",
-  "shapes"."whq_chunk",
+  "shapes"."whq_segment" as "whq_segment",
+  "shapes"."whq_period" as "whq_period",
+  "shapes"."whq_chunk" as "whq_chunk",
   cast("shapes"."members" as double) as "n",
@@ 116 @@
   "shapes"."maximum" as "high",
-  "shapes"."range_low",
-  "shapes"."range_high",
-  "shapes"."inside_n",
-  "shapes"."inside_low",
-  "shapes"."inside_high",
-  "shapes"."skewness",
-  "shapes"."commonest"
+  "shapes"."range_low" as "range_low",
+  "shapes"."range_high" as "range_high",
+  "shapes"."inside_n" as "inside_n",
+  "shapes"."inside_low" as "inside_low",
+  "shapes"."inside_high" as "inside_high",
+  "shapes"."skewness" as "skewness",
+  "shapes"."commonest" as "commonest"
 from "shapes"
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1
