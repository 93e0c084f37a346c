-- dialect: duckdb
with "dataset" as (
  select
    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
    cast(null as text) as "whq_segment",
    case when "at" < '2024-03-01' then 'reference' else 'analysis' end as "whq_period",
    coalesce(cast("at" as date) - cast(day(cast("at" as date)) - 1 as int), cast("at" as date)) as "whq_chunk"
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
), "sizes" as (
  select
    cast(null as text) as "whq_segment",
    "whq_period",
    "whq_chunk",
    count(*) as "k_n"
  from "points"
  group by
    "whq_period",
    "whq_chunk"
), "cells" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "k_n",
    row_number() over (order by "whq_segment", "whq_period" desc, "whq_chunk") as "cell_no",
    case when "whq_period" = 'reference' then rank() over (order by "whq_segment") end as "pool_no",
    rank() over (order by "whq_segment") as "base_no"
  from "sizes"
), "pool_sizes" as (
  select
    "pool_no",
    sum("k_n") as "r_n"
  from "cells"
  where
    not "pool_no" is null
  group by
    "pool_no"
), "resolutions" as (
  select
    floor(sqrt(avg("r_n") * sqrt(avg("k_n"))) / 2) + 1 as "half_bins"
  from "cells"
  left join "pool_sizes"
    on "pool_sizes"."pool_no" = "cells"."base_no"
), "centres" as (
  select
    avg("x") as "centre"
  from "points"
  where
    "whq_period" = 'reference'
), "spreads" as (
  select
    "centres"."centre",
    case
      when avg(abs("points"."x" - "centres"."centre")) > 0
      then avg(abs("points"."x" - "centres"."centre"))
      else 1
    end as "spread"
  from "points"
  cross join "centres"
  where
    "points"."whq_period" = 'reference'
  group by
    "centres"."centre"
), "placed" as (
  select
    "cells"."cell_no",
    "cells"."pool_no",
    "points"."x",
    "points"."x" - "spreads"."centre" as "shifted",
    cast(floor(
      "resolutions"."half_bins" * case
        when "points"."x" >= "spreads"."centre"
        then 1 - "spreads"."spread" / (
          "spreads"."spread" + (
            "points"."x" - "spreads"."centre"
          )
        )
        else "spreads"."spread" / (
          "spreads"."spread" + (
            "spreads"."centre" - "points"."x"
          )
        ) - 1
      end
    ) as bigint) as "bin"
  from "points"
  join "cells"
    on "points"."whq_period" is not distinct from "cells"."whq_period"
    and "points"."whq_chunk" is not distinct from "cells"."whq_chunk"
  cross join "resolutions"
  cross join "spreads"
), "counts" as (
  select
    "cell_no",
    "pool_no",
    "bin",
    count(*) as "k",
    sum("shifted") as "k_sum",
    min("x") as "low",
    max("x") as "high"
  from "placed"
  group by
    "cell_no",
    "pool_no",
    "bin"
), "pools" as (
  select
    "pool_no",
    "bin",
    sum("k") as "r",
    sum("k_sum") as "r_sum",
    min("low") as "low",
    max("high") as "high"
  from "counts"
  where
    not "pool_no" is null
  group by
    "pool_no",
    "bin"
), "taken" as (
  select
    "cell_no",
    "bin"
  from "counts"
  union
  select
    "cells"."cell_no",
    "pools"."bin"
  from "cells"
  join "pools"
    on "pools"."pool_no" = "cells"."base_no"
), "compared" as (
  select
    "cells"."cell_no",
    "cells"."base_no",
    "taken"."bin",
    cast("cells"."k_n" as double) as "k_n",
    cast("pool_sizes"."r_n" as double) as "r_n",
    coalesce("counts"."k", 0) as "k",
    coalesce("pools"."r", 0) as "r",
    coalesce("counts"."k_sum", 0) as "k_sum",
    coalesce("pools"."r_sum", 0) as "r_sum",
    case
      when "pools"."low" is null or "counts"."low" < "pools"."low"
      then "counts"."low"
      else "pools"."low"
    end as "low",
    case
      when "pools"."high" is null or "counts"."high" > "pools"."high"
      then "counts"."high"
      else "pools"."high"
    end as "high"
  from "taken"
  join "cells"
    on "cells"."cell_no" = "taken"."cell_no"
  join "pool_sizes"
    on "pool_sizes"."pool_no" = "cells"."base_no"
  left join "counts"
    on "counts"."cell_no" = "taken"."cell_no" and "counts"."bin" = "taken"."bin"
  left join "pools"
    on "pools"."pool_no" = "cells"."base_no" and "pools"."bin" = "taken"."bin"
), "ladder" as (
  select
    "cell_no",
    "base_no",
    "bin",
    "k_n",
    "r_n",
    "k",
    "r",
    "k_sum",
    "r_sum",
    "low",
    "high",
    sum("k") over (partition by "cell_no" order by "bin" nulls first rows between unbounded preceding and current row) as "k_le",
    sum("r") over (partition by "cell_no" order by "bin" nulls first rows between unbounded preceding and current row) as "r_le",
    lead("low") over (partition by "cell_no" order by "bin" nulls first) as "next_low"
  from "compared"
), "gaps" as (
  select
    "ladder"."cell_no",
    "base_no",
    "bin",
    "k_n",
    "r_n",
    "k",
    "r",
    "low",
    "high",
    "k_le" - "k" as "k_before",
    "r_le" - "r" as "r_before",
    abs("r_le" / "r_n" - "k_le" / "k_n") as "gap",
    abs("r_le" / "r_n" - "k_le" / "k_n") * coalesce("next_low" - "high", 0) as "area_after",
    (
      "r_le" - "r"
    ) / "r_n" - "k_le" / "k_n" as "least",
    "r_le" / "r_n" - (
      "k_le" - "k"
    ) / "k_n" as "most",
    (
      (
        "r_le" - "r"
      ) * (
        "high" - "low"
      ) + "r" * (
        "high" - "centres"."centre"
      ) - "r_sum"
    ) / "r_n" - (
      (
        "k_le" - "k"
      ) * (
        "high" - "low"
      ) + "k" * (
        "high" - "centres"."centre"
      ) - "k_sum"
    ) / "k_n" as "area",
    abs("r_sum") / "r_n" + abs("k_sum") / "k_n" as "magnitude"
  from "ladder"
  cross join "centres"
), "peaks" as (
  select
    "cell_no",
    max("gap") as "peak"
  from "gaps"
  group by
    "cell_no"
), "judged" as (
  select
    "gaps"."cell_no",
    "base_no",
    "bin",
    "k_n",
    "r_n",
    "k_before",
    "r_before",
    "area",
    "area_after",
    "magnitude",
    case
      when "low" < "high" and "k" > 0 and "r" > 0 and (
        "most" > "peak" or -"least" > "peak"
      )
      then 1
      else 0
    end as "peak_open",
    case when "low" < "high" and "least" < 0 and "most" > 0 then 1 else 0 end as "area_open"
  from "gaps"
  join "peaks"
    on "peaks"."cell_no" = "gaps"."cell_no"
), "undecided" as (
  select
    "cell_no",
    "base_no",
    "bin",
    "k_n",
    "r_n",
    "k_before",
    "r_before",
    "area_open"
  from "judged"
  where
    "peak_open" = 1 or "area_open" = 1
), "reread" as (
  select
    "undecided"."cell_no",
    "undecided"."bin",
    "placed"."x",
    1 as "k",
    0 as "r"
  from "undecided"
  join "placed"
    on "placed"."cell_no" = "undecided"."cell_no" and "placed"."bin" = "undecided"."bin"
  union all
  select
    "undecided"."cell_no",
    "undecided"."bin",
    "placed"."x",
    0,
    1
  from "undecided"
  join "placed"
    on "placed"."pool_no" = "undecided"."base_no" and "placed"."bin" = "undecided"."bin"
), "levels" as (
  select
    "cell_no",
    "bin",
    "x",
    sum("k") as "k",
    sum("r") as "r"
  from "reread"
  group by
    "cell_no",
    "bin",
    "x"
), "rungs" as (
  select
    "cell_no",
    "bin",
    "x",
    sum("k") over (
      partition by "cell_no", "bin"
      order by "x" nulls first
      rows between unbounded preceding and current row
    ) as "k_le",
    sum("r") over (
      partition by "cell_no", "bin"
      order by "x" nulls first
      rows between unbounded preceding and current row
    ) as "r_le",
    lead("x") over (partition by "cell_no", "bin" order by "x" nulls first) as "next_x"
  from "levels"
), "inside" as (
  select
    "undecided"."cell_no",
    max(abs((
      "r_before" + "r_le"
    ) / "r_n" - (
      "k_before" + "k_le"
    ) / "k_n")) as "peak",
    sum(
      "area_open" * abs((
        "r_before" + "r_le"
      ) / "r_n" - (
        "k_before" + "k_le"
      ) / "k_n") * coalesce("next_x" - "x", 0)
    ) as "area"
  from "rungs"
  join "undecided"
    on "undecided"."cell_no" = "rungs"."cell_no" and "undecided"."bin" = "rungs"."bin"
  group by
    "undecided"."cell_no"
), "areas" as (
  select
    "cell_no",
    sum("area_after" + (
      1 - "area_open"
    ) * abs("area")) as "decided_area",
    sum("magnitude") as "magnitude"
  from "judged"
  group by
    "cell_no"
), "distances" as (
  select
    "peaks"."cell_no",
    case when "inside"."peak" > "peaks"."peak" then "inside"."peak" else "peaks"."peak" end as "ks",
    case
      when "areas"."decided_area" + coalesce("inside"."area", 0) > "areas"."magnitude" * cast(1e-14 as double)
      then "areas"."decided_area" + coalesce("inside"."area", 0)
      else 0
    end as "wasserstein"
  from "peaks"
  join "areas"
    on "areas"."cell_no" = "peaks"."cell_no"
  left join "inside"
    on "inside"."cell_no" = "peaks"."cell_no"
), "others" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "cells"."cell_no",
    "k_n",
    "r_n" as "other_n",
    1 as "factor"
  from "cells"
  left join "pool_sizes"
    on "pool_sizes"."pool_no" = "cells"."base_no"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  "k_n" as "total",
  coalesce("other_n", 0) as "reference_n",
  "factor" * "ks" as "ks",
  "factor" * "wasserstein" as "wasserstein"
