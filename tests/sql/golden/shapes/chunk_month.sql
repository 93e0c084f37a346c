-- dialect: duckdb
with "dataset" as (
  select
    case
      when abs("whq_source"."amount") <= cast(1.7976931348623157e308 as double)
      then "whq_source"."amount"
    end as "amount",
    coalesce(cast("at" as date) - cast(day(cast("at" as date)) - 1 as int), cast("at" as date)) as "whq_chunk"
  from "main"."fixture" as "whq_source"
)
select
  cast(null as text) as "whq_segment",
  'analysis' as "whq_period",
  "whq_chunk",
  count(*) as "whq_rows",
  avg(cast("amount" as double)) as "v0"
from "dataset"
group by
  "whq_chunk"

-- dialect: postgres
@@ 6 @@
     end as "amount",
-    coalesce(cast("at" as date) - cast(day(cast("at" as date)) - 1 as int), cast("at" as date)) as "whq_chunk"
+    date_trunc('MONTH', "at") as "whq_chunk"
   from "main"."fixture" as "whq_source"
@@ 14 @@
   count(*) as "whq_rows",
-  avg(cast("amount" as double)) as "v0"
+  (
+    sum(cast("amount" as double)) / nullif(count(cast("amount" as double)), 0)
+  ) as "v0"
 from "dataset"

-- dialect: snowflake, databricks, spark, redshift, trino
@@ 6 @@
     end as "amount",
-    coalesce(cast("at" as date) - cast(day(cast("at" as date)) - 1 as int), cast("at" as date)) as "whq_chunk"
+    date_trunc('MONTH', "at") as "whq_chunk"
   from "main"."fixture" as "whq_source"

-- dialect: bigquery
@@ 6 @@
     end as "amount",
-    coalesce(cast("at" as date) - cast(day(cast("at" as date)) - 1 as int), cast("at" as date)) as "whq_chunk"
+    datetime_trunc(cast("at" as timestamp), month) as "whq_chunk"
   from "main"."fixture" as "whq_source"

-- dialect: clickhouse
@@ 6 @@
     end as "amount",
-    coalesce(cast("at" as date) - cast(day(cast("at" as date)) - 1 as int), cast("at" as date)) as "whq_chunk"
+    cast(dateTrunc('MONTH', "at") as timestamp) as "whq_chunk"
   from "main"."fixture" as "whq_source"
@@ 18 @@
   "whq_chunk"
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
@@ 6 @@
     end as "amount",
-    coalesce(cast("at" as date) - cast(day(cast("at" as date)) - 1 as int), cast("at" as date)) as "whq_chunk"
+    cast(date_format("at", '%Y-%m-01 00:00:00') as datetime) as "whq_chunk"
   from "main"."fixture" as "whq_source"
