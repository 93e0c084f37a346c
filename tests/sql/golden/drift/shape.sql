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
), "scaled" as (
  select
    "points"."whq_segment",
    "points"."whq_period",
    "points"."whq_chunk",
    "points"."x",
    "ranges"."members",
    "ranges"."minimum",
    "ranges"."maximum",
    "ranges"."centre",
    "points"."x" - "ranges"."centre" as "distance",
    (
      "points"."x" - "ranges"."centre"
    ) / nullif("ranges"."maximum" - "ranges"."minimum", 0) as "z"
  from "points"
  cross join "ranges"
), "moments" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "members",
    "minimum",
    "maximum",
    "centre",
    sum(
      case
        when abs("distance") > cast(1e-290 as double)
        then abs("distance") * cast(0.000001 as double)
        else 0
      end
    ) / "members" * 1000000 as "deviation",
    sum("z") / "members" as "first",
    sum("z" * "z") / "members" as "second",
    sum("z" * "z" * "z") / "members" as "third"
  from "scaled"
  group by
    "members",
    "minimum",
    "maximum",
    "centre"
), "centred" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "members",
    "minimum",
    "maximum",
    "centre",
    case when "deviation" > 0 and "deviation" <= cast(1e300 as double) then "deviation" else 1 end as "spread",
    "second" - "first" * "first" as "second",
    "third" - 3 * "first" * "second" + 2 * "first" * "first" * "first" as "third"
  from "moments"
), "shapes" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "members",
    "minimum",
    "maximum",
    "centre",
    "spread",
    case when "second" > 0 then "third" / (
      "second" * sqrt("second")
    ) end as "skewness"
  from "centred"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  cast("members" as double) as "n",
  "minimum" as "low",
  "maximum" as "high",
  "skewness"
from "shapes"

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
    count(*) as "members",
    min("x") as "minimum",
    max("x") as "maximum",
    cast(sum(
      case
        when abs("x") > cast(1e-290 as double precision)
        then "x" * cast(0.000001 as double precision)
        else 0
      end
    ) as double precision) / count(*) * 1000000 as "centre"
  from "points"
  having
    count(*) > 0
), "scaled" as (
  select
    "points"."whq_segment",
    "points"."whq_period",
    "points"."whq_chunk",
    "points"."x",
    "ranges"."members",
    "ranges"."minimum",
    "ranges"."maximum",
    "ranges"."centre",
    "points"."x" - "ranges"."centre" as "distance",
    cast((
      "points"."x" - "ranges"."centre"
    ) as double precision) / nullif("ranges"."maximum" - "ranges"."minimum", 0) as "z"
  from "points"
  cross join "ranges"
), "moments" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "members",
    "minimum",
    "maximum",
    "centre",
    cast(sum(
      case
        when abs("distance") > cast(1e-290 as double precision)
        then abs("distance") * cast(0.000001 as double precision)
        else 0
      end
    ) as double precision) / "members" * 1000000 as "deviation",
    cast(sum("z") as double precision) / "members" as "first",
    cast(sum("z" * "z") as double precision) / "members" as "second",
    cast(sum("z" * "z" * "z") as double precision) / "members" as "third"
  from "scaled"
  group by
    "members",
    "minimum",
    "maximum",
    "centre"
), "centred" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "members",
    "minimum",
    "maximum",
    "centre",
    case when "deviation" > 0 and "deviation" <= cast(1e300 as double precision) then "deviation" else 1 end as "spread",
    "second" - "first" * "first" as "second",
    "third" - 3 * "first" * "second" + 2 * "first" * "first" * "first" as "third"
  from "moments"
), "shapes" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "members",
    "minimum",
    "maximum",
    "centre",
    "spread",
    case when "second" > 0 then cast("third" as double precision) / (
      "second" * sqrt("second")
    ) end as "skewness"
  from "centred"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  cast("members" as double precision) as "n",
  "minimum" as "low",
  "maximum" as "high",
  "skewness"
