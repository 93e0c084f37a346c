digits as (
    select 0 as digit union all select 1 union all select 2 union all select 3
    union all select 4 union all select 5 union all select 6 union all select 7
    union all select 8 union all select 9 union all select 10 union all select 11
    union all select 12 union all select 13 union all select 14 union all select 15
),
bins as (
    select cast(256 * hundreds.digit + 16 * tens.digit + ones.digit as integer) as bin
    from digits as hundreds
    cross join digits as tens
    cross join digits as ones
    where hundreds.digit < 4
),
