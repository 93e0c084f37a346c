{#
title: A boolean expression is true for every row
shape: predicate
arguments:
  expression: {kind: expression, required: true, doc: what must be true}
  nulls_fail: {kind: boolean, doc: "set by nulls: fail"}
short: expression
measure: rows
says: break the expression {expression}
nulls: "a row for which the expression is NULL passes, unless nulls: fail"
empty: 0 of 0 rows
action: "look at the failing rows: which side of the expression is wrong"
#}
{% if nulls_fail is given %}not coalesce($expression, false){% else %}not $expression{% endif %}
