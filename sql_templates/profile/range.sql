{#
title: The least and the greatest value of a numeric column
shape: query
arguments:
  column: numeric
outputs: [low, high]
returns: one row a cell that holds values
nulls: left out, NaN and infinities too
empty: no row
#}
select {{ cell }}, min($column) as low, max($column) as high
from dataset
-- a filter, not a CASE: where it keeps every row, engines drop it and answer from statistics
where abs(cast($column as double)) <= cast(1.7976931348623157e308 as double)
group by {{ cell }}
