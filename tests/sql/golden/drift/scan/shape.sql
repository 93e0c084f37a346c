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
), "deviations" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "ranges"."members",
    "ranges"."centre",
    sum(
      case
        when abs("points"."x" - "ranges"."centre") > cast(1e-290 as double)
        then abs("points"."x" - "ranges"."centre") * cast(0.000001 as double)
        else 0
      end
    ) / "ranges"."members" * 1000000 as "deviation"
  from "points"
  cross join "ranges"
  group by
    "ranges"."members",
    "ranges"."centre"
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
), "sized" as (
  select
    "counted"."whq_segment",
    "counted"."whq_period",
    "counted"."whq_chunk",
    "counted"."bin",
    "counted"."k",
    "counted"."low",
    "counted"."high",
    "spreads"."members",
    case
      when "counted"."k" * cast(1000 as double) > "spreads"."members" and "counted"."low" < "counted"."high"
      then 1
      else 0
    end as "is_crowded"
  from "counted"
  cross join "spreads"
), "levels" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "bin",
    "k",
    "low",
    "high",
    "members",
    case when "low" = "high" and "k" * cast(1000 as double) > "members" then 1 else 0 end as "is_heavy"
  from "sized"
  where
    "is_crowded" = 0
  union all
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "placed"."bin",
    count(*),
    "placed"."x",
    "placed"."x",
    "sized"."members",
    case when count(*) * cast(1000 as double) > "sized"."members" then 1 else 0 end
  from "placed"
  join "sized"
    on "sized"."bin" = "placed"."bin"
  where
    "sized"."is_crowded" = 1
  group by
    "placed"."bin",
    "placed"."x",
    "sized"."members"
), "ranked" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "bin",
    "k",
    "low",
    "high",
    "members",
    sum("k") over (order by "low" nulls first rows between unbounded preceding and current row) as "k_le",
    "is_heavy",
    sum("is_heavy") over (order by "low" nulls first rows between unbounded preceding and current row) as "heavy_le"
  from "levels"
), "marked" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "k",
    "k_le",
    "low",
    "high",
    "members",
    case
      when "low" = "high"
      and (
        "k_le" - "k"
      ) * 4 <= "members" - 1
      and (
        "k_le" - 1
      ) * 4 >= 3 * (
        "members" - 1
      )
      then 1
      else 0
    end as "holds_quartiles"
  from "ranked"
), "holders" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "members",
    min("low") as "minimum",
    max("high") as "maximum",
    max(case when "holds_quartiles" = 1 then "low" end) as "commonest",
    max(case when "holds_quartiles" = 1 then "k" else 0 end) as "held",
    max(case when "holds_quartiles" = 1 then "k_le" - "k" else 0 end) as "held_from"
  from "marked"
  group by
    "members"
), "orders" as (
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
    "members" - 1 as "last",
    "members" - "held" - 1 as "last_other"
  from "holders"
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
    "members",
    "minimum",
    "maximum",
    "commonest",
    "last",
    "last_other",
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
  group by
    "members",
    "minimum",
    "maximum",
    "commonest",
    "last",
    "last_other"
), "percentiles" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "members",
    "minimum",
    "maximum",
    "commonest",
    coalesce("commonest", "p25") as "centre",
    "p01" + "last" % 100 / cast(100 as double) * (
      coalesce("p01_next", "p01") - "p01"
    ) as "p01",
    "p99" + (
      99 * "last"
    ) % 100 / cast(100 as double) * (
      coalesce("p99_next", "p99") - "p99"
    ) as "p99",
    case
      when "last_other" < 1
      then 0
      else "p75" + (
        3 * "last_other"
      ) % 4 / cast(4 as double) * (
        coalesce("p75_next", "p75") - "p75"
      ) - "p25" - "last_other" % 4 / cast(4 as double) * (
        coalesce("p25_next", "p25") - "p25"
      )
    end as "iqr"
  from "neighbours"
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
), "numbered" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "k",
    "low",
    "high",
    "is_heavy",
    "heavy_le",
    floor((
      "k_le" - "k"
    ) * cast(500 as double) / "members") as "part"
  from "ranked"
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
@@ 35 @@
     "ranges"."centre",
-    sum(
+    cast(sum(
       case
@@ 41 @@
       end
-    ) / "ranges"."members" * 1000000 as "deviation"
+    ) as double) / "ranges"."members" * 1000000 as "deviation"
   from "points"
