{#
title: Share of true among the values that are not NULL
shape: aggregate
arguments:
  column: boolean
cost: scan
range: [0, 1]
state: {n: count($column), true_n: count(case when $column then 1 end)}
value: cast(true_n as double) / nullif(n, 0)
returns: ratio 0..1
nulls: left out
empty: NULL
scale: 0 = no value is true, 1 = all are
action: a flag stuck at 0 or 1 is often a default value
#}
cast(count(case when $column then 1 end) as double) / nullif(count($column), 0)
