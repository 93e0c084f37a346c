-- dialect: duckdb
with "dataset" as (
  select
    "id",
    case
      when abs("whq_source"."score") <= cast(1.7976931348623157e308 as double)
      then "whq_source"."score"
    end as "score",
    "truth",
    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
    cast(null as text) as "whq_segment",
    case when "at" < '2024-02-01' then 'reference' else 'analysis' end as "whq_period",
    coalesce(cast("at" as date) - cast(day(cast("at" as date)) - 1 as int), cast("at" as date)) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "labels" as (
  select
    "value",
    "class"
  from (values
    (cast(1 as bigint), cast(0 as bigint))) as "whq_values"("value", "class")
), "given" as (
  select
    "whq_period",
    cast("score" as double) as "score_0",
    "truth" as "label",
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
    ) as "chance"
  from "dataset"
  where
    (
      "whq_period" = 'reference' and (
        1 = 1
      )
    )
    or (
      "whq_period" = 'analysis' and "whq_chunk" = cast('2024-02-01 00:00:00' as timestamp)
    )
), "compared" as (
  select
    "given"."whq_period" as "period",
    "given"."score_0",
    case when not "given"."label" is null then coalesce("labels"."class", -1) end as "truth",
    cast(ceil("given"."chance" * 400) as int) - 1 as "place",
    "given"."chance" / (
      case
        when 1 - "given"."chance" < cast(0.05 as double)
        then cast(cast(0.05 as double) as double)
        else 1 - "given"."chance"
      end
    ) as "ratio"
  from "given"
  left join "labels"
    on "labels"."value" = "given"."label"
), "weighed" as (
  select
    "period",
    "score_0",
    "truth",
    "place",
    case
      when "ratio" <= cast(0.001 as double)
      then cast(cast(0.001 as double) as double)
      when "ratio" >= cast(50.0 as double)
      then cast(cast(50.0 as double) as double)
      else "ratio"
    end as "weight"
  from "compared"
), "placed" as (
  select
    0 as "part",
    case
      when "score_0" <= cast(0.5 as double)
      then cast(floor(10 / 2 * sqrt(2 * "score_0")) as int)
      else 10 - cast(floor(10 / 2 * sqrt(2 * (
        1 - "score_0"
      ))) as int)
    end as "bin",
    "weight",
    "score_0" as "score",
    case when "truth" = 0 then "weight" else cast(0 as double) end as "positive"
  from "weighed"
  where
    "period" = 'reference' and not "truth" is null and "score_0" >= 0 and "score_0" <= 1
  union all
  select
    case when "period" = 'reference' then -1 else -2 end as "part",
    "place" as "bin",
    "weight",
    cast(0 as double) as "score",
    cast(0 as double) as "positive"
  from "weighed"
)
select
  cast(null as text) as "whq_segment",
  'analysis' as "whq_period",
  cast('2024-02-01 00:00:00' as timestamp) as "whq_chunk",
  "part",
  "bin",
  count(*) as "members",
  sum("weight") as "weight",
  sum("weight" * "weight") as "squares",
  sum("positive") as "positives",
  sum("weight" * "score") as "total",
  max("weight") as "largest",
  sum(case when "weight" <= cast(cast(0.001 as double) as double) then 1 else 0 end) as "floored"
from "placed"
group by
  "part",
  "bin"

-- dialect: postgres
@@ 8 @@
     "truth",
-    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
+    case
+      when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double)
+      then "whq_source"."x"
+    end as "x",
     cast(null as text) as "whq_segment",
     case when "at" < '2024-02-01' then 'reference' else 'analysis' end as "whq_period",
-    coalesce(cast("at" as date) - cast(day(cast("at" as date)) - 1 as int), cast("at" as date)) as "whq_chunk"
+    date_trunc('MONTH', "at") as "whq_chunk"
   from "main"."fixture" as "whq_source"
