{#
title: Rows and positive labels by score, the material of a calibration
shape: query
role: scan
arguments:
  score: numeric
  label: {kind: column, family: any, doc: the true class}
  positive: {kind: scalar, doc: value of the label that means positive}
  most: {kind: integer, doc: "above this many labelled rows in a cell, scores that share one of 16,384 bins of 0..1 are one"}
outputs: [low, high, members, positives]
finite: true
cost: holistic
returns: one row a score (low and high are that score) or a bin (its least and greatest), with its rows and positive labels
nulls: rows without a score or a label are left out
empty: no rows
reference: >
  Isotonic regression needs sums by score only. Bins narrow towards 0 and 1, where scores crowd: the square root of the
  distance to the nearer end. They move a calibrated area by about 2e-5. Least and greatest scores, unlike means, do not
  depend on the order in which rows are read. Whether scores are read exactly or in bins depends on the rows of the whole
  cell, so groups of its parts are not merged.
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
binned as (
    select
        {{ cell_of("labelled") }},
        labelled.score,
        labelled.truth,
        case
            when sizes.members <= $most or labelled.score < 0 or labelled.score > 1 then -1
            when labelled.score <= cast(0.5 as double) then cast(floor(8192 * sqrt(2 * labelled.score)) as integer)
            else 16384 - cast(floor(8192 * sqrt(2 * (1 - labelled.score))) as integer)
        end as bin
    from labelled
    join sizes on {{ on_cell("labelled", "sizes") }}
),
placed as (
    select {{ cell }}, score, truth, bin, case when bin = -1 then score end as own
    from binned
)
select
    {{ cell }},
    min(score) as low,
    max(score) as high,
    count(*) as members,
    cast(sum(truth) as bigint) as positives
from placed
group by {{ cell }}, bin, own
