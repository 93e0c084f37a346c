-- dialect: duckdb
with "dataset" as (
  select
    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x"
  from "main"."fixture" as "whq_source"
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "whq_rows",
  quantile_cont(cast("x" as double), 0.5) as "v0"
from "dataset"

-- dialect: postgres, redshift
@@ 2 @@
   select
-    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x"
+    case
+      when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double)
+      then "whq_source"."x"
+    end as "x"
   from "main"."fixture" as "whq_source"
@@ 10 @@
   count(*) as "whq_rows",
-  quantile_cont(cast("x" as double), 0.5) as "v0"
+  percentile_cont(0.5) within group (order by
+    cast("x" as double)) as "v0"
 from "dataset"

-- dialect: snowflake
@@ 10 @@
   count(*) as "whq_rows",
-  quantile_cont(cast("x" as double), 0.5) as "v0"
+  percentile_cont(0.5) within group (order by
+    cast("x" as double)) as "v0"
 from "dataset"

-- dialect: bigquery
@@ 10 @@
   count(*) as "whq_rows",
-  quantile_cont(cast("x" as double), 0.5) as "v0"
+  (
+    array_agg(cast("x" as double) ignore nulls order by cast("x" as double))[safe_offset(cast(floor(0.5 * (
+      count(cast("x" as double)) - 1
+    )) as bigint))] + (
+      array_agg(cast("x" as double) ignore nulls order by cast("x" as double))[safe_offset(cast(ceil(0.5 * (
+        count(cast("x" as double)) - 1
+      )) as bigint))] - array_agg(cast("x" as double) ignore nulls order by cast("x" as double))[safe_offset(cast(floor(0.5 * (
+        count(cast("x" as double)) - 1
+      )) as bigint))]
+    ) * (
+      0.5 * (
+        count(cast("x" as double)) - 1
+      ) - floor(0.5 * (
+        count(cast("x" as double)) - 1
+      ))
+    )
+  ) as "v0"
 from "dataset"

-- dialect: databricks, spark
@@ 10 @@
   count(*) as "whq_rows",
-  quantile_cont(cast("x" as double), 0.5) as "v0"
+  percentile(cast("x" as double), 0.5) as "v0"
 from "dataset"

-- dialect: trino
-- unsupported: trino cannot express percentile_cont: there is only approx_percentile; instead: a query with row_number(), or quantiles of the histogram

-- dialect: clickhouse
@@ 2 @@
   select
-    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x"
+    case
+      when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double)
+      then "whq_source"."x"
+    end as "x"
   from "main"."fixture" as "whq_source"
@@ 10 @@
   count(*) as "whq_rows",
-  quantile_cont(cast("x" as double), 0.5) as "v0"
+  quantileExactInclusive(0.5)(cast("x" as double)) as "v0"
 from "dataset"
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
-- unsupported: mysql cannot express percentile_cont: there is no percentile; instead: a query with row_number(), or quantiles of the histogram
