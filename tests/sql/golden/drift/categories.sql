-- dialect: duckdb
with "dataset" as (
  select
    "s",
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "named" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("s" as text) as "category_name"
  from "dataset"
  where
    not "s" is null
), "counted" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "category_name",
    count(*) as "members"
  from "named"
  group by
    "category_name"
), "sizes" as (
  select
    cast(null as text) as "whq_segment",
    cast(null as text) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    count(*) as "distinct_categories"
  from "counted"
  having
    count(*) > 0
), "kept" as (
  select
    "counted"."whq_segment",
    "counted"."whq_period",
    "counted"."whq_chunk",
    case when "sizes"."distinct_categories" <= 4 then "counted"."category_name" end as "category",
    "counted"."members"
  from "counted"
  cross join "sizes"
)
select
  cast(null as text) as "whq_segment",
  cast(null as text) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  "category",
  cast(sum("members") as bigint) as "n"
from "kept"
group by
  "category"

-- dialect: postgres
with "dataset" as (
  select
    "s",
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "named" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("s" as text) as "category_name"
  from "dataset"
  where
    not "s" is null
), "counted" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "category_name",
    count(*) as "members"
  from "named"
  group by
    "category_name"
), "sizes" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    count(*) as "distinct_categories"
  from "counted"
  having
    count(*) > 0
), "kept" as (
  select
    "counted"."whq_segment",
    "counted"."whq_period",
    "counted"."whq_chunk",
    case when "sizes"."distinct_categories" <= 4 then "counted"."category_name" end as "category",
    "counted"."members"
  from "counted"
  cross join "sizes"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  "category",
  cast(sum("members") as bigint) as "n"
from "kept"
group by
  "category"

-- dialect: snowflake
with "dataset" as (
  select
    "s",
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "named" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("s" as varchar) as "category_name"
  from "dataset"
  where
    not "s" is null
), "counted" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "category_name",
    count(*) as "members"
  from "named"
  group by
    "category_name"
), "sizes" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    count(*) as "distinct_categories"
  from "counted"
  having
    count(*) > 0
), "kept" as (
  select
    "counted"."whq_segment",
    "counted"."whq_period",
    "counted"."whq_chunk",
    case when "sizes"."distinct_categories" <= 4 then "counted"."category_name" end as "category",
    "counted"."members"
  from "counted"
  cross join "sizes"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  "category",
  cast(sum("members") as bigint) as "n"
from "kept"
group by
  "category"

-- dialect: bigquery
with `dataset` as (
  select
    `s`,
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as int64) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
), `named` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    cast(`s` as string) as `category_name`
  from `dataset`
  where
    not `s` is null
), `counted` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as int64) as `whq_chunk`,
    `category_name`,
    count(*) as `members`
  from `named`
  group by
    `category_name`
), `sizes` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as int64) as `whq_chunk`,
    count(*) as `distinct_categories`
  from `counted`
  having
    count(*) > 0
), `kept` as (
  select
    `counted`.`whq_segment`,
    `counted`.`whq_period`,
    `counted`.`whq_chunk`,
    case when `sizes`.`distinct_categories` <= 4 then `counted`.`category_name` end as `category`,
    `counted`.`members`
  from `counted`
  cross join `sizes`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as int64) as `whq_chunk`,
  `category`,
  cast(sum(`members`) as int64) as `n`
from `kept`
group by
  `category`

-- dialect: databricks
with `dataset` as (
  select
    `s`,
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
), `named` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    cast(`s` as string) as `category_name`
  from `dataset`
  where
    not `s` is null
), `counted` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    `category_name`,
    count(*) as `members`
  from `named`
  group by
    `category_name`
), `sizes` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    count(*) as `distinct_categories`
  from `counted`
  having
    count(*) > 0
), `kept` as (
  select
    `counted`.`whq_segment`,
    `counted`.`whq_period`,
    `counted`.`whq_chunk`,
    case when `sizes`.`distinct_categories` <= 4 then `counted`.`category_name` end as `category`,
    `counted`.`members`
  from `counted`
  cross join `sizes`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as bigint) as `whq_chunk`,
  `category`,
  cast(sum(`members`) as bigint) as `n`
from `kept`
group by
  `category`

-- dialect: spark
with `dataset` as (
  select
    `s`,
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
), `named` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    cast(`s` as string) as `category_name`
  from `dataset`
  where
    not `s` is null
), `counted` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    `category_name`,
    count(*) as `members`
  from `named`
  group by
    `category_name`
), `sizes` as (
  select
    cast(null as string) as `whq_segment`,
    cast(null as string) as `whq_period`,
    cast(null as bigint) as `whq_chunk`,
    count(*) as `distinct_categories`
  from `counted`
  having
    count(*) > 0
), `kept` as (
  select
    `counted`.`whq_segment`,
    `counted`.`whq_period`,
    `counted`.`whq_chunk`,
    case when `sizes`.`distinct_categories` <= 4 then `counted`.`category_name` end as `category`,
    `counted`.`members`
  from `counted`
  cross join `sizes`
)
select
  cast(null as string) as `whq_segment`,
  cast(null as string) as `whq_period`,
  cast(null as bigint) as `whq_chunk`,
  `category`,
  cast(sum(`members`) as bigint) as `n`
