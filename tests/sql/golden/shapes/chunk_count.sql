-- dialect: duckdb
with "dataset" as (
  select
    case
      when abs("whq_source"."amount") <= cast(1.7976931348623157e308 as double)
      then "whq_source"."amount"
    end as "amount",
    "at",
    case
      when not "at" is null
      then cast(ntile(4) over (partition by case when "at" is null then 1 else 0 end order by "at", "id") - 1 as bigint)
    end as "whq_chunk"
  from "main"."fixture" as "whq_source"
)
select
  cast(null as text) as "whq_segment",
  'analysis' as "whq_period",
  "whq_chunk",
  count(*) as "whq_rows",
  min("at") as "whq_start",
  max("at") as "whq_end",
  avg(cast("amount" as double)) as "v0"
from "dataset"
group by
  "whq_chunk"

-- dialect: postgres
@@ 20 @@
   max("at") as "whq_end",
-  avg(cast("amount" as double)) as "v0"
+  (
+    sum(cast("amount" as double)) / nullif(count(cast("amount" as double)), 0)
+  ) as "v0"
 from "dataset"

-- dialect: snowflake, redshift, trino
-- as duckdb

-- dialect: bigquery, databricks, spark
@@ 9 @@
       when not "at" is null
-      then cast(ntile(4) over (partition by case when "at" is null then 1 else 0 end order by "at", "id") - 1 as bigint)
+      then cast(ntile(4) over (partition by case when "at" is null then 1 else 0 end order by "at" nulls last, "id" nulls last) - 1 as bigint)
     end as "whq_chunk"

-- dialect: clickhouse
@@ 8 @@
     case
-      when not "at" is null
+      when not (
+        "at" is null
+      )
       then cast(ntile(4) over (partition by case when "at" is null then 1 else 0 end order by "at", "id") - 1 as bigint)
@@ 24 @@
   "whq_chunk"
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
@@ 9 @@
       when not "at" is null
-      then cast(ntile(4) over (partition by case when "at" is null then 1 else 0 end order by "at", "id") - 1 as bigint)
+      then cast(ntile(4) over (
+        partition by case when "at" is null then 1 else 0 end
+        order by case when "at" is null then 1 else 0 end, "at", case when "id" is null then 1 else 0 end, "id"
+      ) - 1 as bigint)
     end as "whq_chunk"
