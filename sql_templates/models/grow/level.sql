{# One level of all trees: of each node that is asked for, each feature and each bin the rows, the gradient and the
   hessian. `whq_node` is the node that a row is in, NULL where it is in none that is asked for; a cell is
   node * cells + feature * width + bin. #}
with asked as (
    select *
    from (
        select whq_node as node, g, h{% for feature in features %}, b{{ feature }}{% endfor %}
        from whq_rows
    ) as placed
    where node is not null
)
{% for feature in features -%}
{% if not loop.first %}union all
{% endif -%}
select node * {{ cells }} + {{ feature * width }} + b{{ feature }} as cell, count(*) as n, sum(g) as g, sum(h) as h
from asked
group by node, b{{ feature }}
{% endfor %}
