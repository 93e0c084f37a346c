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
scale: in the column's own unit
action: "compare it with the median: where only the mean moved, a few rows far out moved it"
#}
avg(cast($column as double))
