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
#}
count(case when $column then 1 end)
