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
), "sizes" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    cast(count(*) as double) as "n"
  from "points"
  having
    count(*) > 0
), "centres" as (
  select
    sum("x" * cast(0.000001 as double)) / count(*) * 1000000 as "centre"
  from "points"
), "spreads" as (
  select
    "centres"."centre",
    sum(abs("points"."x" - "centres"."centre") * cast(0.000001 as double)) / count(*) * 1000000 as "deviation"
  from "points"
  cross join "centres"
  group by
    "centres"."centre"
), "curves" as (
  select
    "centre",
    case when "deviation" > 0 and "deviation" <= cast(1e300 as double) then "deviation" else 1 end as "spread"
  from "spreads"
), "placed" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "x",
    cast(floor(
      4096 * sign("x" - "centre") * (
        1 - "curves"."spread" / (
          "curves"."spread" + abs("x" - "centre")
        )
      )
    ) as int) as "bin"
  from "points"
  cross join "curves"
), "counted" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "bin",
    count(*) as "k",
    min("x") as "low",
    max("x") as "high"
  from "placed"
  group by
    "bin"
), "judged" as (
  select
    "counted"."whq_segment",
    "counted"."whq_period",
    "counted"."whq_chunk",
    "counted"."bin",
    "counted"."k",
    "counted"."low",
    "counted"."high",
    case
      when "counted"."k" * cast(1000 as double) > "sizes"."n" and "counted"."low" < "counted"."high"
      then 1
      else 0
    end as "is_crowded"
  from "counted"
  cross join "sizes"
), "levels" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("k" as double) as "k",
    "low",
    "high"
  from "judged"
  where
    "is_crowded" = 0
  union all
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    cast(count(*) as double),
    "placed"."x",
    "placed"."x"
  from "placed"
  join "judged"
    on "judged"."bin" = "placed"."bin"
  where
    "judged"."is_crowded" = 1
  group by
    "placed"."x"
), "sized" as (
  select
    "levels"."whq_segment",
    "levels"."whq_period",
    "levels"."whq_chunk",
    "levels"."k",
    "levels"."low",
    "levels"."high",
    "sizes"."n",
    case when "levels"."low" = "levels"."high" and "levels"."k" * 1000 > "sizes"."n" then 1 else 0 end as "is_heavy"
  from "levels"
  cross join "sizes"
), "ranked" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "k",
    "low",
    "high",
    "n",
    "is_heavy",
    sum("is_heavy") over (order by "low" nulls first rows between unbounded preceding and current row) as "heavy_le",
    sum("k") over (order by "low" nulls first rows between unbounded preceding and current row) as "k_le"
  from "sized"
), "parts" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "k",
    "low",
    "high",
    "is_heavy",
    "heavy_le",
    floor((
      "k_le" - "k"
    ) * 500 / "n") as "part"
  from "ranked"
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  sum("k") as "n",
  min("low") as "low",
  max("high") as "high"