from "others"
left join "distances"
  on "distances"."cell_no" = "others"."cell_no"

-- dialect: postgres
@@ 2 @@
   select
-    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
+    case
+      when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double)
+      then "whq_source"."x"
+    end as "x",
     cast(null as text) as "whq_segment",
     case when "at" < '2024-03-01' then 'reference' else 'analysis' end as "whq_period",
-    coalesce(cast("at" as date) - cast(day(cast("at" as date)) - 1 as int), cast("at" as date)) as "whq_chunk"
+    date_trunc('MONTH', "at") as "whq_chunk"
   from "main"."fixture" as "whq_source"
@@ 32 @@
     "k_n",
-    row_number() over (order by "whq_segment", "whq_period" desc, "whq_chunk") as "cell_no",
+    row_number() over (order by "whq_segment", "whq_period" desc nulls last, "whq_chunk") as "cell_no",
     case when "whq_period" = 'reference' then rank() over (order by "whq_segment") end as "pool_no",
@@ 47 @@
   select
-    floor(sqrt(avg("r_n") * sqrt(avg("k_n"))) / 2) + 1 as "half_bins"
+    floor(cast(sqrt(avg("r_n") * sqrt(avg("k_n"))) as double) / 2) + 1 as "half_bins"
   from "cells"
@@ 80 @@
         when "points"."x" >= "spreads"."centre"
