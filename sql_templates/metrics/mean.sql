{#
title: Arithmetic mean
shape: aggregate
arguments:
  column: numeric
cost: scan
state: {n: count($column), total: sum(cast($column as double))}
value: total / nullif(n, 0)
returns: number, double precision
nulls: left out, NaN and infinities too
empty: NULL
#}
avg(cast($column as double))
