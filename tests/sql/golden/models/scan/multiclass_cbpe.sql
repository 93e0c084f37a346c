-- dialect: duckdb
with "dataset" as (
  select
    case when abs("whq_source"."p c") <= cast(1.7976931348623157e308 as double) then "whq_source"."p c" end as "p c",
    case when abs("whq_source"."p_a") <= cast(1.7976931348623157e308 as double) then "whq_source"."p_a" end as "p_a",
    case when abs("whq_source"."p_b") <= cast(1.7976931348623157e308 as double) then "whq_source"."p_b" end as "p_b",
    "predicted",
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "knots" as (
  select
    "class",
    "score",
    "probability"
  from (values
    (cast(0 as bigint), cast(0.0 as double), cast(0.1 as double)),
    (0, 0.4e0, 0.1e0),
    (0, 0.6e0, 0.9e0),
    (0, 1.0e0, 0.9e0),
    (1, 0.0e0, 0.0e0),
    (1, 1.0e0, 1.0e0),
    (2, 0.0e0, 0.0e0),
    (2, 0.3e0, 0.2e0),
    (2, 0.5e0, 0.7e0),
    (2, 1.0e0, 0.7e0)) as "whq_values"("class", "score", "probability")
), "predictions" as (
  select
    "value",
    "class"
  from (values
    (cast('a' as text), cast(0 as bigint)),
    ('b', 1),
    ('c', 2)) as "whq_values"("value", "class")
), "ends" as (
  select
    "knots"."class",
    "knots"."score" as "low",
    lead("knots"."score") over (partition by "knots"."class" order by "knots"."score") as "next_score",
    "knots"."probability" as "base",
    lead("knots"."probability") over (partition by "knots"."class" order by "knots"."score") as "next_probability"
  from "knots"
), "spans" as (
  select
    "class",
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
    "spans"."class",
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
    cast("p_a" as double) as "score_0",
    cast("p_b" as double) as "score_1",
    cast("p c" as double) as "score_2",
    "predicted" as "prediction"
  from "dataset"
), "located" as (
  select
    "given"."whq_segment",
    "given"."whq_period",
    "given"."whq_chunk",
    "given"."score_0",
    case
      when "given"."score_0" >= 0 and "given"."score_0" < 1
      then cast(floor("given"."score_0" * 1024) as int)
      when "given"."score_0" = 1
      then 1023
    end as "bin_0",
    "given"."score_1",
    case
      when "given"."score_1" >= 0 and "given"."score_1" < 1
      then cast(floor("given"."score_1" * 1024) as int)
      when "given"."score_1" = 1
      then 1023
    end as "bin_1",
    "given"."score_2",
    case
      when "given"."score_2" >= 0 and "given"."score_2" < 1
      then cast(floor("given"."score_2" * 1024) as int)
      when "given"."score_2" = 1
      then 1023
    end as "bin_2",
    case when "given"."prediction" is null then -1 else coalesce("predictions"."class", 3) end as "predicted"
  from "given"
  left join "predictions"
    on "predictions"."value" = "given"."prediction"
), "calibrated" as (
  select
    "located"."whq_segment",
    "located"."whq_period",
    "located"."whq_chunk",
    "located"."predicted",
    "located"."score_0",
    "spans_0"."base" + "spans_0"."slope" * (
      case when "spans_0"."slope" = 0 then 0 else "located"."score_0" - "spans_0"."low" end
    ) as "calibrated_0",
    "located"."score_1",
    "spans_1"."base" + "spans_1"."slope" * (
      case when "spans_1"."slope" = 0 then 0 else "located"."score_1" - "spans_1"."low" end
    ) as "calibrated_1",
    "located"."score_2",
    "spans_2"."base" + "spans_2"."slope" * (
      case when "spans_2"."slope" = 0 then 0 else "located"."score_2" - "spans_2"."low" end
    ) as "calibrated_2",
    case
      when not "located"."score_0" is null
      and not "located"."score_1" is null
      and not "located"."score_2" is null
      then 1
      else 0
    end as "is_scored"
  from "located"
  left join "binned_spans" as "spans_0"
    on "spans_0"."class" = 0
    and "spans_0"."bin" = "located"."bin_0"
    and "located"."score_0" >= "spans_0"."low"
    and "located"."score_0" < "spans_0"."high"
  left join "binned_spans" as "spans_1"
    on "spans_1"."class" = 1
    and "spans_1"."bin" = "located"."bin_1"
    and "located"."score_1" >= "spans_1"."low"
    and "located"."score_1" < "spans_1"."high"
  left join "binned_spans" as "spans_2"
    on "spans_2"."class" = 2
    and "spans_2"."bin" = "located"."bin_2"
    and "located"."score_2" >= "spans_2"."low"
    and "located"."score_2" < "spans_2"."high"
), "summed" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "predicted",
    "is_scored",
    "score_0",
    "calibrated_0",
    "score_1",
    "calibrated_1",
    "score_2",
    "calibrated_2",
    "calibrated_0" + "calibrated_1" + "calibrated_2" as "total"
  from "calibrated"
), "weighed" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "predicted",
    "is_scored",
    "score_0",
    case when "total" > 0 then "calibrated_0" / "total" when "total" = 0 then cast(1 as double) / 3 end as "chance_0",
    "score_1",
    case when "total" > 0 then "calibrated_1" / "total" when "total" = 0 then cast(1 as double) / 3 end as "chance_1",
    "score_2",
    case when "total" > 0 then "calibrated_2" / "total" when "total" = 0 then cast(1 as double) / 3 end as "chance_2",
    case when "is_scored" = 1 and "total" is null then 1 else 0 end as "is_outside"
  from "summed"
), "matrix" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "predicted",
    count(*) as "members",
    sum("is_scored") as "scored",
    sum("is_outside") as "outside",
    sum("chance_0") as "expected_0",
    sum("chance_1") as "expected_1",
    sum("chance_2") as "expected_2",
    sum(
      case
        when "is_scored" = 1 and abs("score_0" + "score_1" + "score_2" - 1) > cast(0.01 as double)
        then 1
        else 0
      end
    ) as "uneven"
  from "weighed"
  group by
    "predicted"
), "large" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    sum("scored") as "members"
  from "matrix"
  having
    sum("scored") > 100 and count(*) > 0
), "each_class" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    0 as "class",
    "score_0" as "score",
    "chance_0" as "chance"
  from "weighed"
  where
    not "chance_0" is null
  union all
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    1 as "class",
    "score_1" as "score",
    "chance_1" as "chance"
  from "weighed"
  where
    not "chance_1" is null
  union all
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    2 as "class",
    "score_2" as "score",
    "chance_2" as "chance"
  from "weighed"
  where
    not "chance_2" is null
), "binned" as (
  select
    "each_class"."whq_segment",
    "each_class"."whq_period",
    "each_class"."whq_chunk",
    "each_class"."class",
    "each_class"."score",
    "each_class"."chance",
    case
      when "large"."members" is null
      then 0
      when "each_class"."score" <= cast(0.5 as double)
      then cast(floor(8192 * sqrt(2 * "each_class"."score")) as int)
      else 16384 - cast(floor(8192 * sqrt(2 * (
        1 - "each_class"."score"
      ))) as int)
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
), "places" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "class",
    min("score") as "place",
    cast(count(*) as double) as "weight",
    sum("chance") as "expected"
  from "binned"
  group by
    "class",
    "bin",
    "own"
), "ranked" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "class",
    "expected" / "weight" as "probability",
    "weight",
    sum("weight") over (partition by "class" order by "place" desc rows between unbounded preceding and current row) - "weight" as "weight_above",
    sum("expected") over (partition by "class" order by "place" desc rows between unbounded preceding and current row) - "expected" as "positives_above"
  from "places"
), "shifted" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "class",
    "probability",
    "weight",
    "weight_above",
    "positives_above",
    "weight_above" + "weight" as "weight_reached",
    "weight_above" + 8 as "near",
    "weight_above" + "weight" + 8 as "far"
  from "ranked"
), "gaps" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "class",
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
    "class",
    sum("weight") as "members",
    sum("weight" * "probability") as "expected",
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
  from "gaps"
  group by
    "class"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  0 as "class",
  "predicted",
  "members",
  "scored",
  "outside",
  "uneven",
  coalesce("expected_0", 0) as "expected",
  cast(null as double) as "roc_auc",
  cast(null as double) as "average_precision"
