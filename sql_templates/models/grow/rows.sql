{# The rows that models are fitted on, as small whole numbers: one row for each model that reads it. `y` is of size 1 at
   most, and `g` is the same as a whole number, so that sums are exact in whatever order they are made. #}
{% include "models/grow/keyed.sql" %}
, binned as (
    select
        whq_period,
        whq_chunk,
        hash{% for target in targets %},
        y{{ target }} * $shrink_{{ target }} as y{{ target }}{% endfor %}{% for feature in features %},
        cast($b_{{ feature }} as smallint) as b{{ feature }}{% endfor %}
    from sampled
)
{% for model in models -%}
{% if not loop.first %}union all
{% endif -%}
select
    {{ loop.index0 }} as model,
    {% for feature in features %}b{{ feature }}, {% endfor %}
    y{{ model.target }} as y,
    cast(0 as double) as z,
    floor(y{{ model.target }} * $scale + 0.5) as g,
    $scale as h
from binned
where y{{ model.target }} is not null and ({{ taken(model.groups) }})
    {%- if model.part == 0 %} and not $is_first_fold{% elif model.part == 1 %} and $is_first_fold{% endif %}
{% endfor %}
