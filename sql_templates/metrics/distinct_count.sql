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
scale: a count from 0; of a key it is the number of rows
action: a fall means that values were joined or lost, a rise that keys or spellings multiplied
#}
count(distinct $column)
