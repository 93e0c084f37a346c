-- dialect: duckdb
with "dataset" as (
  select
    "class",
    case
      when abs("whq_source"."score") <= cast(1.7976931348623157e308 as double)
      then "whq_source"."score"
    end as "score",
    "truth",
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "paired" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("score" as double) as "score",
    case when "truth" = 1 then 1 when not "truth" is null then 0 end as "truth",
    case when "class" = 1 then 1 when not "class" is null then 0 end as "predicted_class"
  from "dataset"
), "binned" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "score",
    "truth",
    "predicted_class",
    case when "truth" = 1 then "score" when "truth" = 0 then 1 - "score" end as "chance",
    case
      when "score" < 0
      then -1
      when "score" <= cast(0.5 as double)
      then cast(floor(2048 * sqrt(2 * "score")) as int)
      when "score" <= 1
      then 4096 - cast(floor(2048 * sqrt(2 * (
        1 - "score"
      ))) as int)
      when "score" > 1
      then 4097
    end as "bin"
  from "paired"
), "outcomes" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "bin",
    "truth",
    "predicted_class",
    count(*) as "members",
    min("score") as "low",
    max("score") as "high",
    sum("score") as "score_total",
    sum(power("score" - "truth", 2)) as "squares",
    -sum(
      ln(
        case
          when "chance" < cast(2.220446049250313e-16 as double)
          then cast(2.220446049250313e-16 as double)
          when "chance" > cast(0.9999999999999998 as double)
          then cast(0.9999999999999998 as double)
          else "chance"
        end
      )
    ) as "losses"
  from "binned"
  group by
    "bin",
    "truth",
    "predicted_class"
), "counts" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    sum("members") as "total",
    sum(case when not "truth" is null then "members" else 0 end) as "labelled",
    sum(case when not "truth" is null and not "bin" is null then "members" else 0 end) as "scored",
    sum(case when "truth" = 1 and not "bin" is null then "members" else 0 end) as "positives",
    sum(case when "bin" < 0 or "bin" > 4096 then "members" else 0 end) as "outside",
    sum(case when not "truth" is null and not "predicted_class" is null then "members" else 0 end) as "predicted",
    sum(case when "predicted_class" = 1 and "truth" = 1 then "members" else 0 end) as "true_positive",
    sum(case when "predicted_class" = 1 and "truth" = 0 then "members" else 0 end) as "false_positive",
    sum(case when "predicted_class" = 0 and "truth" = 1 then "members" else 0 end) as "false_negative",
    sum(case when "predicted_class" = 0 and "truth" = 0 then "members" else 0 end) as "true_negative",
    sum(case when not "truth" is null then "score_total" end) as "score_total",
    sum("losses") as "losses",
    sum("squares") as "squares"
  from "outcomes"
  having
    count(*) > 0
), "ranges" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    case
      when "bin" < 1792
      then floor("bin" / cast(256 as double))
      when "bin" <= 2048
      then 7
      else 16 - floor((
        4096 - "bin"
      ) / cast(256 as double))
    end as "score_range",
    "score_total" - "truth" * "members" as "gap"
  from "outcomes"
  where
    not "bin" is null and not "truth" is null
), "range_gaps" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    abs(sum("gap")) as "gap"
  from "ranges"
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
), "few" as (
  select
    "paired"."whq_segment",
    "paired"."whq_period",
    "paired"."whq_chunk",
    "paired"."truth",
    case when "paired"."score" = 0 then 0 else "paired"."score" end as "place"
  from "paired"
  cross join "counts"
  where
    "counts"."scored" <= 100 and not "paired"."score" is null and not "paired"."truth" is null
), "points" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    cast("outcomes"."bin" as double) as "place",
    cast(sum("outcomes"."members") as double) as "members",
    cast(sum("outcomes"."truth" * "outcomes"."members") as double) as "positives",
    case when min("outcomes"."low") = max("outcomes"."high") then 1 else 0 end as "is_tie"
  from "outcomes"
  cross join "counts"
  where
    "counts"."scored" > 100 and not "outcomes"."bin" is null and not "outcomes"."truth" is null
  group by
    "outcomes"."bin"
  union all
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "place",
    cast(count(*) as double),
    cast(sum("truth") as double),
    1
  from "few"
  group by
    "place"
), "reached" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "members",
    "positives",
    "is_tie",
    sum("members") over (order by "place" desc rows between unbounded preceding and current row) as "members_reached",
    sum("positives") over (order by "place" desc rows between unbounded preceding and current row) as "positives_reached"
  from "points"
), "ranked" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "positives",
    "members" - "positives" as "negatives",
    "is_tie",
    "members",
    "members_reached" - "members" as "above",
    "positives_reached" - "positives" as "positives_above",
    "positives_reached" / "members_reached" as "precision_reached"
  from "reached"
), "steps" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "positives",
    "negatives",
    "is_tie",
    "positives" * (
      "above" - "positives_above" + "negatives" / 2
    ) as "negatives_before",
    case when "is_tie" = 1 then 0 else "positives" * "negatives" / 2 end as "loose",
    "positives" * case
      when "is_tie" = 1
      then "precision_reached"
      else (
        "positives_above" + (
          "positives" + 1
        ) / 2
      ) / (
        "above" + (
          "members" + 1
        ) / 2
      )
    end as "precisions",
    "positives" * case
      when "is_tie" = 1
      then "precision_reached"
      else (
        "positives_above" + 1
      ) / (
        "above" + "negatives" + 1
      ) / 2 + "precision_reached" / 2
    end as "least",
    "positives" * case
      when "is_tie" = 1
      then "precision_reached"
      else (
        "positives_above" + (
          "positives" + 1
        ) / 2
      ) / (
        "above" + (
          "positives" + 1
        ) / 2
      )
    end as "greatest"
  from "ranked"
), "ranking" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    min("is_tie") as "is_exact",
    sum("positives") as "positives",
    sum("positives") * sum("negatives") as "pairs",
    sum("negatives_before") as "negatives_before",
    sum("loose") as "loose",
    sum("precisions") as "precisions",
    sum("least") as "least",
    sum("greatest") as "greatest"
  from "steps"
  having
    count(*) > 0
)
select
  "counts"."whq_segment",
  "counts"."whq_period",
  "counts"."whq_chunk",
  "counts"."total",
  "counts"."labelled",
  "counts"."scored",
  "counts"."positives",
  "counts"."outside",
  "counts"."predicted",
  "counts"."true_positive",
  "counts"."false_positive",
  "counts"."false_negative",
  "counts"."true_negative",
  1 - "ranking"."negatives_before" / nullif("ranking"."pairs", 0) as "roc_auc",
  case
    when "ranking"."is_exact" = 0
    then 1 - (
      "ranking"."negatives_before" + "ranking"."loose"
    ) / nullif("ranking"."pairs", 0)
  end as "roc_auc_lower",
  case
    when "ranking"."is_exact" = 0
    then 1 - (
      "ranking"."negatives_before" - "ranking"."loose"
    ) / nullif("ranking"."pairs", 0)
  end as "roc_auc_upper",
  "ranking"."precisions" / nullif("ranking"."positives", 0) as "average_precision",
  case when "ranking"."is_exact" = 0 then "ranking"."least" / nullif("ranking"."positives", 0) end as "average_precision_lower",
  case when "ranking"."is_exact" = 0 then "ranking"."greatest" / nullif("ranking"."positives", 0) end as "average_precision_upper",
  "counts"."score_total",
  "counts"."losses",
  "counts"."squares",
  "calibration"."gaps",
  cast(null as double) as "cut",
  cast(null as bigint) as "cut_true_positive",
  cast(null as bigint) as "cut_false_positive"
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
@@ 175 @@
     "is_tie",
