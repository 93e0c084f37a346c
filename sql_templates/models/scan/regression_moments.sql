{#
title: How much the errors of a regression model vary from row to row
shape: query
role: scan
arguments:
  prediction: numeric
  label: {kind: column, family: numeric, doc: the true value}
outputs:
  [predicted, nonzero, above, signed, absolute, squared, relative, squared_log, signed_second, signed_third, absolute_second, absolute_third, squared_second, squared_third, relative_second, relative_third, squared_log_second, squared_log_third, unexplained_second, unexplained_third, unexplained_bend]
finite: true
cost: holistic
returns: >
  means of one row's prediction - label (signed), of its size, its square, its size over that of the label, and the squared
  difference of logarithms, as in models/scan/regression_realized; second and third, their central moments. `unexplained`
  is a row's part in 1 - r2: squared over the labels' variance, less what the row adds to that variance; its bend is the
  mean of its product with (y - m)^2 / V - 1
nulls: rows without prediction or label are left out, NaN, infinities and numbers beyond 1e40 too
empty: no rows; NULL where no row has what a mean is over, unexplained where all labels are equal
reference: >
  Central moments are taken about the means of the whole cell, so that an offset that all rows share does not cost digits.
  The part of a row in r2 is its influence: with V the variance of the labels y around their mean m, and Q the mean
  squared error, it is (squared - Q) / V - Q / V * ((y - m)^2 / V - 1); NULL where Q / V is beyond 1e60.
state: none, moments about a mean do not merge by sums
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
        case when abs(guess - truth) > cast(1e-50 as double) then guess - truth else 0 end as error
    from paired
    where guess is not null and truth is not null
),
losses as (
    select
        {{ cell }},
        truth,
        error,
        case when abs(truth) >= cast(1e-40 as double) then abs(error) / abs(truth) end as relative,
        case when truth > -1 and guess > -1 then power(ln(1 + truth) - ln(1 + guess), 2) end as squared_log
    from compared
),
means as (
    select
        {{ cell }},
        count(*) as predicted,
        count(relative) as nonzero,
        count(squared_log) as above,
        avg(truth) as truth,
        avg(error) as signed,
        avg(abs(error)) as absolute,
        avg(error * error) as squared,
        avg(relative) as relative,
        avg(squared_log) as squared_log,
        case when min(truth) < max(truth) then var_pop(truth) end as variance
    from losses
    group by {{ cell }}
),
parted as (
    select
        {{ cell_of("losses") }},
        means.predicted,
        means.nonzero,
        means.above,
        means.signed,
        means.absolute,
        means.squared,
        means.relative,
        means.squared_log,
        losses.error - means.signed as signed_apart,
        abs(losses.error) - means.absolute as absolute_apart,
        losses.error * losses.error - means.squared as squared_apart,
        losses.relative - means.relative as relative_apart,
        losses.squared_log - means.squared_log as squared_log_apart,
        means.variance,
        case when means.variance > cast(1e-100 as double) and means.squared <= means.variance * cast(1e60 as double) then
            (losses.truth - means.truth) * (losses.truth - means.truth) / means.variance - 1
        end as spread
    from losses
    join means on {{ on_cell("losses", "means") }}
),
influences as (
    select
        {{ cell }},
        predicted,
        nonzero,
        above,
        signed,
        absolute,
        squared,
        relative,
        squared_log,
        signed_apart,
        absolute_apart,
        squared_apart,
        relative_apart,
        squared_log_apart,
        spread,
        case when spread is not null then squared_apart / variance - squared / variance * spread end as unexplained_apart
    from parted
)
select
    {{ cell }},
    predicted,
    nonzero,
    above,
    signed,
    absolute,
    squared,
    relative,
    squared_log,
    {% for name in ("signed_apart", "absolute_apart", "squared_apart", "relative_apart", "squared_log_apart", "unexplained_apart") -%}
    avg({{ name }} * {{ name }}) as {{ name | replace("_apart", "") }}_second,
    avg({{ name }} * {{ name }} * {{ name }}) as {{ name | replace("_apart", "") }}_third,
    {% endfor -%}
    avg(unexplained_apart * spread) as unexplained_bend
from influences
group by {{ cell }}, predicted, nonzero, above, signed, absolute, squared, relative, squared_log
