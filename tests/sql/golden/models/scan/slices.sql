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
), "sizes" as (
  select
    "first_place",
    "first_code",
    "second_place",
    "second_code",
    sum("members") as "members"
  from "placed"
  group by
    "first_place",
    "first_code",
    "second_place",
    "second_code"
)
select
  "placed"."whq_segment",
  "placed"."whq_period",
  "placed"."whq_chunk",
  "placed"."first_place",
  "placed"."first_code",
  "placed"."second_place",
  "placed"."second_code",
  "placed"."members",
  "placed"."labelled",
  "placed"."total",
  "placed"."squares"
from "placed"
join "sizes"
  on "placed"."first_place" is not distinct from "sizes"."first_place"
  and "placed"."first_code" = "sizes"."first_code"
  and "placed"."second_place" is not distinct from "sizes"."second_place"
  and "placed"."second_code" = "sizes"."second_code"
where
  "sizes"."members" >= 1 or "placed"."first_place" is null

-- dialect: postgres, snowflake, bigquery, databricks, spark
-- as duckdb

-- dialect: redshift
@@ 107 @@
 join "sizes"
-  on "placed"."first_place" is not distinct from "sizes"."first_place"
+  on coalesce(
+    (
+      "placed"."first_place" = "sizes"."first_place"
+    )
+    or (
+      "placed"."first_place" is null and "sizes"."first_place" is null
+    ),
+    false
+  )
   and "placed"."first_code" = "sizes"."first_code"
-  and "placed"."second_place" is not distinct from "sizes"."second_place"
+  and coalesce(
+    (
+      "placed"."second_place" = "sizes"."second_place"
+    )
+    or (
+      "placed"."second_place" is null and "sizes"."second_place" is null
+    ),
+    false
+  )
   and "placed"."second_code" = "sizes"."second_code"

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
@@ 94 @@
 select
-  "placed"."whq_segment",
-  "placed"."whq_period",
-  "placed"."whq_chunk",
-  "placed"."first_place",
-  "placed"."first_code",
-  "placed"."second_place",
-  "placed"."second_code",
-  "placed"."members",
-  "placed"."labelled",
-  "placed"."total",
-  "placed"."squares"
+  "placed"."whq_segment" as "whq_segment",
+  "placed"."whq_period" as "whq_period",
+  "placed"."whq_chunk" as "whq_chunk",
+  "placed"."first_place" as "first_place",
+  "placed"."first_code" as "first_code",
+  "placed"."second_place" as "second_place",
+  "placed"."second_code" as "second_code",
+  "placed"."members" as "members",
+  "placed"."labelled" as "labelled",
+  "placed"."total" as "total",
+  "placed"."squares" as "squares"
 from "placed"
@@ 113 @@
   "sizes"."members" >= 1 or "placed"."first_place" is null
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
-- unsupported: mysql cannot express grouping_sets: there are no grouping sets; instead: UNION ALL of GROUP BYs
