{#
title: The nine deciles, exact, with linear interpolation between neighbours
shape: query
role: scan
arguments:
  column: numeric
outputs: [place, value]
finite: true
cost: holistic
returns: nine rows, place 1..9
nulls: left out, NaN and infinities too
empty: no row
reference: "Hyndman and Fan (1996), type 7: numpy.quantile; by row numbers, because some engines have no percentile"
#}
with ranked as (
    select
        {{ cell }},
        cast($column as double) as x,
        row_number() over (partition by {{ cell }} order by $column) - 1 as position
    from dataset
    where $column is not null
),
sizes as (
    select {{ cell }}, count(*) as n
    from ranked
    group by {{ cell }}
),
places as (
    select 1 as place union all select 2 union all select 3 union all select 4 union all select 5
    union all select 6 union all select 7 union all select 8 union all select 9
),
ends as (
    select 0 as step union all select 1
),
wanted as (
    select
        {{ cell }},
        places.place,
        cast(floor(places.place * (n - 1) / cast(10 as double)) as bigint) + ends.step as position,
        mod(places.place * (n - 1), 10) / cast(10 as double) as share
    from sizes
    cross join places
    cross join ends
),
neighbours as (
    select {{ cell_of("wanted") }}, wanted.place, wanted.share, min(ranked.x) as low, max(ranked.x) as high
    from wanted
    join ranked on ranked.position = wanted.position and {{ on_cell("ranked", "wanted") }}
    group by {{ cell_of("wanted") }}, wanted.place, wanted.share
)
select
    {{ cell }},
    place,
    case when share = 0 then low when low = high then low else low + (high - low) * share end as value
from neighbours
