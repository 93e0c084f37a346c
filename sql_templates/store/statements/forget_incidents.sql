{#
title: Drop incidents that are about to be replaced; one that a later run has seen stays
#}
delete from incidents
where project = ? and target = ? and id in (select unnest(cast(? as text[]))) and last_as_of <= ?
