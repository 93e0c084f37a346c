{#
title: Kolmogorov-Smirnov statistic and Wasserstein distance of every chunk, between bounds
shape: query
arguments:
  column: numeric
  cuts: {kind: cuts, required: true, doc: where the axis is cut into pieces}
  pieces: {kind: rows, required: true, doc: "piece, low, scale, start: bins of one width within each piece; scale 0 makes one bin"}
  centre: {kind: number, required: true, doc: a value amid the others}
  ks: {kind: boolean, doc: the Kolmogorov-Smirnov statistic is wanted}
  wasserstein: {kind: boolean, doc: the Wasserstein distance is wanted}
  previous: {kind: boolean, doc: compare with the chunk before instead of the reference}
  rest: {kind: boolean, doc: compare a chunk of the reference with the rest of it instead of the whole}
outputs: [n, reference_n, ks, ks_upper, wasserstein, wasserstein_upper]
finite: true
cost: holistic
across: true
range: [0, null]
returns: rows and reference rows; the least and the most that each distance can be; NULL where not wanted
nulls: left out, NaN and infinities too
empty: no row; NULL where there is nothing to compare with
reference: >
  `drift/distances` without reading rows again. F - G is known where bins end; inside of one it stays within what the
  bin's rows can move it. Its integral over a bin is known from sums; where its sign is not, that of the absolute value
  is at most what jumping between the two extremes gives.
#}
with points as (
    select {{ cell }}, cast($column as double) as x, whq_cell(cast($column as double), $cuts) as step
    from dataset
    where $column is not null
),
-- rounding keeps the order: the greatest value of a piece may join the first bin of the next one, no more
narrow as (
    select
        {{ cell }},
        x,
        x - $centre as shifted,
        cast(pieces.start + case when pieces.scale > 0 then floor((x - pieces.low) * pieces.scale) else 0 end as bigint) as bin
    from points
    join pieces on pieces.piece = points.step
),
counted as (
    select {{ cell }}, bin, count(*) as k, sum(shifted) as k_sum, min(x) as low, max(x) as high
    from narrow
    group by {{ cell }}, bin
),
sizes as (
    select {{ cell }}, sum(k) as k_n
    from counted
    group by {{ cell }}
),
cells as (
    select
        {{ cell }},
        k_n,
        row_number() over (order by whq_segment, whq_period desc, whq_chunk) as cell_no,
        {% if previous is given -%}
        row_number() over (order by whq_segment, whq_period desc, whq_chunk) as pool_no,
        case
            when row_number() over (partition by whq_segment order by whq_period desc, whq_chunk) > 1
            then row_number() over (order by whq_segment, whq_period desc, whq_chunk) - 1
        end as base_no
        {%- else -%}
        case when whq_period = 'reference' then rank() over (order by whq_segment) end as pool_no,
        rank() over (order by whq_segment) as base_no
        {%- endif %}
    from sizes
),
pool_sizes as (
    select pool_no, sum(k_n) as r_n
    from cells
    where pool_no is not null
    group by pool_no
),
counts as (
    select cells.cell_no, cells.pool_no, counted.bin, counted.k, counted.k_sum, counted.low, counted.high
    from counted
    join cells on {{ on_cell("counted", "cells") }}
),
pools as (
    select pool_no, bin, sum(k) as r, sum(k_sum) as r_sum, min(low) as low, max(high) as high
    from counts
    where pool_no is not null
    group by pool_no, bin
),
totals as (
    select cells.cell_no, cast(cells.k_n as double) as k_n, cast(pool_sizes.r_n as double) as r_n
    from cells
    join pool_sizes on pool_sizes.pool_no = cells.base_no
),
beside as (
    select cell_no, bin, k, 0 as r, k_sum, 0 as r_sum, low, high
    from counts
    union all
    select cells.cell_no, pools.bin, 0, pools.r, 0, pools.r_sum, pools.low, pools.high
    from cells
    join pools on pools.pool_no = cells.base_no
),
compared as (
    select
        cell_no, bin, sum(k) as k, sum(r) as r, sum(k_sum) as k_sum, sum(r_sum) as r_sum, min(low) as low, max(high) as high
    from beside
    group by cell_no, bin
),
-- nulls first, though there are none: BigQuery's order within a running sum
ladder as (
    select
        cell_no, k, r, k_sum, r_sum, low, high,
        sum(k) over (partition by cell_no order by bin nulls first rows between unbounded preceding and current row) as k_le,
        sum(r) over (partition by cell_no order by bin nulls first rows between unbounded preceding and current row) as r_le,
        lead(low) over (partition by cell_no order by bin nulls first) as next_low
    from compared
),
-- at the end of a bin the gap is known; inside, F - G stays between `least` and `most`
gaps as (
    select
        ladder.cell_no, k, r, low, high,
        abs(r_le / r_n - k_le / k_n) as gap,
        abs(r_le / r_n - k_le / k_n) * coalesce(next_low - high, 0) as area_after,
        (r_le - r) / r_n - k_le / k_n as least,
        r_le / r_n - (k_le - k) / k_n as most,
        ((r_le - r) * (high - low) + r * (high - $centre) - r_sum) / r_n
            - ((k_le - k) * (high - low) + k * (high - $centre) - k_sum) / k_n as area
    from ladder
    join totals on totals.cell_no = ladder.cell_no
),
bounds as (
    select
        cell_no,
        gap,
        case when low < high and k > 0 and r > 0 and most > gap then most else gap end as most_gap,
        case when low < high and k > 0 and r > 0 and -least > gap then -least else gap end as least_gap,
        area_after,
        abs(area) as least_area,
        case when low < high and least < 0 and most > 0
            then ((area - least * (high - low)) * most - (most * (high - low) - area) * least) / (most - least)
            else abs(area)
        end as most_area
    from gaps
),
distances as (
    select
        cell_no,
        max(gap) as ks,
        case when max(most_gap) > max(least_gap) then max(most_gap) else max(least_gap) end as ks_upper,
        sum(area_after + least_area) as wasserstein,
        sum(area_after + most_area) as wasserstein_upper
    from bounds
    group by cell_no
),
others as (
    select
        {{ cell }},
        cells.cell_no,
        k_n,
        {% if rest is given and previous is not given -%}
        case when whq_period = 'reference' then r_n - k_n else r_n end as other_n,
        case when whq_period = 'reference' then cast(r_n as double) / nullif(r_n - k_n, 0) else 1 end as factor
        {%- else -%}
        r_n as other_n,
        1 as factor
        {%- endif %}
    from cells
    left join pool_sizes on pool_sizes.pool_no = cells.base_no
)
select
    {{ cell }},
    k_n as n,
    coalesce(other_n, 0) as reference_n,
    {% if ks is given %}factor * ks{% else %}cast(null as double){% endif %} as ks,
    {% if ks is given %}factor * ks_upper{% else %}cast(null as double){% endif %} as ks_upper,
    {% if wasserstein is given %}factor * wasserstein{% else %}cast(null as double){% endif %} as wasserstein,
    {% if wasserstein is given %}factor * wasserstein_upper{% else %}cast(null as double){% endif %} as wasserstein_upper
from others
left join distances on distances.cell_no = others.cell_no