-    sum("members") over (order by "place" desc rows between unbounded preceding and current row) as "members_reached",
-    sum("positives") over (order by "place" desc rows between unbounded preceding and current row) as "positives_reached"
+    sum("members") over (order by "place" desc nulls last rows between unbounded preceding and current row) as "members_reached",
+    sum("positives") over (order by "place" desc nulls last rows between unbounded preceding and current row) as "positives_reached"
   from "points"
@@ 189 @@
     "positives_reached" - "positives" as "positives_above",
-    "positives_reached" / "members_reached" as "precision_reached"
+    cast("positives_reached" as double) / "members_reached" as "precision_reached"
   from "reached"
@@ 200 @@
     "positives" * (
-      "above" - "positives_above" + "negatives" / 2
+      "above" - "positives_above" + cast("negatives" as double) / 2
     ) as "negatives_before",
-    case when "is_tie" = 1 then 0 else "positives" * "negatives" / 2 end as "loose",
+    case when "is_tie" = 1 then 0 else cast("positives" * "negatives" as double) / 2 end as "loose",
     "positives" * case
@@ 206 @@
       then "precision_reached"
-      else (
-        "positives_above" + (
+      else cast((
+        "positives_above" + cast((
           "positives" + 1
-        ) / 2
-      ) / (
-        "above" + (
+        ) as double) / 2
+      ) as double) / (
+        "above" + cast((
           "members" + 1
-        ) / 2
+        ) as double) / 2
       )
@@ 219 @@
       then "precision_reached"
-      else (
+      else cast(cast((
         "positives_above" + 1
-      ) / (
+      ) as double) / (
         "above" + "negatives" + 1
-      ) / 2 + "precision_reached" / 2
+      ) as double) / 2 + cast("precision_reached" as double) / 2
     end as "least",
@@ 228 @@
       then "precision_reached"
-      else (
-        "positives_above" + (
+      else cast((
+        "positives_above" + cast((
           "positives" + 1
-        ) / 2
-      ) / (
-        "above" + (
+        ) as double) / 2
+      ) as double) / (
+        "above" + cast((
           "positives" + 1
-        ) / 2
+        ) as double) / 2
       )
@@ 270 @@
   "counts"."true_negative",
-  1 - "ranking"."negatives_before" / nullif("ranking"."pairs", 0) as "roc_auc",
+  1 - cast("ranking"."negatives_before" as double) / nullif("ranking"."pairs", 0) as "roc_auc",
   case
     when "ranking"."is_exact" = 0
-    then 1 - (
+    then 1 - cast((
       "ranking"."negatives_before" + "ranking"."loose"
-    ) / nullif("ranking"."pairs", 0)
+    ) as double) / nullif("ranking"."pairs", 0)
   end as "roc_auc_lower",
@@ 279 @@
     when "ranking"."is_exact" = 0
-    then 1 - (
+    then 1 - cast((
       "ranking"."negatives_before" - "ranking"."loose"
-    ) / nullif("ranking"."pairs", 0)
+    ) as double) / nullif("ranking"."pairs", 0)
   end as "roc_auc_upper",
-  "ranking"."precisions" / nullif("ranking"."positives", 0) as "average_precision",
-  case when "ranking"."is_exact" = 0 then "ranking"."least" / nullif("ranking"."positives", 0) end as "average_precision_lower",
-  case when "ranking"."is_exact" = 0 then "ranking"."greatest" / nullif("ranking"."positives", 0) end as "average_precision_upper",
+  cast("ranking"."precisions" as double) / nullif("ranking"."positives", 0) as "average_precision",
+  case
+    when "ranking"."is_exact" = 0
+    then cast("ranking"."least" as double) / nullif("ranking"."positives", 0)
+  end as "average_precision_lower",
+  case
+    when "ranking"."is_exact" = 0
+    then cast("ranking"."greatest" as double) / nullif("ranking"."positives", 0)
+  end as "average_precision_upper",
   "counts"."score_total",

-- dialect: snowflake
@@ 100 @@
       when "bin" < 1792
-      then floor("bin" / cast(256 as double))
+      then floor(cast("bin" as double) / cast(256 as double))
       when "bin" <= 2048
       then 7
-      else 16 - floor((
+      else 16 - floor(cast((
         4096 - "bin"
-      ) / cast(256 as double))
+      ) as double) / cast(256 as double))
     end as "score_range",
@@ 175 @@
     "is_tie",
-    sum("members") over (order by "place" desc rows between unbounded preceding and current row) as "members_reached",
-    sum("positives") over (order by "place" desc rows between unbounded preceding and current row) as "positives_reached"
+    sum("members") over (order by "place" desc nulls last rows between unbounded preceding and current row) as "members_reached",
+    sum("positives") over (order by "place" desc nulls last rows between unbounded preceding and current row) as "positives_reached"
   from "points"
@@ 189 @@
     "positives_reached" - "positives" as "positives_above",
-    "positives_reached" / "members_reached" as "precision_reached"
+    cast("positives_reached" as double) / "members_reached" as "precision_reached"
   from "reached"
@@ 200 @@
     "positives" * (
-      "above" - "positives_above" + "negatives" / 2
+      "above" - "positives_above" + cast("negatives" as double) / 2
     ) as "negatives_before",
-    case when "is_tie" = 1 then 0 else "positives" * "negatives" / 2 end as "loose",
+    case when "is_tie" = 1 then 0 else cast("positives" * "negatives" as double) / 2 end as "loose",
     "positives" * case
@@ 206 @@
       then "precision_reached"
-      else (
-        "positives_above" + (
+      else cast((
+        "positives_above" + cast((
           "positives" + 1
-        ) / 2
-      ) / (
-        "above" + (
+        ) as double) / 2
+      ) as double) / (
+        "above" + cast((
           "members" + 1
-        ) / 2
+        ) as double) / 2
       )
@@ 219 @@
       then "precision_reached"
-      else (
+      else cast(cast((
         "positives_above" + 1
-      ) / (
+      ) as double) / (
         "above" + "negatives" + 1
-      ) / 2 + "precision_reached" / 2
+      ) as double) / 2 + cast("precision_reached" as double) / 2
     end as "least",
@@ 228 @@
       then "precision_reached"
-      else (
-        "positives_above" + (
+      else cast((
+        "positives_above" + cast((
           "positives" + 1
-        ) / 2
-      ) / (
-        "above" + (
+        ) as double) / 2
+      ) as double) / (
+        "above" + cast((
           "positives" + 1
-        ) / 2
+        ) as double) / 2
       )
@@ 270 @@
   "counts"."true_negative",
-  1 - "ranking"."negatives_before" / nullif("ranking"."pairs", 0) as "roc_auc",
+  1 - cast("ranking"."negatives_before" as double) / nullif("ranking"."pairs", 0) as "roc_auc",
   case
     when "ranking"."is_exact" = 0
-    then 1 - (
+    then 1 - cast((
       "ranking"."negatives_before" + "ranking"."loose"
-    ) / nullif("ranking"."pairs", 0)
+    ) as double) / nullif("ranking"."pairs", 0)
   end as "roc_auc_lower",
@@ 279 @@
     when "ranking"."is_exact" = 0
-    then 1 - (
+    then 1 - cast((
       "ranking"."negatives_before" - "ranking"."loose"
-    ) / nullif("ranking"."pairs", 0)
+    ) as double) / nullif("ranking"."pairs", 0)
   end as "roc_auc_upper",
-  "ranking"."precisions" / nullif("ranking"."positives", 0) as "average_precision",
-  case when "ranking"."is_exact" = 0 then "ranking"."least" / nullif("ranking"."positives", 0) end as "average_precision_lower",
-  case when "ranking"."is_exact" = 0 then "ranking"."greatest" / nullif("ranking"."positives", 0) end as "average_precision_upper",
+  cast("ranking"."precisions" as double) / nullif("ranking"."positives", 0) as "average_precision",
+  case
+    when "ranking"."is_exact" = 0
+    then cast("ranking"."least" as double) / nullif("ranking"."positives", 0)
+  end as "average_precision_lower",
+  case
+    when "ranking"."is_exact" = 0
+    then cast("ranking"."greatest" as double) / nullif("ranking"."positives", 0)
+  end as "average_precision_upper",
   "counts"."score_total",

-- dialect: bigquery
@@ 34 @@
       when "score" <= cast(0.5 as double)
-      then cast(floor(2048 * sqrt(2 * "score")) as int)
+      then cast(floor(2048 * sqrt(2 * "score")) as bigint)
       when "score" <= 1
@@ 38 @@
         1 - "score"
-      ))) as int)
+      ))) as bigint)
       when "score" > 1
