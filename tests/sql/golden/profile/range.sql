-- dialect: duckdb
with "dataset" as (
  select
    "x",
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  min("x") as "low",
  max("x") as "high"
from "dataset"
where
  abs(cast("x" as double)) <= cast(1.7976931348623157e308 as double)
having
  count(*) > 0

-- dialect: postgres, snowflake, bigquery, databricks, spark, redshift, trino, mysql
-- as duckdb

-- dialect: clickhouse
@@ 19 @@
   count(*) > 0
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1
