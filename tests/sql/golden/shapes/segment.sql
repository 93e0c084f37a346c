-- dialect: duckdb
with "dataset" as (
  select
    case
      when abs("whq_source"."amount") <= cast(1.7976931348623157e308 as double)
      then "whq_source"."amount"
    end as "amount",
    cast("Region" as text) as "whq_segment",
    date_trunc('DAY', "at") as "whq_chunk"
  from "main"."fixture" as "whq_source"
  where
    not "id" is null
)
select
  "whq_segment",
  'analysis' as "whq_period",
  "whq_chunk",
  count(*) as "whq_rows",
  avg(cast("amount" as double)) as "v0"
from "dataset"
group by
  "whq_segment",
  "whq_chunk"

-- dialect: postgres
@@ 10 @@
   where
-    not "id" is null
+    "id" is not null
 )
@@ 17 @@
   count(*) as "whq_rows",
-  avg(cast("amount" as double)) as "v0"
+  (
+    sum(cast("amount" as double)) / nullif(count(cast("amount" as double)), 0)
+  ) as "v0"
 from "dataset"

-- dialect: snowflake, databricks, spark, redshift, trino
-- as duckdb

-- dialect: bigquery
@@ 7 @@
     cast("Region" as text) as "whq_segment",
-    date_trunc('DAY', "at") as "whq_chunk"
+    datetime_trunc(cast("at" as timestamp), day) as "whq_chunk"
   from "main"."fixture" as "whq_source"

-- dialect: clickhouse
@@ 7 @@
     cast("Region" as text) as "whq_segment",
-    date_trunc('DAY', "at") as "whq_chunk"
+    cast(dateTrunc('DAY', "at") as timestamp) as "whq_chunk"
   from "main"."fixture" as "whq_source"
   where
-    not "id" is null
+    not (
+      "id" is null
+    )
 )
@@ 22 @@
   "whq_chunk"
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
@@ 7 @@
     cast("Region" as text) as "whq_segment",
-    date_trunc('DAY', "at") as "whq_chunk"
+    cast(date("at") as datetime) as "whq_chunk"
   from "main"."fixture" as "whq_source"
