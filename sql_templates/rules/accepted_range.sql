{#
title: Every value lies between two bounds
shape: predicate
arguments:
  column: numeric|temporal
  min: {kind: scalar, doc: least accepted value}
  max: {kind: scalar, doc: greatest accepted value}
  inclusive: {kind: boolean, default: true, doc: whether the bounds themselves are accepted}
measure: rows
says: have {a column} {beyond}
nulls: pass; NaN and infinities fail
empty: 0 of 0 rows
action: values far outside are often another unit or a default value such as 9999
#}
not (
  {% if min is given %}$column {{ '>=' if inclusive is given else '>' }} $min{% endif %}
  {% if min is given and max is given %}and{% endif %}
  {% if max is given %}$column {{ '<=' if inclusive is given else '<' }} $max{% endif %}
)
