{#
title: Number of rows where the column is true
shape: aggregate
arguments:
  column: boolean
cost: scan
range: [0, null]
state: {true_n: count(case when $column then 1 end)}
value: true_n
returns: rows
nulls: not true
empty: 0
scale: a count from 0; grows with the rows
action: true_ratio is the same without the number of rows in it
#}
count(case when $column then 1 end)
