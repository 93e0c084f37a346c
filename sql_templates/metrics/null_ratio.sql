{#
title: Share of rows where the column is NULL
shape: aggregate
better: lower
arguments:
  column: any
cost: scan
finite: false
range: [0, 1]
state: {all_n: count(*), n: count($column)}
value: cast(all_n - n as double) / nullif(all_n, 0)
returns: ratio 0..1
nulls: counted; NaN is not NULL
empty: NULL
scale: 0 = every row has a value, 1 = no row has one
action: look whether the column was still filled upstream when the change began
#}
cast(count(*) - count($column) as double) / nullif(count(*), 0)