from "matrix"
union all
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  1 as "class",
  "predicted",
  "members",
  "scored",
  "outside",
  "uneven",
  coalesce("expected_1", 0) as "expected",
  cast(null as double) as "roc_auc",
  cast(null as double) as "average_precision"
from "matrix"
union all
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  2 as "class",
  "predicted",
  "members",
  "scored",
  "outside",
  "uneven",
  coalesce("expected_2", 0) as "expected",
  cast(null as double) as "roc_auc",
  cast(null as double) as "average_precision"
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
  "expected",
  "roc_auc",
  "average_precision"
from "ranking"

-- dialect: postgres
@@ 2 @@
   select
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
@@ 48 @@
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
@@ 225 @@
     "score_0",
-    case when "total" > 0 then "calibrated_0" / "total" when "total" = 0 then cast(1 as double) / 3 end as "chance_0",
+    case
+      when "total" > 0
+      then cast("calibrated_0" as double) / "total"
+      when "total" = 0
+      then cast(1 as double) / 3
+    end as "chance_0",
     "score_1",
-    case when "total" > 0 then "calibrated_1" / "total" when "total" = 0 then cast(1 as double) / 3 end as "chance_1",
+    case
+      when "total" > 0
+      then cast("calibrated_1" as double) / "total"
+      when "total" = 0
+      then cast(1 as double) / 3
+    end as "chance_1",
     "score_2",
-    case when "total" > 0 then "calibrated_2" / "total" when "total" = 0 then cast(1 as double) / 3 end as "chance_2",
+    case
+      when "total" > 0
+      then cast("calibrated_2" as double) / "total"
+      when "total" = 0
+      then cast(1 as double) / 3
+    end as "chance_2",
     case when "is_scored" = 1 and "total" is null then 1 else 0 end as "is_outside"
@@ 345 @@
     "class",
-    "expected" / "weight" as "probability",
+    cast("expected" as double) / "weight" as "probability",
     "weight",
-    sum("weight") over (partition by "class" order by "place" desc rows between unbounded preceding and current row) - "weight" as "weight_above",
-    sum("expected") over (partition by "class" order by "place" desc rows between unbounded preceding and current row) - "expected" as "positives_above"
+    sum("weight") over (partition by "class" order by "place" desc nulls last rows between unbounded preceding and current row) - "weight" as "weight_above",
+    sum("expected") over (partition by "class" order by "place" desc nulls last rows between unbounded preceding and current row) - "expected" as "positives_above"
   from "places"
