{#
title: Drop what was said of an incident
#}
delete from acknowledgements where project = ? and target = ? and incident = ?
