-- dialect: duckdb
with "dataset" as (
  select
    "class",
    case
      when abs("whq_source"."score") <= cast(1.7976931348623157e308 as double)
      then "whq_source"."score"
    end as "score",
    "truth",
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "paired" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("score" as double) as "score",
    case when "truth" = 1 then 1 when not "truth" is null then 0 end as "truth",
    case when "class" = 1 then 1 when not "class" is null then 0 end as "predicted_class"
  from "dataset"
), "counts" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    count(*) as "total",
    count("truth") as "labelled",
    count(case when not "truth" is null then "score" end) as "scored",
    coalesce(sum(case when not "score" is null then "truth" end), 0) as "positives",
    sum(case when "score" < 0 or "score" > 1 then 1 else 0 end) as "outside",
    count(case when not "truth" is null then "predicted_class" end) as "predicted",
    sum(case when "predicted_class" = 1 and "truth" = 1 then 1 else 0 end) as "true_positive",
    sum(case when "predicted_class" = 1 and "truth" = 0 then 1 else 0 end) as "false_positive",
    sum(case when "predicted_class" = 0 and "truth" = 1 then 1 else 0 end) as "false_negative",
    sum(case when "predicted_class" = 0 and "truth" = 0 then 1 else 0 end) as "true_negative"
  from "paired"
  having
    count(*) > 0
), "ranked" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "truth",
    rank() over (order by "score" desc) - 1 as "above",
    round(cume_dist() over (order by "score" desc) * count(*) over ()) as "reached"
  from "paired"
  where
    not "score" is null and not "truth" is null
), "found" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "above",
    "reached",
    rank() over (order by "above") - 1 as "positives_above",
    round(cume_dist() over (order by "above") * count(*) over ()) as "positives_reached"
  from "ranked"
  where
    "truth" = 1
), "ranking" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    sum("above" - "positives_above" + "reached" - "positives_reached") / 2 as "negatives_before",
    sum("positives_reached" / "reached") as "precisions"
  from "found"
  having
    count(*) > 0
)
select
  "counts"."whq_segment",
  "counts"."whq_period",
  "counts"."whq_chunk",
  "counts"."total",
  "counts"."labelled",
  "counts"."scored",
  "counts"."positives",
  "counts"."outside",
  "counts"."predicted",
  "counts"."true_positive",
  "counts"."false_positive",
  "counts"."false_negative",
  "counts"."true_negative",
  1 - "ranking"."negatives_before" / nullif(cast("counts"."positives" as double) * (
    "counts"."scored" - "counts"."positives"
  ), 0) as "roc_auc",
  "ranking"."precisions" / nullif("counts"."positives", 0) as "average_precision"
from "counts"
left join "ranking"
  on "counts"."whq_segment" is not distinct from "ranking"."whq_segment"
  and "counts"."whq_period" is not distinct from "ranking"."whq_period"
  and "counts"."whq_chunk" is not distinct from "ranking"."whq_chunk"