@@ 376 @@
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
@@ 444 @@
     sum("weight" * "probability") as "expected",
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
@@ 457 @@
       )
-    ) / nullif(sum("weight" * "probability"), 0) as "average_precision"
+    ) as double) / nullif(sum("weight" * "probability"), 0) as "average_precision"
   from "gaps"

-- dialect: snowflake
@@ 48 @@
     "base",
-    coalesce((
+    coalesce(cast((
       "next_probability" - "base"
-    ) / (
+    ) as double) / (
       "next_score" - "low"
@@ 225 @@
     "score_0",
-    case when "total" > 0 then "calibrated_0" / "total" when "total" = 0 then cast(1 as double) / 3 end as "chance_0",
+    case
+      when "total" > 0
+      then cast("calibrated_0" as double) / "total"
+      when "total" = 0
+      then cast(1 as double) / 3
+    end as "chance_0",
     "score_1",
-    case when "total" > 0 then "calibrated_1" / "total" when "total" = 0 then cast(1 as double) / 3 end as "chance_1",
+    case
+      when "total" > 0
+      then cast("calibrated_1" as double) / "total"
+      when "total" = 0
+      then cast(1 as double) / 3
+    end as "chance_1",
     "score_2",
-    case when "total" > 0 then "calibrated_2" / "total" when "total" = 0 then cast(1 as double) / 3 end as "chance_2",
+    case
+      when "total" > 0
+      then cast("calibrated_2" as double) / "total"
+      when "total" = 0
+      then cast(1 as double) / 3
+    end as "chance_2",
     case when "is_scored" = 1 and "total" is null then 1 else 0 end as "is_outside"
@@ 345 @@
     "class",
-    "expected" / "weight" as "probability",
+    cast("expected" as double) / "weight" as "probability",
     "weight",
-    sum("weight") over (partition by "class" order by "place" desc rows between unbounded preceding and current row) - "weight" as "weight_above",
-    sum("expected") over (partition by "class" order by "place" desc rows between unbounded preceding and current row) - "expected" as "positives_above"
+    sum("weight") over (partition by "class" order by "place" desc nulls last rows between unbounded preceding and current row) - "weight" as "weight_above",
+    sum("expected") over (partition by "class" order by "place" desc nulls last rows between unbounded preceding and current row) - "expected" as "positives_above"
   from "places"
@@ 376 @@
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
@@ 444 @@
     sum("weight" * "probability") as "expected",
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
@@ 457 @@
       )
-    ) / nullif(sum("weight" * "probability"), 0) as "average_precision"
+    ) as double) / nullif(sum("weight" * "probability"), 0) as "average_precision"
   from "gaps"

-- dialect: bigquery
@@ 2 @@
   select
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
@@ 12 @@
   select
-    "class",
-    "score",
-    "probability"
-  from (values
-    (cast(0 as bigint), cast(0.0 as double), cast(0.1 as double)),
-    (0, 0.4e0, 0.1e0),
-    (0, 0.6e0, 0.9e0),
-    (0, 1.0e0, 0.9e0),
-    (1, 0.0e0, 0.0e0),
-    (1, 1.0e0, 1.0e0),
-    (2, 0.0e0, 0.0e0),
-    (2, 0.3e0, 0.2e0),
-    (2, 0.5e0, 0.7e0),
-    (2, 1.0e0, 0.7e0)) as "whq_values"("class", "score", "probability")
+    cast(0 as bigint) as "class",
+    cast(0.0 as double) as "score",
+    cast(0.1 as double) as "probability"
+  union all
+  select
+    0,
+    0.4e0,
+    0.1e0
+  union all
+  select
+    0,
+    0.6e0,
+    0.9e0
+  union all
+  select
+    0,
+    1.0e0,
+    0.9e0
+  union all
+  select
+    1,
+    0.0e0,
+    0.0e0
+  union all
+  select
+    1,
+    1.0e0,
+    1.0e0
+  union all
+  select
+    2,
+    0.0e0,
+    0.0e0
+  union all
+  select
+    2,
+    0.3e0,
+    0.2e0
+  union all
+  select
+    2,
+    0.5e0,
+    0.7e0
+  union all
+  select
+    2,
+    1.0e0,
+    0.7e0
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
 ), "ends" as (
@@ 38 @@
     "knots"."score" as "low",
-    lead("knots"."score") over (partition by "knots"."class" order by "knots"."score") as "next_score",
+    lead("knots"."score") over (partition by "knots"."class" order by "knots"."score" nulls last) as "next_score",
     "knots"."probability" as "base",
-    lead("knots"."probability") over (partition by "knots"."class" order by "knots"."score") as "next_probability"
+    lead("knots"."probability") over (partition by "knots"."class" order by "knots"."score" nulls last) as "next_probability"
   from "knots"
@@ 104 @@
   select
-    cast(256 * "hundreds"."digit" + 16 * "tens"."digit" + "ones"."digit" as int) as "bin"
+    cast(256 * "hundreds"."digit" + 16 * "tens"."digit" + "ones"."digit" as bigint) as "bin"
   from "digits" as "hundreds"
@@ 139 @@
       when "given"."score_0" >= 0 and "given"."score_0" < 1
-      then cast(floor("given"."score_0" * 1024) as int)
+      then cast(floor("given"."score_0" * 1024) as bigint)
       when "given"."score_0" = 1
@@ 146 @@
       when "given"."score_1" >= 0 and "given"."score_1" < 1
-      then cast(floor("given"."score_1" * 1024) as int)
+      then cast(floor("given"."score_1" * 1024) as bigint)
       when "given"."score_1" = 1
@@ 153 @@
       when "given"."score_2" >= 0 and "given"."score_2" < 1
-      then cast(floor("given"."score_2" * 1024) as int)
+      then cast(floor("given"."score_2" * 1024) as bigint)
       when "given"."score_2" = 1
@@ 308 @@
       when "each_class"."score" <= cast(0.5 as double)
-      then cast(floor(8192 * sqrt(2 * "each_class"."score")) as int)
+      then cast(floor(8192 * sqrt(2 * "each_class"."score")) as bigint)
       else 16384 - cast(floor(8192 * sqrt(2 * (
         1 - "each_class"."score"
-      ))) as int)
+      ))) as bigint)
     end as "bin",
