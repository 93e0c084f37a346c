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
scale: a count from 0; 0 = nothing came
action: "look at the load of that chunk: fewer rows are often a job that ended early, twice as many one that ran twice"
#}
count(*)