from "parts"
group by
  "is_heavy",
  "heavy_le",
  "part"

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
), "sizes" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    cast(count(*) as double precision) as "n"
  from "points"
  having
    count(*) > 0
), "centres" as (
  select
    cast(sum("x" * cast(0.000001 as double precision)) as double precision) / count(*) * 1000000 as "centre"
  from "points"
), "spreads" as (
  select
    "centres"."centre",
    cast(sum(abs("points"."x" - "centres"."centre") * cast(0.000001 as double precision)) as double precision) / count(*) * 1000000 as "deviation"
  from "points"
  cross join "centres"
  group by
    "centres"."centre"
), "curves" as (
  select
    "centre",
    case when "deviation" > 0 and "deviation" <= cast(1e300 as double precision) then "deviation" else 1 end as "spread"
  from "spreads"
), "placed" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "x",
    cast(floor(
      4096 * sign("x" - "centre") * (
        1 - cast("curves"."spread" as double precision) / (
          "curves"."spread" + abs("x" - "centre")
        )
      )
    ) as int) as "bin"
  from "points"
  cross join "curves"
), "counted" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "bin",
    count(*) as "k",
    min("x") as "low",
    max("x") as "high"
  from "placed"
  group by
    "bin"
), "judged" as (
  select
    "counted"."whq_segment",
    "counted"."whq_period",
    "counted"."whq_chunk",
    "counted"."bin",
    "counted"."k",
    "counted"."low",
    "counted"."high",
    case
      when "counted"."k" * cast(1000 as double precision) > "sizes"."n" and "counted"."low" < "counted"."high"
      then 1
      else 0
    end as "is_crowded"
  from "counted"
  cross join "sizes"
), "levels" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("k" as double precision) as "k",
    "low",
    "high"
  from "judged"
  where
    "is_crowded" = 0
  union all
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    cast(count(*) as double precision),
    "placed"."x",
    "placed"."x"
  from "placed"
  join "judged"
    on "judged"."bin" = "placed"."bin"
  where
    "judged"."is_crowded" = 1
  group by
    "placed"."x"
), "sized" as (
  select
    "levels"."whq_segment",
    "levels"."whq_period",
    "levels"."whq_chunk",
    "levels"."k",
    "levels"."low",
    "levels"."high",
    "sizes"."n",
    case when "levels"."low" = "levels"."high" and "levels"."k" * 1000 > "sizes"."n" then 1 else 0 end as "is_heavy"
  from "levels"
  cross join "sizes"
), "ranked" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "k",
    "low",
    "high",
    "n",
    "is_heavy",
    sum("is_heavy") over (order by "low" nulls first rows between unbounded preceding and current row) as "heavy_le",
    sum("k") over (order by "low" nulls first rows between unbounded preceding and current row) as "k_le"
  from "sized"
), "parts" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "k",
    "low",
    "high",
    "is_heavy",
    "heavy_le",
    floor(cast((
      "k_le" - "k"
    ) * 500 as double precision) / "n") as "part"
  from "ranked"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  sum("k") as "n",
  min("low") as "low",
  max("high") as "high"
from "parts"
group by
  "is_heavy",
  "heavy_le",
  "part"

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
), "sizes" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    cast(count(*) as double) as "n"
  from "points"
  having
    count(*) > 0
), "centres" as (
  select
    cast(sum("x" * cast(0.000001 as double)) as double) / count(*) * 1000000 as "centre"
  from "points"
), "spreads" as (
  select
    "centres"."centre",
    cast(sum(abs("points"."x" - "centres"."centre") * cast(0.000001 as double)) as double) / count(*) * 1000000 as "deviation"
  from "points"
  cross join "centres"
  group by
    "centres"."centre"
), "curves" as (
  select
    "centre",
    case when "deviation" > 0 and "deviation" <= cast(1e300 as double) then "deviation" else 1 end as "spread"
  from "spreads"
), "placed" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "x",
    cast(floor(
      4096 * sign("x" - "centre") * (
        1 - cast("curves"."spread" as double) / (
          "curves"."spread" + abs("x" - "centre")
        )
      )
    ) as int) as "bin"
  from "points"
  cross join "curves"
), "counted" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "bin",
    count(*) as "k",
    min("x") as "low",
    max("x") as "high"
  from "placed"
  group by
    "bin"
), "judged" as (
  select
    "counted"."whq_segment",
    "counted"."whq_period",
    "counted"."whq_chunk",
    "counted"."bin",
    "counted"."k",
    "counted"."low",
    "counted"."high",
    case
      when "counted"."k" * cast(1000 as double) > "sizes"."n" and "counted"."low" < "counted"."high"
      then 1
      else 0
    end as "is_crowded"
  from "counted"
  cross join "sizes"
), "levels" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("k" as double) as "k",
    "low",
    "high"
  from "judged"
  where
    "is_crowded" = 0
  union all
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    cast(count(*) as double),
    "placed"."x",
    "placed"."x"
  from "placed"
  join "judged"
    on "judged"."bin" = "placed"."bin"
  where
    "judged"."is_crowded" = 1
  group by
    "placed"."x"
), "sized" as (
  select
    "levels"."whq_segment",
    "levels"."whq_period",
    "levels"."whq_chunk",
    "levels"."k",
    "levels"."low",
    "levels"."high",
    "sizes"."n",
    case when "levels"."low" = "levels"."high" and "levels"."k" * 1000 > "sizes"."n" then 1 else 0 end as "is_heavy"
  from "levels"
  cross join "sizes"
), "ranked" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "k",
    "low",
    "high",
    "n",
    "is_heavy",
    sum("is_heavy") over (order by "low" nulls first rows between unbounded preceding and current row) as "heavy_le",
    sum("k") over (order by "low" nulls first rows between unbounded preceding and current row) as "k_le"
  from "sized"
), "parts" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "k",
    "low",
    "high",
    "is_heavy",
    "heavy_le",
    floor(cast((
      "k_le" - "k"
    ) * 500 as double) / "n") as "part"
  from "ranked"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  sum("k") as "n",
  min("low") as "low",
  max("high") as "high"
