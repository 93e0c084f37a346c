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
), "classed" as (
  select
    "given"."whq_segment",
    "given"."whq_period",
    "given"."whq_chunk",
    "given"."score_0",
    "given"."score_1",
    "given"."score_2",
    case
      when not "given"."score_0" is null and not "given"."score_1" is null and not "given"."score_2" is null
      then 1
      else 0
    end as "is_scored",
    case when "given"."prediction" is null then -1 else coalesce("predictions"."class", 3) end as "predicted",
    case when "given"."label" is null then -1 else coalesce("labels"."class", 3) end as "truth"
  from "given"
  left join "labels"
    on "labels"."value" = "given"."label"
  left join "predictions"
    on "predictions"."value" = "given"."prediction"
), "matrix" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "truth",
    "predicted",
    count(*) as "members",
    sum("is_scored") as "scored",
    sum(
      case
        when "is_scored" = 1
        and (
          "score_0" < 0 or "score_0" > 1 or "score_1" < 0 or "score_1" > 1 or "score_2" < 0 or "score_2" > 1
        )
        then 1
        else 0
      end
    ) as "outside",
    sum(
      case
        when "is_scored" = 1 and abs("score_0" + "score_1" + "score_2" - 1) > cast(0.01 as double)
        then 1
        else 0
      end
    ) as "uneven"
  from "classed"
  group by
    "truth",
    "predicted"
), "large" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    sum(case when "truth" >= 0 then "scored" else 0 end) as "members"
  from "matrix"
  having
    sum(case when "truth" >= 0 then "scored" else 0 end) > 100 and count(*) > 0
), "each_class" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    0 as "class",
    "score_0" as "score",
    case when "truth" = 0 then 1 else 0 end as "is_positive"
  from "classed"
  where
    "is_scored" = 1 and "truth" >= 0
  union all
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    1 as "class",
    "score_1" as "score",
    case when "truth" = 1 then 1 else 0 end as "is_positive"
  from "classed"
  where
    "is_scored" = 1 and "truth" >= 0
  union all
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    2 as "class",
    "score_2" as "score",
    case when "truth" = 2 then 1 else 0 end as "is_positive"
  from "classed"
  where
    "is_scored" = 1 and "truth" >= 0
), "binned" as (
  select
    "each_class"."whq_segment",
    "each_class"."whq_period",
    "each_class"."whq_chunk",
    "each_class"."class",
    "each_class"."score",
    "each_class"."is_positive",
    case
      when "large"."members" is null
      then 0
      when "each_class"."score" < 0
      then -1
      when "each_class"."score" <= cast(0.5 as double)
      then cast(floor(2048 * sqrt(2 * "each_class"."score")) as int)
      when "each_class"."score" <= 1
      then 4096 - cast(floor(2048 * sqrt(2 * (
        1 - "each_class"."score"
      ))) as int)
      else 4097
    end as "bin",
    case
      when not "large"."members" is null
      then cast(0 as double)
      when "each_class"."score" = 0
      then cast(0 as double)
      else "each_class"."score"
    end as "own"
  from "each_class"
  left join "large"
    on "each_class"."whq_segment" is not distinct from "large"."whq_segment"
    and "each_class"."whq_period" is not distinct from "large"."whq_period"
    and "each_class"."whq_chunk" is not distinct from "large"."whq_chunk"
), "points" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "class",
    min("score") as "place",
    cast(count(*) as double) as "members",
    cast(sum("is_positive") as double) as "positives",
    case when min("score") = max("score") then 1 else 0 end as "is_tie"
  from "binned"
  group by
    "class",
    "bin",
    "own"
), "reached" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "class",
    "members",
    "positives",
    "is_tie",
    sum("members") over (partition by "class" order by "place" desc rows between unbounded preceding and current row) as "members_reached",
    sum("positives") over (partition by "class" order by "place" desc rows between unbounded preceding and current row) as "positives_reached"
  from "points"
), "ranked" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "class",
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
    "class",
    "members",
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
    "class",
    min("is_tie") as "is_exact",
    sum("members") as "members",
    sum("positives") as "positives",
    sum("positives") * sum("negatives") as "pairs",
    sum("negatives_before") as "negatives_before",
    sum("loose") as "loose",
    sum("precisions") as "precisions",
    sum("least") as "least",
    sum("greatest") as "greatest"
  from "steps"
  group by
    "class"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  "truth" as "class",
  "predicted",
  "members",
  "scored",
  "outside",
  "uneven",
  cast(null as bigint) as "positives",
  cast(null as double) as "roc_auc",
  cast(null as double) as "roc_auc_lower",
  cast(null as double) as "roc_auc_upper",
  cast(null as double) as "average_precision",
  cast(null as double) as "average_precision_lower",
  cast(null as double) as "average_precision_upper"