@@ 322 @@
   left join "large"
-    on "each_class"."whq_segment" is not distinct from "large"."whq_segment"
-    and "each_class"."whq_period" is not distinct from "large"."whq_period"
-    and "each_class"."whq_chunk" is not distinct from "large"."whq_chunk"
+    on to_json_string("each_class"."whq_segment") = to_json_string("large"."whq_segment")
+    and to_json_string("each_class"."whq_period") = to_json_string("large"."whq_period")
+    and to_json_string("each_class"."whq_chunk") = to_json_string("large"."whq_chunk")
 ), "places" as (
@@ 512 @@
   "class",
-  cast(null as int),
+  cast(null as bigint),
   cast("members" as bigint),

-- dialect: databricks, spark
@@ 15 @@
     "probability"
-  from (values
+  from values
     (cast(0 as bigint), cast(0.0 as double), cast(0.1 as double)),
@@ 25 @@
     (2, 0.5e0, 0.7e0),
-    (2, 1.0e0, 0.7e0)) as "whq_values"("class", "score", "probability")
+    (2, 1.0e0, 0.7e0) as "whq_values"("class", "score", "probability")
 ), "predictions" as (
@@ 30 @@
     "class"
-  from (values
+  from values
     (cast('a' as text), cast(0 as bigint)),
     ('b', 1),
-    ('c', 2)) as "whq_values"("value", "class")
+    ('c', 2) as "whq_values"("value", "class")
 ), "ends" as (
@@ 38 @@
     "knots"."score" as "low",
-    lead("knots"."score") over (partition by "knots"."class" order by "knots"."score") as "next_score",
+    lead("knots"."score") over (partition by "knots"."class" order by "knots"."score" nulls last) as "next_score",
     "knots"."probability" as "base",
-    lead("knots"."probability") over (partition by "knots"."class" order by "knots"."score") as "next_probability"
+    lead("knots"."probability") over (partition by "knots"."class" order by "knots"."score" nulls last) as "next_probability"
   from "knots"

-- dialect: redshift
@@ 2 @@
   select
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
@@ 12 @@
   select
-    "class",
-    "score",
-    "probability"
-  from (values
-    (cast(0 as bigint), cast(0.0 as double), cast(0.1 as double)),
-    (0, 0.4e0, 0.1e0),
-    (0, 0.6e0, 0.9e0),
-    (0, 1.0e0, 0.9e0),
-    (1, 0.0e0, 0.0e0),
-    (1, 1.0e0, 1.0e0),
-    (2, 0.0e0, 0.0e0),
-    (2, 0.3e0, 0.2e0),
-    (2, 0.5e0, 0.7e0),
-    (2, 1.0e0, 0.7e0)) as "whq_values"("class", "score", "probability")
+    cast(0 as bigint) as "class",
+    cast(0.0 as double) as "score",
+    cast(0.1 as double) as "probability"
+  union all
+  select
+    0,
+    0.4e0,
+    0.1e0
+  union all
+  select
+    0,
+    0.6e0,
+    0.9e0
+  union all
+  select
+    0,
+    1.0e0,
+    0.9e0
+  union all
+  select
+    1,
+    0.0e0,
+    0.0e0
+  union all
+  select
+    1,
+    1.0e0,
+    1.0e0
+  union all
+  select
+    2,
+    0.0e0,
+    0.0e0
+  union all
+  select
+    2,
+    0.3e0,
+    0.2e0
+  union all
+  select
+    2,
+    0.5e0,
+    0.7e0
+  union all
+  select
+    2,
+    1.0e0,
+    0.7e0
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
 ), "ends" as (
@@ 48 @@
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
@@ 104 @@
   select
-    cast(256 * "hundreds"."digit" + 16 * "tens"."digit" + "ones"."digit" as int) as "bin"
+    cast(256 * "hundreds"."digit" + 16 * "tens"."digit" + "ones"."digit" as integer) as "bin"
   from "digits" as "hundreds"
@@ 139 @@
       when "given"."score_0" >= 0 and "given"."score_0" < 1
-      then cast(floor("given"."score_0" * 1024) as int)
+      then cast(floor("given"."score_0" * 1024) as integer)
       when "given"."score_0" = 1
@@ 146 @@
       when "given"."score_1" >= 0 and "given"."score_1" < 1
-      then cast(floor("given"."score_1" * 1024) as int)
+      then cast(floor("given"."score_1" * 1024) as integer)
       when "given"."score_1" = 1
@@ 153 @@
       when "given"."score_2" >= 0 and "given"."score_2" < 1
-      then cast(floor("given"."score_2" * 1024) as int)
+      then cast(floor("given"."score_2" * 1024) as integer)
       when "given"."score_2" = 1
@@ 225 @@
     "score_0",
-    case when "total" > 0 then "calibrated_0" / "total" when "total" = 0 then cast(1 as double) / 3 end as "chance_0",
+    case
+      when "total" > 0
+      then cast("calibrated_0" as double) / "total"
+      when "total" = 0
+      then cast(1 as double) / 3
+    end as "chance_0",
     "score_1",
-    case when "total" > 0 then "calibrated_1" / "total" when "total" = 0 then cast(1 as double) / 3 end as "chance_1",
+    case
+      when "total" > 0
+      then cast("calibrated_1" as double) / "total"
+      when "total" = 0
+      then cast(1 as double) / 3
+    end as "chance_1",
     "score_2",
-    case when "total" > 0 then "calibrated_2" / "total" when "total" = 0 then cast(1 as double) / 3 end as "chance_2",
+    case
+      when "total" > 0
+      then cast("calibrated_2" as double) / "total"
+      when "total" = 0
+      then cast(1 as double) / 3
+    end as "chance_2",
     case when "is_scored" = 1 and "total" is null then 1 else 0 end as "is_outside"
@@ 308 @@
       when "each_class"."score" <= cast(0.5 as double)
-      then cast(floor(8192 * sqrt(2 * "each_class"."score")) as int)
+      then cast(floor(8192 * sqrt(2 * "each_class"."score")) as integer)
       else 16384 - cast(floor(8192 * sqrt(2 * (
         1 - "each_class"."score"
-      ))) as int)
+      ))) as integer)
     end as "bin",