@@ 295 @@
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
-- as duckdb

-- dialect: redshift
@@ 34 @@
       when "score" <= cast(0.5 as double)
-      then cast(floor(2048 * sqrt(2 * "score")) as int)
+      then cast(floor(2048 * sqrt(2 * "score")) as integer)
       when "score" <= 1
@@ 38 @@
         1 - "score"
-      ))) as int)
+      ))) as integer)
       when "score" > 1
@@ 175 @@
     "is_tie",
-    sum("members") over (order by "place" desc rows between unbounded preceding and current row) as "members_reached",
-    sum("positives") over (order by "place" desc rows between unbounded preceding and current row) as "positives_reached"
+    sum("members") over (order by "place" desc nulls last rows between unbounded preceding and current row) as "members_reached",
+    sum("positives") over (order by "place" desc nulls last rows between unbounded preceding and current row) as "positives_reached"
   from "points"
@@ 189 @@
     "positives_reached" - "positives" as "positives_above",
-    "positives_reached" / "members_reached" as "precision_reached"
+    cast("positives_reached" as double) / "members_reached" as "precision_reached"
   from "reached"
@@ 200 @@
     "positives" * (
-      "above" - "positives_above" + "negatives" / 2
+      "above" - "positives_above" + cast("negatives" as double) / 2
     ) as "negatives_before",
