{#
title: Expected performance of a binary model without labels (CBPE)
shape: query
role: scan
arguments:
  score: numeric
  prediction: {kind: column, family: any, required: false, doc: the predicted class; without it no confusion matrix}
  positive: {kind: scalar, required: false, doc: value of the prediction that means positive}
  knots: {kind: rows, doc: "calibration curve over 0..1: score, probability; ascending, the last score is 1"}
  cuts: {kind: rows, required: false, doc: "decision thresholds, each once and the score of a knot: score"}
outputs:
  [total, scored, outside, predicted, true_positive, false_positive, false_negative, true_negative, roc_auc, average_precision, positives, score_total, losses, squares, gaps, cut, cut_true_positive, cut_false_positive]
finite: true
cost: holistic
returns: >
  expected counts of the confusion matrix; roc_auc and average_precision are ratios 0..1. Over rows with a score: positives
  is the expected count of positive labels, score_total the sum of the scores, losses of the expected log losses, squares
  of the expected squared distances of score and label; gaps sums the distances of scores and probabilities over 16 ranges
  of the score. With cuts one row for each cut that a row reaches, the other outputs repeated: cut_true_positive and
  cut_false_positive are expected among the rows whose score is not below the cut
nulls: >
  A row without a score is counted in total only; a score outside 0..1 in outside; a row with a score and no prediction
  counts for all but the confusion matrix
empty: no rows; ratios are NULL where their denominator is 0, sums of scores where no row has a score
reference: >
  CBPE, https://nannyml.readthedocs.io/en/stable/how_it_works/performance_estimation.html. Where the calibrated
  probability is flat the ranking inside does not change the expected area, so such rows share one place: exact
  with few groups. Rows find their part of the curve through 1,024 bins of the scores; `distinct` lets a planner see how
  few these are. Average precision takes row after row; inside a place that sum is a difference of harmonic numbers.
  For the logarithm scores are moved into 2.2e-16 .. 1 - 2.2e-16. The 16 ranges are those of models/scan/binary_realized.
  It is one statement, not counts for a statistic to read: scores on the slopes of the curve are places of their own, as
  many as rows, and none of them would leave the warehouse as a count.
#}
with ends as (
    select
        knots.score as low,
        lead(knots.score) over (order by knots.score) as next_score,
        knots.probability as base,
        lead(knots.probability) over (order by knots.score) as next_probability
    from knots
),
spans as (
    select
        low,
        coalesce(next_score, cast(2 as double)) as high,
        base,
        coalesce((next_probability - base) / (next_score - low), cast(0 as double)) as slope
    from ends
),
{% include "models/shared/bins.sql" %}
binned_spans as (
    select distinct bins.bin, spans.low, spans.high, spans.base, spans.slope
    from bins
    join spans on spans.low * 1024 <= bins.bin + 1 and spans.high * 1024 >= bins.bin
),
given as (
    select
        {{ cell }},
        cast($score as double) as score,
        {% if prediction is given -%}
        case when $prediction = $positive then 1 when $prediction is not null then 0 end as predicted_class
        {%- else -%}
        cast(null as bigint) as predicted_class
        {%- endif %}
    from dataset
),
located as (
    select
        {{ cell }},
        score,
        predicted_class,
        case
            when score < cast(2.220446049250313e-16 as double) then cast(2.220446049250313e-16 as double)
            when score > cast(0.9999999999999998 as double) then cast(0.9999999999999998 as double)
            else score
        end as inner_score,
        case when score >= 0 and score < 1 then cast(floor(score * 1024) as integer) when score = 1 then 1023 end as bin
    from given
),
placed as (
    select
        {{ cell_of("located") }},
        located.predicted_class,
        located.score,
        located.inner_score,
        case
            when located.bin is null then null
            when located.score < cast(0.3828125 as double) then floor(8 * sqrt(2 * located.score))
            when located.score <= cast(0.5 as double) then 7
            else 16 - floor(8 * sqrt(2 * (1 - located.score)))
        end as score_range,
        case
            when binned_spans.slope = 0 then binned_spans.low
            when binned_spans.low is not null then located.score
        end as place,
        binned_spans.base
            + binned_spans.slope * (case when binned_spans.slope = 0 then 0 else located.score - binned_spans.low end)
            as probability,
        case when binned_spans.low is null and located.score is not null then 1 else 0 end as is_outside
    from located
    left join binned_spans
        on binned_spans.bin = located.bin and located.score >= binned_spans.low and located.score < binned_spans.high
),
outcomes as (
    select
        {{ cell }},
        place,
        predicted_class,
        score_range,
        min(probability) as probability,
        count(*) as members,
        sum(is_outside) as members_outside,
        sum(score) as score_total,
        sum(probability * power(1 - score, 2) + (1 - probability) * power(score, 2)) as squares,
        -sum(probability * ln(inner_score) + (1 - probability) * ln(1 - inner_score)) as losses
    from placed
    group by {{ cell }}, place, predicted_class, score_range
),
counts as (
    select
        {{ cell }},
        sum(members) as total,
        sum(case when place is not null then members else 0 end) as scored,
        sum(members_outside) as outside,
        sum(case when place is not null and predicted_class is not null then members else 0 end) as predicted,
        coalesce(sum(case when predicted_class = 1 then members * probability end), 0) as true_positive,
        coalesce(sum(case when predicted_class = 1 then members * (1 - probability) end), 0) as false_positive,
        coalesce(sum(case when predicted_class = 0 then members * probability end), 0) as false_negative,
        coalesce(sum(case when predicted_class = 0 then members * (1 - probability) end), 0) as true_negative,
        sum(members * probability) as positives,
        sum(case when place is not null then score_total end) as score_total,
        sum(losses) as losses,
        sum(squares) as squares
    from outcomes
    group by {{ cell }}
),
range_gaps as (
    select {{ cell }}, abs(sum(score_total - members * probability)) as gap
    from outcomes
    where place is not null
    group by {{ cell }}, score_range
),
calibration as (
    select {{ cell }}, sum(gap) as gaps
    from range_gaps
    group by {{ cell }}
),
{% if cuts is given -%}
cut_counts as (
    select
        {{ cell_of("outcomes") }},
        cuts.score as cut,
        sum(outcomes.members * outcomes.probability) as true_positive,
        sum(outcomes.members * (1 - outcomes.probability)) as false_positive
    from outcomes
    cross join cuts
    where outcomes.place >= cuts.score
    group by {{ cell_of("outcomes") }}, cuts.score
),
{%- endif %}
weights as (
    select {{ cell }}, place, min(probability) as probability, cast(sum(members) as double) as weight
    from outcomes
    where place is not null
    group by {{ cell }}, place
),
ranked as (
    select
        {{ cell }},
        probability,
        weight,
        sum(weight) over (
            partition by {{ cell }} order by place desc rows between unbounded preceding and current row
        ) - weight as weight_above,
        sum(weight * probability) over (
            partition by {{ cell }} order by place desc rows between unbounded preceding and current row
        ) - weight * probability as positives_above
    from weights
),
shifted as (
    select
        {{ cell }},
        probability,
        weight,
        weight_above,
        positives_above,
        weight_above + weight as weight_reached,
        weight_above + 8 as near,
        weight_above + weight + 8 as far
    from ranked
),
weighed as (
    select
        {{ cell }},
        probability,
        weight,
        weight_above,
        positives_above,
{% include "models/shared/harmonic_gap.sql" %}
    from shifted
),
ranking as (
    select
        {{ cell }},
        sum(weight * (1 - probability) * (positives_above + weight * probability / 2))
            / nullif(sum(weight * probability) * sum(weight * (1 - probability)), 0) as roc_auc,
        sum(
            probability
            * (weight * probability + (positives_above - probability * weight_above) * harmonic_gap)
        ) / nullif(sum(weight * probability), 0) as average_precision
    from weighed
    group by {{ cell }}
)
select
    {{ cell_of("counts") }},
    counts.total,
    counts.scored,
    counts.outside,
    counts.predicted,
    counts.true_positive,
    counts.false_positive,
    counts.false_negative,
    counts.true_negative,
    ranking.roc_auc,
    ranking.average_precision,
    counts.positives,
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
    cast(null as double) as cut_true_positive,
    cast(null as double) as cut_false_positive
    {%- endif %}
from counts
left join ranking on {{ on_cell("counts", "ranking") }}
left join calibration on {{ on_cell("counts", "calibration") }}
{% if cuts is given -%}
left join cut_counts on {{ on_cell("counts", "cut_counts") }}
{%- endif %}
