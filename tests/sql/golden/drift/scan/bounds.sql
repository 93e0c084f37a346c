-- dialect: duckdb
with "dataset" as (
  select
    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
    cast(null as text) as "whq_segment",
    case when "at" < '2024-03-01' then 'reference' else 'analysis' end as "whq_period",
    coalesce(cast("at" as date) - cast(day(cast("at" as date)) - 1 as int), cast("at" as date)) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "pieces" as (
  select
    "piece",
    "low",
    "scale",
    "start"
  from (values
    (cast(0 as bigint), cast(0.0 as double), cast(0.0 as double), cast(0 as bigint)),
    (1, 3.0e0, 1.0e0, 1)) as "whq_values"("piece", "low", "scale", "start")
), "placed" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("x" as double) as "x",
    case
      when cast("x" as double) < cast(3.0 as double)
      then 0
      when not cast("x" as double) is null
      then 1
    end as "box"
  from "dataset"
  where
    not "x" is null
), "narrow" as (
  select
    "placed"."whq_segment",
    "placed"."whq_period",
    "placed"."whq_chunk",
    "placed"."x",
    "placed"."x" - cast(2.0 as double) as "shifted",
    cast("pieces"."start" + floor((
      "placed"."x" - "pieces"."low"
    ) * "pieces"."scale") as int) as "bin"
  from "placed"
  join "pieces"
    on "pieces"."piece" = "placed"."box"
), "counted" as (
  select
    cast(null as text) as "whq_segment",
    "whq_period",
    "whq_chunk",
    "bin",
    count(*) as "k",
    sum("shifted") as "k_sum",
    min("x") as "low",
    max("x") as "high"
  from "narrow"
  group by
    "whq_period",
    "whq_chunk",
    "bin"
), "boxes" as (
  select
    cast(null as text) as "whq_segment",
    "whq_period",
    "whq_chunk",
    case when "low" < cast(3.0 as double) then 0 when not "low" is null then 1 end as "box",
    sum("k") as "members"
  from "counted"
  group by
    "whq_period",
    "whq_chunk",
    case when "low" < cast(3.0 as double) then 0 when not "low" is null then 1 end
), "sizes" as (
  select
    cast(null as text) as "whq_segment",
    "whq_period",
    "whq_chunk",
    cast(sum("k") as double) as "k_n"
  from "counted"
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
), "counts" as (
  select
    "cells"."cell_no",
    "cells"."pool_no",
    "counted"."bin",
    cast("counted"."k" as double) as "k",
    "counted"."k_sum",
    "counted"."low",
    "counted"."high"
  from "counted"
  join "cells"
    on "counted"."whq_period" is not distinct from "cells"."whq_period"
    and "counted"."whq_chunk" is not distinct from "cells"."whq_chunk"
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
), "totals" as (
  select
    "cells"."cell_no",
    "cells"."base_no",
    "cells"."k_n",
    "pool_sizes"."r_n"
  from "cells"
  join "pool_sizes"
    on "pool_sizes"."pool_no" = "cells"."base_no"
), "beside" as (
  select
    "cell_no",
    "bin",
    "k",
    cast(0 as double) as "r",
    "k_sum",
    cast(0 as double) as "r_sum",
    "low",
    "high"
  from "counts"
  union all
  select
    "totals"."cell_no",
    "pools"."bin",
    0,
    "pools"."r",
    0,
    "pools"."r_sum",
    "pools"."low",
    "pools"."high"
  from "totals"
  join "pools"
    on "pools"."pool_no" = "totals"."base_no"
), "compared" as (
  select
    "cell_no",
    "bin",
    sum("k") as "k",
    sum("r") as "r",
    sum("k_sum") as "k_sum",
    sum("r_sum") as "r_sum",
    min("low") as "low",
    max("high") as "high"
  from "beside"
  group by
    "cell_no",
    "bin"
), "weighed" as (
  select
    "compared"."cell_no",
    "bin",
    "low",
    "high",
    "k" * "r_n" as "k",
    "r" * "k_n" as "r",
    "k_n" * "r_n" as "scale",
    "high" - "low" as "width",
    (
      "r" * (
        "high" - cast(2.0 as double)
      ) - "r_sum"
    ) / "r_n" - (
      "k" * (
        "high" - cast(2.0 as double)
      ) - "k_sum"
    ) / "k_n" as "own_area",
    abs("r_sum") / "r_n" + abs("k_sum") / "k_n" as "magnitude"
  from "compared"
  join "totals"
    on "totals"."cell_no" = "compared"."cell_no"
), "ladder" as (
  select
    "cell_no",
    "k",
    "r",
    "scale",
    "width",
    "high",
    "own_area",
    "magnitude",
    sum("r" - "k") over (partition by "cell_no" order by "bin" nulls first rows between unbounded preceding and current row) as "ahead",
    lead("low") over (partition by "cell_no" order by "bin" nulls first) as "next_low"
  from "weighed"
), "gaps" as (
  select
    "cell_no",
    "k",
    "r",
    "width",
    "magnitude",
    abs("ahead") / "scale" as "gap",
    abs("ahead") / "scale" * coalesce("next_low" - "high", 0) as "area_after",
    (
      "ahead" - "r"
    ) / "scale" as "least",
    (
      "ahead" + "k"
    ) / "scale" as "most",
    (
      "ahead" - "r" + "k"
    ) / "scale" * "width" + "own_area" as "area"
  from "ladder"
), "bounds" as (
  select
    "cell_no",
    "gap",
    case when "width" > 0 and "k" > 0 and "r" > 0 and "most" > "gap" then "most" else "gap" end as "most_gap",
    case when "width" > 0 and "k" > 0 and "r" > 0 and -"least" > "gap" then -"least" else "gap" end as "least_gap",
    "area_after",
    "magnitude",
    abs("area") as "least_area",
    case
      when "width" > 0 and "least" < 0 and "most" > 0
      then (
        (
          "area" - "least" * "width"
        ) * "most" - (
          "most" * "width" - "area"
        ) * "least"
      ) / (
        "most" - "least"
      )
      else abs("area")
    end as "most_area"
  from "gaps"
), "distances" as (
  select
    "cell_no",
    max("gap") as "ks",
    case when max("most_gap") > max("least_gap") then max("most_gap") else max("least_gap") end as "ks_upper",
    case
      when sum("area_after" + "least_area") > sum("magnitude") * cast(1e-14 as double)
      then sum("area_after" + "least_area")
      else 0
    end as "wasserstein",
    sum("area_after" + "most_area") as "wasserstein_upper"
  from "bounds"
  group by
    "cell_no"
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
  "others"."whq_segment",
  "others"."whq_period",
  "others"."whq_chunk",
  "boxes"."box" as "bin",
  "boxes"."members" as "n",
  "k_n" as "total",
  coalesce("other_n", 0) as "reference_n",
  "factor" * "ks" as "ks",
  "factor" * "ks_upper" as "ks_upper",
  "factor" * "wasserstein" as "wasserstein",
  "factor" * "wasserstein_upper" as "wasserstein_upper"
from "others"
join "boxes"
  on "others"."whq_period" is not distinct from "boxes"."whq_period"
  and "others"."whq_chunk" is not distinct from "boxes"."whq_chunk"
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
@@ 87 @@
     "k_n",
-    row_number() over (order by "whq_segment", "whq_period" desc, "whq_chunk") as "cell_no",
+    row_number() over (order by "whq_segment", "whq_period" desc nulls last, "whq_chunk") as "cell_no",
     case when "whq_period" = 'reference' then rank() over (order by "whq_segment") end as "pool_no",
@@ 184 @@
     "high" - "low" as "width",
-    (
+    cast((
       "r" * (
@@ 188 @@
       ) - "r_sum"
-    ) / "r_n" - (
+    ) as double) / "r_n" - cast((
       "k" * (
@@ 192 @@
       ) - "k_sum"
-    ) / "k_n" as "own_area",
-    abs("r_sum") / "r_n" + abs("k_sum") / "k_n" as "magnitude"
+    ) as double) / "k_n" as "own_area",
+    cast(abs("r_sum") as double) / "r_n" + cast(abs("k_sum") as double) / "k_n" as "magnitude"
   from "compared"
@@ 217 @@
     "magnitude",
-    abs("ahead") / "scale" as "gap",
-    abs("ahead") / "scale" * coalesce("next_low" - "high", 0) as "area_after",
-    (
+    cast(abs("ahead") as double) / "scale" as "gap",
+    cast(abs("ahead") as double) / "scale" * coalesce("next_low" - "high", 0) as "area_after",
+    cast((
       "ahead" - "r"
-    ) / "scale" as "least",
-    (
+    ) as double) / "scale" as "least",
+    cast((
       "ahead" + "k"
-    ) / "scale" as "most",
-    (
+    ) as double) / "scale" as "most",
+    cast((
       "ahead" - "r" + "k"
-    ) / "scale" * "width" + "own_area" as "area"
+    ) as double) / "scale" * "width" + "own_area" as "area"
   from "ladder"
@@ 240 @@
       when "width" > 0 and "least" < 0 and "most" > 0
-      then (
+      then cast((
         (
@@ 246 @@
         ) * "least"
-      ) / (
+      ) as double) / (
         "most" - "least"

-- dialect: snowflake
@@ 5 @@
     case when "at" < '2024-03-01' then 'reference' else 'analysis' end as "whq_period",
-    coalesce(cast("at" as date) - cast(day(cast("at" as date)) - 1 as int), cast("at" as date)) as "whq_chunk"
+    date_trunc('MONTH', "at") as "whq_chunk"
   from "main"."fixture" as "whq_source"
@@ 87 @@
     "k_n",
-    row_number() over (order by "whq_segment", "whq_period" desc, "whq_chunk") as "cell_no",
+    row_number() over (order by "whq_segment", "whq_period" desc nulls last, "whq_chunk") as "cell_no",
     case when "whq_period" = 'reference' then rank() over (order by "whq_segment") end as "pool_no",
@@ 184 @@
     "high" - "low" as "width",
-    (
+    cast((
       "r" * (
@@ 188 @@
       ) - "r_sum"
-    ) / "r_n" - (
+    ) as double) / "r_n" - cast((
       "k" * (
@@ 192 @@
       ) - "k_sum"
-    ) / "k_n" as "own_area",
-    abs("r_sum") / "r_n" + abs("k_sum") / "k_n" as "magnitude"
+    ) as double) / "k_n" as "own_area",
+    cast(abs("r_sum") as double) / "r_n" + cast(abs("k_sum") as double) / "k_n" as "magnitude"
   from "compared"
@@ 217 @@
     "magnitude",
-    abs("ahead") / "scale" as "gap",
-    abs("ahead") / "scale" * coalesce("next_low" - "high", 0) as "area_after",
-    (
+    cast(abs("ahead") as double) / "scale" as "gap",
+    cast(abs("ahead") as double) / "scale" * coalesce("next_low" - "high", 0) as "area_after",
+    cast((
       "ahead" - "r"
-    ) / "scale" as "least",
-    (
+    ) as double) / "scale" as "least",
+    cast((
       "ahead" + "k"
-    ) / "scale" as "most",
-    (
+    ) as double) / "scale" as "most",
+    cast((
       "ahead" - "r" + "k"
-    ) / "scale" * "width" + "own_area" as "area"
+    ) as double) / "scale" * "width" + "own_area" as "area"
   from "ladder"
@@ 240 @@
       when "width" > 0 and "least" < 0 and "most" > 0
-      then (
+      then cast((
         (
@@ 246 @@
         ) * "least"
-      ) / (
+      ) as double) / (
         "most" - "least"

-- dialect: bigquery
@@ 5 @@
     case when "at" < '2024-03-01' then 'reference' else 'analysis' end as "whq_period",
-    coalesce(cast("at" as date) - cast(day(cast("at" as date)) - 1 as int), cast("at" as date)) as "whq_chunk"
+    datetime_trunc(cast("at" as timestamp), month) as "whq_chunk"
   from "main"."fixture" as "whq_source"
@@ 9 @@
   select
-    "piece",
-    "low",
-    "scale",
-    "start"
-  from (values
-    (cast(0 as bigint), cast(0.0 as double), cast(0.0 as double), cast(0 as bigint)),
-    (1, 3.0e0, 1.0e0, 1)) as "whq_values"("piece", "low", "scale", "start")
+    cast(0 as bigint) as "piece",
+    cast(0.0 as double) as "low",
+    cast(0.0 as double) as "scale",
+    cast(0 as bigint) as "start"
+  union all
+  select
+    1,
+    3.0e0,
+    1.0e0,
+    1
 ), "placed" as (
@@ 40 @@
       "placed"."x" - "pieces"."low"
-    ) * "pieces"."scale") as int) as "bin"
+    ) * "pieces"."scale") as bigint) as "bin"
   from "placed"
