{#
title: The baseline of a family of a dataset under a fingerprint, else the newest under another one
#}
select format, content, fingerprint = ? as is_current, created
from baselines
where dataset = ? and family = ?
order by case when fingerprint = ? then 0 else 1 end, created desc
limit 1
