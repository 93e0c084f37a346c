-- dialect: duckdb
with "dataset" as (
  select
    "x"
  from "main"."fixture" as "whq_source"
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "whq_rows",
  cast(count(*) - count("x") as double) / nullif(count(*), 0) as "v0"
from "dataset"

-- dialect: postgres, snowflake, bigquery, databricks, spark, redshift, trino, mysql
-- as duckdb

-- dialect: clickhouse
@@ 10 @@
   count(*) as "whq_rows",
-  cast(count(*) - count("x") as double) / nullif(count(*), 0) as "v0"
+  cast(count(*) - count("x") as double) / nullIf(count(*), 0) as "v0"
 from "dataset"
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1
