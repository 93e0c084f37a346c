{#
title: Incidents of a project and target that runs before a moment have seen, by the first and then the last of them
#}
select {{ columns }}
from incidents
where project = ? and target = ? and first_as_of < ?
order by first_as_of, id
