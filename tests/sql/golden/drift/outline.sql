-- dialect: duckdb
with "dataset" as (
  select
    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "levels" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    cast("x" as double) as "x",
    count(*) as "k"
  from "dataset"
  where
    not "x" is null
  group by
    cast("x" as double)
), "ranked" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "x",
    "k",
    sum("k") over (order by "x" nulls first rows between unbounded preceding and current row) as "k_le"
  from "levels"
), "sizes" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    sum("k") as "k_n"
  from "levels"
  having
    count(*) > 0
), "parts" as (
  select
    "ranked"."whq_segment",
    "ranked"."whq_period",
    "ranked"."whq_chunk",
    "x",
    "k",
    floor((
      "k_le" - "k"
    ) * cast(1000 as double) / "k_n") as "first_part",
    floor((
      "k_le" - 1
    ) * cast(1000 as double) / "k_n") as "last_part"
  from "ranked"
  join "sizes"
    on "ranked"."whq_segment" is not distinct from "sizes"."whq_segment"
    and "ranked"."whq_period" is not distinct from "sizes"."whq_period"
    and "ranked"."whq_chunk" is not distinct from "sizes"."whq_chunk"
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  sum("k") as "n",
  min("x") as "low",
  max("x") as "high"
from "parts"
group by
  "first_part",
  "last_part"

-- dialect: postgres
with "dataset" as (
  select
    case
      when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double precision)
      then "whq_source"."x"
    end as "x",
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "levels" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    cast("x" as double precision) as "x",
    count(*) as "k"
  from "dataset"
  where
    not "x" is null
  group by
    cast("x" as double precision)
), "ranked" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "x",
    "k",
    sum("k") over (order by "x" nulls first rows between unbounded preceding and current row) as "k_le"
  from "levels"
), "sizes" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    sum("k") as "k_n"
  from "levels"
  having
    count(*) > 0
), "parts" as (
  select
    "ranked"."whq_segment",
    "ranked"."whq_period",
    "ranked"."whq_chunk",
    "x",
    "k",
    floor(cast((
      "k_le" - "k"
    ) * cast(1000 as double precision) as double precision) / "k_n") as "first_part",
    floor(cast((
      "k_le" - 1
    ) * cast(1000 as double precision) as double precision) / "k_n") as "last_part"
  from "ranked"
  join "sizes"
    on "ranked"."whq_segment" is not distinct from "sizes"."whq_segment"
    and "ranked"."whq_period" is not distinct from "sizes"."whq_period"
    and "ranked"."whq_chunk" is not distinct from "sizes"."whq_chunk"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  sum("k") as "n",
  min("x") as "low",
  max("x") as "high"
from "parts"
group by
  "first_part",
  "last_part"

-- dialect: snowflake
with "dataset" as (
  select
    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "levels" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    cast("x" as double) as "x",
    count(*) as "k"
  from "dataset"
  where
    not "x" is null
  group by
    cast("x" as double)
), "ranked" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "x",
    "k",
    sum("k") over (order by "x" nulls first rows between unbounded preceding and current row) as "k_le"
  from "levels"
), "sizes" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    sum("k") as "k_n"
  from "levels"
  having
    count(*) > 0
), "parts" as (
  select
    "ranked"."whq_segment",
    "ranked"."whq_period",
    "ranked"."whq_chunk",
    "x",
    "k",
    floor(cast((
      "k_le" - "k"
    ) * cast(1000 as double) as double) / "k_n") as "first_part",
    floor(cast((
      "k_le" - 1
    ) * cast(1000 as double) as double) / "k_n") as "last_part"
  from "ranked"
  join "sizes"
    on "ranked"."whq_segment" is not distinct from "sizes"."whq_segment"
    and "ranked"."whq_period" is not distinct from "sizes"."whq_period"
    and "ranked"."whq_chunk" is not distinct from "sizes"."whq_chunk"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  sum("k") as "n",
  min("x") as "low",
  max("x") as "high"
from "parts"
group by
  "first_part",
  "last_part"

-- dialect: bigquery
with `dataset` as (
  select
    case when abs(`whq_source`.`x`) <= cast(1.7976931348623157e308 as float64) then `whq_source`.`x` end as `x`,
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as int64) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
), `levels` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as int64) as `whq_chunk`,
    cast(`x` as float64) as `x`,
    count(*) as `k`
  from `dataset`
  where
    not `x` is null
  group by
    cast(`x` as float64)
), `ranked` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `x`,
    `k`,
    sum(`k`) over (order by `x` rows between unbounded preceding and current row) as `k_le`
  from `levels`
), `sizes` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as int64) as `whq_chunk`,
    sum(`k`) as `k_n`
  from `levels`
  having
    count(*) > 0
), `parts` as (
  select
    `ranked`.`whq_segment`,
    `ranked`.`whq_period`,
    `ranked`.`whq_chunk`,
    `x`,
    `k`,
    floor((
      `k_le` - `k`
    ) * cast(1000 as float64) / `k_n`) as `first_part`,
    floor((
      `k_le` - 1
    ) * cast(1000 as float64) / `k_n`) as `last_part`
  from `ranked`
  join `sizes`
    on `ranked`.`whq_segment` is not distinct from `sizes`.`whq_segment`
    and `ranked`.`whq_period` is not distinct from `sizes`.`whq_period`
    and `ranked`.`whq_chunk` is not distinct from `sizes`.`whq_chunk`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as int64) as `whq_chunk`,
  sum(`k`) as `n`,
  min(`x`) as `low`,
  max(`x`) as `high`
