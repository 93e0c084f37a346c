{#
title: Mean number of characters
shape: aggregate
arguments:
  column: text
cost: scan
range: [0, null]
state: {n: count($column), total: sum(cast(length($column) as double))}
value: total / nullif(n, 0)
returns: characters
nulls: left out; the empty text has length 0
empty: NULL
scale: characters, from 0
action: a change means another format, or texts that were cut off
#}
avg(cast(length($column) as double))
