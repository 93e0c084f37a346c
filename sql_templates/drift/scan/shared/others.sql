others as (
    select
        {{ cell }},
        cells.cell_no,
        k_n,
        {% if rest is given and previous is not given -%}
        case when whq_period = 'reference' then r_n - k_n else r_n end as other_n,
        case when whq_period = 'reference' then cast(r_n as double) / nullif(r_n - k_n, 0) else 1 end as factor
        {%- else -%}
        r_n as other_n,
        1 as factor
        {%- endif %}
    from cells
    left join pool_sizes on pool_sizes.pool_no = cells.base_no
)