from "shapes"

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
    count(*) as "members",
    min("x") as "minimum",
    max("x") as "maximum",
    cast(sum(case when abs("x") > cast(1e-290 as double) then "x" * cast(0.000001 as double) else 0 end) as double) / count(*) * 1000000 as "centre"
  from "points"
  having
    count(*) > 0
), "scaled" as (
  select
    "points"."whq_segment",
    "points"."whq_period",
    "points"."whq_chunk",
    "points"."x",
    "ranges"."members",
    "ranges"."minimum",
    "ranges"."maximum",
    "ranges"."centre",
    "points"."x" - "ranges"."centre" as "distance",
    cast((
      "points"."x" - "ranges"."centre"
    ) as double) / nullif("ranges"."maximum" - "ranges"."minimum", 0) as "z"
  from "points"
  cross join "ranges"
), "moments" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "members",
    "minimum",
    "maximum",
    "centre",
    cast(sum(
      case
        when abs("distance") > cast(1e-290 as double)
        then abs("distance") * cast(0.000001 as double)
        else 0
      end
    ) as double) / "members" * 1000000 as "deviation",
    cast(sum("z") as double) / "members" as "first",
    cast(sum("z" * "z") as double) / "members" as "second",
    cast(sum("z" * "z" * "z") as double) / "members" as "third"
  from "scaled"
  group by
    "members",
    "minimum",
    "maximum",
    "centre"
), "centred" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "members",
    "minimum",
    "maximum",
    "centre",
    case when "deviation" > 0 and "deviation" <= cast(1e300 as double) then "deviation" else 1 end as "spread",
    "second" - "first" * "first" as "second",
    "third" - 3 * "first" * "second" + 2 * "first" * "first" * "first" as "third"
  from "moments"
), "shapes" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "members",
    "minimum",
    "maximum",
    "centre",
    "spread",
    case when "second" > 0 then cast("third" as double) / (
      "second" * sqrt("second")
    ) end as "skewness"
  from "centred"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  cast("members" as double) as "n",
  "minimum" as "low",
  "maximum" as "high",
  "skewness"
from "shapes"

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
    count(*) as `members`,
    min(`x`) as `minimum`,
    max(`x`) as `maximum`,
    sum(case when abs(`x`) > cast(1e-290 as float64) then `x` * cast(0.000001 as float64) else 0 end) / count(*) * 1000000 as `centre`
  from `points`
  having
    count(*) > 0
), `scaled` as (
  select
    `points`.`whq_segment`,
    `points`.`whq_period`,
    `points`.`whq_chunk`,
    `points`.`x`,
    `ranges`.`members`,
    `ranges`.`minimum`,
    `ranges`.`maximum`,
    `ranges`.`centre`,
    `points`.`x` - `ranges`.`centre` as `distance`,
    (
      `points`.`x` - `ranges`.`centre`
    ) / nullif(`ranges`.`maximum` - `ranges`.`minimum`, 0) as `z`
  from `points`
  cross join `ranges`
), `moments` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as int64) as `whq_chunk`,
    `members`,
    `minimum`,
    `maximum`,
    `centre`,
    sum(
      case
        when abs(`distance`) > cast(1e-290 as float64)
        then abs(`distance`) * cast(0.000001 as float64)
        else 0
      end
    ) / `members` * 1000000 as `deviation`,
    sum(`z`) / `members` as `first`,
    sum(`z` * `z`) / `members` as `second`,
    sum(`z` * `z` * `z`) / `members` as `third`
  from `scaled`
  group by
    `members`,
    `minimum`,
    `maximum`,
    `centre`
), `centred` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `members`,
    `minimum`,
    `maximum`,
    `centre`,
    case when `deviation` > 0 and `deviation` <= cast(1e300 as float64) then `deviation` else 1 end as `spread`,
    `second` - `first` * `first` as `second`,
    `third` - 3 * `first` * `second` + 2 * `first` * `first` * `first` as `third`
  from `moments`
), `shapes` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `members`,
    `minimum`,
    `maximum`,
    `centre`,
    `spread`,
    case when `second` > 0 then `third` / (
      `second` * sqrt(`second`)
    ) end as `skewness`
  from `centred`
)
select
  `whq_segment`,
  `whq_period`,
  `whq_chunk`,
  cast(`members` as float64) as `n`,
  `minimum` as `low`,
  `maximum` as `high`,
  `skewness`
