{#
title: Every value occurs in another table
shape: query
arguments:
  columns: {kind: columns, required: true, doc: the columns that point elsewhere}
  parent: {kind: lookup, required: true, doc: "the columns they point to, as table.column"}
  nulls_fail: {kind: boolean, doc: "set by nulls: fail"}
short: parent
cost: holistic
outputs: [failing, of, orphaned_keys]
measure: rows
says: have {a column} that is not in {parent}
returns: failing, the rows without a parent, NULL where no row could have one; of, all rows; orphaned_keys, the distinct values without a parent
nulls: "a row with a NULL part passes, unless nulls: fail"
empty: no row
scale: counts rows; 0 is good, details say how many keys are missing
action: look whether the other table was loaded later or lost rows
#}
with parents as (
  select distinct {% for column in columns %}column_{{ loop.index0 }}{% if not loop.last %}, {% endif %}{% endfor %}

  from parent
),

children as (
  select
    {{ cell }},
    {% for column in columns %}{{ column }} as child_{{ loop.index0 }},
    {% endfor %}count(*) as n,
    max(case when {% for column in columns %}{{ column }} is null{% if not loop.last %} or {% endif %}{% endfor %} then 0 else 1 end) as complete
  from dataset
  group by {{ cell }}, {{ columns | join(', ') }}
),

matched as (
  select
    {{ cell }},
    n,
    case {% if nulls_fail is not given %}when complete = 0 then null {% endif %}when parents.column_0 is null then 1 else 0 end as orphaned
  from children
  left join parents
    on {% for column in columns %}child_{{ loop.index0 }} = parents.column_{{ loop.index0 }}{% if not loop.last %} and {% endif %}{% endfor %}

)

select
  {{ cell }},
  sum(orphaned * n) as failing,
  sum(n) as "of",
  coalesce(sum(orphaned), 0) as orphaned_keys
from matched
group by {{ cell }}
