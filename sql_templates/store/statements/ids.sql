{#
title: Every id that has a result
#}
select distinct id from results order by id
