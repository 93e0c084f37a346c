{% test in_range(model, column_name, low, high=none) %}
select {{ column_name }} from {{ model }}
where {{ column_name }} < {{ low }} {% if high is not none %} or {{ column_name }} > {{ high }} {% endif %}
{% endtest %}

{% test null_share(model, column_name, percent) %}
select 1 from (select 100.0 * (count(*) - count({{ column_name }})) / count(*) as share from {{ model }}) as t
where share > {{ percent }}
{% endtest %}

{% test matches(model, column_name, pattern) %}
select {{ column_name }} from {{ model }} where not regexp_matches({{ column_name }}, '{{ pattern }}')
{% endtest %}

{% test mean_between(model, column_name, low, high) %}
select 1 from (select avg({{ column_name }}) as mean from {{ model }}) as t where mean < {{ low }} or mean > {{ high }}
{% endtest %}

{% test has_rows(model) %}
select 1 from (select count(*) as n from {{ model }}) as t where n = 0
{% endtest %}