-- dialect: postgres
with "dataset" as (
  select
    "class",
    case
      when abs("whq_source"."score") <= cast(1.7976931348623157e308 as double precision)
      then "whq_source"."score"
    end as "score",
    "truth",
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "paired" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("score" as double precision) as "score",
    case when "truth" = 1 then 1 when not "truth" is null then 0 end as "truth",
    case when "class" = 1 then 1 when not "class" is null then 0 end as "predicted_class"
  from "dataset"
), "counts" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    count(*) as "total",
    count("truth") as "labelled",
    count(case when not "truth" is null then "score" end) as "scored",
    coalesce(sum(case when not "score" is null then "truth" end), 0) as "positives",
    sum(case when "score" < 0 or "score" > 1 then 1 else 0 end) as "outside",
    count(case when not "truth" is null then "predicted_class" end) as "predicted",
    sum(case when "predicted_class" = 1 and "truth" = 1 then 1 else 0 end) as "true_positive",
    sum(case when "predicted_class" = 1 and "truth" = 0 then 1 else 0 end) as "false_positive",
    sum(case when "predicted_class" = 0 and "truth" = 1 then 1 else 0 end) as "false_negative",
    sum(case when "predicted_class" = 0 and "truth" = 0 then 1 else 0 end) as "true_negative"
  from "paired"
  having
    count(*) > 0
), "ranked" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "truth",
    rank() over (order by "score" desc nulls last) - 1 as "above",
    round(cume_dist() over (order by "score" desc nulls last) * count(*) over ()) as "reached"
  from "paired"
  where
    not "score" is null and not "truth" is null
), "found" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "above",
    "reached",
    rank() over (order by "above") - 1 as "positives_above",
    round(cume_dist() over (order by "above") * count(*) over ()) as "positives_reached"
  from "ranked"
  where
    "truth" = 1
), "ranking" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    cast(sum("above" - "positives_above" + "reached" - "positives_reached") as double precision) / 2 as "negatives_before",
    sum(cast("positives_reached" as double precision) / "reached") as "precisions"
  from "found"
  having
    count(*) > 0
)
select
  "counts"."whq_segment",
  "counts"."whq_period",
  "counts"."whq_chunk",
  "counts"."total",
  "counts"."labelled",
  "counts"."scored",
  "counts"."positives",
  "counts"."outside",
  "counts"."predicted",
  "counts"."true_positive",
  "counts"."false_positive",
  "counts"."false_negative",
  "counts"."true_negative",
  1 - cast("ranking"."negatives_before" as double precision) / nullif(cast("counts"."positives" as double precision) * (
    "counts"."scored" - "counts"."positives"
  ), 0) as "roc_auc",
  cast("ranking"."precisions" as double precision) / nullif("counts"."positives", 0) as "average_precision"
from "counts"
left join "ranking"
  on "counts"."whq_segment" is not distinct from "ranking"."whq_segment"
  and "counts"."whq_period" is not distinct from "ranking"."whq_period"
  and "counts"."whq_chunk" is not distinct from "ranking"."whq_chunk"

-- dialect: snowflake
with "dataset" as (
  select
    "class",
    case
      when abs("whq_source"."score") <= cast(1.7976931348623157e308 as double)
      then "whq_source"."score"
    end as "score",
    "truth",
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "paired" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("score" as double) as "score",
    case when "truth" = 1 then 1 when not "truth" is null then 0 end as "truth",
    case when "class" = 1 then 1 when not "class" is null then 0 end as "predicted_class"
  from "dataset"
), "counts" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    count(*) as "total",
    count("truth") as "labelled",
    count(case when not "truth" is null then "score" end) as "scored",
    coalesce(sum(case when not "score" is null then "truth" end), 0) as "positives",
    sum(case when "score" < 0 or "score" > 1 then 1 else 0 end) as "outside",
    count(case when not "truth" is null then "predicted_class" end) as "predicted",
    sum(case when "predicted_class" = 1 and "truth" = 1 then 1 else 0 end) as "true_positive",
    sum(case when "predicted_class" = 1 and "truth" = 0 then 1 else 0 end) as "false_positive",
    sum(case when "predicted_class" = 0 and "truth" = 1 then 1 else 0 end) as "false_negative",
    sum(case when "predicted_class" = 0 and "truth" = 0 then 1 else 0 end) as "true_negative"
  from "paired"
  having
    count(*) > 0
), "ranked" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "truth",
    rank() over (order by "score" desc nulls last) - 1 as "above",
    round(cume_dist() over (order by "score" desc nulls last) * count(*) over ()) as "reached"
  from "paired"
  where
    not "score" is null and not "truth" is null
), "found" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "above",
    "reached",
    rank() over (order by "above") - 1 as "positives_above",
    round(cume_dist() over (order by "above") * count(*) over ()) as "positives_reached"
  from "ranked"
  where
    "truth" = 1
), "ranking" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    cast(sum("above" - "positives_above" + "reached" - "positives_reached") as double) / 2 as "negatives_before",
    sum(cast("positives_reached" as double) / "reached") as "precisions"
  from "found"
  having
    count(*) > 0
)
select
  "counts"."whq_segment",
  "counts"."whq_period",
  "counts"."whq_chunk",
  "counts"."total",
  "counts"."labelled",
  "counts"."scored",
  "counts"."positives",
  "counts"."outside",
  "counts"."predicted",
  "counts"."true_positive",
  "counts"."false_positive",
  "counts"."false_negative",
  "counts"."true_negative",
  1 - cast("ranking"."negatives_before" as double) / nullif(cast("counts"."positives" as double) * (
    "counts"."scored" - "counts"."positives"
  ), 0) as "roc_auc",
  cast("ranking"."precisions" as double) / nullif("counts"."positives", 0) as "average_precision"
