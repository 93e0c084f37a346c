{#
title: No row lacks a value
shape: predicate
arguments:
  column: any
measure: rows
says: have no {column}
nulls: fail; NaN is not NULL
empty: 0 of 0 rows
action: look whether the column was still filled upstream when the failures began
#}
$column is null
