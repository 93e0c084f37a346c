{#
title: Greatest difference of a share
shape: aggregate
role: statistic
default: [categorical]
binning: {categorical: union}
arguments:
  share: {kind: column, family: numeric, doc: "share of the chunk's rows in a bin"}
  reference_share: {kind: column, family: numeric, doc: "share of the reference's rows in a bin"}
finite: false
range: [0, 1]
returns: ratio 0..1
nulls: left out before rows are counted in bins
empty: NULL
scale: >-
  0 = same shares, 1 = all rows are in a category that had none; 0.1 = one category's share moved by 10 points of
  100
reference: "Chebyshev distance: max(|p - q|)"
#}
max(abs($share - $reference_share))
