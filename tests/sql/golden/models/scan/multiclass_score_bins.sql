-- dialect: duckdb
with "dataset" as (
  select
    "label",
    case when abs("whq_source"."p c") <= cast(1.7976931348623157e308 as double) then "whq_source"."p c" end as "p c",
    case when abs("whq_source"."p_a") <= cast(1.7976931348623157e308 as double) then "whq_source"."p_a" end as "p_a",
    case when abs("whq_source"."p_b") <= cast(1.7976931348623157e308 as double) then "whq_source"."p_b" end as "p_b",
    "predicted",
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "labels" as (
  select
    "value",
    "class"
  from (values
    (cast('a' as text), cast(0 as bigint)),
    ('b', 1),
    ('c', 2)) as "whq_values"("value", "class")
), "predictions" as (
  select
    "value",
    "class"
  from (values
    (cast('a' as text), cast(0 as bigint)),
    ('b', 1),
    ('c', 2)) as "whq_values"("value", "class")
), "given" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("p_a" as double) as "score_0",
    cast("p_b" as double) as "score_1",
    cast("p c" as double) as "score_2",
    "predicted" as "prediction",
    "label" as "label"
  from "dataset"
  where
    "p_a" >= 0 and "p_a" <= 1 and "p_b" >= 0 and "p_b" <= 1 and "p c" >= 0 and "p c" <= 1
), "classed" as (
  select
    "given"."whq_segment",
    "given"."whq_period",
    "given"."whq_chunk",
    "given"."score_0",
    "given"."score_1",
    "given"."score_2",
    case when not "given"."prediction" is null then coalesce("predictions"."class", 3) end as "predicted",
    case when not "given"."label" is null then coalesce("labels"."class", 3) end as "truth"
  from "given"
  left join "labels"
    on "labels"."value" = "given"."label"
  left join "predictions"
    on "predictions"."value" = "given"."prediction"
), "each_class" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    0 as "class",
    "score_0" as "score",
    case when "predicted" = 0 then 1 when not "predicted" is null then 0 end as "predicted_class",
    case when "truth" = 0 then 1 when not "truth" is null then 0 end as "is_positive"
  from "classed"
  union all
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    1 as "class",
    "score_1" as "score",
    case when "predicted" = 1 then 1 when not "predicted" is null then 0 end as "predicted_class",
    case when "truth" = 1 then 1 when not "truth" is null then 0 end as "is_positive"
  from "classed"
  union all
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    2 as "class",
    "score_2" as "score",
    case when "predicted" = 2 then 1 when not "predicted" is null then 0 end as "predicted_class",
    case when "truth" = 2 then 1 when not "truth" is null then 0 end as "is_positive"
  from "classed"
), "placed" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "class",
    "score",
    "predicted_class",
    "is_positive",
    case
      when "score" <= cast(0.5 as double)
      then cast(floor(10 / 2 * sqrt(2 * "score")) as int)
      else 10 - cast(floor(10 / 2 * sqrt(2 * (
        1 - "score"
      ))) as int)
    end as "bin"
  from "each_class"
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  "class",
  "bin",
  "predicted_class",
  count(*) as "members",
  count("is_positive") as "labelled",
  coalesce(sum("is_positive"), 0) as "positives",
  sum("score") as "total"
from "placed"
group by
  "class",
  "bin",
  "predicted_class"

-- dialect: postgres
@@ 3 @@
     "label",
-    case when abs("whq_source"."p c") <= cast(1.7976931348623157e308 as double) then "whq_source"."p c" end as "p c",
-    case when abs("whq_source"."p_a") <= cast(1.7976931348623157e308 as double) then "whq_source"."p_a" end as "p_a",
-    case when abs("whq_source"."p_b") <= cast(1.7976931348623157e308 as double) then "whq_source"."p_b" end as "p_b",
+    case
+      when abs("whq_source"."p c") <= cast(1.7976931348623157e308 as double)
+      then "whq_source"."p c"
+    end as "p c",
+    case
+      when abs("whq_source"."p_a") <= cast(1.7976931348623157e308 as double)
+      then "whq_source"."p_a"
+    end as "p_a",
+    case
+      when abs("whq_source"."p_b") <= cast(1.7976931348623157e308 as double)
+      then "whq_source"."p_b"
+    end as "p_b",
     "predicted",
