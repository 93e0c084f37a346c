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
  sqrt(
    abs(
      sum(
        case
          when "share" > 0
          then "share" * ln(2 * "share" / (
            "share" + "reference_share"
          ))
          when "share" = 0
          then 0
        end
      ) + sum(
        case
          when "reference_share" > 0
          then "reference_share" * ln(2 * "reference_share" / (
            "share" + "reference_share"
          ))
          when "reference_share" = 0
          then 0
        end
      )
    ) / (
      2 * ln(2)
    )
  ) as "v0"
from "dataset"

-- dialect: postgres, snowflake, redshift, trino, mysql
@@ 12 @@
   sqrt(
-    abs(
+    cast(abs(
       sum(
@@ 16 @@
           when "share" > 0
-          then "share" * ln(2 * "share" / (
+          then "share" * ln(cast(2 * "share" as double) / (
             "share" + "reference_share"
@@ 25 @@
           when "reference_share" > 0
-          then "reference_share" * ln(2 * "reference_share" / (
+          then "reference_share" * ln(cast(2 * "reference_share" as double) / (
             "share" + "reference_share"
@@ 32 @@
       )
-    ) / (
+    ) as double) / (
       2 * ln(2)

-- dialect: bigquery, databricks, spark
-- as duckdb

-- dialect: clickhouse
@@ 37 @@
 from "dataset"
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1
