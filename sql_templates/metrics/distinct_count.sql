{#
title: Number of distinct values, exact
shape: aggregate
arguments:
  column: any
cost: holistic
range: [0, null]
state: none, the same value may stand in two parts
returns: values
nulls: left out, NaN and infinities too
empty: 0
#}
count(distinct $column)