from `kept`
group by
  `category`

-- dialect: redshift
with "dataset" as (
  select
    "s",
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "named" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("s" as varchar(max)) as "category_name"
  from "dataset"
  where
    not "s" is null
), "counted" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "category_name",
    count(*) as "members"
  from "named"
  group by
    "category_name"
), "sizes" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    count(*) as "distinct_categories"
  from "counted"
  having
    count(*) > 0
), "kept" as (
  select
    "counted"."whq_segment",
    "counted"."whq_period",
    "counted"."whq_chunk",
    case when "sizes"."distinct_categories" <= 4 then "counted"."category_name" end as "category",
    "counted"."members"
  from "counted"
  cross join "sizes"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  "category",
  cast(sum("members") as bigint) as "n"
from "kept"
group by
  "category"

-- dialect: trino
with "dataset" as (
  select
    "s",
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "named" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("s" as varchar) as "category_name"
  from "dataset"
  where
    not "s" is null
), "counted" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    "category_name",
    count(*) as "members"
  from "named"
  group by
    "category_name"
), "sizes" as (
  select
    cast(null as varchar) as "whq_segment",
    cast(null as varchar) as "whq_period",
    cast(null as bigint) as "whq_chunk",
    count(*) as "distinct_categories"
  from "counted"
  having
    count(*) > 0
), "kept" as (
  select
    "counted"."whq_segment",
    "counted"."whq_period",
    "counted"."whq_chunk",
    case when "sizes"."distinct_categories" <= 4 then "counted"."category_name" end as "category",
    "counted"."members"
  from "counted"
  cross join "sizes"
)
select
  cast(null as varchar) as "whq_segment",
  cast(null as varchar) as "whq_period",
  cast(null as bigint) as "whq_chunk",
  "category",
  cast(sum("members") as bigint) as "n"
from "kept"
group by
  "category"

-- dialect: clickhouse
with "dataset" as (
  select
    "s",
    cast(null as Nullable(String)) as "whq_segment",
    cast(null as Nullable(String)) as "whq_period",
    cast(null as Nullable(Int64)) as "whq_chunk"
  from "main"."fixture" as "whq_source"
), "named" as (
  select
    "whq_segment",
    "whq_period",
    "whq_chunk",
    cast("s" as Nullable(String)) as "category_name"
  from "dataset"
  where
    not (
      "s" is null
    )
), "counted" as (
  select
    cast(null as Nullable(String)) as "whq_segment",
    cast(null as Nullable(String)) as "whq_period",
    cast(null as Nullable(Int64)) as "whq_chunk",
    "category_name",
    count(*) as "members"
  from "named"
  group by
    "category_name"
), "sizes" as (
  select
    cast(null as Nullable(String)) as "whq_segment",
    cast(null as Nullable(String)) as "whq_period",
    cast(null as Nullable(Int64)) as "whq_chunk",
    count(*) as "distinct_categories"
  from "counted"
  having
    count(*) > 0
), "kept" as (
  select
    "counted"."whq_segment" as "whq_segment",
    "counted"."whq_period" as "whq_period",
    "counted"."whq_chunk" as "whq_chunk",
    case when "sizes"."distinct_categories" <= 4 then "counted"."category_name" end as "category",
    "counted"."members" as "members"
  from "counted"
  cross join "sizes"
)
select
  cast(null as Nullable(String)) as "whq_segment",
  cast(null as Nullable(String)) as "whq_period",
  cast(null as Nullable(Int64)) as "whq_chunk",
  "category",
  cast(sum("members") as Nullable(Int64)) as "n"
from "kept"
group by
  "category"
settings aggregate_functions_null_for_empty = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1

-- dialect: mysql
with `dataset` as (
  select
    `s`,
    cast(null as char) as `whq_segment`,
    cast(null as char) as `whq_period`,
    cast(null as signed) as `whq_chunk`
  from `main`.`fixture` as `whq_source`
), `named` as (
  select
    `whq_segment`,
    `whq_period`,
    `whq_chunk`,
    cast(`s` as char) as `category_name`
  from `dataset`
  where
    not `s` is null
), `counted` as (
  select
    cast(null as char) as `whq_segment`,
    cast(null as char) as `whq_period`,
    cast(null as signed) as `whq_chunk`,
    `category_name`,
    count(*) as `members`
  from `named`
  group by
    `category_name`
), `sizes` as (
  select
    cast(null as char) as `whq_segment`,
    cast(null as char) as `whq_period`,
    cast(null as signed) as `whq_chunk`,
    count(*) as `distinct_categories`
  from `counted`
  having
    count(*) > 0
), `kept` as (
  select
    `counted`.`whq_segment`,
    `counted`.`whq_period`,
    `counted`.`whq_chunk`,
    case when `sizes`.`distinct_categories` <= 4 then `counted`.`category_name` end as `category`,
    `counted`.`members`
  from `counted`
  cross join `sizes`
)
select
  cast(null as char) as `whq_segment`,
  cast(null as char) as `whq_period`,
  cast(null as signed) as `whq_chunk`,
  `category`,
  cast(sum(`members`) as signed) as `n`
from `kept`
group by
  `category`