@@ 87 @@
     "k_n",
-    row_number() over (order by "whq_segment", "whq_period" desc, "whq_chunk") as "cell_no",
-    case when "whq_period" = 'reference' then rank() over (order by "whq_segment") end as "pool_no",
-    rank() over (order by "whq_segment") as "base_no"
+    row_number() over (order by "whq_segment" nulls last, "whq_period" desc, "whq_chunk" nulls last) as "cell_no",
+    case when "whq_period" = 'reference' then rank() over (order by "whq_segment" nulls last) end as "pool_no",
+    rank() over (order by "whq_segment" nulls last) as "base_no"
   from "sizes"
@@ 207 @@
     "magnitude",
-    sum("r" - "k") over (partition by "cell_no" order by "bin" nulls first rows between unbounded preceding and current row) as "ahead",
-    lead("low") over (partition by "cell_no" order by "bin" nulls first) as "next_low"
+    sum("r" - "k") over (partition by "cell_no" order by "bin" rows between unbounded preceding and current row) as "ahead",
+    lead("low") over (partition by "cell_no" order by "bin") as "next_low"
   from "weighed"

-- dialect: databricks, spark
@@ 5 @@
     case when "at" < '2024-03-01' then 'reference' else 'analysis' end as "whq_period",
-    coalesce(cast("at" as date) - cast(day(cast("at" as date)) - 1 as int), cast("at" as date)) as "whq_chunk"
+    date_trunc('MONTH', "at") as "whq_chunk"
   from "main"."fixture" as "whq_source"