from "matrix"
union all
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  "class",
  cast(null as int),
  cast("members" as bigint),
  cast("members" as bigint),
  cast(null as bigint),
  cast(null as bigint),
  cast("positives" as bigint),
  1 - "negatives_before" / nullif("pairs", 0),
  case when "is_exact" = 0 then 1 - (
    "negatives_before" + "loose"
  ) / nullif("pairs", 0) end,
  case when "is_exact" = 0 then 1 - (
    "negatives_before" - "loose"
  ) / nullif("pairs", 0) end,
  "precisions" / nullif("positives", 0),
  case when "is_exact" = 0 then "least" / nullif("positives", 0) end,
  case when "is_exact" = 0 then "greatest" / nullif("positives", 0) end
from "ranking"

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
@@ 187 @@
     "is_tie",
-    sum("members") over (partition by "class" order by "place" desc rows between unbounded preceding and current row) as "members_reached",
-    sum("positives") over (partition by "class" order by "place" desc rows between unbounded preceding and current row) as "positives_reached"
+    sum("members") over (partition by "class" order by "place" desc nulls last rows between unbounded preceding and current row) as "members_reached",
+    sum("positives") over (partition by "class" order by "place" desc nulls last rows between unbounded preceding and current row) as "positives_reached"
   from "points"
@@ 202 @@
     "positives_reached" - "positives" as "positives_above",
-    "positives_reached" / "members_reached" as "precision_reached"
+    cast("positives_reached" as double) / "members_reached" as "precision_reached"
   from "reached"
@@ 215 @@
     "positives" * (
-      "above" - "positives_above" + "negatives" / 2
+      "above" - "positives_above" + cast("negatives" as double) / 2
     ) as "negatives_before",
-    case when "is_tie" = 1 then 0 else "positives" * "negatives" / 2 end as "loose",
+    case when "is_tie" = 1 then 0 else cast("positives" * "negatives" as double) / 2 end as "loose",
     "positives" * case
@@ 221 @@
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
@@ 234 @@
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
@@ 243 @@
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
@@ 303 @@
   cast("positives" as bigint),
-  1 - "negatives_before" / nullif("pairs", 0),
-  case when "is_exact" = 0 then 1 - (
-    "negatives_before" + "loose"
-  ) / nullif("pairs", 0) end,
-  case when "is_exact" = 0 then 1 - (
-    "negatives_before" - "loose"
-  ) / nullif("pairs", 0) end,
-  "precisions" / nullif("positives", 0),
-  case when "is_exact" = 0 then "least" / nullif("positives", 0) end,
-  case when "is_exact" = 0 then "greatest" / nullif("positives", 0) end
+  1 - cast("negatives_before" as double) / nullif("pairs", 0),
+  case
+    when "is_exact" = 0
+    then 1 - cast((
+      "negatives_before" + "loose"
+    ) as double) / nullif("pairs", 0)
+  end,
+  case
+    when "is_exact" = 0
+    then 1 - cast((
+      "negatives_before" - "loose"
+    ) as double) / nullif("pairs", 0)
+  end,
+  cast("precisions" as double) / nullif("positives", 0),
+  case when "is_exact" = 0 then cast("least" as double) / nullif("positives", 0) end,
+  case when "is_exact" = 0 then cast("greatest" as double) / nullif("positives", 0) end
 from "ranking"

-- dialect: snowflake
@@ 187 @@
     "is_tie",
