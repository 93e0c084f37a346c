{#
title: Jensen-Shannon distance (square root of the divergence, base 2)
shape: aggregate
role: statistic
default: [numeric, categorical]
binning: {numeric: doane, categorical: union}
arguments:
  share: {kind: column, family: numeric, doc: "share of the chunk's rows in a bin"}
  reference_share: {kind: column, family: numeric, doc: "share of the reference's rows in a bin"}
finite: false
range: [0, 1]
returns: ratio 0..1
nulls: left out before rows are counted in bins
empty: NULL
scale: 0 = same, 1 = nothing in common; 0.1 is visible to the eye, 0.3 is another column
reference: "Lin (1991); scipy.spatial.distance.jensenshannon(p, q, base=2)"
#}
-- abs: rounding can leave the divergence of equal shares just below 0
sqrt(abs(
    sum(case
        when $share > 0 then $share * ln(2 * $share / ($share + $reference_share))
        when $share = 0 then 0
    end)
    + sum(case
        when $reference_share > 0 then $reference_share * ln(2 * $reference_share / ($share + $reference_share))
        when $reference_share = 0 then 0
    end)
) / (2 * ln(2)))
