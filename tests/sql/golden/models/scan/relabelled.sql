-- dialect: duckdb
with "dataset" as (
  select
    "class",
    "id",
    case
      when abs("whq_source"."score") <= cast(1.7976931348623157e308 as double)
      then "whq_source"."score"
    end as "score",
    "truth",
    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "given" as (
  select
    cast("score" as double) as "score",
    case when "class" = 1 then 1 when not "class" is null then 0 end as "predicted_class",
    case when "truth" = 1 then 1 else 0 end as "truth",
    (
      1 / (
        1 + exp(-(
          cast(1.0986122886681098 as double)
        ))
      )
    ) as "chance",
    (
      1 / (
        1 + exp(
          case
            when (
              case when "x" is null then cast(0.0 as double) else cast(1.0 as double) * "x" end
            ) > cast(700.0 as double)
            then -cast(700.0 as double)
            when (
              case when "x" is null then cast(0.0 as double) else cast(1.0 as double) * "x" end
            ) < -cast(700.0 as double)
            then cast(700.0 as double)
            else -(
              case when "x" is null then cast(0.0 as double) else cast(1.0 as double) * "x" end
            )
          end
        )
      )
    ) as "usual_chance"
  from "dataset"
  where
    "score" >= 0 and "score" <= 1 and not "truth" is null and (
      1 = 1
    )
), "placed" as (
  select
    case
      when "score" <= cast(0.5 as double)
      then cast(floor(10 / 2 * sqrt(2 * "score")) as int)
      else 10 - cast(floor(10 / 2 * sqrt(2 * (
        1 - "score"
      ))) as int)
    end as "bin",
    "predicted_class",
    "truth",
    "chance",
    abs("chance" - "usual_chance") as "moved",
    "score"
  from "given"
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as text) as "whq_chunk",
  "bin",
  "predicted_class",
  count(*) as "members",
  sum("truth") as "positives",
  sum("chance") as "expected",
  sum("moved") as "moved",
  sum("score") as "total"
from "placed"
group by
  "bin",
  "predicted_class"

-- dialect: postgres
@@ 9 @@
     "truth",
-    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
+    case
+      when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double)
+      then "whq_source"."x"
+    end as "x",
     cast(null as text) as "whq_segment",
