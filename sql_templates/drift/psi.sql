{#
title: Population stability index; shares below 0.0001 count as 0.0001
shape: aggregate
role: statistic
binning: {numeric: deciles, categorical: union}
arguments:
  share: {kind: column, family: numeric, doc: "share of the chunk's rows in a bin"}
  reference_share: {kind: column, family: numeric, doc: "share of the reference's rows in a bin"}
finite: false
range: [0, null]
returns: number, natural logarithm
nulls: left out before rows are counted in bins
empty: NULL
scale: 0 = same, no upper end; credit scoring calls less than 0.1 small and more than 0.25 large
reference: "Siddiqi, Credit Risk Scorecards (2006): sum((q - p) * ln(q / p))"
#}
sum(
    (
        (case when $share < cast(0.0001 as double) then cast(0.0001 as double) else $share end)
        - (case when $reference_share < cast(0.0001 as double) then cast(0.0001 as double) else $reference_share end)
    ) * ln(
        (case when $share < cast(0.0001 as double) then cast(0.0001 as double) else $share end)
        / (case when $reference_share < cast(0.0001 as double) then cast(0.0001 as double) else $reference_share end)
    )
)
