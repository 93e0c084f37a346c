{# Which node of its model's tree a row is in, or what the tree adds to its score. There are only whole numbers, doubles
   and columns of whq's own in it, and every dialect says it with the same words: so it is put into statements as it is. #}
{%- macro branch(node) -%}
{%- if node.text is not none -%}{{ node.text }}{%- else -%}
case when b{{ node.feature }} {% if node.listed is none -%}
<= {{ node.cut }}{% if node.null_left %} or b{{ node.feature }} = {{ null }}{% endif %}
{%- else -%}
in ({{ node.listed | join(", ") }})
{%- endif %} then {{ branch(node.left) }} else {{ branch(node.right) }} end
{%- endif -%}
{%- endmacro -%}
case model{% for model, root in roots %} when {{ model }} then {{ branch(root) }}{% endfor %}{% if otherwise %} else {{ otherwise }}{% endif %} end
