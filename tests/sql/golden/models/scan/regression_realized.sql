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
    case
      when abs("guess" - "truth") > cast(1e-50 as double)
      then "guess" - "truth"
      when not "guess" is null and not "truth" is null
      then 0
    end as "error"
  from "paired"
), "losses" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "truth",
    "error",
    case when not "error" is null then "truth" end as "compared_truth",
    case when abs("truth") >= cast(1e-40 as double) then abs("error") / abs("truth") end as "relative",
    case when "truth" > -1 and "guess" > -1 then ln(1 + "truth") - ln(1 + "guess") end as "log_error"
  from "compared"
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "total",
  count("truth") as "labelled",
  count("error") as "predicted",
  count("relative") as "nonzero",
  count("log_error") as "above",
  sum("error") as "signed",
  sum(abs("error")) as "absolute",
  sum("error" * "error") as "squared",
  sum("relative") as "relative",
  sum("log_error" * "log_error") as "squared_log",
  case when min("compared_truth") < max("compared_truth") then var_pop("compared_truth") end as "label_variance"
from "losses"
having
  count(*) > 0

-- dialect: postgres, redshift
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
@@ 44 @@
     case when not "error" is null then "truth" end as "compared_truth",
-    case when abs("truth") >= cast(1e-40 as double) then abs("error") / abs("truth") end as "relative",
+    case
+      when abs("truth") >= cast(1e-40 as double)
+      then cast(abs("error") as double) / abs("truth")
+    end as "relative",
     case when "truth" > -1 and "guess" > -1 then ln(1 + "truth") - ln(1 + "guess") end as "log_error"

-- dialect: snowflake
@@ 44 @@
     case when not "error" is null then "truth" end as "compared_truth",
-    case when abs("truth") >= cast(1e-40 as double) then abs("error") / abs("truth") end as "relative",
+    case when abs("truth") >= cast(1e-40 as double) then cast(abs("error") as double) / abs("truth") end as "relative",
     case when "truth" > -1 and "guess" > -1 then ln(1 + "truth") - ln(1 + "guess") end as "log_error"
@@ 62 @@
   sum("log_error" * "log_error") as "squared_log",
-  case when min("compared_truth") < max("compared_truth") then var_pop("compared_truth") end as "label_variance"
+  case when min("compared_truth") < max("compared_truth") then variance_pop("compared_truth") end as "label_variance"
 from "losses"

-- dialect: bigquery, databricks, spark
-- as duckdb

-- dialect: trino, mysql
@@ 44 @@
     case when not "error" is null then "truth" end as "compared_truth",
-    case when abs("truth") >= cast(1e-40 as double) then abs("error") / abs("truth") end as "relative",
+    case when abs("truth") >= cast(1e-40 as double) then cast(abs("error") as double) / abs("truth") end as "relative",
     case when "truth" > -1 and "guess" > -1 then ln(1 + "truth") - ln(1 + "guess") end as "log_error"

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
       then "guess" - "truth"
-      when not "guess" is null and not "truth" is null
+      when not (
+        "guess" is null
+      ) and not (
+        "truth" is null
+      )
       then 0
@@ 43 @@
     "error",
-    case when not "error" is null then "truth" end as "compared_truth",
+    case when not (
+      "error" is null
+    ) then "truth" end as "compared_truth",
     case when abs("truth") >= cast(1e-40 as double) then abs("error") / abs("truth") end as "relative",
@@ 62 @@
   sum("log_error" * "log_error") as "squared_log",
-  case when min("compared_truth") < max("compared_truth") then var_pop("compared_truth") end as "label_variance"
+  case when min("compared_truth") < max("compared_truth") then varPopStable("compared_truth") end as "label_variance"
 from "losses"
@@ 66 @@
   count(*) > 0
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1