@@ 13 @@
     "start"
-  from (values
+  from values
     (cast(0 as bigint), cast(0.0 as double), cast(0.0 as double), cast(0 as bigint)),
-    (1, 3.0e0, 1.0e0, 1)) as "whq_values"("piece", "low", "scale", "start")
+    (1, 3.0e0, 1.0e0, 1) as "whq_values"("piece", "low", "scale", "start")
 ), "placed" as (
@@ 87 @@
     "k_n",
-    row_number() over (order by "whq_segment", "whq_period" desc, "whq_chunk") as "cell_no",
-    case when "whq_period" = 'reference' then rank() over (order by "whq_segment") end as "pool_no",
-    rank() over (order by "whq_segment") as "base_no"
+    row_number() over (order by "whq_segment" nulls last, "whq_period" desc, "whq_chunk" nulls last) as "cell_no",
+    case when "whq_period" = 'reference' then rank() over (order by "whq_segment" nulls last) end as "pool_no",
+    rank() over (order by "whq_segment" nulls last) as "base_no"
   from "sizes"
@@ 207 @@
     "magnitude",
-    sum("r" - "k") over (partition by "cell_no" order by "bin" nulls first rows between unbounded preceding and current row) as "ahead",
-    lead("low") over (partition by "cell_no" order by "bin" nulls first) as "next_low"
+    sum("r" - "k") over (partition by "cell_no" order by "bin" rows between unbounded preceding and current row) as "ahead",
+    lead("low") over (partition by "cell_no" order by "bin") as "next_low"
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
     case when "at" < '2024-03-01' then 'reference' else 'analysis' end as "whq_period",
-    coalesce(cast("at" as date) - cast(day(cast("at" as date)) - 1 as int), cast("at" as date)) as "whq_chunk"
+    date_trunc('MONTH', "at") as "whq_chunk"
   from "main"."fixture" as "whq_source"
@@ 9 @@
   select
-    "piece",
-    "low",
-    "scale",
-    "start"
-  from (values
-    (cast(0 as bigint), cast(0.0 as double), cast(0.0 as double), cast(0 as bigint)),
-    (1, 3.0e0, 1.0e0, 1)) as "whq_values"("piece", "low", "scale", "start")
+    cast(0 as bigint) as "piece",
+    cast(0.0 as double) as "low",
+    cast(0.0 as double) as "scale",
+    cast(0 as bigint) as "start"
+  union all
+  select
+    1,
+    3.0e0,
+    1.0e0,
+    1
 ), "placed" as (
@@ 40 @@
       "placed"."x" - "pieces"."low"
-    ) * "pieces"."scale") as int) as "bin"
+    ) * "pieces"."scale") as integer) as "bin"
   from "placed"
