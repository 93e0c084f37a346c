{#
title: Which of the store's tables are there; unlike the information schema, this shows tables that may not be read too
#}
select tablename
from pg_catalog.pg_tables
where schemaname = current_schema()
    and tablename in (
        'meta', 'runs', 'results', 'summaries', 'baselines', 'statements',
        'incidents', 'acknowledgements', 'verdicts', 'watched_counts'
    )
order by tablename