-    case when "is_tie" = 1 then 0 else "positives" * "negatives" / 2 end as "loose",
+    case when "is_tie" = 1 then 0 else cast("positives" * "negatives" as double) / 2 end as "loose",
     "positives" * case
@@ 206 @@
       then "precision_reached"
-      else (
-        "positives_above" + (
+      else cast((
+        "positives_above" + cast((
           "positives" + 1
-        ) / 2
-      ) / (
-        "above" + (
+        ) as double) / 2
+      ) as double) / (
+        "above" + cast((
           "members" + 1
-        ) / 2
+        ) as double) / 2
       )
@@ 219 @@
       then "precision_reached"
-      else (
+      else cast(cast((
         "positives_above" + 1
-      ) / (
+      ) as double) / (
         "above" + "negatives" + 1
-      ) / 2 + "precision_reached" / 2
+      ) as double) / 2 + cast("precision_reached" as double) / 2
     end as "least",
@@ 228 @@
       then "precision_reached"
-      else (
-        "positives_above" + (
+      else cast((
+        "positives_above" + cast((
           "positives" + 1
-        ) / 2
-      ) / (
-        "above" + (
+        ) as double) / 2
+      ) as double) / (
+        "above" + cast((
           "positives" + 1
-        ) / 2
+        ) as double) / 2
       )
@@ 270 @@
   "counts"."true_negative",
-  1 - "ranking"."negatives_before" / nullif("ranking"."pairs", 0) as "roc_auc",
+  1 - cast("ranking"."negatives_before" as double) / nullif("ranking"."pairs", 0) as "roc_auc",
   case
     when "ranking"."is_exact" = 0
-    then 1 - (
+    then 1 - cast((
       "ranking"."negatives_before" + "ranking"."loose"
-    ) / nullif("ranking"."pairs", 0)
+    ) as double) / nullif("ranking"."pairs", 0)
   end as "roc_auc_lower",
@@ 279 @@
     when "ranking"."is_exact" = 0
-    then 1 - (
+    then 1 - cast((
       "ranking"."negatives_before" - "ranking"."loose"
-    ) / nullif("ranking"."pairs", 0)
+    ) as double) / nullif("ranking"."pairs", 0)
   end as "roc_auc_upper",
-  "ranking"."precisions" / nullif("ranking"."positives", 0) as "average_precision",
-  case when "ranking"."is_exact" = 0 then "ranking"."least" / nullif("ranking"."positives", 0) end as "average_precision_lower",
-  case when "ranking"."is_exact" = 0 then "ranking"."greatest" / nullif("ranking"."positives", 0) end as "average_precision_upper",
+  cast("ranking"."precisions" as double) / nullif("ranking"."positives", 0) as "average_precision",
+  case
+    when "ranking"."is_exact" = 0
+    then cast("ranking"."least" as double) / nullif("ranking"."positives", 0)
+  end as "average_precision_lower",
+  case
+    when "ranking"."is_exact" = 0
+    then cast("ranking"."greatest" as double) / nullif("ranking"."positives", 0)
+  end as "average_precision_upper",
   "counts"."score_total",
@@ 295 @@
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
@@ 34 @@
       when "score" <= cast(0.5 as double)
-      then cast(floor(2048 * sqrt(2 * "score")) as int)
+      then cast(floor(2048 * sqrt(2 * "score")) as integer)
       when "score" <= 1
@@ 38 @@
         1 - "score"
-      ))) as int)
+      ))) as integer)
       when "score" > 1
