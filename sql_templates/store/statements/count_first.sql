{#
title: Keep the counts of buckets that are not stored yet
#}
with counted as (
    select
        unnest(cast(? as text[])) as new_dataset,
        unnest(cast(? as text[])) as new_fingerprint,
        unnest(cast(? as text[])) as new_segment,
        unnest(cast(? as text[])) as new_grain,
        unnest(cast(? as text[])) as new_bucket,
        unnest(cast(? as bigint[])) as new_first_rows,
        unnest(cast(? as text[])) as new_first_as_of,
        unnest(cast(? as bigint[])) as new_rows,
        unnest(cast(? as text[])) as new_as_of
)
insert into watched_counts
select *
from counted
where not exists (
    select 1
    from watched_counts
    where dataset = new_dataset
        and fingerprint = new_fingerprint
        and segment = new_segment
        and grain = new_grain
        and bucket = new_bucket
)