-    sum("members") over (partition by "class" order by "place" desc rows between unbounded preceding and current row) as "members_reached",
-    sum("positives") over (partition by "class" order by "place" desc rows between unbounded preceding and current row) as "positives_reached"
+    sum("members") over (partition by "class" order by "place" desc nulls last rows between unbounded preceding and current row) as "members_reached",
+    sum("positives") over (partition by "class" order by "place" desc nulls last rows between unbounded preceding and current row) as "positives_reached"
   from "points"
@@ 202 @@
     "positives_reached" - "positives" as "positives_above",
-    "positives_reached" / "members_reached" as "precision_reached"
+    cast("positives_reached" as double) / "members_reached" as "precision_reached"
   from "reached"
@@ 215 @@
     "positives" * (
-      "above" - "positives_above" + "negatives" / 2
+      "above" - "positives_above" + cast("negatives" as double) / 2
     ) as "negatives_before",
-    case when "is_tie" = 1 then 0 else "positives" * "negatives" / 2 end as "loose",
+    case when "is_tie" = 1 then 0 else cast("positives" * "negatives" as double) / 2 end as "loose",
     "positives" * case
@@ 221 @@
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
@@ 234 @@
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
@@ 243 @@
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
@@ 303 @@
   cast("positives" as bigint),
-  1 - "negatives_before" / nullif("pairs", 0),
-  case when "is_exact" = 0 then 1 - (
-    "negatives_before" + "loose"
-  ) / nullif("pairs", 0) end,
-  case when "is_exact" = 0 then 1 - (
-    "negatives_before" - "loose"
-  ) / nullif("pairs", 0) end,
-  "precisions" / nullif("positives", 0),
-  case when "is_exact" = 0 then "least" / nullif("positives", 0) end,
-  case when "is_exact" = 0 then "greatest" / nullif("positives", 0) end
+  1 - cast("negatives_before" as double) / nullif("pairs", 0),
+  case
+    when "is_exact" = 0
+    then 1 - cast((
+      "negatives_before" + "loose"
+    ) as double) / nullif("pairs", 0)
+  end,
+  case
+    when "is_exact" = 0
+    then 1 - cast((
+      "negatives_before" - "loose"
+    ) as double) / nullif("pairs", 0)
+  end,
+  cast("precisions" as double) / nullif("positives", 0),
+  case when "is_exact" = 0 then cast("least" as double) / nullif("positives", 0) end,
+  case when "is_exact" = 0 then cast("greatest" as double) / nullif("positives", 0) end
 from "ranking"

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
@@ 144 @@
       when "each_class"."score" <= cast(0.5 as double)
-      then cast(floor(2048 * sqrt(2 * "each_class"."score")) as int)
+      then cast(floor(2048 * sqrt(2 * "each_class"."score")) as bigint)
       when "each_class"."score" <= 1
@@ 148 @@
         1 - "each_class"."score"
-      ))) as int)
+      ))) as bigint)
       else 4097
@@ 160 @@
   left join "large"
-    on "each_class"."whq_segment" is not distinct from "large"."whq_segment"
-    and "each_class"."whq_period" is not distinct from "large"."whq_period"
-    and "each_class"."whq_chunk" is not distinct from "large"."whq_chunk"
+    on to_json_string("each_class"."whq_segment") = to_json_string("large"."whq_segment")
+    and to_json_string("each_class"."whq_period") = to_json_string("large"."whq_period")
+    and to_json_string("each_class"."whq_chunk") = to_json_string("large"."whq_chunk")
 ), "points" as (
@@ 297 @@
   "class",
-  cast(null as int),
+  cast(null as bigint),
   cast("members" as bigint),

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
@@ 144 @@
       when "each_class"."score" <= cast(0.5 as double)
-      then cast(floor(2048 * sqrt(2 * "each_class"."score")) as int)
+      then cast(floor(2048 * sqrt(2 * "each_class"."score")) as integer)
       when "each_class"."score" <= 1
@@ 148 @@
         1 - "each_class"."score"
-      ))) as int)
+      ))) as integer)
       else 4097
@@ 160 @@
   left join "large"
