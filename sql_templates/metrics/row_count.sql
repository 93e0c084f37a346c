{#
title: Number of rows
shape: aggregate
measure: rows
cost: scan
range: [0, null]
state: {all_n: count(*)}
value: all_n
returns: rows
nulls: rows count whatever they hold
empty: 0
#}
count(*)
