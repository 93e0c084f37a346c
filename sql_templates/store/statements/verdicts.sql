{#
title: The newest chunk with a verdict by series, in the last complete run of it before a moment
#}
with earlier as (
    select id, as_of, number
    from runs
    where state = 'complete' and project = ? and target = ? and as_of < ?
),
ranked as (
    select
        series,
        segment,
        chunk,
        row_number() over (partition by series, segment order by as_of desc, number desc) as place
    from verdicts
    join earlier on earlier.id = verdicts.run_id
)
select series, segment, chunk from ranked where place = 1
