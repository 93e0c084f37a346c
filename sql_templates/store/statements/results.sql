{#
title: Results of one run in the order in which they were stored
#}
select {% for name in columns %}"{{ name }}"{{ ", " if not loop.last }}{% endfor %}
from results
where run_id = ?
order by position
