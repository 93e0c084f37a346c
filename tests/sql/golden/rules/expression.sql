-- dialect: duckdb
with "dataset" as (
  select
    "a",
    "b"
  from "main"."fixture" as "whq_source"
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "whq_rows",
  sum(cast(not (
    "a" < "b"
  ) as int)) as "v0",
  count(*) as "v1"
from "dataset"

-- dialect: postgres, snowflake, databricks, spark
-- as duckdb

-- dialect: bigquery, mysql
@@ 13 @@
     "a" < "b"
-  ) as int)) as "v0",
+  ) as bigint)) as "v0",
   count(*) as "v1"

-- dialect: redshift, trino
@@ 13 @@
     "a" < "b"
-  ) as int)) as "v0",
+  ) as integer)) as "v0",
   count(*) as "v1"

-- dialect: clickhouse
@@ 13 @@
     "a" < "b"
-  ) as int)) as "v0",
+  ) as Nullable(Int32))) as "v0",
   count(*) as "v1"
 from "dataset"
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1
