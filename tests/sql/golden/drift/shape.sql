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
), "scaled" as (
  select
    "points"."whq_segment",
    "points"."whq_period",
    "points"."whq_chunk",
    "points"."x",
    "ranges"."members",
    "ranges"."minimum",
    "ranges"."maximum",
    "ranges"."centre",
    "points"."x" - "ranges"."centre" as "distance",
    (
      "points"."x" - "ranges"."centre"
    ) / nullif("ranges"."maximum" - "ranges"."minimum", 0) as "z"
  from "points"
  cross join "ranges"
), "moments" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "members",
    "minimum",
    "maximum",
    "centre",
    sum(
      case
        when abs("distance") > cast(1e-290 as double)
        then abs("distance") * cast(0.000001 as double)
        else 0
      end
    ) / "members" * 1000000 as "deviation",
    sum("z") / "members" as "first",
    sum("z" * "z") / "members" as "second",
    sum("z" * "z" * "z") / "members" as "third"
  from "scaled"
  group by
    "members",
    "minimum",
    "maximum",
    "centre"
), "centred" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "members",
    "minimum",
    "maximum",
    "centre",
    case when "deviation" > 0 and "deviation" <= cast(1e300 as double) then "deviation" else 1 end as "spread",
    "second" - "first" * "first" as "second",
    "third" - 3 * "first" * "second" + 2 * "first" * "first" * "first" as "third"
  from "moments"
), "shapes" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "members",
    "minimum",
    "maximum",
    "centre",
    "spread",
    case when "second" > 0 then "third" / (
      "second" * sqrt("second")
    ) end as "skewness"
  from "centred"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  cast("members" as double) as "n",
  "minimum" as "low",
  "maximum" as "high",
  "skewness"
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
@@ 39 @@
     "points"."x" - "ranges"."centre" as "distance",
-    (
+    cast((
       "points"."x" - "ranges"."centre"
-    ) / nullif("ranges"."maximum" - "ranges"."minimum", 0) as "z"
+    ) as double) / nullif("ranges"."maximum" - "ranges"."minimum", 0) as "z"
   from "points"
@@ 53 @@
     "centre",
-    sum(
+    cast(sum(
       case
@@ 59 @@
       end
-    ) / "members" * 1000000 as "deviation",
-    sum("z") / "members" as "first",
-    sum("z" * "z") / "members" as "second",
-    sum("z" * "z" * "z") / "members" as "third"
+    ) as double) / "members" * 1000000 as "deviation",
+    cast(sum("z") as double) / "members" as "first",
+    cast(sum("z" * "z") as double) / "members" as "second",
+    cast(sum("z" * "z" * "z") as double) / "members" as "third"
   from "scaled"
@@ 92 @@
     "spread",
-    case when "second" > 0 then "third" / (
+    case when "second" > 0 then cast("third" as double) / (
       "second" * sqrt("second")

-- dialect: snowflake, trino, mysql
@@ 24 @@
     max("x") as "maximum",
-    sum(case when abs("x") > cast(1e-290 as double) then "x" * cast(0.000001 as double) else 0 end) / count(*) * 1000000 as "centre"
+    cast(sum(case when abs("x") > cast(1e-290 as double) then "x" * cast(0.000001 as double) else 0 end) as double) / count(*) * 1000000 as "centre"
   from "points"
@@ 39 @@
     "points"."x" - "ranges"."centre" as "distance",
-    (
+    cast((
       "points"."x" - "ranges"."centre"
-    ) / nullif("ranges"."maximum" - "ranges"."minimum", 0) as "z"
+    ) as double) / nullif("ranges"."maximum" - "ranges"."minimum", 0) as "z"
   from "points"
@@ 53 @@
     "centre",
-    sum(
+    cast(sum(
       case
@@ 59 @@
       end
-    ) / "members" * 1000000 as "deviation",
-    sum("z") / "members" as "first",
-    sum("z" * "z") / "members" as "second",
-    sum("z" * "z" * "z") / "members" as "third"
+    ) as double) / "members" * 1000000 as "deviation",
+    cast(sum("z") as double) / "members" as "first",
+    cast(sum("z" * "z") as double) / "members" as "second",
+    cast(sum("z" * "z" * "z") as double) / "members" as "third"
   from "scaled"
@@ 92 @@
     "spread",
-    case when "second" > 0 then "third" / (
+    case when "second" > 0 then cast("third" as double) / (
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
@@ 30 @@
   select
-    "points"."whq_segment",
-    "points"."whq_period",
-    "points"."whq_chunk",
-    "points"."x",
-    "ranges"."members",
-    "ranges"."minimum",
-    "ranges"."maximum",
-    "ranges"."centre",
+    "points"."whq_segment" as "whq_segment",
+    "points"."whq_period" as "whq_period",
+    "points"."whq_chunk" as "whq_chunk",
+    "points"."x" as "x",
+    "ranges"."members" as "members",
+    "ranges"."minimum" as "minimum",
+    "ranges"."maximum" as "maximum",
+    "ranges"."centre" as "centre",
     "points"."x" - "ranges"."centre" as "distance",
@@ 41 @@
       "points"."x" - "ranges"."centre"
-    ) / nullif("ranges"."maximum" - "ranges"."minimum", 0) as "z"
+    ) / nullIf("ranges"."maximum" - "ranges"."minimum", 0) as "z"
   from "points"
@@ 78 @@
     "centre",
-    case when "deviation" > 0 and "deviation" <= cast(1e300 as double) then "deviation" else 1 end as "spread",
+    case
+      when "deviation" > 0 and "deviation" <= cast(1e300 as double)
+      then "deviation"
+      else 1
+    end as "spread",
     "second" - "first" * "first" as "second",
@@ 106 @@
 from "shapes"
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1
