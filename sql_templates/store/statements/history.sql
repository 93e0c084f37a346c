{#
title: Results of one id, or of all that begin with it and a slash, oldest run first; unfinished runs on demand
#}
with asked as (
    select {{ columns }}
    from results
    where id = ? or left(id, length(?)) = ?
)
select runs.id as run, runs.as_of, runs.state, asked.*
from asked
join runs on runs.id = asked.run_id
where runs.state = 'complete' or cast(? as boolean)
order by runs.number, asked.position
