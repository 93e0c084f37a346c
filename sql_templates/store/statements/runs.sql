{#
title: Runs whose id begins with a text (an empty one begins all), newest first, complete or all, of one project or all
#}
select {{ columns }}
from runs
where (state = 'complete' or cast(? as boolean)) and left(id, length(?)) = ? and project = coalesce(?, project)
order by number desc
limit ?
