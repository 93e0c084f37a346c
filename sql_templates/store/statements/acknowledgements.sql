{#
title: What was said of the incidents of a project and target
#}
select incident, until, why, noted
from acknowledgements
where project = ? and target = ?
