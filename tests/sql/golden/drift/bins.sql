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
), "counted" as (
  select
    "series" as "series",
    "chunk" as "chunk_no",
    "is_reference" as "is_base",
    "bin" as "bin",
    sum("n") as "members"
  from "dataset"
  group by
    "series",
    "chunk",
    "is_reference",
    "bin"
), "chunks" as (
  select
    "series",
    "chunk_no",
    "is_base",
    sum("members") as "chunk_members"
  from "counted"
  group by
    "series",
    "chunk_no",
    "is_base"
), "bases" as (
  select
    "series",
    0 as "base_no",
    "bin",
    sum("members") as "base_members"
  from "counted"
  where
    "is_base" = 1
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
    "chunks"."chunk_members",
    "base_sizes"."base_no",
    0 as "is_part",
    "base_sizes"."base_size"
  from "chunks"
  join "base_sizes"
    on "base_sizes"."series" = "chunks"."series" and "base_sizes"."base_no" = 0
), "taken" as (
  select
    "series",
    "chunk_no",
    "bin"
  from "counted"
  union
  select
    "compared"."series",
    "compared"."chunk_no",
    "bases"."bin"
  from "compared"
  join "bases"
    on "bases"."series" = "compared"."series" and "bases"."base_no" = "compared"."base_no"
), "paired" as (
  select
    "compared"."series",
    "compared"."chunk_no",
    "taken"."bin",
    "compared"."chunk_members",
    "compared"."base_size",
    coalesce("counted"."members", 0) as "members",
    coalesce("bases"."base_members", 0) - "compared"."is_part" * coalesce("counted"."members", 0) as "base_members"
  from "taken"
  join "compared"
    on "compared"."series" = "taken"."series" and "compared"."chunk_no" = "taken"."chunk_no"
  left join "counted"
    on "counted"."series" = "taken"."series"
    and "counted"."chunk_no" = "taken"."chunk_no"
    and "counted"."bin" = "taken"."bin"
  left join "bases"
    on "bases"."series" = "taken"."series"
    and "bases"."base_no" = "compared"."base_no"
    and "bases"."bin" = "taken"."bin"
), "labelled" as (
  select
    "series",
    "chunk_no",
    "bin" as "own_bin",
    "chunk_members",
    "base_size",
    "members",
    "base_members"
  from "paired"
  where
    (
      "members" > 0 or "base_members" > 0
    ) and "base_size" > 0
), "binned" as (
  select
    "series",
    "chunk_no",
    "own_bin",
    "chunk_members",
    "base_size",
    sum("members") as "members",
    sum("base_members") as "base_members"
  from "labelled"
  group by
    "series",
    "chunk_no",
    "own_bin",
    "chunk_members",
    "base_size"
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  cast("series" as text) || '/' || cast("chunk_no" as text) as "place",
  cast("members" as double) as "n",
  cast("chunk_members" as double) as "total",
  cast("members" as double) / nullif("chunk_members", 0) as "share",
  cast("base_members" as double) as "reference_n",
  cast("base_size" as double) as "reference_total",
  cast("base_members" as double) / nullif("base_size", 0) as "reference_share"
from "binned"

-- dialect: postgres
with "dataset" as (
  select
    "bin",
    "chunk",
    "is_reference",
    "n",
    "series",
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "counted" as (
  select
    "series" as "series",
    "chunk" as "chunk_no",
    "is_reference" as "is_base",
    "bin" as "bin",
    sum("n") as "members"
  from "dataset"
  group by
    "series",
    "chunk",
    "is_reference",
    "bin"
), "chunks" as (
  select
    "series",
    "chunk_no",
    "is_base",
    sum("members") as "chunk_members"
  from "counted"
  group by
    "series",
    "chunk_no",
    "is_base"
), "bases" as (
  select
    "series",
    0 as "base_no",
    "bin",
    sum("members") as "base_members"
  from "counted"
  where
    "is_base" = 1
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
    "chunks"."chunk_members",
    "base_sizes"."base_no",
    0 as "is_part",
    "base_sizes"."base_size"
  from "chunks"
  join "base_sizes"
    on "base_sizes"."series" = "chunks"."series" and "base_sizes"."base_no" = 0
), "taken" as (
  select
    "series",
    "chunk_no",
    "bin"
  from "counted"
  union
  select
    "compared"."series",
    "compared"."chunk_no",
    "bases"."bin"
  from "compared"
  join "bases"
    on "bases"."series" = "compared"."series" and "bases"."base_no" = "compared"."base_no"
), "paired" as (
  select
    "compared"."series",
    "compared"."chunk_no",
    "taken"."bin",
    "compared"."chunk_members",
    "compared"."base_size",
    coalesce("counted"."members", 0) as "members",
    coalesce("bases"."base_members", 0) - "compared"."is_part" * coalesce("counted"."members", 0) as "base_members"
  from "taken"
  join "compared"
    on "compared"."series" = "taken"."series" and "compared"."chunk_no" = "taken"."chunk_no"
  left join "counted"
    on "counted"."series" = "taken"."series"
    and "counted"."chunk_no" = "taken"."chunk_no"
    and "counted"."bin" = "taken"."bin"
  left join "bases"
    on "bases"."series" = "taken"."series"
    and "bases"."base_no" = "compared"."base_no"
    and "bases"."bin" = "taken"."bin"
), "labelled" as (
  select
    "series",
    "chunk_no",
    "bin" as "own_bin",
    "chunk_members",
    "base_size",
    "members",
    "base_members"
  from "paired"
  where
    (
      "members" > 0 or "base_members" > 0
    ) and "base_size" > 0
), "binned" as (
  select
    "series",
    "chunk_no",
    "own_bin",
    "chunk_members",
    "base_size",
    sum("members") as "members",
    sum("base_members") as "base_members"
  from "labelled"
  group by
    "series",
    "chunk_no",
    "own_bin",
    "chunk_members",
    "base_size"
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  cast("series" as text) || '/' || cast("chunk_no" as text) as "place",
  cast("members" as double precision) as "n",
  cast("chunk_members" as double precision) as "total",
  cast("members" as double precision) / nullif("chunk_members", 0) as "share",
  cast("base_members" as double precision) as "reference_n",
  cast("base_size" as double precision) as "reference_total",
  cast("base_members" as double precision) / nullif("base_size", 0) as "reference_share"
from "binned"

-- dialect: snowflake
with "dataset" as (
  select
    "bin",
    "chunk",
    "is_reference",
    "n",
    "series",
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "counted" as (
  select
    "series" as "series",
    "chunk" as "chunk_no",
    "is_reference" as "is_base",
    "bin" as "bin",
    sum("n") as "members"
  from "dataset"
  group by
    "series",
    "chunk",
    "is_reference",
    "bin"
), "chunks" as (
  select
    "series",
    "chunk_no",
    "is_base",
    sum("members") as "chunk_members"
  from "counted"
  group by
    "series",
    "chunk_no",
    "is_base"
), "bases" as (
  select
    "series",
    0 as "base_no",
    "bin",
    sum("members") as "base_members"
  from "counted"
  where
    "is_base" = 1
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
    "chunks"."chunk_members",
    "base_sizes"."base_no",
    0 as "is_part",
    "base_sizes"."base_size"
  from "chunks"
  join "base_sizes"
    on "base_sizes"."series" = "chunks"."series" and "base_sizes"."base_no" = 0
), "taken" as (
  select
    "series",
    "chunk_no",
    "bin"
  from "counted"
  union
  select
    "compared"."series",
    "compared"."chunk_no",
    "bases"."bin"
  from "compared"
  join "bases"
    on "bases"."series" = "compared"."series" and "bases"."base_no" = "compared"."base_no"
), "paired" as (
  select
    "compared"."series",
    "compared"."chunk_no",
    "taken"."bin",
    "compared"."chunk_members",
    "compared"."base_size",
    coalesce("counted"."members", 0) as "members",
    coalesce("bases"."base_members", 0) - "compared"."is_part" * coalesce("counted"."members", 0) as "base_members"
  from "taken"
  join "compared"
    on "compared"."series" = "taken"."series" and "compared"."chunk_no" = "taken"."chunk_no"
  left join "counted"
    on "counted"."series" = "taken"."series"
    and "counted"."chunk_no" = "taken"."chunk_no"
    and "counted"."bin" = "taken"."bin"
  left join "bases"
    on "bases"."series" = "taken"."series"
    and "bases"."base_no" = "compared"."base_no"
    and "bases"."bin" = "taken"."bin"
), "labelled" as (
  select
    "series",
    "chunk_no",
    "bin" as "own_bin",
    "chunk_members",
    "base_size",
    "members",
    "base_members"
  from "paired"
  where
    (
      "members" > 0 or "base_members" > 0
    ) and "base_size" > 0
), "binned" as (
  select
    "series",
    "chunk_no",
    "own_bin",
    "chunk_members",
    "base_size",
    sum("members") as "members",
    sum("base_members") as "base_members"
  from "labelled"
  group by
    "series",
    "chunk_no",
    "own_bin",
    "chunk_members",
    "base_size"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  cast("series" as varchar) || '/' || cast("chunk_no" as varchar) as "place",
  cast("members" as double) as "n",
  cast("chunk_members" as double) as "total",
  cast("members" as double) / nullif("chunk_members", 0) as "share",
  cast("base_members" as double) as "reference_n",
  cast("base_size" as double) as "reference_total",
  cast("base_members" as double) / nullif("base_size", 0) as "reference_share"
from "binned"

-- dialect: bigquery
with `dataset` as (
  select
    `bin`,
    `chunk`,
    `is_reference`,
    `n`,
    `series`,
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as int64) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
), `counted` as (
  select
    `series` as `series`,
    `chunk` as `chunk_no`,
    `is_reference` as `is_base`,
    `bin` as `bin`,
    sum(`n`) as `members`
  from `dataset`
  group by
    `dataset`.`series`,
    `chunk`,
    `is_reference`,
    `dataset`.`bin`
), `chunks` as (
  select
    `series`,
    `chunk_no`,
    `is_base`,
    sum(`members`) as `chunk_members`
  from `counted`
  group by
    `series`,
    `chunk_no`,
    `is_base`
), `bases` as (
  select
    `series`,
    0 as `base_no`,
    `bin`,
    sum(`members`) as `base_members`
  from `counted`
  where
    `is_base` = 1
  group by
    `series`,
    `bin`
), `base_sizes` as (
  select
    `series`,
    `base_no`,
    sum(`base_members`) as `base_size`
  from `bases`
  group by
    `series`,
    `base_no`
), `compared` as (
  select
    `chunks`.`series`,
    `chunks`.`chunk_no`,
    `chunks`.`chunk_members`,
    `base_sizes`.`base_no`,
    0 as `is_part`,
    `base_sizes`.`base_size`
  from `chunks`
  join `base_sizes`
    on `base_sizes`.`series` = `chunks`.`series` and `base_sizes`.`base_no` = 0
), `taken` as (
  select
    `series`,
    `chunk_no`,
    `bin`
  from `counted`
  union distinct
  select
    `compared`.`series`,
    `compared`.`chunk_no`,
    `bases`.`bin`
  from `compared`
  join `bases`
    on `bases`.`series` = `compared`.`series` and `bases`.`base_no` = `compared`.`base_no`
), `paired` as (
  select
    `compared`.`series`,
    `compared`.`chunk_no`,
    `taken`.`bin`,
    `compared`.`chunk_members`,
    `compared`.`base_size`,
    coalesce(`counted`.`members`, 0) as `members`,
    coalesce(`bases`.`base_members`, 0) - `compared`.`is_part` * coalesce(`counted`.`members`, 0) as `base_members`
  from `taken`
  join `compared`
    on `compared`.`series` = `taken`.`series` and `compared`.`chunk_no` = `taken`.`chunk_no`
  left join `counted`
    on `counted`.`series` = `taken`.`series`
    and `counted`.`chunk_no` = `taken`.`chunk_no`
    and `counted`.`bin` = `taken`.`bin`
  left join `bases`
    on `bases`.`series` = `taken`.`series`
    and `bases`.`base_no` = `compared`.`base_no`
    and `bases`.`bin` = `taken`.`bin`
), `labelled` as (
  select
    `series`,
    `chunk_no`,
    `bin` as `own_bin`,
    `chunk_members`,
    `base_size`,
    `members`,
    `base_members`
  from `paired`
  where
    (
      `members` > 0 or `base_members` > 0
    ) and `base_size` > 0
), `binned` as (
  select
    `series`,
    `chunk_no`,
    `own_bin`,
    `chunk_members`,
    `base_size`,
    sum(`members`) as `members`,
    sum(`base_members`) as `base_members`
  from `labelled`
  group by
    `series`,
    `chunk_no`,
    `own_bin`,
    `chunk_members`,
    `base_size`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as int64) as `whq_chunk`,
  cast(`series` as string) || '/' || cast(`chunk_no` as string) as `place`,
  cast(`members` as float64) as `n`,
  cast(`chunk_members` as float64) as `total`,
  cast(`members` as float64) / nullif(`chunk_members`, 0) as `share`,
  cast(`base_members` as float64) as `reference_n`,
  cast(`base_size` as float64) as `reference_total`,
  cast(`base_members` as float64) / nullif(`base_size`, 0) as `reference_share`
from `binned`

-- dialect: databricks
with `dataset` as (
  select
    `bin`,
    `chunk`,
    `is_reference`,
    `n`,
    `series`,
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
), `counted` as (
  select
    `series` as `series`,
    `chunk` as `chunk_no`,
    `is_reference` as `is_base`,
    `bin` as `bin`,
    sum(`n`) as `members`
  from `dataset`
  group by
    `series`,
    `chunk`,
    `is_reference`,
    `bin`
), `chunks` as (
  select
    `series`,
    `chunk_no`,
    `is_base`,
    sum(`members`) as `chunk_members`
  from `counted`
  group by
    `series`,
    `chunk_no`,
    `is_base`
), `bases` as (
  select
    `series`,
    0 as `base_no`,
    `bin`,
    sum(`members`) as `base_members`
  from `counted`
  where
    `is_base` = 1
  group by
    `series`,
    `bin`
), `base_sizes` as (
  select
    `series`,
    `base_no`,
    sum(`base_members`) as `base_size`
  from `bases`
  group by
    `series`,
    `base_no`
), `compared` as (
  select
    `chunks`.`series`,
    `chunks`.`chunk_no`,
    `chunks`.`chunk_members`,
    `base_sizes`.`base_no`,
    0 as `is_part`,
    `base_sizes`.`base_size`
  from `chunks`
  join `base_sizes`
    on `base_sizes`.`series` = `chunks`.`series` and `base_sizes`.`base_no` = 0
), `taken` as (
  select
    `series`,
    `chunk_no`,
    `bin`
  from `counted`
  union
  select
    `compared`.`series`,
    `compared`.`chunk_no`,
    `bases`.`bin`
  from `compared`
  join `bases`
    on `bases`.`series` = `compared`.`series` and `bases`.`base_no` = `compared`.`base_no`
), `paired` as (
  select
    `compared`.`series`,
    `compared`.`chunk_no`,
    `taken`.`bin`,
    `compared`.`chunk_members`,
    `compared`.`base_size`,
    coalesce(`counted`.`members`, 0) as `members`,
    coalesce(`bases`.`base_members`, 0) - `compared`.`is_part` * coalesce(`counted`.`members`, 0) as `base_members`
  from `taken`
  join `compared`
    on `compared`.`series` = `taken`.`series` and `compared`.`chunk_no` = `taken`.`chunk_no`
  left join `counted`
    on `counted`.`series` = `taken`.`series`
    and `counted`.`chunk_no` = `taken`.`chunk_no`
    and `counted`.`bin` = `taken`.`bin`
  left join `bases`
    on `bases`.`series` = `taken`.`series`
    and `bases`.`base_no` = `compared`.`base_no`
    and `bases`.`bin` = `taken`.`bin`
), `labelled` as (
  select
    `series`,
    `chunk_no`,
    `bin` as `own_bin`,
    `chunk_members`,
    `base_size`,
    `members`,
    `base_members`
  from `paired`
  where
    (
      `members` > 0 or `base_members` > 0
    ) and `base_size` > 0
), `binned` as (
  select
    `series`,
    `chunk_no`,
    `own_bin`,
    `chunk_members`,
    `base_size`,
    sum(`members`) as `members`,
    sum(`base_members`) as `base_members`
  from `labelled`
  group by
    `series`,
    `chunk_no`,
    `own_bin`,
    `chunk_members`,
    `base_size`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as bigint) as `whq_chunk`,
  cast(`series` as string) || '/' || cast(`chunk_no` as string) as `place`,
  cast(`members` as double) as `n`,
  cast(`chunk_members` as double) as `total`,
  cast(`members` as double) / nullif(`chunk_members`, 0) as `share`,
  cast(`base_members` as double) as `reference_n`,
  cast(`base_size` as double) as `reference_total`,
  cast(`base_members` as double) / nullif(`base_size`, 0) as `reference_share`
from `binned`

-- dialect: spark
with `dataset` as (
  select
    `bin`,
    `chunk`,
    `is_reference`,
    `n`,
    `series`,
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
), `counted` as (
  select
    `series` as `series`,
    `chunk` as `chunk_no`,
    `is_reference` as `is_base`,
    `bin` as `bin`,
    sum(`n`) as `members`
  from `dataset`
  group by
    `series`,
    `chunk`,
    `is_reference`,
    `bin`
), `chunks` as (
  select
    `series`,
    `chunk_no`,
    `is_base`,
    sum(`members`) as `chunk_members`
  from `counted`
  group by
    `series`,
    `chunk_no`,
    `is_base`
), `bases` as (
  select
    `series`,
    0 as `base_no`,
    `bin`,
    sum(`members`) as `base_members`
  from `counted`
  where
    `is_base` = 1
  group by
    `series`,
    `bin`
), `base_sizes` as (
  select
    `series`,
    `base_no`,
    sum(`base_members`) as `base_size`
  from `bases`
  group by
    `series`,
    `base_no`
), `compared` as (
  select
    `chunks`.`series`,
    `chunks`.`chunk_no`,
    `chunks`.`chunk_members`,
    `base_sizes`.`base_no`,
    0 as `is_part`,
    `base_sizes`.`base_size`
  from `chunks`
  join `base_sizes`
    on `base_sizes`.`series` = `chunks`.`series` and `base_sizes`.`base_no` = 0
), `taken` as (
  select
    `series`,
    `chunk_no`,
    `bin`
  from `counted`
  union
  select
    `compared`.`series`,
    `compared`.`chunk_no`,
    `bases`.`bin`
  from `compared`
  join `bases`
    on `bases`.`series` = `compared`.`series` and `bases`.`base_no` = `compared`.`base_no`
), `paired` as (
  select
    `compared`.`series`,
    `compared`.`chunk_no`,
    `taken`.`bin`,
    `compared`.`chunk_members`,
    `compared`.`base_size`,
    coalesce(`counted`.`members`, 0) as `members`,
    coalesce(`bases`.`base_members`, 0) - `compared`.`is_part` * coalesce(`counted`.`members`, 0) as `base_members`
  from `taken`
  join `compared`
    on `compared`.`series` = `taken`.`series` and `compared`.`chunk_no` = `taken`.`chunk_no`
  left join `counted`
    on `counted`.`series` = `taken`.`series`
    and `counted`.`chunk_no` = `taken`.`chunk_no`
    and `counted`.`bin` = `taken`.`bin`
  left join `bases`
    on `bases`.`series` = `taken`.`series`
    and `bases`.`base_no` = `compared`.`base_no`
    and `bases`.`bin` = `taken`.`bin`
), `labelled` as (
  select
    `series`,
    `chunk_no`,
    `bin` as `own_bin`,
    `chunk_members`,
    `base_size`,
    `members`,
    `base_members`
  from `paired`
  where
    (
      `members` > 0 or `base_members` > 0
    ) and `base_size` > 0
), `binned` as (
  select
    `series`,
    `chunk_no`,
    `own_bin`,
    `chunk_members`,
    `base_size`,
    sum(`members`) as `members`,
    sum(`base_members`) as `base_members`
  from `labelled`
  group by
    `series`,
    `chunk_no`,
    `own_bin`,
    `chunk_members`,
    `base_size`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as bigint) as `whq_chunk`,
  cast(`series` as string) || '/' || cast(`chunk_no` as string) as `place`,
  cast(`members` as double) as `n`,
  cast(`chunk_members` as double) as `total`,
  cast(`members` as double) / nullif(`chunk_members`, 0) as `share`,
  cast(`base_members` as double) as `reference_n`,
  cast(`base_size` as double) as `reference_total`,
  cast(`base_members` as double) / nullif(`base_size`, 0) as `reference_share`
from `binned`

-- dialect: redshift
with "dataset" as (
  select
    "bin",
    "chunk",
    "is_reference",
    "n",
    "series",
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "counted" as (
  select
    "series" as "series",
    "chunk" as "chunk_no",
    "is_reference" as "is_base",
    "bin" as "bin",
    sum("n") as "members"
  from "dataset"
  group by
    "series",
    "chunk",
    "is_reference",
    "bin"
), "chunks" as (
  select
    "series",
    "chunk_no",
    "is_base",
    sum("members") as "chunk_members"
  from "counted"
  group by
    "series",
    "chunk_no",
    "is_base"
), "bases" as (
  select
    "series",
    0 as "base_no",
    "bin",
    sum("members") as "base_members"
  from "counted"
  where
    "is_base" = 1
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
    "chunks"."chunk_members",
    "base_sizes"."base_no",
    0 as "is_part",
    "base_sizes"."base_size"
  from "chunks"
  join "base_sizes"
    on "base_sizes"."series" = "chunks"."series" and "base_sizes"."base_no" = 0
), "taken" as (
  select
    "series",
    "chunk_no",
    "bin"
  from "counted"
  union
  select
    "compared"."series",
    "compared"."chunk_no",
    "bases"."bin"
  from "compared"
  join "bases"
    on "bases"."series" = "compared"."series" and "bases"."base_no" = "compared"."base_no"
), "paired" as (
  select
    "compared"."series",
    "compared"."chunk_no",
    "taken"."bin",
    "compared"."chunk_members",
    "compared"."base_size",
    coalesce("counted"."members", 0) as "members",
    coalesce("bases"."base_members", 0) - "compared"."is_part" * coalesce("counted"."members", 0) as "base_members"
  from "taken"
  join "compared"
    on "compared"."series" = "taken"."series" and "compared"."chunk_no" = "taken"."chunk_no"
  left join "counted"
    on "counted"."series" = "taken"."series"
    and "counted"."chunk_no" = "taken"."chunk_no"
    and "counted"."bin" = "taken"."bin"
  left join "bases"
    on "bases"."series" = "taken"."series"
    and "bases"."base_no" = "compared"."base_no"
    and "bases"."bin" = "taken"."bin"
), "labelled" as (
  select
    "series",
    "chunk_no",
    "bin" as "own_bin",
    "chunk_members",
    "base_size",
    "members",
    "base_members"
  from "paired"
  where
    (
      "members" > 0 or "base_members" > 0
    ) and "base_size" > 0
), "binned" as (
  select
    "series",
    "chunk_no",
    "own_bin",
    "chunk_members",
    "base_size",
    sum("members") as "members",
    sum("base_members") as "base_members"
  from "labelled"
  group by
    "series",
    "chunk_no",
    "own_bin",
    "chunk_members",
    "base_size"
)
select
  cast(null as varchar(max)) as "whq_segment",
  cast(null as varchar(max)) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  cast("series" as varchar(max)) || '/' || cast("chunk_no" as varchar(max)) as "place",
  cast("members" as double precision) as "n",
  cast("chunk_members" as double precision) as "total",
  cast("members" as double precision) / nullif("chunk_members", 0) as "share",
  cast("base_members" as double precision) as "reference_n",
  cast("base_size" as double precision) as "reference_total",
  cast("base_members" as double precision) / nullif("base_size", 0) as "reference_share"
from "binned"

-- dialect: trino
with "dataset" as (
  select
    "bin",
    "chunk",
    "is_reference",
    "n",
    "series",
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "counted" as (
  select
    "series" as "series",
    "chunk" as "chunk_no",
    "is_reference" as "is_base",
    "bin" as "bin",
    sum("n") as "members"
  from "dataset"
  group by
    "series",
    "chunk",
    "is_reference",
    "bin"
), "chunks" as (
  select
    "series",
    "chunk_no",
    "is_base",
    sum("members") as "chunk_members"
  from "counted"
  group by
    "series",
    "chunk_no",
    "is_base"
), "bases" as (
  select
    "series",
    0 as "base_no",
    "bin",
    sum("members") as "base_members"
  from "counted"
  where
    "is_base" = 1
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
    "chunks"."chunk_members",
    "base_sizes"."base_no",
    0 as "is_part",
    "base_sizes"."base_size"
  from "chunks"
  join "base_sizes"
    on "base_sizes"."series" = "chunks"."series" and "base_sizes"."base_no" = 0
), "taken" as (
  select
    "series",
    "chunk_no",
    "bin"
  from "counted"
  union
  select
    "compared"."series",
    "compared"."chunk_no",
    "bases"."bin"
  from "compared"
  join "bases"
    on "bases"."series" = "compared"."series" and "bases"."base_no" = "compared"."base_no"
), "paired" as (
  select
    "compared"."series",
    "compared"."chunk_no",
    "taken"."bin",
    "compared"."chunk_members",
    "compared"."base_size",
    coalesce("counted"."members", 0) as "members",
    coalesce("bases"."base_members", 0) - "compared"."is_part" * coalesce("counted"."members", 0) as "base_members"
  from "taken"
  join "compared"
    on "compared"."series" = "taken"."series" and "compared"."chunk_no" = "taken"."chunk_no"
  left join "counted"
    on "counted"."series" = "taken"."series"
    and "counted"."chunk_no" = "taken"."chunk_no"
    and "counted"."bin" = "taken"."bin"
  left join "bases"
    on "bases"."series" = "taken"."series"
    and "bases"."base_no" = "compared"."base_no"
    and "bases"."bin" = "taken"."bin"
), "labelled" as (
  select
    "series",
    "chunk_no",
    "bin" as "own_bin",
    "chunk_members",
    "base_size",
    "members",
    "base_members"
  from "paired"
  where
    (
      "members" > 0 or "base_members" > 0
    ) and "base_size" > 0
), "binned" as (
  select
    "series",
    "chunk_no",
    "own_bin",
    "chunk_members",
    "base_size",
    sum("members") as "members",
    sum("base_members") as "base_members"
  from "labelled"
  group by
    "series",
    "chunk_no",
    "own_bin",
    "chunk_members",
    "base_size"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  concat(cast("series" as varchar), cast('/' as varchar), cast("chunk_no" as varchar)) as "place",
  cast("members" as double) as "n",
  cast("chunk_members" as double) as "total",
  cast("members" as double) / nullif("chunk_members", 0) as "share",
  cast("base_members" as double) as "reference_n",
  cast("base_size" as double) as "reference_total",
  cast("base_members" as double) / nullif("base_size", 0) as "reference_share"
from "binned"

-- dialect: clickhouse
with "dataset" as (
  select
    "bin",
    "chunk",
    "is_reference",
    "n",
    "series",
    cast(null as Nullable(String)) as "whq_segment",
    cast(null as Nullable(String)) as "whq_period",
    cast(null as Nullable(Int64)) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "counted" as (
  select
    "series" as "series",
    "chunk" as "chunk_no",
    "is_reference" as "is_base",
    "bin" as "bin",
    sum("n") as "members"
  from "dataset"
  group by
    "series",
    "chunk",
    "is_reference",
    "bin"
), "chunks" as (
  select
    "series",
    "chunk_no",
    "is_base",
    sum("members") as "chunk_members"
  from "counted"
  group by
    "series",
    "chunk_no",
    "is_base"
), "bases" as (
  select
    "series",
    0 as "base_no",
    "bin",
    sum("members") as "base_members"
  from "counted"
  where
    "is_base" = 1
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
    "chunks"."series" as "series",
    "chunks"."chunk_no" as "chunk_no",
    "chunks"."chunk_members" as "chunk_members",
    "base_sizes"."base_no" as "base_no",
    0 as "is_part",
    "base_sizes"."base_size" as "base_size"
  from "chunks"
  join "base_sizes"
    on "base_sizes"."series" = "chunks"."series" and "base_sizes"."base_no" = 0
), "taken" as (
  select
    "series",
    "chunk_no",
    "bin"
  from "counted"
  union distinct
  select
    "compared"."series" as "series",
    "compared"."chunk_no" as "chunk_no",
    "bases"."bin" as "bin"
  from "compared"
  join "bases"
    on "bases"."series" = "compared"."series" and "bases"."base_no" = "compared"."base_no"
), "paired" as (
  select
    "compared"."series" as "series",
    "compared"."chunk_no" as "chunk_no",
    "taken"."bin" as "bin",
    "compared"."chunk_members" as "chunk_members",
    "compared"."base_size" as "base_size",
    coalesce("counted"."members", 0) as "members",
    coalesce("bases"."base_members", 0) - "compared"."is_part" * coalesce("counted"."members", 0) as "base_members"
  from "taken"
  join "compared"
    on "compared"."series" = "taken"."series" and "compared"."chunk_no" = "taken"."chunk_no"
  left join "counted"
    on "counted"."series" = "taken"."series"
    and "counted"."chunk_no" = "taken"."chunk_no"
    and "counted"."bin" = "taken"."bin"
  left join "bases"
    on "bases"."series" = "taken"."series"
    and "bases"."base_no" = "compared"."base_no"
    and "bases"."bin" = "taken"."bin"
), "labelled" as (
  select
    "series",
    "chunk_no",
    "bin" as "own_bin",
    "chunk_members",
    "base_size",
    "members",
    "base_members"
  from "paired"
  where
    (
      "members" > 0 or "base_members" > 0
    ) and "base_size" > 0
), "binned" as (
  select
    "series",
    "chunk_no",
    "own_bin",
    "chunk_members",
    "base_size",
    sum("members") as "members",
    sum("base_members") as "base_members"
  from "labelled"
  group by
    "series",
    "chunk_no",
    "own_bin",
    "chunk_members",
    "base_size"
)
select
  cast(null as Nullable(String)) as "whq_segment",
  cast(null as Nullable(String)) as "whq_period",
  cast(null as Nullable(Int64)) as "whq_chunk",
  cast("series" as Nullable(String)) || '/' || cast("chunk_no" as Nullable(String)) as "place",
  cast("members" as Nullable(Float64)) as "n",
  cast("chunk_members" as Nullable(Float64)) as "total",
  cast("members" as Nullable(Float64)) / nullIf("chunk_members", 0) as "share",
  cast("base_members" as Nullable(Float64)) as "reference_n",
  cast("base_size" as Nullable(Float64)) as "reference_total",
  cast("base_members" as Nullable(Float64)) / nullIf("base_size", 0) as "reference_share"
from "binned"
settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
with `dataset` as (
  select
    `bin`,
    `chunk`,
    `is_reference`,
    `n`,
    `series`,
    cast(null as char) as `whq_segment`,
    cast(null as char) as `whq_period`,
    cast(null as signed) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
), `counted` as (
  select
    `series` as `series`,
    `chunk` as `chunk_no`,
    `is_reference` as `is_base`,
    `bin` as `bin`,
    sum(`n`) as `members`
  from `dataset`
  group by
    `series`,
    `chunk`,
    `is_reference`,
    `bin`
), `chunks` as (
  select
    `series`,
    `chunk_no`,
    `is_base`,
    sum(`members`) as `chunk_members`
  from `counted`
  group by
    `series`,
    `chunk_no`,
    `is_base`
), `bases` as (
  select
    `series`,
    0 as `base_no`,
    `bin`,
    sum(`members`) as `base_members`
  from `counted`
  where
    `is_base` = 1
  group by
    `series`,
    `bin`
), `base_sizes` as (
  select
    `series`,
    `base_no`,
    sum(`base_members`) as `base_size`
  from `bases`
  group by
    `series`,
    `base_no`
), `compared` as (
  select
    `chunks`.`series`,
    `chunks`.`chunk_no`,
    `chunks`.`chunk_members`,
    `base_sizes`.`base_no`,
    0 as `is_part`,
    `base_sizes`.`base_size`
  from `chunks`
  join `base_sizes`
    on `base_sizes`.`series` = `chunks`.`series` and `base_sizes`.`base_no` = 0
), `taken` as (
  select
    `series`,
    `chunk_no`,
    `bin`
  from `counted`
  union
  select
    `compared`.`series`,
    `compared`.`chunk_no`,
    `bases`.`bin`
  from `compared`
  join `bases`
    on `bases`.`series` = `compared`.`series` and `bases`.`base_no` = `compared`.`base_no`
), `paired` as (
  select
    `compared`.`series`,
    `compared`.`chunk_no`,
    `taken`.`bin`,
    `compared`.`chunk_members`,
    `compared`.`base_size`,
    coalesce(`counted`.`members`, 0) as `members`,
    coalesce(`bases`.`base_members`, 0) - `compared`.`is_part` * coalesce(`counted`.`members`, 0) as `base_members`
  from `taken`
  join `compared`
    on `compared`.`series` = `taken`.`series` and `compared`.`chunk_no` = `taken`.`chunk_no`
  left join `counted`
    on `counted`.`series` = `taken`.`series`
    and `counted`.`chunk_no` = `taken`.`chunk_no`
    and `counted`.`bin` = `taken`.`bin`
  left join `bases`
    on `bases`.`series` = `taken`.`series`
    and `bases`.`base_no` = `compared`.`base_no`
    and `bases`.`bin` = `taken`.`bin`
), `labelled` as (
  select
    `series`,
    `chunk_no`,
    `bin` as `own_bin`,
    `chunk_members`,
    `base_size`,
    `members`,
    `base_members`
  from `paired`
  where
    (
      `members` > 0 or `base_members` > 0
    ) and `base_size` > 0
), `binned` as (
  select
    `series`,
    `chunk_no`,
    `own_bin`,
    `chunk_members`,
    `base_size`,
    sum(`members`) as `members`,
    sum(`base_members`) as `base_members`
  from `labelled`
  group by
    `series`,
    `chunk_no`,
    `own_bin`,
    `chunk_members`,
    `base_size`
)
select
  cast(null as char) as `whq_segment`,
  cast(null as char) as `whq_period`,
  cast(null as signed) as `whq_chunk`,
  concat(cast(`series` as char), '/', cast(`chunk_no` as char)) as `place`,
  cast(`members` as double) as `n`,
  cast(`chunk_members` as double) as `total`,
  cast(`members` as double) / nullif(`chunk_members`, 0) as `share`,
  cast(`base_members` as double) as `reference_n`,
  cast(`base_size` as double) as `reference_total`,
  cast(`base_members` as double) / nullif(`base_size`, 0) as `reference_share`
from `binned`
