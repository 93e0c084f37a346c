{#
title: Errors of a regression model where labels exist
shape: query
role: scan
arguments:
  prediction: numeric
  label: {kind: column, family: numeric, doc: the true value; NULL where it has not arrived}
outputs:
  [total, labelled, predicted, nonzero, above, signed, absolute, squared, relative, squared_log, label_variance]
finite: true
cost: scan
returns: >
  of the rows with prediction and label the sums of prediction - label (signed), of its size (absolute), of its square
  (squared), of the size over that of the label where this is not 0 (relative, over nonzero rows), and of the squared
  difference of the logarithms of 1 + value where both are above -1 (squared_log, over above rows); the labels' variance
  over the rows with both, that of the population
nulls: >
  Pairwise: labelled counts the rows with a label, predicted those with label and prediction. NaN, infinities and numbers
  beyond 1e40 count as NULL
empty: no rows; sums are NULL where no row has what they are over, the variance where all labels are equal
reference: >
  scikit-learn: mean_absolute_error, mean_squared_error, mean_squared_log_error, r2_score (of which 1 - squared /
  (predicted * label_variance) is the value). mean_absolute_percentage_error divides by 2e-16 where a label is 0; here
  such rows, and labels below 1e-40 in size, are left out. Errors below 1e-50 are 0. The variance is the engine's own,
  which does not lose digits where labels are large and close together.
state: none, the variance of labels does not merge by sums
#}
with paired as (
    select
        {{ cell }},
        case when abs(cast($prediction as double)) <= cast(1e40 as double) then cast($prediction as double) end as guess,
        case when abs(cast($label as double)) <= cast(1e40 as double) then cast($label as double) end as truth
    from dataset
),
compared as (
    select
        {{ cell }},
        truth,
        guess,
        case
            when abs(guess - truth) > cast(1e-50 as double) then guess - truth
            when guess is not null and truth is not null then 0
        end as error
    from paired
),
losses as (
    select
        {{ cell }},
        truth,
        error,
        case when error is not null then truth end as compared_truth,
        case when abs(truth) >= cast(1e-40 as double) then abs(error) / abs(truth) end as relative,
        case when truth > -1 and guess > -1 then ln(1 + truth) - ln(1 + guess) end as log_error
    from compared
)
select
    {{ cell }},
    count(*) as total,
    count(truth) as labelled,
    count(error) as predicted,
    count(relative) as nonzero,
    count(log_error) as above,
    sum(error) as signed,
    sum(abs(error)) as absolute,
    sum(error * error) as squared,
    sum(relative) as relative,
    sum(log_error * log_error) as squared_log,
    case when min(compared_truth) < max(compared_truth) then var_pop(compared_truth) end as label_variance
from losses
group by {{ cell }}
