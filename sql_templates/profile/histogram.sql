{#
title: Number of rows in each bin of a numeric column
shape: query
arguments:
  column: numeric
  cuts: {kind: cuts, required: true, doc: where the axis is cut}
cost: holistic
outputs: [bin, n]
returns: one row a bin that holds values, counted from 0
nulls: left out, NaN and infinities too
empty: no row
#}
with axis as (
  select {{ cell }}, cast($column as double) as x
  from dataset
),

placed as (
  select {{ cell }}, whq_bin(x, $cuts) as bin
  from axis
  -- false for NaN on every engine, whatever it thinks of the order of NaN
  where abs(x) <= cast(1.7976931348623157e308 as double)
)

select {{ cell }}, bin, count(*) as n
from placed
group by {{ cell }}, bin
