{#
title: Arithmetic mean
shape: aggregate
arguments:
  column: numeric
cost: scan
returns: number, double precision
nulls: left out, NaN and infinities too
empty: NULL
#}
avg(cast($column as double))