@@ 87 @@
     "k_n",
-    row_number() over (order by "whq_segment", "whq_period" desc, "whq_chunk") as "cell_no",
+    row_number() over (order by "whq_segment", "whq_period" desc nulls last, "whq_chunk") as "cell_no",
     case when "whq_period" = 'reference' then rank() over (order by "whq_segment") end as "pool_no",
@@ 111 @@
   join "cells"
-    on "counted"."whq_period" is not distinct from "cells"."whq_period"
-    and "counted"."whq_chunk" is not distinct from "cells"."whq_chunk"
+    on coalesce(
+      (
+        "counted"."whq_period" = "cells"."whq_period"
+      )
+      or (
+        "counted"."whq_period" is null and "cells"."whq_period" is null
+      ),
+      false
+    )
+    and coalesce(
+      (
+        "counted"."whq_chunk" = "cells"."whq_chunk"
+      )
+      or (
+        "counted"."whq_chunk" is null and "cells"."whq_chunk" is null
+      ),
+      false
+    )
 ), "pools" as (
@@ 184 @@
     "high" - "low" as "width",
-    (
+    cast((
       "r" * (
@@ 188 @@
       ) - "r_sum"
-    ) / "r_n" - (
+    ) as double) / "r_n" - cast((
       "k" * (
@@ 192 @@
       ) - "k_sum"
-    ) / "k_n" as "own_area",
-    abs("r_sum") / "r_n" + abs("k_sum") / "k_n" as "magnitude"
+    ) as double) / "k_n" as "own_area",
+    cast(abs("r_sum") as double) / "r_n" + cast(abs("k_sum") as double) / "k_n" as "magnitude"
   from "compared"
@@ 217 @@
     "magnitude",
-    abs("ahead") / "scale" as "gap",
-    abs("ahead") / "scale" * coalesce("next_low" - "high", 0) as "area_after",
-    (
+    cast(abs("ahead") as double) / "scale" as "gap",
+    cast(abs("ahead") as double) / "scale" * coalesce("next_low" - "high", 0) as "area_after",
+    cast((
       "ahead" - "r"
-    ) / "scale" as "least",
-    (
+    ) as double) / "scale" as "least",
+    cast((
       "ahead" + "k"
-    ) / "scale" as "most",
-    (
+    ) as double) / "scale" as "most",
+    cast((
       "ahead" - "r" + "k"
-    ) / "scale" * "width" + "own_area" as "area"
+    ) as double) / "scale" * "width" + "own_area" as "area"
   from "ladder"
@@ 240 @@
       when "width" > 0 and "least" < 0 and "most" > 0
-      then (
+      then cast((
         (
@@ 246 @@
         ) * "least"
-      ) / (
+      ) as double) / (
         "most" - "least"
@@ 293 @@
 join "boxes"
-  on "others"."whq_period" is not distinct from "boxes"."whq_period"
-  and "others"."whq_chunk" is not distinct from "boxes"."whq_chunk"
+  on coalesce(
+    (
+      "others"."whq_period" = "boxes"."whq_period"
+    )
+    or (
+      "others"."whq_period" is null and "boxes"."whq_period" is null
+    ),
+    false
+  )
+  and coalesce(
+    (
+      "others"."whq_chunk" = "boxes"."whq_chunk"
+    )
+    or (
+      "others"."whq_chunk" is null and "boxes"."whq_chunk" is null
+    ),
+    false
+  )
 left join "distances"

-- dialect: trino
@@ 5 @@
     case when "at" < '2024-03-01' then 'reference' else 'analysis' end as "whq_period",
-    coalesce(cast("at" as date) - cast(day(cast("at" as date)) - 1 as int), cast("at" as date)) as "whq_chunk"
+    date_trunc('MONTH', "at") as "whq_chunk"
   from "main"."fixture" as "whq_source"
@@ 40 @@
       "placed"."x" - "pieces"."low"
-    ) * "pieces"."scale") as int) as "bin"
+    ) * "pieces"."scale") as integer) as "bin"
   from "placed"
