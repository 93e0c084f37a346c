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
ranges as (
    select {{ cell }}, count(*) as n, min(x) as minimum, max(x) as maximum
    from points
    group by {{ cell }}
),
-- 0 is the least value and 1 the greatest, so that no power is too large
scaled as (
    select
        {{ cell_of("points") }},
        ranges.n,
        ranges.minimum,
        ranges.maximum,
        (points.x - ranges.minimum) / nullif(ranges.maximum - ranges.minimum, 0) as z
    from points
    join ranges on {{ on_cell("points", "ranges") }}
),
averages as (
    select {{ cell }}, n, minimum, maximum, sum(z) / count(*) as average
    from scaled
    group by {{ cell }}, n, minimum, maximum
),
deviations as (
    select
        {{ cell_of("averages") }},
        averages.n,
        averages.minimum,
        averages.maximum,
        scaled.z - averages.average as d
    from scaled
    join averages on {{ on_cell("scaled", "averages") }}
),
moments as (
    select
        {{ cell }},
        n,
        minimum,
        maximum,
        sum(d * d) / count(*) as second,
        sum(d * d * d) / count(*) as third
    from deviations
    group by {{ cell }}, n, minimum, maximum
)
select
    {{ cell }},
    n,
    minimum,
    maximum,
    case when second > 0 then third / (second * sqrt(second)) end as skewness
from moments
