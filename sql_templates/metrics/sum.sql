{#
title: Sum in double precision, so that integers cannot overflow
shape: aggregate
arguments:
  column: numeric
cost: scan
state: {total: sum(cast($column as double))}
value: total
returns: number, double precision
nulls: left out, NaN and infinities too
empty: NULL
scale: in the column's own unit; grows with the rows
action: "read it beside row_count: the mean tells whether rows or values changed"
#}
sum(cast($column as double))
