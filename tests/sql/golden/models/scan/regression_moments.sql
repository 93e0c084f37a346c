-- dialect: duckdb
with "dataset" as (
  select
    case
      when abs("whq_source"."guess") <= cast(1.7976931348623157e308 as double)
      then "whq_source"."guess"
    end as "guess",
    case
      when abs("whq_source"."truth") <= cast(1.7976931348623157e308 as double)
      then "whq_source"."truth"
    end as "truth",
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "paired" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    case when abs(cast("guess" as double)) <= cast(1e40 as double) then cast("guess" as double) end as "guess",
    case when abs(cast("truth" as double)) <= cast(1e40 as double) then cast("truth" as double) end as "truth"
  from "dataset"
), "compared" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "truth",
    "guess",
    case when abs("guess" - "truth") > cast(1e-50 as double) then "guess" - "truth" else 0 end as "error"
  from "paired"
  where
    not "guess" is null and not "truth" is null
), "losses" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "truth",
    "error",
    case when abs("truth") >= cast(1e-40 as double) then abs("error") / abs("truth") end as "relative",
    case when "truth" > -1 and "guess" > -1 then power(ln(1 + "truth") - ln(1 + "guess"), 2) end as "squared_log"
  from "compared"
), "means" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    count(*) as "predicted",
    count("relative") as "nonzero",
    count("squared_log") as "above",
    avg("truth") as "truth",
    avg("error") as "signed",
    avg(abs("error")) as "absolute",
    avg("error" * "error") as "squared",
    avg("relative") as "relative",
    avg("squared_log") as "squared_log",
    case when min("truth") < max("truth") then var_pop("truth") end as "variance"
  from "losses"
  having
    count(*) > 0
), "parted" as (
  select
    "losses"."whq_segment",
    "losses"."whq_period",
    "losses"."whq_chunk",
    "means"."predicted",
    "means"."nonzero",
    "means"."above",
    "means"."signed",
    "means"."absolute",
    "means"."squared",
    "means"."relative",
    "means"."squared_log",
    "losses"."error" - "means"."signed" as "signed_apart",
    abs("losses"."error") - "means"."absolute" as "absolute_apart",
    "losses"."error" * "losses"."error" - "means"."squared" as "squared_apart",
    "losses"."relative" - "means"."relative" as "relative_apart",
    "losses"."squared_log" - "means"."squared_log" as "squared_log_apart",
    "means"."variance",
    case
      when "means"."variance" > cast(1e-100 as double)
      and "means"."squared" <= "means"."variance" * cast(1e60 as double)
      then (
        "losses"."truth" - "means"."truth"
      ) * (
        "losses"."truth" - "means"."truth"
      ) / "means"."variance" - 1
    end as "spread"
  from "losses"
  cross join "means"
), "influences" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "predicted",
    "nonzero",
    "above",
    "signed",
    "absolute",
    "squared",
    "relative",
    "squared_log",
    "signed_apart",
    "absolute_apart",
    "squared_apart",
    "relative_apart",
    "squared_log_apart",
    "spread",
    case
      when not "spread" is null
      then "squared_apart" / "variance" - "squared" / "variance" * "spread"
    end as "unexplained_apart"
  from "parted"
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  "predicted",
  "nonzero",
  "above",
  "signed",
  "absolute",
  "squared",
  "relative",
  "squared_log",
  avg("signed_apart" * "signed_apart") as "signed_second",
  avg("signed_apart" * "signed_apart" * "signed_apart") as "signed_third",
  avg("absolute_apart" * "absolute_apart") as "absolute_second",
  avg("absolute_apart" * "absolute_apart" * "absolute_apart") as "absolute_third",
  avg("squared_apart" * "squared_apart") as "squared_second",
  avg("squared_apart" * "squared_apart" * "squared_apart") as "squared_third",
  avg("relative_apart" * "relative_apart") as "relative_second",
  avg("relative_apart" * "relative_apart" * "relative_apart") as "relative_third",
  avg("squared_log_apart" * "squared_log_apart") as "squared_log_second",
  avg("squared_log_apart" * "squared_log_apart" * "squared_log_apart") as "squared_log_third",
  avg("unexplained_apart" * "unexplained_apart") as "unexplained_second",
  avg("unexplained_apart" * "unexplained_apart" * "unexplained_apart") as "unexplained_third",
  avg("unexplained_apart" * "spread") as "unexplained_bend"
from "influences"
group by
  "predicted",
  "nonzero",
  "above",
  "signed",
  "absolute",
  "squared",
  "relative",
  "squared_log"

-- dialect: postgres
@@ 19 @@
     "whq_chunk",