from "parts"
group by
  "is_heavy",
  "heavy_le",
  "part"

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
), `sizes` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as int64) as `whq_chunk`,
    cast(count(*) as float64) as `n`
  from `points`
  having
    count(*) > 0
), `centres` as (
  select
    sum(`x` * cast(0.000001 as float64)) / count(*) * 1000000 as `centre`
  from `points`
), `spreads` as (
  select
    `centres`.`centre`,
    sum(abs(`points`.`x` - `centres`.`centre`) * cast(0.000001 as float64)) / count(*) * 1000000 as `deviation`
  from `points`
  cross join `centres`
  group by
    `centres`.`centre`
), `curves` as (
  select
    `centre`,
    case when `deviation` > 0 and `deviation` <= cast(1e300 as float64) then `deviation` else 1 end as `spread`
  from `spreads`
), `placed` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `x`,
    cast(floor(
      4096 * sign(`x` - `centre`) * (
        1 - `curves`.`spread` / (
          `curves`.`spread` + abs(`x` - `centre`)
        )
      )
    ) as int64) as `bin`
  from `points`
  cross join `curves`
), `counted` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as int64) as `whq_chunk`,
    `bin`,
    count(*) as `k`,
    min(`x`) as `low`,
    max(`x`) as `high`
  from `placed`
  group by
    `bin`
), `judged` as (
  select
    `counted`.`whq_segment`,
    `counted`.`whq_period`,
    `counted`.`whq_chunk`,
    `counted`.`bin`,
    `counted`.`k`,
    `counted`.`low`,
    `counted`.`high`,
    case
      when `counted`.`k` * cast(1000 as float64) > `sizes`.`n` and `counted`.`low` < `counted`.`high`
      then 1
      else 0
    end as `is_crowded`
  from `counted`
  cross join `sizes`
), `levels` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    cast(`k` as float64) as `k`,
    `low`,
    `high`
  from `judged`
  where
    `is_crowded` = 0
  union all
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as int64) as `whq_chunk`,
    cast(count(*) as float64),
    `placed`.`x`,
    `placed`.`x`
  from `placed`
  join `judged`
    on `judged`.`bin` = `placed`.`bin`
  where
    `judged`.`is_crowded` = 1
  group by
    `placed`.`x`
), `sized` as (
  select
    `levels`.`whq_segment`,
    `levels`.`whq_period`,
    `levels`.`whq_chunk`,
    `levels`.`k`,
    `levels`.`low`,
    `levels`.`high`,
    `sizes`.`n`,
    case when `levels`.`low` = `levels`.`high` and `levels`.`k` * 1000 > `sizes`.`n` then 1 else 0 end as `is_heavy`
  from `levels`
  cross join `sizes`
), `ranked` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `k`,
    `low`,
    `high`,
    `n`,
    `is_heavy`,
    sum(`is_heavy`) over (order by `low` rows between unbounded preceding and current row) as `heavy_le`,
    sum(`k`) over (order by `low` rows between unbounded preceding and current row) as `k_le`
  from `sized`
), `parts` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `k`,
    `low`,
    `high`,
    `is_heavy`,
    `heavy_le`,
    floor((
      `k_le` - `k`
    ) * 500 / `n`) as `part`
  from `ranked`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as int64) as `whq_chunk`,
  sum(`k`) as `n`,
  min(`low`) as `low`,
  max(`high`) as `high`
