{# Where features are cut: the values of a number that has few, else its quantiles, with how many different ones there
   are; the commonest words of a category; and how many rows a target has, with the greatest size of it (feature -1 for
   the first target, -2, …). #}
{% include "models/grow/keyed.sql" %}
{% for target in targets -%}
{% if not loop.first %}union all
{% endif -%}
select
    {{ -1 - target }} as feature,
    max(abs(y{{ target }})) as number,
    cast(null as varchar) as word,
    count(y{{ target }}) as many
from sampled
{% endfor -%}
{% for kind in kinds -%}
union all
{% if kind == "number" -%}
select {{ loop.index0 }}, number, cast(null as varchar), different
from (
    select
        number,
        members,
        sum(members) over (order by number nulls first rows between unbounded preceding and current row) as reached,
        sum(members) over () as total,
        count(*) over () as different
    from (
        select x{{ loop.index0 }} as number, count(*) as members
        from sampled
        where x{{ loop.index0 }} is not null
        group by x{{ loop.index0 }}
    ) as counted
) as ranked
where different <= {{ bins }}
    or floor(cast(reached as double) * {{ bins }} / total) > floor(cast(reached - members as double) * {{ bins }} / total)
{% else -%}
select {{ loop.index0 }}, cast(null as double), word, members
from (
    select word, members, row_number() over (order by members desc, md5(word) nulls first) as place
    from (
        select x{{ loop.index0 }} as word, count(*) as members
        from sampled
        where x{{ loop.index0 }} is not null
        group by x{{ loop.index0 }}
    ) as counted
) as ranked
where place < {{ bins }}
{% endif -%}
{% endfor %}