-    case when abs(cast("guess" as double)) <= cast(1e40 as double) then cast("guess" as double) end as "guess",
-    case when abs(cast("truth" as double)) <= cast(1e40 as double) then cast("truth" as double) end as "truth"
+    case
+      when abs(cast("guess" as double)) <= cast(1e40 as double)
+      then cast("guess" as double)
+    end as "guess",
+    case
+      when abs(cast("truth" as double)) <= cast(1e40 as double)
+      then cast("truth" as double)
+    end as "truth"
   from "dataset"
@@ 40 @@
     "error",
-    case when abs("truth") >= cast(1e-40 as double) then abs("error") / abs("truth") end as "relative",
+    case
+      when abs("truth") >= cast(1e-40 as double)
+      then cast(abs("error") as double) / abs("truth")
+    end as "relative",
     case when "truth" > -1 and "guess" > -1 then power(ln(1 + "truth") - ln(1 + "guess"), 2) end as "squared_log"
@@ 83 @@
       and "means"."squared" <= "means"."variance" * cast(1e60 as double)
-      then (
+      then cast((
         "losses"."truth" - "means"."truth"
@@ 87 @@
         "losses"."truth" - "means"."truth"
-      ) / "means"."variance" - 1
+      ) as double) / "means"."variance" - 1
     end as "spread"
@@ 112 @@
       when not "spread" is null
-      then "squared_apart" / "variance" - "squared" / "variance" * "spread"
+      then cast("squared_apart" as double) / "variance" - cast("squared" as double) / "variance" * "spread"
     end as "unexplained_apart"

-- dialect: snowflake
@@ 40 @@
     "error",
-    case when abs("truth") >= cast(1e-40 as double) then abs("error") / abs("truth") end as "relative",
+    case when abs("truth") >= cast(1e-40 as double) then cast(abs("error") as double) / abs("truth") end as "relative",
     case when "truth" > -1 and "guess" > -1 then power(ln(1 + "truth") - ln(1 + "guess"), 2) end as "squared_log"
@@ 51 @@
     count("squared_log") as "above",
-    avg("truth") as "truth",
-    avg("error") as "signed",
-    avg(abs("error")) as "absolute",
-    avg("error" * "error") as "squared",
-    avg("relative") as "relative",
-    avg("squared_log") as "squared_log",
-    case when min("truth") < max("truth") then var_pop("truth") end as "variance"
+    avg(cast("truth" as double)) as "truth",
+    avg(cast("error" as double)) as "signed",
+    avg(cast(abs("error") as double)) as "absolute",
+    avg(cast("error" * "error" as double)) as "squared",
+    avg(cast("relative" as double)) as "relative",
+    avg(cast("squared_log" as double)) as "squared_log",
+    case when min("truth") < max("truth") then variance_pop("truth") end as "variance"
   from "losses"
@@ 83 @@
       and "means"."squared" <= "means"."variance" * cast(1e60 as double)
-      then (
+      then cast((
         "losses"."truth" - "means"."truth"
@@ 87 @@
         "losses"."truth" - "means"."truth"
-      ) / "means"."variance" - 1
+      ) as double) / "means"."variance" - 1
     end as "spread"
@@ 112 @@
       when not "spread" is null
-      then "squared_apart" / "variance" - "squared" / "variance" * "spread"
+      then cast("squared_apart" as double) / "variance" - cast("squared" as double) / "variance" * "spread"
     end as "unexplained_apart"
@@ 128 @@
   "squared_log",
