{#
title: Summaries of a dataset for some fingerprints
#}
select dataset, fingerprint, period, chunk, segment, content
from summaries
where dataset = ? and fingerprint in (select unnest(cast(? as text[])))
order by fingerprint, period, chunk, segment
