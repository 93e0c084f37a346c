{#
title: Rows of the reference weighted by how much they are like those of one chunk
shape: query
role: scan
arguments:
  scores: {kind: columns, family: numeric, required: true, doc: "the probability of each class, in the order of the classes"}
  label: {kind: column, family: any, required: true, doc: the true class}
  labels: {kind: rows, required: true, doc: "value and class: what the label says of each class, counted from 0"}
  domain: {kind: model, required: true, doc: "the chance that a row is of the chunk, were both of equal size"}
  sample: {kind: share, required: true, doc: the rows of the reference to weigh}
  chunk: {kind: scalar, required: true, doc: "the chunk, by its start or its number"}
  bins: {kind: integer, required: true, doc: "into how many bins 0..1 is cut, an even number"}
  floor: {kind: number, required: true, doc: the least chance of a row to be of the reference}
  least: {kind: number, required: true, doc: the least weight of a row}
  most: {kind: number, required: true, doc: the greatest weight of a row}
outputs: [part, bin, members, weight, squares, positives, total, largest, floored]
finite: true
cost: holistic
across: true
returns: >
  Part 0 and up, a class each: by bin of its score the labelled rows of the reference, the sums of their weights, of the
  weights of those that are of the class, and of weight times score. Part -1: all rows of the reference by 400 bins of
  the chance to be of the chunk, the sums of their weights and squared weights, the largest weight, and how many have
  the least. Part -2: the rows of the chunk by the same bins. What does not concern a part is 0
nulls: a row of the reference without a score or a label, or with a score outside 0..1, is in part -1 only
empty: no rows
reference: >
  Importance weighting by a classifier: Sugiyama, Suzuki and Kanamori, Density Ratio Estimation in Machine Learning
  (2012), chapter 4. The weight is h / (1 - h), its denominator and itself kept within bounds. Bins of the score narrow
  towards 0 and 1, as in models/scan/score_bins; a bin of the chance includes its upper end.
#}
with given as (
    select
        whq_period,
        {% for score in scores -%}
        cast({{ score }} as double) as score_{{ loop.index0 }},
        {% endfor -%}
        $label as label,
        $domain as chance
    from dataset
    where (whq_period = 'reference' and $sample) or (whq_period = 'analysis' and whq_chunk = $chunk)
),
compared as (
    select
        given.whq_period as period,
        {% for score in scores -%}
        given.score_{{ loop.index0 }},
        {% endfor -%}
        case when given.label is not null then coalesce(labels.class, -1) end as truth,
        cast(ceil(given.chance * 400) as integer) - 1 as place,
        given.chance
            / (case when 1 - given.chance < $floor then cast($floor as double) else 1 - given.chance end) as ratio
    from given
    left join labels on labels.value = given.label
),
weighed as (
    select
        period,
        {% for score in scores -%}
        score_{{ loop.index0 }},
        {% endfor -%}
        truth,
        place,
        case
            when ratio <= $least then cast($least as double)
            when ratio >= $most then cast($most as double)
            else ratio
        end as weight
    from compared
),
placed as (
    {% for score in scores -%}
    select
        {{ loop.index0 }} as part,
        case
            when score_{{ loop.index0 }} <= cast(0.5 as double)
            then cast(floor($bins / 2 * sqrt(2 * score_{{ loop.index0 }})) as integer)
            else $bins - cast(floor($bins / 2 * sqrt(2 * (1 - score_{{ loop.index0 }}))) as integer)
        end as bin,
        weight,
        score_{{ loop.index0 }} as score,
        case when truth = {{ loop.index0 }} then weight else cast(0 as double) end as positive
    from weighed
    where period = 'reference' and truth is not null
        and score_{{ loop.index0 }} >= 0 and score_{{ loop.index0 }} <= 1
    union all
    {% endfor -%}
    select
        case when period = 'reference' then -1 else -2 end as part,
        place as bin,
        weight,
        cast(0 as double) as score,
        cast(0 as double) as positive
    from weighed
)
select
    cast(null as varchar) as whq_segment,
    'analysis' as whq_period,
    $chunk as whq_chunk,
    part,
    bin,
    count(*) as members,
    sum(weight) as weight,
    sum(weight * weight) as squares,
    sum(positive) as positives,
    sum(weight * score) as total,
    max(weight) as largest,
    sum(case when weight <= cast($least as double) then 1 else 0 end) as floored
from placed
group by part, bin
