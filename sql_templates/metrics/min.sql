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
#}
min($column)