@@ 184 @@
     "high" - "low" as "width",
-    (
+    cast((
       "r" * (
@@ 188 @@
       ) - "r_sum"
-    ) / "r_n" - (
+    ) as double) / "r_n" - cast((
       "k" * (
@@ 192 @@
       ) - "k_sum"
-    ) / "k_n" as "own_area",
-    abs("r_sum") / "r_n" + abs("k_sum") / "k_n" as "magnitude"
+    ) as double) / "k_n" as "own_area",
+    cast(abs("r_sum") as double) / "r_n" + cast(abs("k_sum") as double) / "k_n" as "magnitude"
   from "compared"
@@ 217 @@
     "magnitude",
-    abs("ahead") / "scale" as "gap",
-    abs("ahead") / "scale" * coalesce("next_low" - "high", 0) as "area_after",
-    (
+    cast(abs("ahead") as double) / "scale" as "gap",
+    cast(abs("ahead") as double) / "scale" * coalesce("next_low" - "high", 0) as "area_after",
+    cast((
       "ahead" - "r"
-    ) / "scale" as "least",
-    (
+    ) as double) / "scale" as "least",
+    cast((
       "ahead" + "k"
-    ) / "scale" as "most",
-    (
+    ) as double) / "scale" as "most",
+    cast((
       "ahead" - "r" + "k"
-    ) / "scale" * "width" + "own_area" as "area"
+    ) as double) / "scale" * "width" + "own_area" as "area"
   from "ladder"
