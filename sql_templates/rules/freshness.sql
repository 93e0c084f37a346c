{#
title: Age of the latest row
shape: query
arguments:
  column: {family: temporal, default: time, doc: when a row was made}
  as_of: {kind: scalar, doc: "the moment that ages are counted from; later rows are set aside"}
measure: seconds
outputs: [latest, future, of]
returns: latest, the greatest time up to as_of; future, the rows later than as_of; of, the rows with a time
nulls: left out
empty: no row
scale: seconds, shown as days and hours; 0 = a row came just now
action: look whether the load ran; rows later than the run's moment are set aside
#}
select
  {{ cell }},
  {% if as_of is given %}
  max(case when $column <= $as_of then $column end) as latest,
  sum(case when $column > $as_of then 1 else 0 end) as future,
  {% else %}
  max($column) as latest,
  0 as future,
  {% endif %}
  count($column) as "of"
from dataset
group by {{ cell }}
