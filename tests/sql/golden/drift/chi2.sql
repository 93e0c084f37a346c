-- dialect: duckdb
with "dataset" as (
  select
    "n",
    "reference_n",
    "reference_total",
    "total"
  from "main"."fixture" as "whq_source"
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "whq_rows",
  case
    when count("n") = 2
    then sum(
      case
        when 2 * abs("n" * "reference_total" - "reference_n" * "total") > "total" + "reference_total"
        then power(
          abs("n" * "reference_total" - "reference_n" * "total") - (
            "total" + "reference_total"
          ) / cast(2 as double),
          2
        )
        else 0
      end / nullif((
        "n" + "reference_n"
      ) * "total" * "reference_total", 0)
    )
    else sum(
      power("n" * "reference_total" - "reference_n" * "total", 2) / nullif((
        "n" + "reference_n"
      ) * "total" * "reference_total", 0)
    )
  end as "v0"
from "dataset"

-- dialect: postgres, redshift, trino
@@ 16 @@
     then sum(
-      case
+      cast(case
         when 2 * abs("n" * "reference_total" - "reference_n" * "total") > "total" + "reference_total"
@@ 25 @@
         else 0
-      end / nullif((
+      end as double) / nullif((
         "n" + "reference_n"
@@ 30 @@
     else sum(
-      power("n" * "reference_total" - "reference_n" * "total", 2) / nullif((
+      cast(power("n" * "reference_total" - "reference_n" * "total", 2) as double) / nullif((
         "n" + "reference_n"

-- dialect: snowflake, mysql
@@ 16 @@
     then sum(
-      case
+      cast(case
         when 2 * abs("n" * "reference_total" - "reference_n" * "total") > "total" + "reference_total"
         then power(
-          abs("n" * "reference_total" - "reference_n" * "total") - (
+          abs("n" * "reference_total" - "reference_n" * "total") - cast((
             "total" + "reference_total"
-          ) / cast(2 as double),
+          ) as double) / cast(2 as double),
           2
@@ 25 @@
         else 0
-      end / nullif((
+      end as double) / nullif((
         "n" + "reference_n"
@@ 30 @@
     else sum(
-      power("n" * "reference_total" - "reference_n" * "total", 2) / nullif((
+      cast(power("n" * "reference_total" - "reference_n" * "total", 2) as double) / nullif((
         "n" + "reference_n"

-- dialect: bigquery, databricks, spark
-- as duckdb

-- dialect: clickhouse
@@ 25 @@
         else 0
-      end / nullif((
+      end / nullIf((
         "n" + "reference_n"
@@ 30 @@
     else sum(
-      power("n" * "reference_total" - "reference_n" * "total", 2) / nullif((
+      power("n" * "reference_total" - "reference_n" * "total", 2) / nullIf((
         "n" + "reference_n"
@@ 36 @@
 from "dataset"
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1
