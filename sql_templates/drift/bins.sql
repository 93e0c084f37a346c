{#
title: Counts of every chunk beside those of what it is compared with, bin by bin
shape: query
arguments:
  series: {kind: column, family: integer, doc: "a column within a segment: chunks of one series are compared"}
  chunk: {kind: column, family: integer, doc: "number of the chunk within its series, reference first, in order of time"}
  is_reference: {kind: column, family: integer, doc: 1 for chunks of the reference}
  bin: {kind: column, family: integer}
  n: {kind: column, family: integer, doc: rows of the chunk in the bin}
  previous: {kind: boolean, doc: compare with the chunk before instead of the reference}
  rest: {kind: boolean, doc: compare a chunk of the reference with the rest of it instead of the whole}
  pooled: {kind: boolean, doc: bins without reference rows are one}
outputs: [place, n, total, share, reference_n, reference_total, reference_share]
cost: holistic
returns: one row a bin of a chunk; place is `series/chunk`; shares are ratios 0..1
nulls: not expected
empty: no row
#}
with counted as (
    select $series as series, $chunk as chunk_no, $is_reference as is_base, $bin as bin, sum($n) as members
    from dataset
    group by $series, $chunk, $is_reference, $bin
),
chunks as (
    select series, chunk_no, is_base, sum(members) as chunk_members
    from counted
    group by series, chunk_no, is_base
),
bases as (
    {% if previous is given -%}
    select series, chunk_no + 1 as base_no, bin, members as base_members
    from counted
    {%- else -%}
    select series, 0 as base_no, bin, sum(members) as base_members
    from counted
    where is_base = 1
    group by series, bin
    {%- endif %}
),
base_sizes as (
    select series, base_no, sum(base_members) as base_size
    from bases
    group by series, base_no
),
compared as (
    select
        chunks.series,
        chunks.chunk_no,
        chunks.chunk_members,
        base_sizes.base_no,
        {% if rest is given and previous is not given -%}
        chunks.is_base as is_part,
        base_sizes.base_size - chunks.is_base * chunks.chunk_members as base_size
        {%- else -%}
        0 as is_part,
        base_sizes.base_size
        {%- endif %}
    from chunks
    join base_sizes
        on base_sizes.series = chunks.series
        and base_sizes.base_no = {% if previous is given %}chunks.chunk_no{% else %}0{% endif %}
),
taken as (
    select series, chunk_no, bin
    from counted
    union
    select compared.series, compared.chunk_no, bases.bin
    from compared
    join bases on bases.series = compared.series and bases.base_no = compared.base_no
),
paired as (
    select
        compared.series,
        compared.chunk_no,
        taken.bin,
        compared.chunk_members,
        compared.base_size,
        coalesce(counted.members, 0) as members,
        coalesce(bases.base_members, 0) - compared.is_part * coalesce(counted.members, 0) as base_members
    from taken
    join compared on compared.series = taken.series and compared.chunk_no = taken.chunk_no
    left join counted
        on counted.series = taken.series and counted.chunk_no = taken.chunk_no and counted.bin = taken.bin
    left join bases
        on bases.series = taken.series and bases.base_no = compared.base_no and bases.bin = taken.bin
),
labelled as (
    select
        series,
        chunk_no,
        {% if pooled is given %}case when base_members > 0 then bin else -1 end{% else %}bin{% endif %} as own_bin,
        chunk_members,
        base_size,
        members,
        base_members
    from paired
    where (members > 0 or base_members > 0) and base_size > 0
),
binned as (
    select
        series, chunk_no, own_bin, chunk_members, base_size,
        sum(members) as members,
        sum(base_members) as base_members
    from labelled
    group by series, chunk_no, own_bin, chunk_members, base_size
)
select
    cast(null as varchar) as whq_segment,
    cast(null as varchar) as whq_period,
    cast(null as bigint) as whq_chunk,
    cast(series as varchar) || '/' || cast(chunk_no as varchar) as place,
    cast(members as double) as n,
    cast(chunk_members as double) as total,
    cast(members as double) / nullif(chunk_members, 0) as share,
    cast(base_members as double) as reference_n,
    cast(base_size as double) as reference_total,
    cast(base_members as double) / nullif(base_size, 0) as reference_share
from binned