@@ 322 @@
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
 ), "places" as (
@@ 345 @@
     "class",
-    "expected" / "weight" as "probability",
+    cast("expected" as double) / "weight" as "probability",
     "weight",
-    sum("weight") over (partition by "class" order by "place" desc rows between unbounded preceding and current row) - "weight" as "weight_above",
-    sum("expected") over (partition by "class" order by "place" desc rows between unbounded preceding and current row) - "expected" as "positives_above"
+    sum("weight") over (partition by "class" order by "place" desc nulls last rows between unbounded preceding and current row) - "weight" as "weight_above",
+    sum("expected") over (partition by "class" order by "place" desc nulls last rows between unbounded preceding and current row) - "expected" as "positives_above"
   from "places"
@@ 376 @@
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
@@ 444 @@
     sum("weight" * "probability") as "expected",
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
@@ 457 @@
       )
-    ) / nullif(sum("weight" * "probability"), 0) as "average_precision"
+    ) as double) / nullif(sum("weight" * "probability"), 0) as "average_precision"
   from "gaps"
@@ 512 @@
   "class",
-  cast(null as int),
+  cast(null as integer),
   cast("members" as bigint),

-- dialect: trino
@@ 48 @@
     "base",
-    coalesce((
+    coalesce(cast((
       "next_probability" - "base"
-    ) / (
+    ) as double) / (
       "next_score" - "low"
@@ 104 @@
   select
-    cast(256 * "hundreds"."digit" + 16 * "tens"."digit" + "ones"."digit" as int) as "bin"
+    cast(256 * "hundreds"."digit" + 16 * "tens"."digit" + "ones"."digit" as integer) as "bin"
   from "digits" as "hundreds"
@@ 139 @@
       when "given"."score_0" >= 0 and "given"."score_0" < 1
-      then cast(floor("given"."score_0" * 1024) as int)
+      then cast(floor("given"."score_0" * 1024) as integer)
       when "given"."score_0" = 1
@@ 146 @@
       when "given"."score_1" >= 0 and "given"."score_1" < 1
-      then cast(floor("given"."score_1" * 1024) as int)
+      then cast(floor("given"."score_1" * 1024) as integer)
       when "given"."score_1" = 1
@@ 153 @@
       when "given"."score_2" >= 0 and "given"."score_2" < 1
-      then cast(floor("given"."score_2" * 1024) as int)
+      then cast(floor("given"."score_2" * 1024) as integer)
       when "given"."score_2" = 1
@@ 225 @@
     "score_0",
-    case when "total" > 0 then "calibrated_0" / "total" when "total" = 0 then cast(1 as double) / 3 end as "chance_0",
+    case
+      when "total" > 0
+      then cast("calibrated_0" as double) / "total"
+      when "total" = 0
+      then cast(1 as double) / 3
+    end as "chance_0",
     "score_1",
-    case when "total" > 0 then "calibrated_1" / "total" when "total" = 0 then cast(1 as double) / 3 end as "chance_1",
+    case
+      when "total" > 0
+      then cast("calibrated_1" as double) / "total"
+      when "total" = 0
+      then cast(1 as double) / 3
+    end as "chance_1",
     "score_2",
-    case when "total" > 0 then "calibrated_2" / "total" when "total" = 0 then cast(1 as double) / 3 end as "chance_2",
+    case
+      when "total" > 0
+      then cast("calibrated_2" as double) / "total"
+      when "total" = 0
+      then cast(1 as double) / 3
+    end as "chance_2",
     case when "is_scored" = 1 and "total" is null then 1 else 0 end as "is_outside"
@@ 308 @@
       when "each_class"."score" <= cast(0.5 as double)
-      then cast(floor(8192 * sqrt(2 * "each_class"."score")) as int)
+      then cast(floor(8192 * sqrt(2 * "each_class"."score")) as integer)
       else 16384 - cast(floor(8192 * sqrt(2 * (
         1 - "each_class"."score"
-      ))) as int)
+      ))) as integer)
     end as "bin",
