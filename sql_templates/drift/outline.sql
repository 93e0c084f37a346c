{#
title: A column's distribution in about five hundred parts of equal size
shape: query
arguments:
  column: numeric
outputs: [n, low, high]
finite: true
cost: holistic
returns: one row a part, in no order; a value that holds more than a thousandth of the rows is a part of its own
nulls: left out, NaN and infinities too
empty: no row
#}
with points as (
    select {{ cell }}, cast($column as double) as x
    from dataset
    where $column is not null
),
sizes as (
    select {{ cell }}, cast(count(*) as double) as n
    from points
    group by {{ cell }}
),
-- about the middle, and how far from it values are; in millionths, so that no sum is too large
centres as (
    select sum(x * cast(0.000001 as double)) / count(*) * 1000000 as centre
    from points
),
spreads as (
    select
        centres.centre,
        sum(abs(points.x - centres.centre) * cast(0.000001 as double)) / count(*) * 1000000 as deviation
    from points
    cross join centres
    group by centres.centre
),
curves as (
    select
        centre,
        case when deviation > 0 and deviation <= cast(1e300 as double) then deviation else 1 end as spread
    from spreads
),
-- a curve from all numbers to the bins, in steps that keep the order: plus, minus and 1 / x round monotonically
placed as (
    select
        {{ cell }},
        x,
        cast(
            floor(4096 * sign(x - centre) * (1 - curves.spread / (curves.spread + abs(x - centre)))) as integer
        ) as bin
    from points
    cross join curves
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
        case when counted.k * cast(1000 as double) > sizes.n and counted.low < counted.high then 1 else 0 end as is_crowded
    from counted
    join sizes on {{ on_cell("counted", "sizes") }}
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
        sizes.n,
        case when levels.low = levels.high and levels.k * 1000 > sizes.n then 1 else 0 end as is_heavy
    from levels
    join sizes on {{ on_cell("levels", "sizes") }}
),
-- nulls first, though there are none: BigQuery's order within a running sum
ranked as (
    select
        {{ cell }},
        k,
        low,
        high,
        n,
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
    select {{ cell }}, k, low, high, is_heavy, heavy_le, floor((k_le - k) * 500 / n) as part
    from ranked
)
select
    {{ cell }},
    sum(k) as n,
    min(low) as low,
    max(high) as high
from parts
group by {{ cell }}, is_heavy, heavy_le, part