from `parts`
group by
  `first_part`,
  `last_part`

-- dialect: databricks
with `dataset` as (
  select
    case when abs(`whq_source`.`x`) <= cast(1.7976931348623157e308 as double) then `whq_source`.`x` end as `x`,
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
), `levels` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    cast(`x` as double) as `x`,
    count(*) as `k`
  from `dataset`
  where
    not `x` is null
  group by
    cast(`x` as double)
), `ranked` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `x`,
    `k`,
    sum(`k`) over (order by `x` rows between unbounded preceding and current row) as `k_le`
  from `levels`
), `sizes` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    sum(`k`) as `k_n`
  from `levels`
  having
    count(*) > 0
), `parts` as (
  select
    `ranked`.`whq_segment`,
    `ranked`.`whq_period`,
    `ranked`.`whq_chunk`,
    `x`,
    `k`,
    floor((
      `k_le` - `k`
    ) * cast(1000 as double) / `k_n`) as `first_part`,
    floor((
      `k_le` - 1
    ) * cast(1000 as double) / `k_n`) as `last_part`
  from `ranked`
  join `sizes`
    on `ranked`.`whq_segment` is not distinct from `sizes`.`whq_segment`
    and `ranked`.`whq_period` is not distinct from `sizes`.`whq_period`
    and `ranked`.`whq_chunk` is not distinct from `sizes`.`whq_chunk`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as bigint) as `whq_chunk`,
  sum(`k`) as `n`,
  min(`x`) as `low`,
  max(`x`) as `high`
from `parts`
group by
  `first_part`,
  `last_part`

-- dialect: spark
with `dataset` as (
  select
    case when abs(`whq_source`.`x`) <= cast(1.7976931348623157e308 as double) then `whq_source`.`x` end as `x`,
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
), `levels` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    cast(`x` as double) as `x`,
    count(*) as `k`
  from `dataset`
  where
    not `x` is null
  group by
    cast(`x` as double)
), `ranked` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `x`,
    `k`,
    sum(`k`) over (order by `x` rows between unbounded preceding and current row) as `k_le`
  from `levels`
), `sizes` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    sum(`k`) as `k_n`
  from `levels`
  having
    count(*) > 0
), `parts` as (
  select
    `ranked`.`whq_segment`,
    `ranked`.`whq_period`,
    `ranked`.`whq_chunk`,
    `x`,
    `k`,
    floor((
      `k_le` - `k`
    ) * cast(1000 as double) / `k_n`) as `first_part`,
    floor((
      `k_le` - 1
    ) * cast(1000 as double) / `k_n`) as `last_part`
  from `ranked`
  join `sizes`
    on `ranked`.`whq_segment` is not distinct from `sizes`.`whq_segment`
    and `ranked`.`whq_period` is not distinct from `sizes`.`whq_period`
    and `ranked`.`whq_chunk` is not distinct from `sizes`.`whq_chunk`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as bigint) as `whq_chunk`,
  sum(`k`) as `n`,
  min(`x`) as `low`,
  max(`x`) as `high`
