{#
title: Total variation distance
shape: aggregate
role: statistic
binning: {numeric: doane, categorical: union}
arguments:
  share: {kind: column, family: numeric, doc: "share of the chunk's rows in a bin"}
  reference_share: {kind: column, family: numeric, doc: "share of the reference's rows in a bin"}
finite: false
range: [0, 1]
returns: ratio 0..1
nulls: left out before rows are counted in bins
empty: NULL
scale: 0 = same, 1 = nothing in common; 0.1 = one row in ten lies in another bin than before
reference: "sum(|p - q|) / 2"
#}
sum(abs($share - $reference_share)) / 2
