{# The rows with their scores after another tree (`whq_step` is what it adds), and what is still missing: gradient and
   hessian as whole numbers. #}
with scored as (
    select model, {% for feature in features %}b{{ feature }}, {% endfor %}y, z + whq_step as z
    from whq_rows
){% if loss == "logistic" %},
expected as (
    select model, {% for feature in features %}b{{ feature }}, {% endfor %}y, z, 1 / (1 + exp(-z)) as p
    from scored
)
select
    model, {% for feature in features %}b{{ feature }}, {% endfor %}y, z,
    floor((y - p) * $scale + 0.5) as g,
    floor(p * (1 - p) * $scale + 0.5) as h
from expected
{% else %}
select
    model, {% for feature in features %}b{{ feature }}, {% endfor %}y, z,
    floor((y - z) * $scale + 0.5) as g,
    $scale as h
from scored
{% endif %}
