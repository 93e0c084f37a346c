"""SQL that the guard must refuse, and SQL that it must let through.

The tables are `loans` (id, Amount, region, scored_at, info) in schema `Main` and `customers` (id, Name).
"""

EVERY = (
    "duckdb",
    "postgres",
    "snowflake",
    "bigquery",
    "databricks",
    "spark",
    "redshift",
    "trino",
    "clickhouse",
    "mysql",
)

ANYWHERE = """
delete from loans
insert into loans select * from loans
update loans set id = 1
drop table loans
truncate table loans
create table x as select * from loans
alter table loans add column x int
merge into loans using customers on loans.id = customers.id when matched then delete
grant all on loans to public
select 1; drop table loans
select id from loans; select id from loans
select id from loans union all select id from customers; delete from loans
with gone as (delete from loans returning id) select id from gone
select id from 'file.parquet'
select random() as x from loans
select rand() as x from loans
select pg_sleep(10) as x
select sleep(10) as x
select no_such_function(id) as x from loans
select other.lower(region) as x from loans
select ? as x from loans
select {{ secret }} as x from loans
select {% if true %} id {% endif %} from loans
select id from no_such_table
select no_such_column from loans
select nobody.id from loans
select id from loans, customers
select 1 as x from no_such_table
select count(*) as n from no_such_table
select loans.id from loans natural join customers
explain select id from loans
call do_it()
set x = 1
show tables
use other
begin
""".strip().splitlines()

