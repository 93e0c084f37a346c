-- dialect: duckdb
with "dataset" as (
  select
    "x",
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "placed" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    date_trunc('DAY', cast("x" as timestamp)) as "bucket",
    cast("x" as timestamp) as "moment"
  from "dataset"
  where
    not "x" is null
), "counted" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "bucket",
    count(*) as "n",
    min("moment") as "earliest",
    max("moment") as "latest"
  from "placed"
  group by
    "bucket"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  "bucket",
  "n",
  "earliest",
  "latest"
from "counted"

-- dialect: postgres, databricks, spark, redshift
-- as duckdb

-- dialect: snowflake
@@ 12 @@
     "whq_chunk",
-    date_trunc('DAY', cast("x" as timestamp)) as "bucket",
-    cast("x" as timestamp) as "moment"
+    date_trunc('DAY', cast("x" as timestampntz)) as "bucket",
+    cast("x" as timestampntz) as "moment"
   from "dataset"

-- dialect: bigquery
@@ 12 @@
     "whq_chunk",
-    date_trunc('DAY', cast("x" as timestamp)) as "bucket",
+    datetime_trunc(cast("x" as timestamp), day) as "bucket",
     cast("x" as timestamp) as "moment"

-- dialect: trino
@@ 12 @@
     "whq_chunk",
-    date_trunc('DAY', cast("x" as timestamp)) as "bucket",
-    cast("x" as timestamp) as "moment"
+    date_trunc('DAY', cast("x" as timestamp(6))) as "bucket",
+    cast("x" as timestamp(6)) as "moment"
   from "dataset"

-- dialect: clickhouse
@@ 12 @@
     "whq_chunk",
-    date_trunc('DAY', cast("x" as timestamp)) as "bucket",
+    cast(dateTrunc('DAY', cast("x" as timestamp)) as timestamp) as "bucket",
     cast("x" as timestamp) as "moment"
@@ 16 @@
   where
-    not "x" is null
+    not (
+      "x" is null
+    )
 ), "counted" as (
@@ 39 @@
 from "counted"
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
@@ 12 @@
     "whq_chunk",
-    date_trunc('DAY', cast("x" as timestamp)) as "bucket",
+    cast(date(cast("x" as timestamp)) as datetime) as "bucket",
     cast("x" as timestamp) as "moment"
