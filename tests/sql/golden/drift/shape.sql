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
    count(*) as "n",
    min("x") as "minimum",
    max("x") as "maximum"
  from "points"
  having
    count(*) > 0
), "scaled" as (
  select
    "points"."whq_segment",
    "points"."whq_period",
    "points"."whq_chunk",
    "ranges"."n",
    "ranges"."minimum",
    "ranges"."maximum",
    (
      "points"."x" - "ranges"."minimum"
    ) / nullif("ranges"."maximum" - "ranges"."minimum", 0) as "z"
  from "points"
  cross join "ranges"
), "averages" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "n",
    "minimum",
    "maximum",
    sum("z") / count(*) as "average"
  from "scaled"
  group by
    "n",
    "minimum",
    "maximum"
), "deviations" as (
  select
    "averages"."whq_segment",
    "averages"."whq_period",
    "averages"."whq_chunk",
    "averages"."n",
    "averages"."minimum",
    "averages"."maximum",
    "scaled"."z" - "averages"."average" as "d"
  from "scaled"
  cross join "averages"
), "moments" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "n",
    "minimum",
    "maximum",
    sum("d" * "d") / count(*) as "second",
    sum("d" * "d" * "d") / count(*) as "third"
  from "deviations"
  group by
    "n",
    "minimum",
    "maximum"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  "n",
  "minimum",
  "maximum",
  case when "second" > 0 then "third" / (
    "second" * sqrt("second")
  ) end as "skewness"
from "moments"

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
), "points" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("x" as double precision) as "x"
  from "dataset"
  where
    not "x" is null
), "ranges" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    count(*) as "n",
    min("x") as "minimum",
    max("x") as "maximum"
  from "points"
  having
    count(*) > 0
), "scaled" as (
  select
    "points"."whq_segment",
    "points"."whq_period",
    "points"."whq_chunk",
    "ranges"."n",
    "ranges"."minimum",
    "ranges"."maximum",
    cast((
      "points"."x" - "ranges"."minimum"
    ) as double precision) / nullif("ranges"."maximum" - "ranges"."minimum", 0) as "z"
  from "points"
  cross join "ranges"
), "averages" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "n",
    "minimum",
    "maximum",
    cast(sum("z") as double precision) / count(*) as "average"
  from "scaled"
  group by
    "n",
    "minimum",
    "maximum"
), "deviations" as (
  select
    "averages"."whq_segment",
    "averages"."whq_period",
    "averages"."whq_chunk",
    "averages"."n",
    "averages"."minimum",
    "averages"."maximum",
    "scaled"."z" - "averages"."average" as "d"
  from "scaled"
  cross join "averages"
), "moments" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "n",
    "minimum",
    "maximum",
    cast(sum("d" * "d") as double precision) / count(*) as "second",
    cast(sum("d" * "d" * "d") as double precision) / count(*) as "third"
  from "deviations"
  group by
    "n",
    "minimum",
    "maximum"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  "n",
  "minimum",
  "maximum",
  case when "second" > 0 then cast("third" as double precision) / (
    "second" * sqrt("second")
  ) end as "skewness"
from "moments"

-- dialect: snowflake
with "dataset" as (
  select
    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
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
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    count(*) as "n",
    min("x") as "minimum",
    max("x") as "maximum"
  from "points"
  having
    count(*) > 0
), "scaled" as (
  select
    "points"."whq_segment",
    "points"."whq_period",
    "points"."whq_chunk",
    "ranges"."n",
    "ranges"."minimum",
    "ranges"."maximum",
    cast((
      "points"."x" - "ranges"."minimum"
    ) as double) / nullif("ranges"."maximum" - "ranges"."minimum", 0) as "z"
  from "points"
  cross join "ranges"
), "averages" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "n",
    "minimum",
    "maximum",
    cast(sum("z") as double) / count(*) as "average"
  from "scaled"
  group by
    "n",
    "minimum",
    "maximum"
), "deviations" as (
  select
    "averages"."whq_segment",
    "averages"."whq_period",
    "averages"."whq_chunk",
    "averages"."n",
    "averages"."minimum",
    "averages"."maximum",
    "scaled"."z" - "averages"."average" as "d"
  from "scaled"
  cross join "averages"
), "moments" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "n",
    "minimum",
    "maximum",
    cast(sum("d" * "d") as double) / count(*) as "second",
    cast(sum("d" * "d" * "d") as double) / count(*) as "third"
  from "deviations"
  group by
    "n",
    "minimum",
    "maximum"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  "n",
  "minimum",
  "maximum",
  case when "second" > 0 then cast("third" as double) / (
    "second" * sqrt("second")
  ) end as "skewness"
from "moments"

