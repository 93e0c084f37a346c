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
  coalesce(sum(case when not regexp_matches("x", 'a') then 1 else 0 end), 0) as "v0",
  count(*) as "v1"
from "dataset"

-- dialect: postgres, redshift
@@ 10 @@
   count(*) as "whq_rows",
-  coalesce(sum(case when not regexp_matches("x", 'a') then 1 else 0 end), 0) as "v0",
+  coalesce(sum(case when not "x" ~ 'a' then 1 else 0 end), 0) as "v0",
   count(*) as "v1"

-- dialect: snowflake
@@ 10 @@
   count(*) as "whq_rows",
-  coalesce(sum(case when not regexp_matches("x", 'a') then 1 else 0 end), 0) as "v0",
+  coalesce(sum(case when not (
+    regexp_instr("x", 'a') > 0
+  ) then 1 else 0 end), 0) as "v0",
   count(*) as "v1"

-- dialect: bigquery
@@ 10 @@
   count(*) as "whq_rows",
-  coalesce(sum(case when not regexp_matches("x", 'a') then 1 else 0 end), 0) as "v0",
+  coalesce(sum(case when not regexp_contains("x", 'a') then 1 else 0 end), 0) as "v0",
   count(*) as "v1"

-- dialect: databricks, trino
@@ 10 @@
   count(*) as "whq_rows",
-  coalesce(sum(case when not regexp_matches("x", 'a') then 1 else 0 end), 0) as "v0",
+  coalesce(sum(case when not regexp_like("x", 'a') then 1 else 0 end), 0) as "v0",
   count(*) as "v1"

-- dialect: spark
@@ 10 @@
   count(*) as "whq_rows",
-  coalesce(sum(case when not regexp_matches("x", 'a') then 1 else 0 end), 0) as "v0",
+  coalesce(sum(case when not "x" rlike 'a' then 1 else 0 end), 0) as "v0",
   count(*) as "v1"

-- dialect: clickhouse
@@ 10 @@
   count(*) as "whq_rows",
-  coalesce(sum(case when not regexp_matches("x", 'a') then 1 else 0 end), 0) as "v0",
+  coalesce(sum(case when not match("x", 'a') then 1 else 0 end), 0) as "v0",
   count(*) as "v1"
 from "dataset"
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
@@ 10 @@
   count(*) as "whq_rows",
-  coalesce(sum(case when not regexp_matches("x", 'a') then 1 else 0 end), 0) as "v0",
+  coalesce(sum(case when not regexp_like("x", 'a', 'c') then 1 else 0 end), 0) as "v0",
   count(*) as "v1"
