{#
title: Every value is on a list
shape: predicate
arguments:
  column: any
  values: {kind: list, required: true, doc: the values that may occur}
short: values
measure: rows
says: have {a column} that is not on the list
nulls: pass; NULL on the list changes nothing
empty: 0 of 0 rows
action: add the value to the list where it is right, else mend it where it is written
#}
$column not in ($values)
