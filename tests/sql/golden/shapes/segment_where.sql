-- dialect: duckdb
with "dataset" as (
  select
    case
      when abs("whq_source"."amount") <= cast(1.7976931348623157e308 as double)
      then "whq_source"."amount"
    end as "amount"
  from "main"."fixture" as "whq_source"
  where
    "amount" > 100
)
select
  'large' as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "whq_rows",
  avg(cast("amount" as double)) as "v0"
from "dataset"

-- dialect: postgres
@@ 15 @@
   count(*) as "whq_rows",
-  avg(cast("amount" as double)) as "v0"
+  (
+    sum(cast("amount" as double)) / nullif(count(cast("amount" as double)), 0)
+  ) as "v0"
 from "dataset"

-- dialect: snowflake, bigquery, databricks, spark, redshift, trino, mysql
-- as duckdb

-- dialect: clickhouse
@@ 17 @@
 from "dataset"
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1
