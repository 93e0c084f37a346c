{#
title: Performance of a model of several classes where labels exist
shape: query
role: scan
arguments:
  scores: {kind: columns, family: numeric, required: true, doc: "the probability of each class, in the order of the classes"}
  label: {kind: column, family: any, required: true, doc: the true class; NULL where it has not arrived}
  labels: {kind: rows, required: true, doc: "value and class: what the label says of each class, counted from 0"}
  prediction: {kind: column, family: any, required: false, doc: the predicted class; without it no confusion matrix}
  predictions: {kind: rows, required: false, doc: "value and class: what the prediction says of each class"}
  pooled: {kind: boolean, required: false, doc: "rank all scores of all classes together too, as one class more"}
  most: {kind: integer, required: true, doc: "rankings are exact up to this many rows with scores and label in a cell"}
outputs:
  [class, predicted, members, scored, outside, uneven, positives, roc_auc, roc_auc_lower, roc_auc_upper, average_precision, average_precision_lower, average_precision_upper]
finite: true
cost: holistic
returns: >
  Classes are counted from 0; one more is a value that is none of them, -1 a NULL. Where predicted is not NULL, one row
  for each pair of true and predicted class: its rows (members), those with all scores (scored), those with a score
  outside 0..1, and those whose scores do not sum to one (off by more than 0.01). Where predicted is NULL, one row for
  each class against all others: the rows with label and scores, the positive ones, roc_auc and average_precision as
  ratios 0..1; lower and upper hold the exact value between them and are NULL where the value is exact
nulls: a row that lacks one of the scores has none; a row without a label counts in members of class -1 only
empty: no rows; ratios are NULL where a class is absent
reference: >
  scikit-learn: confusion_matrix; roc_auc_score and average_precision_score of each class against all others; ties share
  one step. Many rows are ranked by 4,096 bins of the scores, as in models/scan/binary_realized, which says how.
  It is one statement, not counts for a statistic to read: exact rankings need every score.
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
),
classed as (
    select
        {{ cell_of("given") }},
        {% for score in scores -%}
        given.score_{{ loop.index0 }},
        {% endfor -%}
        case when {% for score in scores %}given.score_{{ loop.index0 }} is not null{% if not loop.last %} and {% endif %}{% endfor %} then 1 else 0 end as is_scored,
        {% if prediction is given -%}
        case when given.prediction is null then -1 else coalesce(predictions.class, {{ scores | length }}) end as predicted,
        {%- else -%}
        -1 as predicted,
        {%- endif %}
        case when given.label is null then -1 else coalesce(labels.class, {{ scores | length }}) end as truth
    from given
    left join labels on labels.value = given.label
    {% if prediction is given -%}
    left join predictions on predictions.value = given.prediction
    {%- endif %}
),
matrix as (
    select
        {{ cell }},
        truth,
        predicted,
        count(*) as members,
        sum(is_scored) as scored,
        sum(case when is_scored = 1 and ({% for score in scores %}score_{{ loop.index0 }} < 0 or score_{{ loop.index0 }} > 1{% if not loop.last %} or {% endif %}{% endfor %}) then 1 else 0 end) as outside,
        sum(case when is_scored = 1 and abs({% for score in scores %}score_{{ loop.index0 }}{% if not loop.last %} + {% endif %}{% endfor %} - 1) > cast(0.01 as double) then 1 else 0 end) as uneven
    from classed
    group by {{ cell }}, truth, predicted
),
large as (
    select {{ cell }}, sum(case when truth >= 0 then scored else 0 end) as members
    from matrix
    group by {{ cell }}
    having sum(case when truth >= 0 then scored else 0 end) > $most
),
each_class as (
    {% for score in scores -%}
    select
        {{ cell }},
        {{ loop.index0 }} as class,
        score_{{ loop.index0 }} as score,
        case when truth = {{ loop.index0 }} then 1 else 0 end as is_positive
    from classed
    where is_scored = 1 and truth >= 0
    {% if pooled -%}
    union all
    select {{ cell }}, {{ scores | length }}, score_{{ loop.index0 }}, case when truth = {{ loop.index0 }} then 1 else 0 end
    from classed
    where is_scored = 1 and truth >= 0
    {% endif -%}
    {% if not loop.last %}union all{% endif %}
    {% endfor -%}
),
binned as (
    select
        {{ cell_of("each_class") }},
        each_class.class,
        each_class.score,
        each_class.is_positive,
        case
            when large.members is null then 0
            when each_class.score < 0 then -1
            when each_class.score <= cast(0.5 as double) then cast(floor(2048 * sqrt(2 * each_class.score)) as integer)
            when each_class.score <= 1 then 4096 - cast(floor(2048 * sqrt(2 * (1 - each_class.score))) as integer)
            else 4097
        end as bin,
        case
            when large.members is not null then cast(0 as double)
            when each_class.score = 0 then cast(0 as double)
            else each_class.score
        end as own
    from each_class
    left join large on {{ on_cell("each_class", "large") }}
),
points as (
    select
        {{ cell }},
        class,
        min(score) as place,
        cast(count(*) as double) as members,
        cast(sum(is_positive) as double) as positives,
        case when min(score) = max(score) then 1 else 0 end as is_tie
    from binned
    group by {{ cell }}, class, bin, own
),
reached as (
    select
        {{ cell }},
        class,
        members,
        positives,
        is_tie,
        sum(members) over (
            partition by {{ cell }}, class order by place desc rows between unbounded preceding and current row
        ) as members_reached,
        sum(positives) over (
            partition by {{ cell }}, class order by place desc rows between unbounded preceding and current row
        ) as positives_reached
    from points
),
ranked as (
    select
        {{ cell }},
        class,
        positives,
        members - positives as negatives,
        is_tie,
        members,
        members_reached - members as above,
        positives_reached - positives as positives_above,
        positives_reached / members_reached as precision_reached
    from reached
),
steps as (
    select
        {{ cell }},
        class,
        members,
        positives,
        negatives,
        is_tie,
        positives * (above - positives_above + negatives / 2) as negatives_before,
        case when is_tie = 1 then 0 else positives * negatives / 2 end as loose,
        positives * case
            when is_tie = 1 then precision_reached
            else (positives_above + (positives + 1) / 2) / (above + (members + 1) / 2)
        end as precisions,
        positives * case
            when is_tie = 1 then precision_reached
            else (positives_above + 1) / (above + negatives + 1) / 2 + precision_reached / 2
        end as least,
        positives * case
            when is_tie = 1 then precision_reached
            else (positives_above + (positives + 1) / 2) / (above + (positives + 1) / 2)
        end as greatest
    from ranked
),
ranking as (
    select
        {{ cell }},
        class,
        min(is_tie) as is_exact,
        sum(members) as members,
        sum(positives) as positives,
        sum(positives) * sum(negatives) as pairs,
        sum(negatives_before) as negatives_before,
        sum(loose) as loose,
        sum(precisions) as precisions,
        sum(least) as least,
        sum(greatest) as greatest
    from steps
    group by {{ cell }}, class
)
select
    {{ cell }},
    truth as class,
    predicted,
    members,
    scored,
    outside,
    uneven,
    cast(null as bigint) as positives,
    cast(null as double) as roc_auc,
    cast(null as double) as roc_auc_lower,
    cast(null as double) as roc_auc_upper,
    cast(null as double) as average_precision,
    cast(null as double) as average_precision_lower,
    cast(null as double) as average_precision_upper
from matrix
union all
select
    {{ cell }},
    class,
    cast(null as integer),
    cast(members as bigint),
    cast(members as bigint),
    cast(null as bigint),
    cast(null as bigint),
    cast(positives as bigint),
    1 - negatives_before / nullif(pairs, 0),
    case when is_exact = 0 then 1 - (negatives_before + loose) / nullif(pairs, 0) end,
    case when is_exact = 0 then 1 - (negatives_before - loose) / nullif(pairs, 0) end,
    precisions / nullif(positives, 0),
    case when is_exact = 0 then least / nullif(positives, 0) end,
    case when is_exact = 0 then greatest / nullif(positives, 0) end
from ranking
