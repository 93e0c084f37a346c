{# The rows that any model may be fitted on: their hash, their fold, what is predicted of them, and the features. #}
{% macro taken(groups) -%}
{% for group in groups -%}
{% if not loop.first %} or {% endif %}(
    {%- if group.period %}whq_period = '{{ group.period }}'{% else %}1 = 1{% endif %}
    {%- if group.chunk %} and whq_chunk = ${{ group.chunk }}{% endif %}
    {%- if group.low %} and hash >= '{{ group.low }}'{% endif %}
    {%- if group.high %} and hash < '{{ group.high }}'{% endif %})
{%- endfor %}
{%- endmacro %}
with keyed as (
    select
        whq_period,
        whq_chunk,
        $hash as hash{% for target in targets %},
        $y_{{ target }} as y{{ target }}{% endfor %}{% for feature in features %},
        $x_{{ feature }} as x{{ feature }}{% endfor %}
    from dataset
),
sampled as (
    select * from keyed where {{ taken(reach) }}
)
