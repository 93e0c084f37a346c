{#
title: Number of rows where the column is NULL
shape: aggregate
arguments:
  column: any
cost: scan
finite: false
range: [0, null]
returns: rows
nulls: counted; NaN is not NULL
empty: 0
#}
count(*) - count($column)
