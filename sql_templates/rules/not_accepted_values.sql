{#
title: No value is on a list
shape: predicate
arguments:
  column: any
  values: {kind: list, required: true, doc: the values that may not occur}
short: values
measure: rows
says: have {a column} that is on the list
nulls: pass, unless NULL is on the list
empty: 0 of 0 rows
action: mend the value where it is written
#}
$column in ($values)