from `parts`
group by
  `is_heavy`,
  `heavy_le`,
  `part`

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
), `sizes` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    cast(count(*) as double) as `n`
  from `points`
  having
    count(*) > 0
), `centres` as (
  select
    sum(`x` * cast(0.000001 as double)) / count(*) * 1000000 as `centre`
  from `points`
), `spreads` as (
  select
    `centres`.`centre`,
    sum(abs(`points`.`x` - `centres`.`centre`) * cast(0.000001 as double)) / count(*) * 1000000 as `deviation`
  from `points`
  cross join `centres`
  group by
    `centres`.`centre`
), `curves` as (
  select
    `centre`,
    case when `deviation` > 0 and `deviation` <= cast(1e300 as double) then `deviation` else 1 end as `spread`
  from `spreads`
), `placed` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `x`,
    cast(floor(
      4096 * sign(`x` - `centre`) * (
        1 - `curves`.`spread` / (
          `curves`.`spread` + abs(`x` - `centre`)
        )
      )
    ) as int) as `bin`
  from `points`
  cross join `curves`
), `counted` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    `bin`,
    count(*) as `k`,
    min(`x`) as `low`,
    max(`x`) as `high`
  from `placed`
  group by
    `bin`
), `judged` as (
  select
    `counted`.`whq_segment`,
    `counted`.`whq_period`,
    `counted`.`whq_chunk`,
    `counted`.`bin`,
    `counted`.`k`,
    `counted`.`low`,
    `counted`.`high`,
    case
      when `counted`.`k` * cast(1000 as double) > `sizes`.`n` and `counted`.`low` < `counted`.`high`
      then 1
      else 0
    end as `is_crowded`
  from `counted`
  cross join `sizes`
), `levels` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    cast(`k` as double) as `k`,
    `low`,
    `high`
  from `judged`
  where
    `is_crowded` = 0
  union all
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    cast(count(*) as double),
    `placed`.`x`,
    `placed`.`x`
  from `placed`
  join `judged`
    on `judged`.`bin` = `placed`.`bin`
  where
    `judged`.`is_crowded` = 1
  group by
    `placed`.`x`
), `sized` as (
  select
    `levels`.`whq_segment`,
    `levels`.`whq_period`,
    `levels`.`whq_chunk`,
    `levels`.`k`,
    `levels`.`low`,
    `levels`.`high`,
    `sizes`.`n`,
    case when `levels`.`low` = `levels`.`high` and `levels`.`k` * 1000 > `sizes`.`n` then 1 else 0 end as `is_heavy`
  from `levels`
  cross join `sizes`
), `ranked` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `k`,
    `low`,
    `high`,
    `n`,
    `is_heavy`,
    sum(`is_heavy`) over (order by `low` rows between unbounded preceding and current row) as `heavy_le`,
    sum(`k`) over (order by `low` rows between unbounded preceding and current row) as `k_le`
  from `sized`
), `parts` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `k`,
    `low`,
    `high`,
    `is_heavy`,
    `heavy_le`,
    floor((
      `k_le` - `k`
    ) * 500 / `n`) as `part`
  from `ranked`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as bigint) as `whq_chunk`,
  sum(`k`) as `n`,
  min(`low`) as `low`,
  max(`high`) as `high`
