{#
title: Number of rows where the column is below zero
shape: aggregate
arguments:
  column: numeric
cost: scan
range: [0, null]
state: {negative_n: count(case when $column < 0 then 1 end)}
value: negative_n
returns: rows
nulls: not negative; NaN and infinities are counted by nonfinite_count
empty: 0
scale: a count from 0; grows with the rows
action: where no value may be negative, write accepted_range with min 0
#}
count(case when $column < 0 then 1 end)
