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
), "sizes" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    sum(case when "truth" >= 0 then "scored" else 0 end) as "members"
  from "matrix"
  having
    count(*) > 0
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
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "class",
    "score",
    "is_positive",
    case
      when "score" < 0
      then -1
      when "score" <= cast(0.5 as double)
      then cast(floor(2048 * sqrt(2 * "score")) as int)
      when "score" <= 1
      then 4096 - cast(floor(2048 * sqrt(2 * (
        1 - "score"
      ))) as int)
      else 4097
    end as "bin"
  from "each_class"
), "bins" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "class",
    min("score") as "low",
    max("score") as "high",
    cast(count(*) as double) as "members",
    cast(sum("is_positive") as double) as "positives"
  from "binned"
  group by
    "class",
    "bin"
), "small" as (
  select
    "classed"."whq_segment",
    "classed"."whq_period",
    "classed"."whq_chunk",
    "classed"."score_0",
    "classed"."score_1",
    "classed"."score_2",
    "classed"."truth"
  from "classed"
  cross join "sizes"
  where
    "sizes"."members" <= 100 and "classed"."is_scored" = 1 and "classed"."truth" >= 0
), "few" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    0 as "class",
    case when "score_0" = 0 then 0 else "score_0" end as "place",
    case when "truth" = 0 then 1 else 0 end as "is_positive"
  from "small"
  union all
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    1 as "class",
    case when "score_1" = 0 then 0 else "score_1" end as "place",
    case when "truth" = 1 then 1 else 0 end as "is_positive"
  from "small"
  union all
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    2 as "class",
    case when "score_2" = 0 then 0 else "score_2" end as "place",
    case when "truth" = 2 then 1 else 0 end as "is_positive"
  from "small"
), "points" as (
  select
    "bins"."whq_segment",
    "bins"."whq_period",
    "bins"."whq_chunk",
    "bins"."class",
    "bins"."low" as "place",
    "bins"."members",
    "bins"."positives",
    case when "bins"."low" = "bins"."high" then 1 else 0 end as "is_tie"
  from "bins"
  cross join "sizes"
  where
    "sizes"."members" > 100
  union all
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "class",
    "place",
    cast(count(*) as double),
    cast(sum("is_positive") as double),
    1
  from "few"
  group by
    "class",
    "place"
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
@@ 241 @@
     "is_tie",
-    sum("members") over (partition by "class" order by "place" desc rows between unbounded preceding and current row) as "members_reached",
-    sum("positives") over (partition by "class" order by "place" desc rows between unbounded preceding and current row) as "positives_reached"
+    sum("members") over (partition by "class" order by "place" desc nulls last rows between unbounded preceding and current row) as "members_reached",
+    sum("positives") over (partition by "class" order by "place" desc nulls last rows between unbounded preceding and current row) as "positives_reached"
   from "points"
@@ 256 @@
     "positives_reached" - "positives" as "positives_above",
-    "positives_reached" / "members_reached" as "precision_reached"
+    cast("positives_reached" as double) / "members_reached" as "precision_reached"
   from "reached"
@@ 269 @@
     "positives" * (
-      "above" - "positives_above" + "negatives" / 2
+      "above" - "positives_above" + cast("negatives" as double) / 2
     ) as "negatives_before",
-    case when "is_tie" = 1 then 0 else "positives" * "negatives" / 2 end as "loose",
+    case when "is_tie" = 1 then 0 else cast("positives" * "negatives" as double) / 2 end as "loose",
     "positives" * case
@@ 275 @@
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
@@ 288 @@
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
@@ 297 @@
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
@@ 357 @@
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
@@ 241 @@
     "is_tie",
-    sum("members") over (partition by "class" order by "place" desc rows between unbounded preceding and current row) as "members_reached",
-    sum("positives") over (partition by "class" order by "place" desc rows between unbounded preceding and current row) as "positives_reached"
+    sum("members") over (partition by "class" order by "place" desc nulls last rows between unbounded preceding and current row) as "members_reached",
+    sum("positives") over (partition by "class" order by "place" desc nulls last rows between unbounded preceding and current row) as "positives_reached"
   from "points"
@@ 256 @@
     "positives_reached" - "positives" as "positives_above",
-    "positives_reached" / "members_reached" as "precision_reached"
+    cast("positives_reached" as double) / "members_reached" as "precision_reached"
   from "reached"
@@ 269 @@
     "positives" * (
-      "above" - "positives_above" + "negatives" / 2
+      "above" - "positives_above" + cast("negatives" as double) / 2
     ) as "negatives_before",
-    case when "is_tie" = 1 then 0 else "positives" * "negatives" / 2 end as "loose",
+    case when "is_tie" = 1 then 0 else cast("positives" * "negatives" as double) / 2 end as "loose",
     "positives" * case
@@ 275 @@
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
@@ 288 @@
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
@@ 297 @@
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
@@ 357 @@
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
@@ 142 @@
       when "score" <= cast(0.5 as double)
-      then cast(floor(2048 * sqrt(2 * "score")) as int)
+      then cast(floor(2048 * sqrt(2 * "score")) as bigint)
       when "score" <= 1
@@ 146 @@
         1 - "score"
-      ))) as int)
+      ))) as bigint)
       else 4097
@@ 351 @@
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
@@ 142 @@
       when "score" <= cast(0.5 as double)
-      then cast(floor(2048 * sqrt(2 * "score")) as int)
+      then cast(floor(2048 * sqrt(2 * "score")) as integer)
       when "score" <= 1
@@ 146 @@
         1 - "score"
-      ))) as int)
+      ))) as integer)
       else 4097
