{#
title: A column's distribution in about a thousand parts of equal size
shape: query
arguments:
  column: numeric
outputs: [n, low, high]
finite: true
cost: holistic
returns: one row a part, in no order; a value that holds more rows than a part is a part of its own
nulls: left out, NaN and infinities too
empty: no row
#}
with levels as (
    select {{ cell }}, cast($column as double) as x, count(*) as k
    from dataset
    where $column is not null
    group by {{ cell }}, cast($column as double)
),
-- nulls first, though there are none: BigQuery's order within a running sum
ranked as (
    select
        {{ cell }},
        x,
        k,
        sum(k) over (partition by {{ cell }} order by x nulls first rows between unbounded preceding and current row) as k_le
    from levels
),
sizes as (
    select {{ cell }}, sum(k) as k_n
    from levels
    group by {{ cell }}
),
parts as (
    select
        {{ cell_of("ranked") }},
        x,
        k,
        floor((k_le - k) * cast(1000 as double) / k_n) as first_part,
        floor((k_le - 1) * cast(1000 as double) / k_n) as last_part
    from ranked
    join sizes on {{ on_cell("ranked", "sizes") }}
)
select
    {{ cell }},
    sum(k) as n,
    min(x) as low,
    max(x) as high
from parts
group by {{ cell }}, first_part, last_part