@@ 240 @@
       when "width" > 0 and "least" < 0 and "most" > 0
-      then (
+      then cast((
         (
@@ 246 @@
         ) * "least"
-      ) / (
+      ) as double) / (
         "most" - "least"

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
@@ 9 @@
   select
-    "piece",
-    "low",
-    "scale",
-    "start"
-  from (values
-    (cast(0 as bigint), cast(0.0 as double), cast(0.0 as double), cast(0 as bigint)),
-    (1, 3.0e0, 1.0e0, 1)) as "whq_values"("piece", "low", "scale", "start")
+    cast(0 as bigint) as "piece",
+    cast(0.0 as double) as "low",
+    cast(0.0 as double) as "scale",
+    cast(0 as bigint) as "start"
+  union all
+  select
+    1,
+    3.0e0,
+    1.0e0,
+    1
 ), "placed" as (
@@ 25 @@
       then 0
-      when not cast("x" as double) is null
+      when not (
+        cast("x" as double) is null
+      )
       then 1
@@ 30 @@
   where
-    not "x" is null
+    not (
+      "x" is null
+    )
 ), "narrow" as (
   select
-    "placed"."whq_segment",
-    "placed"."whq_period",
-    "placed"."whq_chunk",
-    "placed"."x",
+    "placed"."whq_segment" as "whq_segment",
+    "placed"."whq_period" as "whq_period",
+    "placed"."whq_chunk" as "whq_chunk",
+    "placed"."x" as "x",
     "placed"."x" - cast(2.0 as double) as "shifted",
@@ 40 @@
       "placed"."x" - "pieces"."low"
-    ) * "pieces"."scale") as int) as "bin"
+    ) * "pieces"."scale") as Nullable(Int32)) as "bin"
   from "placed"
