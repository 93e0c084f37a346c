{#
title: No key occurs twice
shape: query
arguments:
  columns: {kind: columns, required: true, doc: the columns that make the key}
cost: holistic
outputs: [failing, of, excess_rows, rows_in_duplicated]
measure: keys
says: occur more than once
returns: >-
  failing, the keys that occur more than once; of, the rows with a complete key; excess_rows, the rows to
  delete until all keys are unique; rows_in_duplicated, all rows of duplicated keys
nulls: a key with a NULL part is no key, its rows are not considered
empty: no row
scale: counts keys; 0 is good, details say how many rows they have
action: keys that are there twice are often a load that ran twice, or a join that multiplied rows
#}
with keyed as (
  select
    {{ cell }},
    case when {% for column in columns %}{{ column }} is not null{% if not loop.last %} and {% endif %}{% endfor %} then count(*) else 0 end as n
  from dataset
  group by {{ cell }}, {{ columns | join(', ') }}
)

select
  {{ cell }},
  sum(case when n > 1 then 1 else 0 end) as failing,
  sum(n) as "of",
  sum(case when n > 1 then n - 1 else 0 end) as excess_rows,
  sum(case when n > 1 then n else 0 end) as rows_in_duplicated
from keyed
group by {{ cell }}
