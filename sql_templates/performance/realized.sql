{#
title: Performance of a binary model where labels exist
shape: query
arguments:
  score: numeric
  prediction: {kind: column, family: any, required: false, doc: the predicted class; without it no confusion matrix}
  label: {kind: column, family: any, doc: the true class; NULL where it has not arrived}
  positive_label: {kind: scalar, doc: value of the label that means positive}
  positive_prediction: {kind: scalar, required: false, doc: value of the prediction that means positive}
outputs:
  [total, labelled, scored, positives, outside, predicted, true_positive, false_positive, false_negative, true_negative, roc_auc, average_precision]
finite: true
cost: holistic
returns: counts of the confusion matrix; roc_auc and average_precision are ratios 0..1
nulls: >
  Pairwise: roc_auc and average_precision need score and label, the confusion matrix prediction and label;
  labelled counts the rows with a label, scored those with score and label, outside the scores outside 0..1
empty: no rows; ratios are NULL where a class is absent
reference: >
  scikit-learn: roc_auc_score and average_precision_score; ties share one step. Both need the positives only: how many
  negatives stand before each (and half of those beside it), and the precision at its score. Ranks come with the sort;
  running sums, and a group for each score, would double the cost.
#}
with paired as (
    select
        {{ cell }},
        cast($score as double) as score,
        case when $label = $positive_label then 1 when $label is not null then 0 end as truth,
        {% if prediction is given -%}
        case when $prediction = $positive_prediction then 1 when $prediction is not null then 0 end as predicted_class
        {%- else -%}
        cast(null as bigint) as predicted_class
        {%- endif %}
    from dataset
),
counts as (
    select
        {{ cell }},
        count(*) as total,
        count(truth) as labelled,
        count(case when truth is not null then score end) as scored,
        coalesce(sum(case when score is not null then truth end), 0) as positives,
        sum(case when score < 0 or score > 1 then 1 else 0 end) as outside,
        count(case when truth is not null then predicted_class end) as predicted,
        sum(case when predicted_class = 1 and truth = 1 then 1 else 0 end) as true_positive,
        sum(case when predicted_class = 1 and truth = 0 then 1 else 0 end) as false_positive,
        sum(case when predicted_class = 0 and truth = 1 then 1 else 0 end) as false_negative,
        sum(case when predicted_class = 0 and truth = 0 then 1 else 0 end) as true_negative
    from paired
    group by {{ cell }}
),
ranked as (
    select
        {{ cell }},
        truth,
        rank() over (partition by {{ cell }} order by score desc) - 1 as above,
        round(
            cume_dist() over (partition by {{ cell }} order by score desc) * count(*) over (partition by {{ cell }})
        ) as reached
    from paired
    where score is not null and truth is not null
),
found as (
    select
        {{ cell }},
        above,
        reached,
        rank() over (partition by {{ cell }} order by above) - 1 as positives_above,
        round(
            cume_dist() over (partition by {{ cell }} order by above) * count(*) over (partition by {{ cell }})
        ) as positives_reached
    from ranked
    where truth = 1
),
ranking as (
    select
        {{ cell }},
        sum(above - positives_above + reached - positives_reached) / 2 as negatives_before,
        sum(positives_reached / reached) as precisions
    from found
    group by {{ cell }}
)
select
    {{ cell_of("counts") }},
    counts.total,
    counts.labelled,
    counts.scored,
    counts.positives,
    counts.outside,
    counts.predicted,
    counts.true_positive,
    counts.false_positive,
    counts.false_negative,
    counts.true_negative,
    1 - ranking.negatives_before
        / nullif(cast(counts.positives as double) * (counts.scored - counts.positives), 0) as roc_auc,
    ranking.precisions / nullif(counts.positives, 0) as average_precision
from counts
left join ranking on {{ on_cell("counts", "ranking") }}