@@ 345 @@
     "class",
-    "expected" / "weight" as "probability",
+    cast("expected" as double) / "weight" as "probability",
     "weight",
@@ 376 @@
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
@@ 444 @@
     sum("weight" * "probability") as "expected",
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
@@ 457 @@
       )
-    ) / nullif(sum("weight" * "probability"), 0) as "average_precision"
+    ) as double) / nullif(sum("weight" * "probability"), 0) as "average_precision"
   from "gaps"
@@ 512 @@
   "class",
-  cast(null as int),
+  cast(null as integer),
   cast("members" as bigint),

-- dialect: clickhouse
@@ 2 @@
   select
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
@@ 12 @@
   select
-    "class",
-    "score",
-    "probability"
-  from (values
-    (cast(0 as bigint), cast(0.0 as double), cast(0.1 as double)),
-    (0, 0.4e0, 0.1e0),
-    (0, 0.6e0, 0.9e0),
-    (0, 1.0e0, 0.9e0),
-    (1, 0.0e0, 0.0e0),
-    (1, 1.0e0, 1.0e0),
-    (2, 0.0e0, 0.0e0),
-    (2, 0.3e0, 0.2e0),
-    (2, 0.5e0, 0.7e0),
-    (2, 1.0e0, 0.7e0)) as "whq_values"("class", "score", "probability")
+    cast(0 as bigint) as "class",
+    cast(0.0 as double) as "score",
+    cast(0.1 as double) as "probability"
+  union all
+  select
+    0,
+    0.4e0,
+    0.1e0
+  union all
+  select
+    0,
+    0.6e0,
+    0.9e0
+  union all
+  select
+    0,
+    1.0e0,
+    0.9e0
+  union all
+  select
+    1,
+    0.0e0,
+    0.0e0
+  union all
+  select
+    1,
+    1.0e0,
+    1.0e0
+  union all
+  select
+    2,
+    0.0e0,
+    0.0e0
+  union all
+  select
+    2,
+    0.3e0,
+    0.2e0
+  union all
+  select
+    2,
+    0.5e0,
+    0.7e0
+  union all
+  select
+    2,
+    1.0e0,
+    0.7e0
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
 ), "ends" as (
   select
-    "knots"."class",
+    "knots"."class" as "class",
     "knots"."score" as "low",
-    lead("knots"."score") over (partition by "knots"."class" order by "knots"."score") as "next_score",
+    lead(toNullable("knots"."score")) over (partition by "knots"."class" order by "knots"."score") as "next_score",
     "knots"."probability" as "base",
-    lead("knots"."probability") over (partition by "knots"."class" order by "knots"."score") as "next_probability"
+    lead(toNullable("knots"."probability")) over (partition by "knots"."class" order by "knots"."score") as "next_probability"
   from "knots"
@@ 104 @@
   select
-    cast(256 * "hundreds"."digit" + 16 * "tens"."digit" + "ones"."digit" as int) as "bin"
+    cast(256 * "hundreds"."digit" + 16 * "tens"."digit" + "ones"."digit" as Nullable(Int32)) as "bin"
   from "digits" as "hundreds"
@@ 112 @@
   select distinct
-    "bins"."bin",
-    "spans"."class",
-    "spans"."low",
-    "spans"."high",
-    "spans"."base",
-    "spans"."slope"
+    "bins"."bin" as "bin",
+    "spans"."class" as "class",
+    "spans"."low" as "low",
+    "spans"."high" as "high",
+    "spans"."base" as "base",
+    "spans"."slope" as "slope"
   from "bins"
@@ 133 @@
   select
-    "given"."whq_segment",
-    "given"."whq_period",
-    "given"."whq_chunk",
-    "given"."score_0",
+    "given"."whq_segment" as "whq_segment",
+    "given"."whq_period" as "whq_period",
+    "given"."whq_chunk" as "whq_chunk",
+    "given"."score_0" as "score_0",
     case
       when "given"."score_0" >= 0 and "given"."score_0" < 1
-      then cast(floor("given"."score_0" * 1024) as int)
+      then cast(floor("given"."score_0" * 1024) as Nullable(Int32))
       when "given"."score_0" = 1
@@ 143 @@
     end as "bin_0",
-    "given"."score_1",
+    "given"."score_1" as "score_1",
     case
       when "given"."score_1" >= 0 and "given"."score_1" < 1
-      then cast(floor("given"."score_1" * 1024) as int)
+      then cast(floor("given"."score_1" * 1024) as Nullable(Int32))
       when "given"."score_1" = 1
@@ 150 @@
     end as "bin_1",
-    "given"."score_2",
+    "given"."score_2" as "score_2",
     case
       when "given"."score_2" >= 0 and "given"."score_2" < 1
-      then cast(floor("given"."score_2" * 1024) as int)
+      then cast(floor("given"."score_2" * 1024) as Nullable(Int32))
       when "given"."score_2" = 1
@@ 163 @@
   select
-    "located"."whq_segment",
-    "located"."whq_period",
-    "located"."whq_chunk",
-    "located"."predicted",
-    "located"."score_0",
+    "located"."whq_segment" as "whq_segment",
+    "located"."whq_period" as "whq_period",
+    "located"."whq_chunk" as "whq_chunk",
+    "located"."predicted" as "predicted",
+    "located"."score_0" as "score_0",
     "spans_0"."base" + "spans_0"."slope" * (
@@ 171 @@
     ) as "calibrated_0",
-    "located"."score_1",
+    "located"."score_1" as "score_1",
     "spans_1"."base" + "spans_1"."slope" * (
@@ 175 @@
     ) as "calibrated_1",
-    "located"."score_2",
+    "located"."score_2" as "score_2",
     "spans_2"."base" + "spans_2"."slope" * (
@@ 180 @@
     case
-      when not "located"."score_0" is null
-      and not "located"."score_1" is null
-      and not "located"."score_2" is null
+      when not (
+        "located"."score_0" is null
+      )
+      and not (
+        "located"."score_1" is null
+      )
+      and not (
+        "located"."score_2" is null
+      )
       then 1
@@ 225 @@
     "score_0",
-    case when "total" > 0 then "calibrated_0" / "total" when "total" = 0 then cast(1 as double) / 3 end as "chance_0",
+    case
+      when "total" > 0
+      then "calibrated_0" / "total"
+      when "total" = 0
+      then cast(1 as double) / 3
+    end as "chance_0",
     "score_1",
-    case when "total" > 0 then "calibrated_1" / "total" when "total" = 0 then cast(1 as double) / 3 end as "chance_1",
+    case
+      when "total" > 0
+      then "calibrated_1" / "total"
+      when "total" = 0
+      then cast(1 as double) / 3
+    end as "chance_1",
     "score_2",
-    case when "total" > 0 then "calibrated_2" / "total" when "total" = 0 then cast(1 as double) / 3 end as "chance_2",
+    case
+      when "total" > 0
+      then "calibrated_2" / "total"
+      when "total" = 0
+      then cast(1 as double) / 3
+    end as "chance_2",
     case when "is_scored" = 1 and "total" is null then 1 else 0 end as "is_outside"
@@ 273 @@
   where
-    not "chance_0" is null
+    not (
+      "chance_0" is null
+    )
   union all
@@ 284 @@
   where
-    not "chance_1" is null
+    not (
+      "chance_1" is null
+    )
   union all
@@ 295 @@
   where
-    not "chance_2" is null
+    not (
+      "chance_2" is null
+    )
 ), "binned" as (
   select
-    "each_class"."whq_segment",
-    "each_class"."whq_period",
-    "each_class"."whq_chunk",
-    "each_class"."class",
-    "each_class"."score",
-    "each_class"."chance",
+    "each_class"."whq_segment" as "whq_segment",
+    "each_class"."whq_period" as "whq_period",
+    "each_class"."whq_chunk" as "whq_chunk",
+    "each_class"."class" as "class",
+    "each_class"."score" as "score",
+    "each_class"."chance" as "chance",
     case
@@ 308 @@
       when "each_class"."score" <= cast(0.5 as double)
-      then cast(floor(8192 * sqrt(2 * "each_class"."score")) as int)
+      then cast(floor(8192 * sqrt(2 * "each_class"."score")) as Nullable(Int32))
       else 16384 - cast(floor(8192 * sqrt(2 * (
         1 - "each_class"."score"
-      ))) as int)
+      ))) as Nullable(Int32))
     end as "bin",
     case
