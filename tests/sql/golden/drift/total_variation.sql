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
  sum(abs("share" - "reference_share")) / 2 as "v0"
from "dataset"

-- dialect: postgres, snowflake, redshift, trino, mysql
@@ 11 @@
   count(*) as "whq_rows",
-  sum(abs("share" - "reference_share")) / 2 as "v0"
+  cast(sum(abs("share" - "reference_share")) as double) / 2 as "v0"
 from "dataset"

-- dialect: bigquery, databricks, spark
-- as duckdb

-- dialect: clickhouse
@@ 13 @@
 from "dataset"
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1
