{#
title: The ids of all incidents of a project and target
#}
select id from incidents where project = ? and target = ? order by id
