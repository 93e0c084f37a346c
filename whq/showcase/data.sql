-- The demo's warehouse: a bank's loan applications, July 2023 to December 2024, scored by a model; customers and
-- payments as three source systems deliver them. Every value is a pure function of a row number (MD5 of the number
-- and a salt), so each run makes the same data whatever the machine or the number of threads.
--
-- Planted, month by month (all in 2024; 2023 is the reference):
--   02  null burst          12 % of incomes are missing
--   03  new category        channel "social", unknown to the model
--   04  unit change         a third of the amounts arrive in cents
--   05  late, duplicated    500 applications loaded 5 days late, 400 loaded twice
--   06  broken key          every tenth payment names an application that does not exist
--   07  covariate drift     applicants become alike (July, August): scores bunch, AUC falls
--   10  concept drift       debt no longer means what it meant; only the labels tell, and they come 60 days late
-- Standing, between the systems: the legacy system writes EURO for EUR and days first, the partner writes customer
-- numbers without the prefix.

create or replace macro uniform(i, salt) as
  (cast(concat('0x', substr(md5(concat(i, ':', salt)), 1, 13)) as bigint) + 0.5e0) / 4503599627370496e0;

create or replace macro normal(i, salt) as
  sqrt(-2e0 * ln(uniform(i, salt))) * cos(6.283185307179586e0 * uniform(i, concat(salt, '+')));

create or replace macro logistic(x) as 1e0 / (1e0 + exp(-(x)));

create or replace table customers as
with numbered as (
  select i, case when uniform(i, 'system') < 0.6 then 'crm' when uniform(i, 'system') < 0.85 then 'legacy' else 'partner' end as source
  from range(1, 30001) as numbers(i)
)
select
  concat('C', lpad(cast(i as varchar), 6, '0')) as customer_id,
  source,
  concat('customer', cast(i as varchar), '@example.', case when source = 'partner' then 'org' else 'com' end) as email,
  case when uniform(i, 'country') < 0.7 then 'DE' when uniform(i, 'country') < 0.9 then 'AT' else 'NL' end as country,
  date '1950-01-01' + cast(floor(18000 * uniform(i, 'born')) as integer) as born_on
from numbered
order by i;

create or replace table applications as
with numbered as (
  select i, timestamp '2023-07-01' + to_seconds(cast(floor(i * 47433600e0 / 200000e0) as bigint)) as submitted_at
  from range(200000) as numbers(i)
),
dated as (
  select *, cast(year(submitted_at) * 100 + month(submitted_at) as integer) as yyyymm from numbered
),
applicants as (
  select
    *,
    case when yyyymm in (202407, 202408) then 0.45e0 else 1e0 end as spread,
    case
      when yyyymm >= 202403 and uniform(i, 'social') < 0.15 then 'social'
      when uniform(i, 'channel') < 0.5 then 'branch'
      when uniform(i, 'channel') < 0.85 then 'web'
      else 'broker'
    end as channel,
    normal(i, 'income') as income_z,
    normal(i, 'debt') as debt_z,
    normal(i, 'years') as years_z
  from dated
),
described as (
  select
    *,
    round(exp(10.4e0 + 0.5e0 * spread * income_z), 2) as income,
    round(logistic(-0.4e0 + 0.9e0 * spread * debt_z), 4) as debt_ratio,
    round(greatest(0e0, 7e0 + 4e0 * spread * years_z), 1) as employment_years,
    round(exp(9.2e0 + 0.6e0 * normal(i, 'amount')), 2) as amount
  from applicants
),
scored as (
  select
    *,
    -1.1e0 - 0.9e0 * spread * income_z + 1.2e0 * spread * debt_z - 0.5e0 * spread * years_z as risk
  from described
),
judged as (
  select
    *,
    logistic(case when yyyymm >= 202410 then -1.1e0 - 0.9e0 * income_z - 0.3e0 * debt_z - 0.5e0 * years_z else risk end) as truth,
    round(logistic(1.15e0 * risk + 0.15e0 + 0.25e0 * normal(i, 'noise')), 6) as p_default
  from scored
)
select
  i + 1 as application_id,
  concat('C', lpad(cast(1 + cast(floor(30000 * uniform(i, 'who')) as integer) as varchar), 6, '0')) as customer_id,
  submitted_at,
  submitted_at + to_minutes(
    case when yyyymm = 202405 and i % 22 = 0 then 7200 else cast(floor(90 * uniform(i, 'load')) as integer) end
  ) as loaded_at,
  channel,
  case when yyyymm = 202404 and uniform(i, 'cents') < 0.33 then round(amount * 100, 2) else amount end as amount,
  case when yyyymm = 202402 and uniform(i, 'null') < 0.12 then null else income end as income,
  debt_ratio,
  employment_years,
  p_default,
  case when p_default >= 0.5 then 1 else 0 end as predicted,
  case when submitted_at < timestamp '2024-11-01' then case when uniform(i, 'label') < truth then 1 else 0 end end as defaulted
from judged
order by i;

insert into applications
select * from applications
where submitted_at >= timestamp '2024-05-10' and submitted_at < timestamp '2024-05-20'
order by application_id
limit 400;

create or replace table payments as
with numbered as (
  select i, 1 + cast(floor(199999 * uniform(i, 'for')) as integer) as application_id, uniform(i, 'system') as pick
  from range(1, 60001) as numbers(i)
),
dated as (
  select
    n.*,
    case when pick < 0.6 then 'crm' when pick < 0.85 then 'legacy' else 'partner' end as source,
    cast(a.submitted_at + to_days(30) as date) as paid_on,
    a.submitted_at + to_days(30) + to_minutes(cast(floor(600 * uniform(i, 'load')) as integer)) as loaded_at,
    a.customer_id
  from numbered as n
  join (select distinct application_id, submitted_at, customer_id from applications) as a on a.application_id = n.application_id
  where a.submitted_at < timestamp '2024-11-30'
)
select
  i as payment_id,
  source,
  case
    when loaded_at >= timestamp '2024-06-01' and loaded_at < timestamp '2024-07-01' and i % 10 = 0 then 900000 + i
    else application_id
  end as application_id,
  case when source = 'partner' then substr(customer_id, 2) else customer_id end as customer_id,
  case when source = 'legacy' then strftime(paid_on, '%d.%m.%Y') else strftime(paid_on, '%Y-%m-%d') end as paid_on,
  case when source = 'legacy' then 'EURO' else 'EUR' end as currency,
  round(40 + 400 * uniform(i, 'paid'), 2) as amount,
  loaded_at
from dated
order by i;

drop macro uniform;
drop macro normal;
drop macro logistic;
