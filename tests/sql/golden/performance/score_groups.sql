-- dialect: duckdb
with "dataset" as (
  select
    case
      when abs("whq_source"."score") <= cast(1.7976931348623157e308 as double)
      then "whq_source"."score"
    end as "score",
    "truth",
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "labelled" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("score" as double) as "score",
    case when "truth" = 1 then 1 else 0 end as "truth"
  from "dataset"
  where
    not "score" is null and not "truth" is null
), "sizes" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    count(*) as "members"
  from "labelled"
  having
    count(*) > 0
), "placed" as (
  select
    "labelled"."whq_segment",
    "labelled"."whq_period",
    "labelled"."whq_chunk",
    "labelled"."score",
    "labelled"."truth",
    case when "sizes"."members" > 4 then floor("labelled"."score" * 65536) else "labelled"."score" end as "place"
  from "labelled"
  cross join "sizes"
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  case when min("score") = max("score") then min("score") else avg("score") end as "score",
  count(*) as "members",
  cast(sum("truth") as bigint) as "positives"
from "placed"
group by
  "place"

-- dialect: postgres
with "dataset" as (
  select
    case
      when abs("whq_source"."score") <= cast(1.7976931348623157e308 as double precision)
      then "whq_source"."score"
    end as "score",
    "truth",
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "labelled" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("score" as double precision) as "score",
    case when "truth" = 1 then 1 else 0 end as "truth"
  from "dataset"
  where
    not "score" is null and not "truth" is null
), "sizes" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    count(*) as "members"
  from "labelled"
  having
    count(*) > 0
), "placed" as (
  select
    "labelled"."whq_segment",
    "labelled"."whq_period",
    "labelled"."whq_chunk",
    "labelled"."score",
    "labelled"."truth",
    case when "sizes"."members" > 4 then floor("labelled"."score" * 65536) else "labelled"."score" end as "place"
  from "labelled"
  cross join "sizes"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  case when min("score") = max("score") then min("score") else avg("score") end as "score",
  count(*) as "members",
  cast(sum("truth") as bigint) as "positives"
from "placed"
group by
  "place"

-- dialect: snowflake
with "dataset" as (
  select
    case
      when abs("whq_source"."score") <= cast(1.7976931348623157e308 as double)
      then "whq_source"."score"
    end as "score",
    "truth",
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "labelled" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("score" as double) as "score",
    case when "truth" = 1 then 1 else 0 end as "truth"
  from "dataset"
  where
    not "score" is null and not "truth" is null
), "sizes" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    count(*) as "members"
  from "labelled"
  having
    count(*) > 0
), "placed" as (
  select
    "labelled"."whq_segment",
    "labelled"."whq_period",
    "labelled"."whq_chunk",
    "labelled"."score",
    "labelled"."truth",
    case when "sizes"."members" > 4 then floor("labelled"."score" * 65536) else "labelled"."score" end as "place"
  from "labelled"
  cross join "sizes"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  case when min("score") = max("score") then min("score") else avg("score") end as "score",
  count(*) as "members",
  cast(sum("truth") as bigint) as "positives"
from "placed"
group by
  "place"

-- dialect: bigquery
with `dataset` as (
  select
    case
      when abs(`whq_source`.`score`) <= cast(1.7976931348623157e308 as float64)
      then `whq_source`.`score`
    end as `score`,
    `truth`,
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as int64) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
), `labelled` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    cast(`score` as float64) as `score`,
    case when `truth` = 1 then 1 else 0 end as `truth`
  from `dataset`
  where
    not `score` is null and not `truth` is null
), `sizes` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as int64) as `whq_chunk`,
    count(*) as `members`
  from `labelled`
  having
    count(*) > 0
), `placed` as (
  select
    `labelled`.`whq_segment`,
    `labelled`.`whq_period`,
    `labelled`.`whq_chunk`,
    `labelled`.`score`,
    `labelled`.`truth`,
    case when `sizes`.`members` > 4 then floor(`labelled`.`score` * 65536) else `labelled`.`score` end as `place`
  from `labelled`
  cross join `sizes`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as int64) as `whq_chunk`,
  case when min(`score`) = max(`score`) then min(`score`) else avg(`score`) end as `score`,
  count(*) as `members`,
  cast(sum(`truth`) as int64) as `positives`
