{#
title: Rows of each category
shape: query
arguments:
  column: any
  most: {kind: integer, required: true, doc: more categories than this in a cell come as one row without a name}
outputs: [category, n]
cost: holistic
returns: one row a category, named by its text; where a cell has too many, one nameless row with what is left
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
ranked as (
    select
        {{ cell }},
        category_name,
        members,
        row_number() over (partition by {{ cell }} order by members desc, category_name) as place
    from counted
),
kept as (
    select {{ cell }}, case when place <= $most then category_name end as category, members
    from ranked
)
select {{ cell }}, category, sum(members) as n
from kept
group by {{ cell }}, category
