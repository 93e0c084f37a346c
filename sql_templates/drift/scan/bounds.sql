{#
title: Rows in each bin of a numeric column, with Kolmogorov-Smirnov statistic and Wasserstein distance of every chunk
shape: query
role: scan
arguments:
  column: numeric
  cuts: {kind: cuts, required: true, doc: where the axis is cut into the bins that are counted}
  pieces: {kind: rows, required: true, doc: "piece, low, scale, start: the narrow bins of equal width that each bin is cut into; scale 0 makes one"}
  centre: {kind: number, required: true, doc: a value amid the others}
  ks: {kind: boolean, doc: the Kolmogorov-Smirnov statistic is wanted}
  wasserstein: {kind: boolean, doc: the Wasserstein distance is wanted}
  previous: {kind: boolean, doc: compare with the chunk before instead of the reference}
  rest: {kind: boolean, doc: compare a chunk of the reference with the rest of it instead of the whole}
outputs: [bin, n, total, reference_n, ks, ks_upper, wasserstein, wasserstein_upper]
finite: true
cost: holistic
across: true
range: [0, null]
returns: >
  one row a bin that holds values, counted from 0: its rows, all rows, reference rows, the least and the
  most that each distance can be; NULL where not wanted
nulls: left out, NaN and infinities too
empty: no row; NULL where there is nothing to compare with
reference: >
  `drift/scan/distances` without reading rows again. F - G is known where bins end; inside of one it stays within what the
  bin's rows can move it. Its integral over a bin is known from sums; where its sign is not, that of the absolute value
  is at most what jumping between the two extremes gives.
#}
with placed as (
    select {{ cell }}, cast($column as double) as x, whq_bin(cast($column as double), $cuts) as box
    from dataset
    where $column is not null
),
-- each bin of the cuts (`box`) is cut evenly into narrow bins (`bin`), numbered on from those of the boxes below
narrow as (
    select
        {{ cell_of("placed") }},
        placed.x,
        placed.x - $centre as shifted,
        cast(pieces.start + floor((placed.x - pieces.low) * pieces.scale) as integer) as bin
    from placed
    join pieces on pieces.piece = placed.box
),
counted as (
    select {{ cell }}, bin, count(*) as k, sum(shifted) as k_sum, min(x) as low, max(x) as high
    from narrow
    group by {{ cell }}, bin
),
boxes as (
    select {{ cell }}, whq_bin(low, $cuts) as box, sum(k) as members
    from counted
    group by {{ cell }}, whq_bin(low, $cuts)
),
sizes as (
    select {{ cell }}, cast(sum(k) as double) as k_n
    from counted
    group by {{ cell }}
),
{% include "drift/scan/shared/pools.sql" %}
counts as (
    select
        cells.cell_no, cells.pool_no, counted.bin, cast(counted.k as double) as k, counted.k_sum, counted.low, counted.high
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
    select cells.cell_no, cells.base_no, cells.k_n, pool_sizes.r_n
    from cells
    join pool_sizes on pool_sizes.pool_no = cells.base_no
),
beside as (
    select cell_no, bin, k, cast(0 as double) as r, k_sum, cast(0 as double) as r_sum, low, high
    from counts
    union all
    select totals.cell_no, pools.bin, 0, pools.r, 0, pools.r_sum, pools.low, pools.high
    from totals
    join pools on pools.pool_no = totals.base_no
),
compared as (
    select
        cell_no, bin, sum(k) as k, sum(r) as r, sum(k_sum) as k_sum, sum(r_sum) as r_sum, min(low) as low, max(high) as high
    from beside
    group by cell_no, bin
),
-- with rows of the one times all rows of the other, F - G is a running sum of whole numbers
weighed as (
    select
        compared.cell_no, bin, low, high,
        k * r_n as k,
        r * k_n as r,
        k_n * r_n as scale,
        high - low as width,
        (r * (high - $centre) - r_sum) / r_n - (k * (high - $centre) - k_sum) / k_n as own_area,
        abs(r_sum) / r_n + abs(k_sum) / k_n as magnitude
    from compared
    join totals on totals.cell_no = compared.cell_no
),
-- nulls first, though there are none: BigQuery's order within a running sum
ladder as (
    select
        cell_no, k, r, scale, width, high, own_area, magnitude,
        sum(r - k) over (partition by cell_no order by bin nulls first rows between unbounded preceding and current row) as ahead,
        lead(low) over (partition by cell_no order by bin nulls first) as next_low
    from weighed
),
-- at the end of a bin the gap is known; inside, F - G stays between `least` and `most`
gaps as (
    select
        cell_no, k, r, width, magnitude,
        abs(ahead) / scale as gap,
        abs(ahead) / scale * coalesce(next_low - high, 0) as area_after,
        (ahead - r) / scale as least,
        (ahead + k) / scale as most,
        (ahead - r + k) / scale * width + own_area as area
    from ladder
),
bounds as (
    select
        cell_no,
        gap,
        case when width > 0 and k > 0 and r > 0 and most > gap then most else gap end as most_gap,
        case when width > 0 and k > 0 and r > 0 and -least > gap then -least else gap end as least_gap,
        area_after,
        magnitude,
        abs(area) as least_area,
        case when width > 0 and least < 0 and most > 0
            then ((area - least * width) * most - (most * width - area) * least) / (most - least)
            else abs(area)
        end as most_area
    from gaps
),
distances as (
    select
        cell_no,
        max(gap) as ks,
        case when max(most_gap) > max(least_gap) then max(most_gap) else max(least_gap) end as ks_upper,
        -- what is left of equal distributions by rounding the sums of their values is no distance
        case
            when sum(area_after + least_area) > sum(magnitude) * cast(1e-14 as double) then sum(area_after + least_area)
            else 0
        end as wasserstein,
        sum(area_after + most_area) as wasserstein_upper
    from bounds
    group by cell_no
),
{% include "drift/scan/shared/others.sql" %}
select
    {{ cell_of("others") }},
    boxes.box as bin,
    boxes.members as n,
    k_n as total,
    coalesce(other_n, 0) as reference_n,
    {% if ks is given %}factor * ks{% else %}cast(null as double){% endif %} as ks,
    {% if ks is given %}factor * ks_upper{% else %}cast(null as double){% endif %} as ks_upper,
    {% if wasserstein is given %}factor * wasserstein{% else %}cast(null as double){% endif %} as wasserstein,
    {% if wasserstein is given %}factor * wasserstein_upper{% else %}cast(null as double){% endif %} as wasserstein_upper
from others
join boxes on {{ on_cell("others", "boxes") }}
left join distances on distances.cell_no = others.cell_no
