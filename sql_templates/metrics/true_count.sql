{#
title: Number of rows where the column is true
shape: aggregate
arguments:
  column: boolean
cost: scan
range: [0, null]
returns: rows
nulls: not true
empty: 0
#}
count(case when $column then 1 end)
