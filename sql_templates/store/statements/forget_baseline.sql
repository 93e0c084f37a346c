{#
title: Drop a baseline that is about to be replaced
#}
delete from baselines where dataset = ? and fingerprint = ?
