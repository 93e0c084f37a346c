{#
title: Performance of a binary model where labels exist
shape: query
role: scan
arguments:
  score: numeric
  prediction: {kind: column, family: any, required: false, doc: the predicted class; without it no confusion matrix}
  label: {kind: column, family: any, doc: the true class; NULL where it has not arrived}
  positive_label: {kind: scalar, doc: value of the label that means positive}
  positive_prediction: {kind: scalar, required: false, doc: value of the prediction that means positive}
  most: {kind: integer, required: true, doc: "rankings are exact up to this many rows with score and label in a cell"}
outputs:
  [total, labelled, scored, positives, outside, predicted, true_positive, false_positive, false_negative, true_negative, roc_auc, roc_auc_lower, roc_auc_upper, average_precision, average_precision_lower, average_precision_upper]
finite: true
cost: holistic
returns: >
  counts of the confusion matrix; roc_auc and average_precision are ratios 0..1; lower and upper hold the exact value
  between them and are NULL where the value is exact
nulls: >
  Pairwise: roc_auc and average_precision need score and label, the confusion matrix prediction and label;
  labelled counts the rows with a label, scored those with score and label, outside the scores outside 0..1
empty: no rows; ratios are NULL where a class is absent
reference: >
  scikit-learn: roc_auc_score and average_precision_score; ties share one step. Sorting all scores is most of the work,
  so many rows are ranked by 4,096 bins; only cells with few rows are read again, by score. Bins narrow towards 0 and
  1, where scores crowd: the square root of the distance to the nearer end. A bin of one score is a tie and exact; in
  others the order counts as an even mix, and its best and worst case are the bounds (the terms of average precision are
  a concave sequence: their ends bound the sum from below, their middle from above).
  It is one statement, not counts for a statistic to read: exact rankings of cells with few rows need every score, and
  counts of up to 4,096 bins by truth and prediction in every cell would leave the warehouse for six numbers.
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
binned as (
    select
        {{ cell }},
        score,
        truth,
        predicted_class,
        case
            when score < 0 then -1
            when score <= cast(0.5 as double) then cast(floor(2048 * sqrt(2 * score)) as integer)
            when score <= 1 then 4096 - cast(floor(2048 * sqrt(2 * (1 - score))) as integer)
            when score > 1 then 4097
        end as bin
    from paired
),
outcomes as (
    select
        {{ cell }},
        bin,
        truth,
        predicted_class,
        count(*) as members,
        min(score) as low,
        max(score) as high
    from binned
    group by {{ cell }}, bin, truth, predicted_class
),
counts as (
    select
        {{ cell }},
        sum(members) as total,
        sum(case when truth is not null then members else 0 end) as labelled,
        sum(case when truth is not null and bin is not null then members else 0 end) as scored,
        sum(case when truth = 1 and bin is not null then members else 0 end) as positives,
        sum(case when bin < 0 or bin > 4096 then members else 0 end) as outside,
        sum(case when truth is not null and predicted_class is not null then members else 0 end) as predicted,
        sum(case when predicted_class = 1 and truth = 1 then members else 0 end) as true_positive,
        sum(case when predicted_class = 1 and truth = 0 then members else 0 end) as false_positive,
        sum(case when predicted_class = 0 and truth = 1 then members else 0 end) as false_negative,
        sum(case when predicted_class = 0 and truth = 0 then members else 0 end) as true_negative
    from outcomes
    group by {{ cell }}
),
few as (
    select {{ cell_of("paired") }}, paired.truth, case when paired.score = 0 then 0 else paired.score end as place
    from paired
    join counts on {{ on_cell("paired", "counts") }}
    where counts.scored <= $most and paired.score is not null and paired.truth is not null
),
points as (
    select
        {{ cell_of("outcomes") }},
        cast(outcomes.bin as double) as place,
        cast(sum(outcomes.members) as double) as members,
        cast(sum(outcomes.truth * outcomes.members) as double) as positives,
        case when min(outcomes.low) = max(outcomes.high) then 1 else 0 end as is_tie
    from outcomes
    join counts on {{ on_cell("outcomes", "counts") }}
    where counts.scored > $most and outcomes.bin is not null and outcomes.truth is not null
    group by {{ cell_of("outcomes") }}, outcomes.bin
    union all
    select {{ cell }}, place, cast(count(*) as double), cast(sum(truth) as double), 1
    from few
    group by {{ cell }}, place
),
reached as (
    select
        {{ cell }},
        members,
        positives,
        is_tie,
        sum(members) over (
            partition by {{ cell }} order by place desc rows between unbounded preceding and current row
        ) as members_reached,
        sum(positives) over (
            partition by {{ cell }} order by place desc rows between unbounded preceding and current row
        ) as positives_reached
    from points
),
ranked as (
    select
        {{ cell }},
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
        min(is_tie) as is_exact,
        sum(positives) as positives,
        sum(positives) * sum(negatives) as pairs,
        sum(negatives_before) as negatives_before,
        sum(loose) as loose,
        sum(precisions) as precisions,
        sum(least) as least,
        sum(greatest) as greatest
    from steps
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
    1 - ranking.negatives_before / nullif(ranking.pairs, 0) as roc_auc,
    case when ranking.is_exact = 0 then 1 - (ranking.negatives_before + ranking.loose) / nullif(ranking.pairs, 0) end
        as roc_auc_lower,
    case when ranking.is_exact = 0 then 1 - (ranking.negatives_before - ranking.loose) / nullif(ranking.pairs, 0) end
        as roc_auc_upper,
    ranking.precisions / nullif(ranking.positives, 0) as average_precision,
    case when ranking.is_exact = 0 then ranking.least / nullif(ranking.positives, 0) end as average_precision_lower,
    case when ranking.is_exact = 0 then ranking.greatest / nullif(ranking.positives, 0) end as average_precision_upper
from counts
left join ranking on {{ on_cell("counts", "ranking") }}
