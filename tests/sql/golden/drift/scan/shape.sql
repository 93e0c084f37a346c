-- dialect: duckdb
with "dataset" as (
  select
    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "points" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("x" as double) as "x"
  from "dataset"
  where
    not "x" is null
), "ranges" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    count(*) as "members",
    min("x") as "minimum",
    max("x") as "maximum",
    sum(case when abs("x") > cast(1e-290 as double) then "x" * cast(0.000001 as double) else 0 end) / count(*) * 1000000 as "centre"
  from "points"
  having
    count(*) > 0
), "distances" as (
  select
    "points"."whq_segment",
    "points"."whq_period",
    "points"."whq_chunk",
    abs("points"."x" - "ranges"."centre") as "distance",
    "ranges"."members",
    "ranges"."centre"
  from "points"
  cross join "ranges"
), "deviations" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "members",
    "centre",
    sum(case when "distance" > cast(1e-290 as double) then "distance" * cast(0.000001 as double) else 0 end) / "members" * 1000000 as "deviation"
  from "distances"
  group by
    "members",
    "centre"
), "spreads" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "members",
    "centre",
    case when "deviation" > 0 and "deviation" <= cast(1e300 as double) then "deviation" else 1 end as "spread"
  from "deviations"
), "placed" as (
  select
    "points"."whq_segment",
    "points"."whq_period",
    "points"."whq_chunk",
    "points"."x",
    cast(floor(
      4096 * sign("points"."x" - "spreads"."centre") * (
        1 - "spreads"."spread" / (
          "spreads"."spread" + abs("points"."x" - "spreads"."centre")
        )
      )
    ) as int) as "bin"
  from "points"
  cross join "spreads"
), "counted" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "bin",
    count(*) as "k",
    min("x") as "low",
    max("x") as "high"
  from "placed"
  group by
    "bin"
), "crowded" as (
  select
    "counted"."whq_segment",
    "counted"."whq_period",
    "counted"."whq_chunk",
    "counted"."bin"
  from "counted"
  cross join "spreads"
  where
    "counted"."k" * cast(1000 as double) > "spreads"."members" and "counted"."low" < "counted"."high"
), "levels" as (
  select
    "counted"."whq_segment",
    "counted"."whq_period",
    "counted"."whq_chunk",
    "counted"."bin",
    "counted"."k",
    "counted"."low",
    "counted"."high"
  from "counted"
  left join "crowded"
    on "counted"."whq_segment" is not distinct from "crowded"."whq_segment"
    and "counted"."whq_period" is not distinct from "crowded"."whq_period"
    and "counted"."whq_chunk" is not distinct from "crowded"."whq_chunk"
    and "crowded"."bin" = "counted"."bin"
  where
    "crowded"."bin" is null
  union all
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "placed"."bin",
    count(*),
    "placed"."x",
    "placed"."x"
  from "placed"
  join "crowded"
    on "crowded"."bin" = "placed"."bin"
  group by
    "placed"."bin",
    "placed"."x"
), "ranked" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "bin",
    "k",
    "low",
    "high",
    sum("k") over (order by "low" nulls first rows between unbounded preceding and current row) as "k_le"
  from "levels"
), "holders" as (
  select
    "ranked"."whq_segment",
    "ranked"."whq_period",
    "ranked"."whq_chunk",
    "ranked"."low" as "commonest",
    "ranked"."k" as "held",
    "ranked"."k_le" - "ranked"."k" as "held_from"
  from "ranked"
  cross join "ranges"
  where
    "ranked"."low" = "ranked"."high"
    and (
      "ranked"."k_le" - "ranked"."k"
    ) * 4 <= "ranges"."members" - 1
    and (
      "ranked"."k_le" - 1
    ) * 4 >= 3 * (
      "ranges"."members" - 1
    )
), "orders" as (
  select
    "ranges"."whq_segment",
    "ranges"."whq_period",
    "ranges"."whq_chunk",
    "ranges"."members",
    "ranges"."minimum",
    "ranges"."maximum",
    "holders"."commonest",
    coalesce("holders"."held", 0) as "held",
    coalesce("holders"."held_from", 0) as "held_from",
    "ranges"."members" - 1 as "last",
    "ranges"."members" - coalesce("holders"."held", 0) - 1 as "last_other"
  from "ranges"
  left join "holders"
    on "ranges"."whq_segment" is not distinct from "holders"."whq_segment"
    and "ranges"."whq_period" is not distinct from "holders"."whq_period"
    and "ranges"."whq_chunk" is not distinct from "holders"."whq_chunk"
), "sought" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "members",
    "minimum",
    "maximum",
    "commonest",
    "held",
    "held_from",
    "last",
    "last_other",
    cast(floor("last" / cast(100 as double)) as bigint) as "p01",
    cast(floor("last_other" / cast(4 as double)) as bigint) as "p25",
    cast(floor(3 * "last_other" / cast(4 as double)) as bigint) as "p75",
    cast(floor(99 * "last" / cast(100 as double)) as bigint) as "p99"
  from "orders"
), "places" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "members",
    "minimum",
    "maximum",
    "commonest",
    "last",
    "last_other",
    "p01",
    "p99",
    "held_from" + "held" as "held_to",
    "p25" + case when "p25" >= "held_from" then "held" else 0 end as "p25",
    "p25" + 1 + case when "p25" + 1 >= "held_from" then "held" else 0 end as "p25_next",
    "p75" + case when "p75" >= "held_from" then "held" else 0 end as "p75",
    "p75" + 1 + case when "p75" + 1 >= "held_from" then "held" else 0 end as "p75_next"
  from "sought"
), "opened" as (
  select
    "ranked"."whq_segment",
    "ranked"."whq_period",
    "ranked"."whq_chunk",
    "ranked"."bin",
    "ranked"."k_le" - "ranked"."k" as "k_before"
  from "ranked"
  cross join "places"
  where
    "ranked"."low" < "ranked"."high"
    and (
      (
        "k_le" > "p01" and "k_le" - "k" - 1 <= "p01"
      )
      or (
        "k_le" > "p25" and "k_le" - "k" - 1 <= "p25"
      )
      or (
        "k_le" > "p75" and "k_le" - "k" - 1 <= "p75"
      )
      or (
        "k_le" > "p99" and "k_le" - "k" - 1 <= "p99"
      )
      or "k_le" - "k" = "held_to"
    )
), "reread" as (
  select
    "placed"."whq_segment",
    "placed"."whq_period",
    "placed"."whq_chunk",
    "placed"."x",
    "opened"."k_before" - 1 + row_number() over (partition by "placed"."bin" order by "placed"."x") as "place"
  from "placed"
  join "opened"
    on "opened"."bin" = "placed"."bin"
), "ordered" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "low" as "x",
    "k_le" - 1 as "place"
  from "ranked"
  where
    "low" = "high"
  union all
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "x",
    "place"
  from "reread"
), "neighbours" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    min(case when "place" >= "p01" then "x" end) as "p01",
    min(case when "place" > "p01" then "x" end) as "p01_next",
    min(case when "place" >= "p25" then "x" end) as "p25",
    min(case when "place" >= "p25_next" then "x" end) as "p25_next",
    min(case when "place" >= "p75" then "x" end) as "p75",
    min(case when "place" >= "p75_next" then "x" end) as "p75_next",
    min(case when "place" >= "p99" then "x" end) as "p99",
    min(case when "place" > "p99" then "x" end) as "p99_next"
  from "ordered"
  cross join "places"
  having
    count(*) > 0
), "percentiles" as (
  select
    "places"."whq_segment",
    "places"."whq_period",
    "places"."whq_chunk",
    "members",
    "minimum",
    "maximum",
    "commonest",
    coalesce("commonest", "neighbours"."p25") as "centre",
    "neighbours"."p01" + "last" % 100 / cast(100 as double) * (
      coalesce("p01_next", "neighbours"."p01") - "neighbours"."p01"
    ) as "p01",
    "neighbours"."p99" + (
      99 * "last"
    ) % 100 / cast(100 as double) * (
      coalesce("p99_next", "neighbours"."p99") - "neighbours"."p99"
    ) as "p99",
    case
      when "last_other" < 1
      then 0
      else "neighbours"."p75" + (
        3 * "last_other"
      ) % 4 / cast(4 as double) * (
        coalesce("neighbours"."p75_next", "neighbours"."p75") - "neighbours"."p75"
      ) - "neighbours"."p25" - "last_other" % 4 / cast(4 as double) * (
        coalesce("neighbours"."p25_next", "neighbours"."p25") - "neighbours"."p25"
      )
    end as "iqr"
  from "places"
  cross join "neighbours"
), "limits" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "members",
    "minimum",
    "maximum",
    "commonest",
    "centre",
    case when "p01" - 3 * "iqr" > "minimum" then "p01" - 3 * "iqr" else "minimum" end as "range_low",
    case when "p99" + 3 * "iqr" < "maximum" then "p99" + 3 * "iqr" else "maximum" end as "range_high"
  from "percentiles"
), "inside" as (
  select
    "points"."whq_segment",
    "points"."whq_period",
    "points"."whq_chunk",
    case
      when "points"."x" >= "limits"."range_low" and "points"."x" <= "limits"."range_high"
      then "points"."x"
    end as "x",
    "limits"."centre",
    nullif("limits"."range_high" - "limits"."range_low", 0) as "width"
  from "points"
  cross join "limits"
), "scaled" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "x",
    (
      "x" - "centre"
    ) / "width" as "z"
  from "inside"
), "moments" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    count("x") as "inside_n",
    min("x") as "inside_low",
    max("x") as "inside_high",
    sum("z") / count("x") as "first",
    sum("z" * "z") / count("x") as "second",
    sum("z" * "z" * "z") / count("x") as "third"
  from "scaled"
  having
    count(*) > 0
), "centred" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "inside_n",
    "inside_low",
    "inside_high",
    "second" - "first" * "first" as "second",
    "third" - 3 * "first" * "second" + 2 * "first" * "first" * "first" as "third"
  from "moments"
), "shapes" as (
  select
    "limits"."whq_segment",
    "limits"."whq_period",
    "limits"."whq_chunk",
    "limits"."members",
    "limits"."minimum",
    "limits"."maximum",
    "limits"."commonest",
    "limits"."range_low",
    "limits"."range_high",
    "centred"."inside_n",
    "centred"."inside_low",
    "centred"."inside_high",
    case
      when "inside_low" < "inside_high" and "second" > 0
      then "third" / (
        "second" * sqrt("second")
      )
    end as "skewness"
  from "limits"
  cross join "centred"
), "weighed" as (
  select
    "ranked"."whq_segment",
    "ranked"."whq_period",
    "ranked"."whq_chunk",
    "ranked"."k",
    "ranked"."k_le",
    "ranked"."low",
    "ranked"."high",
    "spreads"."members",
    case
      when "ranked"."low" = "ranked"."high" and "ranked"."k" * cast(1000 as double) > "spreads"."members"
      then 1
      else 0
    end as "is_heavy"
  from "ranked"
  cross join "spreads"
), "numbered" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "k",
    "low",
    "high",
    "is_heavy",
    floor((
      "k_le" - "k"
    ) * cast(500 as double) / "members") as "part",
    sum("is_heavy") over (order by "low" nulls first rows between unbounded preceding and current row) as "heavy_le"
  from "weighed"
), "parts" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    cast(sum("k") as double) as "n",
    min("low") as "low",
    max("high") as "high"
  from "numbered"
  group by
    "is_heavy",
    "heavy_le",
    "part"
)
select
  "shapes"."whq_segment",
  "shapes"."whq_period",
  "shapes"."whq_chunk",
  "parts"."n",
  "parts"."low",
  "parts"."high",
  "shapes"."range_low",
  "shapes"."range_high",
  "shapes"."inside_n",
  "shapes"."inside_low",
  "shapes"."inside_high",
  "shapes"."skewness",
  "shapes"."commonest"
