-- dialect: duckdb
with "dataset" as (
  select
    case
      when abs("whq_source"."amount") <= cast(1.7976931348623157e308 as double)
      then "whq_source"."amount"
    end as "amount",
    "class",
    "region",
    "truth",
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "coded" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    (
      case when "region" is null then '-' else '=' || cast("region" as text) end
    ) as "code_0",
    (
      case
        when "amount" is null
        then '-'
        else cast(case
          when cast("amount" as double) <= cast(1.0 as double)
          then 0
          when cast("amount" as double) <= cast(5.0 as double)
          then 1
          when not cast("amount" as double) is null
          then 2
        end as text)
      end
    ) as "code_1",
    case
      when "class" is null or "truth" is null
      then null
      when (
        "class" = 1 and "truth" = 1
      ) or (
        "class" <> 1 and "truth" <> 1
      )
      then cast(1 as double)
      else cast(0 as double)
    end as "worth"
  from "dataset"
), "grouped" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    nullif("code_0", '') as "code_0",
    nullif("code_1", '') as "code_1",
    count(*) as "members",
    count("worth") as "labelled",
    sum("worth") as "total",
    sum("worth" * "worth") as "squares"
  from "coded"
  group by
    grouping sets (
      ("whq_segment", "whq_period", "whq_chunk"),
      ("whq_segment", "whq_period", "whq_chunk", "code_0"),
      ("whq_segment", "whq_period", "whq_chunk", "code_1")
    )
), "placed" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    case when not "code_0" is null then 0 when not "code_1" is null then 1 end as "first_place",
    coalesce("code_0", "code_1", '') as "first_code",
    case when not "code_1" is null then 1 when not "code_0" is null then 0 end as "second_place",
    coalesce("code_1", "code_0", '') as "second_code",
    "members",
    "labelled",
    "total",
    "squares"
  from "grouped"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  "first_place",
  "first_code",
  "second_place",
  "second_code",
  "members",
  "labelled",
  "total",
  "squares"
from "placed"
where
  "members" >= 1 or "first_place" is null

-- dialect: postgres, snowflake, bigquery, databricks, spark, redshift
-- as duckdb

-- dialect: trino
@@ 19 @@
     (
-      case when "region" is null then '-' else '=' || cast("region" as text) end
+      case
+        when "region" is null
+        then '-'
+        else concat(cast('=' as text), cast(cast("region" as text) as text))
+      end
     ) as "code_0",

-- dialect: clickhouse
@@ 30 @@
           then 1
-          when not cast("amount" as double) is null
+          when not (
+            cast("amount" as double) is null
+          )
           then 2
@@ 52 @@
     "whq_chunk",
-    nullif("code_0", '') as "code_0",
-    nullif("code_1", '') as "code_1",
+    nullIf("code_0", '') as "code_0",
+    nullIf("code_1", '') as "code_1",
     count(*) as "members",
@@ 70 @@
     "whq_chunk",
-    case when not "code_0" is null then 0 when not "code_1" is null then 1 end as "first_place",
+    case when not (
+      "code_0" is null
+    ) then 0 when not (
+      "code_1" is null
+    ) then 1 end as "first_place",
     coalesce("code_0", "code_1", '') as "first_code",
-    case when not "code_1" is null then 1 when not "code_0" is null then 0 end as "second_place",
+    case when not (
+      "code_1" is null
+    ) then 1 when not (
+      "code_0" is null
+    ) then 0 end as "second_place",
     coalesce("code_1", "code_0", '') as "second_code",
@@ 95 @@
   "members" >= 1 or "first_place" is null
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
-- unsupported: mysql cannot express grouping_sets: there are no grouping sets; instead: UNION ALL of GROUP BYs