@@ 25 @@
     (
-      1 / (
+      cast(1 as double) / (
         1 + exp(
@@ 59 @@
     cast(ceil("given"."chance" * 400) as int) - 1 as "place",
-    "given"."chance" / (
+    cast("given"."chance" as double) / (
       case
@@ 88 @@
       when "score_0" <= cast(0.5 as double)
-      then cast(floor(10 / 2 * sqrt(2 * "score_0")) as int)
-      else 10 - cast(floor(10 / 2 * sqrt(2 * (
+      then cast(floor(cast(10 as double) / 2 * sqrt(2 * "score_0")) as int)
+      else 10 - cast(floor(cast(10 as double) / 2 * sqrt(2 * (
         1 - "score_0"
@@ 109 @@
 select
-  cast(null as text) as "whq_segment",
+  cast(null as own text) as "whq_segment",
   'analysis' as "whq_period",

-- dialect: snowflake
@@ 11 @@
     case when "at" < '2024-02-01' then 'reference' else 'analysis' end as "whq_period",
-    coalesce(cast("at" as date) - cast(day(cast("at" as date)) - 1 as int), cast("at" as date)) as "whq_chunk"
+    date_trunc('MONTH', "at") as "whq_chunk"
   from "main"."fixture" as "whq_source"
@@ 25 @@
     (
-      1 / (
+      cast(1 as double) / (
         1 + exp(
@@ 51 @@
     or (
-      "whq_period" = 'analysis' and "whq_chunk" = cast('2024-02-01 00:00:00' as timestamp)
+      "whq_period" = 'analysis' and "whq_chunk" = cast('2024-02-01 00:00:00' as timestampntz)
     )
@@ 59 @@
     cast(ceil("given"."chance" * 400) as int) - 1 as "place",
-    "given"."chance" / (
+    cast("given"."chance" as double) / (
       case
@@ 88 @@
       when "score_0" <= cast(0.5 as double)
-      then cast(floor(10 / 2 * sqrt(2 * "score_0")) as int)
-      else 10 - cast(floor(10 / 2 * sqrt(2 * (
+      then cast(floor(cast(10 as double) / 2 * sqrt(2 * "score_0")) as int)
+      else 10 - cast(floor(cast(10 as double) / 2 * sqrt(2 * (
         1 - "score_0"
@@ 111 @@
   'analysis' as "whq_period",
-  cast('2024-02-01 00:00:00' as timestamp) as "whq_chunk",
+  cast('2024-02-01 00:00:00' as timestampntz) as "whq_chunk",
   "part",

-- dialect: bigquery
@@ 11 @@
     case when "at" < '2024-02-01' then 'reference' else 'analysis' end as "whq_period",
-    coalesce(cast("at" as date) - cast(day(cast("at" as date)) - 1 as int), cast("at" as date)) as "whq_chunk"
+    datetime_trunc(cast("at" as timestamp), month) as "whq_chunk"
   from "main"."fixture" as "whq_source"
@@ 15 @@
   select
-    "value",
-    "class"
-  from (values
-    (cast(1 as bigint), cast(0 as bigint))) as "whq_values"("value", "class")
+    cast(1 as bigint) as "value",
+    cast(0 as bigint) as "class"
 ), "given" as (
@@ 58 @@
     case when not "given"."label" is null then coalesce("labels"."class", -1) end as "truth",
-    cast(ceil("given"."chance" * 400) as int) - 1 as "place",
+    cast(ceil("given"."chance" * 400) as bigint) - 1 as "place",
     "given"."chance" / (
@@ 88 @@
       when "score_0" <= cast(0.5 as double)
-      then cast(floor(10 / 2 * sqrt(2 * "score_0")) as int)
+      then cast(floor(10 / 2 * sqrt(2 * "score_0")) as bigint)
       else 10 - cast(floor(10 / 2 * sqrt(2 * (
         1 - "score_0"
-      ))) as int)
+      ))) as bigint)
     end as "bin",

-- dialect: databricks, spark
@@ 11 @@
     case when "at" < '2024-02-01' then 'reference' else 'analysis' end as "whq_period",
-    coalesce(cast("at" as date) - cast(day(cast("at" as date)) - 1 as int), cast("at" as date)) as "whq_chunk"
+    date_trunc('MONTH', "at") as "whq_chunk"
   from "main"."fixture" as "whq_source"
@@ 17 @@
     "class"
-  from (values
-    (cast(1 as bigint), cast(0 as bigint))) as "whq_values"("value", "class")
+  from values
+    (cast(1 as bigint), cast(0 as bigint)) as "whq_values"("value", "class")
 ), "given" as (

-- dialect: redshift
@@ 8 @@
     "truth",
-    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
+    case
+      when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double)
+      then "whq_source"."x"
+    end as "x",
     cast(null as text) as "whq_segment",
     case when "at" < '2024-02-01' then 'reference' else 'analysis' end as "whq_period",
-    coalesce(cast("at" as date) - cast(day(cast("at" as date)) - 1 as int), cast("at" as date)) as "whq_chunk"
+    date_trunc('MONTH', "at") as "whq_chunk"
   from "main"."fixture" as "whq_source"
@@ 15 @@
   select
-    "value",
-    "class"
-  from (values
-    (cast(1 as bigint), cast(0 as bigint))) as "whq_values"("value", "class")
+    cast(1 as bigint) as "value",
+    cast(0 as bigint) as "class"
 ), "given" as (
@@ 25 @@
     (
-      1 / (
+      cast(1 as double) / (
         1 + exp(
@@ 58 @@
     case when not "given"."label" is null then coalesce("labels"."class", -1) end as "truth",
-    cast(ceil("given"."chance" * 400) as int) - 1 as "place",
-    "given"."chance" / (
+    cast(ceil("given"."chance" * 400) as integer) - 1 as "place",
+    cast("given"."chance" as double) / (
       case
@@ 88 @@
       when "score_0" <= cast(0.5 as double)
-      then cast(floor(10 / 2 * sqrt(2 * "score_0")) as int)
-      else 10 - cast(floor(10 / 2 * sqrt(2 * (
+      then cast(floor(cast(10 as double) / 2 * sqrt(2 * "score_0")) as integer)
+      else 10 - cast(floor(cast(10 as double) / 2 * sqrt(2 * (
         1 - "score_0"
-      ))) as int)
+      ))) as integer)
     end as "bin",
@@ 109 @@
 select
-  cast(null as text) as "whq_segment",
+  cast(null as varchar(max)) as "whq_segment",
   'analysis' as "whq_period",

-- dialect: trino
@@ 11 @@
     case when "at" < '2024-02-01' then 'reference' else 'analysis' end as "whq_period",
-    coalesce(cast("at" as date) - cast(day(cast("at" as date)) - 1 as int), cast("at" as date)) as "whq_chunk"
+    date_trunc('MONTH', "at") as "whq_chunk"
   from "main"."fixture" as "whq_source"
@@ 25 @@
     (
-      1 / (
+      cast(1 as double) / (
         1 + exp(
@@ 51 @@
     or (
-      "whq_period" = 'analysis' and "whq_chunk" = cast('2024-02-01 00:00:00' as timestamp)
+      "whq_period" = 'analysis' and "whq_chunk" = cast('2024-02-01 00:00:00' as timestamp(6))
     )
@@ 58 @@
     case when not "given"."label" is null then coalesce("labels"."class", -1) end as "truth",
-    cast(ceil("given"."chance" * 400) as int) - 1 as "place",
-    "given"."chance" / (
+    cast(ceil("given"."chance" * 400) as integer) - 1 as "place",
+    cast("given"."chance" as double) / (
       case
@@ 88 @@
       when "score_0" <= cast(0.5 as double)
-      then cast(floor(10 / 2 * sqrt(2 * "score_0")) as int)
-      else 10 - cast(floor(10 / 2 * sqrt(2 * (
+      then cast(floor(cast(10 as double) / 2 * sqrt(2 * "score_0")) as integer)
+      else 10 - cast(floor(cast(10 as double) / 2 * sqrt(2 * (
         1 - "score_0"
-      ))) as int)
+      ))) as integer)
     end as "bin",
@@ 111 @@
   'analysis' as "whq_period",
-  cast('2024-02-01 00:00:00' as timestamp) as "whq_chunk",
+  cast('2024-02-01 00:00:00' as timestamp(6)) as "whq_chunk",
   "part",

-- dialect: clickhouse
@@ 8 @@
     "truth",
-    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
+    case
+      when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double)
+      then "whq_source"."x"
+    end as "x",
     cast(null as text) as "whq_segment",
     case when "at" < '2024-02-01' then 'reference' else 'analysis' end as "whq_period",
-    coalesce(cast("at" as date) - cast(day(cast("at" as date)) - 1 as int), cast("at" as date)) as "whq_chunk"
+    cast(dateTrunc('MONTH', "at") as timestamp) as "whq_chunk"
   from "main"."fixture" as "whq_source"
@@ 15 @@
   select
-    "value",
-    "class"
-  from (values
-    (cast(1 as bigint), cast(0 as bigint))) as "whq_values"("value", "class")
+    cast(1 as bigint) as "value",
+    cast(0 as bigint) as "class"
 ), "given" as (
@@ 51 @@
     or (
-      "whq_period" = 'analysis' and "whq_chunk" = cast('2024-02-01 00:00:00' as timestamp)
+      "whq_period" = 'analysis'
+      and "whq_chunk" = cast('2024-02-01 00:00:00' as timestamp)
     )
@@ 56 @@
     "given"."whq_period" as "period",
-    "given"."score_0",
-    case when not "given"."label" is null then coalesce("labels"."class", -1) end as "truth",
-    cast(ceil("given"."chance" * 400) as int) - 1 as "place",
+    "given"."score_0" as "score_0",
+    case when not (
+      "given"."label" is null
+    ) then coalesce("labels"."class", -1) end as "truth",
+    cast(ceil("given"."chance" * 400) as Nullable(Int32)) - 1 as "place",
     "given"."chance" / (
@@ 88 @@
       when "score_0" <= cast(0.5 as double)
-      then cast(floor(10 / 2 * sqrt(2 * "score_0")) as int)
+      then cast(floor(10 / 2 * sqrt(2 * "score_0")) as Nullable(Int32))
       else 10 - cast(floor(10 / 2 * sqrt(2 * (
         1 - "score_0"
-      ))) as int)
+      ))) as Nullable(Int32))
     end as "bin",
@@ 98 @@
   where
-    "period" = 'reference' and not "truth" is null and "score_0" >= 0 and "score_0" <= 1
+    "period" = 'reference' and not (
+      "truth" is null
+    ) and "score_0" >= 0 and "score_0" <= 1
   union all
@@ 125 @@
   "bin"
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
@@ 11 @@
     case when "at" < '2024-02-01' then 'reference' else 'analysis' end as "whq_period",
-    coalesce(cast("at" as date) - cast(day(cast("at" as date)) - 1 as int), cast("at" as date)) as "whq_chunk"
+    cast(date_format("at", '%Y-%m-01 00:00:00') as datetime) as "whq_chunk"
   from "main"."fixture" as "whq_source"
@@ 15 @@
   select
-    "value",
-    "class"
-  from (values
-    (cast(1 as bigint), cast(0 as bigint))) as "whq_values"("value", "class")
+    cast(1 as bigint) as "value",
+    cast(0 as bigint) as "class"
 ), "given" as (
@@ 25 @@
     (
-      1 / (
+      cast(1 as double) / (
         1 + exp(
@@ 58 @@
     case when not "given"."label" is null then coalesce("labels"."class", -1) end as "truth",
-    cast(ceil("given"."chance" * 400) as int) - 1 as "place",
-    "given"."chance" / (
+    cast(ceil("given"."chance" * 400) as bigint) - 1 as "place",
+    cast("given"."chance" as double) / (
       case
@@ 88 @@
       when "score_0" <= cast(0.5 as double)
-      then cast(floor(10 / 2 * sqrt(2 * "score_0")) as int)
-      else 10 - cast(floor(10 / 2 * sqrt(2 * (
+      then cast(floor(cast(10 as double) / 2 * sqrt(2 * "score_0")) as bigint)
+      else 10 - cast(floor(cast(10 as double) / 2 * sqrt(2 * (
         1 - "score_0"
-      ))) as int)
+      ))) as bigint)
     end as "bin",
