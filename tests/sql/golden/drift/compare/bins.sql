-- dialect: duckdb
with "dataset" as (
  select
    "bin",
    "chunk",
    "is_reference",
    "n",
    "series",
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "chunks" as (
  select
    "series" as "series",
    "chunk" as "chunk_no",
    "is_reference" as "is_base",
    sum("n") as "chunk_members"
  from "dataset"
  group by
    "series",
    "chunk",
    "is_reference"
), "bases" as (
  select
    "series" as "series",
    0 as "base_no",
    "bin" as "bin",
    sum("n") as "base_members"
  from "dataset"
  where
    "is_reference" = 1
  group by
    "series",
    "bin"
), "base_sizes" as (
  select
    "series",
    "base_no",
    sum("base_members") as "base_size"
  from "bases"
  group by
    "series",
    "base_no"
), "compared" as (
  select
    "chunks"."series",
    "chunks"."chunk_no",
    cast("chunks"."series" as text) || '/' || cast("chunks"."chunk_no" as text) as "place",
    "chunks"."chunk_members",
    "base_sizes"."base_no",
    0 as "is_part",
    "base_sizes"."base_size"
  from "chunks"
  join "base_sizes"
    on "base_sizes"."series" = "chunks"."series" and "base_sizes"."base_no" = 0
), "beside" as (
  select
    "series" as "series",
    "chunk" as "chunk_no",
    "bin" as "bin",
    "n" as "members",
    0 as "base_members"
  from "dataset"
  union all
  select
    "compared"."series",
    "compared"."chunk_no",
    "bases"."bin",
    0,
    "bases"."base_members"
  from "compared"
  join "bases"
    on "bases"."series" = "compared"."series" and "bases"."base_no" = "compared"."base_no"
), "summed" as (
  select
    "series",
    "chunk_no",
    "bin",
    sum("members") as "members",
    sum("base_members") as "base_members"
  from "beside"
  group by
    "series",
    "chunk_no",
    "bin"
), "paired" as (
  select
    "compared"."place",
    "compared"."chunk_members",
    "compared"."base_size",
    "summed"."members",
    "summed"."base_members" - "compared"."is_part" * "summed"."members" as "base_members"
  from "summed"
  join "compared"
    on "compared"."series" = "summed"."series" and "compared"."chunk_no" = "summed"."chunk_no"
  where
    "compared"."base_size" > 0
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  "place",
  cast("members" as double) as "n",
  cast("chunk_members" as double) as "total",
  cast("members" as double) / nullif("chunk_members", 0) as "share",
  cast("base_members" as double) as "reference_n",
  cast("base_size" as double) as "reference_total",
  cast("base_members" as double) / nullif("base_size", 0) as "reference_share"
from "paired"
where
  "members" > 0 or "base_members" > 0

-- dialect: postgres
@@ 47 @@
     "chunks"."chunk_no",
-    cast("chunks"."series" as text) || '/' || cast("chunks"."chunk_no" as text) as "place",
+    cast("chunks"."series" as own text) || '/' || cast("chunks"."chunk_no" as own text) as "place",
     "chunks"."chunk_members",
@@ 99 @@
 select
-  cast(null as text) as "whq_segment",
-  cast(null as text) as "whq_period",
+  cast(null as own text) as "whq_segment",
+  cast(null as own text) as "whq_period",
   cast(null as bigint) as "whq_chunk",

-- dialect: snowflake, databricks, spark
-- as duckdb

-- dialect: bigquery
@@ 19 @@
   group by
-    "series",
+    "dataset"."series",
     "chunk",
@@ 32 @@
   group by
-    "series",
-    "bin"
+    "dataset"."series",
+    "dataset"."bin"
 ), "base_sizes" as (

-- dialect: redshift
@@ 47 @@
     "chunks"."chunk_no",
-    cast("chunks"."series" as text) || '/' || cast("chunks"."chunk_no" as text) as "place",
+    cast("chunks"."series" as varchar(max)) || '/' || cast("chunks"."chunk_no" as varchar(max)) as "place",
     "chunks"."chunk_members",
@@ 99 @@
 select
-  cast(null as text) as "whq_segment",
-  cast(null as text) as "whq_period",
+  cast(null as varchar(max)) as "whq_segment",
+  cast(null as varchar(max)) as "whq_period",
   cast(null as bigint) as "whq_chunk",

-- dialect: trino
@@ 47 @@
     "chunks"."chunk_no",
-    cast("chunks"."series" as text) || '/' || cast("chunks"."chunk_no" as text) as "place",
+    concat(cast("chunks"."series" as text), cast('/' as text), cast("chunks"."chunk_no" as text)) as "place",
     "chunks"."chunk_members",

-- dialect: clickhouse
@@ 45 @@
   select
-    "chunks"."series",
-    "chunks"."chunk_no",
+    "chunks"."series" as "series",
+    "chunks"."chunk_no" as "chunk_no",
     cast("chunks"."series" as text) || '/' || cast("chunks"."chunk_no" as text) as "place",
-    "chunks"."chunk_members",
-    "base_sizes"."base_no",
+    "chunks"."chunk_members" as "chunk_members",
+    "base_sizes"."base_no" as "base_no",
     0 as "is_part",
-    "base_sizes"."base_size"
+    "base_sizes"."base_size" as "base_size"
   from "chunks"
@@ 65 @@
   select
-    "compared"."series",
-    "compared"."chunk_no",
-    "bases"."bin",
+    "compared"."series" as "series",
+    "compared"."chunk_no" as "chunk_no",
+    "bases"."bin" as "bin",
     0,
-    "bases"."base_members"
+    "bases"."base_members" as "base_members"
   from "compared"
@@ 87 @@
   select
-    "compared"."place",
-    "compared"."chunk_members",
-    "compared"."base_size",
-    "summed"."members",
+    "compared"."place" as "place",
+    "compared"."chunk_members" as "chunk_members",
+    "compared"."base_size" as "base_size",
+    "summed"."members" as "members",
     "summed"."base_members" - "compared"."is_part" * "summed"."members" as "base_members"
@@ 105 @@
   cast("chunk_members" as double) as "total",
-  cast("members" as double) / nullif("chunk_members", 0) as "share",
+  cast("members" as double) / nullIf("chunk_members", 0) as "share",
   cast("base_members" as double) as "reference_n",
   cast("base_size" as double) as "reference_total",
-  cast("base_members" as double) / nullif("base_size", 0) as "reference_share"
+  cast("base_members" as double) / nullIf("base_size", 0) as "reference_share"
 from "paired"
@@ 112 @@
   "members" > 0 or "base_members" > 0
+settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
@@ 47 @@
     "chunks"."chunk_no",
-    cast("chunks"."series" as text) || '/' || cast("chunks"."chunk_no" as text) as "place",
+    concat(cast("chunks"."series" as text), '/', cast("chunks"."chunk_no" as text)) as "place",
     "chunks"."chunk_members",
