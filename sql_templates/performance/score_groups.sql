{#
title: Rows and positive labels by score, the material of a calibration
shape: query
arguments:
  score: numeric
  label: {kind: column, family: any, doc: the true class}
  positive: {kind: scalar, doc: value of the label that means positive}
  most: {kind: integer, doc: "above this many distinct scores in a cell, 65,536 equal bins of 0..1 stand for them"}
outputs: [score, members, positives]
finite: true
cost: holistic
returns: one row a score (the mean score of a bin), with its rows and positive labels
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
exact as (
    select {{ cell }}, score, count(*) as score_members, sum(truth) as score_positives
    from labelled
    group by {{ cell }}, score
),
sizes as (
    select {{ cell }}, count(*) as distinct_scores
    from exact
    group by {{ cell }}
),
placed as (
    select
        {{ cell_of("exact") }},
        exact.score as exact_score,
        exact.score_members,
        exact.score_positives,
        case when sizes.distinct_scores > $most then floor(exact.score * 65536) else exact.score end as place,
        case when sizes.distinct_scores > $most then 1 else 0 end as binned
    from exact
    join sizes on {{ on_cell("exact", "sizes") }}
)
select
    {{ cell }},
    case
        when max(binned) = 0 then min(exact_score) else sum(exact_score * score_members) / nullif(sum(score_members), 0)
    end as score,
    sum(score_members) as members,
    sum(score_positives) as positives
from placed
group by {{ cell }}, place
