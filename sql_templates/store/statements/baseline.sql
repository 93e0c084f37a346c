{#
title: The baseline of a family of a dataset under a fingerprint, else the format of the newest under another one
#}
select format, case when fingerprint = ? then content end as content
from baselines
where dataset = ? and family = ?
order by case when fingerprint = ? then 0 else 1 end, created desc
limit 1
