{#
title: Results of one id, or of all that begin with it and a slash, over the runs, oldest run first
#}
select runs.id as run, runs.as_of as as_of, runs.state as state,
    {% for name in columns %}results."{{ name }}"{{ ", " if not loop.last }}{% endfor %}
from results
join runs on runs.id = results.run_id
where (results.id = ? or left(results.id, length(?)) = ?)
    and runs.state in ('complete'{% if unfinished %}, 'incomplete', 'interrupted'{% endif %})
order by runs.number, results.position
