{#
title: Number of rows where the column is zero
shape: aggregate
arguments:
  column: numeric
cost: scan
range: [0, null]
state: {zero_n: count(case when $column = 0 then 1 end)}
value: zero_n
returns: rows
nulls: not zero
empty: 0
scale: a count from 0; grows with the rows
action: zeros that come at once are often missing values
#}
count(case when $column = 0 then 1 end)
