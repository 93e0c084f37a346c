-- dialect: duckdb
with "dataset" as (
  select
    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "ranked" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("x" as double) as "x",
    row_number() over (order by "x") - 1 as "position"
  from "dataset"
  where
    not "x" is null
), "sizes" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    count(*) as "n"
  from "ranked"
  having
    count(*) > 0
), "places" as (
  select
    1 as "place"
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
), "ends" as (
  select
    0 as "step"
  union all
  select
    1
), "wanted" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "places"."place",
    cast(floor("places"."place" * (
      "n" - 1
    ) / cast(10 as double)) as bigint) + "ends"."step" as "position",
    (
      "places"."place" * (
        "n" - 1
      )
    ) % 10 / cast(10 as double) as "share"
  from "sizes"
  cross join "places"
  cross join "ends"
), "neighbours" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "wanted"."place",
    "wanted"."share",
    min("ranked"."x") as "low",
    max("ranked"."x") as "high"
  from "wanted"
  join "ranked"
    on "ranked"."position" = "wanted"."position"
  group by
    "wanted"."place",
    "wanted"."share"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  "place",
  case
    when "share" = 0
    then "low"
    when "low" = "high"
    then "low"
    else "low" + (
      "high" - "low"
    ) * "share"
  end as "value"
from "neighbours"

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
), "ranked" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("x" as double precision) as "x",
    row_number() over (order by "x") - 1 as "position"
  from "dataset"
  where
    not "x" is null
), "sizes" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    count(*) as "n"
  from "ranked"
  having
    count(*) > 0
), "places" as (
  select
    1 as "place"
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
), "ends" as (
  select
    0 as "step"
  union all
  select
    1
), "wanted" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "places"."place",
    cast(floor("places"."place" * (
      "n" - 1
    ) / cast(10 as double precision)) as bigint) + "ends"."step" as "position",
    (
      "places"."place" * (
        "n" - 1
      )
    ) % 10 / cast(10 as double precision) as "share"
  from "sizes"
  cross join "places"
  cross join "ends"
), "neighbours" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "wanted"."place",
    "wanted"."share",
    min("ranked"."x") as "low",
    max("ranked"."x") as "high"
  from "wanted"
  join "ranked"
    on "ranked"."position" = "wanted"."position"
  group by
    "wanted"."place",
    "wanted"."share"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  "place",
  case
    when "share" = 0
    then "low"
    when "low" = "high"
    then "low"
    else "low" + (
      "high" - "low"
    ) * "share"
  end as "value"
from "neighbours"

-- dialect: snowflake
with "dataset" as (
  select
    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "ranked" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("x" as double) as "x",
    row_number() over (order by "x") - 1 as "position"
  from "dataset"
  where
    not "x" is null
), "sizes" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    count(*) as "n"
  from "ranked"
  having
    count(*) > 0
), "places" as (
  select
    1 as "place"
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
), "ends" as (
  select
    0 as "step"
  union all
  select
    1
), "wanted" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "places"."place",
    cast(floor(cast("places"."place" * (
      "n" - 1
    ) as double) / cast(10 as double)) as bigint) + "ends"."step" as "position",
    cast((
      "places"."place" * (
        "n" - 1
      )
    ) % 10 as double) / cast(10 as double) as "share"
  from "sizes"
  cross join "places"
  cross join "ends"
), "neighbours" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "wanted"."place",
    "wanted"."share",
    min("ranked"."x") as "low",
    max("ranked"."x") as "high"
  from "wanted"
  join "ranked"
    on "ranked"."position" = "wanted"."position"
  group by
    "wanted"."place",
    "wanted"."share"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  "place",
  case
    when "share" = 0
    then "low"
    when "low" = "high"
    then "low"
    else "low" + (
      "high" - "low"
    ) * "share"
  end as "value"
from "neighbours"

-- dialect: bigquery
with `dataset` as (
  select
    case when abs(`whq_source`.`x`) <= cast(1.7976931348623157e308 as float64) then `whq_source`.`x` end as `x`,
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as int64) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
), `ranked` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    cast(`x` as float64) as `x`,
    row_number() over (order by `x` nulls last) - 1 as `position`
  from `dataset`
  where
    not `x` is null
), `sizes` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as int64) as `whq_chunk`,
    count(*) as `n`
  from `ranked`
  having
    count(*) > 0
), `places` as (
  select
    1 as `place`
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
), `ends` as (
  select
    0 as `step`
  union all
  select
    1
), `wanted` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `places`.`place`,
    cast(floor(`places`.`place` * (
      `n` - 1
    ) / cast(10 as float64)) as int64) + `ends`.`step` as `position`,
    mod(`places`.`place` * (
      `n` - 1
    ), 10) / cast(10 as float64) as `share`
  from `sizes`
  cross join `places`
  cross join `ends`
), `neighbours` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as int64) as `whq_chunk`,
    `wanted`.`place`,
    `wanted`.`share`,
    min(`ranked`.`x`) as `low`,
    max(`ranked`.`x`) as `high`
  from `wanted`
  join `ranked`
    on `ranked`.`position` = `wanted`.`position`
  group by
    `wanted`.`place`,
    `wanted`.`share`
)
select
  `whq_segment`,
  `whq_period`,
  `whq_chunk`,
  `place`,
  case
    when `share` = 0
    then `low`
    when `low` = `high`
    then `low`
    else `low` + (
      `high` - `low`
    ) * `share`
  end as `value`
