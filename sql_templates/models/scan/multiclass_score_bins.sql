{#
title: Rows of each class by bins of its score, and what is predicted beside it
shape: query
role: scan
arguments:
  scores: {kind: columns, family: numeric, required: true, doc: "the probability of each class, in the order of the classes"}
  prediction: {kind: column, family: any, required: false, doc: the predicted class}
  predictions: {kind: rows, required: false, doc: "value and class: what the prediction says of each class, counted from 0"}
  label: {kind: column, family: any, required: true, doc: the true class; NULL where it has not arrived}
  labels: {kind: rows, required: true, doc: "value and class: what the label says of each class"}
  bins: {kind: integer, required: true, doc: "into how many bins 0..1 is cut, an even number"}
outputs: [class, bin, predicted_class, members, labelled, positives, total]
finite: true
cost: holistic
returns: >
  one row for each class, bin of its score and prediction (1, 0 for another class, NULL without one): its rows, those
  with a label, those whose label is the class, the sum of the scores
nulls: rows that lack one of the scores, and those with a score outside 0..1, are left out
empty: no rows
reference: as models/scan/score_bins, for each class against all others from one reading of the rows
#}
with given as (
    select
        {{ cell }},
        {% for score in scores -%}
        cast({{ score }} as double) as score_{{ loop.index0 }},
        {% endfor -%}
        {% if prediction is given -%}
        $prediction as prediction,
        {% endif -%}
        $label as label
    from dataset
    where {% for score in scores %}{{ score }} >= 0 and {{ score }} <= 1{% if not loop.last %} and {% endif %}{% endfor %}
),
classed as (
    select
        {{ cell_of("given") }},
        {% for score in scores -%}
        given.score_{{ loop.index0 }},
        {% endfor -%}
        {% if prediction is given -%}
        case when given.prediction is not null then coalesce(predictions.class, {{ scores | length }}) end as predicted,
        {%- else -%}
        cast(null as bigint) as predicted,
        {%- endif %}
        case when given.label is not null then coalesce(labels.class, {{ scores | length }}) end as truth
    from given
    left join labels on labels.value = given.label
    {% if prediction is given -%}
    left join predictions on predictions.value = given.prediction
    {%- endif %}
),
each_class as (
    {% for score in scores -%}
    select
        {{ cell }},
        {{ loop.index0 }} as class,
        score_{{ loop.index0 }} as score,
        case when predicted = {{ loop.index0 }} then 1 when predicted is not null then 0 end as predicted_class,
        case when truth = {{ loop.index0 }} then 1 when truth is not null then 0 end as is_positive
    from classed
    {% if not loop.last %}union all{% endif %}
    {% endfor -%}
),
placed as (
    select
        {{ cell }},
        class,
        score,
        predicted_class,
        is_positive,
        case
            when score <= cast(0.5 as double) then cast(floor($bins / 2 * sqrt(2 * score)) as integer)
            else $bins - cast(floor($bins / 2 * sqrt(2 * (1 - score))) as integer)
        end as bin
    from each_class
)
select
    {{ cell }},
    class,
    bin,
    predicted_class,
    count(*) as members,
    count(is_positive) as labelled,
    coalesce(sum(is_positive), 0) as positives,
    sum(score) as total
from placed
group by {{ cell }}, class, bin, predicted_class