ONE_DIALECT = {
    "duckdb": """
        select * from read_csv('/etc/passwd')
        select * from read_csv_auto('https://example.com/x.csv')
        select * from read_parquet('s3://bucket/x.parquet')
        select * from read_text('/etc/passwd')
        select * from read_blob('/etc/passwd')
        select * from glob('/etc/*')
        select * from '/etc/passwd'
        select * from "https://example.com/x.csv"
        select * from sqlite_scan('x.db', 't')
        select * from postgres_query('db', 'delete from t')
        select * from duckdb_secrets()
        select * from duckdb_settings()
        select * from range(1000000000)
        select * from generate_series(1, 1000000000) as t(i)
        select getenv('HOME') as x
        select current_setting('memory_limit') as x
        select getvariable('x') as x
        select nextval('s') as x
        select uuid() as x from loans
        select content from read_text('x')
        select columns('.*') from loans
        select #1 from loans
        select $1 as x from loans
        select $name as x from loans
        select * from loans tablesample 10 percent
        select * from loans using sample 10
        select * from query('delete from loans')
        select * from query_table('loans')
        copy loans to 'x.csv'
        export database 'x'
        install httpfs
        load httpfs
        attach 'x.db'
        pragma database_list
        from loans
        table loans
        values (1)
        pivot loans on region using sum(id)
        with recursive r as (select 1 as i union all select i + 1 from r) select i from r
        select * from unnest([1, 2]) as t(i)
        select * from loans at (version => 1)
        select * from loans positional join customers
        """,
    "postgres": """
        select 1 into x
        select id into loans_copy from loans
        select id from loans for update
        select id from loans for share
        select pg_read_file('/etc/passwd') as x
        select pg_ls_dir('/') as x
        select * from pg_read_file('/etc/passwd')
        select lo_import('/etc/passwd') as x
        select lo_export(1, '/tmp/x') as x
        select dblink_exec('c', 'delete from t') as x
        select * from dblink('c', 'select 1') as t(x int)
        select query_to_xml('delete from loans', true, true, '') as x
        select nextval('s') as x
        select setval('s', 1) as x
        select pg_advisory_lock(1) as x
        select pg_terminate_backend(1) as x
        select set_config('x', 'y', false) as x
        select current_setting('x') as x
        select txid_current() as x
        select 'loans'::regclass as x
        select 'x'::my_type as y
        select pg_catalog.pg_read_file('x') as y
        select pg_notify('c', 'x') as y
        select age(scored_at) as x from loans
        select gen_random_uuid() as x
        select current_user as x
        select session_user as x
        select * from generate_series(1, 10) as t(i)
        select * from rows from (generate_series(1, 2)) as t(i)
        select * from loans, lateral (select 1 as y) as z
        select * from xmltable('/x' passing '<x/>' columns y int path '.') as t
        copy loans to program 'sh'
        do $$ begin end $$
        vacuum loans
        listen x
        lock table loans
        select * from only loans
        select id from loans where current of c
        """,
    "mysql": """
        select /*!50000 sleep(10) */ as x
        select 1 as x /*! into outfile '/tmp/x' */
        select /*+ max_execution_time(1) */ id from loans
        select load_file('/etc/passwd') as x
        select benchmark(1000000, md5('x')) as x
        select get_lock('x', 1) as x
        select @@version as x
        select @x as y
        select @x := 1 as y
        select id from loans into outfile '/tmp/x'
        select id from loans for update
        select id from loans lock in share mode
        select uuid() as x
        select user() as x
        select last_insert_id(5) as x
        select sql_no_cache id from loans
        handler loans open
        """,
    "snowflake": """
        select loans.nextval as x from loans
        select s.nextval as x
        select * from @stage/x
        select $1 from @stage
        select * from table(information_schema.query_history())
        select system$cancel_query('x') as x
        select system$wait(10) as x
        select current_role() as x
        select uuid_string() as x
        select seq4() as x
        select * from table(generator(rowcount => 10))
        select * from identifier('loans')
        select * from loans at (offset => -60)
        select * from loans sample (10)
        select * from loans, lateral flatten(input => info) as f
        execute immediate 'delete from loans'
        put file://x @stage
        """,
    "bigquery": """
        select * from external_query('c', 'delete from t')
        select session_user() as x
        select generate_uuid() as x
        select @param as x
        select @@project_id as x
        select * from ml.predict(model m, table loans)
        select * from unnest([1, 2]) as x
        select ai.generate('x') as y
        select * from loans for system_time as of '2024-01-01'
        select * from `loans/*`
        export data options (uri = 'gs://x') as select 1
        """,
    "spark": """
        select transform(id) using 'cat' as (x) from loans
        select java_method('java.lang.System', 'exit', 1) as x
        select reflect('java.lang.System', 'exit', 1) as x
        select * from parquet.`/etc/passwd`
        select * from csv.`s3://bucket/x`
        select current_user() as x
        select explode(array(1, 2)) as x
        select id, y from loans lateral view explode(array(1)) t as y
        select input_file_name() as x from loans
        select monotonically_increasing_id() as x from loans
        select /*+ broadcast(loans) */ id from loans
        insert overwrite directory '/tmp/x' select 1
        select * from range(10)
        """,
    "databricks": """
        select * from read_files('/x')
        select ai_query('m', 'x') as y
        select secret('a', 'b') as x
        select * from delta.`/mnt/x`
        select * from loans version as of 1
        select * from loans timestamp as of '2024-01-01'
        select * from cloud_files_state('x')
        """,
    "redshift": """
        select id into copy_of from loans
        unload ('select 1') to 's3://x'
        select pg_cancel_backend(1) as x
        select pg_last_copy_id() as x
        """,
    "trino": """
        select * from table(system.query(query => 'delete from t'))
        select current_user as x
        select uuid() as x
        select * from unnest(array[1, 2]) as t(x)
        select reduce(array[1], 0, (s, x) -> s + x, s -> s) as y
        select * from loans tablesample bernoulli (10)
        """,
    "clickhouse": """
        select * from url('http://x', CSV)
        select * from file('/etc/passwd')
        select * from remote('host', 'db', 't')
        select * from s3('x', 'CSV')
        select * from mysql('h:1', 'd', 't', 'u', 'p')
        select * from executable('x', CSV, 'x int')
        select * from numbers(1000000000)
        select id from loans settings readonly = 0
        select id from loans format CSV
        select id from loans final
        select id from loans sample 0.1
        select id from loans into outfile 'x'
        select dictGet('d', 'a', 1) as x
        select {x: Int8} as y
        select sleep(3) as x
        select file('x') as y
        select generateUUIDv4() as x
        select id from loans prewhere id = 1
        select id from loans array join [1, 2] as y
        select id from loans any left join customers using (id)
        select id from loans left semi join customers using (id)
        """,
}

EXPRESSIONS = """
select 1
id in (select id from customers)
exists (select 1 from customers)
(select 1) = 1
count(*) > 1
sum(Amount) > 1
row_number() over (order by id) = 1
max(id) over () > 1
id > 1; drop table loans
id > 1 or pg_sleep(1) is null
id = ?
id = {{ x }}
id > 1 limit 1
id as x
id > 1 order by id
random() < 0.5
read_text('x') = 'y'
other.id = 1
other.lower(region) = 'x'
no_such > 1
id >
id ) or ( 1 = 1
'open
*
loans.*
id, region
""".strip().splitlines()

