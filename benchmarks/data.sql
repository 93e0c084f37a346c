-- A scoring log of $rows rows over the calendar year 2024: 10 numeric and 8 categorical inputs, a score, a prediction,
-- a label. Every value is a pure function of the row number, so the same number of rows is always the same table.
-- January to March are the reference. From July some inputs drift, from October the relation to the label does.
create or replace macro uniform(i, salt) as (hash(i * 1009 + salt) >> 11)::double * 1.1102230246251565e-16;
create or replace macro normal(i, salt) as
  sqrt(-2 * ln(1e0 - uniform(i, salt))) * cos(6.283185307179586e0 * uniform(i, salt + 1));
create or replace macro zipf(i, salt, levels) as
  concat('v', lpad(cast(cast(floor(levels * uniform(i, salt) * uniform(i, salt + 1)) as bigint) as varchar), 5, '0'));

create or replace table scoring_log as
with numbered as (
  select i, timestamp '2024-01-01' + to_microseconds(cast(i * 31622400e6 / getvariable('rows') as bigint)) as scored_at
  from range(cast(getvariable('rows') as bigint)) as numbers(i)
),
inputs as (
  select
    i + 1 as row_id,
    scored_at,
    concat('customer_', cast(cast(floor(200000 * uniform(i, 1)) as bigint) as varchar)) as customer_id,
    concat('region', cast(cast(floor(5 * uniform(i, 2)) as bigint) as varchar)) as region,
    normal(i, 10) + case when month(scored_at) >= 7 then 0.1 * (month(scored_at) - 6) else 0 end as n01,
    case when uniform(i, 20) >= 0.05 then exp(3 + 0.8 * normal(i, 21)) end as n02,
    100 * uniform(i, 30) as n03,
    -ln(1e0 - uniform(i, 40)) * case when month(scored_at) >= 9 then 1.3 else 1 end as n04,
    normal(i, 50) + case when uniform(i, 52) < 0.4 then 4 else -2 end as n05,
    case when uniform(i, 60) >= 0.2 then tan(3.141592653589793e0 * (0.98 * uniform(i, 61) - 0.49)) end as n06,
    floor(-6 * ln(1e0 - uniform(i, 70))) as n07,
    case when uniform(i, 80) < 0.7 then 0 else -50 * ln(1e0 - uniform(i, 81)) end as n08,
    case when uniform(i, 90) >= 0.01 then round(exp(4 + normal(i, 91)), 2) end as n09,
    case when uniform(i, 100) < 0.97 then 1 else 1 + round(uniform(i, 101), 3) end as n10,
    case when uniform(i, 110) < 0.3 then 'Y' else 'N' end as c01,
    zipf(i, 120, 3) as c02,
    zipf(i, 130, case when month(scored_at) >= 8 then 4 else 5 end) as c03,
    zipf(i, 140, 12) as c04,
    case when uniform(i, 150) >= 0.02 then zipf(i, 151, 50) end as c05,
    zipf(i, 160, 200) as c06,
    zipf(i, 170, 1000) as c07,
    zipf(i, 180, 10000) as c08,
    normal(i, 190) as noise
  from numbered
),
judged as (
  select
    *,
    1 / (1 + exp(-(0.9 * n01 + 0.4 * n05 - 0.3 * (n07 / 6)))) as truth,
    1 / (1 + exp(-(1.3 * (0.9 * n01 + 0.4 * n05 - 0.3 * (n07 / 6)) + 0.2 + 0.3 * noise))) as score,
    exp(0.8 * n01) as true_a, exp(0.4 * n05) as true_b, exp(n07 / 6 - 0.5) as true_c,
    exp(1.1 * n01 + 0.2 * noise) as odds_a, exp(0.5 * n05) as odds_b, exp(n07 / 6 - 0.4) as odds_c,
    20 + 5 * n01 + 3 * n05 as predicted_price
  from inputs
),
classed as (
  select
    *,
    odds_a / (odds_a + odds_b + odds_c) as p_a,
    odds_b / (odds_a + odds_b + odds_c) as p_b,
    odds_c / (odds_a + odds_b + odds_c) as p_c,
    uniform(row_id, 210) * (true_a + true_b + true_c) as drawn
  from judged
)
select
  * exclude (noise, truth, true_a, true_b, true_c, odds_a, odds_b, odds_c, drawn),
  case when p_a >= p_b and p_a >= p_c then 'a' when p_b >= p_c then 'b' else 'c' end as predicted_class,
  case when drawn < true_a then 'a' when drawn < true_a + true_b then 'b' else 'c' end as class,
  predicted_price + normal(row_id, 220) * (1 + abs(n05)) + case when month(scored_at) >= 10 then 1 else 0 end as price,
  case when score >= 0.5 then 1 else 0 end as predicted,
  case
    when uniform(row_id, 200) < case when month(scored_at) >= 10 then 0.5 * truth + 0.2 else truth end then 1
    else 0
  end as outcome
from classed
order by row_id;

drop macro uniform;
drop macro normal;
drop macro zipf;