from "shapes"
cross join "parts"

-- dialect: postgres
@@ 2 @@
   select
-    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
+    case
+      when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double)
+      then "whq_source"."x"
+    end as "x",
     cast(null as text) as "whq_segment",
@@ 24 @@
     max("x") as "maximum",
-    sum(case when abs("x") > cast(1e-290 as double) then "x" * cast(0.000001 as double) else 0 end) / count(*) * 1000000 as "centre"
+    cast(sum(
+      case
+        when abs("x") > cast(1e-290 as double)
+        then "x" * cast(0.000001 as double)
+        else 0
+      end
+    ) as double) / count(*) * 1000000 as "centre"
   from "points"
@@ 45 @@
     "centre",
-    sum(case when "distance" > cast(1e-290 as double) then "distance" * cast(0.000001 as double) else 0 end) / "members" * 1000000 as "deviation"
+    cast(sum(
+      case
+        when "distance" > cast(1e-290 as double)
+        then "distance" * cast(0.000001 as double)
+        else 0
+      end
+    ) as double) / "members" * 1000000 as "deviation"
   from "distances"
@@ 67 @@
       4096 * sign("points"."x" - "spreads"."centre") * (
-        1 - "spreads"."spread" / (
+        1 - cast("spreads"."spread" as double) / (
           "spreads"."spread" + abs("points"."x" - "spreads"."centre")
@@ 95 @@
   where
-    "counted"."k" * cast(1000 as double) > "spreads"."members" and "counted"."low" < "counted"."high"
+    "counted"."k" * cast(1000 as double) > "spreads"."members"
+    and "counted"."low" < "counted"."high"
 ), "levels" as (
@@ 348 @@
     "x",
-    (
+    cast((
       "x" - "centre"
-    ) / "width" as "z"
+    ) as double) / "width" as "z"
   from "inside"
@@ 360 @@
     max("x") as "inside_high",
-    sum("z") / count("x") as "first",
-    sum("z" * "z") / count("x") as "second",
-    sum("z" * "z" * "z") / count("x") as "third"
+    cast(sum("z") as double) / count("x") as "first",
+    cast(sum("z" * "z") as double) / count("x") as "second",
+    cast(sum("z" * "z" * "z") as double) / count("x") as "third"
   from "scaled"
@@ 393 @@
       when "inside_low" < "inside_high" and "second" > 0
-      then "third" / (
+      then cast("third" as double) / (
         "second" * sqrt("second")
@@ 410 @@
     case
-      when "ranked"."low" = "ranked"."high" and "ranked"."k" * cast(1000 as double) > "spreads"."members"
+      when "ranked"."low" = "ranked"."high"
+      and "ranked"."k" * cast(1000 as double) > "spreads"."members"
       then 1
@@ 425 @@
     "is_heavy",
-    floor((
+    floor(cast((
       "k_le" - "k"
-    ) * cast(500 as double) / "members") as "part",
+    ) * cast(500 as double) as double) / "members") as "part",
     sum("is_heavy") over (order by "low" nulls first rows between unbounded preceding and current row) as "heavy_le"

-- dialect: snowflake
@@ 24 @@
     max("x") as "maximum",
-    sum(case when abs("x") > cast(1e-290 as double) then "x" * cast(0.000001 as double) else 0 end) / count(*) * 1000000 as "centre"
+    cast(sum(case when abs("x") > cast(1e-290 as double) then "x" * cast(0.000001 as double) else 0 end) as double) / count(*) * 1000000 as "centre"
   from "points"
@@ 45 @@
     "centre",
-    sum(case when "distance" > cast(1e-290 as double) then "distance" * cast(0.000001 as double) else 0 end) / "members" * 1000000 as "deviation"
+    cast(sum(case when "distance" > cast(1e-290 as double) then "distance" * cast(0.000001 as double) else 0 end) as double) / "members" * 1000000 as "deviation"
   from "distances"
@@ 67 @@
       4096 * sign("points"."x" - "spreads"."centre") * (
-        1 - "spreads"."spread" / (
+        1 - cast("spreads"."spread" as double) / (
           "spreads"."spread" + abs("points"."x" - "spreads"."centre")
@@ 190 @@
     "last_other",
-    cast(floor("last" / cast(100 as double)) as bigint) as "p01",
-    cast(floor("last_other" / cast(4 as double)) as bigint) as "p25",
-    cast(floor(3 * "last_other" / cast(4 as double)) as bigint) as "p75",
-    cast(floor(99 * "last" / cast(100 as double)) as bigint) as "p99"
+    cast(floor(cast("last" as double) / cast(100 as double)) as bigint) as "p01",
+    cast(floor(cast("last_other" as double) / cast(4 as double)) as bigint) as "p25",
+    cast(floor(cast(3 * "last_other" as double) / cast(4 as double)) as bigint) as "p75",
+    cast(floor(cast(99 * "last" as double) / cast(100 as double)) as bigint) as "p99"
   from "orders"
@@ 295 @@
     coalesce("commonest", "neighbours"."p25") as "centre",
-    "neighbours"."p01" + "last" % 100 / cast(100 as double) * (
+    "neighbours"."p01" + cast("last" % 100 as double) / cast(100 as double) * (
       coalesce("p01_next", "neighbours"."p01") - "neighbours"."p01"
     ) as "p01",
-    "neighbours"."p99" + (
+    "neighbours"."p99" + cast((
       99 * "last"
-    ) % 100 / cast(100 as double) * (
+    ) % 100 as double) / cast(100 as double) * (
       coalesce("p99_next", "neighbours"."p99") - "neighbours"."p99"
@@ 306 @@
       then 0
-      else "neighbours"."p75" + (
+      else "neighbours"."p75" + cast((
         3 * "last_other"
-      ) % 4 / cast(4 as double) * (
+      ) % 4 as double) / cast(4 as double) * (
         coalesce("neighbours"."p75_next", "neighbours"."p75") - "neighbours"."p75"
-      ) - "neighbours"."p25" - "last_other" % 4 / cast(4 as double) * (
+      ) - "neighbours"."p25" - cast("last_other" % 4 as double) / cast(4 as double) * (
         coalesce("neighbours"."p25_next", "neighbours"."p25") - "neighbours"."p25"
@@ 348 @@
     "x",
-    (
+    cast((
       "x" - "centre"
-    ) / "width" as "z"
+    ) as double) / "width" as "z"
   from "inside"
@@ 360 @@
     max("x") as "inside_high",
-    sum("z") / count("x") as "first",
-    sum("z" * "z") / count("x") as "second",
-    sum("z" * "z" * "z") / count("x") as "third"
+    cast(sum("z") as double) / count("x") as "first",
+    cast(sum("z" * "z") as double) / count("x") as "second",
+    cast(sum("z" * "z" * "z") as double) / count("x") as "third"
   from "scaled"
@@ 393 @@
       when "inside_low" < "inside_high" and "second" > 0
-      then "third" / (
+      then cast("third" as double) / (
         "second" * sqrt("second")
@@ 425 @@
     "is_heavy",
-    floor((
+    floor(cast((
       "k_le" - "k"
-    ) * cast(500 as double) / "members") as "part",
+    ) * cast(500 as double) as double) / "members") as "part",
     sum("is_heavy") over (order by "low" nulls first rows between unbounded preceding and current row) as "heavy_le"

-- dialect: bigquery
@@ 45 @@
     "centre",
-    sum(case when "distance" > cast(1e-290 as double) then "distance" * cast(0.000001 as double) else 0 end) / "members" * 1000000 as "deviation"
+    sum(
+      case when "distance" > cast(1e-290 as double) then "distance" * cast(0.000001 as double) else 0 end
+    ) / "members" * 1000000 as "deviation"
   from "distances"
@@ 71 @@
       )
-    ) as int) as "bin"
+    ) as bigint) as "bin"
   from "points"
@@ 107 @@
   left join "crowded"
-    on "counted"."whq_segment" is not distinct from "crowded"."whq_segment"
-    and "counted"."whq_period" is not distinct from "crowded"."whq_period"
-    and "counted"."whq_chunk" is not distinct from "crowded"."whq_chunk"
+    on to_json_string("counted"."whq_segment") = to_json_string("crowded"."whq_segment")
+    and to_json_string("counted"."whq_period") = to_json_string("crowded"."whq_period")
+    and to_json_string("counted"."whq_chunk") = to_json_string("crowded"."whq_chunk")
     and "crowded"."bin" = "counted"."bin"
@@ 137 @@
     "high",
-    sum("k") over (order by "low" nulls first rows between unbounded preceding and current row) as "k_le"
+    sum("k") over (order by "low" rows between unbounded preceding and current row) as "k_le"
   from "levels"
@@ 174 @@
   left join "holders"
-    on "ranges"."whq_segment" is not distinct from "holders"."whq_segment"
-    and "ranges"."whq_period" is not distinct from "holders"."whq_period"
-    and "ranges"."whq_chunk" is not distinct from "holders"."whq_chunk"
+    on to_json_string("ranges"."whq_segment") = to_json_string("holders"."whq_segment")
+    and to_json_string("ranges"."whq_period") = to_json_string("holders"."whq_period")
+    and to_json_string("ranges"."whq_chunk") = to_json_string("holders"."whq_chunk")
 ), "sought" as (
@@ 246 @@
     "placed"."x",
-    "opened"."k_before" - 1 + row_number() over (partition by "placed"."bin" order by "placed"."x") as "place"
+    "opened"."k_before" - 1 + row_number() over (partition by "placed"."bin" order by "placed"."x" nulls last) as "place"
   from "placed"
@@ 295 @@
     coalesce("commonest", "neighbours"."p25") as "centre",
-    "neighbours"."p01" + "last" % 100 / cast(100 as double) * (
+    "neighbours"."p01" + mod("last", 100) / cast(100 as double) * (
       coalesce("p01_next", "neighbours"."p01") - "neighbours"."p01"
     ) as "p01",
-    "neighbours"."p99" + (
-      99 * "last"
-    ) % 100 / cast(100 as double) * (
+    "neighbours"."p99" + mod(99 * "last", 100) / cast(100 as double) * (
       coalesce("p99_next", "neighbours"."p99") - "neighbours"."p99"
@@ 306 @@
       then 0
-      else "neighbours"."p75" + (
-        3 * "last_other"
-      ) % 4 / cast(4 as double) * (
+      else "neighbours"."p75" + mod(3 * "last_other", 4) / cast(4 as double) * (
         coalesce("neighbours"."p75_next", "neighbours"."p75") - "neighbours"."p75"
-      ) - "neighbours"."p25" - "last_other" % 4 / cast(4 as double) * (
+      ) - "neighbours"."p25" - mod("last_other", 4) / cast(4 as double) * (
         coalesce("neighbours"."p25_next", "neighbours"."p25") - "neighbours"."p25"
@@ 428 @@
     ) * cast(500 as double) / "members") as "part",
-    sum("is_heavy") over (order by "low" nulls first rows between unbounded preceding and current row) as "heavy_le"
+    sum("is_heavy") over (order by "low" rows between unbounded preceding and current row) as "heavy_le"
   from "weighed"

-- dialect: databricks, spark
@@ 137 @@
     "high",
-    sum("k") over (order by "low" nulls first rows between unbounded preceding and current row) as "k_le"
+    sum("k") over (order by "low" rows between unbounded preceding and current row) as "k_le"
   from "levels"
@@ 246 @@
     "placed"."x",
-    "opened"."k_before" - 1 + row_number() over (partition by "placed"."bin" order by "placed"."x") as "place"
+    "opened"."k_before" - 1 + row_number() over (partition by "placed"."bin" order by "placed"."x" nulls last) as "place"
   from "placed"
@@ 428 @@
     ) * cast(500 as double) / "members") as "part",
-    sum("is_heavy") over (order by "low" nulls first rows between unbounded preceding and current row) as "heavy_le"
+    sum("is_heavy") over (order by "low" rows between unbounded preceding and current row) as "heavy_le"
   from "weighed"

-- dialect: redshift
@@ 2 @@
   select
-    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
+    case
+      when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double)
+      then "whq_source"."x"
+    end as "x",
     cast(null as text) as "whq_segment",
@@ 24 @@
     max("x") as "maximum",
-    sum(case when abs("x") > cast(1e-290 as double) then "x" * cast(0.000001 as double) else 0 end) / count(*) * 1000000 as "centre"
+    cast(sum(
+      case
+        when abs("x") > cast(1e-290 as double)
+        then "x" * cast(0.000001 as double)
+        else 0
+      end
+    ) as double) / count(*) * 1000000 as "centre"
   from "points"
@@ 45 @@
     "centre",
-    sum(case when "distance" > cast(1e-290 as double) then "distance" * cast(0.000001 as double) else 0 end) / "members" * 1000000 as "deviation"
+    cast(sum(
+      case
+        when "distance" > cast(1e-290 as double)
+        then "distance" * cast(0.000001 as double)
+        else 0
+      end
+    ) as double) / "members" * 1000000 as "deviation"
   from "distances"
@@ 67 @@
       4096 * sign("points"."x" - "spreads"."centre") * (
-        1 - "spreads"."spread" / (
+        1 - cast("spreads"."spread" as double) / (
           "spreads"."spread" + abs("points"."x" - "spreads"."centre")
@@ 71 @@
       )
-    ) as int) as "bin"
+    ) as integer) as "bin"
   from "points"
@@ 95 @@
   where
-    "counted"."k" * cast(1000 as double) > "spreads"."members" and "counted"."low" < "counted"."high"
+    "counted"."k" * cast(1000 as double) > "spreads"."members"
+    and "counted"."low" < "counted"."high"
 ), "levels" as (
@@ 107 @@
   left join "crowded"
-    on "counted"."whq_segment" is not distinct from "crowded"."whq_segment"
-    and "counted"."whq_period" is not distinct from "crowded"."whq_period"
-    and "counted"."whq_chunk" is not distinct from "crowded"."whq_chunk"
+    on coalesce(
+      (
+        "counted"."whq_segment" = "crowded"."whq_segment"
+      )
+      or (
+        "counted"."whq_segment" is null and "crowded"."whq_segment" is null
+      ),
+      false
+    )
+    and coalesce(
+      (
+        "counted"."whq_period" = "crowded"."whq_period"
+      )
+      or (
+        "counted"."whq_period" is null and "crowded"."whq_period" is null
+      ),
+      false
+    )
+    and coalesce(
+      (
+        "counted"."whq_chunk" = "crowded"."whq_chunk"
+      )
+      or (
+        "counted"."whq_chunk" is null and "crowded"."whq_chunk" is null
+      ),
+      false
+    )
     and "crowded"."bin" = "counted"."bin"
@@ 174 @@
   left join "holders"
-    on "ranges"."whq_segment" is not distinct from "holders"."whq_segment"
-    and "ranges"."whq_period" is not distinct from "holders"."whq_period"
-    and "ranges"."whq_chunk" is not distinct from "holders"."whq_chunk"
+    on coalesce(
+      (
+        "ranges"."whq_segment" = "holders"."whq_segment"
+      )
+      or (
+        "ranges"."whq_segment" is null and "holders"."whq_segment" is null
+      ),
+      false
+    )
+    and coalesce(
+      (
+        "ranges"."whq_period" = "holders"."whq_period"
+      )
+      or (
+        "ranges"."whq_period" is null and "holders"."whq_period" is null
+      ),
+      false
+    )
+    and coalesce(
+      (
+        "ranges"."whq_chunk" = "holders"."whq_chunk"
+      )
+      or (
+        "ranges"."whq_chunk" is null and "holders"."whq_chunk" is null
+      ),
+      false
+    )
 ), "sought" as (
@@ 348 @@
     "x",
-    (
+    cast((
       "x" - "centre"
-    ) / "width" as "z"
+    ) as double) / "width" as "z"
   from "inside"
@@ 360 @@
     max("x") as "inside_high",
-    sum("z") / count("x") as "first",
-    sum("z" * "z") / count("x") as "second",
-    sum("z" * "z" * "z") / count("x") as "third"
+    cast(sum("z") as double) / count("x") as "first",
+    cast(sum("z" * "z") as double) / count("x") as "second",
+    cast(sum("z" * "z" * "z") as double) / count("x") as "third"
   from "scaled"
@@ 393 @@
       when "inside_low" < "inside_high" and "second" > 0
-      then "third" / (
+      then cast("third" as double) / (
         "second" * sqrt("second")
@@ 410 @@
     case
-      when "ranked"."low" = "ranked"."high" and "ranked"."k" * cast(1000 as double) > "spreads"."members"
+      when "ranked"."low" = "ranked"."high"
+      and "ranked"."k" * cast(1000 as double) > "spreads"."members"
       then 1
@@ 425 @@
     "is_heavy",
-    floor((
+    floor(cast((
       "k_le" - "k"
-    ) * cast(500 as double) / "members") as "part",
+    ) * cast(500 as double) as double) / "members") as "part",
     sum("is_heavy") over (order by "low" nulls first rows between unbounded preceding and current row) as "heavy_le"

-- dialect: trino
@@ 24 @@
     max("x") as "maximum",
-    sum(case when abs("x") > cast(1e-290 as double) then "x" * cast(0.000001 as double) else 0 end) / count(*) * 1000000 as "centre"
+    cast(sum(case when abs("x") > cast(1e-290 as double) then "x" * cast(0.000001 as double) else 0 end) as double) / count(*) * 1000000 as "centre"
   from "points"
@@ 45 @@
     "centre",
-    sum(case when "distance" > cast(1e-290 as double) then "distance" * cast(0.000001 as double) else 0 end) / "members" * 1000000 as "deviation"
+    cast(sum(case when "distance" > cast(1e-290 as double) then "distance" * cast(0.000001 as double) else 0 end) as double) / "members" * 1000000 as "deviation"
   from "distances"
@@ 67 @@
       4096 * sign("points"."x" - "spreads"."centre") * (
-        1 - "spreads"."spread" / (
+        1 - cast("spreads"."spread" as double) / (
           "spreads"."spread" + abs("points"."x" - "spreads"."centre")
@@ 71 @@
       )
-    ) as int) as "bin"
+    ) as integer) as "bin"
   from "points"
@@ 348 @@
     "x",
-    (
+    cast((
       "x" - "centre"
-    ) / "width" as "z"
+    ) as double) / "width" as "z"
   from "inside"
@@ 360 @@
     max("x") as "inside_high",
-    sum("z") / count("x") as "first",
-    sum("z" * "z") / count("x") as "second",
-    sum("z" * "z" * "z") / count("x") as "third"
+    cast(sum("z") as double) / count("x") as "first",
+    cast(sum("z" * "z") as double) / count("x") as "second",
+    cast(sum("z" * "z" * "z") as double) / count("x") as "third"
   from "scaled"
@@ 393 @@
       when "inside_low" < "inside_high" and "second" > 0
-      then "third" / (
+      then cast("third" as double) / (
         "second" * sqrt("second")
@@ 425 @@
     "is_heavy",
-    floor((
+    floor(cast((
       "k_le" - "k"
-    ) * cast(500 as double) / "members") as "part",
+    ) * cast(500 as double) as double) / "members") as "part",
     sum("is_heavy") over (order by "low" nulls first rows between unbounded preceding and current row) as "heavy_le"

-- dialect: clickhouse
@@ 2 @@
   select
-    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
+    case
+      when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double)
+      then "whq_source"."x"
+    end as "x",
     cast(null as text) as "whq_segment",
@@ 15 @@
   where
-    not "x" is null
+    not (
+      "x" is null
+    )
 ), "ranges" as (
@@ 24 @@
     max("x") as "maximum",
-    sum(case when abs("x") > cast(1e-290 as double) then "x" * cast(0.000001 as double) else 0 end) / count(*) * 1000000 as "centre"
+    sum(
+      case
+        when abs("x") > cast(1e-290 as double)
+        then "x" * cast(0.000001 as double)
+        else 0
+      end
+    ) / count(*) * 1000000 as "centre"
   from "points"
@@ 30 @@
   select
-    "points"."whq_segment",
-    "points"."whq_period",
-    "points"."whq_chunk",
+    "points"."whq_segment" as "whq_segment",
+    "points"."whq_period" as "whq_period",
+    "points"."whq_chunk" as "whq_chunk",
     abs("points"."x" - "ranges"."centre") as "distance",
-    "ranges"."members",
-    "ranges"."centre"
+    "ranges"."members" as "members",
+    "ranges"."centre" as "centre"
   from "points"
@@ 45 @@
     "centre",
-    sum(case when "distance" > cast(1e-290 as double) then "distance" * cast(0.000001 as double) else 0 end) / "members" * 1000000 as "deviation"
+    sum(
+      case
+        when "distance" > cast(1e-290 as double)
+        then "distance" * cast(0.000001 as double)
+        else 0
+      end
+    ) / "members" * 1000000 as "deviation"
   from "distances"
@@ 57 @@
     "centre",
-    case when "deviation" > 0 and "deviation" <= cast(1e300 as double) then "deviation" else 1 end as "spread"
+    case
+      when "deviation" > 0 and "deviation" <= cast(1e300 as double)
+      then "deviation"
+      else 1
+    end as "spread"
   from "deviations"
@@ 61 @@
   select
-    "points"."whq_segment",
-    "points"."whq_period",
-    "points"."whq_chunk",
-    "points"."x",
+    "points"."whq_segment" as "whq_segment",
+    "points"."whq_period" as "whq_period",
+    "points"."whq_chunk" as "whq_chunk",
+    "points"."x" as "x",
     cast(floor(
@@ 71 @@
       )
-    ) as int) as "bin"
+    ) as Nullable(Int32)) as "bin"
   from "points"
@@ 88 @@
   select
-    "counted"."whq_segment",
-    "counted"."whq_period",
-    "counted"."whq_chunk",
-    "counted"."bin"
+    "counted"."whq_segment" as "whq_segment",
+    "counted"."whq_period" as "whq_period",
+    "counted"."whq_chunk" as "whq_chunk",
+    "counted"."bin" as "bin"
   from "counted"
@@ 95 @@
   where
-    "counted"."k" * cast(1000 as double) > "spreads"."members" and "counted"."low" < "counted"."high"
+    "counted"."k" * cast(1000 as double) > "spreads"."members"
+    and "counted"."low" < "counted"."high"
 ), "levels" as (
   select
-    "counted"."whq_segment",
-    "counted"."whq_period",
-    "counted"."whq_chunk",
-    "counted"."bin",
-    "counted"."k",
-    "counted"."low",
-    "counted"."high"
+    "counted"."whq_segment" as "whq_segment",
+    "counted"."whq_period" as "whq_period",
+    "counted"."whq_chunk" as "whq_chunk",
+    "counted"."bin" as "bin",
+    "counted"."k" as "k",
+    "counted"."low" as "low",
+    "counted"."high" as "high"
   from "counted"
@@ 118 @@
     cast(null as bigint) as "whq_chunk",
-    "placed"."bin",
+    "placed"."bin" as "bin",
     count(*),
-    "placed"."x",
-    "placed"."x"
+    "placed"."x" as "x",
+    "placed"."x" as "x"
   from "placed"
@@ 141 @@
   select
-    "ranked"."whq_segment",
-    "ranked"."whq_period",
-    "ranked"."whq_chunk",
+    "ranked"."whq_segment" as "whq_segment",
+    "ranked"."whq_period" as "whq_period",
+    "ranked"."whq_chunk" as "whq_chunk",
     "ranked"."low" as "commonest",
@@ 161 @@
   select
-    "ranges"."whq_segment",
-    "ranges"."whq_period",
-    "ranges"."whq_chunk",
-    "ranges"."members",
-    "ranges"."minimum",
-    "ranges"."maximum",
-    "holders"."commonest",
+    "ranges"."whq_segment" as "whq_segment",
+    "ranges"."whq_period" as "whq_period",
+    "ranges"."whq_chunk" as "whq_chunk",
+    "ranges"."members" as "members",
+    "ranges"."minimum" as "minimum",
+    "ranges"."maximum" as "maximum",
+    "holders"."commonest" as "commonest",
     coalesce("holders"."held", 0) as "held",
@@ 216 @@
   select
-    "ranked"."whq_segment",
-    "ranked"."whq_period",
-    "ranked"."whq_chunk",
-    "ranked"."bin",
+    "ranked"."whq_segment" as "whq_segment",
+    "ranked"."whq_period" as "whq_period",
+    "ranked"."whq_chunk" as "whq_chunk",
+    "ranked"."bin" as "bin",
     "ranked"."k_le" - "ranked"."k" as "k_before"
@@ 242 @@
   select
-    "placed"."whq_segment",
-    "placed"."whq_period",
-    "placed"."whq_chunk",
-    "placed"."x",
+    "placed"."whq_segment" as "whq_segment",
+    "placed"."whq_period" as "whq_period",
+    "placed"."whq_chunk" as "whq_chunk",
+    "placed"."x" as "x",
     "opened"."k_before" - 1 + row_number() over (partition by "placed"."bin" order by "placed"."x") as "place"
@@ 287 @@
   select
-    "places"."whq_segment",
-    "places"."whq_period",
-    "places"."whq_chunk",
+    "places"."whq_segment" as "whq_segment",
+    "places"."whq_period" as "whq_period",
+    "places"."whq_chunk" as "whq_chunk",
     "members",
@@ 331 @@
   select
-    "points"."whq_segment",
-    "points"."whq_period",
-    "points"."whq_chunk",
+    "points"."whq_segment" as "whq_segment",
+    "points"."whq_period" as "whq_period",
+    "points"."whq_chunk" as "whq_chunk",
     case
@@ 338 @@
     end as "x",
-    "limits"."centre",
-    nullif("limits"."range_high" - "limits"."range_low", 0) as "width"
+    "limits"."centre" as "centre",
+    nullIf("limits"."range_high" - "limits"."range_low", 0) as "width"
   from "points"
@@ 379 @@
   select
-    "limits"."whq_segment",
-    "limits"."whq_period",
-    "limits"."whq_chunk",
-    "limits"."members",
-    "limits"."minimum",
-    "limits"."maximum",
-    "limits"."commonest",
-    "limits"."range_low",
-    "limits"."range_high",
-    "centred"."inside_n",
-    "centred"."inside_low",
-    "centred"."inside_high",
+    "limits"."whq_segment" as "whq_segment",
+    "limits"."whq_period" as "whq_period",
+    "limits"."whq_chunk" as "whq_chunk",
+    "limits"."members" as "members",
+    "limits"."minimum" as "minimum",
+    "limits"."maximum" as "maximum",
+    "limits"."commonest" as "commonest",
+    "limits"."range_low" as "range_low",
+    "limits"."range_high" as "range_high",
+    "centred"."inside_n" as "inside_n",
+    "centred"."inside_low" as "inside_low",
+    "centred"."inside_high" as "inside_high",
     case
@@ 401 @@
   select
-    "ranked"."whq_segment",
-    "ranked"."whq_period",
-    "ranked"."whq_chunk",
-    "ranked"."k",
-    "ranked"."k_le",
-    "ranked"."low",
-    "ranked"."high",
-    "spreads"."members",
+    "ranked"."whq_segment" as "whq_segment",
+    "ranked"."whq_period" as "whq_period",
+    "ranked"."whq_chunk" as "whq_chunk",
+    "ranked"."k" as "k",
+    "ranked"."k_le" as "k_le",
+    "ranked"."low" as "low",
+    "ranked"."high" as "high",
+    "spreads"."members" as "members",
     case
-      when "ranked"."low" = "ranked"."high" and "ranked"."k" * cast(1000 as double) > "spreads"."members"
+      when "ranked"."low" = "ranked"."high"
+      and "ranked"."k" * cast(1000 as double) > "spreads"."members"
       then 1
@@ 445 @@
 select
-  "shapes"."whq_segment",
-  "shapes"."whq_period",
-  "shapes"."whq_chunk",
-  "parts"."n",
-  "parts"."low",
-  "parts"."high",
-  "shapes"."range_low",
-  "shapes"."range_high",
-  "shapes"."inside_n",
-  "shapes"."inside_low",
-  "shapes"."inside_high",
-  "shapes"."skewness",
-  "shapes"."commonest"
+  "shapes"."whq_segment" as "whq_segment",
+  "shapes"."whq_period" as "whq_period",
+  "shapes"."whq_chunk" as "whq_chunk",
+  "parts"."n" as "n",
+  "parts"."low" as "low",
+  "parts"."high" as "high",
+  "shapes"."range_low" as "range_low",
+  "shapes"."range_high" as "range_high",
+  "shapes"."inside_n" as "inside_n",
+  "shapes"."inside_low" as "inside_low",
+  "shapes"."inside_high" as "inside_high",
+  "shapes"."skewness" as "skewness",
+  "shapes"."commonest" as "commonest"
 from "shapes"
 cross join "parts"
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
@@ 24 @@
     max("x") as "maximum",
-    sum(case when abs("x") > cast(1e-290 as double) then "x" * cast(0.000001 as double) else 0 end) / count(*) * 1000000 as "centre"
+    cast(sum(case when abs("x") > cast(1e-290 as double) then "x" * cast(0.000001 as double) else 0 end) as double) / count(*) * 1000000 as "centre"
   from "points"
@@ 45 @@
     "centre",
-    sum(case when "distance" > cast(1e-290 as double) then "distance" * cast(0.000001 as double) else 0 end) / "members" * 1000000 as "deviation"
+    cast(sum(case when "distance" > cast(1e-290 as double) then "distance" * cast(0.000001 as double) else 0 end) as double) / "members" * 1000000 as "deviation"
   from "distances"
@@ 67 @@
       4096 * sign("points"."x" - "spreads"."centre") * (
-        1 - "spreads"."spread" / (
+        1 - cast("spreads"."spread" as double) / (
           "spreads"."spread" + abs("points"."x" - "spreads"."centre")
@@ 71 @@
       )
-    ) as int) as "bin"
+    ) as bigint) as "bin"
   from "points"
@@ 107 @@
   left join "crowded"
-    on "counted"."whq_segment" is not distinct from "crowded"."whq_segment"
-    and "counted"."whq_period" is not distinct from "crowded"."whq_period"
-    and "counted"."whq_chunk" is not distinct from "crowded"."whq_chunk"
+    on "counted"."whq_segment" <=> "crowded"."whq_segment"
+    and "counted"."whq_period" <=> "crowded"."whq_period"
+    and "counted"."whq_chunk" <=> "crowded"."whq_chunk"
     and "crowded"."bin" = "counted"."bin"
@@ 137 @@
     "high",
-    sum("k") over (order by "low" nulls first rows between unbounded preceding and current row) as "k_le"
+    sum("k") over (order by "low" rows between unbounded preceding and current row) as "k_le"
   from "levels"
@@ 174 @@
   left join "holders"
-    on "ranges"."whq_segment" is not distinct from "holders"."whq_segment"
-    and "ranges"."whq_period" is not distinct from "holders"."whq_period"
-    and "ranges"."whq_chunk" is not distinct from "holders"."whq_chunk"
+    on "ranges"."whq_segment" <=> "holders"."whq_segment"
+    and "ranges"."whq_period" <=> "holders"."whq_period"
+    and "ranges"."whq_chunk" <=> "holders"."whq_chunk"
 ), "sought" as (
@@ 190 @@
     "last_other",
-    cast(floor("last" / cast(100 as double)) as bigint) as "p01",
-    cast(floor("last_other" / cast(4 as double)) as bigint) as "p25",
-    cast(floor(3 * "last_other" / cast(4 as double)) as bigint) as "p75",
-    cast(floor(99 * "last" / cast(100 as double)) as bigint) as "p99"
+    cast(floor(cast("last" as double) / cast(100 as double)) as bigint) as "p01",
+    cast(floor(cast("last_other" as double) / cast(4 as double)) as bigint) as "p25",
+    cast(floor(cast(3 * "last_other" as double) / cast(4 as double)) as bigint) as "p75",
+    cast(floor(cast(99 * "last" as double) / cast(100 as double)) as bigint) as "p99"
   from "orders"
@@ 246 @@
     "placed"."x",
-    "opened"."k_before" - 1 + row_number() over (partition by "placed"."bin" order by "placed"."x") as "place"
+    "opened"."k_before" - 1 + row_number() over (partition by "placed"."bin" order by case when "placed"."x" is null then 1 else 0 end, "placed"."x") as "place"
   from "placed"
@@ 295 @@
     coalesce("commonest", "neighbours"."p25") as "centre",
-    "neighbours"."p01" + "last" % 100 / cast(100 as double) * (
+    "neighbours"."p01" + cast("last" % 100 as double) / cast(100 as double) * (
       coalesce("p01_next", "neighbours"."p01") - "neighbours"."p01"
     ) as "p01",
-    "neighbours"."p99" + (
+    "neighbours"."p99" + cast((
       99 * "last"
-    ) % 100 / cast(100 as double) * (
+    ) % 100 as double) / cast(100 as double) * (
       coalesce("p99_next", "neighbours"."p99") - "neighbours"."p99"
@@ 306 @@
       then 0
-      else "neighbours"."p75" + (
+      else "neighbours"."p75" + cast((
         3 * "last_other"
-      ) % 4 / cast(4 as double) * (
+      ) % 4 as double) / cast(4 as double) * (
         coalesce("neighbours"."p75_next", "neighbours"."p75") - "neighbours"."p75"
-      ) - "neighbours"."p25" - "last_other" % 4 / cast(4 as double) * (
+      ) - "neighbours"."p25" - cast("last_other" % 4 as double) / cast(4 as double) * (
         coalesce("neighbours"."p25_next", "neighbours"."p25") - "neighbours"."p25"
@@ 348 @@
     "x",
-    (
+    cast((
       "x" - "centre"
-    ) / "width" as "z"
+    ) as double) / "width" as "z"
   from "inside"
@@ 360 @@
     max("x") as "inside_high",
-    sum("z") / count("x") as "first",
-    sum("z" * "z") / count("x") as "second",
-    sum("z" * "z" * "z") / count("x") as "third"
+    cast(sum("z") as double) / count("x") as "first",
+    cast(sum("z" * "z") as double) / count("x") as "second",
+    cast(sum("z" * "z" * "z") as double) / count("x") as "third"
   from "scaled"
@@ 393 @@
       when "inside_low" < "inside_high" and "second" > 0
-      then "third" / (
+      then cast("third" as double) / (
         "second" * sqrt("second")
@@ 425 @@
     "is_heavy",
-    floor((
+    floor(cast((
       "k_le" - "k"
-    ) * cast(500 as double) / "members") as "part",
-    sum("is_heavy") over (order by "low" nulls first rows between unbounded preceding and current row) as "heavy_le"
+    ) * cast(500 as double) as double) / "members") as "part",
+    sum("is_heavy") over (order by "low" rows between unbounded preceding and current row) as "heavy_le"
   from "weighed"
