{#
title: Hellinger distance
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
scale: 0 = same, 1 = nothing in common; 0.1 is visible to the eye, 0.3 is another column
reference: "Hellinger (1909): sqrt(sum((sqrt(p) - sqrt(q))²) / 2)"
#}
sqrt(sum(power(sqrt($share) - sqrt($reference_share), 2)) / 2)
