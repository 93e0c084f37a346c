-- dialect: duckdb
with "dataset" as (
  select
    "n",
    "reference_n",
    "reference_total",
    "total"
  from "main"."fixture" as "whq_source"
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "whq_rows",
  case
    when count("n") = 2
    then sum(
      case
        when 2 * abs("n" * "reference_total" - "reference_n" * "total") > "total" + "reference_total"
        then power(
          abs("n" * "reference_total" - "reference_n" * "total") - (
            "total" + "reference_total"
          ) / cast(2 as double),
          2
        )
        else 0
      end / nullif((
        "n" + "reference_n"
      ) * "total" * "reference_total", 0)
    )
    else sum(
      power("n" * "reference_total" - "reference_n" * "total", 2) / nullif((
        "n" + "reference_n"
      ) * "total" * "reference_total", 0)
    )
  end as "v0"
from "dataset"

-- dialect: postgres
with "dataset" as (
  select
    "n",
    "reference_n",
    "reference_total",
    "total"
  from "main"."fixture" as "whq_source"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "whq_rows",
  case
    when count("n") = 2
    then sum(
      cast(case
        when 2 * abs("n" * "reference_total" - "reference_n" * "total") > "total" + "reference_total"
        then power(
          abs("n" * "reference_total" - "reference_n" * "total") - (
            "total" + "reference_total"
          ) / cast(2 as double precision),
          2
        )
        else 0
      end as double precision) / nullif((
        "n" + "reference_n"
      ) * "total" * "reference_total", 0)
    )
    else sum(
      cast(power("n" * "reference_total" - "reference_n" * "total", 2) as double precision) / nullif((
        "n" + "reference_n"
      ) * "total" * "reference_total", 0)
    )
  end as "v0"
from "dataset"

-- dialect: snowflake
with "dataset" as (
  select
    "n",
    "reference_n",
    "reference_total",
    "total"
  from "main"."fixture" as "whq_source"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "whq_rows",
  case
    when count("n") = 2
    then sum(
      cast(case
        when 2 * abs("n" * "reference_total" - "reference_n" * "total") > "total" + "reference_total"
        then power(
          abs("n" * "reference_total" - "reference_n" * "total") - cast((
            "total" + "reference_total"
          ) as double) / cast(2 as double),
          2
        )
        else 0
      end as double) / nullif((
        "n" + "reference_n"
      ) * "total" * "reference_total", 0)
    )
    else sum(
      cast(power("n" * "reference_total" - "reference_n" * "total", 2) as double) / nullif((
        "n" + "reference_n"
      ) * "total" * "reference_total", 0)
    )
  end as "v0"
from "dataset"

-- dialect: bigquery
with `dataset` as (
  select
    `n`,
    `reference_n`,
    `reference_total`,
    `total`
  from `main`.`fixture` as `whq_source`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as int64) as `whq_chunk`,
  count(*) as `whq_rows`,
  case
    when count(`n`) = 2
    then sum(
      case
        when 2 * abs(`n` * `reference_total` - `reference_n` * `total`) > `total` + `reference_total`
        then power(
          abs(`n` * `reference_total` - `reference_n` * `total`) - (
            `total` + `reference_total`
          ) / cast(2 as float64),
          2
        )
        else 0
      end / nullif((
        `n` + `reference_n`
      ) * `total` * `reference_total`, 0)
    )
    else sum(
      power(`n` * `reference_total` - `reference_n` * `total`, 2) / nullif((
        `n` + `reference_n`
      ) * `total` * `reference_total`, 0)
    )
  end as `v0`
from `dataset`

-- dialect: databricks
with `dataset` as (
  select
    `n`,
    `reference_n`,
    `reference_total`,
    `total`
  from `main`.`fixture` as `whq_source`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as bigint) as `whq_chunk`,
  count(*) as `whq_rows`,
  case
    when count(`n`) = 2
    then sum(
      case
        when 2 * abs(`n` * `reference_total` - `reference_n` * `total`) > `total` + `reference_total`
        then power(
          abs(`n` * `reference_total` - `reference_n` * `total`) - (
            `total` + `reference_total`
          ) / cast(2 as double),
          2
        )
        else 0
      end / nullif((
        `n` + `reference_n`
      ) * `total` * `reference_total`, 0)
    )
    else sum(
      power(`n` * `reference_total` - `reference_n` * `total`, 2) / nullif((
        `n` + `reference_n`
      ) * `total` * `reference_total`, 0)
    )
  end as `v0`
from `dataset`

-- dialect: spark
with `dataset` as (
  select
    `n`,
    `reference_n`,
    `reference_total`,
    `total`
  from `main`.`fixture` as `whq_source`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as bigint) as `whq_chunk`,
  count(*) as `whq_rows`,
  case
    when count(`n`) = 2
    then sum(
      case
        when 2 * abs(`n` * `reference_total` - `reference_n` * `total`) > `total` + `reference_total`
        then power(
          abs(`n` * `reference_total` - `reference_n` * `total`) - (
            `total` + `reference_total`
          ) / cast(2 as double),
          2
        )
        else 0
      end / nullif((
        `n` + `reference_n`
      ) * `total` * `reference_total`, 0)
    )
    else sum(
      power(`n` * `reference_total` - `reference_n` * `total`, 2) / nullif((
        `n` + `reference_n`
      ) * `total` * `reference_total`, 0)
    )
  end as `v0`
from `dataset`

-- dialect: redshift
with "dataset" as (
  select
    "n",
    "reference_n",
    "reference_total",
    "total"
  from "main"."fixture" as "whq_source"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "whq_rows",
  case
    when count("n") = 2
    then sum(
      cast(case
        when 2 * abs("n" * "reference_total" - "reference_n" * "total") > "total" + "reference_total"
        then power(
          abs("n" * "reference_total" - "reference_n" * "total") - (
            "total" + "reference_total"
          ) / cast(2 as double precision),
          2
        )
        else 0
      end as double precision) / nullif((
        "n" + "reference_n"
      ) * "total" * "reference_total", 0)
    )
    else sum(
      cast(power("n" * "reference_total" - "reference_n" * "total", 2) as double precision) / nullif((
        "n" + "reference_n"
      ) * "total" * "reference_total", 0)
    )
  end as "v0"
from "dataset"

-- dialect: trino
with "dataset" as (
  select
    "n",
    "reference_n",
    "reference_total",
    "total"
  from "main"."fixture" as "whq_source"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "whq_rows",
  case
    when count("n") = 2
    then sum(
      cast(case
        when 2 * abs("n" * "reference_total" - "reference_n" * "total") > "total" + "reference_total"
        then power(
          abs("n" * "reference_total" - "reference_n" * "total") - (
            "total" + "reference_total"
          ) / cast(2 as double),
          2
        )
        else 0
      end as double) / nullif((
        "n" + "reference_n"
      ) * "total" * "reference_total", 0)
    )
    else sum(
      cast(power("n" * "reference_total" - "reference_n" * "total", 2) as double) / nullif((
        "n" + "reference_n"
      ) * "total" * "reference_total", 0)
    )
  end as "v0"
from "dataset"

-- dialect: clickhouse
with "dataset" as (
  select
    "n",
    "reference_n",
    "reference_total",
    "total"
  from "main"."fixture" as "whq_source"
)
select
  cast(null as Nullable(String)) as "whq_segment",
  cast(null as Nullable(String)) as "whq_period",
  cast(null as Nullable(Int64)) as "whq_chunk",
  count(*) as "whq_rows",
  case
    when count("n") = 2
    then sum(
      case
        when 2 * abs("n" * "reference_total" - "reference_n" * "total") > "total" + "reference_total"
        then power(
          abs("n" * "reference_total" - "reference_n" * "total") - (
            "total" + "reference_total"
          ) / cast(2 as Nullable(Float64)),
          2
        )
        else 0
      end / nullIf((
        "n" + "reference_n"
      ) * "total" * "reference_total", 0)
    )
    else sum(
      power("n" * "reference_total" - "reference_n" * "total", 2) / nullIf((
        "n" + "reference_n"
      ) * "total" * "reference_total", 0)
    )
  end as "v0"
from "dataset"
settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
with `dataset` as (
  select
    `n`,
    `reference_n`,
    `reference_total`,
    `total`
  from `main`.`fixture` as `whq_source`
)
select
  cast(null as char) as `whq_segment`,
  cast(null as char) as `whq_period`,
  cast(null as signed) as `whq_chunk`,
  count(*) as `whq_rows`,
  case
    when count(`n`) = 2
    then sum(
      cast(case
        when 2 * abs(`n` * `reference_total` - `reference_n` * `total`) > `total` + `reference_total`
        then power(
          abs(`n` * `reference_total` - `reference_n` * `total`) - cast((
            `total` + `reference_total`
          ) as double) / cast(2 as double),
          2
        )
        else 0
      end as double) / nullif((
        `n` + `reference_n`
      ) * `total` * `reference_total`, 0)
    )
    else sum(
      cast(power(`n` * `reference_total` - `reference_n` * `total`, 2) as double) / nullif((
        `n` + `reference_n`
      ) * `total` * `reference_total`, 0)
    )
  end as `v0`
from `dataset`
