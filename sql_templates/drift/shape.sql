{#
title: What the bins of a numeric column depend on
shape: query
arguments:
  column: numeric
  parts: {kind: boolean, doc: cut the distribution into about five hundred parts of equal size}
outputs: [n, low, high, skewness]
finite: true
cost: holistic
returns: >
  one row a part, in no order; a value that holds more than a thousandth of the rows is a part of its own. Without
  `parts` all is one. skewness, the same in every row, is that of the population (third centred moment over std³)
nulls: left out, NaN and infinities too
empty: no row; skewness is NULL for a constant
reference: "numpy.histogram_bin_edges(bins='doane')"
#}
with points as (
    select {{ cell }}, cast($column as double) as x
    from dataset
    where $column is not null
),
-- averages in millionths, so that no sum is too large; Postgres refuses the millionth of what is next to zero
ranges as (
    select
        {{ cell }},
        count(*) as members,
        min(x) as minimum,
        max(x) as maximum,
        sum(case when abs(x) > cast(1e-290 as double) then x * cast(0.000001 as double) else 0 end)
            / count(*) * 1000000 as centre
    from points
    group by {{ cell }}
),
-- z reaches over 1, so that no power is too large
scaled as (
    select
        {{ cell_of("points") }},
        points.x,
        ranges.members,
        ranges.minimum,
        ranges.maximum,
        ranges.centre,
        points.x - ranges.centre as distance,
        (points.x - ranges.centre) / nullif(ranges.maximum - ranges.minimum, 0) as z
    from points
    join ranges on {{ on_cell("points", "ranges") }}
),
moments as (
    select
        {{ cell }},
        members,
        minimum,
        maximum,
        centre,
        sum(case when abs(distance) > cast(1e-290 as double) then abs(distance) * cast(0.000001 as double) else 0 end)
            / members * 1000000 as deviation,
        sum(z) / members as first,
        sum(z * z) / members as second,
        sum(z * z * z) / members as third
    from scaled
    group by {{ cell }}, members, minimum, maximum, centre
),
-- about the average, which is not quite 0
centred as (
    select
        {{ cell }},
        members,
        minimum,
        maximum,
        centre,
        case when deviation > 0 and deviation <= cast(1e300 as double) then deviation else 1 end as spread,
        second - first * first as second,
        third - 3 * first * second + 2 * first * first * first as third
    from moments
),
shapes as (
    select
        {{ cell }},
        members,
        minimum,
        maximum,
        centre,
        spread,
        case when second > 0 then third / (second * sqrt(second)) end as skewness
    from centred
)
{%- if parts is given %},
-- a curve from all numbers to the bins, in steps that keep the order: plus, minus and 1 / x round monotonically
placed as (
    select
        {{ cell_of("points") }},
        points.x,
        cast(
            floor(
                4096 * sign(points.x - shapes.centre)
                * (1 - shapes.spread / (shapes.spread + abs(points.x - shapes.centre)))
            ) as integer
        ) as bin
    from points
    join shapes on {{ on_cell("points", "shapes") }}
),
counted as (
    select {{ cell }}, bin, count(*) as k, min(x) as low, max(x) as high
    from placed
    group by {{ cell }}, bin
),
judged as (
    select
        {{ cell_of("counted") }},
        counted.bin,
        counted.k,
        counted.low,
        counted.high,
        case when counted.k * cast(1000 as double) > shapes.members and counted.low < counted.high then 1 else 0 end
            as is_crowded
    from counted
    join shapes on {{ on_cell("counted", "shapes") }}
),
-- what shares a bin with many others is looked at value by value
levels as (
    select {{ cell }}, cast(k as double) as k, low, high
    from judged
    where is_crowded = 0
    union all
    select {{ cell_of("placed") }}, cast(count(*) as double), placed.x, placed.x
    from placed
    join judged on {{ on_cell("placed", "judged") }} and judged.bin = placed.bin
    where judged.is_crowded = 1
    group by {{ cell_of("placed") }}, placed.x
),
sized as (
    select
        {{ cell_of("levels") }},
        levels.k,
        levels.low,
        levels.high,
        shapes.members,
        shapes.skewness,
        case when levels.low = levels.high and levels.k * 1000 > shapes.members then 1 else 0 end as is_heavy
    from levels
    join shapes on {{ on_cell("levels", "shapes") }}
),
-- nulls first, though there are none: BigQuery's order within a running sum
ranked as (
    select
        {{ cell }},
        k,
        low,
        high,
        members,
        skewness,
        is_heavy,
        sum(is_heavy) over (
            partition by {{ cell }} order by low nulls first rows between unbounded preceding and current row
        ) as heavy_le,
        sum(k) over (
            partition by {{ cell }} order by low nulls first rows between unbounded preceding and current row
        ) as k_le
    from sized
),
parts as (
    select {{ cell }}, k, low, high, skewness, is_heavy, heavy_le, floor((k_le - k) * 500 / members) as part
    from ranked
)
select
    {{ cell }},
    sum(k) as n,
    min(low) as low,
    max(high) as high,
    skewness
from parts
group by {{ cell }}, skewness, is_heavy, heavy_le, part
{%- else %}
select
    {{ cell }},
    cast(members as double) as n,
    minimum as low,
    maximum as high,
    skewness
from shapes
{%- endif %}
