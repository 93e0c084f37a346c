{#
title: Share of true among the values that are not NULL
shape: aggregate
arguments:
  column: boolean
cost: scan
range: [0, 1]
returns: ratio 0..1
nulls: left out
empty: NULL
#}
cast(count(case when $column then 1 end) as double) / nullif(count($column), 0)
