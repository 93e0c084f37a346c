{#
title: Rows of each category
shape: query
role: scan
state: {n: sum}
arguments:
  column: any
  most: {kind: integer, required: true, doc: more categories than this in a cell come as one row without a name}
outputs: [category, n]
cost: holistic
returns: one row a category, named by its text; a cell that has too many comes as one nameless row
nulls: left out
empty: no row
#}
with named as (
    select {{ cell }}, cast($column as varchar) as category_name
    from dataset
    where $column is not null
),
counted as (
    select {{ cell }}, category_name, count(*) as members
    from named
    group by {{ cell }}, category_name
),
sizes as (
    select {{ cell }}, count(*) as distinct_categories
    from counted
    group by {{ cell }}
),
kept as (
    select
        {{ cell_of("counted") }},
        case when sizes.distinct_categories <= $most then counted.category_name end as category,
        counted.members
    from counted
    join sizes on {{ on_cell("counted", "sizes") }}
)
select {{ cell }}, category, cast(sum(members) as bigint) as n
from kept
group by {{ cell }}, category
