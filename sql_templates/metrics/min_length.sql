{#
title: Characters in the shortest text
shape: aggregate
arguments:
  column: text
cost: scan
range: [0, null]
state: {shortest: min(length($column))}
value: shortest
returns: characters
nulls: left out; the empty text has length 0
empty: NULL
scale: characters, from 0; 0 = there are empty texts
action: empty texts are often missing values that are not NULL
#}
min(length($column))
