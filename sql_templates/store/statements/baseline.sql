{#
title: The baseline learned for a dataset under a fingerprint
#}
select content from baselines where dataset = ? and fingerprint = ?
