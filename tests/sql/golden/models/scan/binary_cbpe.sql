-- dialect: duckdb
with "dataset" as (
  select
    "class",
    case
      when abs("whq_source"."score") <= cast(1.7976931348623157e308 as double)
      then "whq_source"."score"
    end as "score",
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "knots" as (
  select
    "score",
    "probability"
  from (values
    (cast(0.0 as double), cast(0.1 as double)),
    (0.4e0, 0.1e0),
    (0.6e0, 0.9e0),
    (1.0e0, 0.9e0)) as "whq_values"("score", "probability")
), "ends" as (
  select
    "knots"."score" as "low",
    lead("knots"."score") over (order by "knots"."score") as "next_score",
    "knots"."probability" as "base",
    lead("knots"."probability") over (order by "knots"."score") as "next_probability"
  from "knots"
), "spans" as (
  select
    "low",
    coalesce("next_score", cast(2 as double)) as "high",
    "base",
    coalesce((
      "next_probability" - "base"
    ) / (
      "next_score" - "low"
    ), cast(0 as double)) as "slope"
  from "ends"
), "digits" as (
  select
    0 as "digit"
  union all
  select
    1
  union all
  select
    2
  union all
  select
    3
  union all
  select
    4
  union all
  select
    5
  union all
  select
    6
  union all
  select
    7
  union all
  select
    8
  union all
  select
    9
  union all
  select
    10
  union all
  select
    11
  union all
  select
    12
  union all
  select
    13
  union all
  select
    14
  union all
  select
    15
), "bins" as (
  select
    cast(256 * "hundreds"."digit" + 16 * "tens"."digit" + "ones"."digit" as int) as "bin"
  from "digits" as "hundreds"
  cross join "digits" as "tens"
  cross join "digits" as "ones"
  where
    "hundreds"."digit" < 4
), "binned_spans" as (
  select distinct
    "bins"."bin",
    "spans"."low",
    "spans"."high",
    "spans"."base",
    "spans"."slope"
  from "bins"
  join "spans"
    on "spans"."low" * 1024 <= "bins"."bin" + 1 and "spans"."high" * 1024 >= "bins"."bin"
), "given" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("score" as double) as "score",
    case when "class" = 1 then 1 when not "class" is null then 0 end as "predicted_class"
  from "dataset"
), "located" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "score",
    "predicted_class",
    case
      when "score" < cast(2.220446049250313e-16 as double)
      then cast(2.220446049250313e-16 as double)
      when "score" > cast(0.9999999999999998 as double)
      then cast(0.9999999999999998 as double)
      else "score"
    end as "inner_score",
    case
      when "score" >= 0 and "score" < 1
      then cast(floor("score" * 1024) as int)
      when "score" = 1
      then 1023
    end as "bin"
  from "given"
), "placed" as (
  select
    "located"."whq_segment",
    "located"."whq_period",
    "located"."whq_chunk",
    "located"."predicted_class",
    "located"."score",
    "located"."inner_score",
    case
      when "located"."bin" is null
      then null
      when "located"."score" < cast(0.3828125 as double)
      then floor(8 * sqrt(2 * "located"."score"))
      when "located"."score" <= cast(0.5 as double)
      then 7
      else 16 - floor(8 * sqrt(2 * (
        1 - "located"."score"
      )))
    end as "score_range",
    case
      when "binned_spans"."slope" = 0
      then "binned_spans"."low"
      when not "binned_spans"."low" is null
      then "located"."score"
    end as "place",
    "binned_spans"."base" + "binned_spans"."slope" * (
      case when "binned_spans"."slope" = 0 then 0 else "located"."score" - "binned_spans"."low" end
    ) as "probability",
    case when "binned_spans"."low" is null and not "located"."score" is null then 1 else 0 end as "is_outside"
  from "located"
  left join "binned_spans"
    on "binned_spans"."bin" = "located"."bin"
    and "located"."score" >= "binned_spans"."low"
    and "located"."score" < "binned_spans"."high"
), "outcomes" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "place",
    "predicted_class",
    "score_range",
    min("probability") as "probability",
    count(*) as "members",
    sum("is_outside") as "members_outside",
    sum("score") as "score_total",
    sum("probability" * power(1 - "score", 2) + (
      1 - "probability"
    ) * power("score", 2)) as "squares",
    -sum("probability" * ln("inner_score") + (
      1 - "probability"
    ) * ln(1 - "inner_score")) as "losses"
  from "placed"
  group by
    "place",
    "predicted_class",
    "score_range"
), "counts" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    sum("members") as "total",
    sum(case when not "place" is null then "members" else 0 end) as "scored",
    sum("members_outside") as "outside",
    sum(case when not "place" is null and not "predicted_class" is null then "members" else 0 end) as "predicted",
    coalesce(sum(case when "predicted_class" = 1 then "members" * "probability" end), 0) as "true_positive",
    coalesce(sum(case when "predicted_class" = 1 then "members" * (
      1 - "probability"
    ) end), 0) as "false_positive",
    coalesce(sum(case when "predicted_class" = 0 then "members" * "probability" end), 0) as "false_negative",
    coalesce(sum(case when "predicted_class" = 0 then "members" * (
      1 - "probability"
    ) end), 0) as "true_negative",
    sum("members" * "probability") as "positives",
    sum(case when not "place" is null then "score_total" end) as "score_total",
    sum("losses") as "losses",
    sum("squares") as "squares"
  from "outcomes"
  having
    count(*) > 0
), "range_gaps" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    abs(sum("score_total" - "members" * "probability")) as "gap"
  from "outcomes"
  where
    not "place" is null
  group by
    "score_range"
), "calibration" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    sum("gap") as "gaps"
  from "range_gaps"
  having
    count(*) > 0
), "weights" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "place",
    min("probability") as "probability",
    cast(sum("members") as double) as "weight"
  from "outcomes"
  where
    not "place" is null
  group by
    "place"
), "ranked" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "probability",
    "weight",
    sum("weight") over (order by "place" desc rows between unbounded preceding and current row) - "weight" as "weight_above",
    sum("weight" * "probability") over (order by "place" desc rows between unbounded preceding and current row) - "weight" * "probability" as "positives_above"
  from "weights"
), "shifted" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "probability",
    "weight",
    "weight_above",
    "positives_above",
    "weight_above" + "weight" as "weight_reached",
    "weight_above" + 8 as "near",
    "weight_above" + "weight" + 8 as "far"
  from "ranked"
), "weighed" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "probability",
    "weight",
    "weight_above",
    "positives_above",
    case
      when "weight" = 1
      then 1 / (
        "weight_above" + 1
      )
      else ln("far") + 1 / (
        2 * "far"
      ) - 1 / (
        12 * power("far", 2)
      ) + 1 / (
        120 * power("far", 4)
      ) - 1 / (
        252 * power("far", 6)
      ) + 1 / (
        240 * power("far", 8)
      ) - (
        ln("near") + 1 / (
          2 * "near"
        ) - 1 / (
          12 * power("near", 2)
        ) + 1 / (
          120 * power("near", 4)
        ) - 1 / (
          252 * power("near", 6)
        ) + 1 / (
          240 * power("near", 8)
        )
      ) + 1 / (
        "weight_above" + 1
      ) + 1 / (
        "weight_above" + 2
      ) + 1 / (
        "weight_above" + 3
      ) + 1 / (
        "weight_above" + 4
      ) + 1 / (
        "weight_above" + 5
      ) + 1 / (
        "weight_above" + 6
      ) + 1 / (
        "weight_above" + 7
      ) + 1 / (
        "weight_above" + 8
      ) - 1 / (
        "weight_reached" + 1
      ) - 1 / (
        "weight_reached" + 2
      ) - 1 / (
        "weight_reached" + 3
      ) - 1 / (
        "weight_reached" + 4
      ) - 1 / (
        "weight_reached" + 5
      ) - 1 / (
        "weight_reached" + 6
      ) - 1 / (
        "weight_reached" + 7
      ) - 1 / (
        "weight_reached" + 8
      )
    end as "harmonic_gap"
  from "shifted"
), "ranking" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    sum("weight" * (
      1 - "probability"
    ) * (
      "positives_above" + "weight" * "probability" / 2
    )) / nullif(sum("weight" * "probability") * sum("weight" * (
      1 - "probability"
    )), 0) as "roc_auc",
    sum(
      "probability" * (
        "weight" * "probability" + (
          "positives_above" - "probability" * "weight_above"
        ) * "harmonic_gap"
      )
    ) / nullif(sum("weight" * "probability"), 0) as "average_precision"
  from "weighed"
  having
    count(*) > 0
)
select
  "counts"."whq_segment",
  "counts"."whq_period",
  "counts"."whq_chunk",
  "counts"."total",
  "counts"."scored",
  "counts"."outside",
  "counts"."predicted",
  "counts"."true_positive",
  "counts"."false_positive",
  "counts"."false_negative",
  "counts"."true_negative",
  "ranking"."roc_auc",
  "ranking"."average_precision",
  "counts"."positives",
  "counts"."score_total",
  "counts"."losses",
  "counts"."squares",
  "calibration"."gaps",
  cast(null as double) as "cut",
  cast(null as double) as "cut_true_positive",
  cast(null as double) as "cut_false_positive"
