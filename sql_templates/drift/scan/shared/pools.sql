-- each cell gets a number, and the number of the pool of rows that it is compared with. The order by `whq_period desc`
-- puts the reference before the analysis, as 'reference' sorts after 'analysis'. With `previous` each cell is a pool of
-- its own and its base is the cell before. Else the pool of a segment is its reference, numbered by rank() over the
-- segments: the number of the segment's first cell, so that all its cells have the same base whatever their number
cells as (
    select
        {{ cell }},
        k_n,
        row_number() over (order by whq_segment, whq_period desc, whq_chunk) as cell_no,
        {% if previous is given -%}
        row_number() over (order by whq_segment, whq_period desc, whq_chunk) as pool_no,
        case
            when row_number() over (partition by whq_segment order by whq_period desc, whq_chunk) > 1
            then row_number() over (order by whq_segment, whq_period desc, whq_chunk) - 1
        end as base_no
        {%- else -%}
        case when whq_period = 'reference' then rank() over (order by whq_segment) end as pool_no,
        rank() over (order by whq_segment) as base_no
        {%- endif %}
    from sizes
),
pool_sizes as (
    select pool_no, sum(k_n) as r_n
    from cells
    where pool_no is not null
    group by pool_no
),
