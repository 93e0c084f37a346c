{#
title: Quantile p, exact, with linear interpolation between neighbours
shape: aggregate
arguments:
  column: numeric
  p: {kind: number, required: true, doc: "quantile, 0..1"}
cost: holistic
state: none, the value at a rank is known only from the values of all parts
returns: number, double precision
nulls: left out, NaN and infinities too
empty: NULL
scale: in the column's own unit
action: p05 and p95 show what happened at the ends, the median what happened to most rows
reference: "Hyndman and Fan (1996), type 7: numpy.quantile, percentile_cont"
#}
quantile_cont(cast($column as double), $p)
