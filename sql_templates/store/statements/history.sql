{#
title: Results of one id over the runs, oldest run first
#}
select runs.id as run, runs.as_of as as_of, runs.state as state,
    {% for name in columns %}results."{{ name }}"{{ ", " if not loop.last }}{% endfor %}
from results
join runs on runs.id = results.run_id
where results.id = ? and runs.state in ('complete'{% if unfinished %}, 'incomplete', 'interrupted'{% endif %})
order by runs.number, results.position
