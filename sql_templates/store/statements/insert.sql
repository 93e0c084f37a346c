{#
title: Many rows at once, given as one list per column
#}
insert into {{ table }} ({% for name in columns %}"{{ name }}"{{ ", " if not loop.last }}{% endfor %})
select {% for type in columns.values() %}unnest(cast(? as {{ type }}[])){{ ", " if not loop.last }}{% endfor %}