from `shapes`

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
    count(*) as `members`,
    min(`x`) as `minimum`,
    max(`x`) as `maximum`,
    sum(case when abs(`x`) > cast(1e-290 as double) then `x` * cast(0.000001 as double) else 0 end) / count(*) * 1000000 as `centre`
  from `points`
  having
    count(*) > 0
), `scaled` as (
  select
    `points`.`whq_segment`,
    `points`.`whq_period`,
    `points`.`whq_chunk`,
    `points`.`x`,
    `ranges`.`members`,
    `ranges`.`minimum`,
    `ranges`.`maximum`,
    `ranges`.`centre`,
    `points`.`x` - `ranges`.`centre` as `distance`,
    (
      `points`.`x` - `ranges`.`centre`
    ) / nullif(`ranges`.`maximum` - `ranges`.`minimum`, 0) as `z`
  from `points`
  cross join `ranges`
), `moments` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    `members`,
    `minimum`,
    `maximum`,
    `centre`,
    sum(
      case
        when abs(`distance`) > cast(1e-290 as double)
        then abs(`distance`) * cast(0.000001 as double)
        else 0
      end
    ) / `members` * 1000000 as `deviation`,
    sum(`z`) / `members` as `first`,
    sum(`z` * `z`) / `members` as `second`,
    sum(`z` * `z` * `z`) / `members` as `third`
  from `scaled`
  group by
    `members`,
    `minimum`,
    `maximum`,
    `centre`
), `centred` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `members`,
    `minimum`,
    `maximum`,
    `centre`,
    case when `deviation` > 0 and `deviation` <= cast(1e300 as double) then `deviation` else 1 end as `spread`,
    `second` - `first` * `first` as `second`,
    `third` - 3 * `first` * `second` + 2 * `first` * `first` * `first` as `third`
  from `moments`
), `shapes` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `members`,
    `minimum`,
    `maximum`,
    `centre`,
    `spread`,
    case when `second` > 0 then `third` / (
      `second` * sqrt(`second`)
    ) end as `skewness`
  from `centred`
)
select
  `whq_segment`,
  `whq_period`,
  `whq_chunk`,
  cast(`members` as double) as `n`,
  `minimum` as `low`,
  `maximum` as `high`,
  `skewness`
from `shapes`

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
    count(*) as `members`,
    min(`x`) as `minimum`,
    max(`x`) as `maximum`,
    sum(case when abs(`x`) > cast(1e-290 as double) then `x` * cast(0.000001 as double) else 0 end) / count(*) * 1000000 as `centre`
  from `points`
  having
    count(*) > 0
), `scaled` as (
  select
    `points`.`whq_segment`,
    `points`.`whq_period`,
    `points`.`whq_chunk`,
    `points`.`x`,
    `ranges`.`members`,
    `ranges`.`minimum`,
    `ranges`.`maximum`,
    `ranges`.`centre`,
    `points`.`x` - `ranges`.`centre` as `distance`,
    (
      `points`.`x` - `ranges`.`centre`
    ) / nullif(`ranges`.`maximum` - `ranges`.`minimum`, 0) as `z`
  from `points`
  cross join `ranges`
), `moments` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    `members`,
    `minimum`,
    `maximum`,
    `centre`,
    sum(
      case
        when abs(`distance`) > cast(1e-290 as double)
        then abs(`distance`) * cast(0.000001 as double)
        else 0
      end
    ) / `members` * 1000000 as `deviation`,
    sum(`z`) / `members` as `first`,
    sum(`z` * `z`) / `members` as `second`,
    sum(`z` * `z` * `z`) / `members` as `third`
  from `scaled`
  group by
    `members`,
    `minimum`,
    `maximum`,
    `centre`
), `centred` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `members`,
    `minimum`,
    `maximum`,
    `centre`,
    case when `deviation` > 0 and `deviation` <= cast(1e300 as double) then `deviation` else 1 end as `spread`,
    `second` - `first` * `first` as `second`,
    `third` - 3 * `first` * `second` + 2 * `first` * `first` * `first` as `third`
  from `moments`
), `shapes` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `members`,
    `minimum`,
    `maximum`,
    `centre`,
    `spread`,
    case when `second` > 0 then `third` / (
      `second` * sqrt(`second`)
    ) end as `skewness`
  from `centred`
)
select
  `whq_segment`,
  `whq_period`,
  `whq_chunk`,
  cast(`members` as double) as `n`,
  `minimum` as `low`,
  `maximum` as `high`,
  `skewness`
