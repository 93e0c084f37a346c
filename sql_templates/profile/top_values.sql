{#
title: The most frequent values and how often they occur
shape: query
arguments:
  column: any
  limit: {kind: integer, required: true, doc: how many values}
cost: holistic
outputs: [place, shown, n]
returns: one row a value; place 1 is the most frequent, of equally frequent values the lesser one
nulls: left out
empty: no row
#}
with counted as (
  select {{ cell }}, $column as shown, count(*) as n
  from dataset
  where $column is not null
  group by {{ cell }}, $column
),

ranked as (
  select
    {{ cell }},
    row_number() over (partition by {{ cell }} order by n desc, shown) as place,
    shown,
    n
  from counted
)

select {{ cell }}, place, shown, n
from ranked
where place <= $limit
