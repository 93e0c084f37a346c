{#
title: Expected performance of a model of several classes without labels (CBPE)
shape: query
role: scan
arguments:
  scores: {kind: columns, family: numeric, required: true, doc: "the probability of each class, in the order of the classes"}
  prediction: {kind: column, family: any, required: false, doc: the predicted class; without it no confusion matrix}
  predictions: {kind: rows, required: false, doc: "value and class: what the prediction says of each class, counted from 0"}
  knots: {kind: rows, required: true, doc: "calibration curves over 0..1: class, score, probability; by class ascending, the last score is 1"}
  pooled: {kind: boolean, required: false, doc: "rank all scores of all classes together too, as one class more"}
  most: {kind: integer, required: true, doc: "rankings are exact up to this many rows with scores in a cell"}
outputs: [class, predicted, members, scored, outside, uneven, expected, roc_auc, average_precision]
finite: true
cost: holistic
returns: >
  Classes are counted from 0; one more is a value that is none of them, -1 a NULL. Where predicted is not NULL, one row
  for each pair of a class and a predicted one: how many rows with scores are expected to be of the class, and of the
  predicted class all rows (members), those with all scores (scored), those with a score outside 0..1, and those whose
  scores do not sum to one (off by more than 0.01). Where predicted is NULL, one row for each class against all others:
  the rows with scores, how many are expected to be of the class, roc_auc and average_precision as ratios 0..1
nulls: >
  A row that lacks one of the scores is counted in members only, one with a score outside 0..1 in outside; a row with
  scores and no prediction counts for roc_auc and average_precision
empty: no rows; ratios are NULL where their denominator is 0
reference: >
  CBPE, https://nannyml.readthedocs.io/en/stable/how_it_works/performance_estimation.html. Each score is calibrated by
  the curve of its class, and divided by the row's sum of them (one in as many as there are classes where that is 0).
  Rankings are by the score as it is, rows of one score together. Where many rows have scores, those that share one of
  16,384 bins are one; bins narrow towards 0 and 1, where scores crowd. Rows find their part of a curve through 1,024
  bins of the scores. Average precision takes row after row; inside a place that sum is a difference of harmonic numbers.
  It is one statement, not counts for a statistic to read: exact rankings need every score.
#}
with ends as (
    select
        knots.class,
        knots.score as low,
        lead(knots.score) over (partition by knots.class order by knots.score) as next_score,
        knots.probability as base,
        lead(knots.probability) over (partition by knots.class order by knots.score) as next_probability
    from knots
),
spans as (
    select
        class,
        low,
        coalesce(next_score, cast(2 as double)) as high,
        base,
        coalesce((next_probability - base) / (next_score - low), cast(0 as double)) as slope
    from ends
),
{% include "models/shared/bins.sql" %}
binned_spans as (
    select distinct bins.bin, spans.class, spans.low, spans.high, spans.base, spans.slope
    from bins
    join spans on spans.low * 1024 <= bins.bin + 1 and spans.high * 1024 >= bins.bin
),
given as (
    select
        {{ cell }},
        {% for score in scores -%}
        cast({{ score }} as double) as score_{{ loop.index0 }}{% if not loop.last or prediction is given %},{% endif %}
        {% endfor -%}
        {% if prediction is given -%}
        $prediction as prediction
        {%- endif %}
    from dataset
),
located as (
    select
        {{ cell_of("given") }},
        {% for score in scores -%}
        given.score_{{ loop.index0 }},
        case
            when given.score_{{ loop.index0 }} >= 0 and given.score_{{ loop.index0 }} < 1 then cast(floor(given.score_{{ loop.index0 }} * 1024) as integer)
            when given.score_{{ loop.index0 }} = 1 then 1023
        end as bin_{{ loop.index0 }},
        {% endfor -%}
        {% if prediction is given -%}
        case when given.prediction is null then -1 else coalesce(predictions.class, {{ scores | length }}) end as predicted
        {%- else -%}
        -1 as predicted
        {%- endif %}
    from given
    {% if prediction is given -%}
    left join predictions on predictions.value = given.prediction
    {%- endif %}
),
calibrated as (
    select
        {{ cell_of("located") }},
        located.predicted,
        {% for score in scores -%}
        located.score_{{ loop.index0 }},
        spans_{{ loop.index0 }}.base
            + spans_{{ loop.index0 }}.slope * (case when spans_{{ loop.index0 }}.slope = 0 then 0 else located.score_{{ loop.index0 }} - spans_{{ loop.index0 }}.low end)
            as calibrated_{{ loop.index0 }},
        {% endfor -%}
        case when {% for score in scores %}located.score_{{ loop.index0 }} is not null{% if not loop.last %} and {% endif %}{% endfor %} then 1 else 0 end as is_scored
    from located
    {% for score in scores -%}
    left join binned_spans as spans_{{ loop.index0 }}
        on spans_{{ loop.index0 }}.class = {{ loop.index0 }} and spans_{{ loop.index0 }}.bin = located.bin_{{ loop.index0 }}
        and located.score_{{ loop.index0 }} >= spans_{{ loop.index0 }}.low and located.score_{{ loop.index0 }} < spans_{{ loop.index0 }}.high
    {% endfor %}
),
summed as (
    select
        {{ cell }},
        predicted,
        is_scored,
        {% for score in scores -%}
        score_{{ loop.index0 }},
        calibrated_{{ loop.index0 }},
        {% endfor -%}
        {% for score in scores %}calibrated_{{ loop.index0 }}{% if not loop.last %} + {% endif %}{% endfor %} as total
    from calibrated
),
weighed as (
    select
        {{ cell }},
        predicted,
        is_scored,
        {% for score in scores -%}
        score_{{ loop.index0 }},
        case when total > 0 then calibrated_{{ loop.index0 }} / total when total = 0 then cast(1 as double) / {{ scores | length }} end as chance_{{ loop.index0 }},
        {% endfor -%}
        case when is_scored = 1 and total is null then 1 else 0 end as is_outside
    from summed
),
matrix as (
    select
        {{ cell }},
        predicted,
        count(*) as members,
        sum(is_scored) as scored,
        sum(is_outside) as outside,
        {% for score in scores -%}
        sum(chance_{{ loop.index0 }}) as expected_{{ loop.index0 }},
        {% endfor -%}
        sum(case when is_scored = 1 and abs({% for score in scores %}score_{{ loop.index0 }}{% if not loop.last %} + {% endif %}{% endfor %} - 1) > cast(0.01 as double) then 1 else 0 end) as uneven
    from weighed
    group by {{ cell }}, predicted
),
large as (
    select {{ cell }}, sum(scored) as members
    from matrix
    group by {{ cell }}
    having sum(scored) > $most
),
each_class as (
    {% for score in scores -%}
    select {{ cell }}, {{ loop.index0 }} as class, score_{{ loop.index0 }} as score, chance_{{ loop.index0 }} as chance
    from weighed
    where chance_{{ loop.index0 }} is not null
    {% if pooled -%}
    union all
    select {{ cell }}, {{ scores | length }}, score_{{ loop.index0 }}, chance_{{ loop.index0 }}
    from weighed
    where chance_{{ loop.index0 }} is not null
    {% endif -%}
    {% if not loop.last %}union all{% endif %}
    {% endfor -%}
),
binned as (
    select
        {{ cell_of("each_class") }},
        each_class.class,
        each_class.score,
        each_class.chance,
        case
            when large.members is null then 0
            when each_class.score <= cast(0.5 as double) then cast(floor(8192 * sqrt(2 * each_class.score)) as integer)
            else 16384 - cast(floor(8192 * sqrt(2 * (1 - each_class.score))) as integer)
        end as bin,
        case
            when large.members is not null then cast(0 as double)
            when each_class.score = 0 then cast(0 as double)
            else each_class.score
        end as own
    from each_class
    left join large on {{ on_cell("each_class", "large") }}
),
places as (
    select
        {{ cell }},
        class,
        min(score) as place,
        cast(count(*) as double) as weight,
        sum(chance) as expected
    from binned
    group by {{ cell }}, class, bin, own
),
ranked as (
    select
        {{ cell }},
        class,
        expected / weight as probability,
        weight,
        sum(weight) over (
            partition by {{ cell }}, class order by place desc rows between unbounded preceding and current row
        ) - weight as weight_above,
        sum(expected) over (
            partition by {{ cell }}, class order by place desc rows between unbounded preceding and current row
        ) - expected as positives_above
    from places
),
shifted as (
    select
        {{ cell }},
        class,
        probability,
        weight,
        weight_above,
        positives_above,
        weight_above + weight as weight_reached,
        weight_above + 8 as near,
        weight_above + weight + 8 as far
    from ranked
),
gaps as (
    select
        {{ cell }},
        class,
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
        class,
        sum(weight) as members,
        sum(weight * probability) as expected,
        sum(weight * (1 - probability) * (positives_above + weight * probability / 2))
            / nullif(sum(weight * probability) * sum(weight * (1 - probability)), 0) as roc_auc,
        sum(
            probability
            * (weight * probability + (positives_above - probability * weight_above) * harmonic_gap)
        ) / nullif(sum(weight * probability), 0) as average_precision
    from gaps
    group by {{ cell }}, class
)
{% for score in scores -%}
select
    {{ cell }},
    {{ loop.index0 }} as class,
    predicted,
    members,
    scored,
    outside,
    uneven,
    coalesce(expected_{{ loop.index0 }}, 0) as expected,
    cast(null as double) as roc_auc,
    cast(null as double) as average_precision
from matrix
union all
{% endfor -%}
select
    {{ cell }},
    class,
    cast(null as integer),
    cast(members as bigint),
    cast(members as bigint),
    cast(null as bigint),
    cast(null as bigint),
    expected,
    roc_auc,
    average_precision
from ranking