from "counts"
left join "ranking"
  on "counts"."whq_segment" is not distinct from "ranking"."whq_segment"
  and "counts"."whq_period" is not distinct from "ranking"."whq_period"
  and "counts"."whq_chunk" is not distinct from "ranking"."whq_chunk"
left join "calibration"
  on "counts"."whq_segment" is not distinct from "calibration"."whq_segment"
  and "counts"."whq_period" is not distinct from "calibration"."whq_period"
  and "counts"."whq_chunk" is not distinct from "calibration"."whq_chunk"

-- dialect: postgres
@@ 32 @@
     "base",
-    coalesce((
-      "next_probability" - "base"
-    ) / (
-      "next_score" - "low"
-    ), cast(0 as double)) as "slope"
+    coalesce(
+      cast((
+        "next_probability" - "base"
+      ) as double) / (
+        "next_score" - "low"
+      ),
+      cast(0 as double)
+    ) as "slope"
   from "ends"
@@ 254 @@
     "weight",
-    sum("weight") over (order by "place" desc rows between unbounded preceding and current row) - "weight" as "weight_above",
-    sum("weight" * "probability") over (order by "place" desc rows between unbounded preceding and current row) - "weight" * "probability" as "positives_above"
+    sum("weight") over (order by "place" desc nulls last rows between unbounded preceding and current row) - "weight" as "weight_above",
+    sum("weight" * "probability") over (order by "place" desc nulls last rows between unbounded preceding and current row) - "weight" * "probability" as "positives_above"
   from "weights"
