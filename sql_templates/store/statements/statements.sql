{#
title: The SQL of one run's statements
#}
select id, content
from statements
where run_id = ?
order by id
