{#
title: The reference's rows by bins of the score, with the chances that two models give their labels
shape: query
role: scan
arguments:
  score: numeric
  prediction: {kind: column, family: any, required: false, doc: the predicted class}
  positive_prediction: {kind: scalar, required: false, doc: value of the prediction that means positive}
  label: {kind: column, family: any, required: true, doc: the true class}
  positive_label: {kind: scalar, required: true, doc: value of the label that means positive}
  concept: {kind: model, required: true, doc: the chance of a positive label where the model under watch is judged}
  usual: {kind: model, required: true, doc: the chance of a positive label in the reference}
  sample: {kind: share, required: true, doc: the rows to read}
  apart: {kind: share, required: false, doc: "rows that the first model was fitted on, to be left out"}
  bins: {kind: integer, required: true, doc: "into how many bins 0..1 is cut, an even number"}
outputs: [bin, predicted_class, members, positives, expected, moved, total]
finite: true
cost: holistic
across: true
returns: >
  one row for each bin and predicted class (1, 0, NULL without a prediction) of the labelled rows: how many, how many
  are positive, the sum of the first model's chances, of how far they are from the second's, and of the scores
nulls: rows without a score or a label, and those with a score outside 0..1, are left out
empty: no rows
reference: "Bins as in models/scan/score_bins: they narrow towards 0 and 1, where scores crowd"
#}
with given as (
    select
        cast($score as double) as score,
        {% if prediction is given -%}
        case when $prediction = $positive_prediction then 1 when $prediction is not null then 0 end as predicted_class,
        {%- else -%}
        cast(null as bigint) as predicted_class,
        {%- endif %}
        case when $label = $positive_label then 1 else 0 end as truth,
        $concept as chance,
        $usual as usual_chance
    from dataset
    where $score >= 0 and $score <= 1 and $label is not null and $sample
        {%- if apart is given %} and not ($apart){% endif %}
),
placed as (
    select
        case
            when score <= cast(0.5 as double) then cast(floor($bins / 2 * sqrt(2 * score)) as integer)
            else $bins - cast(floor($bins / 2 * sqrt(2 * (1 - score))) as integer)
        end as bin,
        predicted_class,
        truth,
        chance,
        abs(chance - usual_chance) as moved,
        score
    from given
)
select
    cast(null as varchar) as whq_segment,
    cast(null as varchar) as whq_period,
    cast(null as varchar) as whq_chunk,
    bin,
    predicted_class,
    count(*) as members,
    sum(truth) as positives,
    sum(chance) as expected,
    sum(moved) as moved,
    sum(score) as total
from placed
group by bin, predicted_class
