{#
title: Least value
shape: aggregate
reveals: true
arguments:
  column: numeric|temporal|text
cost: scan
state: {least: min($column)}
value: least
returns: a value of the column
nulls: left out, NaN and infinities too
empty: NULL
scale: in the column's own unit
action: a jump is often another unit, or a default value such as 0 or 1900-01-01
#}
min($column)