-  avg("signed_apart" * "signed_apart") as "signed_second",
-  avg("signed_apart" * "signed_apart" * "signed_apart") as "signed_third",
-  avg("absolute_apart" * "absolute_apart") as "absolute_second",
-  avg("absolute_apart" * "absolute_apart" * "absolute_apart") as "absolute_third",
-  avg("squared_apart" * "squared_apart") as "squared_second",
-  avg("squared_apart" * "squared_apart" * "squared_apart") as "squared_third",
-  avg("relative_apart" * "relative_apart") as "relative_second",
-  avg("relative_apart" * "relative_apart" * "relative_apart") as "relative_third",
-  avg("squared_log_apart" * "squared_log_apart") as "squared_log_second",
-  avg("squared_log_apart" * "squared_log_apart" * "squared_log_apart") as "squared_log_third",
-  avg("unexplained_apart" * "unexplained_apart") as "unexplained_second",
-  avg("unexplained_apart" * "unexplained_apart" * "unexplained_apart") as "unexplained_third",
-  avg("unexplained_apart" * "spread") as "unexplained_bend"
+  avg(cast("signed_apart" * "signed_apart" as double)) as "signed_second",
+  avg(cast("signed_apart" * "signed_apart" * "signed_apart" as double)) as "signed_third",
+  avg(cast("absolute_apart" * "absolute_apart" as double)) as "absolute_second",
+  avg(cast("absolute_apart" * "absolute_apart" * "absolute_apart" as double)) as "absolute_third",
+  avg(cast("squared_apart" * "squared_apart" as double)) as "squared_second",
+  avg(cast("squared_apart" * "squared_apart" * "squared_apart" as double)) as "squared_third",
+  avg(cast("relative_apart" * "relative_apart" as double)) as "relative_second",
+  avg(cast("relative_apart" * "relative_apart" * "relative_apart" as double)) as "relative_third",
+  avg(cast("squared_log_apart" * "squared_log_apart" as double)) as "squared_log_second",
+  avg(cast("squared_log_apart" * "squared_log_apart" * "squared_log_apart" as double)) as "squared_log_third",
+  avg(cast("unexplained_apart" * "unexplained_apart" as double)) as "unexplained_second",
+  avg(cast("unexplained_apart" * "unexplained_apart" * "unexplained_apart" as double)) as "unexplained_third",
+  avg(cast("unexplained_apart" * "spread" as double)) as "unexplained_bend"
 from "influences"

-- dialect: bigquery, databricks, spark
-- as duckdb

-- dialect: redshift
@@ 19 @@
     "whq_chunk",
-    case when abs(cast("guess" as double)) <= cast(1e40 as double) then cast("guess" as double) end as "guess",
-    case when abs(cast("truth" as double)) <= cast(1e40 as double) then cast("truth" as double) end as "truth"
+    case
+      when abs(cast("guess" as double)) <= cast(1e40 as double)
+      then cast("guess" as double)
+    end as "guess",
+    case
+      when abs(cast("truth" as double)) <= cast(1e40 as double)
+      then cast("truth" as double)
+    end as "truth"
   from "dataset"
@@ 40 @@
     "error",
-    case when abs("truth") >= cast(1e-40 as double) then abs("error") / abs("truth") end as "relative",
+    case
+      when abs("truth") >= cast(1e-40 as double)
+      then cast(abs("error") as double) / abs("truth")
+    end as "relative",
     case when "truth" > -1 and "guess" > -1 then power(ln(1 + "truth") - ln(1 + "guess"), 2) end as "squared_log"
@@ 51 @@
     count("squared_log") as "above",
-    avg("truth") as "truth",
-    avg("error") as "signed",
-    avg(abs("error")) as "absolute",
-    avg("error" * "error") as "squared",
-    avg("relative") as "relative",
-    avg("squared_log") as "squared_log",
+    avg(cast("truth" as double)) as "truth",
+    avg(cast("error" as double)) as "signed",
+    avg(cast(abs("error") as double)) as "absolute",
+    avg(cast("error" * "error" as double)) as "squared",
+    avg(cast("relative" as double)) as "relative",
+    avg(cast("squared_log" as double)) as "squared_log",
     case when min("truth") < max("truth") then var_pop("truth") end as "variance"
@@ 83 @@
       and "means"."squared" <= "means"."variance" * cast(1e60 as double)
-      then (
+      then cast((
         "losses"."truth" - "means"."truth"
@@ 87 @@
         "losses"."truth" - "means"."truth"
-      ) / "means"."variance" - 1
+      ) as double) / "means"."variance" - 1
     end as "spread"
@@ 112 @@
       when not "spread" is null
-      then "squared_apart" / "variance" - "squared" / "variance" * "spread"
+      then cast("squared_apart" as double) / "variance" - cast("squared" as double) / "variance" * "spread"
     end as "unexplained_apart"
@@ 128 @@
   "squared_log",
