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
  coalesce(sum(cast("x" is null as int)), 0) as "v0",
  count(*) as "v1"
from "dataset"

-- dialect: postgres, snowflake, databricks, spark
-- as duckdb

-- dialect: bigquery, mysql
@@ 10 @@
   count(*) as "whq_rows",
-  coalesce(sum(cast("x" is null as int)), 0) as "v0",
+  coalesce(sum(cast("x" is null as bigint)), 0) as "v0",
   count(*) as "v1"

-- dialect: redshift, trino
@@ 10 @@
   count(*) as "whq_rows",
-  coalesce(sum(cast("x" is null as int)), 0) as "v0",
+  coalesce(sum(cast("x" is null as integer)), 0) as "v0",
   count(*) as "v1"

-- dialect: clickhouse
@@ 10 @@
   count(*) as "whq_rows",
-  coalesce(sum(cast("x" is null as int)), 0) as "v0",
+  coalesce(sum(cast("x" is null as Nullable(Int32))), 0) as "v0",
   count(*) as "v1"
 from "dataset"
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1
