{#
title: Results of one run in the order in which they were stored
#}
select {{ columns }}
from results
where run_id = ?
order by position
