-- dialect: duckdb
with "dataset" as (
  select
    "s",
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "named" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("s" as text) as "category_name"
  from "dataset"
  where
    not "s" is null
), "counted" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "category_name",
    count(*) as "members"
  from "named"
  group by
    "category_name"
), "sizes" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    count(*) as "distinct_categories"
  from "counted"
  having
    count(*) > 0
), "kept" as (
  select
    "counted"."whq_segment",
    "counted"."whq_period",
    "counted"."whq_chunk",
    case when "sizes"."distinct_categories" <= 4 then "counted"."category_name" end as "category",
    "counted"."members"
  from "counted"
  cross join "sizes"
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  "category",
  cast(sum("members") as bigint) as "n"
from "kept"
group by
  "category"

-- dialect: postgres
@@ 12 @@
     "whq_chunk",
-    cast("s" as text) as "category_name"
+    cast("s" as own text) as "category_name"
   from "dataset"

-- dialect: snowflake, bigquery, databricks, spark, trino, mysql
-- as duckdb

-- dialect: redshift
@@ 12 @@
     "whq_chunk",
-    cast("s" as text) as "category_name"
+    cast("s" as varchar(max)) as "category_name"
   from "dataset"

-- dialect: clickhouse
@@ 15 @@
   where
-    not "s" is null
+    not (
+      "s" is null
+    )
 ), "counted" as (
@@ 37 @@
   select
-    "counted"."whq_segment",
-    "counted"."whq_period",
-    "counted"."whq_chunk",
+    "counted"."whq_segment" as "whq_segment",
+    "counted"."whq_period" as "whq_period",
+    "counted"."whq_chunk" as "whq_chunk",
     case when "sizes"."distinct_categories" <= 4 then "counted"."category_name" end as "category",
-    "counted"."members"
+    "counted"."members" as "members"
   from "counted"
@@ 54 @@
   "category"
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1