-    on "each_class"."whq_segment" is not distinct from "large"."whq_segment"
-    and "each_class"."whq_period" is not distinct from "large"."whq_period"
-    and "each_class"."whq_chunk" is not distinct from "large"."whq_chunk"
+    on coalesce(
+      (
+        "each_class"."whq_segment" = "large"."whq_segment"
+      )
+      or (
+        "each_class"."whq_segment" is null and "large"."whq_segment" is null
+      ),
+      false
+    )
+    and coalesce(
+      (
+        "each_class"."whq_period" = "large"."whq_period"
+      )
+      or (
+        "each_class"."whq_period" is null and "large"."whq_period" is null
+      ),
+      false
+    )
+    and coalesce(
+      (
+        "each_class"."whq_chunk" = "large"."whq_chunk"
+      )
+      or (
+        "each_class"."whq_chunk" is null and "large"."whq_chunk" is null
+      ),
+      false
+    )
 ), "points" as (
@@ 187 @@
     "is_tie",
-    sum("members") over (partition by "class" order by "place" desc rows between unbounded preceding and current row) as "members_reached",
-    sum("positives") over (partition by "class" order by "place" desc rows between unbounded preceding and current row) as "positives_reached"
+    sum("members") over (partition by "class" order by "place" desc nulls last rows between unbounded preceding and current row) as "members_reached",
+    sum("positives") over (partition by "class" order by "place" desc nulls last rows between unbounded preceding and current row) as "positives_reached"
   from "points"
@@ 202 @@
     "positives_reached" - "positives" as "positives_above",
-    "positives_reached" / "members_reached" as "precision_reached"
+    cast("positives_reached" as double) / "members_reached" as "precision_reached"
   from "reached"
@@ 215 @@
     "positives" * (
-      "above" - "positives_above" + "negatives" / 2
+      "above" - "positives_above" + cast("negatives" as double) / 2
     ) as "negatives_before",
-    case when "is_tie" = 1 then 0 else "positives" * "negatives" / 2 end as "loose",
+    case when "is_tie" = 1 then 0 else cast("positives" * "negatives" as double) / 2 end as "loose",
     "positives" * case
@@ 221 @@
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
@@ 234 @@
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
@@ 243 @@
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
@@ 297 @@
   "class",
-  cast(null as int),
+  cast(null as integer),
   cast("members" as bigint),
@@ 303 @@
   cast("positives" as bigint),
-  1 - "negatives_before" / nullif("pairs", 0),
-  case when "is_exact" = 0 then 1 - (
-    "negatives_before" + "loose"
-  ) / nullif("pairs", 0) end,
-  case when "is_exact" = 0 then 1 - (
-    "negatives_before" - "loose"
-  ) / nullif("pairs", 0) end,
-  "precisions" / nullif("positives", 0),
-  case when "is_exact" = 0 then "least" / nullif("positives", 0) end,
-  case when "is_exact" = 0 then "greatest" / nullif("positives", 0) end
+  1 - cast("negatives_before" as double) / nullif("pairs", 0),
+  case
+    when "is_exact" = 0
+    then 1 - cast((
+      "negatives_before" + "loose"
+    ) as double) / nullif("pairs", 0)
+  end,
+  case
+    when "is_exact" = 0
+    then 1 - cast((
+      "negatives_before" - "loose"
+    ) as double) / nullif("pairs", 0)
+  end,
+  cast("precisions" as double) / nullif("positives", 0),
+  case when "is_exact" = 0 then cast("least" as double) / nullif("positives", 0) end,
+  case when "is_exact" = 0 then cast("greatest" as double) / nullif("positives", 0) end
 from "ranking"

-- dialect: trino
@@ 144 @@
       when "each_class"."score" <= cast(0.5 as double)
-      then cast(floor(2048 * sqrt(2 * "each_class"."score")) as int)
+      then cast(floor(2048 * sqrt(2 * "each_class"."score")) as integer)
       when "each_class"."score" <= 1
@@ 148 @@
         1 - "each_class"."score"
-      ))) as int)
+      ))) as integer)
       else 4097
@@ 202 @@
     "positives_reached" - "positives" as "positives_above",
