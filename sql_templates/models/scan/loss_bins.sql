{#
title: Rows, estimated and realized losses of a regression model by bins of the estimated loss
shape: query
role: scan
arguments:
  prediction: numeric
  label: {kind: column, family: numeric, doc: the true value; NULL where it has not arrived}
  estimate: {kind: model, required: true, doc: what gives a row's loss before its label comes}
  loss: {kind: text, required: true, choices: [absolute, squared, relative, squared_log], doc: what is counted of rows with a label}
  unit: {kind: number, required: true, doc: "a loss of usual size, above 0: bins are an eighth of an octave around it"}
outputs: [bin, members, labelled, estimated, realized]
finite: true
cost: holistic
returns: >
  one row for each bin of the estimated loss: its rows, those with a realized loss, the sum of the estimates, the sum of
  the realized losses; the bin is NULL for rows without a prediction
nulls: >
  a row without a prediction has no estimate, one without a label no realized loss; NaN, infinities and numbers beyond
  1e40 count as NULL. An estimate below 0 is 0
empty: no rows
reference: >
  Direct loss estimation, https://nannyml.readthedocs.io/en/stable/how_it_works/performance_estimation.html. Losses are
  those of models/scan/regression_realized. Bins end 8 octaves below and above the unit; the same bins in every chunk, so
  that counts of chunks add up.
#}
with scored as (
    select
        {{ cell }},
        case when abs(cast($prediction as double)) <= cast(1e40 as double) then cast($prediction as double) end as guess,
        case when abs(cast($label as double)) <= cast(1e40 as double) then cast($label as double) end as truth,
        $estimate as score
    from dataset
),
estimates as (
    select
        {{ cell }},
        truth,
        guess,
        case
            when abs(guess - truth) > cast(1e-50 as double) then guess - truth
            when guess is not null and truth is not null then 0
        end as error,
        case when guess is not null then case when score > 0 then score else 0 end end as estimate
    from scored
),
losses as (
    select
        {{ cell }},
        estimate,
        {% if loss == "absolute" -%}
        abs(error) as realized
        {%- elif loss == "squared" -%}
        error * error as realized
        {%- elif loss == "relative" -%}
        case when abs(truth) >= cast(1e-40 as double) then abs(error) / abs(truth) end as realized
        {%- else -%}
        case when truth > -1 and guess > -1 then power(ln(1 + truth) - ln(1 + guess), 2) end as realized
        {%- endif %}
    from estimates
),
placed as (
    select
        {{ cell }},
        estimate,
        realized,
        case
            when estimate >= $unit * 256 then 64
            when estimate > cast($unit as double) / 256
            then cast(floor(8 * ln(estimate / cast($unit as double)) / ln(cast(2 as double))) as integer)
            when estimate is not null then -65
        end as bin
    from losses
)
select
    {{ cell }},
    bin,
    count(*) as members,
    count(realized) as labelled,
    sum(estimate) as estimated,
    sum(realized) as realized
from placed
group by {{ cell }}, bin