@@ 64 @@
     "whq_chunk",
-    case when "low" < cast(3.0 as double) then 0 when not "low" is null then 1 end as "box",
+    case when "low" < cast(3.0 as double) then 0 when not (
+      "low" is null
+    ) then 1 end as "box",
     sum("k") as "members"
@@ 70 @@
     "whq_chunk",
-    case when "low" < cast(3.0 as double) then 0 when not "low" is null then 1 end
+    case when "low" < cast(3.0 as double) then 0 when not (
+      "low" is null
+    ) then 1 end
 ), "sizes" as (
@@ 97 @@
   where
-    not "pool_no" is null
+    not (
+      "pool_no" is null
+    )
   group by
@@ 102 @@
   select
-    "cells"."cell_no",
-    "cells"."pool_no",
-    "counted"."bin",
+    "cells"."cell_no" as "cell_no",
+    "cells"."pool_no" as "pool_no",
+    "counted"."bin" as "bin",
     cast("counted"."k" as double) as "k",
-    "counted"."k_sum",
-    "counted"."low",
-    "counted"."high"
+    "counted"."k_sum" as "k_sum",
+    "counted"."low" as "low",
+    "counted"."high" as "high"
   from "counted"
@@ 123 @@
   where
-    not "pool_no" is null
+    not (
+      "pool_no" is null
+    )
   group by
@@ 129 @@
   select
-    "cells"."cell_no",
-    "cells"."base_no",
-    "cells"."k_n",
-    "pool_sizes"."r_n"
+    "cells"."cell_no" as "cell_no",
+    "cells"."base_no" as "base_no",
+    "cells"."k_n" as "k_n",
+    "pool_sizes"."r_n" as "r_n"
   from "cells"
@@ 149 @@
   select
-    "totals"."cell_no",
-    "pools"."bin",
+    "totals"."cell_no" as "cell_no",
+    "pools"."bin" as "bin",
     0,
-    "pools"."r",
+    "pools"."r" as "r",
     0,
-    "pools"."r_sum",
-    "pools"."low",
-    "pools"."high"
+    "pools"."r_sum" as "r_sum",
+    "pools"."low" as "low",
+    "pools"."high" as "high"
   from "totals"
@@ 176 @@
   select
-    "compared"."cell_no",
+    "compared"."cell_no" as "cell_no",
     "bin",
@@ 208 @@
     sum("r" - "k") over (partition by "cell_no" order by "bin" nulls first rows between unbounded preceding and current row) as "ahead",
-    lead("low") over (partition by "cell_no" order by "bin" nulls first) as "next_low"
+    lead(toNullable("low")) over (partition by "cell_no" order by "bin" nulls first) as "next_low"
   from "weighed"
@@ 271 @@
     "whq_chunk",
-    "cells"."cell_no",
+    "cells"."cell_no" as "cell_no",
     "k_n",
@@ 280 @@
 select
-  "others"."whq_segment",
-  "others"."whq_period",
-  "others"."whq_chunk",
+  "others"."whq_segment" as "whq_segment",
+  "others"."whq_period" as "whq_period",
+  "others"."whq_chunk" as "whq_chunk",
   "boxes"."box" as "bin",
@@ 297 @@
   on "distances"."cell_no" = "others"."cell_no"
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
@@ 5 @@
     case when "at" < '2024-03-01' then 'reference' else 'analysis' end as "whq_period",
-    coalesce(cast("at" as date) - cast(day(cast("at" as date)) - 1 as int), cast("at" as date)) as "whq_chunk"
+    cast(date_format("at", '%Y-%m-01 00:00:00') as datetime) as "whq_chunk"
   from "main"."fixture" as "whq_source"
@@ 9 @@
   select
-    "piece",
-    "low",
-    "scale",
-    "start"
-  from (values
-    (cast(0 as bigint), cast(0.0 as double), cast(0.0 as double), cast(0 as bigint)),
-    (1, 3.0e0, 1.0e0, 1)) as "whq_values"("piece", "low", "scale", "start")
+    cast(0 as bigint) as "piece",
+    cast(0.0 as double) as "low",
+    cast(0.0 as double) as "scale",
+    cast(0 as bigint) as "start"
+  union all
+  select
+    1,
+    3.0e0,
+    1.0e0,
+    1
 ), "placed" as (
@@ 40 @@
       "placed"."x" - "pieces"."low"
-    ) * "pieces"."scale") as int) as "bin"
+    ) * "pieces"."scale") as bigint) as "bin"
   from "placed"
