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
), "exact" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "score",
    count(*) as "score_members",
    sum("truth") as "score_positives"
  from "labelled"
  group by
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "score"
), "sizes" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    count(*) as "distinct_scores"
  from "exact"
  group by
    "whq_segment",
    "whq_period",
    "whq_chunk"
), "placed" as (
  select
    "exact"."whq_segment",
    "exact"."whq_period",
    "exact"."whq_chunk",
    "exact"."score" as "exact_score",
    "exact"."score_members",
    "exact"."score_positives",
    case when "sizes"."distinct_scores" > 3 then floor("exact"."score" * 65536) else "exact"."score" end as "place",
    case when "sizes"."distinct_scores" > 3 then 1 else 0 end as "binned"
  from "exact"
  join "sizes"
    on "exact"."whq_segment" is not distinct from "sizes"."whq_segment"
    and "exact"."whq_period" is not distinct from "sizes"."whq_period"
    and "exact"."whq_chunk" is not distinct from "sizes"."whq_chunk"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  case
    when max("binned") = 0
    then min("exact_score")
    else sum("exact_score" * "score_members") / nullif(sum("score_members"), 0)
  end as "score",
  sum("score_members") as "members",
  sum("score_positives") as "positives"
from "placed"
group by
  "whq_segment",
  "whq_period",
  "whq_chunk",
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
), "exact" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "score",
    count(*) as "score_members",
    sum("truth") as "score_positives"
  from "labelled"
  group by
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "score"
), "sizes" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    count(*) as "distinct_scores"
  from "exact"
  group by
    "whq_segment",
    "whq_period",
    "whq_chunk"
), "placed" as (
  select
    "exact"."whq_segment",
    "exact"."whq_period",
    "exact"."whq_chunk",
    "exact"."score" as "exact_score",
    "exact"."score_members",
    "exact"."score_positives",
    case when "sizes"."distinct_scores" > 3 then floor("exact"."score" * 65536) else "exact"."score" end as "place",
    case when "sizes"."distinct_scores" > 3 then 1 else 0 end as "binned"
  from "exact"
  join "sizes"
    on "exact"."whq_segment" is not distinct from "sizes"."whq_segment"
    and "exact"."whq_period" is not distinct from "sizes"."whq_period"
    and "exact"."whq_chunk" is not distinct from "sizes"."whq_chunk"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  case
    when max("binned") = 0
    then min("exact_score")
    else cast(sum("exact_score" * "score_members") as double precision) / nullif(sum("score_members"), 0)
  end as "score",
  sum("score_members") as "members",
  sum("score_positives") as "positives"
from "placed"
group by
  "whq_segment",
  "whq_period",
  "whq_chunk",
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
), "exact" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "score",
    count(*) as "score_members",
    sum("truth") as "score_positives"
  from "labelled"
  group by
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "score"
), "sizes" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    count(*) as "distinct_scores"
  from "exact"
  group by
    "whq_segment",
    "whq_period",
    "whq_chunk"
), "placed" as (
  select
    "exact"."whq_segment",
    "exact"."whq_period",
    "exact"."whq_chunk",
    "exact"."score" as "exact_score",
    "exact"."score_members",
    "exact"."score_positives",
    case when "sizes"."distinct_scores" > 3 then floor("exact"."score" * 65536) else "exact"."score" end as "place",
    case when "sizes"."distinct_scores" > 3 then 1 else 0 end as "binned"
  from "exact"
  join "sizes"
    on "exact"."whq_segment" is not distinct from "sizes"."whq_segment"
    and "exact"."whq_period" is not distinct from "sizes"."whq_period"
    and "exact"."whq_chunk" is not distinct from "sizes"."whq_chunk"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  case
    when max("binned") = 0
    then min("exact_score")
    else cast(sum("exact_score" * "score_members") as double) / nullif(sum("score_members"), 0)
  end as "score",
  sum("score_members") as "members",
  sum("score_positives") as "positives"
from "placed"
group by
  "whq_segment",
  "whq_period",
  "whq_chunk",
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
), `exact` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `score`,
    count(*) as `score_members`,
    sum(`truth`) as `score_positives`
  from `labelled`
  group by
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `score`
), `sizes` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    count(*) as `distinct_scores`
  from `exact`
  group by
    `whq_segment`,
    `whq_period`,
    `whq_chunk`
), `placed` as (
  select
    `exact`.`whq_segment`,
    `exact`.`whq_period`,
    `exact`.`whq_chunk`,
    `exact`.`score` as `exact_score`,
    `exact`.`score_members`,
    `exact`.`score_positives`,
    case when `sizes`.`distinct_scores` > 3 then floor(`exact`.`score` * 65536) else `exact`.`score` end as `place`,
    case when `sizes`.`distinct_scores` > 3 then 1 else 0 end as `binned`
  from `exact`
  join `sizes`
    on `exact`.`whq_segment` is not distinct from `sizes`.`whq_segment`
    and `exact`.`whq_period` is not distinct from `sizes`.`whq_period`
    and `exact`.`whq_chunk` is not distinct from `sizes`.`whq_chunk`
)
select
  `whq_segment`,
  `whq_period`,
  `whq_chunk`,
  case
    when max(`binned`) = 0
    then min(`exact_score`)
    else sum(`exact_score` * `score_members`) / nullif(sum(`score_members`), 0)
  end as `score`,
  sum(`score_members`) as `members`,
  sum(`score_positives`) as `positives`