from `neighbours`

-- dialect: databricks
with `dataset` as (
  select
    case when abs(`whq_source`.`x`) <= cast(1.7976931348623157e308 as double) then `whq_source`.`x` end as `x`,
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
), `ranked` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    cast(`x` as double) as `x`,
    row_number() over (order by `x` nulls last) - 1 as `position`
  from `dataset`
  where
    not `x` is null
), `sizes` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    count(*) as `n`
  from `ranked`
  having
    count(*) > 0
), `places` as (
  select
    1 as `place`
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
), `ends` as (
  select
    0 as `step`
  union all
  select
    1
), `wanted` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `places`.`place`,
    cast(floor(`places`.`place` * (
      `n` - 1
    ) / cast(10 as double)) as bigint) + `ends`.`step` as `position`,
    (
      `places`.`place` * (
        `n` - 1
      )
    ) % 10 / cast(10 as double) as `share`
  from `sizes`
  cross join `places`
  cross join `ends`
), `neighbours` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    `wanted`.`place`,
    `wanted`.`share`,
    min(`ranked`.`x`) as `low`,
    max(`ranked`.`x`) as `high`
  from `wanted`
  join `ranked`
    on `ranked`.`position` = `wanted`.`position`
  group by
    `wanted`.`place`,
    `wanted`.`share`
)
select
  `whq_segment`,
  `whq_period`,
  `whq_chunk`,
  `place`,
  case
    when `share` = 0
    then `low`
    when `low` = `high`
    then `low`
    else `low` + (
      `high` - `low`
    ) * `share`
  end as `value`
from `neighbours`

-- dialect: spark
with `dataset` as (
  select
    case when abs(`whq_source`.`x`) <= cast(1.7976931348623157e308 as double) then `whq_source`.`x` end as `x`,
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
), `ranked` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    cast(`x` as double) as `x`,
    row_number() over (order by `x` nulls last) - 1 as `position`
  from `dataset`
  where
    not `x` is null
), `sizes` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    count(*) as `n`
  from `ranked`
  having
    count(*) > 0
), `places` as (
  select
    1 as `place`
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
), `ends` as (
  select
    0 as `step`
  union all
  select
    1
), `wanted` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `places`.`place`,
    cast(floor(`places`.`place` * (
      `n` - 1
    ) / cast(10 as double)) as bigint) + `ends`.`step` as `position`,
    (
      `places`.`place` * (
        `n` - 1
      )
    ) % 10 / cast(10 as double) as `share`
  from `sizes`
  cross join `places`
  cross join `ends`
), `neighbours` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    `wanted`.`place`,
    `wanted`.`share`,
    min(`ranked`.`x`) as `low`,
    max(`ranked`.`x`) as `high`
  from `wanted`
  join `ranked`
    on `ranked`.`position` = `wanted`.`position`
  group by
    `wanted`.`place`,
    `wanted`.`share`
)
select
  `whq_segment`,
  `whq_period`,
  `whq_chunk`,
  `place`,
  case
    when `share` = 0
    then `low`
    when `low` = `high`
    then `low`
    else `low` + (
      `high` - `low`
    ) * `share`
  end as `value`
from `neighbours`

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
), "ranked" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("x" as double precision) as "x",
    row_number() over (order by "x") - 1 as "position"
  from "dataset"
  where
    not "x" is null
), "sizes" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    count(*) as "n"
  from "ranked"
  having
    count(*) > 0
), "places" as (
  select
    1 as "place"
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
), "ends" as (
  select
    0 as "step"
  union all
  select
    1
), "wanted" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "places"."place",
    cast(floor("places"."place" * (
      "n" - 1
    ) / cast(10 as double precision)) as bigint) + "ends"."step" as "position",
    (
      "places"."place" * (
        "n" - 1
      )
    ) % 10 / cast(10 as double precision) as "share"
  from "sizes"
  cross join "places"
  cross join "ends"
), "neighbours" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "wanted"."place",
    "wanted"."share",
    min("ranked"."x") as "low",
    max("ranked"."x") as "high"
  from "wanted"
  join "ranked"
    on "ranked"."position" = "wanted"."position"
  group by
    "wanted"."place",
    "wanted"."share"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  "place",
  case
    when "share" = 0
    then "low"
    when "low" = "high"
    then "low"
    else "low" + (
      "high" - "low"
    ) * "share"
  end as "value"
from "neighbours"