@@ 87 @@
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
@@ 111 @@
   join "cells"
-    on "counted"."whq_period" is not distinct from "cells"."whq_period"
-    and "counted"."whq_chunk" is not distinct from "cells"."whq_chunk"
+    on "counted"."whq_period" <=> "cells"."whq_period" and "counted"."whq_chunk" <=> "cells"."whq_chunk"
 ), "pools" as (
@@ 184 @@
     "high" - "low" as "width",
-    (
+    cast((
       "r" * (
@@ 188 @@
       ) - "r_sum"
-    ) / "r_n" - (
+    ) as double) / "r_n" - cast((
       "k" * (
@@ 192 @@
       ) - "k_sum"
-    ) / "k_n" as "own_area",
-    abs("r_sum") / "r_n" + abs("k_sum") / "k_n" as "magnitude"
+    ) as double) / "k_n" as "own_area",
+    cast(abs("r_sum") as double) / "r_n" + cast(abs("k_sum") as double) / "k_n" as "magnitude"
   from "compared"
@@ 207 @@
     "magnitude",
-    sum("r" - "k") over (partition by "cell_no" order by "bin" nulls first rows between unbounded preceding and current row) as "ahead",
-    lead("low") over (partition by "cell_no" order by "bin" nulls first) as "next_low"
+    sum("r" - "k") over (partition by "cell_no" order by "bin" rows between unbounded preceding and current row) as "ahead",
+    lead("low") over (partition by "cell_no" order by "bin") as "next_low"
   from "weighed"
@@ 217 @@
     "magnitude",
-    abs("ahead") / "scale" as "gap",
-    abs("ahead") / "scale" * coalesce("next_low" - "high", 0) as "area_after",
-    (
+    cast(abs("ahead") as double) / "scale" as "gap",
+    cast(abs("ahead") as double) / "scale" * coalesce("next_low" - "high", 0) as "area_after",
+    cast((
       "ahead" - "r"
-    ) / "scale" as "least",
-    (
+    ) as double) / "scale" as "least",
+    cast((
       "ahead" + "k"
-    ) / "scale" as "most",
-    (
+    ) as double) / "scale" as "most",
+    cast((
       "ahead" - "r" + "k"
-    ) / "scale" * "width" + "own_area" as "area"
+    ) as double) / "scale" * "width" + "own_area" as "area"
   from "ladder"
@@ 240 @@
       when "width" > 0 and "least" < 0 and "most" > 0
-      then (
+      then cast((
         (
@@ 246 @@
         ) * "least"
-      ) / (
+      ) as double) / (
         "most" - "least"
@@ 293 @@
 join "boxes"
-  on "others"."whq_period" is not distinct from "boxes"."whq_period"
-  and "others"."whq_chunk" is not distinct from "boxes"."whq_chunk"
+  on "others"."whq_period" <=> "boxes"."whq_period" and "others"."whq_chunk" <=> "boxes"."whq_chunk"
 left join "distances"