from `placed`
group by
  `whq_segment`,
  `whq_period`,
  `whq_chunk`,
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
), `exact` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `score`,
    count(*) as `score_members`,
    sum(`truth`) as `score_positives`
  from `labelled`
  group by
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `score`
), `sizes` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    count(*) as `distinct_scores`
  from `exact`
  group by
    `whq_segment`,
    `whq_period`,
    `whq_chunk`
), `placed` as (
  select
    `exact`.`whq_segment`,
    `exact`.`whq_period`,
    `exact`.`whq_chunk`,
    `exact`.`score` as `exact_score`,
    `exact`.`score_members`,
    `exact`.`score_positives`,
    case when `sizes`.`distinct_scores` > 3 then floor(`exact`.`score` * 65536) else `exact`.`score` end as `place`,
    case when `sizes`.`distinct_scores` > 3 then 1 else 0 end as `binned`
  from `exact`
  join `sizes`
    on `exact`.`whq_segment` is not distinct from `sizes`.`whq_segment`
    and `exact`.`whq_period` is not distinct from `sizes`.`whq_period`
    and `exact`.`whq_chunk` is not distinct from `sizes`.`whq_chunk`
)
select
  `whq_segment`,
  `whq_period`,
  `whq_chunk`,
  case
    when max(`binned`) = 0
    then min(`exact_score`)
    else sum(`exact_score` * `score_members`) / nullif(sum(`score_members`), 0)
  end as `score`,
  sum(`score_members`) as `members`,
  sum(`score_positives`) as `positives`
from `placed`
group by
  `whq_segment`,
  `whq_period`,
  `whq_chunk`,
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
), `exact` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `score`,
    count(*) as `score_members`,
    sum(`truth`) as `score_positives`
  from `labelled`
  group by
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `score`
), `sizes` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    count(*) as `distinct_scores`
  from `exact`
  group by
    `whq_segment`,
    `whq_period`,
    `whq_chunk`
), `placed` as (
  select
    `exact`.`whq_segment`,
    `exact`.`whq_period`,
    `exact`.`whq_chunk`,
    `exact`.`score` as `exact_score`,
    `exact`.`score_members`,
    `exact`.`score_positives`,
    case when `sizes`.`distinct_scores` > 3 then floor(`exact`.`score` * 65536) else `exact`.`score` end as `place`,
    case when `sizes`.`distinct_scores` > 3 then 1 else 0 end as `binned`
  from `exact`
  join `sizes`
    on `exact`.`whq_segment` is not distinct from `sizes`.`whq_segment`
    and `exact`.`whq_period` is not distinct from `sizes`.`whq_period`
    and `exact`.`whq_chunk` is not distinct from `sizes`.`whq_chunk`
)
select
  `whq_segment`,
  `whq_period`,
  `whq_chunk`,
  case
    when max(`binned`) = 0
    then min(`exact_score`)
    else sum(`exact_score` * `score_members`) / nullif(sum(`score_members`), 0)
  end as `score`,
  sum(`score_members`) as `members`,
  sum(`score_positives`) as `positives`