from `shapes`

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
    count(*) as "members",
    min("x") as "minimum",
    max("x") as "maximum",
    cast(sum(
      case
        when abs("x") > cast(1e-290 as double precision)
        then "x" * cast(0.000001 as double precision)
        else 0
      end
    ) as double precision) / count(*) * 1000000 as "centre"
  from "points"
  having
    count(*) > 0
), "scaled" as (
  select
    "points"."whq_segment",
    "points"."whq_period",
    "points"."whq_chunk",
    "points"."x",
    "ranges"."members",
    "ranges"."minimum",
    "ranges"."maximum",
    "ranges"."centre",
    "points"."x" - "ranges"."centre" as "distance",
    cast((
      "points"."x" - "ranges"."centre"
    ) as double precision) / nullif("ranges"."maximum" - "ranges"."minimum", 0) as "z"
  from "points"
  cross join "ranges"
), "moments" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "members",
    "minimum",
    "maximum",
    "centre",
    cast(sum(
      case
        when abs("distance") > cast(1e-290 as double precision)
        then abs("distance") * cast(0.000001 as double precision)
        else 0
      end
    ) as double precision) / "members" * 1000000 as "deviation",
    cast(sum("z") as double precision) / "members" as "first",
    cast(sum("z" * "z") as double precision) / "members" as "second",
    cast(sum("z" * "z" * "z") as double precision) / "members" as "third"
  from "scaled"
  group by
    "members",
    "minimum",
    "maximum",
    "centre"
), "centred" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "members",
    "minimum",
    "maximum",
    "centre",
    case when "deviation" > 0 and "deviation" <= cast(1e300 as double precision) then "deviation" else 1 end as "spread",
    "second" - "first" * "first" as "second",
    "third" - 3 * "first" * "second" + 2 * "first" * "first" * "first" as "third"
  from "moments"
), "shapes" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "members",
    "minimum",
    "maximum",
    "centre",
    "spread",
    case when "second" > 0 then cast("third" as double precision) / (
      "second" * sqrt("second")
    ) end as "skewness"
  from "centred"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  cast("members" as double precision) as "n",
  "minimum" as "low",
  "maximum" as "high",
  "skewness"
from "shapes"

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
    count(*) as "members",
    min("x") as "minimum",
    max("x") as "maximum",
    cast(sum(case when abs("x") > cast(1e-290 as double) then "x" * cast(0.000001 as double) else 0 end) as double) / count(*) * 1000000 as "centre"
  from "points"
  having
    count(*) > 0
), "scaled" as (
  select
    "points"."whq_segment",
    "points"."whq_period",
    "points"."whq_chunk",
    "points"."x",
    "ranges"."members",
    "ranges"."minimum",
    "ranges"."maximum",
    "ranges"."centre",
    "points"."x" - "ranges"."centre" as "distance",
    cast((
      "points"."x" - "ranges"."centre"
    ) as double) / nullif("ranges"."maximum" - "ranges"."minimum", 0) as "z"
  from "points"
  cross join "ranges"
), "moments" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "members",
    "minimum",
    "maximum",
    "centre",
    cast(sum(
      case
        when abs("distance") > cast(1e-290 as double)
        then abs("distance") * cast(0.000001 as double)
        else 0
      end
    ) as double) / "members" * 1000000 as "deviation",
    cast(sum("z") as double) / "members" as "first",
    cast(sum("z" * "z") as double) / "members" as "second",
    cast(sum("z" * "z" * "z") as double) / "members" as "third"
  from "scaled"
  group by
    "members",
    "minimum",
    "maximum",
    "centre"
), "centred" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "members",
    "minimum",
    "maximum",
    "centre",
    case when "deviation" > 0 and "deviation" <= cast(1e300 as double) then "deviation" else 1 end as "spread",
    "second" - "first" * "first" as "second",
    "third" - 3 * "first" * "second" + 2 * "first" * "first" * "first" as "third"
  from "moments"
), "shapes" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "members",
    "minimum",
    "maximum",
    "centre",
    "spread",
    case when "second" > 0 then cast("third" as double) / (
      "second" * sqrt("second")
    ) end as "skewness"
  from "centred"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  cast("members" as double) as "n",
  "minimum" as "low",
  "maximum" as "high",
  "skewness"
