{#
title: Version of the store's schema; a sound store has one
#}
select value from meta where key = 'schema_version'