@@ 241 @@
     "is_tie",
-    sum("members") over (partition by "class" order by "place" desc rows between unbounded preceding and current row) as "members_reached",
-    sum("positives") over (partition by "class" order by "place" desc rows between unbounded preceding and current row) as "positives_reached"
+    sum("members") over (partition by "class" order by "place" desc nulls last rows between unbounded preceding and current row) as "members_reached",
+    sum("positives") over (partition by "class" order by "place" desc nulls last rows between unbounded preceding and current row) as "positives_reached"
   from "points"
@@ 256 @@
     "positives_reached" - "positives" as "positives_above",
-    "positives_reached" / "members_reached" as "precision_reached"
+    cast("positives_reached" as double) / "members_reached" as "precision_reached"
   from "reached"
@@ 269 @@
     "positives" * (
-      "above" - "positives_above" + "negatives" / 2
+      "above" - "positives_above" + cast("negatives" as double) / 2
     ) as "negatives_before",
-    case when "is_tie" = 1 then 0 else "positives" * "negatives" / 2 end as "loose",
+    case when "is_tie" = 1 then 0 else cast("positives" * "negatives" as double) / 2 end as "loose",
     "positives" * case
@@ 275 @@
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
@@ 288 @@
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
@@ 297 @@
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
@@ 351 @@
   "class",
-  cast(null as int),
+  cast(null as integer),
   cast("members" as bigint),
@@ 357 @@
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
@@ 142 @@
       when "score" <= cast(0.5 as double)
-      then cast(floor(2048 * sqrt(2 * "score")) as int)
+      then cast(floor(2048 * sqrt(2 * "score")) as integer)
       when "score" <= 1
@@ 146 @@
         1 - "score"
-      ))) as int)
+      ))) as integer)
       else 4097
@@ 256 @@
     "positives_reached" - "positives" as "positives_above",
-    "positives_reached" / "members_reached" as "precision_reached"
+    cast("positives_reached" as double) / "members_reached" as "precision_reached"
   from "reached"
@@ 269 @@
     "positives" * (
-      "above" - "positives_above" + "negatives" / 2
+      "above" - "positives_above" + cast("negatives" as double) / 2
     ) as "negatives_before",
-    case when "is_tie" = 1 then 0 else "positives" * "negatives" / 2 end as "loose",
+    case when "is_tie" = 1 then 0 else cast("positives" * "negatives" as double) / 2 end as "loose",
     "positives" * case
@@ 275 @@
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
@@ 288 @@
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
@@ 297 @@
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
@@ 351 @@
   "class",
-  cast(null as int),
+  cast(null as integer),
   cast("members" as bigint),
@@ 357 @@
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
@@ 142 @@
       when "score" <= cast(0.5 as double)
-      then cast(floor(2048 * sqrt(2 * "score")) as int)
+      then cast(floor(2048 * sqrt(2 * "score")) as Nullable(Int32))
       when "score" <= 1
@@ 146 @@
         1 - "score"
-      ))) as int)
+      ))) as Nullable(Int32))
       else 4097
@@ 166 @@
   select
-    "classed"."whq_segment",
-    "classed"."whq_period",
-    "classed"."whq_chunk",
-    "classed"."score_0",
-    "classed"."score_1",
-    "classed"."score_2",
-    "classed"."truth"
+    "classed"."whq_segment" as "whq_segment",
+    "classed"."whq_period" as "whq_period",
+    "classed"."whq_chunk" as "whq_chunk",
+    "classed"."score_0" as "score_0",
+    "classed"."score_1" as "score_1",
+    "classed"."score_2" as "score_2",
+    "classed"."truth" as "truth"
   from "classed"
@@ 206 @@
   select
-    "bins"."whq_segment",
-    "bins"."whq_period",
-    "bins"."whq_chunk",
-    "bins"."class",
+    "bins"."whq_segment" as "whq_segment",
+    "bins"."whq_period" as "whq_period",
+    "bins"."whq_chunk" as "whq_chunk",
+    "bins"."class" as "class",
     "bins"."low" as "place",
-    "bins"."members",
-    "bins"."positives",
+    "bins"."members" as "members",
+    "bins"."positives" as "positives",
     case when "bins"."low" = "bins"."high" then 1 else 0 end as "is_tie"
@@ 351 @@
   "class",
-  cast(null as int),
+  cast(null as Nullable(Int32)),
   cast("members" as bigint),
@@ 357 @@
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
@@ 142 @@
       when "score" <= cast(0.5 as double)
-      then cast(floor(2048 * sqrt(2 * "score")) as int)
+      then cast(floor(2048 * sqrt(2 * "score")) as bigint)
       when "score" <= 1
@@ 146 @@
         1 - "score"
-      ))) as int)
+      ))) as bigint)
       else 4097
@@ 256 @@
     "positives_reached" - "positives" as "positives_above",
-    "positives_reached" / "members_reached" as "precision_reached"
+    cast("positives_reached" as double) / "members_reached" as "precision_reached"
   from "reached"
@@ 269 @@
     "positives" * (
-      "above" - "positives_above" + "negatives" / 2
+      "above" - "positives_above" + cast("negatives" as double) / 2
     ) as "negatives_before",
-    case when "is_tie" = 1 then 0 else "positives" * "negatives" / 2 end as "loose",
+    case when "is_tie" = 1 then 0 else cast("positives" * "negatives" as double) / 2 end as "loose",
     "positives" * case
@@ 275 @@
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
@@ 288 @@
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
@@ 297 @@
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
@@ 351 @@
   "class",
-  cast(null as int),
+  cast(null as bigint),
   cast("members" as bigint),
@@ 357 @@
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