@@ 64 @@
       4096 * sign("points"."x" - "spreads"."centre") * (
-        1 - "spreads"."spread" / (
+        1 - cast("spreads"."spread" as double) / (
           "spreads"."spread" + abs("points"."x" - "spreads"."centre")
@@ 94 @@
     case
-      when "counted"."k" * cast(1000 as double) > "spreads"."members" and "counted"."low" < "counted"."high"
+      when "counted"."k" * cast(1000 as double) > "spreads"."members"
+      and "counted"."low" < "counted"."high"
       then 1
@@ 381 @@
     "x",
-    (
+    cast((
       "x" - "centre"
-    ) / "width" as "z"
+    ) as double) / "width" as "z"
   from "inside"
@@ 393 @@
     max("x") as "inside_high",
-    sum("z") / count("x") as "first",
-    sum("z" * "z") / count("x") as "second",
-    sum("z" * "z" * "z") / count("x") as "third"
+    cast(sum("z") as double) / count("x") as "first",
+    cast(sum("z" * "z") as double) / count("x") as "second",
+    cast(sum("z" * "z" * "z") as double) / count("x") as "third"
   from "scaled"
@@ 426 @@
       when "inside_low" < "inside_high" and "second" > 0
-      then "third" / (
+      then cast("third" as double) / (
         "second" * sqrt("second")
@@ 442 @@
     "heavy_le",
-    floor((
+    floor(cast((
       "k_le" - "k"
-    ) * cast(500 as double) / "members") as "part"
+    ) * cast(500 as double) as double) / "members") as "part"
   from "ranked"

-- dialect: snowflake
@@ 24 @@
     max("x") as "maximum",
-    sum(case when abs("x") > cast(1e-290 as double) then "x" * cast(0.000001 as double) else 0 end) / count(*) * 1000000 as "centre"
+    cast(sum(case when abs("x") > cast(1e-290 as double) then "x" * cast(0.000001 as double) else 0 end) as double) / count(*) * 1000000 as "centre"
   from "points"
@@ 35 @@
     "ranges"."centre",
-    sum(
+    cast(sum(
       case
@@ 41 @@
       end
-    ) / "ranges"."members" * 1000000 as "deviation"
+    ) as double) / "ranges"."members" * 1000000 as "deviation"
   from "points"
@@ 64 @@
       4096 * sign("points"."x" - "spreads"."centre") * (
-        1 - "spreads"."spread" / (
+        1 - cast("spreads"."spread" as double) / (
           "spreads"."spread" + abs("points"."x" - "spreads"."centre")
@@ 213 @@
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
@@ 329 @@
     coalesce("commonest", "p25") as "centre",
-    "p01" + "last" % 100 / cast(100 as double) * (
+    "p01" + cast("last" % 100 as double) / cast(100 as double) * (
       coalesce("p01_next", "p01") - "p01"
     ) as "p01",
-    "p99" + (
+    "p99" + cast((
       99 * "last"
-    ) % 100 / cast(100 as double) * (
+    ) % 100 as double) / cast(100 as double) * (
       coalesce("p99_next", "p99") - "p99"
@@ 340 @@
       then 0
-      else "p75" + (
+      else "p75" + cast((
         3 * "last_other"
-      ) % 4 / cast(4 as double) * (
+      ) % 4 as double) / cast(4 as double) * (
         coalesce("p75_next", "p75") - "p75"
-      ) - "p25" - "last_other" % 4 / cast(4 as double) * (
+      ) - "p25" - cast("last_other" % 4 as double) / cast(4 as double) * (
         coalesce("p25_next", "p25") - "p25"
@@ 381 @@
     "x",
-    (
+    cast((
       "x" - "centre"
-    ) / "width" as "z"
+    ) as double) / "width" as "z"
   from "inside"
@@ 393 @@
     max("x") as "inside_high",
-    sum("z") / count("x") as "first",
-    sum("z" * "z") / count("x") as "second",
-    sum("z" * "z" * "z") / count("x") as "third"
+    cast(sum("z") as double) / count("x") as "first",
+    cast(sum("z" * "z") as double) / count("x") as "second",
+    cast(sum("z" * "z" * "z") as double) / count("x") as "third"
   from "scaled"
@@ 426 @@
       when "inside_low" < "inside_high" and "second" > 0
-      then "third" / (
+      then cast("third" as double) / (
         "second" * sqrt("second")
@@ 442 @@
     "heavy_le",
-    floor((
+    floor(cast((
       "k_le" - "k"
-    ) * cast(500 as double) / "members") as "part"
+    ) * cast(500 as double) as double) / "members") as "part"
   from "ranked"

-- dialect: bigquery
@@ 68 @@
       )
-    ) as int) as "bin"
+    ) as bigint) as "bin"
   from "points"
@@ 144 @@
     "members",
-    sum("k") over (order by "low" nulls first rows between unbounded preceding and current row) as "k_le",
+    sum("k") over (order by "low" rows between unbounded preceding and current row) as "k_le",
     "is_heavy",
-    sum("is_heavy") over (order by "low" nulls first rows between unbounded preceding and current row) as "heavy_le"
+    sum("is_heavy") over (order by "low" rows between unbounded preceding and current row) as "heavy_le"
   from "levels"
@@ 269 @@
     "placed"."x",
-    "opened"."k_before" - 1 + row_number() over (partition by "placed"."bin" order by "placed"."x") as "place"
+    "opened"."k_before" - 1 + row_number() over (partition by "placed"."bin" order by "placed"."x" nulls last) as "place"
   from "placed"
@@ 329 @@
     coalesce("commonest", "p25") as "centre",
-    "p01" + "last" % 100 / cast(100 as double) * (
+    "p01" + mod("last", 100) / cast(100 as double) * (
       coalesce("p01_next", "p01") - "p01"
     ) as "p01",
-    "p99" + (
-      99 * "last"
-    ) % 100 / cast(100 as double) * (
+    "p99" + mod(99 * "last", 100) / cast(100 as double) * (
       coalesce("p99_next", "p99") - "p99"
@@ 340 @@
       then 0
-      else "p75" + (
-        3 * "last_other"
-      ) % 4 / cast(4 as double) * (
+      else "p75" + mod(3 * "last_other", 4) / cast(4 as double) * (
         coalesce("p75_next", "p75") - "p75"
-      ) - "p25" - "last_other" % 4 / cast(4 as double) * (
+      ) - "p25" - mod("last_other", 4) / cast(4 as double) * (
         coalesce("p25_next", "p25") - "p25"

-- dialect: databricks, spark
@@ 144 @@
     "members",
-    sum("k") over (order by "low" nulls first rows between unbounded preceding and current row) as "k_le",
+    sum("k") over (order by "low" rows between unbounded preceding and current row) as "k_le",
     "is_heavy",
-    sum("is_heavy") over (order by "low" nulls first rows between unbounded preceding and current row) as "heavy_le"
+    sum("is_heavy") over (order by "low" rows between unbounded preceding and current row) as "heavy_le"
   from "levels"
@@ 269 @@
     "placed"."x",
-    "opened"."k_before" - 1 + row_number() over (partition by "placed"."bin" order by "placed"."x") as "place"
+    "opened"."k_before" - 1 + row_number() over (partition by "placed"."bin" order by "placed"."x" nulls last) as "place"
   from "placed"

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
@@ 35 @@
     "ranges"."centre",
-    sum(
+    cast(sum(
       case
@@ 41 @@
       end
-    ) / "ranges"."members" * 1000000 as "deviation"
+    ) as double) / "ranges"."members" * 1000000 as "deviation"
   from "points"
@@ 64 @@
       4096 * sign("points"."x" - "spreads"."centre") * (
-        1 - "spreads"."spread" / (
+        1 - cast("spreads"."spread" as double) / (
           "spreads"."spread" + abs("points"."x" - "spreads"."centre")
@@ 68 @@
       )
-    ) as int) as "bin"
+    ) as integer) as "bin"
   from "points"
@@ 94 @@
     case
-      when "counted"."k" * cast(1000 as double) > "spreads"."members" and "counted"."low" < "counted"."high"
+      when "counted"."k" * cast(1000 as double) > "spreads"."members"
+      and "counted"."low" < "counted"."high"
       then 1
@@ 381 @@
     "x",
-    (
+    cast((
       "x" - "centre"
-    ) / "width" as "z"
+    ) as double) / "width" as "z"
   from "inside"
@@ 393 @@
     max("x") as "inside_high",
-    sum("z") / count("x") as "first",
-    sum("z" * "z") / count("x") as "second",
-    sum("z" * "z" * "z") / count("x") as "third"
+    cast(sum("z") as double) / count("x") as "first",
+    cast(sum("z" * "z") as double) / count("x") as "second",
+    cast(sum("z" * "z" * "z") as double) / count("x") as "third"
   from "scaled"
@@ 426 @@
       when "inside_low" < "inside_high" and "second" > 0
-      then "third" / (
+      then cast("third" as double) / (
         "second" * sqrt("second")
@@ 442 @@
     "heavy_le",
-    floor((
+    floor(cast((
       "k_le" - "k"
-    ) * cast(500 as double) / "members") as "part"
+    ) * cast(500 as double) as double) / "members") as "part"
   from "ranked"

-- dialect: trino
@@ 24 @@
     max("x") as "maximum",
-    sum(case when abs("x") > cast(1e-290 as double) then "x" * cast(0.000001 as double) else 0 end) / count(*) * 1000000 as "centre"
+    cast(sum(case when abs("x") > cast(1e-290 as double) then "x" * cast(0.000001 as double) else 0 end) as double) / count(*) * 1000000 as "centre"
   from "points"
@@ 35 @@
     "ranges"."centre",
-    sum(
+    cast(sum(
       case
@@ 41 @@
       end
-    ) / "ranges"."members" * 1000000 as "deviation"
+    ) as double) / "ranges"."members" * 1000000 as "deviation"
   from "points"
@@ 64 @@
       4096 * sign("points"."x" - "spreads"."centre") * (
-        1 - "spreads"."spread" / (
+        1 - cast("spreads"."spread" as double) / (
           "spreads"."spread" + abs("points"."x" - "spreads"."centre")
@@ 68 @@
       )
-    ) as int) as "bin"
+    ) as integer) as "bin"
   from "points"
@@ 381 @@
     "x",
-    (
+    cast((
       "x" - "centre"
-    ) / "width" as "z"
+    ) as double) / "width" as "z"
   from "inside"
@@ 393 @@
     max("x") as "inside_high",
-    sum("z") / count("x") as "first",
-    sum("z" * "z") / count("x") as "second",
-    sum("z" * "z" * "z") / count("x") as "third"
+    cast(sum("z") as double) / count("x") as "first",
+    cast(sum("z" * "z") as double) / count("x") as "second",
+    cast(sum("z" * "z" * "z") as double) / count("x") as "third"
   from "scaled"
@@ 426 @@
       when "inside_low" < "inside_high" and "second" > 0
-      then "third" / (
+      then cast("third" as double) / (
         "second" * sqrt("second")
@@ 442 @@
     "heavy_le",
-    floor((
+    floor(cast((
       "k_le" - "k"
-    ) * cast(500 as double) / "members") as "part"
+    ) * cast(500 as double) as double) / "members") as "part"
   from "ranked"

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
@@ 33 @@
     cast(null as bigint) as "whq_chunk",
-    "ranges"."members",
-    "ranges"."centre",
+    "ranges"."members" as "members",
+    "ranges"."centre" as "centre",
     sum(
@@ 54 @@
     "centre",
-    case when "deviation" > 0 and "deviation" <= cast(1e300 as double) then "deviation" else 1 end as "spread"
+    case
+      when "deviation" > 0 and "deviation" <= cast(1e300 as double)
+      then "deviation"
+      else 1
+    end as "spread"
   from "deviations"
@@ 58 @@
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
@@ 68 @@
       )
-    ) as int) as "bin"
+    ) as Nullable(Int32)) as "bin"
   from "points"
@@ 85 @@
   select
-    "counted"."whq_segment",
-    "counted"."whq_period",
-    "counted"."whq_chunk",
-    "counted"."bin",
-    "counted"."k",
-    "counted"."low",
-    "counted"."high",
-    "spreads"."members",
+    "counted"."whq_segment" as "whq_segment",
+    "counted"."whq_period" as "whq_period",
+    "counted"."whq_chunk" as "whq_chunk",
+    "counted"."bin" as "bin",
+    "counted"."k" as "k",
+    "counted"."low" as "low",
+    "counted"."high" as "high",
+    "spreads"."members" as "members",
     case
-      when "counted"."k" * cast(1000 as double) > "spreads"."members" and "counted"."low" < "counted"."high"
+      when "counted"."k" * cast(1000 as double) > "spreads"."members"
+      and "counted"."low" < "counted"."high"
       then 1
@@ 119 @@
     cast(null as bigint) as "whq_chunk",
-    "placed"."bin",
+    "placed"."bin" as "bin",
     count(*),
-    "placed"."x",
-    "placed"."x",
-    "sized"."members",
+    "placed"."x" as "x",
+    "placed"."x" as "x",
+    "sized"."members" as "members",
     case when count(*) * cast(1000 as double) > "sized"."members" then 1 else 0 end
@@ 239 @@
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
@@ 265 @@
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
@@ 364 @@
   select
-    "points"."whq_segment",
-    "points"."whq_period",
-    "points"."whq_chunk",
+    "points"."whq_segment" as "whq_segment",
+    "points"."whq_period" as "whq_period",
+    "points"."whq_chunk" as "whq_chunk",
     case
@@ 371 @@
     end as "x",
-    "limits"."centre",
-    nullif("limits"."range_high" - "limits"."range_low", 0) as "width"
+    "limits"."centre" as "centre",
+    nullIf("limits"."range_high" - "limits"."range_low", 0) as "width"
   from "points"
@@ 412 @@
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
@@ 461 @@
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
@@ 35 @@
     "ranges"."centre",
-    sum(
+    cast(sum(
       case
@@ 41 @@
       end
-    ) / "ranges"."members" * 1000000 as "deviation"
+    ) as double) / "ranges"."members" * 1000000 as "deviation"
   from "points"
@@ 64 @@
       4096 * sign("points"."x" - "spreads"."centre") * (
-        1 - "spreads"."spread" / (
+        1 - cast("spreads"."spread" as double) / (
           "spreads"."spread" + abs("points"."x" - "spreads"."centre")
@@ 68 @@
       )
-    ) as int) as "bin"
+    ) as bigint) as "bin"
   from "points"
@@ 144 @@
     "members",
-    sum("k") over (order by "low" nulls first rows between unbounded preceding and current row) as "k_le",
+    sum("k") over (order by "low" rows between unbounded preceding and current row) as "k_le",
     "is_heavy",
-    sum("is_heavy") over (order by "low" nulls first rows between unbounded preceding and current row) as "heavy_le"
+    sum("is_heavy") over (order by "low" rows between unbounded preceding and current row) as "heavy_le"
   from "levels"
@@ 213 @@
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
@@ 269 @@
     "placed"."x",
-    "opened"."k_before" - 1 + row_number() over (partition by "placed"."bin" order by "placed"."x") as "place"
+    "opened"."k_before" - 1 + row_number() over (partition by "placed"."bin" order by case when "placed"."x" is null then 1 else 0 end, "placed"."x") as "place"
   from "placed"
@@ 329 @@
     coalesce("commonest", "p25") as "centre",
-    "p01" + "last" % 100 / cast(100 as double) * (
+    "p01" + cast("last" % 100 as double) / cast(100 as double) * (
       coalesce("p01_next", "p01") - "p01"
     ) as "p01",
-    "p99" + (
+    "p99" + cast((
       99 * "last"
-    ) % 100 / cast(100 as double) * (
+    ) % 100 as double) / cast(100 as double) * (
       coalesce("p99_next", "p99") - "p99"
@@ 340 @@
       then 0
-      else "p75" + (
+      else "p75" + cast((
         3 * "last_other"
-      ) % 4 / cast(4 as double) * (
+      ) % 4 as double) / cast(4 as double) * (
         coalesce("p75_next", "p75") - "p75"
-      ) - "p25" - "last_other" % 4 / cast(4 as double) * (
+      ) - "p25" - cast("last_other" % 4 as double) / cast(4 as double) * (
         coalesce("p25_next", "p25") - "p25"
@@ 381 @@
     "x",
-    (
+    cast((
       "x" - "centre"
-    ) / "width" as "z"
+    ) as double) / "width" as "z"
   from "inside"
@@ 393 @@
     max("x") as "inside_high",
-    sum("z") / count("x") as "first",
-    sum("z" * "z") / count("x") as "second",
-    sum("z" * "z" * "z") / count("x") as "third"
+    cast(sum("z") as double) / count("x") as "first",
+    cast(sum("z" * "z") as double) / count("x") as "second",
+    cast(sum("z" * "z" * "z") as double) / count("x") as "third"
   from "scaled"
@@ 426 @@
       when "inside_low" < "inside_high" and "second" > 0
-      then "third" / (
+      then cast("third" as double) / (
         "second" * sqrt("second")
@@ 442 @@
     "heavy_le",
-    floor((
+    floor(cast((
       "k_le" - "k"
-    ) * cast(500 as double) / "members") as "part"
+    ) * cast(500 as double) as double) / "members") as "part"
   from "ranked"
