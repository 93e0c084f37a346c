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
  sum(cast(not regexp_matches("x", 'a') as int)) as "v0",
  count(*) as "v1"
from "dataset"

-- dialect: postgres
@@ 10 @@
   count(*) as "whq_rows",
-  sum(cast(not regexp_matches("x", 'a') as int)) as "v0",
+  sum(cast(not "x" ~ 'a' as int)) as "v0",
   count(*) as "v1"

-- dialect: snowflake
@@ 10 @@
   count(*) as "whq_rows",
-  sum(cast(not regexp_matches("x", 'a') as int)) as "v0",
+  sum(cast(not (
+    regexp_instr("x", 'a') > 0
+  ) as int)) as "v0",
   count(*) as "v1"

-- dialect: bigquery
@@ 10 @@
   count(*) as "whq_rows",
-  sum(cast(not regexp_matches("x", 'a') as int)) as "v0",
+  sum(cast(not regexp_contains("x", 'a') as bigint)) as "v0",
   count(*) as "v1"

-- dialect: databricks
@@ 10 @@
   count(*) as "whq_rows",
-  sum(cast(not regexp_matches("x", 'a') as int)) as "v0",
+  sum(cast(not regexp_like("x", 'a') as int)) as "v0",
   count(*) as "v1"

-- dialect: spark
@@ 10 @@
   count(*) as "whq_rows",
-  sum(cast(not regexp_matches("x", 'a') as int)) as "v0",
+  sum(cast(not "x" rlike 'a' as int)) as "v0",
   count(*) as "v1"

-- dialect: redshift
@@ 10 @@
   count(*) as "whq_rows",
-  sum(cast(not regexp_matches("x", 'a') as int)) as "v0",
+  sum(cast(not "x" ~ 'a' as integer)) as "v0",
   count(*) as "v1"

-- dialect: trino
@@ 10 @@
   count(*) as "whq_rows",
-  sum(cast(not regexp_matches("x", 'a') as int)) as "v0",
+  sum(cast(not regexp_like("x", 'a') as integer)) as "v0",
   count(*) as "v1"

-- dialect: clickhouse
@@ 10 @@
   count(*) as "whq_rows",
-  sum(cast(not regexp_matches("x", 'a') as int)) as "v0",
+  sum(cast(not match("x", 'a') as Nullable(Int32))) as "v0",
   count(*) as "v1"
 from "dataset"
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
@@ 10 @@
   count(*) as "whq_rows",
-  sum(cast(not regexp_matches("x", 'a') as int)) as "v0",
+  sum(cast(not regexp_like("x", 'a', 'c') as bigint)) as "v0",
   count(*) as "v1"