-    "positives_reached" / "members_reached" as "precision_reached"
+    cast("positives_reached" as double) / "members_reached" as "precision_reached"
   from "reached"
@@ 215 @@
     "positives" * (
-      "above" - "positives_above" + "negatives" / 2
+      "above" - "positives_above" + cast("negatives" as double) / 2
     ) as "negatives_before",
-    case when "is_tie" = 1 then 0 else "positives" * "negatives" / 2 end as "loose",
+    case when "is_tie" = 1 then 0 else cast("positives" * "negatives" as double) / 2 end as "loose",
     "positives" * case
@@ 221 @@
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
@@ 234 @@
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
@@ 243 @@
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
@@ 297 @@
   "class",
-  cast(null as int),
+  cast(null as integer),
   cast("members" as bigint),
@@ 303 @@
   cast("positives" as bigint),
-  1 - "negatives_before" / nullif("pairs", 0),
-  case when "is_exact" = 0 then 1 - (
-    "negatives_before" + "loose"
-  ) / nullif("pairs", 0) end,
-  case when "is_exact" = 0 then 1 - (
-    "negatives_before" - "loose"
-  ) / nullif("pairs", 0) end,
-  "precisions" / nullif("positives", 0),
-  case when "is_exact" = 0 then "least" / nullif("positives", 0) end,
-  case when "is_exact" = 0 then "greatest" / nullif("positives", 0) end
+  1 - cast("negatives_before" as double) / nullif("pairs", 0),
+  case
+    when "is_exact" = 0
+    then 1 - cast((
+      "negatives_before" + "loose"
+    ) as double) / nullif("pairs", 0)
+  end,
+  case
+    when "is_exact" = 0
+    then 1 - cast((
+      "negatives_before" - "loose"
+    ) as double) / nullif("pairs", 0)
+  end,
+  cast("precisions" as double) / nullif("positives", 0),
+  case when "is_exact" = 0 then cast("least" as double) / nullif("positives", 0) end,
+  case when "is_exact" = 0 then cast("greatest" as double) / nullif("positives", 0) end
 from "ranking"

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
@@ 40 @@
   select
-    "given"."whq_segment",
-    "given"."whq_period",
-    "given"."whq_chunk",
-    "given"."score_0",
-    "given"."score_1",
-    "given"."score_2",
+    "given"."whq_segment" as "whq_segment",
+    "given"."whq_period" as "whq_period",
+    "given"."whq_chunk" as "whq_chunk",
+    "given"."score_0" as "score_0",
+    "given"."score_1" as "score_1",
+    "given"."score_2" as "score_2",
     case
-      when not "given"."score_0" is null and not "given"."score_1" is null and not "given"."score_2" is null
+      when not (
+        "given"."score_0" is null
+      )
+      and not (
+        "given"."score_1" is null
+      )
+      and not (
+        "given"."score_2" is null
+      )
       then 1
@@ 132 @@
   select
-    "each_class"."whq_segment",
-    "each_class"."whq_period",
-    "each_class"."whq_chunk",
-    "each_class"."class",
-    "each_class"."score",
-    "each_class"."is_positive",
+    "each_class"."whq_segment" as "whq_segment",
+    "each_class"."whq_period" as "whq_period",
+    "each_class"."whq_chunk" as "whq_chunk",
+    "each_class"."class" as "class",
+    "each_class"."score" as "score",
+    "each_class"."is_positive" as "is_positive",
     case
@@ 144 @@
       when "each_class"."score" <= cast(0.5 as double)
-      then cast(floor(2048 * sqrt(2 * "each_class"."score")) as int)
+      then cast(floor(2048 * sqrt(2 * "each_class"."score")) as Nullable(Int32))
       when "each_class"."score" <= 1
@@ 148 @@
         1 - "each_class"."score"
-      ))) as int)
+      ))) as Nullable(Int32))
       else 4097
@@ 152 @@
     case
-      when not "large"."members" is null
+      when not (
+        "large"."members" is null
+      )
       then cast(0 as double)
@@ 297 @@
   "class",
-  cast(null as int),
+  cast(null as Nullable(Int32)),
   cast("members" as bigint),