from `parts`
group by
  `is_heavy`,
  `heavy_le`,
  `part`

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
), `sizes` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    cast(count(*) as double) as `n`
  from `points`
  having
    count(*) > 0
), `centres` as (
  select
    sum(`x` * cast(0.000001 as double)) / count(*) * 1000000 as `centre`
  from `points`
), `spreads` as (
  select
    `centres`.`centre`,
    sum(abs(`points`.`x` - `centres`.`centre`) * cast(0.000001 as double)) / count(*) * 1000000 as `deviation`
  from `points`
  cross join `centres`
  group by
    `centres`.`centre`
), `curves` as (
  select
    `centre`,
    case when `deviation` > 0 and `deviation` <= cast(1e300 as double) then `deviation` else 1 end as `spread`
  from `spreads`
), `placed` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `x`,
    cast(floor(
      4096 * sign(`x` - `centre`) * (
        1 - `curves`.`spread` / (
          `curves`.`spread` + abs(`x` - `centre`)
        )
      )
    ) as int) as `bin`
  from `points`
  cross join `curves`
), `counted` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    `bin`,
    count(*) as `k`,
    min(`x`) as `low`,
    max(`x`) as `high`
  from `placed`
  group by
    `bin`
), `judged` as (
  select
    `counted`.`whq_segment`,
    `counted`.`whq_period`,
    `counted`.`whq_chunk`,
    `counted`.`bin`,
    `counted`.`k`,
    `counted`.`low`,
    `counted`.`high`,
    case
      when `counted`.`k` * cast(1000 as double) > `sizes`.`n` and `counted`.`low` < `counted`.`high`
      then 1
      else 0
    end as `is_crowded`
  from `counted`
  cross join `sizes`
), `levels` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    cast(`k` as double) as `k`,
    `low`,
    `high`
  from `judged`
  where
    `is_crowded` = 0
  union all
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    cast(count(*) as double),
    `placed`.`x`,
    `placed`.`x`
  from `placed`
  join `judged`
    on `judged`.`bin` = `placed`.`bin`
  where
    `judged`.`is_crowded` = 1
  group by
    `placed`.`x`
), `sized` as (
  select
    `levels`.`whq_segment`,
    `levels`.`whq_period`,
    `levels`.`whq_chunk`,
    `levels`.`k`,
    `levels`.`low`,
    `levels`.`high`,
    `sizes`.`n`,
    case when `levels`.`low` = `levels`.`high` and `levels`.`k` * 1000 > `sizes`.`n` then 1 else 0 end as `is_heavy`
  from `levels`
  cross join `sizes`
), `ranked` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `k`,
    `low`,
    `high`,
    `n`,
    `is_heavy`,
    sum(`is_heavy`) over (order by `low` rows between unbounded preceding and current row) as `heavy_le`,
    sum(`k`) over (order by `low` rows between unbounded preceding and current row) as `k_le`
  from `sized`
), `parts` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `k`,
    `low`,
    `high`,
    `is_heavy`,
    `heavy_le`,
    floor((
      `k_le` - `k`
    ) * 500 / `n`) as `part`
  from `ranked`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as bigint) as `whq_chunk`,
  sum(`k`) as `n`,
  min(`low`) as `low`,
  max(`high`) as `high`
from `parts`
group by
  `is_heavy`,
  `heavy_le`,
  `part`

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
), "sizes" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    cast(count(*) as double precision) as "n"
  from "points"
  having
    count(*) > 0
), "centres" as (
  select
    cast(sum("x" * cast(0.000001 as double precision)) as double precision) / count(*) * 1000000 as "centre"
  from "points"
), "spreads" as (
  select
    "centres"."centre",
    cast(sum(abs("points"."x" - "centres"."centre") * cast(0.000001 as double precision)) as double precision) / count(*) * 1000000 as "deviation"
  from "points"
  cross join "centres"
  group by
    "centres"."centre"
), "curves" as (
  select
    "centre",
    case when "deviation" > 0 and "deviation" <= cast(1e300 as double precision) then "deviation" else 1 end as "spread"
  from "spreads"
), "placed" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "x",
    cast(floor(
      4096 * sign("x" - "centre") * (
        1 - cast("curves"."spread" as double precision) / (
          "curves"."spread" + abs("x" - "centre")
        )
      )
    ) as integer) as "bin"
  from "points"
  cross join "curves"
), "counted" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "bin",
    count(*) as "k",
    min("x") as "low",
    max("x") as "high"
  from "placed"
  group by
    "bin"
), "judged" as (
  select
    "counted"."whq_segment",
    "counted"."whq_period",
    "counted"."whq_chunk",
    "counted"."bin",
    "counted"."k",
    "counted"."low",
    "counted"."high",
    case
      when "counted"."k" * cast(1000 as double precision) > "sizes"."n" and "counted"."low" < "counted"."high"
      then 1
      else 0
    end as "is_crowded"
  from "counted"
  cross join "sizes"
), "levels" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("k" as double precision) as "k",
    "low",
    "high"
  from "judged"
  where
    "is_crowded" = 0
  union all
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    cast(count(*) as double precision),
    "placed"."x",
    "placed"."x"
  from "placed"
  join "judged"
    on "judged"."bin" = "placed"."bin"
  where
    "judged"."is_crowded" = 1
  group by
    "placed"."x"
), "sized" as (
  select
    "levels"."whq_segment",
    "levels"."whq_period",
    "levels"."whq_chunk",
    "levels"."k",
    "levels"."low",
    "levels"."high",
    "sizes"."n",
    case when "levels"."low" = "levels"."high" and "levels"."k" * 1000 > "sizes"."n" then 1 else 0 end as "is_heavy"
  from "levels"
  cross join "sizes"
), "ranked" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "k",
    "low",
    "high",
    "n",
    "is_heavy",
    sum("is_heavy") over (order by "low" nulls first rows between unbounded preceding and current row) as "heavy_le",
    sum("k") over (order by "low" nulls first rows between unbounded preceding and current row) as "k_le"
  from "sized"
), "parts" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "k",
    "low",
    "high",
    "is_heavy",
    "heavy_le",
    floor(cast((
      "k_le" - "k"
    ) * 500 as double precision) / "n") as "part"
  from "ranked"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  sum("k") as "n",
  min("low") as "low",
  max("high") as "high"