from "counts"
left join "ranking"
  on "counts"."whq_segment" is not distinct from "ranking"."whq_segment"
  and "counts"."whq_period" is not distinct from "ranking"."whq_period"
  and "counts"."whq_chunk" is not distinct from "ranking"."whq_chunk"

-- dialect: bigquery
with `dataset` as (
  select
    `class`,
    case
      when abs(`whq_source`.`score`) <= cast(1.7976931348623157e308 as float64)
      then `whq_source`.`score`
    end as `score`,
    `truth`,
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as int64) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
), `paired` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    cast(`score` as float64) as `score`,
    case when `truth` = 1 then 1 when not `truth` is null then 0 end as `truth`,
    case when `class` = 1 then 1 when not `class` is null then 0 end as `predicted_class`
  from `dataset`
), `counts` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as int64) as `whq_chunk`,
    count(*) as `total`,
    count(`truth`) as `labelled`,
    count(case when not `truth` is null then `score` end) as `scored`,
    coalesce(sum(case when not `score` is null then `truth` end), 0) as `positives`,
    sum(case when `score` < 0 or `score` > 1 then 1 else 0 end) as `outside`,
    count(case when not `truth` is null then `predicted_class` end) as `predicted`,
    sum(case when `predicted_class` = 1 and `truth` = 1 then 1 else 0 end) as `true_positive`,
    sum(case when `predicted_class` = 1 and `truth` = 0 then 1 else 0 end) as `false_positive`,
    sum(case when `predicted_class` = 0 and `truth` = 1 then 1 else 0 end) as `false_negative`,
    sum(case when `predicted_class` = 0 and `truth` = 0 then 1 else 0 end) as `true_negative`
  from `paired`
  having
    count(*) > 0
), `ranked` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `truth`,
    rank() over (order by `score` desc) - 1 as `above`,
    round(cume_dist() over (order by `score` desc) * count(*) over ()) as `reached`
  from `paired`
  where
    not `score` is null and not `truth` is null
), `found` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `above`,
    `reached`,
    rank() over (order by `above` nulls last) - 1 as `positives_above`,
    round(cume_dist() over (order by `above` nulls last) * count(*) over ()) as `positives_reached`
  from `ranked`
  where
    `truth` = 1
), `ranking` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as int64) as `whq_chunk`,
    sum(`above` - `positives_above` + `reached` - `positives_reached`) / 2 as `negatives_before`,
    sum(`positives_reached` / `reached`) as `precisions`
  from `found`
  having
    count(*) > 0
)
select
  `counts`.`whq_segment`,
  `counts`.`whq_period`,
  `counts`.`whq_chunk`,
  `counts`.`total`,
  `counts`.`labelled`,
  `counts`.`scored`,
  `counts`.`positives`,
  `counts`.`outside`,
  `counts`.`predicted`,
  `counts`.`true_positive`,
  `counts`.`false_positive`,
  `counts`.`false_negative`,
  `counts`.`true_negative`,
  1 - `ranking`.`negatives_before` / nullif(cast(`counts`.`positives` as float64) * (
    `counts`.`scored` - `counts`.`positives`
  ), 0) as `roc_auc`,
  `ranking`.`precisions` / nullif(`counts`.`positives`, 0) as `average_precision`
from `counts`
left join `ranking`
  on to_json_string(`counts`.`whq_segment`) = to_json_string(`ranking`.`whq_segment`)
  and to_json_string(`counts`.`whq_period`) = to_json_string(`ranking`.`whq_period`)
  and to_json_string(`counts`.`whq_chunk`) = to_json_string(`ranking`.`whq_chunk`)

