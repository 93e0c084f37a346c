{#
title: Number of rows where the column is NaN or infinite
shape: aggregate
arguments:
  column: float
cost: scan
finite: false
range: [0, null]
returns: rows
nulls: not counted
empty: 0
#}
count(
  case
    -- engines disagree on NaN = NaN and NaN > x; on "not (NaN <= greatest double)" they agree
    when $column is not null and not coalesce(abs($column) <= cast(1.7976931348623157e308 as double), false) then 1
  end
)
