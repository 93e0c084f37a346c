{#
title: Counts of every chunk beside those of what it is compared with, bin by bin
shape: query
role: compare
arguments:
  series: {kind: column, family: integer, doc: "a column within a segment: chunks of one series are compared"}
  chunk: {kind: column, family: integer, doc: "number of the chunk within its series, reference first, in order of time"}
  is_reference: {kind: column, family: integer, doc: 1 for chunks of the reference}
  bin: {kind: column, family: integer}
  n: {kind: column, family: integer, doc: rows of the chunk in the bin}
  previous: {kind: boolean, doc: compare with the chunk before instead of the reference}
  rest: {kind: boolean, doc: compare a chunk of the reference with the rest of it instead of the whole}
outputs: [place, n, total, share, reference_n, reference_total, reference_share]
cost: holistic
returns: one row a bin of a chunk; place is `series/chunk`; shares are ratios 0..1
nulls: not expected
empty: no row
#}
with chunks as (
    select $series as series, $chunk as chunk_no, $is_reference as is_base, sum($n) as chunk_members
    from dataset
    group by $series, $chunk, $is_reference
),
bases as (
    {% if previous is given -%}
    select $series as series, $chunk + 1 as base_no, $bin as bin, sum($n) as base_members
    from dataset
    group by $series, $chunk, $bin
    {%- else -%}
    select $series as series, 0 as base_no, $bin as bin, sum($n) as base_members
    from dataset
    where $is_reference = 1
    group by $series, $bin
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
        cast(chunks.series as varchar) || '/' || cast(chunks.chunk_no as varchar) as place,
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
beside as (
    select $series as series, $chunk as chunk_no, $bin as bin, $n as members, 0 as base_members
    from dataset
    union all
    select compared.series, compared.chunk_no, bases.bin, 0, bases.base_members
    from compared
    join bases on bases.series = compared.series and bases.base_no = compared.base_no
),
summed as (
    select series, chunk_no, bin, sum(members) as members, sum(base_members) as base_members
    from beside
    group by series, chunk_no, bin
),
paired as (
    select
        compared.place,
        compared.chunk_members,
        compared.base_size,
        summed.members,
        summed.base_members - compared.is_part * summed.members as base_members
    from summed
    join compared on compared.series = summed.series and compared.chunk_no = summed.chunk_no
    where compared.base_size > 0
)
select
    cast(null as varchar) as whq_segment,
    cast(null as varchar) as whq_period,
    cast(null as bigint) as whq_chunk,
    place,
    cast(members as double) as n,
    cast(chunk_members as double) as total,
    cast(members as double) / nullif(chunk_members, 0) as share,
    cast(base_members as double) as reference_n,
    cast(base_size as double) as reference_total,
    cast(base_members as double) / nullif(base_size, 0) as reference_share
from paired
where members > 0 or base_members > 0