-- dialect: databricks
with `dataset` as (
  select
    `class`,
    case
      when abs(`whq_source`.`score`) <= cast(1.7976931348623157e308 as double)
      then `whq_source`.`score`
    end as `score`,
    `truth`,
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
), `paired` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    cast(`score` as double) as `score`,
    case when `truth` = 1 then 1 when not `truth` is null then 0 end as `truth`,
    case when `class` = 1 then 1 when not `class` is null then 0 end as `predicted_class`
  from `dataset`
), `counts` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    count(*) as `total`,
    count(`truth`) as `labelled`,
    count(case when not `truth` is null then `score` end) as `scored`,
    coalesce(sum(case when not `score` is null then `truth` end), 0) as `positives`,
    sum(case when `score` < 0 or `score` > 1 then 1 else 0 end) as `outside`,
    count(case when not `truth` is null then `predicted_class` end) as `predicted`,
    sum(case when `predicted_class` = 1 and `truth` = 1 then 1 else 0 end) as `true_positive`,
    sum(case when `predicted_class` = 1 and `truth` = 0 then 1 else 0 end) as `false_positive`,
    sum(case when `predicted_class` = 0 and `truth` = 1 then 1 else 0 end) as `false_negative`,
    sum(case when `predicted_class` = 0 and `truth` = 0 then 1 else 0 end) as `true_negative`
  from `paired`
  having
    count(*) > 0
), `ranked` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `truth`,
    rank() over (order by `score` desc) - 1 as `above`,
    round(cume_dist() over (order by `score` desc) * count(*) over ()) as `reached`
  from `paired`
  where
    not `score` is null and not `truth` is null
), `found` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `above`,
    `reached`,
    rank() over (order by `above` nulls last) - 1 as `positives_above`,
    round(cume_dist() over (order by `above` nulls last) * count(*) over ()) as `positives_reached`
  from `ranked`
  where
    `truth` = 1
), `ranking` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    sum(`above` - `positives_above` + `reached` - `positives_reached`) / 2 as `negatives_before`,
    sum(`positives_reached` / `reached`) as `precisions`
  from `found`
  having
    count(*) > 0
)
select
  `counts`.`whq_segment`,
  `counts`.`whq_period`,
  `counts`.`whq_chunk`,
  `counts`.`total`,
  `counts`.`labelled`,
  `counts`.`scored`,
  `counts`.`positives`,
  `counts`.`outside`,
  `counts`.`predicted`,
  `counts`.`true_positive`,
  `counts`.`false_positive`,
  `counts`.`false_negative`,
  `counts`.`true_negative`,
  1 - `ranking`.`negatives_before` / nullif(cast(`counts`.`positives` as double) * (
    `counts`.`scored` - `counts`.`positives`
  ), 0) as `roc_auc`,
  `ranking`.`precisions` / nullif(`counts`.`positives`, 0) as `average_precision`
from `counts`
left join `ranking`
  on `counts`.`whq_segment` is not distinct from `ranking`.`whq_segment`
  and `counts`.`whq_period` is not distinct from `ranking`.`whq_period`
  and `counts`.`whq_chunk` is not distinct from `ranking`.`whq_chunk`

