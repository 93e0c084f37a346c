{#
title: What each baseline is of and in which format; those that version 1 kept are of format 1
#}
alter table baselines add column family text;
alter table baselines add column format bigint;
update baselines set
    format = 1,
    family = case
        when content like '%"kind": "numeric"%' or content like '%"kind": "categorical"%' then 'drift'
        when content like '%"edges": [%' or content like '%"edges": null%' then 'profile'
        else 'model'
    end;
