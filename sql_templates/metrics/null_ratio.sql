{#
title: Share of rows where the column is NULL
shape: aggregate
arguments:
  column: any
cost: scan
finite: false
range: [0, 1]
returns: ratio 0..1
nulls: counted; NaN is not NULL
empty: NULL
#}
cast(count(*) - count($column) as double) / nullif(count(*), 0)