ORDINARY_SELECTS = """
select id from loans
select * from loans
select l.* from loans as l
select id, amount from loans where amount > 1000 and region = 'North'
select ID from LOANS
select id from main.loans
select loans.id from loans
select main.loans.id from main.loans
select distinct region from loans
select region, count(*) as n from loans group by region having count(*) > 1
select region, sum(amount) as total from loans group by region order by total desc limit 10
select l.id, c.name from loans l join customers c on l.id = c.id
select l.id from loans l left join customers c on l.id = c.id where c.id is null
select l.id from loans l cross join customers c where l.id = c.id
select id from loans where id in (select id from customers)
select id from loans l where not exists (select 1 from customers c where c.id = l.id)
select id from loans union all select id from customers
select id from loans union distinct select id from customers order by id
with big as (select id, amount from loans where amount > 10) select id from big
with a as (select id from loans), b as (select id from a) select count(*) as n from b
with A as (select id as Key_1 from loans) select KEY_1 from a
select x.id from (select id from loans) as x
select case when amount > 10 then 'big' else 'small' end as size from loans
select coalesce(region, 'none') as r, nullif(amount, 0) as a from loans
select lower(region) as a, upper(region) as b, trim(region) as c, length(region) as d from loans
select id, row_number() over (partition by region order by scored_at) as rn from loans
select id, lag(amount) over (order by id) as before from loans
select sum(amount) over (order by id rows between unbounded preceding and current row) as s from loans
select cast(amount as decimal(10, 2)) as a from loans
select id from loans where region like 'N%' and amount between 1 and 10
select id from loans where scored_at >= timestamp '2024-01-01 00:00:00'
select extract(year from scored_at) as y from loans
select id % 2 as odd, -amount as minus, amount / 2 as half from loans
select id from loans -- a comment
select /* a comment */ id from loans;
select 1 as one
select min(amount) as a, max(amount) as b, avg(amount) as c, stddev_samp(amount) as d from loans
select count(distinct region) as n from loans
select abs(amount) as a, round(amount) as b, floor(amount) as c, sqrt(amount) as d, ln(amount) as e from loans
select (select max(id) from customers) as m from loans
select id from loans where (amount > 1 or region is null) and not (id = 3)
(select id from loans) union all (select id from customers)
select a.id from loans a join loans b on a.id = b.id and a.region <> b.region
""".strip().splitlines()

ORDINARY_EXPRESSIONS = """
amount > 0
AMOUNT >= 0 and amount <= 1000000
region in ('North', 'South')
region is not null
not (amount < 0)
scored_at < '2024-01-01'
scored_at >= timestamp '2024-01-01 00:00:00'
amount between 1 and 10
region like 'N%'
lower(region) = 'north'
coalesce(amount, 0) + id * 2 > 10
case when amount > 10 then true else false end
cast(amount as integer) = 3
length(trim(region)) > 2
abs(amount) < 1e9
id % 10 = 0
extract(month from scored_at) = 12
amount is null or amount = amount
upper(substring(region, 1, 1)) = 'N'
region <> 'x; drop table loans --'
round(amount, 2) = amount
nullif(region, '') is not null
id = 1 /* why */ or id = 2 -- because
true
""".strip().splitlines()

ORDINARY_BY_DIALECT = {
    "duckdb": [
        "regexp_matches(region, '^N')",
        "isfinite(amount)",
        "region ~ '^N'",
        "region ilike 'n%'",
        "info['a'] = 1",
        "region <> 'it''s; x --'",
    ],
    "postgres": ["region ~ '^N'", "region ilike 'n%'", "info ->> 'a' = 'b'", "scored_at::date = '2024-01-01'"],
    "snowflake": [
        "regexp_like(region, 'N.*')",
        "iff(amount > 1, true, false)",
        "div0(amount, 2) > 1",
        "amount::int = 1",
    ],
    "bigquery": ["regexp_contains(region, r'^N')", "safe_cast(region as int64) = 1", "date(scored_at) > '2024-01-01'"],
    "databricks": ["region rlike '^N'", "amount <=> 1", "try_cast(region as int) = 1"],
    "spark": ["region rlike '^N'", "isnan(amount)", "to_date(region) > date '2024-01-01'"],
    "redshift": ["region ~ '^N'", "nvl(amount, 0) > 1", "len(region) > 1"],
    "trino": ["regexp_like(region, '^N')", "is_nan(amount)", "try_cast(region as integer) = 1"],
    "clickhouse": ["match(region, '^N')", "isNaN(amount)", "toDate(scored_at) > '2024-01-01'"],
    "mysql": ["region regexp '^N'", "ifnull(amount, 0) > 1", "amount <=> 1", "date(scored_at) > '2024-01-01'"],
}