from `parts`
group by
  `first_part`,
  `last_part`

-- dialect: redshift
with "dataset" as (
  select
    case
      when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double precision)
      then "whq_source"."x"
    end as "x",
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "levels" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    cast("x" as double precision) as "x",
    count(*) as "k"
  from "dataset"
  where
    not "x" is null
  group by
    cast("x" as double precision)
), "ranked" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "x",
    "k",
    sum("k") over (order by "x" nulls first rows between unbounded preceding and current row) as "k_le"
  from "levels"
), "sizes" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    sum("k") as "k_n"
  from "levels"
  having
    count(*) > 0
), "parts" as (
  select
    "ranked"."whq_segment",
    "ranked"."whq_period",
    "ranked"."whq_chunk",
    "x",
    "k",
    floor(cast((
      "k_le" - "k"
    ) * cast(1000 as double precision) as double precision) / "k_n") as "first_part",
    floor(cast((
      "k_le" - 1
    ) * cast(1000 as double precision) as double precision) / "k_n") as "last_part"
  from "ranked"
  join "sizes"
    on coalesce(
      (
        "ranked"."whq_segment" = "sizes"."whq_segment"
      )
      or (
        "ranked"."whq_segment" is null and "sizes"."whq_segment" is null
      ),
      false
    )
    and coalesce(
      (
        "ranked"."whq_period" = "sizes"."whq_period"
      )
      or (
        "ranked"."whq_period" is null and "sizes"."whq_period" is null
      ),
      false
    )
    and coalesce(
      (
        "ranked"."whq_chunk" = "sizes"."whq_chunk"
      )
      or (
        "ranked"."whq_chunk" is null and "sizes"."whq_chunk" is null
      ),
      false
    )
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  sum("k") as "n",
  min("x") as "low",
  max("x") as "high"
from "parts"
group by
  "first_part",
  "last_part"

-- dialect: trino
with "dataset" as (
  select
    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "levels" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    cast("x" as double) as "x",
    count(*) as "k"
  from "dataset"
  where
    not "x" is null
  group by
    cast("x" as double)
), "ranked" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "x",
    "k",
    sum("k") over (order by "x" nulls first rows between unbounded preceding and current row) as "k_le"
  from "levels"
), "sizes" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    sum("k") as "k_n"
  from "levels"
  having
    count(*) > 0
), "parts" as (
  select
    "ranked"."whq_segment",
    "ranked"."whq_period",
    "ranked"."whq_chunk",
    "x",
    "k",
    floor(cast((
      "k_le" - "k"
    ) * cast(1000 as double) as double) / "k_n") as "first_part",
    floor(cast((
      "k_le" - 1
    ) * cast(1000 as double) as double) / "k_n") as "last_part"
  from "ranked"
  join "sizes"
    on "ranked"."whq_segment" is not distinct from "sizes"."whq_segment"
    and "ranked"."whq_period" is not distinct from "sizes"."whq_period"
    and "ranked"."whq_chunk" is not distinct from "sizes"."whq_chunk"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  sum("k") as "n",
  min("x") as "low",
  max("x") as "high"
from "parts"
group by
  "first_part",
  "last_part"

-- dialect: clickhouse
with "dataset" as (
  select
    case
      when abs("whq_source"."x") <= cast(1.7976931348623157e308 as Nullable(Float64))
      then "whq_source"."x"
    end as "x",
    cast(null as Nullable(String)) as "whq_segment",
    cast(null as Nullable(String)) as "whq_period",
    cast(null as Nullable(Int64)) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "levels" as (
  select
    cast(null as Nullable(String)) as "whq_segment",
    cast(null as Nullable(String)) as "whq_period",
    cast(null as Nullable(Int64)) as "whq_chunk",
    cast("x" as Nullable(Float64)) as "x",
    count(*) as "k"
  from "dataset"
  where
    not (
      "x" is null
    )
  group by
    cast("x" as Nullable(Float64))
), "ranked" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "x",
    "k",
    sum("k") over (order by "x" nulls first rows between unbounded preceding and current row) as "k_le"
  from "levels"
), "sizes" as (
  select
    cast(null as Nullable(String)) as "whq_segment",
    cast(null as Nullable(String)) as "whq_period",
    cast(null as Nullable(Int64)) as "whq_chunk",
    sum("k") as "k_n"
  from "levels"
  having
    count(*) > 0
), "parts" as (
  select
    "ranked"."whq_segment" as "whq_segment",
    "ranked"."whq_period" as "whq_period",
    "ranked"."whq_chunk" as "whq_chunk",
    "x",
    "k",
    floor((
      "k_le" - "k"
    ) * cast(1000 as Nullable(Float64)) / "k_n") as "first_part",
    floor((
      "k_le" - 1
    ) * cast(1000 as Nullable(Float64)) / "k_n") as "last_part"
  from "ranked"
  join "sizes"
    on "ranked"."whq_segment" is not distinct from "sizes"."whq_segment"
    and "ranked"."whq_period" is not distinct from "sizes"."whq_period"
    and "ranked"."whq_chunk" is not distinct from "sizes"."whq_chunk"
)
select
  cast(null as Nullable(String)) as "whq_segment",
  cast(null as Nullable(String)) as "whq_period",
  cast(null as Nullable(Int64)) as "whq_chunk",
  sum("k") as "n",
  min("x") as "low",
  max("x") as "high"
from "parts"
group by
  "first_part",
  "last_part"
settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
with `dataset` as (
  select
    case when abs(`whq_source`.`x`) <= cast(1.7976931348623157e308 as double) then `whq_source`.`x` end as `x`,
    cast(null as char) as `whq_segment`,
    cast(null as char) as `whq_period`,
    cast(null as signed) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
), `levels` as (
  select
    cast(null as char) as `whq_segment`,
    cast(null as char) as `whq_period`,
    cast(null as signed) as `whq_chunk`,
    cast(`x` as double) as `x`,
    count(*) as `k`
  from `dataset`
  where
    not `x` is null
  group by
    cast(`x` as double)
), `ranked` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `x`,
    `k`,
    sum(`k`) over (order by `x` rows between unbounded preceding and current row) as `k_le`
  from `levels`
), `sizes` as (
  select
    cast(null as char) as `whq_segment`,
    cast(null as char) as `whq_period`,
    cast(null as signed) as `whq_chunk`,
    sum(`k`) as `k_n`
  from `levels`
  having
    count(*) > 0
), `parts` as (
  select
    `ranked`.`whq_segment`,
    `ranked`.`whq_period`,
    `ranked`.`whq_chunk`,
    `x`,
    `k`,
    floor(cast((
      `k_le` - `k`
    ) * cast(1000 as double) as double) / `k_n`) as `first_part`,
    floor(cast((
      `k_le` - 1
    ) * cast(1000 as double) as double) / `k_n`) as `last_part`
  from `ranked`
  join `sizes`
    on `ranked`.`whq_segment` <=> `sizes`.`whq_segment`
    and `ranked`.`whq_period` <=> `sizes`.`whq_period`
    and `ranked`.`whq_chunk` <=> `sizes`.`whq_chunk`
)
select
  cast(null as char) as `whq_segment`,
  cast(null as char) as `whq_period`,
  cast(null as signed) as `whq_chunk`,
  sum(`k`) as `n`,
  min(`x`) as `low`,
  max(`x`) as `high`
from `parts`
group by
  `first_part`,
  `last_part`