-- dialect: bigquery
with `dataset` as (
  select
    case when abs(`whq_source`.`x`) <= cast(1.7976931348623157e308 as float64) then `whq_source`.`x` end as `x`,
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as int64) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
), `points` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    cast(`x` as float64) as `x`
  from `dataset`
  where
    not `x` is null
), `ranges` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as int64) as `whq_chunk`,
    count(*) as `n`,
    min(`x`) as `minimum`,
    max(`x`) as `maximum`
  from `points`
  having
    count(*) > 0
), `scaled` as (
  select
    `points`.`whq_segment`,
    `points`.`whq_period`,
    `points`.`whq_chunk`,
    `ranges`.`n`,
    `ranges`.`minimum`,
    `ranges`.`maximum`,
    (
      `points`.`x` - `ranges`.`minimum`
    ) / nullif(`ranges`.`maximum` - `ranges`.`minimum`, 0) as `z`
  from `points`
  cross join `ranges`
), `averages` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as int64) as `whq_chunk`,
    `n`,
    `minimum`,
    `maximum`,
    sum(`z`) / count(*) as `average`
  from `scaled`
  group by
    `n`,
    `minimum`,
    `maximum`
), `deviations` as (
  select
    `averages`.`whq_segment`,
    `averages`.`whq_period`,
    `averages`.`whq_chunk`,
    `averages`.`n`,
    `averages`.`minimum`,
    `averages`.`maximum`,
    `scaled`.`z` - `averages`.`average` as `d`
  from `scaled`
  cross join `averages`
), `moments` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as int64) as `whq_chunk`,
    `n`,
    `minimum`,
    `maximum`,
    sum(`d` * `d`) / count(*) as `second`,
    sum(`d` * `d` * `d`) / count(*) as `third`
  from `deviations`
  group by
    `n`,
    `minimum`,
    `maximum`
)
select
  `whq_segment`,
  `whq_period`,
  `whq_chunk`,
  `n`,
  `minimum`,
  `maximum`,
  case when `second` > 0 then `third` / (
    `second` * sqrt(`second`)
  ) end as `skewness`
from `moments`

-- dialect: databricks
with `dataset` as (
  select
    case when abs(`whq_source`.`x`) <= cast(1.7976931348623157e308 as double) then `whq_source`.`x` end as `x`,
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
), `points` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    cast(`x` as double) as `x`
  from `dataset`
  where
    not `x` is null
), `ranges` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    count(*) as `n`,
    min(`x`) as `minimum`,
    max(`x`) as `maximum`
  from `points`
  having
    count(*) > 0
), `scaled` as (
  select
    `points`.`whq_segment`,
    `points`.`whq_period`,
    `points`.`whq_chunk`,
    `ranges`.`n`,
    `ranges`.`minimum`,
    `ranges`.`maximum`,
    (
      `points`.`x` - `ranges`.`minimum`
    ) / nullif(`ranges`.`maximum` - `ranges`.`minimum`, 0) as `z`
  from `points`
  cross join `ranges`
), `averages` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    `n`,
    `minimum`,
    `maximum`,
    sum(`z`) / count(*) as `average`
  from `scaled`
  group by
    `n`,
    `minimum`,
    `maximum`
), `deviations` as (
  select
    `averages`.`whq_segment`,
    `averages`.`whq_period`,
    `averages`.`whq_chunk`,
    `averages`.`n`,
    `averages`.`minimum`,
    `averages`.`maximum`,
    `scaled`.`z` - `averages`.`average` as `d`
  from `scaled`
  cross join `averages`
), `moments` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    `n`,
    `minimum`,
    `maximum`,
    sum(`d` * `d`) / count(*) as `second`,
    sum(`d` * `d` * `d`) / count(*) as `third`
  from `deviations`
  group by
    `n`,
    `minimum`,
    `maximum`
)
select
  `whq_segment`,
  `whq_period`,
  `whq_chunk`,
  `n`,
  `minimum`,
  `maximum`,
  case when `second` > 0 then `third` / (
    `second` * sqrt(`second`)
  ) end as `skewness`
from `moments`