-- dialect: spark
with `dataset` as (
  select
    `class`,
    case
      when abs(`whq_source`.`score`) <= cast(1.7976931348623157e308 as double)
      then `whq_source`.`score`
    end as `score`,
    `truth`,
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
), `paired` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    cast(`score` as double) as `score`,
    case when `truth` = 1 then 1 when not `truth` is null then 0 end as `truth`,
    case when `class` = 1 then 1 when not `class` is null then 0 end as `predicted_class`
  from `dataset`
), `counts` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    count(*) as `total`,
    count(`truth`) as `labelled`,
    count(case when not `truth` is null then `score` end) as `scored`,
    coalesce(sum(case when not `score` is null then `truth` end), 0) as `positives`,
    sum(case when `score` < 0 or `score` > 1 then 1 else 0 end) as `outside`,
    count(case when not `truth` is null then `predicted_class` end) as `predicted`,
    sum(case when `predicted_class` = 1 and `truth` = 1 then 1 else 0 end) as `true_positive`,
    sum(case when `predicted_class` = 1 and `truth` = 0 then 1 else 0 end) as `false_positive`,
    sum(case when `predicted_class` = 0 and `truth` = 1 then 1 else 0 end) as `false_negative`,
    sum(case when `predicted_class` = 0 and `truth` = 0 then 1 else 0 end) as `true_negative`
  from `paired`
  having
    count(*) > 0
), `ranked` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `truth`,
    rank() over (order by `score` desc) - 1 as `above`,
    round(cume_dist() over (order by `score` desc) * count(*) over ()) as `reached`
  from `paired`
  where
    not `score` is null and not `truth` is null
), `found` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `above`,
    `reached`,
    rank() over (order by `above` nulls last) - 1 as `positives_above`,
    round(cume_dist() over (order by `above` nulls last) * count(*) over ()) as `positives_reached`
  from `ranked`
  where
    `truth` = 1
), `ranking` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    sum(`above` - `positives_above` + `reached` - `positives_reached`) / 2 as `negatives_before`,
    sum(`positives_reached` / `reached`) as `precisions`
  from `found`
  having
    count(*) > 0
)
select
  `counts`.`whq_segment`,
  `counts`.`whq_period`,
  `counts`.`whq_chunk`,
  `counts`.`total`,
  `counts`.`labelled`,
  `counts`.`scored`,
  `counts`.`positives`,
  `counts`.`outside`,
  `counts`.`predicted`,
  `counts`.`true_positive`,
  `counts`.`false_positive`,
  `counts`.`false_negative`,
  `counts`.`true_negative`,
  1 - `ranking`.`negatives_before` / nullif(cast(`counts`.`positives` as double) * (
    `counts`.`scored` - `counts`.`positives`
  ), 0) as `roc_auc`,
  `ranking`.`precisions` / nullif(`counts`.`positives`, 0) as `average_precision`
from `counts`
left join `ranking`
  on `counts`.`whq_segment` is not distinct from `ranking`.`whq_segment`
  and `counts`.`whq_period` is not distinct from `ranking`.`whq_period`
  and `counts`.`whq_chunk` is not distinct from `ranking`.`whq_chunk`

-- dialect: redshift
with "dataset" as (
  select
    "class",
    case
      when abs("whq_source"."score") <= cast(1.7976931348623157e308 as double precision)
      then "whq_source"."score"
    end as "score",
    "truth",
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "paired" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("score" as double precision) as "score",
    case when "truth" = 1 then 1 when not "truth" is null then 0 end as "truth",
    case when "class" = 1 then 1 when not "class" is null then 0 end as "predicted_class"
  from "dataset"
), "counts" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    count(*) as "total",
    count("truth") as "labelled",
    count(case when not "truth" is null then "score" end) as "scored",
    coalesce(sum(case when not "score" is null then "truth" end), 0) as "positives",
    sum(case when "score" < 0 or "score" > 1 then 1 else 0 end) as "outside",
    count(case when not "truth" is null then "predicted_class" end) as "predicted",
    sum(case when "predicted_class" = 1 and "truth" = 1 then 1 else 0 end) as "true_positive",
    sum(case when "predicted_class" = 1 and "truth" = 0 then 1 else 0 end) as "false_positive",
    sum(case when "predicted_class" = 0 and "truth" = 1 then 1 else 0 end) as "false_negative",
    sum(case when "predicted_class" = 0 and "truth" = 0 then 1 else 0 end) as "true_negative"
  from "paired"
  having
    count(*) > 0
), "ranked" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "truth",
    rank() over (order by "score" desc nulls last) - 1 as "above",
    round(cume_dist() over (order by "score" desc nulls last) * count(*) over ()) as "reached"
  from "paired"
  where
    not "score" is null and not "truth" is null
), "found" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "above",
    "reached",
    rank() over (order by "above") - 1 as "positives_above",
    round(cume_dist() over (order by "above") * count(*) over ()) as "positives_reached"
  from "ranked"
  where
    "truth" = 1
), "ranking" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    cast(sum("above" - "positives_above" + "reached" - "positives_reached") as double precision) / 2 as "negatives_before",
    sum(cast("positives_reached" as double precision) / "reached") as "precisions"
  from "found"
  having
    count(*) > 0
)
select
  "counts"."whq_segment",
  "counts"."whq_period",
  "counts"."whq_chunk",
  "counts"."total",
  "counts"."labelled",
  "counts"."scored",
  "counts"."positives",
  "counts"."outside",
  "counts"."predicted",
  "counts"."true_positive",
  "counts"."false_positive",
  "counts"."false_negative",
  "counts"."true_negative",
  1 - cast("ranking"."negatives_before" as double precision) / nullif(cast("counts"."positives" as double precision) * (
    "counts"."scored" - "counts"."positives"
  ), 0) as "roc_auc",
  cast("ranking"."precisions" as double precision) / nullif("counts"."positives", 0) as "average_precision"