@@ 189 @@
     "positives_reached" - "positives" as "positives_above",
-    "positives_reached" / "members_reached" as "precision_reached"
+    cast("positives_reached" as double) / "members_reached" as "precision_reached"
   from "reached"
@@ 200 @@
     "positives" * (
-      "above" - "positives_above" + "negatives" / 2
+      "above" - "positives_above" + cast("negatives" as double) / 2
     ) as "negatives_before",
-    case when "is_tie" = 1 then 0 else "positives" * "negatives" / 2 end as "loose",
+    case when "is_tie" = 1 then 0 else cast("positives" * "negatives" as double) / 2 end as "loose",
     "positives" * case
@@ 206 @@
       then "precision_reached"
-      else (
-        "positives_above" + (
+      else cast((
+        "positives_above" + cast((
           "positives" + 1
-        ) / 2
-      ) / (
-        "above" + (
+        ) as double) / 2
+      ) as double) / (
+        "above" + cast((
           "members" + 1
-        ) / 2
+        ) as double) / 2
       )
@@ 219 @@
       then "precision_reached"
-      else (
+      else cast(cast((
         "positives_above" + 1
-      ) / (
+      ) as double) / (
         "above" + "negatives" + 1
-      ) / 2 + "precision_reached" / 2
+      ) as double) / 2 + cast("precision_reached" as double) / 2
     end as "least",
@@ 228 @@
       then "precision_reached"
-      else (
-        "positives_above" + (
+      else cast((
+        "positives_above" + cast((
           "positives" + 1
-        ) / 2
-      ) / (
-        "above" + (
+        ) as double) / 2
+      ) as double) / (
+        "above" + cast((
           "positives" + 1
-        ) / 2
+        ) as double) / 2
       )
@@ 270 @@
   "counts"."true_negative",
-  1 - "ranking"."negatives_before" / nullif("ranking"."pairs", 0) as "roc_auc",
+  1 - cast("ranking"."negatives_before" as double) / nullif("ranking"."pairs", 0) as "roc_auc",
   case
     when "ranking"."is_exact" = 0
-    then 1 - (
+    then 1 - cast((
       "ranking"."negatives_before" + "ranking"."loose"
-    ) / nullif("ranking"."pairs", 0)
+    ) as double) / nullif("ranking"."pairs", 0)
   end as "roc_auc_lower",
@@ 279 @@
     when "ranking"."is_exact" = 0
-    then 1 - (
+    then 1 - cast((
       "ranking"."negatives_before" - "ranking"."loose"
-    ) / nullif("ranking"."pairs", 0)
+    ) as double) / nullif("ranking"."pairs", 0)
   end as "roc_auc_upper",
-  "ranking"."precisions" / nullif("ranking"."positives", 0) as "average_precision",
-  case when "ranking"."is_exact" = 0 then "ranking"."least" / nullif("ranking"."positives", 0) end as "average_precision_lower",
-  case when "ranking"."is_exact" = 0 then "ranking"."greatest" / nullif("ranking"."positives", 0) end as "average_precision_upper",
+  cast("ranking"."precisions" as double) / nullif("ranking"."positives", 0) as "average_precision",
+  case
+    when "ranking"."is_exact" = 0
+    then cast("ranking"."least" as double) / nullif("ranking"."positives", 0)
+  end as "average_precision_lower",
+  case
+    when "ranking"."is_exact" = 0
+    then cast("ranking"."greatest" as double) / nullif("ranking"."positives", 0)
+  end as "average_precision_upper",
   "counts"."score_total",

-- dialect: clickhouse
@@ 18 @@
     cast("score" as double) as "score",
-    case when "truth" = 1 then 1 when not "truth" is null then 0 end as "truth",
-    case when "class" = 1 then 1 when not "class" is null then 0 end as "predicted_class"
+    case when "truth" = 1 then 1 when not (
+      "truth" is null
+    ) then 0 end as "truth",
+    case when "class" = 1 then 1 when not (
+      "class" is null
+    ) then 0 end as "predicted_class"
   from "dataset"
@@ 34 @@
       when "score" <= cast(0.5 as double)
-      then cast(floor(2048 * sqrt(2 * "score")) as int)
+      then cast(floor(2048 * sqrt(2 * "score")) as Nullable(Int32))
       when "score" <= 1
@@ 38 @@
         1 - "score"
-      ))) as int)
+      ))) as Nullable(Int32))
       when "score" > 1
