{#
title: Rows of a model's slices, what its rows are worth in them
shape: query
role: scan
arguments:
  of: {kind: codes, required: true, doc: "the columns whose parts are the slices, numbers with cuts"}
  pairs: {kind: boolean, doc: slices of two columns too}
  least: {kind: integer, required: true, doc: rows that a slice must have in a cell to be returned}
  measure: {kind: text, required: true, choices: [right, absolute_error, squared_error], doc: what a row is worth}
  prediction: {kind: column, family: any, doc: the predicted class or value}
  label: {kind: column, family: any, doc: the truth; NULL where it has not arrived}
  positive_prediction: {kind: scalar, required: false, doc: value of the prediction that means positive}
  positive_label: {kind: scalar, required: false, doc: "value of the label that means positive; without it any classes"}
outputs: [first_place, first_code, second_place, second_code, members, labelled, total, squares]
finite: true
cost: holistic
returns: >
  one row for each slice: by the place in `of` (from 0) and code of its one column, or of its two; without places the
  whole cell. members are its rows, labelled those with prediction and label, total and squares the sums of their worth
nulls: rows without a label count as members only; a missing value of a column is a slice of its own, of code -
empty: no rows
reference: >
  Grouping sets read the rows once for all slices. A code is never NULL or empty, so that one is, according to the
  engine, where the set does not group by its column.
#}
with coded as (
    select
        {{ cell }},
        {% for code in of -%}
        {{ code }} as code_{{ loop.index0 }},
        {% endfor -%}
        {% if measure == "right" and positive_label is given -%}
        case
            when $prediction is null or $label is null then null
            when ($prediction = $positive_prediction and $label = $positive_label)
                or ($prediction <> $positive_prediction and $label <> $positive_label)
            then cast(1 as double) else cast(0 as double)
        end as worth
        {%- elif measure == "right" -%}
        case
            when $prediction is null or $label is null then null
            when cast($prediction as varchar) = cast($label as varchar) then cast(1 as double) else cast(0 as double)
        end as worth
        {%- elif measure == "absolute_error" -%}
        abs(cast($prediction as double) - cast($label as double)) as worth
        {%- else -%}
        power(cast($prediction as double) - cast($label as double), 2) as worth
        {%- endif %}
    from dataset
),
grouped as (
    select
        {{ cell }},
        {% for code in of -%}
        nullif(code_{{ loop.index0 }}, '') as code_{{ loop.index0 }},
        {% endfor -%}
        count(*) as members,
        count(worth) as labelled,
        sum(worth) as total,
        sum(worth * worth) as squares
    from coded
    group by grouping sets (
        ({{ cell }})
        {%- for code in of %},
        ({{ cell }}, code_{{ loop.index0 }})
        {%- if pairs is given -%}
        {%- for other in of[loop.index:] %},
        ({{ cell }}, code_{{ (of | length) - loop.length - 1 }}, code_{{ (of | length) - loop.revindex }})
        {%- endfor -%}
        {%- endif -%}
        {%- endfor %}
    )
),
placed as (
    select
        {{ cell }},
        case
            {% for code in of -%}
            when code_{{ loop.index0 }} is not null then {{ loop.index0 }}
            {% endfor -%}
        end as first_place,
        coalesce({% for code in of %}code_{{ loop.index0 }}{% if not loop.last %}, {% endif %}{% endfor %}, '') as first_code,
        case
            {% for code in of -%}
            when code_{{ loop.revindex0 }} is not null then {{ loop.revindex0 }}
            {% endfor -%}
        end as second_place,
        coalesce({% for code in of %}code_{{ loop.revindex0 }}{% if not loop.last %}, {% endif %}{% endfor %}, '') as second_code,
        members,
        labelled,
        total,
        squares
    from grouped
)
select
    {{ cell }},
    first_place,
    first_code,
    second_place,
    second_code,
    members,
    labelled,
    total,
    squares
from placed
where members >= $least or first_place is null