from "counts"
left join "ranking"
  on coalesce(
    (
      "counts"."whq_segment" = "ranking"."whq_segment"
    )
    or (
      "counts"."whq_segment" is null and "ranking"."whq_segment" is null
    ),
    false
  )
  and coalesce(
    (
      "counts"."whq_period" = "ranking"."whq_period"
    )
    or (
      "counts"."whq_period" is null and "ranking"."whq_period" is null
    ),
    false
  )
  and coalesce(
    (
      "counts"."whq_chunk" = "ranking"."whq_chunk"
    )
    or (
      "counts"."whq_chunk" is null and "ranking"."whq_chunk" is null
    ),
    false
  )

-- dialect: trino
with "dataset" as (
  select
    "class",
    case
      when abs("whq_source"."score") <= cast(1.7976931348623157e308 as double)
      then "whq_source"."score"
    end as "score",
    "truth",
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "paired" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("score" as double) as "score",
    case when "truth" = 1 then 1 when not "truth" is null then 0 end as "truth",
    case when "class" = 1 then 1 when not "class" is null then 0 end as "predicted_class"
  from "dataset"
), "counts" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    count(*) as "total",
    count("truth") as "labelled",
    count(case when not "truth" is null then "score" end) as "scored",
    coalesce(sum(case when not "score" is null then "truth" end), 0) as "positives",
    sum(case when "score" < 0 or "score" > 1 then 1 else 0 end) as "outside",
    count(case when not "truth" is null then "predicted_class" end) as "predicted",
    sum(case when "predicted_class" = 1 and "truth" = 1 then 1 else 0 end) as "true_positive",
    sum(case when "predicted_class" = 1 and "truth" = 0 then 1 else 0 end) as "false_positive",
    sum(case when "predicted_class" = 0 and "truth" = 1 then 1 else 0 end) as "false_negative",
    sum(case when "predicted_class" = 0 and "truth" = 0 then 1 else 0 end) as "true_negative"
  from "paired"
  having
    count(*) > 0
), "ranked" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "truth",
    rank() over (order by "score" desc) - 1 as "above",
    round(cume_dist() over (order by "score" desc) * count(*) over ()) as "reached"
  from "paired"
  where
    not "score" is null and not "truth" is null
), "found" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "above",
    "reached",
    rank() over (order by "above") - 1 as "positives_above",
    round(cume_dist() over (order by "above") * count(*) over ()) as "positives_reached"
  from "ranked"
  where
    "truth" = 1
), "ranking" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    cast(sum("above" - "positives_above" + "reached" - "positives_reached") as double) / 2 as "negatives_before",
    sum(cast("positives_reached" as double) / "reached") as "precisions"
  from "found"
  having
    count(*) > 0
)
select
  "counts"."whq_segment",
  "counts"."whq_period",
  "counts"."whq_chunk",
  "counts"."total",
  "counts"."labelled",
  "counts"."scored",
  "counts"."positives",
  "counts"."outside",
  "counts"."predicted",
  "counts"."true_positive",
  "counts"."false_positive",
  "counts"."false_negative",
  "counts"."true_negative",
  1 - cast("ranking"."negatives_before" as double) / nullif(cast("counts"."positives" as double) * (
    "counts"."scored" - "counts"."positives"
  ), 0) as "roc_auc",
  cast("ranking"."precisions" as double) / nullif("counts"."positives", 0) as "average_precision"