@@ 78 @@
     sum("members") as "total",
-    sum(case when not "truth" is null then "members" else 0 end) as "labelled",
-    sum(case when not "truth" is null and not "bin" is null then "members" else 0 end) as "scored",
-    sum(case when "truth" = 1 and not "bin" is null then "members" else 0 end) as "positives",
+    sum(case when not (
+      "truth" is null
+    ) then "members" else 0 end) as "labelled",
+    sum(case when not (
+      "truth" is null
+    ) and not (
+      "bin" is null
+    ) then "members" else 0 end) as "scored",
+    sum(case when "truth" = 1 and not (
+      "bin" is null
+    ) then "members" else 0 end) as "positives",
     sum(case when "bin" < 0 or "bin" > 4096 then "members" else 0 end) as "outside",
-    sum(case when not "truth" is null and not "predicted_class" is null then "members" else 0 end) as "predicted",
+    sum(
+      case when not (
+        "truth" is null
+      ) and not (
+        "predicted_class" is null
+      ) then "members" else 0 end
+    ) as "predicted",
     sum(case when "predicted_class" = 1 and "truth" = 1 then "members" else 0 end) as "true_positive",
@@ 87 @@
     sum(case when "predicted_class" = 0 and "truth" = 0 then "members" else 0 end) as "true_negative",
