{#
title: Sum in double precision, so that integers cannot overflow
shape: aggregate
arguments:
  column: numeric
cost: scan
returns: number, double precision
nulls: left out, NaN and infinities too
empty: NULL
#}
sum(cast($column as double))