@@ 303 @@
   cast("positives" as bigint),
-  1 - "negatives_before" / nullif("pairs", 0),
+  1 - "negatives_before" / nullIf("pairs", 0),
   case when "is_exact" = 0 then 1 - (
     "negatives_before" + "loose"
-  ) / nullif("pairs", 0) end,
+  ) / nullIf("pairs", 0) end,
   case when "is_exact" = 0 then 1 - (
     "negatives_before" - "loose"
-  ) / nullif("pairs", 0) end,
-  "precisions" / nullif("positives", 0),
-  case when "is_exact" = 0 then "least" / nullif("positives", 0) end,
-  case when "is_exact" = 0 then "greatest" / nullif("positives", 0) end
+  ) / nullIf("pairs", 0) end,
+  "precisions" / nullIf("positives", 0),
+  case when "is_exact" = 0 then "least" / nullIf("positives", 0) end,
+  case when "is_exact" = 0 then "greatest" / nullIf("positives", 0) end
 from "ranking"
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
@@ 144 @@
       when "each_class"."score" <= cast(0.5 as double)
-      then cast(floor(2048 * sqrt(2 * "each_class"."score")) as int)
+      then cast(floor(2048 * sqrt(2 * "each_class"."score")) as bigint)
       when "each_class"."score" <= 1
@@ 148 @@
         1 - "each_class"."score"
-      ))) as int)
+      ))) as bigint)
       else 4097
@@ 160 @@
   left join "large"
-    on "each_class"."whq_segment" is not distinct from "large"."whq_segment"
-    and "each_class"."whq_period" is not distinct from "large"."whq_period"
-    and "each_class"."whq_chunk" is not distinct from "large"."whq_chunk"
+    on "each_class"."whq_segment" <=> "large"."whq_segment"
+    and "each_class"."whq_period" <=> "large"."whq_period"
+    and "each_class"."whq_chunk" <=> "large"."whq_chunk"
 ), "points" as (
@@ 202 @@
     "positives_reached" - "positives" as "positives_above",
-    "positives_reached" / "members_reached" as "precision_reached"
+    cast("positives_reached" as double) / "members_reached" as "precision_reached"
   from "reached"
@@ 215 @@
     "positives" * (
-      "above" - "positives_above" + "negatives" / 2
+      "above" - "positives_above" + cast("negatives" as double) / 2
     ) as "negatives_before",
-    case when "is_tie" = 1 then 0 else "positives" * "negatives" / 2 end as "loose",
+    case when "is_tie" = 1 then 0 else cast("positives" * "negatives" as double) / 2 end as "loose",
     "positives" * case
@@ 221 @@
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
@@ 234 @@
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
@@ 243 @@
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
@@ 297 @@
   "class",
-  cast(null as int),
+  cast(null as bigint),
   cast("members" as bigint),
@@ 303 @@
   cast("positives" as bigint),
-  1 - "negatives_before" / nullif("pairs", 0),
-  case when "is_exact" = 0 then 1 - (
-    "negatives_before" + "loose"
-  ) / nullif("pairs", 0) end,
-  case when "is_exact" = 0 then 1 - (
-    "negatives_before" - "loose"
-  ) / nullif("pairs", 0) end,
-  "precisions" / nullif("positives", 0),
-  case when "is_exact" = 0 then "least" / nullif("positives", 0) end,
-  case when "is_exact" = 0 then "greatest" / nullif("positives", 0) end
+  1 - cast("negatives_before" as double) / nullif("pairs", 0),
+  case
+    when "is_exact" = 0
+    then 1 - cast((
+      "negatives_before" + "loose"
+    ) as double) / nullif("pairs", 0)
+  end,
+  case
+    when "is_exact" = 0
+    then 1 - cast((
+      "negatives_before" - "loose"
+    ) as double) / nullif("pairs", 0)
+  end,
+  cast("precisions" as double) / nullif("positives", 0),
+  case when "is_exact" = 0 then cast("least" as double) / nullif("positives", 0) end,
+  case when "is_exact" = 0 then cast("greatest" as double) / nullif("positives", 0) end
 from "ranking"