@@ 281 @@
       when "weight" = 1
-      then 1 / (
+      then cast(1 as double) / (
         "weight_above" + 1
       )
-      else ln("far") + 1 / (
+      else ln("far") + cast(1 as double) / (
         2 * "far"
-      ) - 1 / (
+      ) - cast(1 as double) / (
         12 * power("far", 2)
-      ) + 1 / (
+      ) + cast(1 as double) / (
         120 * power("far", 4)
-      ) - 1 / (
+      ) - cast(1 as double) / (
         252 * power("far", 6)
-      ) + 1 / (
+      ) + cast(1 as double) / (
         240 * power("far", 8)
       ) - (
-        ln("near") + 1 / (
+        ln("near") + cast(1 as double) / (
           2 * "near"
-        ) - 1 / (
+        ) - cast(1 as double) / (
           12 * power("near", 2)
-        ) + 1 / (
+        ) + cast(1 as double) / (
           120 * power("near", 4)
-        ) - 1 / (
+        ) - cast(1 as double) / (
           252 * power("near", 6)
-        ) + 1 / (
+        ) + cast(1 as double) / (
           240 * power("near", 8)
         )
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 1
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 2
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 3
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 4
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 5
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 6
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 7
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 8
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 1
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 2
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 3
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 4
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 5
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 6
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 7
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 8
@@ 346 @@
     cast(null as bigint) as "whq_chunk",
-    sum("weight" * (
-      1 - "probability"
-    ) * (
-      "positives_above" + "weight" * "probability" / 2
-    )) / nullif(sum("weight" * "probability") * sum("weight" * (
+    cast(sum(
+      "weight" * (
+        1 - "probability"
+      ) * (
+        "positives_above" + cast("weight" * "probability" as double) / 2
+      )
+    ) as double) / nullif(sum("weight" * "probability") * sum("weight" * (
       1 - "probability"
     )), 0) as "roc_auc",
-    sum(
+    cast(sum(
       "probability" * (
@@ 359 @@
       )
-    ) / nullif(sum("weight" * "probability"), 0) as "average_precision"
+    ) as double) / nullif(sum("weight" * "probability"), 0) as "average_precision"
   from "weighed"

-- dialect: snowflake
@@ 32 @@
     "base",
-    coalesce((
+    coalesce(cast((
       "next_probability" - "base"
-    ) / (
+    ) as double) / (
       "next_score" - "low"
@@ 254 @@
     "weight",
-    sum("weight") over (order by "place" desc rows between unbounded preceding and current row) - "weight" as "weight_above",
-    sum("weight" * "probability") over (order by "place" desc rows between unbounded preceding and current row) - "weight" * "probability" as "positives_above"
+    sum("weight") over (order by "place" desc nulls last rows between unbounded preceding and current row) - "weight" as "weight_above",
+    sum("weight" * "probability") over (order by "place" desc nulls last rows between unbounded preceding and current row) - "weight" * "probability" as "positives_above"
   from "weights"
@@ 281 @@
       when "weight" = 1
-      then 1 / (
+      then cast(1 as double) / (
         "weight_above" + 1
       )
-      else ln("far") + 1 / (
+      else ln("far") + cast(1 as double) / (
         2 * "far"
-      ) - 1 / (
+      ) - cast(1 as double) / (
         12 * power("far", 2)
-      ) + 1 / (
+      ) + cast(1 as double) / (
         120 * power("far", 4)
-      ) - 1 / (
+      ) - cast(1 as double) / (
         252 * power("far", 6)
-      ) + 1 / (
+      ) + cast(1 as double) / (
         240 * power("far", 8)
       ) - (
-        ln("near") + 1 / (
+        ln("near") + cast(1 as double) / (
           2 * "near"
-        ) - 1 / (
+        ) - cast(1 as double) / (
           12 * power("near", 2)
-        ) + 1 / (
+        ) + cast(1 as double) / (
           120 * power("near", 4)
-        ) - 1 / (
+        ) - cast(1 as double) / (
           252 * power("near", 6)
-        ) + 1 / (
+        ) + cast(1 as double) / (
           240 * power("near", 8)
         )
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 1
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 2
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 3
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 4
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 5
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 6
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 7
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 8
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 1
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 2
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 3
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 4
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 5
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 6
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 7
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 8
@@ 346 @@
     cast(null as bigint) as "whq_chunk",
-    sum("weight" * (
-      1 - "probability"
-    ) * (
-      "positives_above" + "weight" * "probability" / 2
-    )) / nullif(sum("weight" * "probability") * sum("weight" * (
+    cast(sum(
+      "weight" * (
+        1 - "probability"
+      ) * (
+        "positives_above" + cast("weight" * "probability" as double) / 2
+      )
+    ) as double) / nullif(sum("weight" * "probability") * sum("weight" * (
       1 - "probability"
     )), 0) as "roc_auc",
-    sum(
+    cast(sum(
       "probability" * (
@@ 359 @@
       )
-    ) / nullif(sum("weight" * "probability"), 0) as "average_precision"
+    ) as double) / nullif(sum("weight" * "probability"), 0) as "average_precision"
   from "weighed"

-- dialect: bigquery
@@ 13 @@
   select
-    "score",
-    "probability"
-  from (values
-    (cast(0.0 as double), cast(0.1 as double)),
-    (0.4e0, 0.1e0),
-    (0.6e0, 0.9e0),
-    (1.0e0, 0.9e0)) as "whq_values"("score", "probability")
+    cast(0.0 as double) as "score",
+    cast(0.1 as double) as "probability"
+  union all
+  select
+    0.4e0,
+    0.1e0
+  union all
+  select
+    0.6e0,
+    0.9e0
+  union all
+  select
+    1.0e0,
+    0.9e0
 ), "ends" as (
@@ 23 @@
     "knots"."score" as "low",
-    lead("knots"."score") over (order by "knots"."score") as "next_score",
+    lead("knots"."score") over (order by "knots"."score" nulls last) as "next_score",
     "knots"."probability" as "base",
-    lead("knots"."probability") over (order by "knots"."score") as "next_probability"
+    lead("knots"."probability") over (order by "knots"."score" nulls last) as "next_probability"
   from "knots"
@@ 88 @@
   select
-    cast(256 * "hundreds"."digit" + 16 * "tens"."digit" + "ones"."digit" as int) as "bin"
+    cast(256 * "hundreds"."digit" + 16 * "tens"."digit" + "ones"."digit" as bigint) as "bin"
   from "digits" as "hundreds"
@@ 128 @@
       when "score" >= 0 and "score" < 1
-      then cast(floor("score" * 1024) as int)
+      then cast(floor("score" * 1024) as bigint)
       when "score" = 1
@@ 388 @@
 left join "ranking"
-  on "counts"."whq_segment" is not distinct from "ranking"."whq_segment"
-  and "counts"."whq_period" is not distinct from "ranking"."whq_period"
-  and "counts"."whq_chunk" is not distinct from "ranking"."whq_chunk"
+  on to_json_string("counts"."whq_segment") = to_json_string("ranking"."whq_segment")
+  and to_json_string("counts"."whq_period") = to_json_string("ranking"."whq_period")
+  and to_json_string("counts"."whq_chunk") = to_json_string("ranking"."whq_chunk")
 left join "calibration"
-  on "counts"."whq_segment" is not distinct from "calibration"."whq_segment"
-  and "counts"."whq_period" is not distinct from "calibration"."whq_period"
-  and "counts"."whq_chunk" is not distinct from "calibration"."whq_chunk"
+  on to_json_string("counts"."whq_segment") = to_json_string("calibration"."whq_segment")
+  and to_json_string("counts"."whq_period") = to_json_string("calibration"."whq_period")
+  and to_json_string("counts"."whq_chunk") = to_json_string("calibration"."whq_chunk")

-- dialect: databricks, spark
@@ 15 @@
     "probability"
-  from (values
+  from values
     (cast(0.0 as double), cast(0.1 as double)),
@@ 19 @@
     (0.6e0, 0.9e0),
-    (1.0e0, 0.9e0)) as "whq_values"("score", "probability")
+    (1.0e0, 0.9e0) as "whq_values"("score", "probability")
 ), "ends" as (
@@ 23 @@
     "knots"."score" as "low",
-    lead("knots"."score") over (order by "knots"."score") as "next_score",
+    lead("knots"."score") over (order by "knots"."score" nulls last) as "next_score",
     "knots"."probability" as "base",
-    lead("knots"."probability") over (order by "knots"."score") as "next_probability"
+    lead("knots"."probability") over (order by "knots"."score" nulls last) as "next_probability"
   from "knots"

-- dialect: redshift
@@ 13 @@
   select
-    "score",
-    "probability"
-  from (values
-    (cast(0.0 as double), cast(0.1 as double)),
-    (0.4e0, 0.1e0),
-    (0.6e0, 0.9e0),
-    (1.0e0, 0.9e0)) as "whq_values"("score", "probability")
+    cast(0.0 as double) as "score",
+    cast(0.1 as double) as "probability"
+  union all
+  select
+    0.4e0,
+    0.1e0
+  union all
+  select
+    0.6e0,
+    0.9e0
+  union all
+  select
+    1.0e0,
+    0.9e0
 ), "ends" as (
@@ 32 @@
     "base",
-    coalesce((
-      "next_probability" - "base"
-    ) / (
-      "next_score" - "low"
-    ), cast(0 as double)) as "slope"
+    coalesce(
+      cast((
+        "next_probability" - "base"
+      ) as double) / (
+        "next_score" - "low"
+      ),
+      cast(0 as double)
+    ) as "slope"
   from "ends"
@@ 88 @@
   select
-    cast(256 * "hundreds"."digit" + 16 * "tens"."digit" + "ones"."digit" as int) as "bin"
+    cast(256 * "hundreds"."digit" + 16 * "tens"."digit" + "ones"."digit" as integer) as "bin"
   from "digits" as "hundreds"
@@ 128 @@
       when "score" >= 0 and "score" < 1
-      then cast(floor("score" * 1024) as int)
+      then cast(floor("score" * 1024) as integer)
       when "score" = 1
@@ 254 @@
     "weight",
-    sum("weight") over (order by "place" desc rows between unbounded preceding and current row) - "weight" as "weight_above",
-    sum("weight" * "probability") over (order by "place" desc rows between unbounded preceding and current row) - "weight" * "probability" as "positives_above"
+    sum("weight") over (order by "place" desc nulls last rows between unbounded preceding and current row) - "weight" as "weight_above",
+    sum("weight" * "probability") over (order by "place" desc nulls last rows between unbounded preceding and current row) - "weight" * "probability" as "positives_above"
   from "weights"
@@ 281 @@
       when "weight" = 1
-      then 1 / (
+      then cast(1 as double) / (
         "weight_above" + 1
       )
-      else ln("far") + 1 / (
+      else ln("far") + cast(1 as double) / (
         2 * "far"
-      ) - 1 / (
+      ) - cast(1 as double) / (
         12 * power("far", 2)
-      ) + 1 / (
+      ) + cast(1 as double) / (
         120 * power("far", 4)
-      ) - 1 / (
+      ) - cast(1 as double) / (
         252 * power("far", 6)
-      ) + 1 / (
+      ) + cast(1 as double) / (
         240 * power("far", 8)
       ) - (
-        ln("near") + 1 / (
+        ln("near") + cast(1 as double) / (
           2 * "near"
-        ) - 1 / (
+        ) - cast(1 as double) / (
           12 * power("near", 2)
-        ) + 1 / (
+        ) + cast(1 as double) / (
           120 * power("near", 4)
-        ) - 1 / (
+        ) - cast(1 as double) / (
           252 * power("near", 6)
-        ) + 1 / (
+        ) + cast(1 as double) / (
           240 * power("near", 8)
         )
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 1
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 2
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 3
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 4
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 5
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 6
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 7
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 8
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 1
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 2
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 3
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 4
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 5
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 6
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 7
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 8
@@ 346 @@
     cast(null as bigint) as "whq_chunk",
-    sum("weight" * (
-      1 - "probability"
-    ) * (
-      "positives_above" + "weight" * "probability" / 2
-    )) / nullif(sum("weight" * "probability") * sum("weight" * (
+    cast(sum(
+      "weight" * (
+        1 - "probability"
+      ) * (
+        "positives_above" + cast("weight" * "probability" as double) / 2
+      )
+    ) as double) / nullif(sum("weight" * "probability") * sum("weight" * (
       1 - "probability"
     )), 0) as "roc_auc",
-    sum(
+    cast(sum(
       "probability" * (
@@ 359 @@
       )
-    ) / nullif(sum("weight" * "probability"), 0) as "average_precision"
+    ) as double) / nullif(sum("weight" * "probability"), 0) as "average_precision"
   from "weighed"
@@ 388 @@
 left join "ranking"
-  on "counts"."whq_segment" is not distinct from "ranking"."whq_segment"
-  and "counts"."whq_period" is not distinct from "ranking"."whq_period"
-  and "counts"."whq_chunk" is not distinct from "ranking"."whq_chunk"
+  on coalesce(
+    (
+      "counts"."whq_segment" = "ranking"."whq_segment"
+    )
+    or (
+      "counts"."whq_segment" is null and "ranking"."whq_segment" is null
+    ),
+    false
+  )
+  and coalesce(
+    (
+      "counts"."whq_period" = "ranking"."whq_period"
+    )
+    or (
+      "counts"."whq_period" is null and "ranking"."whq_period" is null
+    ),
+    false
+  )
+  and coalesce(
+    (
+      "counts"."whq_chunk" = "ranking"."whq_chunk"
+    )
+    or (
+      "counts"."whq_chunk" is null and "ranking"."whq_chunk" is null
+    ),
+    false
+  )
 left join "calibration"
-  on "counts"."whq_segment" is not distinct from "calibration"."whq_segment"
-  and "counts"."whq_period" is not distinct from "calibration"."whq_period"
-  and "counts"."whq_chunk" is not distinct from "calibration"."whq_chunk"
+  on coalesce(
+    (
+      "counts"."whq_segment" = "calibration"."whq_segment"
+    )
+    or (
+      "counts"."whq_segment" is null and "calibration"."whq_segment" is null
+    ),
+    false
+  )
+  and coalesce(
+    (
+      "counts"."whq_period" = "calibration"."whq_period"
+    )
+    or (
+      "counts"."whq_period" is null and "calibration"."whq_period" is null
+    ),
+    false
+  )
+  and coalesce(
+    (
+      "counts"."whq_chunk" = "calibration"."whq_chunk"
+    )
+    or (
+      "counts"."whq_chunk" is null and "calibration"."whq_chunk" is null
+    ),
+    false
+  )

-- dialect: trino
@@ 32 @@
     "base",
-    coalesce((
+    coalesce(cast((
       "next_probability" - "base"
-    ) / (
+    ) as double) / (
       "next_score" - "low"
@@ 88 @@
   select
-    cast(256 * "hundreds"."digit" + 16 * "tens"."digit" + "ones"."digit" as int) as "bin"
+    cast(256 * "hundreds"."digit" + 16 * "tens"."digit" + "ones"."digit" as integer) as "bin"
   from "digits" as "hundreds"
@@ 128 @@
       when "score" >= 0 and "score" < 1
-      then cast(floor("score" * 1024) as int)
+      then cast(floor("score" * 1024) as integer)
       when "score" = 1
@@ 281 @@
       when "weight" = 1
-      then 1 / (
+      then cast(1 as double) / (
         "weight_above" + 1
       )
-      else ln("far") + 1 / (
+      else ln("far") + cast(1 as double) / (
         2 * "far"
-      ) - 1 / (
+      ) - cast(1 as double) / (
         12 * power("far", 2)
-      ) + 1 / (
+      ) + cast(1 as double) / (
         120 * power("far", 4)
-      ) - 1 / (
+      ) - cast(1 as double) / (
         252 * power("far", 6)
-      ) + 1 / (
+      ) + cast(1 as double) / (
         240 * power("far", 8)
       ) - (
-        ln("near") + 1 / (
+        ln("near") + cast(1 as double) / (
           2 * "near"
-        ) - 1 / (
+        ) - cast(1 as double) / (
           12 * power("near", 2)
-        ) + 1 / (
+        ) + cast(1 as double) / (
           120 * power("near", 4)
-        ) - 1 / (
+        ) - cast(1 as double) / (
           252 * power("near", 6)
-        ) + 1 / (
+        ) + cast(1 as double) / (
           240 * power("near", 8)
         )
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 1
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 2
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 3
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 4
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 5
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 6
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 7
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 8
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 1
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 2
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 3
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 4
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 5
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 6
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 7
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 8
@@ 346 @@
     cast(null as bigint) as "whq_chunk",
-    sum("weight" * (
-      1 - "probability"
-    ) * (
-      "positives_above" + "weight" * "probability" / 2
-    )) / nullif(sum("weight" * "probability") * sum("weight" * (
+    cast(sum(
+      "weight" * (
+        1 - "probability"
+      ) * (
+        "positives_above" + cast("weight" * "probability" as double) / 2
+      )
+    ) as double) / nullif(sum("weight" * "probability") * sum("weight" * (
       1 - "probability"
     )), 0) as "roc_auc",
-    sum(
+    cast(sum(
       "probability" * (
@@ 359 @@
       )
-    ) / nullif(sum("weight" * "probability"), 0) as "average_precision"
+    ) as double) / nullif(sum("weight" * "probability"), 0) as "average_precision"
   from "weighed"

-- dialect: clickhouse
@@ 13 @@
   select
-    "score",
-    "probability"
-  from (values
-    (cast(0.0 as double), cast(0.1 as double)),
-    (0.4e0, 0.1e0),
-    (0.6e0, 0.9e0),
-    (1.0e0, 0.9e0)) as "whq_values"("score", "probability")
+    cast(0.0 as double) as "score",
+    cast(0.1 as double) as "probability"
+  union all
+  select
+    0.4e0,
+    0.1e0
+  union all
+  select
+    0.6e0,
+    0.9e0
+  union all
+  select
+    1.0e0,
+    0.9e0
 ), "ends" as (
@@ 23 @@
     "knots"."score" as "low",
-    lead("knots"."score") over (order by "knots"."score") as "next_score",
+    lead(toNullable("knots"."score")) over (order by "knots"."score") as "next_score",
     "knots"."probability" as "base",
-    lead("knots"."probability") over (order by "knots"."score") as "next_probability"
+    lead(toNullable("knots"."probability")) over (order by "knots"."score") as "next_probability"
   from "knots"
@@ 88 @@
   select
-    cast(256 * "hundreds"."digit" + 16 * "tens"."digit" + "ones"."digit" as int) as "bin"
+    cast(256 * "hundreds"."digit" + 16 * "tens"."digit" + "ones"."digit" as Nullable(Int32)) as "bin"
   from "digits" as "hundreds"
@@ 96 @@
   select distinct
-    "bins"."bin",
-    "spans"."low",
-    "spans"."high",
-    "spans"."base",
-    "spans"."slope"
+    "bins"."bin" as "bin",
+    "spans"."low" as "low",
+    "spans"."high" as "high",
+    "spans"."base" as "base",
+    "spans"."slope" as "slope"
   from "bins"
@@ 110 @@
     cast("score" as double) as "score",
-    case when "class" = 1 then 1 when not "class" is null then 0 end as "predicted_class"
+    case when "class" = 1 then 1 when not (
+      "class" is null
+    ) then 0 end as "predicted_class"
   from "dataset"
@@ 128 @@
       when "score" >= 0 and "score" < 1
-      then cast(floor("score" * 1024) as int)
+      then cast(floor("score" * 1024) as Nullable(Int32))
       when "score" = 1
@@ 135 @@
   select
-    "located"."whq_segment",
-    "located"."whq_period",
-    "located"."whq_chunk",
-    "located"."predicted_class",
-    "located"."score",
-    "located"."inner_score",
+    "located"."whq_segment" as "whq_segment",
+    "located"."whq_period" as "whq_period",
+    "located"."whq_chunk" as "whq_chunk",
+    "located"."predicted_class" as "predicted_class",
+    "located"."score" as "score",
+    "located"."inner_score" as "inner_score",
     case
@@ 155 @@
       then "binned_spans"."low"
-      when not "binned_spans"."low" is null
+      when not (
+        "binned_spans"."low" is null
+      )
       then "located"."score"
@@ 161 @@
     ) as "probability",
-    case when "binned_spans"."low" is null and not "located"."score" is null then 1 else 0 end as "is_outside"
+    case when "binned_spans"."low" is null and not (
+      "located"."score" is null
+    ) then 1 else 0 end as "is_outside"
   from "located"
@@ 196 @@
     sum("members") as "total",
-    sum(case when not "place" is null then "members" else 0 end) as "scored",
+    sum(case when not (
+      "place" is null
+    ) then "members" else 0 end) as "scored",
     sum("members_outside") as "outside",
-    sum(case when not "place" is null and not "predicted_class" is null then "members" else 0 end) as "predicted",
+    sum(
+      case when not (
+        "place" is null
+      ) and not (
+        "predicted_class" is null
+      ) then "members" else 0 end
+    ) as "predicted",
     coalesce(sum(case when "predicted_class" = 1 then "members" * "probability" end), 0) as "true_positive",
@@ 208 @@
     sum("members" * "probability") as "positives",
-    sum(case when not "place" is null then "score_total" end) as "score_total",
+    sum(case when not (
+      "place" is null
+    ) then "score_total" end) as "score_total",
     sum("losses") as "losses",
@@ 222 @@
   where
-    not "place" is null
+    not (
+      "place" is null
+    )
   group by
@@ 244 @@
   where
-    not "place" is null
+    not (
+      "place" is null
+    )
   group by
@@ 350 @@
       "positives_above" + "weight" * "probability" / 2
-    )) / nullif(sum("weight" * "probability") * sum("weight" * (
+    )) / nullIf(sum("weight" * "probability") * sum("weight" * (
       1 - "probability"
@@ 359 @@
       )
-    ) / nullif(sum("weight" * "probability"), 0) as "average_precision"
+    ) / nullIf(sum("weight" * "probability"), 0) as "average_precision"
   from "weighed"
@@ 365 @@
 select
-  "counts"."whq_segment",
-  "counts"."whq_period",
-  "counts"."whq_chunk",
-  "counts"."total",
-  "counts"."scored",
-  "counts"."outside",
-  "counts"."predicted",
-  "counts"."true_positive",
-  "counts"."false_positive",
-  "counts"."false_negative",
-  "counts"."true_negative",
-  "ranking"."roc_auc",
-  "ranking"."average_precision",
-  "counts"."positives",
-  "counts"."score_total",
-  "counts"."losses",
-  "counts"."squares",
-  "calibration"."gaps",
+  "counts"."whq_segment" as "whq_segment",
+  "counts"."whq_period" as "whq_period",
+  "counts"."whq_chunk" as "whq_chunk",
+  "counts"."total" as "total",
+  "counts"."scored" as "scored",
+  "counts"."outside" as "outside",
+  "counts"."predicted" as "predicted",
+  "counts"."true_positive" as "true_positive",
+  "counts"."false_positive" as "false_positive",
+  "counts"."false_negative" as "false_negative",
+  "counts"."true_negative" as "true_negative",
+  "ranking"."roc_auc" as "roc_auc",
+  "ranking"."average_precision" as "average_precision",
+  "counts"."positives" as "positives",
+  "counts"."score_total" as "score_total",
+  "counts"."losses" as "losses",
+  "counts"."squares" as "squares",
+  "calibration"."gaps" as "gaps",
   cast(null as double) as "cut",
@@ 395 @@
   and "counts"."whq_chunk" is not distinct from "calibration"."whq_chunk"
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
@@ 13 @@
   select
-    "score",
-    "probability"
-  from (values
-    (cast(0.0 as double), cast(0.1 as double)),
-    (0.4e0, 0.1e0),
-    (0.6e0, 0.9e0),
-    (1.0e0, 0.9e0)) as "whq_values"("score", "probability")
+    cast(0.0 as double) as "score",
+    cast(0.1 as double) as "probability"
+  union all
+  select
+    0.4e0,
+    0.1e0
+  union all
+  select
+    0.6e0,
+    0.9e0
+  union all
+  select
+    1.0e0,
+    0.9e0
 ), "ends" as (
@@ 23 @@
     "knots"."score" as "low",
-    lead("knots"."score") over (order by "knots"."score") as "next_score",
+    lead("knots"."score") over (order by case when "knots"."score" is null then 1 else 0 end, "knots"."score") as "next_score",
     "knots"."probability" as "base",
-    lead("knots"."probability") over (order by "knots"."score") as "next_probability"
+    lead("knots"."probability") over (order by case when "knots"."score" is null then 1 else 0 end, "knots"."score") as "next_probability"
   from "knots"
@@ 32 @@
     "base",
-    coalesce((
+    coalesce(cast((
       "next_probability" - "base"
-    ) / (
+    ) as double) / (
       "next_score" - "low"
@@ 88 @@
   select
-    cast(256 * "hundreds"."digit" + 16 * "tens"."digit" + "ones"."digit" as int) as "bin"
+    cast(256 * "hundreds"."digit" + 16 * "tens"."digit" + "ones"."digit" as bigint) as "bin"
   from "digits" as "hundreds"
@@ 128 @@
       when "score" >= 0 and "score" < 1
-      then cast(floor("score" * 1024) as int)
+      then cast(floor("score" * 1024) as bigint)
       when "score" = 1
@@ 281 @@
       when "weight" = 1
-      then 1 / (
+      then cast(1 as double) / (
         "weight_above" + 1
       )
-      else ln("far") + 1 / (
+      else ln("far") + cast(1 as double) / (
         2 * "far"
-      ) - 1 / (
+      ) - cast(1 as double) / (
         12 * power("far", 2)
-      ) + 1 / (
+      ) + cast(1 as double) / (
         120 * power("far", 4)
-      ) - 1 / (
+      ) - cast(1 as double) / (
         252 * power("far", 6)
-      ) + 1 / (
+      ) + cast(1 as double) / (
         240 * power("far", 8)
       ) - (
-        ln("near") + 1 / (
+        ln("near") + cast(1 as double) / (
           2 * "near"
-        ) - 1 / (
+        ) - cast(1 as double) / (
           12 * power("near", 2)
-        ) + 1 / (
+        ) + cast(1 as double) / (
           120 * power("near", 4)
-        ) - 1 / (
+        ) - cast(1 as double) / (
           252 * power("near", 6)
-        ) + 1 / (
+        ) + cast(1 as double) / (
           240 * power("near", 8)
         )
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 1
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 2
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 3
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 4
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 5
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 6
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 7
-      ) + 1 / (
+      ) + cast(1 as double) / (
         "weight_above" + 8
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 1
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 2
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 3
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 4
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 5
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 6
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 7
-      ) - 1 / (
+      ) - cast(1 as double) / (
         "weight_reached" + 8
@@ 346 @@
     cast(null as bigint) as "whq_chunk",
-    sum("weight" * (
-      1 - "probability"
-    ) * (
-      "positives_above" + "weight" * "probability" / 2
-    )) / nullif(sum("weight" * "probability") * sum("weight" * (
+    cast(sum(
+      "weight" * (
+        1 - "probability"
+      ) * (
+        "positives_above" + cast("weight" * "probability" as double) / 2
+      )
+    ) as double) / nullif(sum("weight" * "probability") * sum("weight" * (
       1 - "probability"
     )), 0) as "roc_auc",
-    sum(
+    cast(sum(
       "probability" * (
@@ 359 @@
       )
-    ) / nullif(sum("weight" * "probability"), 0) as "average_precision"
+    ) as double) / nullif(sum("weight" * "probability"), 0) as "average_precision"
   from "weighed"
@@ 388 @@
 left join "ranking"
-  on "counts"."whq_segment" is not distinct from "ranking"."whq_segment"
-  and "counts"."whq_period" is not distinct from "ranking"."whq_period"
-  and "counts"."whq_chunk" is not distinct from "ranking"."whq_chunk"
+  on "counts"."whq_segment" <=> "ranking"."whq_segment"
+  and "counts"."whq_period" <=> "ranking"."whq_period"
+  and "counts"."whq_chunk" <=> "ranking"."whq_chunk"
 left join "calibration"
-  on "counts"."whq_segment" is not distinct from "calibration"."whq_segment"
-  and "counts"."whq_period" is not distinct from "calibration"."whq_period"
-  and "counts"."whq_chunk" is not distinct from "calibration"."whq_chunk"
+  on "counts"."whq_segment" <=> "calibration"."whq_segment"
+  and "counts"."whq_period" <=> "calibration"."whq_period"
+  and "counts"."whq_chunk" <=> "calibration"."whq_chunk"
