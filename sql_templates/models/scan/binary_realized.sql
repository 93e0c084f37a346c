{#
title: Performance of a binary model where labels exist
shape: query
role: scan
arguments:
  score: {kind: column, family: numeric, required: false, doc: the score; without it the confusion matrix only}
  prediction: {kind: column, family: any, required: false, doc: the predicted class; without it no confusion matrix}
  label: {kind: column, family: any, doc: the true class; NULL where it has not arrived}
  positive_label: {kind: scalar, doc: value of the label that means positive}
  positive_prediction: {kind: scalar, required: false, doc: value of the prediction that means positive}
  most: {kind: integer, required: true, doc: "rankings are exact up to this many rows with score and label in a cell"}
  cuts: {kind: rows, required: false, doc: "decision thresholds, each once: score"}
outputs:
  [total, labelled, scored, positives, outside, predicted, true_positive, false_positive, false_negative, true_negative, roc_auc, roc_auc_lower, roc_auc_upper, average_precision, average_precision_lower, average_precision_upper, score_total, losses, squares, gaps, cut, cut_true_positive, cut_false_positive]
finite: true
cost: holistic
returns: >
  counts of the confusion matrix; roc_auc and average_precision are ratios 0..1; lower and upper hold the exact value
  between them and are NULL where the value is exact. Over rows with score and label: score_total is the sum of the scores,
  losses of the log losses, squares of the squared distances of score and label; gaps sums the distances of scores and
  labels over 16 ranges of the score. With cuts one row for each cut that a row reaches, the other outputs repeated:
  cut_true_positive and cut_false_positive count the rows with a label whose score is not below the cut
nulls: >
  Pairwise: what is made of scores needs score and label, the confusion matrix prediction and label;
  labelled counts the rows with a label, scored those with score and label, outside the scores outside 0..1
empty: no rows; ratios are NULL where a class is absent, sums of scores where no row has a score and a label
reference: >
  scikit-learn: roc_auc_score and average_precision_score; ties share one step. Sorting all scores is most of the work,
  so many rows are ranked by 4,096 bins; only cells with few rows are read again, by score. Bins narrow towards 0 and
  1, where scores crowd: the square root of the distance to the nearer end. A bin of one score is a tie and exact; in
  others the order counts as an even mix, and its best and worst case are the bounds (the terms of average precision are
  a concave sequence: their ends bound the sum from below, their middle from above).
  log_loss and brier_score_loss too; for the logarithm scores are moved into 2.2e-16 .. 1 - 2.2e-16, as there. The 16
  ranges are bins put together, 256 each: from 0 and from 1 they end at 1/128, 4/128, 9/128 .. 64/128.
  It is one statement, not counts for a statistic to read: exact rankings of cells with few rows need every score, and
  counts of up to 4,096 bins by truth and prediction in every cell would leave the warehouse for six numbers.
#}
with paired as (
    select
        {{ cell }},
        {% if score is given -%}
        cast($score as double) as score,
        {%- else -%}
        cast(null as double) as score,
        {%- endif %}
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
        case when truth = 1 then score when truth = 0 then 1 - score end as chance,
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
        max(score) as high,
        sum(score) as score_total,
        sum(power(score - truth, 2)) as squares,
        -sum(
            ln(
                case
                    when chance < cast(2.220446049250313e-16 as double) then cast(2.220446049250313e-16 as double)
                    when chance > cast(0.9999999999999998 as double) then cast(0.9999999999999998 as double)
                    else chance
                end
            )
        ) as losses
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
        sum(case when predicted_class = 0 and truth = 0 then members else 0 end) as true_negative,
        sum(case when truth is not null then score_total end) as score_total,
        sum(losses) as losses,
        sum(squares) as squares
    from outcomes
    group by {{ cell }}
),
ranges as (
    select
        {{ cell }},
        case
            when bin < 1792 then floor(bin / cast(256 as double))
            when bin <= 2048 then 7
            else 16 - floor((4096 - bin) / cast(256 as double))
        end as score_range,
        score_total - truth * members as gap
    from outcomes
    where bin is not null and truth is not null
),
range_gaps as (
    select {{ cell }}, abs(sum(gap)) as gap
    from ranges
    group by {{ cell }}, score_range
),
calibration as (
    select {{ cell }}, sum(gap) as gaps
    from range_gaps
    group by {{ cell }}
),
{% if cuts is given -%}
cut_bins as (
    select
        score as cut,
        case
            when score <= cast(0.5 as double) then cast(floor(2048 * sqrt(2 * score)) as integer)
            else 4096 - cast(floor(2048 * sqrt(2 * (1 - score))) as integer)
        end as bin
    from cuts
),
reaching as (
    select {{ cell_of("outcomes") }}, cut_bins.cut, outcomes.truth, outcomes.members
    from outcomes
    cross join cut_bins
    where outcomes.bin > cut_bins.bin and outcomes.truth is not null
    union all
    select {{ cell_of("binned") }}, cut_bins.cut, binned.truth, 1
    from binned
    join cut_bins on cut_bins.bin = binned.bin
    where binned.score >= cut_bins.cut and binned.truth is not null
),
cut_counts as (
    select
        {{ cell }},
        cut,
        sum(case when truth = 1 then members else 0 end) as true_positive,
        sum(case when truth = 0 then members else 0 end) as false_positive
    from reaching
    group by {{ cell }}, cut
),
{%- endif %}
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
    case when ranking.is_exact = 0 then ranking.greatest / nullif(ranking.positives, 0) end as average_precision_upper,
    counts.score_total,
    counts.losses,
    counts.squares,
    calibration.gaps,
    {% if cuts is given -%}
    cut_counts.cut,
    cut_counts.true_positive as cut_true_positive,
    cut_counts.false_positive as cut_false_positive
    {%- else -%}
    cast(null as double) as cut,
    cast(null as bigint) as cut_true_positive,
    cast(null as bigint) as cut_false_positive
    {%- endif %}
from counts
left join ranking on {{ on_cell("counts", "ranking") }}
left join calibration on {{ on_cell("counts", "calibration") }}
{% if cuts is given -%}
left join cut_counts on {{ on_cell("counts", "cut_counts") }}
{%- endif %}