from "counts"
left join "ranking"
  on "counts"."whq_segment" is not distinct from "ranking"."whq_segment"
  and "counts"."whq_period" is not distinct from "ranking"."whq_period"
  and "counts"."whq_chunk" is not distinct from "ranking"."whq_chunk"

-- dialect: clickhouse
with "dataset" as (
  select
    "class",
    case
      when abs("whq_source"."score") <= cast(1.7976931348623157e308 as Nullable(Float64))
      then "whq_source"."score"
    end as "score",
    "truth",
    cast(null as Nullable(String)) as "whq_segment",
    cast(null as Nullable(String)) as "whq_period",
    cast(null as Nullable(Int64)) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "paired" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("score" as Nullable(Float64)) as "score",
    case when "truth" = 1 then 1 when not (
      "truth" is null
    ) then 0 end as "truth",
    case when "class" = 1 then 1 when not (
      "class" is null
    ) then 0 end as "predicted_class"
  from "dataset"
), "counts" as (
  select
    cast(null as Nullable(String)) as "whq_segment",
    cast(null as Nullable(String)) as "whq_period",
    cast(null as Nullable(Int64)) as "whq_chunk",
    count(*) as "total",
    count("truth") as "labelled",
    count(case when not (
      "truth" is null
    ) then "score" end) as "scored",
    coalesce(sum(case when not (
      "score" is null
    ) then "truth" end), 0) as "positives",
    sum(case when "score" < 0 or "score" > 1 then 1 else 0 end) as "outside",
    count(case when not (
      "truth" is null
    ) then "predicted_class" end) as "predicted",
    sum(case when "predicted_class" = 1 and "truth" = 1 then 1 else 0 end) as "true_positive",
    sum(case when "predicted_class" = 1 and "truth" = 0 then 1 else 0 end) as "false_positive",
    sum(case when "predicted_class" = 0 and "truth" = 1 then 1 else 0 end) as "false_negative",
    sum(case when "predicted_class" = 0 and "truth" = 0 then 1 else 0 end) as "true_negative"
  from "paired"
  having
    count(*) > 0
), "ranked" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "truth",
    rank() over (order by "score" desc) - 1 as "above",
    round(cume_dist() over (order by "score" desc) * count(*) over ()) as "reached"
  from "paired"
  where
    not (
      "score" is null
    ) and not (
      "truth" is null
    )
), "found" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    "above",
    "reached",
    rank() over (order by "above") - 1 as "positives_above",
    round(cume_dist() over (order by "above") * count(*) over ()) as "positives_reached"
  from "ranked"
  where
    "truth" = 1
), "ranking" as (
  select
    cast(null as Nullable(String)) as "whq_segment",
    cast(null as Nullable(String)) as "whq_period",
    cast(null as Nullable(Int64)) as "whq_chunk",
    sum("above" - "positives_above" + "reached" - "positives_reached") / 2 as "negatives_before",
    sum("positives_reached" / "reached") as "precisions"
  from "found"
  having
    count(*) > 0
)
select
  "counts"."whq_segment" as "whq_segment",
  "counts"."whq_period" as "whq_period",
  "counts"."whq_chunk" as "whq_chunk",
  "counts"."total" as "total",
  "counts"."labelled" as "labelled",
  "counts"."scored" as "scored",
  "counts"."positives" as "positives",
  "counts"."outside" as "outside",
  "counts"."predicted" as "predicted",
  "counts"."true_positive" as "true_positive",
  "counts"."false_positive" as "false_positive",
  "counts"."false_negative" as "false_negative",
  "counts"."true_negative" as "true_negative",
  1 - "ranking"."negatives_before" / nullIf(cast("counts"."positives" as Nullable(Float64)) * (
    "counts"."scored" - "counts"."positives"
  ), 0) as "roc_auc",
  "ranking"."precisions" / nullIf("counts"."positives", 0) as "average_precision"