from "shapes"

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
    count(*) as "members",
    min("x") as "minimum",
    max("x") as "maximum",
    sum(
      case
        when abs("x") > cast(1e-290 as Nullable(Float64))
        then "x" * cast(0.000001 as Nullable(Float64))
        else 0
      end
    ) / count(*) * 1000000 as "centre"
  from "points"
  having
    count(*) > 0
), "scaled" as (
  select
    "points"."whq_segment" as "whq_segment",
    "points"."whq_period" as "whq_period",
    "points"."whq_chunk" as "whq_chunk",
    "points"."x" as "x",
    "ranges"."members" as "members",
    "ranges"."minimum" as "minimum",
    "ranges"."maximum" as "maximum",
    "ranges"."centre" as "centre",
    "points"."x" - "ranges"."centre" as "distance",
    (
      "points"."x" - "ranges"."centre"
    ) / nullIf("ranges"."maximum" - "ranges"."minimum", 0) as "z"
  from "points"
  cross join "ranges"
), "moments" as (
  select
    cast(null as Nullable(String)) as "whq_segment",
    cast(null as Nullable(String)) as "whq_period",
    cast(null as Nullable(Int64)) as "whq_chunk",
    "members",
    "minimum",
    "maximum",
    "centre",
    sum(
      case
        when abs("distance") > cast(1e-290 as Nullable(Float64))
        then abs("distance") * cast(0.000001 as Nullable(Float64))
        else 0
      end
    ) / "members" * 1000000 as "deviation",
    sum("z") / "members" as "first",
    sum("z" * "z") / "members" as "second",
    sum("z" * "z" * "z") / "members" as "third"
  from "scaled"
  group by
    "members",
    "minimum",
    "maximum",
    "centre"
), "centred" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "members",
    "minimum",
    "maximum",
    "centre",
    case
      when "deviation" > 0 and "deviation" <= cast(1e300 as Nullable(Float64))
      then "deviation"
      else 1
    end as "spread",
    "second" - "first" * "first" as "second",
    "third" - 3 * "first" * "second" + 2 * "first" * "first" * "first" as "third"
  from "moments"
), "shapes" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "members",
    "minimum",
    "maximum",
    "centre",
    "spread",
    case when "second" > 0 then "third" / (
      "second" * sqrt("second")
    ) end as "skewness"
  from "centred"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  cast("members" as Nullable(Float64)) as "n",
  "minimum" as "low",
  "maximum" as "high",
  "skewness"
from "shapes"
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
    count(*) as `members`,
    min(`x`) as `minimum`,
    max(`x`) as `maximum`,
    cast(sum(case when abs(`x`) > cast(1e-290 as double) then `x` * cast(0.000001 as double) else 0 end) as double) / count(*) * 1000000 as `centre`
  from `points`
  having
    count(*) > 0
), `scaled` as (
  select
    `points`.`whq_segment`,
    `points`.`whq_period`,
    `points`.`whq_chunk`,
    `points`.`x`,
    `ranges`.`members`,
    `ranges`.`minimum`,
    `ranges`.`maximum`,
    `ranges`.`centre`,
    `points`.`x` - `ranges`.`centre` as `distance`,
    cast((
      `points`.`x` - `ranges`.`centre`
    ) as double) / nullif(`ranges`.`maximum` - `ranges`.`minimum`, 0) as `z`
  from `points`
  cross join `ranges`
), `moments` as (
  select
    cast(null as char) as `whq_segment`,
    cast(null as char) as `whq_period`,
    cast(null as signed) as `whq_chunk`,
    `members`,
    `minimum`,
    `maximum`,
    `centre`,
    cast(sum(
      case
        when abs(`distance`) > cast(1e-290 as double)
        then abs(`distance`) * cast(0.000001 as double)
        else 0
      end
    ) as double) / `members` * 1000000 as `deviation`,
    cast(sum(`z`) as double) / `members` as `first`,
    cast(sum(`z` * `z`) as double) / `members` as `second`,
    cast(sum(`z` * `z` * `z`) as double) / `members` as `third`
  from `scaled`
  group by
    `members`,
    `minimum`,
    `maximum`,
    `centre`
), `centred` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `members`,
    `minimum`,
    `maximum`,
    `centre`,
    case when `deviation` > 0 and `deviation` <= cast(1e300 as double) then `deviation` else 1 end as `spread`,
    `second` - `first` * `first` as `second`,
    `third` - 3 * `first` * `second` + 2 * `first` * `first` * `first` as `third`
  from `moments`
), `shapes` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `members`,
    `minimum`,
    `maximum`,
    `centre`,
    `spread`,
    case when `second` > 0 then cast(`third` as double) / (
      `second` * sqrt(`second`)
    ) end as `skewness`
  from `centred`
)
select
  `whq_segment`,
  `whq_period`,
  `whq_chunk`,
  cast(`members` as double) as `n`,
  `minimum` as `low`,
  `maximum` as `high`,
  `skewness`
from `shapes`