-    sum(case when not "truth" is null then "score_total" end) as "score_total",
+    sum(case when not (
+      "truth" is null
+    ) then "score_total" end) as "score_total",
     sum("losses") as "losses",
@@ 110 @@
   where
-    not "bin" is null and not "truth" is null
+    not (
+      "bin" is null
+    ) and not (
+      "truth" is null
+    )
 ), "range_gaps" as (
@@ 131 @@
   select
-    "paired"."whq_segment",
-    "paired"."whq_period",
-    "paired"."whq_chunk",
-    "paired"."truth",
+    "paired"."whq_segment" as "whq_segment",
+    "paired"."whq_period" as "whq_period",
+    "paired"."whq_chunk" as "whq_chunk",
+    "paired"."truth" as "truth",
     case when "paired"."score" = 0 then 0 else "paired"."score" end as "place"
@@ 139 @@
   where
-    "counts"."scored" <= 100 and not "paired"."score" is null and not "paired"."truth" is null
+    "counts"."scored" <= 100 and not (
+      "paired"."score" is null
+    ) and not (
+      "paired"."truth" is null
+    )
 ), "points" as (
@@ 152 @@
   where
-    "counts"."scored" > 100 and not "outcomes"."bin" is null and not "outcomes"."truth" is null
+    "counts"."scored" > 100
+    and not (
+      "outcomes"."bin" is null
+    )
+    and not (
+      "outcomes"."truth" is null
+    )
   group by
@@ 257 @@
 select
-  "counts"."whq_segment",
-  "counts"."whq_period",
-  "counts"."whq_chunk",
-  "counts"."total",
-  "counts"."labelled",
-  "counts"."scored",
-  "counts"."positives",
-  "counts"."outside",
-  "counts"."predicted",
-  "counts"."true_positive",
-  "counts"."false_positive",
-  "counts"."false_negative",
-  "counts"."true_negative",
-  1 - "ranking"."negatives_before" / nullif("ranking"."pairs", 0) as "roc_auc",
+  "counts"."whq_segment" as "whq_segment",
+  "counts"."whq_period" as "whq_period",
+  "counts"."whq_chunk" as "whq_chunk",
+  "counts"."total" as "total",
+  "counts"."labelled" as "labelled",
+  "counts"."scored" as "scored",
+  "counts"."positives" as "positives",
+  "counts"."outside" as "outside",
+  "counts"."predicted" as "predicted",
+  "counts"."true_positive" as "true_positive",
+  "counts"."false_positive" as "false_positive",
+  "counts"."false_negative" as "false_negative",
+  "counts"."true_negative" as "true_negative",
+  1 - "ranking"."negatives_before" / nullIf("ranking"."pairs", 0) as "roc_auc",
   case
@@ 275 @@
       "ranking"."negatives_before" + "ranking"."loose"
-    ) / nullif("ranking"."pairs", 0)
+    ) / nullIf("ranking"."pairs", 0)
   end as "roc_auc_lower",
@@ 281 @@
       "ranking"."negatives_before" - "ranking"."loose"
-    ) / nullif("ranking"."pairs", 0)
+    ) / nullIf("ranking"."pairs", 0)
   end as "roc_auc_upper",
-  "ranking"."precisions" / nullif("ranking"."positives", 0) as "average_precision",
-  case when "ranking"."is_exact" = 0 then "ranking"."least" / nullif("ranking"."positives", 0) end as "average_precision_lower",
-  case when "ranking"."is_exact" = 0 then "ranking"."greatest" / nullif("ranking"."positives", 0) end as "average_precision_upper",
-  "counts"."score_total",
-  "counts"."losses",
-  "counts"."squares",
-  "calibration"."gaps",
+  "ranking"."precisions" / nullIf("ranking"."positives", 0) as "average_precision",
+  case when "ranking"."is_exact" = 0 then "ranking"."least" / nullIf("ranking"."positives", 0) end as "average_precision_lower",
+  case when "ranking"."is_exact" = 0 then "ranking"."greatest" / nullIf("ranking"."positives", 0) end as "average_precision_upper",
+  "counts"."score_total" as "score_total",
+  "counts"."losses" as "losses",
+  "counts"."squares" as "squares",
+  "calibration"."gaps" as "gaps",
   cast(null as double) as "cut",