@@ 20 @@
     (
-      1 / (
+      cast(1 as double) / (
         1 + exp(-(
@@ 27 @@
     (
-      1 / (
+      cast(1 as double) / (
         1 + exp(
@@ 54 @@
       when "score" <= cast(0.5 as double)
-      then cast(floor(10 / 2 * sqrt(2 * "score")) as int)
-      else 10 - cast(floor(10 / 2 * sqrt(2 * (
+      then cast(floor(cast(10 as double) / 2 * sqrt(2 * "score")) as int)
+      else 10 - cast(floor(cast(10 as double) / 2 * sqrt(2 * (
         1 - "score"
@@ 67 @@
 select
-  cast(null as text) as "whq_segment",
-  cast(null as text) as "whq_period",
-  cast(null as text) as "whq_chunk",
+  cast(null as own text) as "whq_segment",
+  cast(null as own text) as "whq_period",
+  cast(null as own text) as "whq_chunk",
   "bin",

-- dialect: snowflake
@@ 20 @@
     (
-      1 / (
+      cast(1 as double) / (
         1 + exp(-(
@@ 27 @@
     (
-      1 / (
+      cast(1 as double) / (
         1 + exp(
@@ 54 @@
       when "score" <= cast(0.5 as double)
-      then cast(floor(10 / 2 * sqrt(2 * "score")) as int)
-      else 10 - cast(floor(10 / 2 * sqrt(2 * (
+      then cast(floor(cast(10 as double) / 2 * sqrt(2 * "score")) as int)
+      else 10 - cast(floor(cast(10 as double) / 2 * sqrt(2 * (
         1 - "score"

-- dialect: bigquery
@@ 54 @@
       when "score" <= cast(0.5 as double)
-      then cast(floor(10 / 2 * sqrt(2 * "score")) as int)
+      then cast(floor(10 / 2 * sqrt(2 * "score")) as bigint)
       else 10 - cast(floor(10 / 2 * sqrt(2 * (
         1 - "score"
-      ))) as int)
+      ))) as bigint)
     end as "bin",

-- dialect: databricks, spark
-- as duckdb

-- dialect: redshift
@@ 9 @@
     "truth",
-    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
+    case
+      when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double)
+      then "whq_source"."x"
+    end as "x",
     cast(null as text) as "whq_segment",
@@ 20 @@
     (
-      1 / (
+      cast(1 as double) / (
         1 + exp(-(
@@ 27 @@
     (
-      1 / (
+      cast(1 as double) / (
         1 + exp(
@@ 54 @@
       when "score" <= cast(0.5 as double)
-      then cast(floor(10 / 2 * sqrt(2 * "score")) as int)
-      else 10 - cast(floor(10 / 2 * sqrt(2 * (
+      then cast(floor(cast(10 as double) / 2 * sqrt(2 * "score")) as integer)
+      else 10 - cast(floor(cast(10 as double) / 2 * sqrt(2 * (
         1 - "score"
-      ))) as int)
+      ))) as integer)
     end as "bin",
@@ 67 @@
 select
-  cast(null as text) as "whq_segment",
-  cast(null as text) as "whq_period",
-  cast(null as text) as "whq_chunk",
+  cast(null as varchar(max)) as "whq_segment",
+  cast(null as varchar(max)) as "whq_period",
+  cast(null as varchar(max)) as "whq_chunk",
   "bin",

-- dialect: trino
@@ 20 @@
     (
-      1 / (
+      cast(1 as double) / (
         1 + exp(-(
@@ 27 @@
     (
-      1 / (
+      cast(1 as double) / (
         1 + exp(
@@ 54 @@
       when "score" <= cast(0.5 as double)
-      then cast(floor(10 / 2 * sqrt(2 * "score")) as int)
-      else 10 - cast(floor(10 / 2 * sqrt(2 * (
+      then cast(floor(cast(10 as double) / 2 * sqrt(2 * "score")) as integer)
+      else 10 - cast(floor(cast(10 as double) / 2 * sqrt(2 * (
         1 - "score"
-      ))) as int)
+      ))) as integer)
     end as "bin",

-- dialect: clickhouse
@@ 9 @@
     "truth",
-    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
+    case
+      when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double)
+      then "whq_source"."x"
+    end as "x",
     cast(null as text) as "whq_segment",
@@ 17 @@
     cast("score" as double) as "score",
-    case when "class" = 1 then 1 when not "class" is null then 0 end as "predicted_class",
+    case when "class" = 1 then 1 when not (
+      "class" is null
+    ) then 0 end as "predicted_class",
     case when "truth" = 1 then 1 else 0 end as "truth",
@@ 47 @@
   where
-    "score" >= 0 and "score" <= 1 and not "truth" is null and (
+    "score" >= 0 and "score" <= 1 and not (
+      "truth" is null
+    ) and (
       1 = 1
@@ 54 @@
       when "score" <= cast(0.5 as double)
-      then cast(floor(10 / 2 * sqrt(2 * "score")) as int)
+      then cast(floor(10 / 2 * sqrt(2 * "score")) as Nullable(Int32))
       else 10 - cast(floor(10 / 2 * sqrt(2 * (
         1 - "score"
-      ))) as int)
+      ))) as Nullable(Int32))
     end as "bin",
@@ 81 @@
   "predicted_class"
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
@@ 20 @@
     (
-      1 / (
+      cast(1 as double) / (
         1 + exp(-(
@@ 27 @@
     (
-      1 / (
+      cast(1 as double) / (
         1 + exp(
@@ 54 @@
       when "score" <= cast(0.5 as double)
-      then cast(floor(10 / 2 * sqrt(2 * "score")) as int)
-      else 10 - cast(floor(10 / 2 * sqrt(2 * (
+      then cast(floor(cast(10 as double) / 2 * sqrt(2 * "score")) as bigint)
+      else 10 - cast(floor(cast(10 as double) / 2 * sqrt(2 * (
         1 - "score"
-      ))) as int)
+      ))) as bigint)
     end as "bin",
