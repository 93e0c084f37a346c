{#
title: Chi-squared statistic of the counts of chunk and reference, with Yates' correction for two categories
shape: aggregate
role: statistic
binning: {categorical: union}
arguments:
  n: {kind: column, family: numeric, doc: "rows of the chunk in a bin"}
  reference_n: {kind: column, family: numeric, doc: "rows of the reference in a bin"}
  total: {kind: column, family: numeric, doc: "all rows of the chunk"}
  reference_total: {kind: column, family: numeric, doc: "all rows of the reference"}
finite: false
range: [0, null]
returns: number; its degrees of freedom are the bins less one
nulls: left out before rows are counted in bins
empty: NULL
scale: >-
  0 = same counts, no upper end; it grows with the rows, so read its p-value: how often chance alone brings so much
action: "on a large table prefer jensen_shannon or l_infinity: there the test flags differences that nobody would see"
reference: "Pearson (1900), Yates (1934); scipy.stats.chi2_contingency"
#}
-- |found - expected| in a bin is |n * reference_total - reference_n * total| / (total + reference_total), on both sides
case when count($n) = 2 then
    sum(
        case
            when 2 * abs($n * $reference_total - $reference_n * $total) > $total + $reference_total then power(
                abs($n * $reference_total - $reference_n * $total) - ($total + $reference_total) / cast(2 as double), 2
            )
            else 0
        end / nullif(($n + $reference_n) * $total * $reference_total, 0)
    )
else
    sum(
        power($n * $reference_total - $reference_n * $total, 2)
        / nullif(($n + $reference_n) * $total * $reference_total, 0)
    )
end
