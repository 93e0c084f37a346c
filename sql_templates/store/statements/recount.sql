{#
title: Bring counts that are stored already up to date; what a bucket had when it was counted first stays
#}
with counted as (
    select
        unnest(cast(? as text[])) as new_dataset,
        unnest(cast(? as text[])) as new_fingerprint,
        unnest(cast(? as text[])) as new_segment,
        unnest(cast(? as text[])) as new_grain,
        unnest(cast(? as text[])) as new_bucket,
        unnest(cast(? as bigint[])) as new_rows,
        unnest(cast(? as text[])) as new_as_of
)
update watched_counts
set "rows" = new_rows, as_of = new_as_of
from counted
where dataset = new_dataset
    and fingerprint = new_fingerprint
    and segment = new_segment
    and grain = new_grain
    and bucket = new_bucket