@@ 96 @@
       when "score" <= cast(0.5 as double)
-      then cast(floor(10 / 2 * sqrt(2 * "score")) as int)
-      else 10 - cast(floor(10 / 2 * sqrt(2 * (
+      then cast(floor(cast(10 as double) / 2 * sqrt(2 * "score")) as int)
+      else 10 - cast(floor(cast(10 as double) / 2 * sqrt(2 * (
         1 - "score"

-- dialect: snowflake
@@ 96 @@
       when "score" <= cast(0.5 as double)
-      then cast(floor(10 / 2 * sqrt(2 * "score")) as int)
-      else 10 - cast(floor(10 / 2 * sqrt(2 * (
+      then cast(floor(cast(10 as double) / 2 * sqrt(2 * "score")) as int)
+      else 10 - cast(floor(cast(10 as double) / 2 * sqrt(2 * (
         1 - "score"

-- dialect: bigquery
@@ 3 @@
     "label",
-    case when abs("whq_source"."p c") <= cast(1.7976931348623157e308 as double) then "whq_source"."p c" end as "p c",
-    case when abs("whq_source"."p_a") <= cast(1.7976931348623157e308 as double) then "whq_source"."p_a" end as "p_a",
-    case when abs("whq_source"."p_b") <= cast(1.7976931348623157e308 as double) then "whq_source"."p_b" end as "p_b",
+    case
+      when abs("whq_source"."p c") <= cast(1.7976931348623157e308 as double)
+      then "whq_source"."p c"
+    end as "p c",
+    case
+      when abs("whq_source"."p_a") <= cast(1.7976931348623157e308 as double)
+      then "whq_source"."p_a"
+    end as "p_a",
+    case
+      when abs("whq_source"."p_b") <= cast(1.7976931348623157e308 as double)
+      then "whq_source"."p_b"
+    end as "p_b",
     "predicted",
@@ 13 @@
   select
-    "value",
-    "class"
-  from (values
-    (cast('a' as text), cast(0 as bigint)),
-    ('b', 1),
-    ('c', 2)) as "whq_values"("value", "class")
+    cast('a' as text) as "value",
+    cast(0 as bigint) as "class"
+  union all
+  select
+    'b',
+    1
+  union all
+  select
+    'c',
+    2
 ), "predictions" as (
   select
-    "value",
-    "class"
-  from (values
-    (cast('a' as text), cast(0 as bigint)),
-    ('b', 1),
-    ('c', 2)) as "whq_values"("value", "class")
+    cast('a' as text) as "value",
+    cast(0 as bigint) as "class"
+  union all
+  select
+    'b',
+    1
+  union all
+  select
+    'c',
+    2
 ), "given" as (
@@ 96 @@
       when "score" <= cast(0.5 as double)
-      then cast(floor(10 / 2 * sqrt(2 * "score")) as int)
+      then cast(floor(10 / 2 * sqrt(2 * "score")) as bigint)
       else 10 - cast(floor(10 / 2 * sqrt(2 * (
         1 - "score"
-      ))) as int)
+      ))) as bigint)
     end as "bin"

-- dialect: databricks, spark
@@ 15 @@
     "class"
-  from (values
+  from values
     (cast('a' as text), cast(0 as bigint)),
     ('b', 1),
-    ('c', 2)) as "whq_values"("value", "class")
+    ('c', 2) as "whq_values"("value", "class")
 ), "predictions" as (
@@ 23 @@
     "class"
-  from (values
+  from values
     (cast('a' as text), cast(0 as bigint)),
     ('b', 1),
-    ('c', 2)) as "whq_values"("value", "class")
+    ('c', 2) as "whq_values"("value", "class")
 ), "given" as (

-- dialect: redshift
@@ 3 @@
     "label",
-    case when abs("whq_source"."p c") <= cast(1.7976931348623157e308 as double) then "whq_source"."p c" end as "p c",
-    case when abs("whq_source"."p_a") <= cast(1.7976931348623157e308 as double) then "whq_source"."p_a" end as "p_a",
-    case when abs("whq_source"."p_b") <= cast(1.7976931348623157e308 as double) then "whq_source"."p_b" end as "p_b",
+    case
+      when abs("whq_source"."p c") <= cast(1.7976931348623157e308 as double)
+      then "whq_source"."p c"
+    end as "p c",
+    case
+      when abs("whq_source"."p_a") <= cast(1.7976931348623157e308 as double)
+      then "whq_source"."p_a"
+    end as "p_a",
+    case
+      when abs("whq_source"."p_b") <= cast(1.7976931348623157e308 as double)
+      then "whq_source"."p_b"
+    end as "p_b",
     "predicted",
@@ 13 @@
   select
-    "value",
-    "class"
-  from (values
-    (cast('a' as text), cast(0 as bigint)),
-    ('b', 1),
-    ('c', 2)) as "whq_values"("value", "class")
+    cast('a' as text) as "value",
+    cast(0 as bigint) as "class"
+  union all
+  select
+    'b',
+    1
+  union all
+  select
+    'c',
+    2
 ), "predictions" as (
   select
-    "value",
-    "class"
-  from (values
-    (cast('a' as text), cast(0 as bigint)),
-    ('b', 1),
-    ('c', 2)) as "whq_values"("value", "class")
+    cast('a' as text) as "value",
+    cast(0 as bigint) as "class"
+  union all
+  select
+    'b',
+    1
+  union all
+  select
+    'c',
+    2
 ), "given" as (
@@ 96 @@
       when "score" <= cast(0.5 as double)
-      then cast(floor(10 / 2 * sqrt(2 * "score")) as int)
-      else 10 - cast(floor(10 / 2 * sqrt(2 * (
+      then cast(floor(cast(10 as double) / 2 * sqrt(2 * "score")) as integer)
+      else 10 - cast(floor(cast(10 as double) / 2 * sqrt(2 * (
         1 - "score"
-      ))) as int)
+      ))) as integer)
     end as "bin"

-- dialect: trino
@@ 96 @@
       when "score" <= cast(0.5 as double)
-      then cast(floor(10 / 2 * sqrt(2 * "score")) as int)
-      else 10 - cast(floor(10 / 2 * sqrt(2 * (
+      then cast(floor(cast(10 as double) / 2 * sqrt(2 * "score")) as integer)
+      else 10 - cast(floor(cast(10 as double) / 2 * sqrt(2 * (
         1 - "score"
-      ))) as int)
+      ))) as integer)
     end as "bin"

-- dialect: clickhouse
@@ 3 @@
     "label",
-    case when abs("whq_source"."p c") <= cast(1.7976931348623157e308 as double) then "whq_source"."p c" end as "p c",
-    case when abs("whq_source"."p_a") <= cast(1.7976931348623157e308 as double) then "whq_source"."p_a" end as "p_a",
-    case when abs("whq_source"."p_b") <= cast(1.7976931348623157e308 as double) then "whq_source"."p_b" end as "p_b",
+    case
+      when abs("whq_source"."p c") <= cast(1.7976931348623157e308 as double)
+      then "whq_source"."p c"
+    end as "p c",
+    case
+      when abs("whq_source"."p_a") <= cast(1.7976931348623157e308 as double)
+      then "whq_source"."p_a"
+    end as "p_a",
+    case
+      when abs("whq_source"."p_b") <= cast(1.7976931348623157e308 as double)
+      then "whq_source"."p_b"
+    end as "p_b",
     "predicted",
@@ 13 @@
   select
-    "value",
-    "class"
-  from (values
-    (cast('a' as text), cast(0 as bigint)),
-    ('b', 1),
-    ('c', 2)) as "whq_values"("value", "class")
+    cast('a' as text) as "value",
+    cast(0 as bigint) as "class"
+  union all
+  select
+    'b',
+    1
+  union all
+  select
+    'c',
+    2
 ), "predictions" as (
   select
-    "value",
-    "class"
-  from (values
-    (cast('a' as text), cast(0 as bigint)),
-    ('b', 1),
-    ('c', 2)) as "whq_values"("value", "class")
+    cast('a' as text) as "value",
+    cast(0 as bigint) as "class"
+  union all
+  select
+    'b',
+    1
+  union all
+  select
+    'c',
+    2
 ), "given" as (
@@ 42 @@
   select
-    "given"."whq_segment",
-    "given"."whq_period",
-    "given"."whq_chunk",
-    "given"."score_0",
-    "given"."score_1",
-    "given"."score_2",
-    case when not "given"."prediction" is null then coalesce("predictions"."class", 3) end as "predicted",
-    case when not "given"."label" is null then coalesce("labels"."class", 3) end as "truth"
+    "given"."whq_segment" as "whq_segment",
+    "given"."whq_period" as "whq_period",
+    "given"."whq_chunk" as "whq_chunk",
+    "given"."score_0" as "score_0",
+    "given"."score_1" as "score_1",
+    "given"."score_2" as "score_2",
+    case when not (
+      "given"."prediction" is null
+    ) then coalesce("predictions"."class", 3) end as "predicted",
+    case when not (
+      "given"."label" is null
+    ) then coalesce("labels"."class", 3) end as "truth"
   from "given"
@@ 62 @@
     "score_0" as "score",
-    case when "predicted" = 0 then 1 when not "predicted" is null then 0 end as "predicted_class",
-    case when "truth" = 0 then 1 when not "truth" is null then 0 end as "is_positive"
+    case when "predicted" = 0 then 1 when not (
+      "predicted" is null
+    ) then 0 end as "predicted_class",
+    case when "truth" = 0 then 1 when not (
+      "truth" is null
+    ) then 0 end as "is_positive"
   from "classed"
@@ 72 @@
     "score_1" as "score",
-    case when "predicted" = 1 then 1 when not "predicted" is null then 0 end as "predicted_class",
-    case when "truth" = 1 then 1 when not "truth" is null then 0 end as "is_positive"
+    case when "predicted" = 1 then 1 when not (
+      "predicted" is null
+    ) then 0 end as "predicted_class",
+    case when "truth" = 1 then 1 when not (
+      "truth" is null
+    ) then 0 end as "is_positive"
   from "classed"
@@ 82 @@
     "score_2" as "score",
-    case when "predicted" = 2 then 1 when not "predicted" is null then 0 end as "predicted_class",
-    case when "truth" = 2 then 1 when not "truth" is null then 0 end as "is_positive"
+    case when "predicted" = 2 then 1 when not (
+      "predicted" is null
+    ) then 0 end as "predicted_class",
+    case when "truth" = 2 then 1 when not (
+      "truth" is null
+    ) then 0 end as "is_positive"
   from "classed"
@@ 96 @@
       when "score" <= cast(0.5 as double)
-      then cast(floor(10 / 2 * sqrt(2 * "score")) as int)
+      then cast(floor(10 / 2 * sqrt(2 * "score")) as Nullable(Int32))
       else 10 - cast(floor(10 / 2 * sqrt(2 * (
         1 - "score"
-      ))) as int)
+      ))) as Nullable(Int32))
     end as "bin"
@@ 119 @@
   "predicted_class"
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
@@ 13 @@
   select
-    "value",
-    "class"
-  from (values
-    (cast('a' as text), cast(0 as bigint)),
-    ('b', 1),
-    ('c', 2)) as "whq_values"("value", "class")
+    cast('a' as text) as "value",
+    cast(0 as bigint) as "class"
+  union all
+  select
+    'b',
+    1
+  union all
+  select
+    'c',
+    2
 ), "predictions" as (
   select
-    "value",
-    "class"
-  from (values
-    (cast('a' as text), cast(0 as bigint)),
-    ('b', 1),
-    ('c', 2)) as "whq_values"("value", "class")
+    cast('a' as text) as "value",
+    cast(0 as bigint) as "class"
+  union all
+  select
+    'b',
+    1
+  union all
+  select
+    'c',
+    2
 ), "given" as (
@@ 96 @@
       when "score" <= cast(0.5 as double)
-      then cast(floor(10 / 2 * sqrt(2 * "score")) as int)
-      else 10 - cast(floor(10 / 2 * sqrt(2 * (
+      then cast(floor(cast(10 as double) / 2 * sqrt(2 * "score")) as bigint)
+      else 10 - cast(floor(cast(10 as double) / 2 * sqrt(2 * (
         1 - "score"
-      ))) as int)
+      ))) as bigint)
     end as "bin"