from `placed`
group by
  `whq_segment`,
  `whq_period`,
  `whq_chunk`,
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
), "exact" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "score",
    count(*) as "score_members",
    sum("truth") as "score_positives"
  from "labelled"
  group by
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "score"
), "sizes" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    count(*) as "distinct_scores"
  from "exact"
  group by
    "whq_segment",
    "whq_period",
    "whq_chunk"
), "placed" as (
  select
    "exact"."whq_segment",
    "exact"."whq_period",
    "exact"."whq_chunk",
    "exact"."score" as "exact_score",
    "exact"."score_members",
    "exact"."score_positives",
    case when "sizes"."distinct_scores" > 3 then floor("exact"."score" * 65536) else "exact"."score" end as "place",
    case when "sizes"."distinct_scores" > 3 then 1 else 0 end as "binned"
  from "exact"
  join "sizes"
    on coalesce(
      (
        "exact"."whq_segment" = "sizes"."whq_segment"
      )
      or (
        "exact"."whq_segment" is null and "sizes"."whq_segment" is null
      ),
      false
    )
    and coalesce(
      (
        "exact"."whq_period" = "sizes"."whq_period"
      )
      or (
        "exact"."whq_period" is null and "sizes"."whq_period" is null
      ),
      false
    )
    and coalesce(
      (
        "exact"."whq_chunk" = "sizes"."whq_chunk"
      )
      or (
        "exact"."whq_chunk" is null and "sizes"."whq_chunk" is null
      ),
      false
    )
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  case
    when max("binned") = 0
    then min("exact_score")
    else cast(sum("exact_score" * "score_members") as double precision) / nullif(sum("score_members"), 0)
  end as "score",
  sum("score_members") as "members",
  sum("score_positives") as "positives"
from "placed"
group by
  "whq_segment",
  "whq_period",
  "whq_chunk",
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
), "exact" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "score",
    count(*) as "score_members",
    sum("truth") as "score_positives"
  from "labelled"
  group by
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "score"
), "sizes" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    count(*) as "distinct_scores"
  from "exact"
  group by
    "whq_segment",
    "whq_period",
    "whq_chunk"
), "placed" as (
  select
    "exact"."whq_segment",
    "exact"."whq_period",
    "exact"."whq_chunk",
    "exact"."score" as "exact_score",
    "exact"."score_members",
    "exact"."score_positives",
    case when "sizes"."distinct_scores" > 3 then floor("exact"."score" * 65536) else "exact"."score" end as "place",
    case when "sizes"."distinct_scores" > 3 then 1 else 0 end as "binned"
  from "exact"
  join "sizes"
    on "exact"."whq_segment" is not distinct from "sizes"."whq_segment"
    and "exact"."whq_period" is not distinct from "sizes"."whq_period"
    and "exact"."whq_chunk" is not distinct from "sizes"."whq_chunk"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  case
    when max("binned") = 0
    then min("exact_score")
    else cast(sum("exact_score" * "score_members") as double) / nullif(sum("score_members"), 0)
  end as "score",
  sum("score_members") as "members",
  sum("score_positives") as "positives"
from "placed"
group by
  "whq_segment",
  "whq_period",
  "whq_chunk",
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
), "exact" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "score",
    count(*) as "score_members",
    sum("truth") as "score_positives"
  from "labelled"
  group by
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "score"
), "sizes" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    count(*) as "distinct_scores"
  from "exact"
  group by
    "whq_segment",
    "whq_period",
    "whq_chunk"
), "placed" as (
  select
    "exact"."whq_segment" as "whq_segment",
    "exact"."whq_period" as "whq_period",
    "exact"."whq_chunk" as "whq_chunk",
    "exact"."score" as "exact_score",
    "exact"."score_members" as "score_members",
    "exact"."score_positives" as "score_positives",
    case when "sizes"."distinct_scores" > 3 then floor("exact"."score" * 65536) else "exact"."score" end as "place",
    case when "sizes"."distinct_scores" > 3 then 1 else 0 end as "binned"
  from "exact"
  join "sizes"
    on "exact"."whq_segment" is not distinct from "sizes"."whq_segment"
    and "exact"."whq_period" is not distinct from "sizes"."whq_period"
    and "exact"."whq_chunk" is not distinct from "sizes"."whq_chunk"
)
select
  "whq_segment",
  "whq_period",
  "whq_chunk",
  case
    when max("binned") = 0
    then min("exact_score")
    else sum("exact_score" * "score_members") / nullIf(sum("score_members"), 0)
  end as "score",
  sum("score_members") as "members",
  sum("score_positives") as "positives"
from "placed"
group by
  "whq_segment",
  "whq_period",
  "whq_chunk",
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
), `exact` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `score`,
    count(*) as `score_members`,
    sum(`truth`) as `score_positives`
  from `labelled`
  group by
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `score`
), `sizes` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    count(*) as `distinct_scores`
  from `exact`
  group by
    `whq_segment`,
    `whq_period`,
    `whq_chunk`
), `placed` as (
  select
    `exact`.`whq_segment`,
    `exact`.`whq_period`,
    `exact`.`whq_chunk`,
    `exact`.`score` as `exact_score`,
    `exact`.`score_members`,
    `exact`.`score_positives`,
    case when `sizes`.`distinct_scores` > 3 then floor(`exact`.`score` * 65536) else `exact`.`score` end as `place`,
    case when `sizes`.`distinct_scores` > 3 then 1 else 0 end as `binned`
  from `exact`
  join `sizes`
    on `exact`.`whq_segment` <=> `sizes`.`whq_segment`
    and `exact`.`whq_period` <=> `sizes`.`whq_period`
    and `exact`.`whq_chunk` <=> `sizes`.`whq_chunk`
)
select
  `whq_segment`,
  `whq_period`,
  `whq_chunk`,
  case
    when max(`binned`) = 0
    then min(`exact_score`)
    else cast(sum(`exact_score` * `score_members`) as double) / nullif(sum(`score_members`), 0)
  end as `score`,
  sum(`score_members`) as `members`,
  sum(`score_positives`) as `positives`
from `placed`
group by
  `whq_segment`,
  `whq_period`,
  `whq_chunk`,
  `place`