from `placed`
group by
  `place`

-- dialect: databricks
with `dataset` as (
  select
    case
      when abs(`whq_source`.`score`) <= cast(1.7976931348623157e308 as double)
      then `whq_source`.`score`
    end as `score`,
    `truth`,
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
), `labelled` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    cast(`score` as double) as `score`,
    case when `truth` = 1 then 1 else 0 end as `truth`
  from `dataset`
  where
    not `score` is null and not `truth` is null
), `sizes` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    count(*) as `members`
  from `labelled`
  having
    count(*) > 0
), `placed` as (
  select
    `labelled`.`whq_segment`,
    `labelled`.`whq_period`,
    `labelled`.`whq_chunk`,
    `labelled`.`score`,
    `labelled`.`truth`,
    case when `sizes`.`members` > 4 then floor(`labelled`.`score` * 65536) else `labelled`.`score` end as `place`
  from `labelled`
  cross join `sizes`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as bigint) as `whq_chunk`,
  case when min(`score`) = max(`score`) then min(`score`) else avg(`score`) end as `score`,
  count(*) as `members`,
  cast(sum(`truth`) as bigint) as `positives`
from `placed`
group by
  `place`

-- dialect: spark
with `dataset` as (
  select
    case
      when abs(`whq_source`.`score`) <= cast(1.7976931348623157e308 as double)
      then `whq_source`.`score`
    end as `score`,
    `truth`,
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
), `labelled` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    cast(`score` as double) as `score`,
    case when `truth` = 1 then 1 else 0 end as `truth`
  from `dataset`
  where
    not `score` is null and not `truth` is null
), `sizes` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    count(*) as `members`
  from `labelled`
  having
    count(*) > 0
), `placed` as (
  select
    `labelled`.`whq_segment`,
    `labelled`.`whq_period`,
    `labelled`.`whq_chunk`,
    `labelled`.`score`,
    `labelled`.`truth`,
    case when `sizes`.`members` > 4 then floor(`labelled`.`score` * 65536) else `labelled`.`score` end as `place`
  from `labelled`
  cross join `sizes`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as bigint) as `whq_chunk`,
  case when min(`score`) = max(`score`) then min(`score`) else avg(`score`) end as `score`,
  count(*) as `members`,
  cast(sum(`truth`) as bigint) as `positives`
from `placed`
group by
  `place`

