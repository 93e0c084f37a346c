{#
title: Sample standard deviation (divides by n - 1)
shape: aggregate
arguments:
  column: numeric
cost: scan
range: [0, null]
state:
  n: count($column)
  total: sum(cast($column as double))
  variance: var_pop(cast($column as double))
value: case when n > 1 then sqrt(variance * n / (n - 1)) end
returns: number, double precision; NULL for fewer than two values
nulls: left out, NaN and infinities too
empty: NULL
scale: in the column's own unit; 0 = all values are equal
action: a fall to 0 means a column stuck at one value, a jump often another unit in some rows
#}
case when count($column) > 1 then stddev_samp(cast($column as double)) end
