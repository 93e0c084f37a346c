{#
title: A query returns no row
shape: query
arguments:
  returned: {kind: select, required: true, doc: a SELECT whose rows are failures}
short: returned
cost: holistic
outputs: [failing]
measure: rows
says: the query returned {failing}
returns: failing, the rows that the query returns
nulls: count as rows
empty: 0
scale: counts the rows that the query returns; 0 is good
action: run the query where the data lives; each row is a failure
#}
select
  cast(null as varchar) as whq_segment,
  cast(null as varchar) as whq_period,
  cast(null as bigint) as whq_chunk,
  count(*) as failing
from returned
