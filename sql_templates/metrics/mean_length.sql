{#
title: Mean number of characters
shape: aggregate
arguments:
  column: text
cost: scan
range: [0, null]
returns: characters
nulls: left out; the empty text has length 0
empty: NULL
#}
avg(cast(length($column) as double))