-- dialect: redshift
with "dataset" as (
  select
    case
      when abs("whq_source"."score") <= cast(1.7976931348623157e308 as double precision)
      then "whq_source"."score"
    end as "score",
    "truth",
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "labelled" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("score" as double precision) as "score",
    case when "truth" = 1 then 1 else 0 end as "truth"
  from "dataset"
  where
    not "score" is null and not "truth" is null
), "sizes" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    count(*) as "members"
  from "labelled"
  having
    count(*) > 0
), "placed" as (
  select
    "labelled"."whq_segment",
    "labelled"."whq_period",
    "labelled"."whq_chunk",
    "labelled"."score",
    "labelled"."truth",
    case when "sizes"."members" > 4 then floor("labelled"."score" * 65536) else "labelled"."score" end as "place"
  from "labelled"
  cross join "sizes"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  case when min("score") = max("score") then min("score") else avg("score") end as "score",
  count(*) as "members",
  cast(sum("truth") as bigint) as "positives"
from "placed"
group by
  "place"

-- dialect: trino
with "dataset" as (
  select
    case
      when abs("whq_source"."score") <= cast(1.7976931348623157e308 as double)
      then "whq_source"."score"
    end as "score",
    "truth",
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "labelled" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("score" as double) as "score",
    case when "truth" = 1 then 1 else 0 end as "truth"
  from "dataset"
  where
    not "score" is null and not "truth" is null
), "sizes" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    count(*) as "members"
  from "labelled"
  having
    count(*) > 0
), "placed" as (
  select
    "labelled"."whq_segment",
    "labelled"."whq_period",
    "labelled"."whq_chunk",
    "labelled"."score",
    "labelled"."truth",
    case when "sizes"."members" > 4 then floor("labelled"."score" * 65536) else "labelled"."score" end as "place"
  from "labelled"
  cross join "sizes"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  case when min("score") = max("score") then min("score") else avg("score") end as "score",
  count(*) as "members",
  cast(sum("truth") as bigint) as "positives"
from "placed"
group by
  "place"

-- dialect: clickhouse
with "dataset" as (
  select
    case
      when abs("whq_source"."score") <= cast(1.7976931348623157e308 as Nullable(Float64))
      then "whq_source"."score"
    end as "score",
    "truth",
    cast(null as Nullable(String)) as "whq_segment",
    cast(null as Nullable(String)) as "whq_period",
    cast(null as Nullable(Int64)) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "labelled" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("score" as Nullable(Float64)) as "score",
    case when "truth" = 1 then 1 else 0 end as "truth"
  from "dataset"
  where
    not (
      "score" is null
    ) and not (
      "truth" is null
    )
), "sizes" as (
  select
    cast(null as Nullable(String)) as "whq_segment",
    cast(null as Nullable(String)) as "whq_period",
    cast(null as Nullable(Int64)) as "whq_chunk",
    count(*) as "members"
  from "labelled"
  having
    count(*) > 0
), "placed" as (
  select
    "labelled"."whq_segment" as "whq_segment",
    "labelled"."whq_period" as "whq_period",
    "labelled"."whq_chunk" as "whq_chunk",
    "labelled"."score" as "score",
    "labelled"."truth" as "truth",
    case when "sizes"."members" > 4 then floor("labelled"."score" * 65536) else "labelled"."score" end as "place"
  from "labelled"
  cross join "sizes"
)
select
  cast(null as Nullable(String)) as "whq_segment",
  cast(null as Nullable(String)) as "whq_period",
  cast(null as Nullable(Int64)) as "whq_chunk",
  case when min("score") = max("score") then min("score") else avg("score") end as "score",
  count(*) as "members",
  cast(sum("truth") as Nullable(Int64)) as "positives"
from "placed"
group by
  "place"
settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
with `dataset` as (
  select
    case
      when abs(`whq_source`.`score`) <= cast(1.7976931348623157e308 as double)
      then `whq_source`.`score`
    end as `score`,
    `truth`,
    cast(null as char) as `whq_segment`,
    cast(null as char) as `whq_period`,
    cast(null as signed) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
), `labelled` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    cast(`score` as double) as `score`,
    case when `truth` = 1 then 1 else 0 end as `truth`
  from `dataset`
  where
    not `score` is null and not `truth` is null
), `sizes` as (
  select
    cast(null as char) as `whq_segment`,
    cast(null as char) as `whq_period`,
    cast(null as signed) as `whq_chunk`,
    count(*) as `members`
  from `labelled`
  having
    count(*) > 0
), `placed` as (
  select
    `labelled`.`whq_segment`,
    `labelled`.`whq_period`,
    `labelled`.`whq_chunk`,
    `labelled`.`score`,
    `labelled`.`truth`,
    case when `sizes`.`members` > 4 then floor(`labelled`.`score` * 65536) else `labelled`.`score` end as `place`
  from `labelled`
  cross join `sizes`
)
select
  cast(null as char) as `whq_segment`,
  cast(null as char) as `whq_period`,
  cast(null as signed) as `whq_chunk`,
  case when min(`score`) = max(`score`) then min(`score`) else avg(`score`) end as `score`,
  count(*) as `members`,
  cast(sum(`truth`) as signed) as `positives`
from `placed`
group by
  `place`