from "parts"
group by
  "is_heavy",
  "heavy_le",
  "part"

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
), "sizes" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    cast(count(*) as double) as "n"
  from "points"
  having
    count(*) > 0
), "centres" as (
  select
    cast(sum("x" * cast(0.000001 as double)) as double) / count(*) * 1000000 as "centre"
  from "points"
), "spreads" as (
  select
    "centres"."centre",
    cast(sum(abs("points"."x" - "centres"."centre") * cast(0.000001 as double)) as double) / count(*) * 1000000 as "deviation"
  from "points"
  cross join "centres"
  group by
    "centres"."centre"
), "curves" as (
  select
    "centre",
    case when "deviation" > 0 and "deviation" <= cast(1e300 as double) then "deviation" else 1 end as "spread"
  from "spreads"
), "placed" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "x",
    cast(floor(
      4096 * sign("x" - "centre") * (
        1 - cast("curves"."spread" as double) / (
          "curves"."spread" + abs("x" - "centre")
        )
      )
    ) as integer) as "bin"
  from "points"
  cross join "curves"
), "counted" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "bin",
    count(*) as "k",
    min("x") as "low",
    max("x") as "high"
  from "placed"
  group by
    "bin"
), "judged" as (
  select
    "counted"."whq_segment",
    "counted"."whq_period",
    "counted"."whq_chunk",
    "counted"."bin",
    "counted"."k",
    "counted"."low",
    "counted"."high",
    case
      when "counted"."k" * cast(1000 as double) > "sizes"."n" and "counted"."low" < "counted"."high"
      then 1
      else 0
    end as "is_crowded"
  from "counted"
  cross join "sizes"
), "levels" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("k" as double) as "k",
    "low",
    "high"
  from "judged"
  where
    "is_crowded" = 0
  union all
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    cast(count(*) as double),
    "placed"."x",
    "placed"."x"
  from "placed"
  join "judged"
    on "judged"."bin" = "placed"."bin"
  where
    "judged"."is_crowded" = 1
  group by
    "placed"."x"
), "sized" as (
  select
    "levels"."whq_segment",
    "levels"."whq_period",
    "levels"."whq_chunk",
    "levels"."k",
    "levels"."low",
    "levels"."high",
    "sizes"."n",
    case when "levels"."low" = "levels"."high" and "levels"."k" * 1000 > "sizes"."n" then 1 else 0 end as "is_heavy"
  from "levels"
  cross join "sizes"
), "ranked" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "k",
    "low",
    "high",
    "n",
    "is_heavy",
    sum("is_heavy") over (order by "low" nulls first rows between unbounded preceding and current row) as "heavy_le",
    sum("k") over (order by "low" nulls first rows between unbounded preceding and current row) as "k_le"
  from "sized"
), "parts" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "k",
    "low",
    "high",
    "is_heavy",
    "heavy_le",
    floor(cast((
      "k_le" - "k"
    ) * 500 as double) / "n") as "part"
  from "ranked"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  sum("k") as "n",
  min("low") as "low",
  max("high") as "high"
