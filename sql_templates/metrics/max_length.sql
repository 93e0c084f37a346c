{#
title: Characters in the longest text
shape: aggregate
arguments:
  column: text
cost: scan
range: [0, null]
state: {longest: max(length($column))}
value: longest
returns: characters
nulls: left out; the empty text has length 0
empty: NULL
scale: characters, from 0
action: a round number such as 255 may mean that texts are cut off
#}
max(length($column))