-- dialect: spark
with `dataset` as (
  select
    case when abs(`whq_source`.`x`) <= cast(1.7976931348623157e308 as double) then `whq_source`.`x` end as `x`,
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
), `points` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    cast(`x` as double) as `x`
  from `dataset`
  where
    not `x` is null
), `ranges` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    count(*) as `n`,
    min(`x`) as `minimum`,
    max(`x`) as `maximum`
  from `points`
  having
    count(*) > 0
), `scaled` as (
  select
    `points`.`whq_segment`,
    `points`.`whq_period`,
    `points`.`whq_chunk`,
    `ranges`.`n`,
    `ranges`.`minimum`,
    `ranges`.`maximum`,
    (
      `points`.`x` - `ranges`.`minimum`
    ) / nullif(`ranges`.`maximum` - `ranges`.`minimum`, 0) as `z`
  from `points`
  cross join `ranges`
), `averages` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    `n`,
    `minimum`,
    `maximum`,
    sum(`z`) / count(*) as `average`
  from `scaled`
  group by
    `n`,
    `minimum`,
    `maximum`
), `deviations` as (
  select
    `averages`.`whq_segment`,
    `averages`.`whq_period`,
    `averages`.`whq_chunk`,
    `averages`.`n`,
    `averages`.`minimum`,
    `averages`.`maximum`,
    `scaled`.`z` - `averages`.`average` as `d`
  from `scaled`
  cross join `averages`
), `moments` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    `n`,
    `minimum`,
    `maximum`,
    sum(`d` * `d`) / count(*) as `second`,
    sum(`d` * `d` * `d`) / count(*) as `third`
  from `deviations`
  group by
    `n`,
    `minimum`,
    `maximum`
)
select
  `whq_segment`,
  `whq_period`,
  `whq_chunk`,
  `n`,
  `minimum`,
  `maximum`,
  case when `second` > 0 then `third` / (
    `second` * sqrt(`second`)
  ) end as `skewness`
from `moments`

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
), "points" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("x" as double precision) as "x"
  from "dataset"
  where
    not "x" is null
), "ranges" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    count(*) as "n",
    min("x") as "minimum",
    max("x") as "maximum"
  from "points"
  having
    count(*) > 0
), "scaled" as (
  select
    "points"."whq_segment",
    "points"."whq_period",
    "points"."whq_chunk",
    "ranges"."n",
    "ranges"."minimum",
    "ranges"."maximum",
    cast((
      "points"."x" - "ranges"."minimum"
    ) as double precision) / nullif("ranges"."maximum" - "ranges"."minimum", 0) as "z"
  from "points"
  cross join "ranges"
), "averages" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "n",
    "minimum",
    "maximum",
    cast(sum("z") as double precision) / count(*) as "average"
  from "scaled"
  group by
    "n",
    "minimum",
    "maximum"
), "deviations" as (
  select
    "averages"."whq_segment",
    "averages"."whq_period",
    "averages"."whq_chunk",
    "averages"."n",
    "averages"."minimum",
    "averages"."maximum",
    "scaled"."z" - "averages"."average" as "d"
  from "scaled"
  cross join "averages"
), "moments" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "n",
    "minimum",
    "maximum",
    cast(sum("d" * "d") as double precision) / count(*) as "second",
    cast(sum("d" * "d" * "d") as double precision) / count(*) as "third"
  from "deviations"
  group by
    "n",
    "minimum",
    "maximum"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  "n",
  "minimum",
  "maximum",
  case when "second" > 0 then cast("third" as double precision) / (
    "second" * sqrt("second")
  ) end as "skewness"
from "moments"

-- dialect: trino
with "dataset" as (
  select
    case when abs("whq_source"."x") <= cast(1.7976931348623157e308 as double) then "whq_source"."x" end as "x",
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
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
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    count(*) as "n",
    min("x") as "minimum",
    max("x") as "maximum"
  from "points"
  having
    count(*) > 0
), "scaled" as (
  select
    "points"."whq_segment",
    "points"."whq_period",
    "points"."whq_chunk",
    "ranges"."n",
    "ranges"."minimum",
    "ranges"."maximum",
    cast((
      "points"."x" - "ranges"."minimum"
    ) as double) / nullif("ranges"."maximum" - "ranges"."minimum", 0) as "z"
  from "points"
  cross join "ranges"
), "averages" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "n",
    "minimum",
    "maximum",
    cast(sum("z") as double) / count(*) as "average"
  from "scaled"
  group by
    "n",
    "minimum",
    "maximum"
), "deviations" as (
  select
    "averages"."whq_segment",
    "averages"."whq_period",
    "averages"."whq_chunk",
    "averages"."n",
    "averages"."minimum",
    "averages"."maximum",
    "scaled"."z" - "averages"."average" as "d"
  from "scaled"
  cross join "averages"
), "moments" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "n",
    "minimum",
    "maximum",
    cast(sum("d" * "d") as double) / count(*) as "second",
    cast(sum("d" * "d" * "d") as double) / count(*) as "third"
  from "deviations"
  group by
    "n",
    "minimum",
    "maximum"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  "n",
  "minimum",
  "maximum",
  case when "second" > 0 then cast("third" as double) / (
    "second" * sqrt("second")
  ) end as "skewness"
