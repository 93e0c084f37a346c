{#
title: How many results of a run are stored
#}
select count(*) from results where run_id = ?
