{#
title: Rows by day or hour, with the least and the greatest time of each
shape: query
role: scan
arguments:
  column: {family: temporal, default: time, doc: the time of a row}
  grain: {kind: text, required: true, choices: [hour, day], doc: what rows are counted by}
  most: {kind: integer, doc: "how many segments to count, in the order of their names; rows of others are left out"}
outputs: [bucket, n, earliest, latest]
returns: one row a day (hour) that has rows, with its start
nulls: left out
empty: no row
state: {n: sum, earliest: min, latest: max}
reference: rows are counted in UTC
#}
with placed as (
    select
        {{ cell }},
        {% if grain == "hour" %}
        date_trunc('hour', cast($column as timestamp)) as bucket,
        {% else %}
        date_trunc('day', cast($column as timestamp)) as bucket,
        {% endif %}
        cast($column as timestamp) as moment
    from dataset
    where $column is not null
),

counted as (
    select {{ cell }}, bucket, count(*) as n, min(moment) as earliest, max(moment) as latest
    from placed
    group by {{ cell }}, bucket
){% if most is given %},

ranked as (
    select {{ cell }}, bucket, n, earliest, latest, dense_rank() over (order by whq_segment) as place
    from counted
)

select {{ cell }}, bucket, n, earliest, latest
from ranked
where place <= $most
{% else %}

select {{ cell }}, bucket, n, earliest, latest
from counted
{% endif %}
