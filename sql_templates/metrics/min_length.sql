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
#}
min(length($column))