from "parts"
group by
  "is_heavy",
  "heavy_le",
  "part"

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
), "sizes" as (
  select
    cast(null as Nullable(String)) as "whq_segment",
    cast(null as Nullable(String)) as "whq_period",
    cast(null as Nullable(Int64)) as "whq_chunk",
    cast(count(*) as Nullable(Float64)) as "n"
  from "points"
  having
    count(*) > 0
), "centres" as (
  select
    sum("x" * cast(0.000001 as Nullable(Float64))) / count(*) * 1000000 as "centre"
  from "points"
), "spreads" as (
  select
    "centres"."centre" as "centre",
    sum(abs("points"."x" - "centres"."centre") * cast(0.000001 as Nullable(Float64))) / count(*) * 1000000 as "deviation"
  from "points"
  cross join "centres"
  group by
    "centres"."centre"
), "curves" as (
  select
    "centre",
    case
      when "deviation" > 0 and "deviation" <= cast(1e300 as Nullable(Float64))
      then "deviation"
      else 1
    end as "spread"
  from "spreads"
), "placed" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "x",
    cast(floor(
      4096 * sign("x" - "centre") * (
        1 - "curves"."spread" / (
          "curves"."spread" + abs("x" - "centre")
        )
      )
    ) as Nullable(Int32)) as "bin"
  from "points"
  cross join "curves"
), "counted" as (
  select
    cast(null as Nullable(String)) as "whq_segment",
    cast(null as Nullable(String)) as "whq_period",
    cast(null as Nullable(Int64)) as "whq_chunk",
    "bin",
    count(*) as "k",
    min("x") as "low",
    max("x") as "high"
  from "placed"
  group by
    "bin"
), "judged" as (
  select
    "counted"."whq_segment" as "whq_segment",
    "counted"."whq_period" as "whq_period",
    "counted"."whq_chunk" as "whq_chunk",
    "counted"."bin" as "bin",
    "counted"."k" as "k",
    "counted"."low" as "low",
    "counted"."high" as "high",
    case
      when "counted"."k" * cast(1000 as Nullable(Float64)) > "sizes"."n" and "counted"."low" < "counted"."high"
      then 1
      else 0
    end as "is_crowded"
  from "counted"
  cross join "sizes"
), "levels" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("k" as Nullable(Float64)) as "k",
    "low",
    "high"
  from "judged"
  where
    "is_crowded" = 0
  union all
  select
    cast(null as Nullable(String)) as "whq_segment",
    cast(null as Nullable(String)) as "whq_period",
    cast(null as Nullable(Int64)) as "whq_chunk",
    cast(count(*) as Nullable(Float64)),
    "placed"."x" as "x",
    "placed"."x" as "x"
  from "placed"
  join "judged"
    on "judged"."bin" = "placed"."bin"
  where
    "judged"."is_crowded" = 1
  group by
    "placed"."x"
), "sized" as (
  select
    "levels"."whq_segment" as "whq_segment",
    "levels"."whq_period" as "whq_period",
    "levels"."whq_chunk" as "whq_chunk",
    "levels"."k" as "k",
    "levels"."low" as "low",
    "levels"."high" as "high",
    "sizes"."n" as "n",
    case when "levels"."low" = "levels"."high" and "levels"."k" * 1000 > "sizes"."n" then 1 else 0 end as "is_heavy"
  from "levels"
  cross join "sizes"
), "ranked" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "k",
    "low",
    "high",
    "n",
    "is_heavy",
    sum("is_heavy") over (order by "low" nulls first rows between unbounded preceding and current row) as "heavy_le",
    sum("k") over (order by "low" nulls first rows between unbounded preceding and current row) as "k_le"
  from "sized"
), "parts" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "k",
    "low",
    "high",
    "is_heavy",
    "heavy_le",
    floor((
      "k_le" - "k"
    ) * 500 / "n") as "part"
  from "ranked"
)
select
  cast(null as Nullable(String)) as "whq_segment",
  cast(null as Nullable(String)) as "whq_period",
  cast(null as Nullable(Int64)) as "whq_chunk",
  sum("k") as "n",
  min("low") as "low",
  max("high") as "high"
