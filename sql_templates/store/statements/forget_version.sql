{#
title: Drop the version of the store's schema that is about to be replaced
#}
delete from meta where key = 'schema_version'
