-- dialect: duckdb
with "returned" as (
  select
    "x" as "column_0"
  from "main"."lookup_returned" as "whq_lookup"
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "failing"
from "returned"

-- dialect: postgres
@@ 6 @@
 select
-  cast(null as text) as "whq_segment",
-  cast(null as text) as "whq_period",
+  cast(null as own text) as "whq_segment",
+  cast(null as own text) as "whq_period",
   cast(null as bigint) as "whq_chunk",

-- dialect: snowflake, bigquery, databricks, spark, trino, mysql
-- as duckdb

-- dialect: redshift
@@ 6 @@
 select
-  cast(null as text) as "whq_segment",
-  cast(null as text) as "whq_period",
+  cast(null as varchar(max)) as "whq_segment",
+  cast(null as varchar(max)) as "whq_period",
   cast(null as bigint) as "whq_chunk",

-- dialect: clickhouse
@@ 11 @@
 from "returned"
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1
