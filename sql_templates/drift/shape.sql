{#
title: What the bins of a numeric column depend on
shape: query
arguments:
  column: numeric
outputs: [n, minimum, maximum, skewness]
finite: true
cost: holistic
returns: rows, least and greatest value, and the skewness of the population (third centred moment over std³)
nulls: left out, NaN and infinities too
empty: no row; skewness is NULL for a constant
reference: "numpy.histogram_bin_edges(bins='doane')"
#}
with points as (
    select {{ cell }}, cast($column as double) as x
    from dataset
    where $column is not null
),
averages as (
    select {{ cell }}, avg(x) as average
    from points
    group by {{ cell }}
),
deviations as (
    select {{ cell_of("points") }}, points.x, points.x - averages.average as deviation
    from points
    join averages on {{ on_cell("points", "averages") }}
),
variances as (
    select {{ cell }}, avg(deviation * deviation) as variance
    from deviations
    group by {{ cell }}
),
scaled as (
    select
        {{ cell_of("deviations") }},
        deviations.x,
        case when variances.variance > 0 then deviations.deviation / sqrt(variances.variance) end as z
    from deviations
    join variances on {{ on_cell("deviations", "variances") }}
)
select
    {{ cell }},
    count(*) as n,
    min(x) as minimum,
    max(x) as maximum,
    avg(z * z * z) as skewness
from scaled
group by {{ cell }}
