-- dialect: duckdb
with "dataset" as (
  select
    case
      when abs("whq_source"."guess") <= cast(1.7976931348623157e308 as double)
      then "whq_source"."guess"
    end as "guess",
    case
      when abs("whq_source"."truth") <= cast(1.7976931348623157e308 as double)
      then "whq_source"."truth"
    end as "truth",
    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "scored" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    case when abs(cast("guess" as double)) <= cast(1e40 as double) then cast("guess" as double) end as "guess",
    case when abs(cast("truth" as double)) <= cast(1e40 as double) then cast("truth" as double) end as "truth",
    (
      cast(-1.0 as double) + case when "x" is null then cast(0.0 as double) else cast(2.0 as double) * "x" end
    ) as "score"
  from "dataset"
), "estimates" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "truth",
    "guess",
    case
      when abs("guess" - "truth") > cast(1e-50 as double)
      then "guess" - "truth"
      when not "guess" is null and not "truth" is null
      then 0
    end as "error",
    case when not "guess" is null then case when "score" > 0 then "score" else 0 end end as "estimate"
  from "scored"
), "losses" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "estimate",
    abs("error") as "realized"
  from "estimates"
), "placed" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "estimate",
    "realized",
    case
      when "estimate" >= 1 * 256
      then 64
      when "estimate" > cast(1 as double) / 256
      then cast(floor(8 * ln("estimate" / cast(1 as double)) / ln(cast(2 as double))) as int)
      when not "estimate" is null
      then -65
    end as "bin"
  from "losses"
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  "bin",
  count(*) as "members",
  count("realized") as "labelled",
  sum("estimate") as "estimated",
  sum("realized") as "realized"
from "placed"
group by
  "bin"

-- dialect: postgres
@@ 10 @@
     end as "truth",
-    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
+    case
+      when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double)
+      then "whq_source"."x"
+    end as "x",
     cast(null as text) as "whq_segment",
@@ 20 @@
     "whq_chunk",
-    case when abs(cast("guess" as double)) <= cast(1e40 as double) then cast("guess" as double) end as "guess",
-    case when abs(cast("truth" as double)) <= cast(1e40 as double) then cast("truth" as double) end as "truth",
+    case
+      when abs(cast("guess" as double)) <= cast(1e40 as double)
+      then cast("guess" as double)
+    end as "guess",
+    case
+      when abs(cast("truth" as double)) <= cast(1e40 as double)
+      then cast("truth" as double)
+    end as "truth",
     (
@@ 60 @@
       when "estimate" > cast(1 as double) / 256
-      then cast(floor(8 * ln("estimate" / cast(1 as double)) / ln(cast(2 as double))) as int)
+      then cast(floor(
+        cast(8 * ln("estimate" / cast(1 as double)) as double) / ln(cast(2 as double))
+      ) as int)
       when not "estimate" is null

-- dialect: snowflake
@@ 60 @@
       when "estimate" > cast(1 as double) / 256
-      then cast(floor(8 * ln("estimate" / cast(1 as double)) / ln(cast(2 as double))) as int)
+      then cast(floor(cast(8 * ln(cast("estimate" as double) / cast(1 as double)) as double) / ln(cast(2 as double))) as int)
       when not "estimate" is null

-- dialect: bigquery
@@ 60 @@
       when "estimate" > cast(1 as double) / 256
-      then cast(floor(8 * ln("estimate" / cast(1 as double)) / ln(cast(2 as double))) as int)
+      then cast(floor(8 * ln("estimate" / cast(1 as double)) / ln(cast(2 as double))) as bigint)
       when not "estimate" is null

-- dialect: databricks, spark
-- as duckdb

-- dialect: redshift
@@ 10 @@
     end as "truth",
-    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
+    case
+      when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double)
+      then "whq_source"."x"
+    end as "x",
     cast(null as text) as "whq_segment",
@@ 20 @@
     "whq_chunk",
-    case when abs(cast("guess" as double)) <= cast(1e40 as double) then cast("guess" as double) end as "guess",
-    case when abs(cast("truth" as double)) <= cast(1e40 as double) then cast("truth" as double) end as "truth",
+    case
+      when abs(cast("guess" as double)) <= cast(1e40 as double)
+      then cast("guess" as double)
+    end as "guess",
+    case
+      when abs(cast("truth" as double)) <= cast(1e40 as double)
+      then cast("truth" as double)
+    end as "truth",
     (
@@ 60 @@
       when "estimate" > cast(1 as double) / 256
-      then cast(floor(8 * ln("estimate" / cast(1 as double)) / ln(cast(2 as double))) as int)
+      then cast(floor(
+        cast(8 * ln("estimate" / cast(1 as double)) as double) / ln(cast(2 as double))
+      ) as integer)
       when not "estimate" is null

-- dialect: trino
@@ 60 @@
       when "estimate" > cast(1 as double) / 256
-      then cast(floor(8 * ln("estimate" / cast(1 as double)) / ln(cast(2 as double))) as int)
+      then cast(floor(cast(8 * ln("estimate" / cast(1 as double)) as double) / ln(cast(2 as double))) as integer)
       when not "estimate" is null

-- dialect: clickhouse
@@ 10 @@
     end as "truth",
-    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
+    case
+      when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double)
+      then "whq_source"."x"
+    end as "x",
     cast(null as text) as "whq_segment",
@@ 20 @@
     "whq_chunk",
-    case when abs(cast("guess" as double)) <= cast(1e40 as double) then cast("guess" as double) end as "guess",
-    case when abs(cast("truth" as double)) <= cast(1e40 as double) then cast("truth" as double) end as "truth",
+    case
+      when abs(cast("guess" as double)) <= cast(1e40 as double)
+      then cast("guess" as double)
+    end as "guess",
+    case
+      when abs(cast("truth" as double)) <= cast(1e40 as double)
+      then cast("truth" as double)
+    end as "truth",
     (
@@ 36 @@
       then "guess" - "truth"
-      when not "guess" is null and not "truth" is null
+      when not (
+        "guess" is null
+      ) and not (
+        "truth" is null
+      )
       then 0
     end as "error",
-    case when not "guess" is null then case when "score" > 0 then "score" else 0 end end as "estimate"
+    case when not (
+      "guess" is null
+    ) then case when "score" > 0 then "score" else 0 end end as "estimate"
   from "scored"
@@ 60 @@
       when "estimate" > cast(1 as double) / 256
-      then cast(floor(8 * ln("estimate" / cast(1 as double)) / ln(cast(2 as double))) as int)
-      when not "estimate" is null
+      then cast(floor(8 * ln("estimate" / cast(1 as double)) / ln(cast(2 as double))) as Nullable(Int32))
+      when not (
+        "estimate" is null
+      )
       then -65
@@ 78 @@
   "bin"
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
@@ 60 @@
       when "estimate" > cast(1 as double) / 256
-      then cast(floor(8 * ln("estimate" / cast(1 as double)) / ln(cast(2 as double))) as int)
+      then cast(floor(cast(8 * ln(cast("estimate" as double) / cast(1 as double)) as double) / ln(cast(2 as double))) as bigint)
       when not "estimate" is null
