{#
title: Runs, newest first, complete ones only or all
#}
select {% for name in columns %}"{{ name }}"{{ ", " if not loop.last }}{% endfor %}
from runs
where state in ('complete'{% if unfinished %}, 'incomplete', 'interrupted'{% endif %})
{%- if prefix %} and left(id, length(?)) = ?{% endif %}
order by number desc
limit ?
