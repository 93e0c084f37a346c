{#
title: Number of rows where the column is NULL
shape: aggregate
better: lower
arguments:
  column: any
cost: scan
finite: false
range: [0, null]
state: {all_n: count(*), n: count($column)}
value: all_n - n
returns: rows
nulls: counted; NaN is not NULL
empty: 0
scale: a count from 0; grows with the rows
action: null_ratio is the same without the number of rows in it
#}
count(*) - count($column)
