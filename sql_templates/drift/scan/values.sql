{#
title: The distinct values of a column of whole numbers, where they are few
shape: query
role: scan
arguments:
  column: numeric
  most: {kind: integer, required: true, doc: more distinct values than this give no row}
outputs: [value]
finite: true
cost: holistic
returns: one row a value, in no order
nulls: left out, NaN and infinities too
empty: no row
#}
with numbers as (
    select {{ cell }}, cast($column as double) as x
    from dataset
    where $column is not null
),
levels as (
    select {{ cell }}, x
    from numbers
    group by {{ cell }}, x
),
sizes as (
    select {{ cell }}, count(*) as distinct_values
    from levels
    group by {{ cell }}
)
select {{ cell_of("levels") }}, levels.x as value
from levels
join sizes on {{ on_cell("levels", "sizes") }}
where sizes.distinct_values <= $most
