{#
title: Version of the store's schema
#}
select value from meta where key = 'schema_version'
