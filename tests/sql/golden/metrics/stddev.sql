-- dialect: duckdb
with "dataset" as (
  select
    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x"
  from "main"."fixture" as "whq_source"
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "whq_rows",
  case when count("x") > 1 then stddev_samp(cast("x" as double)) end as "v0"
from "dataset"

-- dialect: postgres, redshift
@@ 2 @@
   select
-    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x"
+    case
+      when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double)
+      then "whq_source"."x"
+    end as "x"
   from "main"."fixture" as "whq_source"

-- dialect: snowflake, bigquery, databricks, spark, trino, mysql
-- as duckdb

-- dialect: clickhouse
@@ 2 @@
   select
-    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x"
+    case
+      when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double)
+      then "whq_source"."x"
+    end as "x"
   from "main"."fixture" as "whq_source"
@@ 10 @@
   count(*) as "whq_rows",
-  case when count("x") > 1 then stddev_samp(cast("x" as double)) end as "v0"
+  case
+    when count("x") > 1
+    then case
+      when count(cast("x" as double)) > 1
+      then stddevSampStable(cast("x" as double))
+    end
+  end as "v0"
 from "dataset"
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1