-  avg("signed_apart" * "signed_apart") as "signed_second",
-  avg("signed_apart" * "signed_apart" * "signed_apart") as "signed_third",
-  avg("absolute_apart" * "absolute_apart") as "absolute_second",
-  avg("absolute_apart" * "absolute_apart" * "absolute_apart") as "absolute_third",
-  avg("squared_apart" * "squared_apart") as "squared_second",
-  avg("squared_apart" * "squared_apart" * "squared_apart") as "squared_third",
-  avg("relative_apart" * "relative_apart") as "relative_second",
-  avg("relative_apart" * "relative_apart" * "relative_apart") as "relative_third",
-  avg("squared_log_apart" * "squared_log_apart") as "squared_log_second",
-  avg("squared_log_apart" * "squared_log_apart" * "squared_log_apart") as "squared_log_third",
-  avg("unexplained_apart" * "unexplained_apart") as "unexplained_second",
-  avg("unexplained_apart" * "unexplained_apart" * "unexplained_apart") as "unexplained_third",
-  avg("unexplained_apart" * "spread") as "unexplained_bend"
+  avg(cast("signed_apart" * "signed_apart" as double)) as "signed_second",
+  avg(cast("signed_apart" * "signed_apart" * "signed_apart" as double)) as "signed_third",
+  avg(cast("absolute_apart" * "absolute_apart" as double)) as "absolute_second",
+  avg(cast("absolute_apart" * "absolute_apart" * "absolute_apart" as double)) as "absolute_third",
+  avg(cast("squared_apart" * "squared_apart" as double)) as "squared_second",
+  avg(cast("squared_apart" * "squared_apart" * "squared_apart" as double)) as "squared_third",
+  avg(cast("relative_apart" * "relative_apart" as double)) as "relative_second",
+  avg(cast("relative_apart" * "relative_apart" * "relative_apart" as double)) as "relative_third",
+  avg(cast("squared_log_apart" * "squared_log_apart" as double)) as "squared_log_second",
+  avg(cast("squared_log_apart" * "squared_log_apart" * "squared_log_apart" as double)) as "squared_log_third",
+  avg(cast("unexplained_apart" * "unexplained_apart" as double)) as "unexplained_second",
+  avg(cast("unexplained_apart" * "unexplained_apart" * "unexplained_apart" as double)) as "unexplained_third",
+  avg(cast("unexplained_apart" * "spread" as double)) as "unexplained_bend"
 from "influences"

-- dialect: trino
@@ 40 @@
     "error",
-    case when abs("truth") >= cast(1e-40 as double) then abs("error") / abs("truth") end as "relative",
+    case when abs("truth") >= cast(1e-40 as double) then cast(abs("error") as double) / abs("truth") end as "relative",
     case when "truth" > -1 and "guess" > -1 then power(ln(1 + "truth") - ln(1 + "guess"), 2) end as "squared_log"
@@ 83 @@
       and "means"."squared" <= "means"."variance" * cast(1e60 as double)
-      then (
+      then cast((
         "losses"."truth" - "means"."truth"
@@ 87 @@
         "losses"."truth" - "means"."truth"
-      ) / "means"."variance" - 1
+      ) as double) / "means"."variance" - 1
     end as "spread"
@@ 112 @@
       when not "spread" is null
-      then "squared_apart" / "variance" - "squared" / "variance" * "spread"
+      then cast("squared_apart" as double) / "variance" - cast("squared" as double) / "variance" * "spread"
     end as "unexplained_apart"

-- dialect: clickhouse
@@ 19 @@
     "whq_chunk",
-    case when abs(cast("guess" as double)) <= cast(1e40 as double) then cast("guess" as double) end as "guess",
-    case when abs(cast("truth" as double)) <= cast(1e40 as double) then cast("truth" as double) end as "truth"
+    case
+      when abs(cast("guess" as double)) <= cast(1e40 as double)
+      then cast("guess" as double)
+    end as "guess",
+    case
+      when abs(cast("truth" as double)) <= cast(1e40 as double)
+      then cast("truth" as double)
+    end as "truth"
   from "dataset"
@@ 32 @@
   where
