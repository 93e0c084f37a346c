{#
title: Runs whose id begins with a text (an empty one begins all), newest first, complete ones only or all
#}
select {{ columns }}
from runs
where (state = 'complete' or cast(? as boolean)) and left(id, length(?)) = ?
order by number desc
limit ?
