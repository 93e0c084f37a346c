{#
title: Rows and positive labels by score, the material of a calibration
shape: query
arguments:
  score: numeric
  label: {kind: column, family: any, doc: the true class}
  positive: {kind: scalar, doc: value of the label that means positive}
  most: {kind: integer, doc: "above this many labelled rows in a cell, scores that share one of 65,536 equal bins of 0..1 are one"}
outputs: [score, members, positives]
finite: true
cost: holistic
returns: one row a score (where several share a bin, their mean), with its rows and positive labels
nulls: rows without a score or a label are left out
empty: no rows
reference: "isotonic regression needs sums by score only; bins move a calibrated rank metric by less than 2e-5"
#}
with labelled as (
    select
        {{ cell }},
        cast($score as double) as score,
        case when $label = $positive then 1 else 0 end as truth
    from dataset
    where $score is not null and $label is not null
),
sizes as (
    select {{ cell }}, count(*) as members
    from labelled
    group by {{ cell }}
),
placed as (
    select
        {{ cell_of("labelled") }},
        labelled.score,
        labelled.truth,
        case when sizes.members > $most then floor(labelled.score * 65536) else labelled.score end as place
    from labelled
    join sizes on {{ on_cell("labelled", "sizes") }}
)
select
    {{ cell }},
    case when min(score) = max(score) then min(score) else avg(score) end as score,
    count(*) as members,
    cast(sum(truth) as bigint) as positives
from placed
group by {{ cell }}, place
