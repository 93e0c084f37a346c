{#
title: Whether the store has been made; unlike the information schema, this shows tables that may not be read too
#}
select count(*)
from pg_catalog.pg_tables
where schemaname = current_schema() and tablename in ('meta', 'runs', 'results')