from "parts"
group by
  "is_heavy",
  "heavy_le",
  "part"
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
), `sizes` as (
  select
    cast(null as char) as `whq_segment`,
    cast(null as char) as `whq_period`,
    cast(null as signed) as `whq_chunk`,
    cast(count(*) as double) as `n`
  from `points`
  having
    count(*) > 0
), `centres` as (
  select
    cast(sum(`x` * cast(0.000001 as double)) as double) / count(*) * 1000000 as `centre`
  from `points`
), `spreads` as (
  select
    `centres`.`centre`,
    cast(sum(abs(`points`.`x` - `centres`.`centre`) * cast(0.000001 as double)) as double) / count(*) * 1000000 as `deviation`
  from `points`
  cross join `centres`
  group by
    `centres`.`centre`
), `curves` as (
  select
    `centre`,
    case when `deviation` > 0 and `deviation` <= cast(1e300 as double) then `deviation` else 1 end as `spread`
  from `spreads`
), `placed` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `x`,
    cast(floor(
      4096 * sign(`x` - `centre`) * (
        1 - cast(`curves`.`spread` as double) / (
          `curves`.`spread` + abs(`x` - `centre`)
        )
      )
    ) as signed) as `bin`
  from `points`
  cross join `curves`
), `counted` as (
  select
    cast(null as char) as `whq_segment`,
    cast(null as char) as `whq_period`,
    cast(null as signed) as `whq_chunk`,
    `bin`,
    count(*) as `k`,
    min(`x`) as `low`,
    max(`x`) as `high`
  from `placed`
  group by
    `bin`
), `judged` as (
  select
    `counted`.`whq_segment`,
    `counted`.`whq_period`,
    `counted`.`whq_chunk`,
    `counted`.`bin`,
    `counted`.`k`,
    `counted`.`low`,
    `counted`.`high`,
    case
      when `counted`.`k` * cast(1000 as double) > `sizes`.`n` and `counted`.`low` < `counted`.`high`
      then 1
      else 0
    end as `is_crowded`
  from `counted`
  cross join `sizes`
), `levels` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    cast(`k` as double) as `k`,
    `low`,
    `high`
  from `judged`
  where
    `is_crowded` = 0
  union all
  select
    cast(null as char) as `whq_segment`,
    cast(null as char) as `whq_period`,
    cast(null as signed) as `whq_chunk`,
    cast(count(*) as double),
    `placed`.`x`,
    `placed`.`x`
  from `placed`
  join `judged`
    on `judged`.`bin` = `placed`.`bin`
  where
    `judged`.`is_crowded` = 1
  group by
    `placed`.`x`
), `sized` as (
  select
    `levels`.`whq_segment`,
    `levels`.`whq_period`,
    `levels`.`whq_chunk`,
    `levels`.`k`,
    `levels`.`low`,
    `levels`.`high`,
    `sizes`.`n`,
    case when `levels`.`low` = `levels`.`high` and `levels`.`k` * 1000 > `sizes`.`n` then 1 else 0 end as `is_heavy`
  from `levels`
  cross join `sizes`
), `ranked` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `k`,
    `low`,
    `high`,
    `n`,
    `is_heavy`,
    sum(`is_heavy`) over (order by `low` rows between unbounded preceding and current row) as `heavy_le`,
    sum(`k`) over (order by `low` rows between unbounded preceding and current row) as `k_le`
  from `sized`
), `parts` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `k`,
    `low`,
    `high`,
    `is_heavy`,
    `heavy_le`,
    floor(cast((
      `k_le` - `k`
    ) * 500 as double) / `n`) as `part`
  from `ranked`
)
select
  cast(null as char) as `whq_segment`,
  cast(null as char) as `whq_period`,
  cast(null as signed) as `whq_chunk`,
  sum(`k`) as `n`,
  min(`low`) as `low`,
  max(`high`) as `high`
from `parts`
group by
  `is_heavy`,
  `heavy_le`,
  `part`
