{#
title: What the bins of a numeric column depend on
shape: query
role: scan
arguments:
  column: numeric
  parts: {kind: boolean, doc: cut the distribution into about five hundred parts of equal size}
  clipped: {kind: boolean, doc: "leave values far outside of the quartiles out of the range that is cut into bins"}
outputs: [n, low, high, range_low, range_high, inside_n, inside_low, inside_high, skewness, commonest]
finite: true
cost: holistic
returns: >
  n rows from low to high in each part, in no order; a value that holds more than a thousandth of the rows is a part of
  its own. Without `parts` all is one. The other columns are the same in every row: the range from range_low to range_high that is
  to be cut into bins; rows, least and greatest value, and population skewness (third centred moment over std³) of the
  values in that range; and the value that is so common that both quartiles are equal to it, which only `clipped` looks
  for. `clipped` ends the range three interquartile ranges (IQR) beyond the 1st and the 99th percentile. The IQR is that
  of the values other than the commonest where that holds both quartiles.
nulls: left out, NaN and infinities too
empty: no row; skewness is NULL for a constant
reference: "numpy.histogram_bin_edges(x, bins='doane', range=(range_low, range_high)), numpy.percentile"
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
{%- if parts is given or clipped is given %}
deviations as (
    select
        {{ cell_of("points") }},
        ranges.members,
        ranges.centre,
        sum(
            case when abs(points.x - ranges.centre) > cast(1e-290 as double)
                then abs(points.x - ranges.centre) * cast(0.000001 as double) else 0
            end
        ) / ranges.members * 1000000 as deviation
    from points
    join ranges on {{ on_cell("points", "ranges") }}
    group by {{ cell_of("points") }}, ranges.members, ranges.centre
),
spreads as (
    select
        {{ cell }},
        members,
        centre,
        case when deviation > 0 and deviation <= cast(1e300 as double) then deviation else 1 end as spread
    from deviations
),
-- a curve from all numbers to the bins, in steps that keep the order: plus, minus and 1 / x round monotonically
placed as (
    select
        {{ cell_of("points") }},
        points.x,
        cast(
            floor(
                4096 * sign(points.x - spreads.centre)
                * (1 - spreads.spread / (spreads.spread + abs(points.x - spreads.centre)))
            ) as integer
        ) as bin
    from points
    join spreads on {{ on_cell("points", "spreads") }}
),
counted as (
    select {{ cell }}, bin, count(*) as k, min(x) as low, max(x) as high
    from placed
    group by {{ cell }}, bin
),
sized as (
    select
        {{ cell_of("counted") }},
        counted.bin,
        counted.k,
        counted.low,
        counted.high,
        spreads.members,
        case when counted.k * cast(1000 as double) > spreads.members and counted.low < counted.high then 1 else 0 end
            as is_crowded
    from counted
    join spreads on {{ on_cell("counted", "spreads") }}
),
-- what shares a bin with many others is looked at value by value
levels as (
    select
        {{ cell }}, bin, k, low, high, members,
        case when low = high and k * cast(1000 as double) > members then 1 else 0 end as is_heavy
    from sized
    where is_crowded = 0
    union all
    select
        {{ cell_of("placed") }}, placed.bin, count(*), placed.x, placed.x, sized.members,
        case when count(*) * cast(1000 as double) > sized.members then 1 else 0 end
    from placed
    join sized on {{ on_cell("placed", "sized") }} and sized.bin = placed.bin
    where sized.is_crowded = 1
    group by {{ cell_of("placed") }}, placed.bin, placed.x, sized.members
),
-- nulls first, though there are none: BigQuery's order within a running sum
ranked as (
    select
        {{ cell }},
        bin,
        k,
        low,
        high,
        members,
        sum(k) over (
            partition by {{ cell }} order by low nulls first rows between unbounded preceding and current row
        ) as k_le
        {%- if parts is given %},
        is_heavy,
        sum(is_heavy) over (
            partition by {{ cell }} order by low nulls first rows between unbounded preceding and current row
        ) as heavy_le
        {%- endif %}
    from levels
),
{%- endif %}
{%- if clipped is given %}
-- a value holds both quartiles where it stands at a quarter and at three quarters of the order
marked as (
    select
        {{ cell }},
        k,
        k_le,
        low,
        high,
        members,
        case when low = high and (k_le - k) * 4 <= members - 1 and (k_le - 1) * 4 >= 3 * (members - 1) then 1 else 0 end
            as holds_quartiles
    from ranked
),
holders as (
    select
        {{ cell }},
        members,
        min(low) as minimum,
        max(high) as maximum,
        max(case when holds_quartiles = 1 then low end) as commonest,
        max(case when holds_quartiles = 1 then k else 0 end) as held,
        max(case when holds_quartiles = 1 then k_le - k else 0 end) as held_from
    from marked
    group by {{ cell }}, members
),
-- the quantile p of values in places 0 to `last` lies between the places floor(p * last) and that plus one; those of the
-- quartiles are places among the values other than the commonest
orders as (
    select
        {{ cell }},
        members, minimum, maximum, commonest, held, held_from,
        members - 1 as last,
        members - held - 1 as last_other
    from holders
),
sought as (
    select
        {{ cell }},
        members, minimum, maximum, commonest, held, held_from, last, last_other,
        cast(floor(last / cast(100 as double)) as bigint) as p01,
        cast(floor(last_other / cast(4 as double)) as bigint) as p25,
        cast(floor(3 * last_other / cast(4 as double)) as bigint) as p75,
        cast(floor(99 * last / cast(100 as double)) as bigint) as p99
    from orders
),
-- among all values, those above the commonest stand that many places later
places as (
    select
        {{ cell }},
        members, minimum, maximum, commonest, last, last_other, p01, p99,
        held_from + held as held_to,
        p25 + case when p25 >= held_from then held else 0 end as p25,
        p25 + 1 + case when p25 + 1 >= held_from then held else 0 end as p25_next,
        p75 + case when p75 >= held_from then held else 0 end as p75,
        p75 + 1 + case when p75 + 1 >= held_from then held else 0 end as p75_next
    from sought
),
-- the bins that hold a place or the one after it, or what follows the commonest value
opened as (
    select {{ cell_of("ranked") }}, ranked.bin, ranked.k_le - ranked.k as k_before
    from ranked
    join places on {{ on_cell("ranked", "places") }}
    where
        ranked.low < ranked.high
        and (
            (k_le > p01 and k_le - k - 1 <= p01)
            or (k_le > p25 and k_le - k - 1 <= p25)
            or (k_le > p75 and k_le - k - 1 <= p75)
            or (k_le > p99 and k_le - k - 1 <= p99)
            or k_le - k = held_to
        )
),
reread as (
    select
        {{ cell_of("placed") }},
        placed.x,
        opened.k_before - 1
            + row_number() over (partition by {{ cell_of("placed") }}, placed.bin order by placed.x) as place
    from placed
    join opened on {{ on_cell("placed", "opened") }} and opened.bin = placed.bin
),
-- values and the last place of each
ordered as (
    select {{ cell }}, low as x, k_le - 1 as place
    from ranked
    where low = high
    union all
    select {{ cell }}, x, place
    from reread
),
neighbours as (
    select
        {{ cell_of("ordered") }},
        members, minimum, maximum, commonest, last, last_other,
        min(case when place >= p01 then x end) as p01,
        min(case when place > p01 then x end) as p01_next,
        min(case when place >= p25 then x end) as p25,
        min(case when place >= p25_next then x end) as p25_next,
        min(case when place >= p75 then x end) as p75,
        min(case when place >= p75_next then x end) as p75_next,
        min(case when place >= p99 then x end) as p99,
        min(case when place > p99 then x end) as p99_next
    from ordered
    join places on {{ on_cell("ordered", "places") }}
    group by {{ cell_of("ordered") }}, members, minimum, maximum, commonest, last, last_other
),
percentiles as (
    select
        {{ cell }},
        members, minimum, maximum, commonest,
        coalesce(commonest, p25) as centre,
        p01 + mod(last, 100) / cast(100 as double) * (coalesce(p01_next, p01) - p01) as p01,
        p99 + mod(99 * last, 100) / cast(100 as double) * (coalesce(p99_next, p99) - p99) as p99,
        case when last_other < 1 then 0 else
            p75 + mod(3 * last_other, 4) / cast(4 as double) * (coalesce(p75_next, p75) - p75)
            - p25 - mod(last_other, 4) / cast(4 as double) * (coalesce(p25_next, p25) - p25)
        end as iqr
    from neighbours
),
limits as (
    select
        {{ cell }},
        members,
        minimum,
        maximum,
        commonest,
        centre,
        case when p01 - 3 * iqr > minimum then p01 - 3 * iqr else minimum end as range_low,
        case when p99 + 3 * iqr < maximum then p99 + 3 * iqr else maximum end as range_high
    from percentiles
),
{%- else %}
limits as (
    select
        {{ cell }},
        members,
        minimum,
        maximum,
        cast(null as double) as commonest,
        centre,
        minimum as range_low,
        maximum as range_high
    from ranges
),
{%- endif %}
-- z reaches over 1, so that no power is too large
inside as (
    select
        {{ cell_of("points") }},
        {% if clipped is given -%}
        case when points.x >= limits.range_low and points.x <= limits.range_high then points.x end as x,
        {%- else -%}
        points.x,
        {%- endif %}
        limits.centre,
        nullif(limits.range_high - limits.range_low, 0) as width
    from points
    join limits on {{ on_cell("points", "limits") }}
),
scaled as (
    select {{ cell }}, x, (x - centre) / width as z
    from inside
),
moments as (
    select
        {{ cell }},
        count(x) as inside_n,
        min(x) as inside_low,
        max(x) as inside_high,
        sum(z) / count(x) as first,
        sum(z * z) / count(x) as second,
        sum(z * z * z) / count(x) as third
    from scaled
    group by {{ cell }}
),
-- about the average, which is not quite 0
centred as (
    select
        {{ cell }},
        inside_n,
        inside_low,
        inside_high,
        second - first * first as second,
        third - 3 * first * second + 2 * first * first * first as third
    from moments
),
shapes as (
    select
        {{ cell_of("limits") }},
        limits.members,
        limits.minimum,
        limits.maximum,
        limits.commonest,
        limits.range_low,
        limits.range_high,
        centred.inside_n,
        centred.inside_low,
        centred.inside_high,
        case when inside_low < inside_high and second > 0 then third / (second * sqrt(second)) end as skewness
    from limits
    join centred on {{ on_cell("limits", "centred") }}
)
{%- if parts is given %},
numbered as (
    select {{ cell }}, k, low, high, is_heavy, heavy_le, floor((k_le - k) * cast(500 as double) / members) as part
    from ranked
),
parts as (
    select {{ cell }}, cast(sum(k) as double) as n, min(low) as low, max(high) as high
    from numbered
    group by {{ cell }}, is_heavy, heavy_le, part
)
{%- endif %}
select
    {{ cell_of("shapes") }},
    {% if parts is given -%}
    parts.n,
    parts.low,
    parts.high,
    {%- else -%}
    cast(shapes.members as double) as n,
    shapes.minimum as low,
    shapes.maximum as high,
    {%- endif %}
    shapes.range_low,
    shapes.range_high,
    shapes.inside_n,
    shapes.inside_low,
    shapes.inside_high,
    shapes.skewness,
    shapes.commonest
from shapes
{%- if parts is given %}
join parts on {{ on_cell("shapes", "parts") }}
{%- endif %}