-    not "guess" is null and not "truth" is null
+    not (
+      "guess" is null
+    ) and not (
+      "truth" is null
+    )
 ), "losses" as (
@@ 57 @@
     avg("squared_log") as "squared_log",
-    case when min("truth") < max("truth") then var_pop("truth") end as "variance"
+    case when min("truth") < max("truth") then varPopStable("truth") end as "variance"
   from "losses"
@@ 63 @@
   select
-    "losses"."whq_segment",
-    "losses"."whq_period",
-    "losses"."whq_chunk",
-    "means"."predicted",
-    "means"."nonzero",
-    "means"."above",
-    "means"."signed",
-    "means"."absolute",
-    "means"."squared",
-    "means"."relative",
-    "means"."squared_log",
+    "losses"."whq_segment" as "whq_segment",
+    "losses"."whq_period" as "whq_period",
+    "losses"."whq_chunk" as "whq_chunk",
+    "means"."predicted" as "predicted",
+    "means"."nonzero" as "nonzero",
+    "means"."above" as "above",
+    "means"."signed" as "signed",
+    "means"."absolute" as "absolute",
+    "means"."squared" as "squared",
+    "means"."relative" as "relative",
+    "means"."squared_log" as "squared_log",
     "losses"."error" - "means"."signed" as "signed_apart",
@@ 79 @@
     "losses"."squared_log" - "means"."squared_log" as "squared_log_apart",
-    "means"."variance",
+    "means"."variance" as "variance",
     case
@@ 111 @@
     case
-      when not "spread" is null
+      when not (
+        "spread" is null
+      )
       then "squared_apart" / "variance" - "squared" / "variance" * "spread"
@@ 151 @@
   "squared_log"
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
@@ 40 @@
     "error",
-    case when abs("truth") >= cast(1e-40 as double) then abs("error") / abs("truth") end as "relative",
+    case when abs("truth") >= cast(1e-40 as double) then cast(abs("error") as double) / abs("truth") end as "relative",
     case when "truth" > -1 and "guess" > -1 then power(ln(1 + "truth") - ln(1 + "guess"), 2) end as "squared_log"
@@ 51 @@
     count("squared_log") as "above",
-    avg("truth") as "truth",
-    avg("error") as "signed",
-    avg(abs("error")) as "absolute",
-    avg("error" * "error") as "squared",
-    avg("relative") as "relative",
-    avg("squared_log") as "squared_log",
+    avg(cast("truth" as double)) as "truth",
+    avg(cast("error" as double)) as "signed",
+    avg(cast(abs("error") as double)) as "absolute",
+    avg(cast("error" * "error" as double)) as "squared",
+    avg(cast("relative" as double)) as "relative",
+    avg(cast("squared_log" as double)) as "squared_log",
     case when min("truth") < max("truth") then var_pop("truth") end as "variance"
@@ 83 @@
       and "means"."squared" <= "means"."variance" * cast(1e60 as double)
-      then (
+      then cast((
         "losses"."truth" - "means"."truth"
@@ 87 @@
         "losses"."truth" - "means"."truth"
-      ) / "means"."variance" - 1
+      ) as double) / "means"."variance" - 1
     end as "spread"
@@ 112 @@
       when not "spread" is null
-      then "squared_apart" / "variance" - "squared" / "variance" * "spread"
+      then cast("squared_apart" as double) / "variance" - cast("squared" as double) / "variance" * "spread"
     end as "unexplained_apart"
@@ 128 @@
   "squared_log",
-  avg("signed_apart" * "signed_apart") as "signed_second",
-  avg("signed_apart" * "signed_apart" * "signed_apart") as "signed_third",
-  avg("absolute_apart" * "absolute_apart") as "absolute_second",
-  avg("absolute_apart" * "absolute_apart" * "absolute_apart") as "absolute_third",
-  avg("squared_apart" * "squared_apart") as "squared_second",
-  avg("squared_apart" * "squared_apart" * "squared_apart") as "squared_third",
-  avg("relative_apart" * "relative_apart") as "relative_second",
-  avg("relative_apart" * "relative_apart" * "relative_apart") as "relative_third",
-  avg("squared_log_apart" * "squared_log_apart") as "squared_log_second",
-  avg("squared_log_apart" * "squared_log_apart" * "squared_log_apart") as "squared_log_third",
-  avg("unexplained_apart" * "unexplained_apart") as "unexplained_second",
-  avg("unexplained_apart" * "unexplained_apart" * "unexplained_apart") as "unexplained_third",
-  avg("unexplained_apart" * "spread") as "unexplained_bend"
+  avg(cast("signed_apart" * "signed_apart" as double)) as "signed_second",
+  avg(cast("signed_apart" * "signed_apart" * "signed_apart" as double)) as "signed_third",
+  avg(cast("absolute_apart" * "absolute_apart" as double)) as "absolute_second",
+  avg(cast("absolute_apart" * "absolute_apart" * "absolute_apart" as double)) as "absolute_third",
+  avg(cast("squared_apart" * "squared_apart" as double)) as "squared_second",
+  avg(cast("squared_apart" * "squared_apart" * "squared_apart" as double)) as "squared_third",
+  avg(cast("relative_apart" * "relative_apart" as double)) as "relative_second",
+  avg(cast("relative_apart" * "relative_apart" * "relative_apart" as double)) as "relative_third",
+  avg(cast("squared_log_apart" * "squared_log_apart" as double)) as "squared_log_second",
+  avg(cast("squared_log_apart" * "squared_log_apart" * "squared_log_apart" as double)) as "squared_log_third",
+  avg(cast("unexplained_apart" * "unexplained_apart" as double)) as "unexplained_second",
+  avg(cast("unexplained_apart" * "unexplained_apart" * "unexplained_apart" as double)) as "unexplained_third",
+  avg(cast("unexplained_apart" * "spread" as double)) as "unexplained_bend"
 from "influences"