-      when not "large"."members" is null
+      when not (
+        "large"."members" is null
+      )
       then cast(0 as double)
@@ 448 @@
       "positives_above" + "weight" * "probability" / 2
-    )) / nullif(sum("weight" * "probability") * sum("weight" * (
+    )) / nullIf(sum("weight" * "probability") * sum("weight" * (
       1 - "probability"
@@ 457 @@
       )
-    ) / nullif(sum("weight" * "probability"), 0) as "average_precision"
+    ) / nullIf(sum("weight" * "probability"), 0) as "average_precision"
   from "gaps"
@@ 512 @@
   "class",
-  cast(null as int),
+  cast(null as Nullable(Int32)),
   cast("members" as bigint),
@@ 521 @@
 from "ranking"
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
@@ 12 @@
   select
-    "class",
-    "score",
-    "probability"
-  from (values
-    (cast(0 as bigint), cast(0.0 as double), cast(0.1 as double)),
-    (0, 0.4e0, 0.1e0),
-    (0, 0.6e0, 0.9e0),
-    (0, 1.0e0, 0.9e0),
-    (1, 0.0e0, 0.0e0),
-    (1, 1.0e0, 1.0e0),
-    (2, 0.0e0, 0.0e0),
-    (2, 0.3e0, 0.2e0),
-    (2, 0.5e0, 0.7e0),
-    (2, 1.0e0, 0.7e0)) as "whq_values"("class", "score", "probability")
+    cast(0 as bigint) as "class",
+    cast(0.0 as double) as "score",
+    cast(0.1 as double) as "probability"
+  union all
+  select
+    0,
+    0.4e0,
+    0.1e0
+  union all
+  select
+    0,
+    0.6e0,
+    0.9e0
+  union all
+  select
+    0,
+    1.0e0,
+    0.9e0
+  union all
+  select
+    1,
+    0.0e0,
+    0.0e0
+  union all
+  select
+    1,
+    1.0e0,
+    1.0e0
+  union all
+  select
+    2,
+    0.0e0,
+    0.0e0
+  union all
+  select
+    2,
+    0.3e0,
+    0.2e0
+  union all
+  select
+    2,
+    0.5e0,
+    0.7e0
+  union all
+  select
+    2,
+    1.0e0,
+    0.7e0
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
 ), "ends" as (
@@ 38 @@
     "knots"."score" as "low",
-    lead("knots"."score") over (partition by "knots"."class" order by "knots"."score") as "next_score",
+    lead("knots"."score") over (
+      partition by "knots"."class"
+      order by case when "knots"."score" is null then 1 else 0 end, "knots"."score"
+    ) as "next_score",
     "knots"."probability" as "base",
-    lead("knots"."probability") over (partition by "knots"."class" order by "knots"."score") as "next_probability"
+    lead("knots"."probability") over (
+      partition by "knots"."class"
+      order by case when "knots"."score" is null then 1 else 0 end, "knots"."score"
+    ) as "next_probability"
   from "knots"
@@ 48 @@
     "base",
-    coalesce((
+    coalesce(cast((
       "next_probability" - "base"
-    ) / (
+    ) as double) / (
       "next_score" - "low"
@@ 104 @@
   select
-    cast(256 * "hundreds"."digit" + 16 * "tens"."digit" + "ones"."digit" as int) as "bin"
+    cast(256 * "hundreds"."digit" + 16 * "tens"."digit" + "ones"."digit" as bigint) as "bin"
   from "digits" as "hundreds"
@@ 139 @@
       when "given"."score_0" >= 0 and "given"."score_0" < 1
-      then cast(floor("given"."score_0" * 1024) as int)
+      then cast(floor("given"."score_0" * 1024) as bigint)
       when "given"."score_0" = 1
@@ 146 @@
       when "given"."score_1" >= 0 and "given"."score_1" < 1
-      then cast(floor("given"."score_1" * 1024) as int)
+      then cast(floor("given"."score_1" * 1024) as bigint)
       when "given"."score_1" = 1
@@ 153 @@
       when "given"."score_2" >= 0 and "given"."score_2" < 1
-      then cast(floor("given"."score_2" * 1024) as int)
+      then cast(floor("given"."score_2" * 1024) as bigint)
       when "given"."score_2" = 1
@@ 225 @@
     "score_0",
-    case when "total" > 0 then "calibrated_0" / "total" when "total" = 0 then cast(1 as double) / 3 end as "chance_0",
+    case
+      when "total" > 0
+      then cast("calibrated_0" as double) / "total"
+      when "total" = 0
+      then cast(1 as double) / 3
+    end as "chance_0",
     "score_1",
-    case when "total" > 0 then "calibrated_1" / "total" when "total" = 0 then cast(1 as double) / 3 end as "chance_1",
+    case
+      when "total" > 0
+      then cast("calibrated_1" as double) / "total"
+      when "total" = 0
+      then cast(1 as double) / 3
+    end as "chance_1",
     "score_2",
-    case when "total" > 0 then "calibrated_2" / "total" when "total" = 0 then cast(1 as double) / 3 end as "chance_2",
+    case
+      when "total" > 0
+      then cast("calibrated_2" as double) / "total"
+      when "total" = 0
+      then cast(1 as double) / 3
+    end as "chance_2",
     case when "is_scored" = 1 and "total" is null then 1 else 0 end as "is_outside"
@@ 308 @@
       when "each_class"."score" <= cast(0.5 as double)
-      then cast(floor(8192 * sqrt(2 * "each_class"."score")) as int)
+      then cast(floor(8192 * sqrt(2 * "each_class"."score")) as bigint)
       else 16384 - cast(floor(8192 * sqrt(2 * (
         1 - "each_class"."score"
-      ))) as int)
+      ))) as bigint)
     end as "bin",
@@ 322 @@
   left join "large"
-    on "each_class"."whq_segment" is not distinct from "large"."whq_segment"
-    and "each_class"."whq_period" is not distinct from "large"."whq_period"
-    and "each_class"."whq_chunk" is not distinct from "large"."whq_chunk"
+    on "each_class"."whq_segment" <=> "large"."whq_segment"
+    and "each_class"."whq_period" <=> "large"."whq_period"
+    and "each_class"."whq_chunk" <=> "large"."whq_chunk"
 ), "places" as (
@@ 345 @@
     "class",
-    "expected" / "weight" as "probability",
+    cast("expected" as double) / "weight" as "probability",
     "weight",
@@ 376 @@
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
@@ 444 @@
     sum("weight" * "probability") as "expected",
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
@@ 457 @@
       )
-    ) / nullif(sum("weight" * "probability"), 0) as "average_precision"
+    ) as double) / nullif(sum("weight" * "probability"), 0) as "average_precision"
   from "gaps"
@@ 512 @@
   "class",
-  cast(null as int),
+  cast(null as bigint),
   cast("members" as bigint),
