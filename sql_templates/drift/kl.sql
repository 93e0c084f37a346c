{#
title: Kullback-Leibler divergence of the chunk from the reference; shares below 0.0001 count as 0.0001
shape: aggregate
role: statistic
binning: {numeric: deciles, categorical: union}
arguments:
  share: {kind: column, family: numeric, doc: "share of the chunk's rows in a bin"}
  reference_share: {kind: column, family: numeric, doc: "share of the reference's rows in a bin"}
finite: false
range: [null, null]
returns: number, natural logarithm; the floor can push it just below 0
nulls: left out before rows are counted in bins
empty: NULL
scale: 0 = same, no upper end; about half of psi for small changes
reference: "Kullback and Leibler (1951): sum(q * ln(q / p)), q the chunk, p the reference"
#}
sum(
    (case when $share < cast(0.0001 as double) then cast(0.0001 as double) else $share end)
    * ln(
        (case when $share < cast(0.0001 as double) then cast(0.0001 as double) else $share end)
        / (case when $reference_share < cast(0.0001 as double) then cast(0.0001 as double) else $reference_share end)
    )
)