from "counts"
left join "ranking"
  on "counts"."whq_segment" is not distinct from "ranking"."whq_segment"
  and "counts"."whq_period" is not distinct from "ranking"."whq_period"
  and "counts"."whq_chunk" is not distinct from "ranking"."whq_chunk"
settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
with `dataset` as (
  select
    `class`,
    case
      when abs(`whq_source`.`score`) <= cast(1.7976931348623157e308 as double)
      then `whq_source`.`score`
    end as `score`,
    `truth`,
    cast(null as char) as `whq_segment`,
    cast(null as char) as `whq_period`,
    cast(null as signed) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
), `paired` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    cast(`score` as double) as `score`,
    case when `truth` = 1 then 1 when not `truth` is null then 0 end as `truth`,
    case when `class` = 1 then 1 when not `class` is null then 0 end as `predicted_class`
  from `dataset`
), `counts` as (
  select
    cast(null as char) as `whq_segment`,
    cast(null as char) as `whq_period`,
    cast(null as signed) as `whq_chunk`,
    count(*) as `total`,
    count(`truth`) as `labelled`,
    count(case when not `truth` is null then `score` end) as `scored`,
    coalesce(sum(case when not `score` is null then `truth` end), 0) as `positives`,
    sum(case when `score` < 0 or `score` > 1 then 1 else 0 end) as `outside`,
    count(case when not `truth` is null then `predicted_class` end) as `predicted`,
    sum(case when `predicted_class` = 1 and `truth` = 1 then 1 else 0 end) as `true_positive`,
    sum(case when `predicted_class` = 1 and `truth` = 0 then 1 else 0 end) as `false_positive`,
    sum(case when `predicted_class` = 0 and `truth` = 1 then 1 else 0 end) as `false_negative`,
    sum(case when `predicted_class` = 0 and `truth` = 0 then 1 else 0 end) as `true_negative`
  from `paired`
  having
    count(*) > 0
), `ranked` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `truth`,
    rank() over (order by `score` desc) - 1 as `above`,
    round(cume_dist() over (order by `score` desc) * count(*) over ()) as `reached`
  from `paired`
  where
    not `score` is null and not `truth` is null
), `found` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    `above`,
    `reached`,
    rank() over (order by case when `above` is null then 1 else 0 end, `above`) - 1 as `positives_above`,
    round(cume_dist() over (order by case when `above` is null then 1 else 0 end, `above`) * count(*) over ()) as `positives_reached`
  from `ranked`
  where
    `truth` = 1
), `ranking` as (
  select
    cast(null as char) as `whq_segment`,
    cast(null as char) as `whq_period`,
    cast(null as signed) as `whq_chunk`,
    cast(sum(`above` - `positives_above` + `reached` - `positives_reached`) as double) / 2 as `negatives_before`,
    sum(cast(`positives_reached` as double) / `reached`) as `precisions`
  from `found`
  having
    count(*) > 0
)
select
  `counts`.`whq_segment`,
  `counts`.`whq_period`,
  `counts`.`whq_chunk`,
  `counts`.`total`,
  `counts`.`labelled`,
  `counts`.`scored`,
  `counts`.`positives`,
  `counts`.`outside`,
  `counts`.`predicted`,
  `counts`.`true_positive`,
  `counts`.`false_positive`,
  `counts`.`false_negative`,
  `counts`.`true_negative`,
  1 - cast(`ranking`.`negatives_before` as double) / nullif(cast(`counts`.`positives` as double) * (
    `counts`.`scored` - `counts`.`positives`
  ), 0) as `roc_auc`,
  cast(`ranking`.`precisions` as double) / nullif(`counts`.`positives`, 0) as `average_precision`
from `counts`
left join `ranking`
  on `counts`.`whq_segment` <=> `ranking`.`whq_segment`
  and `counts`.`whq_period` <=> `ranking`.`whq_period`
  and `counts`.`whq_chunk` <=> `ranking`.`whq_chunk`