@@ 302 @@
   and "counts"."whq_chunk" is not distinct from "calibration"."whq_chunk"
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
@@ 34 @@
       when "score" <= cast(0.5 as double)
-      then cast(floor(2048 * sqrt(2 * "score")) as int)
+      then cast(floor(2048 * sqrt(2 * "score")) as bigint)
       when "score" <= 1
@@ 38 @@
         1 - "score"
-      ))) as int)
+      ))) as bigint)
       when "score" > 1
@@ 100 @@
       when "bin" < 1792
-      then floor("bin" / cast(256 as double))
+      then floor(cast("bin" as double) / cast(256 as double))
       when "bin" <= 2048
       then 7
-      else 16 - floor((
+      else 16 - floor(cast((
         4096 - "bin"
-      ) / cast(256 as double))
+      ) as double) / cast(256 as double))
     end as "score_range",
@@ 189 @@
     "positives_reached" - "positives" as "positives_above",
-    "positives_reached" / "members_reached" as "precision_reached"
+    cast("positives_reached" as double) / "members_reached" as "precision_reached"
   from "reached"
@@ 200 @@
     "positives" * (
-      "above" - "positives_above" + "negatives" / 2
+      "above" - "positives_above" + cast("negatives" as double) / 2
     ) as "negatives_before",
-    case when "is_tie" = 1 then 0 else "positives" * "negatives" / 2 end as "loose",
+    case when "is_tie" = 1 then 0 else cast("positives" * "negatives" as double) / 2 end as "loose",
     "positives" * case
@@ 206 @@
       then "precision_reached"
-      else (
-        "positives_above" + (
+      else cast((
+        "positives_above" + cast((
           "positives" + 1
-        ) / 2
-      ) / (
-        "above" + (
+        ) as double) / 2
+      ) as double) / (
+        "above" + cast((
           "members" + 1
-        ) / 2
+        ) as double) / 2
       )
@@ 219 @@
       then "precision_reached"
-      else (
+      else cast(cast((
         "positives_above" + 1
-      ) / (
+      ) as double) / (
         "above" + "negatives" + 1
-      ) / 2 + "precision_reached" / 2
+      ) as double) / 2 + cast("precision_reached" as double) / 2
     end as "least",
@@ 228 @@
       then "precision_reached"
-      else (
-        "positives_above" + (
+      else cast((
+        "positives_above" + cast((
           "positives" + 1
-        ) / 2
-      ) / (
-        "above" + (
+        ) as double) / 2
+      ) as double) / (
+        "above" + cast((
           "positives" + 1
-        ) / 2
+        ) as double) / 2
       )
@@ 270 @@
   "counts"."true_negative",
-  1 - "ranking"."negatives_before" / nullif("ranking"."pairs", 0) as "roc_auc",
+  1 - cast("ranking"."negatives_before" as double) / nullif("ranking"."pairs", 0) as "roc_auc",
   case
     when "ranking"."is_exact" = 0
-    then 1 - (
+    then 1 - cast((
       "ranking"."negatives_before" + "ranking"."loose"
-    ) / nullif("ranking"."pairs", 0)
+    ) as double) / nullif("ranking"."pairs", 0)
   end as "roc_auc_lower",
@@ 279 @@
     when "ranking"."is_exact" = 0
-    then 1 - (
+    then 1 - cast((
       "ranking"."negatives_before" - "ranking"."loose"
-    ) / nullif("ranking"."pairs", 0)
+    ) as double) / nullif("ranking"."pairs", 0)
   end as "roc_auc_upper",
-  "ranking"."precisions" / nullif("ranking"."positives", 0) as "average_precision",
-  case when "ranking"."is_exact" = 0 then "ranking"."least" / nullif("ranking"."positives", 0) end as "average_precision_lower",
-  case when "ranking"."is_exact" = 0 then "ranking"."greatest" / nullif("ranking"."positives", 0) end as "average_precision_upper",
+  cast("ranking"."precisions" as double) / nullif("ranking"."positives", 0) as "average_precision",
+  case
+    when "ranking"."is_exact" = 0
+    then cast("ranking"."least" as double) / nullif("ranking"."positives", 0)
+  end as "average_precision_lower",
+  case
+    when "ranking"."is_exact" = 0
+    then cast("ranking"."greatest" as double) / nullif("ranking"."positives", 0)
+  end as "average_precision_upper",
   "counts"."score_total",
@@ 295 @@
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
