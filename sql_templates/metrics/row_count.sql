{#
title: Number of rows
shape: aggregate
measure: rows
cost: scan
range: [0, null]
returns: rows
nulls: rows count whatever they hold
empty: 0
#}
count(*)
