-- dialect: duckdb
with "dataset" as (
  select
    "x",
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "counted" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "x" as "shown",
    count(*) as "n"
  from "dataset"
  where
    not "x" is null
  group by
    "x"
), "ranked" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    row_number() over (order by "n" desc, "shown") as "place",
    "shown",
    "n"
  from "counted"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  "place",
  "shown",
  "n"
from "ranked"
where
  "place" <= 2

-- dialect: postgres, snowflake, redshift
@@ 24 @@
     "whq_chunk",
-    row_number() over (order by "n" desc, "shown") as "place",
+    row_number() over (order by "n" desc nulls last, "shown") as "place",
     "shown",

-- dialect: bigquery, databricks, spark
@@ 24 @@
     "whq_chunk",
-    row_number() over (order by "n" desc, "shown") as "place",
+    row_number() over (order by "n" desc, "shown" nulls last) as "place",
     "shown",

-- dialect: trino
-- as duckdb

-- dialect: clickhouse
@@ 16 @@
   where
-    not "x" is null
+    not (
+      "x" is null
+    )
   group by
@@ 39 @@
   "place" <= 2
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
@@ 24 @@
     "whq_chunk",
-    row_number() over (order by "n" desc, "shown") as "place",
+    row_number() over (order by "n" desc, case when "shown" is null then 1 else 0 end, "shown") as "place",
     "shown",
