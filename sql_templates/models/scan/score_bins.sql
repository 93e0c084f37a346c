{#
title: Rows and positive labels by bins of the score, what is predicted beside it
shape: query
role: scan
arguments:
  score: numeric
  prediction: {kind: column, family: any, required: false, doc: the predicted class}
  positive_prediction: {kind: scalar, required: false, doc: value of the prediction that means positive}
  label: {kind: column, family: any, doc: the true class; NULL where it has not arrived}
  positive_label: {kind: scalar, doc: value of the label that means positive}
  bins: {kind: integer, required: true, doc: "into how many bins 0..1 is cut, an even number"}
outputs: [bin, predicted_class, members, labelled, positives, total]
finite: true
cost: holistic
returns: >
  one row for each bin and predicted class (1, 0, NULL without a prediction): its rows, those with a label, those whose
  label is positive, the sum of their scores
nulls: rows without a score, and those with a score outside 0..1, are left out
empty: no rows
reference: >
  Bins narrow towards 0 and 1, where scores crowd: the square root of the distance to the nearer end. The same bins in
  every chunk, so that counts of chunks add up.
#}
with placed as (
    select
        {{ cell }},
        cast($score as double) as score,
        case
            when cast($score as double) <= cast(0.5 as double)
            then cast(floor($bins / 2 * sqrt(2 * cast($score as double))) as integer)
            else $bins - cast(floor($bins / 2 * sqrt(2 * (1 - cast($score as double)))) as integer)
        end as bin,
        {% if prediction is given -%}
        case when $prediction = $positive_prediction then 1 when $prediction is not null then 0 end as predicted_class,
        {%- else -%}
        cast(null as bigint) as predicted_class,
        {%- endif %}
        case when $label = $positive_label then 1 when $label is not null then 0 end as truth
    from dataset
    where $score >= 0 and $score <= 1
)
select
    {{ cell }},
    bin,
    predicted_class,
    count(*) as members,
    count(truth) as labelled,
    coalesce(sum(truth), 0) as positives,
    sum(score) as total
from placed
group by {{ cell }}, bin, predicted_class
