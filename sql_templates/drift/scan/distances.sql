{#
title: Exact Kolmogorov-Smirnov statistic and Wasserstein distance of every chunk
shape: query
role: scan
statistics:
  ks:
    title: Kolmogorov-Smirnov statistic, exact
    range: [0, 1]
    reference: sup |F − G|; scipy.stats.ks_2samp
    scale: "0 = same, 1 = no overlap; 0.1 = below some value lie 10 rows of 100 more, or fewer, than before"
  wasserstein:
    title: Wasserstein distance, exact, in the column's unit
    range: [0, null]
    reference: ∫ |F − G|; scipy.stats.wasserstein_distance
    scale: 0 = same; in the column's own unit, how far values have to move on average to become those of the reference
arguments:
  column: numeric
  ks: {kind: boolean, doc: the Kolmogorov-Smirnov statistic is wanted}
  wasserstein: {kind: boolean, doc: the Wasserstein distance is wanted}
  previous: {kind: boolean, doc: compare with the chunk before instead of the reference}
  rest: {kind: boolean, doc: compare a chunk of the reference with the rest of it instead of the whole}
outputs: [total, reference_n, ks, wasserstein]
finite: true
cost: holistic
across: true
range: [0, null]
returns: rows and reference rows; ks 0..1; wasserstein in the column's unit; NULL where not wanted
nulls: left out, NaN and infinities too
empty: no row; NULL where there is nothing to compare with
reference: >
  ks = sup |F - G|, wasserstein = integral of |F - G| (scipy.stats.ks_2samp, wasserstein_distance). Both are read off
  counts in narrow bins, except where a bin's counts leave the answer open; only the rows of those bins are sorted.
  Against the rest of a whole that contains a chunk of n out of N rows both are N / (N - n) times those against the whole.
#}
with points as (
    select {{ cell }}, cast($column as double) as x
    from dataset
    where $column is not null
),
sizes as (
    select {{ cell }}, count(*) as k_n
    from points
    group by {{ cell }}
),
{% include "drift/scan/shared/pools.sql" %}
-- narrow bins are many, wide ones leave more rows to sort: at this number both cost about the same
resolutions as (
    select floor(sqrt(avg(r_n) * sqrt(avg(k_n))) / 2) + 1 as half_bins
    from cells
    left join pool_sizes on pool_sizes.pool_no = cells.base_no
),
centres as (
    select avg(x) as centre
    from points
    {% if previous is not given %}where whq_period = 'reference'{% endif %}
),
spreads as (
    select
        centres.centre,
        case when avg(abs(points.x - centres.centre)) > 0 then avg(abs(points.x - centres.centre)) else 1 end as spread
    from points
    cross join centres
    {% if previous is not given %}where points.whq_period = 'reference'{% endif %}
    group by centres.centre
),
-- a curve from all numbers to the bins, in steps that keep the order: plus, minus and 1 / x round monotonically
placed as (
    select
        cells.cell_no,
        cells.pool_no,
        points.x,
        points.x - spreads.centre as shifted,
        cast(floor(resolutions.half_bins * case
            when points.x >= spreads.centre
            then 1 - spreads.spread / (spreads.spread + (points.x - spreads.centre))
            else spreads.spread / (spreads.spread + (spreads.centre - points.x)) - 1
        end) as bigint) as bin
    from points
    join cells on {{ on_cell("points", "cells") }}
    cross join resolutions
    cross join spreads
),
counts as (
    select cell_no, pool_no, bin, count(*) as k, sum(shifted) as k_sum, min(x) as low, max(x) as high
    from placed
    group by cell_no, pool_no, bin
),
pools as (
    select pool_no, bin, sum(k) as r, sum(k_sum) as r_sum, min(low) as low, max(high) as high
    from counts
    where pool_no is not null
    group by pool_no, bin
),
taken as (
    select cell_no, bin from counts
    union
    select cells.cell_no, pools.bin
    from cells
    join pools on pools.pool_no = cells.base_no
),
compared as (
    select
        cells.cell_no,
        cells.base_no,
        taken.bin,
        cast(cells.k_n as double) as k_n,
        cast(pool_sizes.r_n as double) as r_n,
        coalesce(counts.k, 0) as k,
        coalesce(pools.r, 0) as r,
        coalesce(counts.k_sum, 0) as k_sum,
        coalesce(pools.r_sum, 0) as r_sum,
        case when pools.low is null or counts.low < pools.low then counts.low else pools.low end as low,
        case when pools.high is null or counts.high > pools.high then counts.high else pools.high end as high
    from taken
    join cells on cells.cell_no = taken.cell_no
    join pool_sizes on pool_sizes.pool_no = cells.base_no
    left join counts on counts.cell_no = taken.cell_no and counts.bin = taken.bin
    left join pools on pools.pool_no = cells.base_no and pools.bin = taken.bin
),
-- nulls first, though there are none: BigQuery's order within a running sum
ladder as (
    select
        cell_no, base_no, bin, k_n, r_n, k, r, k_sum, r_sum, low, high,
        sum(k) over (partition by cell_no order by bin nulls first rows between unbounded preceding and current row) as k_le,
        sum(r) over (partition by cell_no order by bin nulls first rows between unbounded preceding and current row) as r_le,
        lead(low) over (partition by cell_no order by bin nulls first) as next_low
    from compared
),
-- at the end of a bin the gap is known; inside, F - G stays between `least` and `most`
gaps as (
    select
        ladder.cell_no, base_no, bin, k_n, r_n, k, r, low, high,
        k_le - k as k_before,
        r_le - r as r_before,
        abs(r_le / r_n - k_le / k_n) as gap,
        abs(r_le / r_n - k_le / k_n) * coalesce(next_low - high, 0) as area_after,
        (r_le - r) / r_n - k_le / k_n as least,
        r_le / r_n - (k_le - k) / k_n as most,
        ((r_le - r) * (high - low) + r * (high - centres.centre) - r_sum) / r_n
            - ((k_le - k) * (high - low) + k * (high - centres.centre) - k_sum) / k_n as area,
        abs(r_sum) / r_n + abs(k_sum) / k_n as magnitude
    from ladder
    cross join centres
),
peaks as (
    select cell_no, max(gap) as peak
    from gaps
    group by cell_no
),
judged as (
    select
        gaps.cell_no, base_no, bin, k_n, r_n, k_before, r_before, area, area_after, magnitude,
        {% if ks is given -%}
        case when low < high and k > 0 and r > 0 and (most > peak or -least > peak) then 1 else 0 end as peak_open,
        {%- else -%}
        0 as peak_open,
        {%- endif %}
        {% if wasserstein is given -%}
        case when low < high and least < 0 and most > 0 then 1 else 0 end as area_open
        {%- else -%}
        0 as area_open
        {%- endif %}
    from gaps
    join peaks on peaks.cell_no = gaps.cell_no
),
undecided as (
    select cell_no, base_no, bin, k_n, r_n, k_before, r_before, area_open
    from judged
    where peak_open = 1 or area_open = 1
),
reread as (
    select undecided.cell_no, undecided.bin, placed.x, 1 as k, 0 as r
    from undecided
    join placed on placed.cell_no = undecided.cell_no and placed.bin = undecided.bin
    union all
    select undecided.cell_no, undecided.bin, placed.x, 0, 1
    from undecided
    join placed on placed.pool_no = undecided.base_no and placed.bin = undecided.bin
),
levels as (
    select cell_no, bin, x, sum(k) as k, sum(r) as r
    from reread
    group by cell_no, bin, x
),
rungs as (
    select
        cell_no, bin, x,
        sum(k) over (partition by cell_no, bin order by x nulls first rows between unbounded preceding and current row) as k_le,
        sum(r) over (partition by cell_no, bin order by x nulls first rows between unbounded preceding and current row) as r_le,
        lead(x) over (partition by cell_no, bin order by x nulls first) as next_x
    from levels
),
inside as (
    select
        undecided.cell_no,
        max(abs((r_before + r_le) / r_n - (k_before + k_le) / k_n)) as peak,
        sum(area_open * abs((r_before + r_le) / r_n - (k_before + k_le) / k_n) * coalesce(next_x - x, 0)) as area
    from rungs
    join undecided on undecided.cell_no = rungs.cell_no and undecided.bin = rungs.bin
    group by undecided.cell_no
),
areas as (
    select cell_no, sum(area_after + (1 - area_open) * abs(area)) as decided_area, sum(magnitude) as magnitude
    from judged
    group by cell_no
),
distances as (
    select
        peaks.cell_no,
        case when inside.peak > peaks.peak then inside.peak else peaks.peak end as ks,
        -- what is left of equal distributions by rounding the sums of their values is no distance
        case
            when areas.decided_area + coalesce(inside.area, 0) > areas.magnitude * cast(1e-14 as double)
            then areas.decided_area + coalesce(inside.area, 0)
            else 0
        end as wasserstein
    from peaks
    join areas on areas.cell_no = peaks.cell_no
    left join inside on inside.cell_no = peaks.cell_no
),
{% include "drift/scan/shared/others.sql" %}
select
    {{ cell }},
    k_n as total,
    coalesce(other_n, 0) as reference_n,
    {% if ks is given %}factor * ks{% else %}cast(null as double){% endif %} as ks,
    {% if wasserstein is given %}factor * wasserstein{% else %}cast(null as double){% endif %} as wasserstein
from others
left join distances on distances.cell_no = others.cell_no
