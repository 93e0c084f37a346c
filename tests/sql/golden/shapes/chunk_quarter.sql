-- dialect: duckdb
with "dataset" as (
  select
    case
      when abs("whq_source"."amount") <= cast(1.7976931348623157e308 as double)
      then "whq_source"."amount"
    end as "amount",
    date_trunc('QUARTER', "at") as "whq_chunk"
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
@@ 14 @@
   count(*) as "whq_rows",
-  avg(cast("amount" as double)) as "v0"
+  (
+    sum(cast("amount" as double)) / nullif(count(cast("amount" as double)), 0)
+  ) as "v0"
 from "dataset"

-- dialect: snowflake, databricks, spark, redshift, trino
-- as duckdb

-- dialect: bigquery
@@ 6 @@
     end as "amount",
-    date_trunc('QUARTER', "at") as "whq_chunk"
+    datetime_trunc(cast("at" as timestamp), quarter) as "whq_chunk"
   from "main"."fixture" as "whq_source"

-- dialect: clickhouse
@@ 6 @@
     end as "amount",
-    date_trunc('QUARTER', "at") as "whq_chunk"
+    cast(dateTrunc('QUARTER', "at") as timestamp) as "whq_chunk"
   from "main"."fixture" as "whq_source"
@@ 18 @@
   "whq_chunk"
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
@@ 6 @@
     end as "amount",
-    date_trunc('QUARTER', "at") as "whq_chunk"
+    cast(makedate(year("at"), 1) + interval (
+      quarter("at") - 1
+    ) quarter as datetime) as "whq_chunk"
   from "main"."fixture" as "whq_source"
