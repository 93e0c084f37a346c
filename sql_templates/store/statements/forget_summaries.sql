{#
title: Drop summaries that are about to be replaced
#}
with replaced as (
    select
        unnest(cast(? as text[])) as old_dataset,
        unnest(cast(? as text[])) as old_fingerprint,
        unnest(cast(? as text[])) as old_period,
        unnest(cast(? as text[])) as old_chunk,
        unnest(cast(? as text[])) as old_segment
)
delete from summaries
where exists (
    select 1
    from replaced
    where old_dataset = dataset
        and old_fingerprint = fingerprint
        and old_period = period
        and old_chunk = chunk
        and old_segment = segment
)
