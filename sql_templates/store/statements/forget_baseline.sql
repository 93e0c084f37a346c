{#
title: Drop the baseline that is about to be replaced, and those of the same family in another format
#}
delete from baselines where dataset = ? and family = ? and (fingerprint = ? or format <> ?)
