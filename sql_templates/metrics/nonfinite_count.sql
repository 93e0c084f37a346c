{#
title: Number of rows where the column is NaN or infinite
shape: aggregate
better: lower
arguments:
  column: nonfinite
cost: scan
finite: false
range: [0, null]
state:
  n: count($column)
  finite_n: count(case when abs($column) <= cast(1.7976931348623157e308 as double) then 1 end)
value: n - finite_n
returns: rows
nulls: not counted
empty: 0
scale: a count from 0; 0 is good
action: NaN and infinities come from divisions by 0 and from overflow upstream
#}
-- engines disagree on NaN = NaN and NaN > x; that NaN is not <= the greatest double they agree on
count($column) - count(case when abs($column) <= cast(1.7976931348623157e308 as double) then 1 end)