from "moments"

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
), "points" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("x" as Nullable(Float64)) as "x"
  from "dataset"
  where
    not (
      "x" is null
    )
), "ranges" as (
  select
    cast(null as Nullable(String)) as "whq_segment",
    cast(null as Nullable(String)) as "whq_period",
    cast(null as Nullable(Int64)) as "whq_chunk",
    count(*) as "n",
    min("x") as "minimum",
    max("x") as "maximum"
  from "points"
  having
    count(*) > 0
), "scaled" as (
  select
    "points"."whq_segment" as "whq_segment",
    "points"."whq_period" as "whq_period",
    "points"."whq_chunk" as "whq_chunk",
    "ranges"."n" as "n",
    "ranges"."minimum" as "minimum",
    "ranges"."maximum" as "maximum",
    (
      "points"."x" - "ranges"."minimum"
    ) / nullIf("ranges"."maximum" - "ranges"."minimum", 0) as "z"
  from "points"
  cross join "ranges"
), "averages" as (
  select
    cast(null as Nullable(String)) as "whq_segment",
    cast(null as Nullable(String)) as "whq_period",
    cast(null as Nullable(Int64)) as "whq_chunk",
    "n",
    "minimum",
    "maximum",
    sum("z") / count(*) as "average"
  from "scaled"
  group by
    "n",
    "minimum",
    "maximum"
), "deviations" as (
  select
    "averages"."whq_segment" as "whq_segment",
    "averages"."whq_period" as "whq_period",
    "averages"."whq_chunk" as "whq_chunk",
    "averages"."n" as "n",
    "averages"."minimum" as "minimum",
    "averages"."maximum" as "maximum",
    "scaled"."z" - "averages"."average" as "d"
  from "scaled"
  cross join "averages"
), "moments" as (
  select
    cast(null as Nullable(String)) as "whq_segment",
    cast(null as Nullable(String)) as "whq_period",
    cast(null as Nullable(Int64)) as "whq_chunk",
    "n",
    "minimum",
    "maximum",
    sum("d" * "d") / count(*) as "second",
    sum("d" * "d" * "d") / count(*) as "third"
  from "deviations"
  group by
    "n",
    "minimum",
    "maximum"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  "n",
  "minimum",
  "maximum",
  case when "second" > 0 then "third" / (
    "second" * sqrt("second")
  ) end as "skewness"
from "moments"
settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
with `dataset` as (
  select
    case when abs(`whq_source`.`x`) <= cast(1.7976931348623157e308 as double) then `whq_source`.`x` end as `x`,
    cast(null as char) as `whq_segment`,
    cast(null as char) as `whq_period`,
    cast(null as signed) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
), `points` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    cast(`x` as double) as `x`
  from `dataset`
  where
    not `x` is null
), `ranges` as (
  select
    cast(null as char) as `whq_segment`,
    cast(null as char) as `whq_period`,
    cast(null as signed) as `whq_chunk`,
    count(*) as `n`,
    min(`x`) as `minimum`,
    max(`x`) as `maximum`
  from `points`
  having
    count(*) > 0
), `scaled` as (
  select
    `points`.`whq_segment`,
    `points`.`whq_period`,
    `points`.`whq_chunk`,
    `ranges`.`n`,
    `ranges`.`minimum`,
    `ranges`.`maximum`,
    cast((
      `points`.`x` - `ranges`.`minimum`
    ) as double) / nullif(`ranges`.`maximum` - `ranges`.`minimum`, 0) as `z`
  from `points`
  cross join `ranges`
), `averages` as (
  select
    cast(null as char) as `whq_segment`,
    cast(null as char) as `whq_period`,
    cast(null as signed) as `whq_chunk`,
    `n`,
    `minimum`,
    `maximum`,
    cast(sum(`z`) as double) / count(*) as `average`
  from `scaled`
  group by
    `n`,
    `minimum`,
    `maximum`
), `deviations` as (
  select
    `averages`.`whq_segment`,
    `averages`.`whq_period`,
    `averages`.`whq_chunk`,
    `averages`.`n`,
    `averages`.`minimum`,
    `averages`.`maximum`,
    `scaled`.`z` - `averages`.`average` as `d`
  from `scaled`
  cross join `averages`
), `moments` as (
  select
    cast(null as char) as `whq_segment`,
    cast(null as char) as `whq_period`,
    cast(null as signed) as `whq_chunk`,
    `n`,
    `minimum`,
    `maximum`,
    cast(sum(`d` * `d`) as double) / count(*) as `second`,
    cast(sum(`d` * `d` * `d`) as double) / count(*) as `third`
  from `deviations`
  group by
    `n`,
    `minimum`,
    `maximum`
)
select
  `whq_segment`,
  `whq_period`,
  `whq_chunk`,
  `n`,
  `minimum`,
  `maximum`,
  case when `second` > 0 then cast(`third` as double) / (
    `second` * sqrt(`second`)
  ) end as `skewness`
from `moments`
