{#
title: The counts of a watched dataset for some fingerprints, in the order of time
#}
select {{ columns }}
from watched_counts
where dataset = ? and fingerprint in (select unnest(cast(? as text[])))
order by fingerprint, segment, grain, bucket