-- dialect: trino
with "dataset" as (
  select
    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "ranked" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("x" as double) as "x",
    row_number() over (order by "x") - 1 as "position"
  from "dataset"
  where
    not "x" is null
), "sizes" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    count(*) as "n"
  from "ranked"
  having
    count(*) > 0
), "places" as (
  select
    1 as "place"
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
), "ends" as (
  select
    0 as "step"
  union all
  select
    1
), "wanted" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "places"."place",
    cast(floor("places"."place" * (
      "n" - 1
    ) / cast(10 as double)) as bigint) + "ends"."step" as "position",
    (
      "places"."place" * (
        "n" - 1
      )
    ) % 10 / cast(10 as double) as "share"
  from "sizes"
  cross join "places"
  cross join "ends"
), "neighbours" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "wanted"."place",
    "wanted"."share",
    min("ranked"."x") as "low",
    max("ranked"."x") as "high"
  from "wanted"
  join "ranked"
    on "ranked"."position" = "wanted"."position"
  group by
    "wanted"."place",
    "wanted"."share"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  "place",
  case
    when "share" = 0
    then "low"
    when "low" = "high"
    then "low"
    else "low" + (
      "high" - "low"
    ) * "share"
  end as "value"
from "neighbours"

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
), "ranked" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("x" as Nullable(Float64)) as "x",
    row_number() over (order by "x") - 1 as "position"
  from "dataset"
  where
    not (
      "x" is null
    )
), "sizes" as (
  select
    cast(null as Nullable(String)) as "whq_segment",
    cast(null as Nullable(String)) as "whq_period",
    cast(null as Nullable(Int64)) as "whq_chunk",
    count(*) as "n"
  from "ranked"
  having
    count(*) > 0
), "places" as (
  select
    1 as "place"
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
), "ends" as (
  select
    0 as "step"
  union all
  select
    1
), "wanted" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "places"."place" as "place",
    cast(floor("places"."place" * (
      "n" - 1
    ) / cast(10 as Nullable(Float64))) as Nullable(Int64)) + "ends"."step" as "position",
    (
      "places"."place" * (
        "n" - 1
      )
    ) % 10 / cast(10 as Nullable(Float64)) as "share"
  from "sizes"
  cross join "places"
  cross join "ends"
), "neighbours" as (
  select
    cast(null as Nullable(String)) as "whq_segment",
    cast(null as Nullable(String)) as "whq_period",
    cast(null as Nullable(Int64)) as "whq_chunk",
    "wanted"."place" as "place",
    "wanted"."share" as "share",
    min("ranked"."x") as "low",
    max("ranked"."x") as "high"
  from "wanted"
  join "ranked"
    on "ranked"."position" = "wanted"."position"
  group by
    "wanted"."place",
    "wanted"."share"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  "place",
  case
    when "share" = 0
    then "low"
    when "low" = "high"
    then "low"
    else "low" + (
      "high" - "low"
    ) * "share"
  end as "value"
from "neighbours"
settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
with `dataset` as (
  select
    case when abs(`whq_source`.`x`) <= cast(1.7976931348623157e308 as double) then `whq_source`.`x` end as `x`,
    cast(null as char) as `whq_segment`,
    cast(null as char) as `whq_period`,
    cast(null as signed) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
), `ranked` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    cast(`x` as double) as `x`,
    row_number() over (order by case when `x` is null then 1 else 0 end, `x`) - 1 as `position`
  from `dataset`
  where
    not `x` is null
), `sizes` as (
  select
    cast(null as char) as `whq_segment`,
    cast(null as char) as `whq_period`,
    cast(null as signed) as `whq_chunk`,
    count(*) as `n`
  from `ranked`
  having
    count(*) > 0
), `places` as (
  select
    1 as `place`
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
), `ends` as (
  select
    0 as `step`
  union all
  select
    1
), `wanted` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `places`.`place`,
    cast(floor(cast(`places`.`place` * (
      `n` - 1
    ) as double) / cast(10 as double)) as signed) + `ends`.`step` as `position`,
    cast((
      `places`.`place` * (
        `n` - 1
      )
    ) % 10 as double) / cast(10 as double) as `share`
  from `sizes`
  cross join `places`
  cross join `ends`
), `neighbours` as (
  select
    cast(null as char) as `whq_segment`,
    cast(null as char) as `whq_period`,
    cast(null as signed) as `whq_chunk`,
    `wanted`.`place`,
    `wanted`.`share`,
    min(`ranked`.`x`) as `low`,
    max(`ranked`.`x`) as `high`
  from `wanted`
  join `ranked`
    on `ranked`.`position` = `wanted`.`position`
  group by
    `wanted`.`place`,
    `wanted`.`share`
)
select
  `whq_segment`,
  `whq_period`,
  `whq_chunk`,
  `place`,
  case
    when `share` = 0
    then `low`
    when `low` = `high`
    then `low`
    else `low` + (
      `high` - `low`
    ) * `share`
  end as `value`
from `neighbours`
