{#
title: Rows in each bin of a numeric column
shape: query
role: scan
state: {n: sum}
arguments:
  column: numeric
  cuts: {kind: cuts, required: true, doc: where the axis is cut}
outputs: [bin, n]
finite: true
cost: holistic
returns: one row a bin that holds values, counted from 0
nulls: left out, NaN and infinities too
empty: no row
#}
with points as (
    select {{ cell }}, cast($column as double) as x
    from dataset
    where $column is not null
),
placed as (
    select {{ cell }}, whq_bin(x, $cuts) as bin
    from points
)
select {{ cell }}, bin, count(*) as n
from placed
group by {{ cell }}, bin
