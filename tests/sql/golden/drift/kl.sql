-- dialect: duckdb
with "dataset" as (
  select
    "reference_share",
    "share"
  from "main"."fixture" as "whq_source"
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "whq_rows",
  sum(
    (
      case when "share" < cast(0.0001 as double) then cast(0.0001 as double) else "share" end
    ) * ln(
      (
        case when "share" < cast(0.0001 as double) then cast(0.0001 as double) else "share" end
      ) / (
        case
          when "reference_share" < cast(0.0001 as double)
          then cast(0.0001 as double)
          else "reference_share"
        end
      )
    )
  ) as "v0"
from "dataset"

-- dialect: postgres
with "dataset" as (
  select
    "reference_share",
    "share"
  from "main"."fixture" as "whq_source"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "whq_rows",
  sum(
    (
      case
        when "share" < cast(0.0001 as double precision)
        then cast(0.0001 as double precision)
        else "share"
      end
    ) * ln(
      cast((
        case
          when "share" < cast(0.0001 as double precision)
          then cast(0.0001 as double precision)
          else "share"
        end
      ) as double precision) / (
        case
          when "reference_share" < cast(0.0001 as double precision)
          then cast(0.0001 as double precision)
          else "reference_share"
        end
      )
    )
  ) as "v0"
from "dataset"

-- dialect: snowflake
with "dataset" as (
  select
    "reference_share",
    "share"
  from "main"."fixture" as "whq_source"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "whq_rows",
  sum(
    (
      case when "share" < cast(0.0001 as double) then cast(0.0001 as double) else "share" end
    ) * ln(
      cast((
        case when "share" < cast(0.0001 as double) then cast(0.0001 as double) else "share" end
      ) as double) / (
        case
          when "reference_share" < cast(0.0001 as double)
          then cast(0.0001 as double)
          else "reference_share"
        end
      )
    )
  ) as "v0"
from "dataset"

-- dialect: bigquery
with `dataset` as (
  select
    `reference_share`,
    `share`
  from `main`.`fixture` as `whq_source`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as int64) as `whq_chunk`,
  count(*) as `whq_rows`,
  sum(
    (
      case when `share` < cast(0.0001 as float64) then cast(0.0001 as float64) else `share` end
    ) * ln(
      (
        case when `share` < cast(0.0001 as float64) then cast(0.0001 as float64) else `share` end
      ) / (
        case
          when `reference_share` < cast(0.0001 as float64)
          then cast(0.0001 as float64)
          else `reference_share`
        end
      )
    )
  ) as `v0`
from `dataset`

-- dialect: databricks
with `dataset` as (
  select
    `reference_share`,
    `share`
  from `main`.`fixture` as `whq_source`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as bigint) as `whq_chunk`,
  count(*) as `whq_rows`,
  sum(
    (
      case when `share` < cast(0.0001 as double) then cast(0.0001 as double) else `share` end
    ) * ln(
      (
        case when `share` < cast(0.0001 as double) then cast(0.0001 as double) else `share` end
      ) / (
        case
          when `reference_share` < cast(0.0001 as double)
          then cast(0.0001 as double)
          else `reference_share`
        end
      )
    )
  ) as `v0`
from `dataset`

-- dialect: spark
with `dataset` as (
  select
    `reference_share`,
    `share`
  from `main`.`fixture` as `whq_source`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as bigint) as `whq_chunk`,
  count(*) as `whq_rows`,
  sum(
    (
      case when `share` < cast(0.0001 as double) then cast(0.0001 as double) else `share` end
    ) * ln(
      (
        case when `share` < cast(0.0001 as double) then cast(0.0001 as double) else `share` end
      ) / (
        case
          when `reference_share` < cast(0.0001 as double)
          then cast(0.0001 as double)
          else `reference_share`
        end
      )
    )
  ) as `v0`
from `dataset`

-- dialect: redshift
with "dataset" as (
  select
    "reference_share",
    "share"
  from "main"."fixture" as "whq_source"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "whq_rows",
  sum(
    (
      case
        when "share" < cast(0.0001 as double precision)
        then cast(0.0001 as double precision)
        else "share"
      end
    ) * ln(
      cast((
        case
          when "share" < cast(0.0001 as double precision)
          then cast(0.0001 as double precision)
          else "share"
        end
      ) as double precision) / (
        case
          when "reference_share" < cast(0.0001 as double precision)
          then cast(0.0001 as double precision)
          else "reference_share"
        end
      )
    )
  ) as "v0"
from "dataset"

-- dialect: trino
with "dataset" as (
  select
    "reference_share",
    "share"
  from "main"."fixture" as "whq_source"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  count(*) as "whq_rows",
  sum(
    (
      case when "share" < cast(0.0001 as double) then cast(0.0001 as double) else "share" end
    ) * ln(
      cast((
        case when "share" < cast(0.0001 as double) then cast(0.0001 as double) else "share" end
      ) as double) / (
        case
          when "reference_share" < cast(0.0001 as double)
          then cast(0.0001 as double)
          else "reference_share"
        end
      )
    )
  ) as "v0"
from "dataset"

-- dialect: clickhouse
with "dataset" as (
  select
    "reference_share",
    "share"
  from "main"."fixture" as "whq_source"
)
select
  cast(null as Nullable(String)) as "whq_segment",
  cast(null as Nullable(String)) as "whq_period",
  cast(null as Nullable(Int64)) as "whq_chunk",
  count(*) as "whq_rows",
  sum(
    (
      case
        when "share" < cast(0.0001 as Nullable(Float64))
        then cast(0.0001 as Nullable(Float64))
        else "share"
      end
    ) * ln(
      (
        case
          when "share" < cast(0.0001 as Nullable(Float64))
          then cast(0.0001 as Nullable(Float64))
          else "share"
        end
      ) / (
        case
          when "reference_share" < cast(0.0001 as Nullable(Float64))
          then cast(0.0001 as Nullable(Float64))
          else "reference_share"
        end
      )
    )
  ) as "v0"
from "dataset"
settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
with `dataset` as (
  select
    `reference_share`,
    `share`
  from `main`.`fixture` as `whq_source`
)
select
  cast(null as char) as `whq_segment`,
  cast(null as char) as `whq_period`,
  cast(null as signed) as `whq_chunk`,
  count(*) as `whq_rows`,
  sum(
    (
      case when `share` < cast(0.0001 as double) then cast(0.0001 as double) else `share` end
    ) * ln(
      cast((
        case when `share` < cast(0.0001 as double) then cast(0.0001 as double) else `share` end
      ) as double) / (
        case
          when `reference_share` < cast(0.0001 as double)
          then cast(0.0001 as double)
          else `reference_share`
        end
      )
    )
  ) as `v0`
from `dataset`
