-- dialect: duckdb
with "dataset" as (
  select
    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "ranked" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("x" as double) as "x",
    row_number() over (order by "x") - 1 as "position"
  from "dataset"
  where
    not "x" is null
), "sizes" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    count(*) as "n"
  from "ranked"
  having
    count(*) > 0
), "places" as (
  select
    1 as "place"
  union all
  select
    2
  union all
  select
    3
  union all
  select
    4
  union all
  select
    5
  union all
  select
    6
  union all
  select
    7
  union all
  select
    8
  union all
  select
    9
), "ends" as (
  select
    0 as "step"
  union all
  select
    1
), "wanted" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "places"."place",
    cast(floor("places"."place" * (
      "n" - 1
    ) / cast(10 as double)) as bigint) + "ends"."step" as "position",
    (
      "places"."place" * (
        "n" - 1
      )
    ) % 10 / cast(10 as double) as "share"
  from "sizes"
  cross join "places"
  cross join "ends"
), "neighbours" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "wanted"."place",
    "wanted"."share",
    min("ranked"."x") as "low",
    max("ranked"."x") as "high"
  from "wanted"
  join "ranked"
    on "ranked"."position" = "wanted"."position"
  group by
    "wanted"."place",
    "wanted"."share"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  "place",
  case
    when "share" = 0
    then "low"
    when "low" = "high"
    then "low"
    else "low" + (
      "high" - "low"
    ) * "share"
  end as "value"
from "neighbours"

-- dialect: postgres, redshift
@@ 2 @@
   select
-    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
+    case
+      when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double)
+      then "whq_source"."x"
+    end as "x",
     cast(null as text) as "whq_segment",

-- dialect: snowflake
@@ 65 @@
     "places"."place",
-    cast(floor("places"."place" * (
+    cast(floor(cast("places"."place" * (
       "n" - 1
-    ) / cast(10 as double)) as bigint) + "ends"."step" as "position",
-    (
+    ) as double) / cast(10 as double)) as bigint) + "ends"."step" as "position",
+    cast((
       "places"."place" * (
@@ 72 @@
       )
-    ) % 10 / cast(10 as double) as "share"
+    ) % 10 as double) / cast(10 as double) as "share"
   from "sizes"

-- dialect: bigquery
@@ 13 @@
     cast("x" as double) as "x",
-    row_number() over (order by "x") - 1 as "position"
+    row_number() over (order by "x" nulls last) - 1 as "position"
   from "dataset"
@@ 68 @@
     ) / cast(10 as double)) as bigint) + "ends"."step" as "position",
-    (
-      "places"."place" * (
-        "n" - 1
-      )
-    ) % 10 / cast(10 as double) as "share"
+    mod("places"."place" * (
+      "n" - 1
+    ), 10) / cast(10 as double) as "share"
   from "sizes"

-- dialect: databricks, spark
@@ 13 @@
     cast("x" as double) as "x",
-    row_number() over (order by "x") - 1 as "position"
+    row_number() over (order by "x" nulls last) - 1 as "position"
   from "dataset"

-- dialect: trino
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
@@ 16 @@
   where
-    not "x" is null
+    not (
+      "x" is null
+    )
 ), "sizes" as (
@@ 64 @@
     "whq_chunk",
-    "places"."place",
+    "places"."place" as "place",
     cast(floor("places"."place" * (
@@ 81 @@
     cast(null as bigint) as "whq_chunk",
-    "wanted"."place",
-    "wanted"."share",
+    "wanted"."place" as "place",
+    "wanted"."share" as "share",
     min("ranked"."x") as "low",
@@ 107 @@
 from "neighbours"
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
@@ 13 @@
     cast("x" as double) as "x",
-    row_number() over (order by "x") - 1 as "position"
+    row_number() over (order by case when "x" is null then 1 else 0 end, "x") - 1 as "position"
   from "dataset"
@@ 65 @@
     "places"."place",
-    cast(floor("places"."place" * (
+    cast(floor(cast("places"."place" * (
       "n" - 1
-    ) / cast(10 as double)) as bigint) + "ends"."step" as "position",
-    (
+    ) as double) / cast(10 as double)) as bigint) + "ends"."step" as "position",
+    cast((
       "places"."place" * (
@@ 72 @@
       )
-    ) % 10 / cast(10 as double) as "share"
+    ) % 10 as double) / cast(10 as double) as "share"
   from "sizes"