-        then 1 - "spreads"."spread" / (
+        then 1 - cast("spreads"."spread" as double) / (
           "spreads"."spread" + (
@@ 85 @@
         )
-        else "spreads"."spread" / (
+        else cast("spreads"."spread" as double) / (
           "spreads"."spread" + (
@@ 198 @@
     "r_le" - "r" as "r_before",
-    abs("r_le" / "r_n" - "k_le" / "k_n") as "gap",
-    abs("r_le" / "r_n" - "k_le" / "k_n") * coalesce("next_low" - "high", 0) as "area_after",
-    (
+    abs(cast("r_le" as double) / "r_n" - cast("k_le" as double) / "k_n") as "gap",
+    abs(cast("r_le" as double) / "r_n" - cast("k_le" as double) / "k_n") * coalesce("next_low" - "high", 0) as "area_after",
+    cast((
       "r_le" - "r"
-    ) / "r_n" - "k_le" / "k_n" as "least",
-    "r_le" / "r_n" - (
+    ) as double) / "r_n" - cast("k_le" as double) / "k_n" as "least",
+    cast("r_le" as double) / "r_n" - cast((
       "k_le" - "k"
-    ) / "k_n" as "most",
-    (
+    ) as double) / "k_n" as "most",
+    cast((
       (
@@ 214 @@
       ) - "r_sum"
-    ) / "r_n" - (
+    ) as double) / "r_n" - cast((
       (
@@ 222 @@
       ) - "k_sum"
-    ) / "k_n" as "area",
-    abs("r_sum") / "r_n" + abs("k_sum") / "k_n" as "magnitude"
+    ) as double) / "k_n" as "area",
+    cast(abs("r_sum") as double) / "r_n" + cast(abs("k_sum") as double) / "k_n" as "magnitude"
   from "ladder"
@@ 321 @@
     "undecided"."cell_no",
-    max(abs((
-      "r_before" + "r_le"
-    ) / "r_n" - (
-      "k_before" + "k_le"
-    ) / "k_n")) as "peak",
+    max(
+      abs(
+        cast((
+          "r_before" + "r_le"
+        ) as double) / "r_n" - cast((
+          "k_before" + "k_le"
+        ) as double) / "k_n"
+      )
+    ) as "peak",
     sum(
-      "area_open" * abs((
-        "r_before" + "r_le"
-      ) / "r_n" - (
-        "k_before" + "k_le"
-      ) / "k_n") * coalesce("next_x" - "x", 0)
+      "area_open" * abs(
+        cast((
+          "r_before" + "r_le"
+        ) as double) / "r_n" - cast((
+          "k_before" + "k_le"
+        ) as double) / "k_n"
+      ) * coalesce("next_x" - "x", 0)
     ) as "area"

-- dialect: snowflake
@@ 5 @@
     case when "at" < '2024-03-01' then 'reference' else 'analysis' end as "whq_period",
-    coalesce(cast("at" as date) - cast(day(cast("at" as date)) - 1 as int), cast("at" as date)) as "whq_chunk"
+    date_trunc('MONTH', "at") as "whq_chunk"
   from "main"."fixture" as "whq_source"
@@ 32 @@
     "k_n",
-    row_number() over (order by "whq_segment", "whq_period" desc, "whq_chunk") as "cell_no",
+    row_number() over (order by "whq_segment", "whq_period" desc nulls last, "whq_chunk") as "cell_no",
     case when "whq_period" = 'reference' then rank() over (order by "whq_segment") end as "pool_no",
@@ 47 @@
   select
-    floor(sqrt(avg("r_n") * sqrt(avg("k_n"))) / 2) + 1 as "half_bins"
+    floor(cast(sqrt(avg(cast("r_n" as double)) * sqrt(avg(cast("k_n" as double)))) as double) / 2) + 1 as "half_bins"
   from "cells"
@@ 53 @@
   select
-    avg("x") as "centre"
+    avg(cast("x" as double)) as "centre"
   from "points"
@@ 61 @@
     case
-      when avg(abs("points"."x" - "centres"."centre")) > 0
-      then avg(abs("points"."x" - "centres"."centre"))
+      when avg(cast(abs("points"."x" - "centres"."centre") as double)) > 0
+      then avg(cast(abs("points"."x" - "centres"."centre") as double))
       else 1
@@ 80 @@
         when "points"."x" >= "spreads"."centre"
-        then 1 - "spreads"."spread" / (
+        then 1 - cast("spreads"."spread" as double) / (
           "spreads"."spread" + (
@@ 85 @@
         )
-        else "spreads"."spread" / (
+        else cast("spreads"."spread" as double) / (
           "spreads"."spread" + (
@@ 198 @@
     "r_le" - "r" as "r_before",
-    abs("r_le" / "r_n" - "k_le" / "k_n") as "gap",
-    abs("r_le" / "r_n" - "k_le" / "k_n") * coalesce("next_low" - "high", 0) as "area_after",
-    (
+    abs(cast("r_le" as double) / "r_n" - cast("k_le" as double) / "k_n") as "gap",
+    abs(cast("r_le" as double) / "r_n" - cast("k_le" as double) / "k_n") * coalesce("next_low" - "high", 0) as "area_after",
+    cast((
       "r_le" - "r"
-    ) / "r_n" - "k_le" / "k_n" as "least",
-    "r_le" / "r_n" - (
+    ) as double) / "r_n" - cast("k_le" as double) / "k_n" as "least",
+    cast("r_le" as double) / "r_n" - cast((
       "k_le" - "k"
-    ) / "k_n" as "most",
-    (
+    ) as double) / "k_n" as "most",
+    cast((
       (
@@ 214 @@
       ) - "r_sum"
-    ) / "r_n" - (
+    ) as double) / "r_n" - cast((
       (
@@ 222 @@
       ) - "k_sum"
-    ) / "k_n" as "area",
-    abs("r_sum") / "r_n" + abs("k_sum") / "k_n" as "magnitude"
+    ) as double) / "k_n" as "area",
+    cast(abs("r_sum") as double) / "r_n" + cast(abs("k_sum") as double) / "k_n" as "magnitude"
   from "ladder"
@@ 321 @@
     "undecided"."cell_no",
-    max(abs((
-      "r_before" + "r_le"
-    ) / "r_n" - (
-      "k_before" + "k_le"
-    ) / "k_n")) as "peak",
+    max(
+      abs(
+        cast((
+          "r_before" + "r_le"
+        ) as double) / "r_n" - cast((
+          "k_before" + "k_le"
+        ) as double) / "k_n"
+      )
+    ) as "peak",
     sum(
-      "area_open" * abs((
-        "r_before" + "r_le"
-      ) / "r_n" - (
-        "k_before" + "k_le"
-      ) / "k_n") * coalesce("next_x" - "x", 0)
+      "area_open" * abs(
+        cast((
+          "r_before" + "r_le"
+        ) as double) / "r_n" - cast((
+          "k_before" + "k_le"
+        ) as double) / "k_n"
+      ) * coalesce("next_x" - "x", 0)
     ) as "area"

-- dialect: bigquery
@@ 5 @@
     case when "at" < '2024-03-01' then 'reference' else 'analysis' end as "whq_period",
-    coalesce(cast("at" as date) - cast(day(cast("at" as date)) - 1 as int), cast("at" as date)) as "whq_chunk"
+    datetime_trunc(cast("at" as timestamp), month) as "whq_chunk"
   from "main"."fixture" as "whq_source"
@@ 32 @@
     "k_n",
-    row_number() over (order by "whq_segment", "whq_period" desc, "whq_chunk") as "cell_no",
-    case when "whq_period" = 'reference' then rank() over (order by "whq_segment") end as "pool_no",
-    rank() over (order by "whq_segment") as "base_no"
+    row_number() over (order by "whq_segment" nulls last, "whq_period" desc, "whq_chunk" nulls last) as "cell_no",
+    case when "whq_period" = 'reference' then rank() over (order by "whq_segment" nulls last) end as "pool_no",
+    rank() over (order by "whq_segment" nulls last) as "base_no"
   from "sizes"
@@ 131 @@
   from "counts"
-  union
+  union distinct
   select
@@ 181 @@
     "high",
-    sum("k") over (partition by "cell_no" order by "bin" nulls first rows between unbounded preceding and current row) as "k_le",
-    sum("r") over (partition by "cell_no" order by "bin" nulls first rows between unbounded preceding and current row) as "r_le",
-    lead("low") over (partition by "cell_no" order by "bin" nulls first) as "next_low"
+    sum("k") over (partition by "cell_no" order by "bin" rows between unbounded preceding and current row) as "k_le",
+    sum("r") over (partition by "cell_no" order by "bin" rows between unbounded preceding and current row) as "r_le",
+    lead("low") over (partition by "cell_no" order by "bin") as "next_low"
   from "compared"
@@ 306 @@
     "x",
-    sum("k") over (
-      partition by "cell_no", "bin"
-      order by "x" nulls first
-      rows between unbounded preceding and current row
-    ) as "k_le",
-    sum("r") over (
-      partition by "cell_no", "bin"
-      order by "x" nulls first
-      rows between unbounded preceding and current row
-    ) as "r_le",
-    lead("x") over (partition by "cell_no", "bin" order by "x" nulls first) as "next_x"
+    sum("k") over (partition by "cell_no", "bin" order by "x" rows between unbounded preceding and current row) as "k_le",
+    sum("r") over (partition by "cell_no", "bin" order by "x" rows between unbounded preceding and current row) as "r_le",
+    lead("x") over (partition by "cell_no", "bin" order by "x") as "next_x"
   from "levels"

-- dialect: databricks, spark
@@ 5 @@
     case when "at" < '2024-03-01' then 'reference' else 'analysis' end as "whq_period",
-    coalesce(cast("at" as date) - cast(day(cast("at" as date)) - 1 as int), cast("at" as date)) as "whq_chunk"
+    date_trunc('MONTH', "at") as "whq_chunk"
   from "main"."fixture" as "whq_source"
@@ 32 @@
     "k_n",
-    row_number() over (order by "whq_segment", "whq_period" desc, "whq_chunk") as "cell_no",
-    case when "whq_period" = 'reference' then rank() over (order by "whq_segment") end as "pool_no",
-    rank() over (order by "whq_segment") as "base_no"
+    row_number() over (order by "whq_segment" nulls last, "whq_period" desc, "whq_chunk" nulls last) as "cell_no",
+    case when "whq_period" = 'reference' then rank() over (order by "whq_segment" nulls last) end as "pool_no",
+    rank() over (order by "whq_segment" nulls last) as "base_no"
   from "sizes"
@@ 181 @@
     "high",
-    sum("k") over (partition by "cell_no" order by "bin" nulls first rows between unbounded preceding and current row) as "k_le",
-    sum("r") over (partition by "cell_no" order by "bin" nulls first rows between unbounded preceding and current row) as "r_le",
-    lead("low") over (partition by "cell_no" order by "bin" nulls first) as "next_low"
+    sum("k") over (partition by "cell_no" order by "bin" rows between unbounded preceding and current row) as "k_le",
+    sum("r") over (partition by "cell_no" order by "bin" rows between unbounded preceding and current row) as "r_le",
+    lead("low") over (partition by "cell_no" order by "bin") as "next_low"
   from "compared"
@@ 306 @@
     "x",
-    sum("k") over (
-      partition by "cell_no", "bin"
-      order by "x" nulls first
-      rows between unbounded preceding and current row
-    ) as "k_le",
-    sum("r") over (
-      partition by "cell_no", "bin"
-      order by "x" nulls first
-      rows between unbounded preceding and current row
-    ) as "r_le",
-    lead("x") over (partition by "cell_no", "bin" order by "x" nulls first) as "next_x"
+    sum("k") over (partition by "cell_no", "bin" order by "x" rows between unbounded preceding and current row) as "k_le",
+    sum("r") over (partition by "cell_no", "bin" order by "x" rows between unbounded preceding and current row) as "r_le",
+    lead("x") over (partition by "cell_no", "bin" order by "x") as "next_x"
   from "levels"

-- dialect: redshift
@@ 2 @@
   select
-    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
+    case
+      when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double)
+      then "whq_source"."x"
+    end as "x",
     cast(null as text) as "whq_segment",
     case when "at" < '2024-03-01' then 'reference' else 'analysis' end as "whq_period",
-    coalesce(cast("at" as date) - cast(day(cast("at" as date)) - 1 as int), cast("at" as date)) as "whq_chunk"
+    date_trunc('MONTH', "at") as "whq_chunk"
   from "main"."fixture" as "whq_source"
@@ 32 @@
     "k_n",
-    row_number() over (order by "whq_segment", "whq_period" desc, "whq_chunk") as "cell_no",
+    row_number() over (order by "whq_segment", "whq_period" desc nulls last, "whq_chunk") as "cell_no",
     case when "whq_period" = 'reference' then rank() over (order by "whq_segment") end as "pool_no",
@@ 47 @@
   select
-    floor(sqrt(avg("r_n") * sqrt(avg("k_n"))) / 2) + 1 as "half_bins"
+    floor(
+      cast(sqrt(avg(cast("r_n" as double)) * sqrt(avg(cast("k_n" as double)))) as double) / 2
+    ) + 1 as "half_bins"
   from "cells"
@@ 53 @@
   select
-    avg("x") as "centre"
+    avg(cast("x" as double)) as "centre"
   from "points"
@@ 61 @@
     case
-      when avg(abs("points"."x" - "centres"."centre")) > 0
-      then avg(abs("points"."x" - "centres"."centre"))
+      when avg(cast(abs("points"."x" - "centres"."centre") as double)) > 0
+      then avg(cast(abs("points"."x" - "centres"."centre") as double))
       else 1
@@ 80 @@
         when "points"."x" >= "spreads"."centre"
-        then 1 - "spreads"."spread" / (
+        then 1 - cast("spreads"."spread" as double) / (
           "spreads"."spread" + (
@@ 85 @@
         )
-        else "spreads"."spread" / (
+        else cast("spreads"."spread" as double) / (
           "spreads"."spread" + (
@@ 94 @@
   join "cells"
-    on "points"."whq_period" is not distinct from "cells"."whq_period"
-    and "points"."whq_chunk" is not distinct from "cells"."whq_chunk"
+    on coalesce(
+      (
+        "points"."whq_period" = "cells"."whq_period"
+      )
+      or (
+        "points"."whq_period" is null and "cells"."whq_period" is null
+      ),
+      false
+    )
+    and coalesce(
+      (
+        "points"."whq_chunk" = "cells"."whq_chunk"
+      )
+      or (
+        "points"."whq_chunk" is null and "cells"."whq_chunk" is null
+      ),
+      false
+    )
   cross join "resolutions"
@@ 198 @@
     "r_le" - "r" as "r_before",
-    abs("r_le" / "r_n" - "k_le" / "k_n") as "gap",
-    abs("r_le" / "r_n" - "k_le" / "k_n") * coalesce("next_low" - "high", 0) as "area_after",
-    (
+    abs(cast("r_le" as double) / "r_n" - cast("k_le" as double) / "k_n") as "gap",
+    abs(cast("r_le" as double) / "r_n" - cast("k_le" as double) / "k_n") * coalesce("next_low" - "high", 0) as "area_after",
+    cast((
       "r_le" - "r"
-    ) / "r_n" - "k_le" / "k_n" as "least",
-    "r_le" / "r_n" - (
+    ) as double) / "r_n" - cast("k_le" as double) / "k_n" as "least",
+    cast("r_le" as double) / "r_n" - cast((
       "k_le" - "k"
-    ) / "k_n" as "most",
-    (
+    ) as double) / "k_n" as "most",
+    cast((
       (
@@ 214 @@
       ) - "r_sum"
-    ) / "r_n" - (
+    ) as double) / "r_n" - cast((
       (
@@ 222 @@
       ) - "k_sum"
-    ) / "k_n" as "area",
-    abs("r_sum") / "r_n" + abs("k_sum") / "k_n" as "magnitude"
+    ) as double) / "k_n" as "area",
+    cast(abs("r_sum") as double) / "r_n" + cast(abs("k_sum") as double) / "k_n" as "magnitude"
   from "ladder"
@@ 321 @@
     "undecided"."cell_no",
-    max(abs((
-      "r_before" + "r_le"
-    ) / "r_n" - (
-      "k_before" + "k_le"
-    ) / "k_n")) as "peak",
+    max(
+      abs(
+        cast((
+          "r_before" + "r_le"
+        ) as double) / "r_n" - cast((
+          "k_before" + "k_le"
+        ) as double) / "k_n"
+      )
+    ) as "peak",
     sum(
-      "area_open" * abs((
-        "r_before" + "r_le"
-      ) / "r_n" - (
-        "k_before" + "k_le"
-      ) / "k_n") * coalesce("next_x" - "x", 0)
+      "area_open" * abs(
+        cast((
+          "r_before" + "r_le"
+        ) as double) / "r_n" - cast((
+          "k_before" + "k_le"
+        ) as double) / "k_n"
+      ) * coalesce("next_x" - "x", 0)
     ) as "area"

-- dialect: trino
@@ 5 @@
     case when "at" < '2024-03-01' then 'reference' else 'analysis' end as "whq_period",
-    coalesce(cast("at" as date) - cast(day(cast("at" as date)) - 1 as int), cast("at" as date)) as "whq_chunk"
+    date_trunc('MONTH', "at") as "whq_chunk"
   from "main"."fixture" as "whq_source"
@@ 47 @@
   select
-    floor(sqrt(avg("r_n") * sqrt(avg("k_n"))) / 2) + 1 as "half_bins"
+    floor(cast(sqrt(avg("r_n") * sqrt(avg("k_n"))) as double) / 2) + 1 as "half_bins"
   from "cells"
@@ 80 @@
         when "points"."x" >= "spreads"."centre"
-        then 1 - "spreads"."spread" / (
+        then 1 - cast("spreads"."spread" as double) / (
           "spreads"."spread" + (
@@ 85 @@
         )
-        else "spreads"."spread" / (
+        else cast("spreads"."spread" as double) / (
           "spreads"."spread" + (
@@ 198 @@
     "r_le" - "r" as "r_before",
-    abs("r_le" / "r_n" - "k_le" / "k_n") as "gap",
-    abs("r_le" / "r_n" - "k_le" / "k_n") * coalesce("next_low" - "high", 0) as "area_after",
-    (
+    abs(cast("r_le" as double) / "r_n" - cast("k_le" as double) / "k_n") as "gap",
+    abs(cast("r_le" as double) / "r_n" - cast("k_le" as double) / "k_n") * coalesce("next_low" - "high", 0) as "area_after",
+    cast((
       "r_le" - "r"
-    ) / "r_n" - "k_le" / "k_n" as "least",
-    "r_le" / "r_n" - (
+    ) as double) / "r_n" - cast("k_le" as double) / "k_n" as "least",
+    cast("r_le" as double) / "r_n" - cast((
       "k_le" - "k"
-    ) / "k_n" as "most",
-    (
+    ) as double) / "k_n" as "most",
+    cast((
       (
@@ 214 @@
       ) - "r_sum"
-    ) / "r_n" - (
+    ) as double) / "r_n" - cast((
       (
@@ 222 @@
       ) - "k_sum"
-    ) / "k_n" as "area",
-    abs("r_sum") / "r_n" + abs("k_sum") / "k_n" as "magnitude"
+    ) as double) / "k_n" as "area",
+    cast(abs("r_sum") as double) / "r_n" + cast(abs("k_sum") as double) / "k_n" as "magnitude"
   from "ladder"
@@ 321 @@
     "undecided"."cell_no",
-    max(abs((
-      "r_before" + "r_le"
-    ) / "r_n" - (
-      "k_before" + "k_le"
-    ) / "k_n")) as "peak",
+    max(
+      abs(
+        cast((
+          "r_before" + "r_le"
+        ) as double) / "r_n" - cast((
+          "k_before" + "k_le"
+        ) as double) / "k_n"
+      )
+    ) as "peak",
     sum(
-      "area_open" * abs((
-        "r_before" + "r_le"
-      ) / "r_n" - (
-        "k_before" + "k_le"
-      ) / "k_n") * coalesce("next_x" - "x", 0)
+      "area_open" * abs(
+        cast((
+          "r_before" + "r_le"
+        ) as double) / "r_n" - cast((
+          "k_before" + "k_le"
+        ) as double) / "k_n"
+      ) * coalesce("next_x" - "x", 0)
     ) as "area"

-- dialect: clickhouse
@@ 2 @@
   select
-    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
+    case
+      when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double)
+      then "whq_source"."x"
+    end as "x",
     cast(null as text) as "whq_segment",
     case when "at" < '2024-03-01' then 'reference' else 'analysis' end as "whq_period",
-    coalesce(cast("at" as date) - cast(day(cast("at" as date)) - 1 as int), cast("at" as date)) as "whq_chunk"
+    cast(dateTrunc('MONTH', "at") as timestamp) as "whq_chunk"
   from "main"."fixture" as "whq_source"
@@ 15 @@
   where
-    not "x" is null
+    not (
+      "x" is null
+    )
 ), "sizes" as (
@@ 42 @@
   where
-    not "pool_no" is null
+    not (
+      "pool_no" is null
+    )
   group by
@@ 59 @@
   select
-    "centres"."centre",
+    "centres"."centre" as "centre",
     case
@@ 73 @@
   select
-    "cells"."cell_no",
-    "cells"."pool_no",
-    "points"."x",
+    "cells"."cell_no" as "cell_no",
+    "cells"."pool_no" as "pool_no",
+    "points"."x" as "x",
     "points"."x" - "spreads"."centre" as "shifted",
@@ 122 @@
   where
-    not "pool_no" is null
+    not (
+      "pool_no" is null
+    )
   group by
@@ 131 @@
   from "counts"
-  union
+  union distinct
   select
-    "cells"."cell_no",
-    "pools"."bin"
+    "cells"."cell_no" as "cell_no",
+    "pools"."bin" as "bin"
   from "cells"
@@ 140 @@
   select
-    "cells"."cell_no",
-    "cells"."base_no",
-    "taken"."bin",
+    "cells"."cell_no" as "cell_no",
+    "cells"."base_no" as "base_no",
+    "taken"."bin" as "bin",
     cast("cells"."k_n" as double) as "k_n",
@@ 183 @@
     sum("r") over (partition by "cell_no" order by "bin" nulls first rows between unbounded preceding and current row) as "r_le",
-    lead("low") over (partition by "cell_no" order by "bin" nulls first) as "next_low"
+    lead(toNullable("low")) over (partition by "cell_no" order by "bin" nulls first) as "next_low"
   from "compared"
@@ 187 @@
   select
-    "ladder"."cell_no",
+    "ladder"."cell_no" as "cell_no",
     "base_no",
@@ 235 @@
   select
-    "gaps"."cell_no",
+    "gaps"."cell_no" as "cell_no",
     "base_no",
@@ 271 @@
   select
-    "undecided"."cell_no",
-    "undecided"."bin",
-    "placed"."x",
+    "undecided"."cell_no" as "cell_no",
+    "undecided"."bin" as "bin",
+    "placed"."x" as "x",
     1 as "k",
@@ 281 @@
   select
-    "undecided"."cell_no",
-    "undecided"."bin",
-    "placed"."x",
+    "undecided"."cell_no" as "cell_no",
+    "undecided"."bin" as "bin",
+    "placed"."x" as "x",
     0,
@@ 316 @@
     ) as "r_le",
-    lead("x") over (partition by "cell_no", "bin" order by "x" nulls first) as "next_x"
+    lead(toNullable("x")) over (partition by "cell_no", "bin" order by "x" nulls first) as "next_x"
   from "levels"
@@ 320 @@
   select
-    "undecided"."cell_no",
+    "undecided"."cell_no" as "cell_no",
     max(abs((
@@ 350 @@
   select
-    "peaks"."cell_no",
+    "peaks"."cell_no" as "cell_no",
     case when "inside"."peak" > "peaks"."peak" then "inside"."peak" else "peaks"."peak" end as "ks",
@@ 367 @@
     "whq_chunk",
-    "cells"."cell_no",
+    "cells"."cell_no" as "cell_no",
     "k_n",
@@ 386 @@
   on "distances"."cell_no" = "others"."cell_no"
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
@@ 5 @@
     case when "at" < '2024-03-01' then 'reference' else 'analysis' end as "whq_period",
-    coalesce(cast("at" as date) - cast(day(cast("at" as date)) - 1 as int), cast("at" as date)) as "whq_chunk"
+    cast(date_format("at", '%Y-%m-01 00:00:00') as datetime) as "whq_chunk"
   from "main"."fixture" as "whq_source"
@@ 32 @@
     "k_n",
-    row_number() over (order by "whq_segment", "whq_period" desc, "whq_chunk") as "cell_no",
-    case when "whq_period" = 'reference' then rank() over (order by "whq_segment") end as "pool_no",
-    rank() over (order by "whq_segment") as "base_no"
+    row_number() over (
+      order by case when "whq_segment" is null then 1 else 0 end, "whq_segment", "whq_period" desc, case when "whq_chunk" is null then 1 else 0 end, "whq_chunk"
+    ) as "cell_no",
+    case
+      when "whq_period" = 'reference'
+      then rank() over (order by case when "whq_segment" is null then 1 else 0 end, "whq_segment")
+    end as "pool_no",
+    rank() over (order by case when "whq_segment" is null then 1 else 0 end, "whq_segment") as "base_no"
   from "sizes"
@@ 47 @@
   select
-    floor(sqrt(avg("r_n") * sqrt(avg("k_n"))) / 2) + 1 as "half_bins"
+    floor(cast(sqrt(avg(cast("r_n" as double)) * sqrt(avg(cast("k_n" as double)))) as double) / 2) + 1 as "half_bins"
   from "cells"
@@ 53 @@
   select
-    avg("x") as "centre"
+    avg(cast("x" as double)) as "centre"
   from "points"
@@ 61 @@
     case
-      when avg(abs("points"."x" - "centres"."centre")) > 0
-      then avg(abs("points"."x" - "centres"."centre"))
+      when avg(cast(abs("points"."x" - "centres"."centre") as double)) > 0
+      then avg(cast(abs("points"."x" - "centres"."centre") as double))
       else 1
@@ 80 @@
         when "points"."x" >= "spreads"."centre"
-        then 1 - "spreads"."spread" / (
+        then 1 - cast("spreads"."spread" as double) / (
           "spreads"."spread" + (
@@ 85 @@
         )
-        else "spreads"."spread" / (
+        else cast("spreads"."spread" as double) / (
           "spreads"."spread" + (
@@ 94 @@
   join "cells"
-    on "points"."whq_period" is not distinct from "cells"."whq_period"
-    and "points"."whq_chunk" is not distinct from "cells"."whq_chunk"
+    on "points"."whq_period" <=> "cells"."whq_period" and "points"."whq_chunk" <=> "cells"."whq_chunk"
   cross join "resolutions"
@@ 181 @@
     "high",
-    sum("k") over (partition by "cell_no" order by "bin" nulls first rows between unbounded preceding and current row) as "k_le",
-    sum("r") over (partition by "cell_no" order by "bin" nulls first rows between unbounded preceding and current row) as "r_le",
-    lead("low") over (partition by "cell_no" order by "bin" nulls first) as "next_low"
+    sum("k") over (partition by "cell_no" order by "bin" rows between unbounded preceding and current row) as "k_le",
+    sum("r") over (partition by "cell_no" order by "bin" rows between unbounded preceding and current row) as "r_le",
+    lead("low") over (partition by "cell_no" order by "bin") as "next_low"
   from "compared"
@@ 198 @@
     "r_le" - "r" as "r_before",
-    abs("r_le" / "r_n" - "k_le" / "k_n") as "gap",
-    abs("r_le" / "r_n" - "k_le" / "k_n") * coalesce("next_low" - "high", 0) as "area_after",
-    (
+    abs(cast("r_le" as double) / "r_n" - cast("k_le" as double) / "k_n") as "gap",
+    abs(cast("r_le" as double) / "r_n" - cast("k_le" as double) / "k_n") * coalesce("next_low" - "high", 0) as "area_after",
+    cast((
       "r_le" - "r"
-    ) / "r_n" - "k_le" / "k_n" as "least",
-    "r_le" / "r_n" - (
+    ) as double) / "r_n" - cast("k_le" as double) / "k_n" as "least",
+    cast("r_le" as double) / "r_n" - cast((
       "k_le" - "k"
-    ) / "k_n" as "most",
-    (
+    ) as double) / "k_n" as "most",
+    cast((
       (
@@ 214 @@
       ) - "r_sum"
-    ) / "r_n" - (
+    ) as double) / "r_n" - cast((
       (
@@ 222 @@
       ) - "k_sum"
-    ) / "k_n" as "area",
-    abs("r_sum") / "r_n" + abs("k_sum") / "k_n" as "magnitude"
+    ) as double) / "k_n" as "area",
+    cast(abs("r_sum") as double) / "r_n" + cast(abs("k_sum") as double) / "k_n" as "magnitude"
   from "ladder"
@@ 306 @@
     "x",
-    sum("k") over (
-      partition by "cell_no", "bin"
-      order by "x" nulls first
-      rows between unbounded preceding and current row
-    ) as "k_le",
-    sum("r") over (
-      partition by "cell_no", "bin"
-      order by "x" nulls first
-      rows between unbounded preceding and current row
-    ) as "r_le",
-    lead("x") over (partition by "cell_no", "bin" order by "x" nulls first) as "next_x"
+    sum("k") over (partition by "cell_no", "bin" order by "x" rows between unbounded preceding and current row) as "k_le",
+    sum("r") over (partition by "cell_no", "bin" order by "x" rows between unbounded preceding and current row) as "r_le",
+    lead("x") over (partition by "cell_no", "bin" order by "x") as "next_x"
   from "levels"
@@ 321 @@
     "undecided"."cell_no",
-    max(abs((
-      "r_before" + "r_le"
-    ) / "r_n" - (
-      "k_before" + "k_le"
-    ) / "k_n")) as "peak",
+    max(
+      abs(
+        cast((
+          "r_before" + "r_le"
+        ) as double) / "r_n" - cast((
+          "k_before" + "k_le"
+        ) as double) / "k_n"
+      )
+    ) as "peak",
     sum(
-      "area_open" * abs((
-        "r_before" + "r_le"
-      ) / "r_n" - (
-        "k_before" + "k_le"
-      ) / "k_n") * coalesce("next_x" - "x", 0)
+      "area_open" * abs(
+        cast((
+          "r_before" + "r_le"
+        ) as double) / "r_n" - cast((
+          "k_before" + "k_le"
+        ) as double) / "k_n"
+      ) * coalesce("next_x" - "x", 0)
     ) as "area"
