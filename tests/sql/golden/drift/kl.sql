-- dialect: duckdb
with "dataset" as (
  select
    "reference_share",
    "share"
  from "main"."fixture" as "whq_source"
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "whq_rows",
  sum(
    (
      case when "share" < cast(0.0001 as double) then cast(0.0001 as double) else "share" end
    ) * ln(
      (
        case when "share" < cast(0.0001 as double) then cast(0.0001 as double) else "share" end
      ) / (
        case
          when "reference_share" < cast(0.0001 as double)
          then cast(0.0001 as double)
          else "reference_share"
        end
      )
    )
  ) as "v0"
from "dataset"

-- dialect: postgres, redshift
@@ 13 @@
     (
-      case when "share" < cast(0.0001 as double) then cast(0.0001 as double) else "share" end
+      case
+        when "share" < cast(0.0001 as double)
+        then cast(0.0001 as double)
+        else "share"
+      end
     ) * ln(
-      (
-        case when "share" < cast(0.0001 as double) then cast(0.0001 as double) else "share" end
-      ) / (
+      cast((
+        case
+          when "share" < cast(0.0001 as double)
+          then cast(0.0001 as double)
+          else "share"
+        end
+      ) as double) / (
         case

-- dialect: snowflake, trino, mysql
@@ 15 @@
     ) * ln(
-      (
+      cast((
         case when "share" < cast(0.0001 as double) then cast(0.0001 as double) else "share" end
-      ) / (
+      ) as double) / (
         case

-- dialect: bigquery, databricks, spark
-- as duckdb

-- dialect: clickhouse
@@ 13 @@
     (
-      case when "share" < cast(0.0001 as double) then cast(0.0001 as double) else "share" end
+      case
+        when "share" < cast(0.0001 as double)
+        then cast(0.0001 as double)
+        else "share"
+      end
     ) * ln(
       (
-        case when "share" < cast(0.0001 as double) then cast(0.0001 as double) else "share" end
+        case
+          when "share" < cast(0.0001 as double)
+          then cast(0.0001 as double)
+          else "share"
+        end
       ) / (
@@ 27 @@
 from "dataset"
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1
