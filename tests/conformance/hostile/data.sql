-- One table of odd values, the same cut in every way; an empty one, one row, and odd names.

create table values_ (
    id bigint,
    moment timestamp,
    zoned timestamptz,
    day date,
    tiny smallint,
    whole integer,
    big bigint,
    exact decimal(38, 10),
    money decimal(9, 2),
    single real,
    number double,
    zero double,
    constant double,
    nothing double,
    flag boolean,
    word varchar,
    blank varchar,
    region varchar,
    code varchar
);

insert into values_ values
    (1, '1969-12-31 23:59:59.999999', '1969-12-31 23:59:59+00', '1969-12-31', -32768, -2147483648, -9223372036854775808, -9999999999999999999999999999.9999999999, -1234567.89, 0.1, 'nan', '-0', 1, null, true, '', '', 'north', 'a'),
    (2, '1900-01-01 00:00:00', '1900-01-01 12:00:00+00', '1900-01-01', 32767, 2147483647, 9223372036854775807, 9999999999999999999999999999.9999999999, 1234567.89, 1.5, 'inf', '0', 1, null, false, 'O''Brien', ' ', 'north', 'b'),
    (3, '0001-01-01 00:00:00', '0001-01-01 00:00:00+00', '0001-01-01', 0, 0, 0, 0, 0, -0.0, '-inf', '-0', 1, null, null, 'say "hi"', '  x  ', 'south', 'c'),
    (4, '2024-02-29 12:30:00', '2024-02-29 12:30:00+02', '2024-02-29', 1, 1, 9007199254740993, 0.0000000001, 0.01, 16777216, -0.0, '0', 1, null, true, 'back\slash \\ \n', 'NULL', 'südwest', 'd'),
    (5, '2024-02-29 12:30:00', '2024-02-29 12:30:00-11', '2024-12-31', 1, 1, 9007199254740992, 0.0000000001, 0.01, 3.4e38, 1e150, '0', 1, null, true, 'naïve Straße', '%_', 'südwest', 'd'),
    (6, '2024-03-31 01:30:00', '2024-03-31 02:30:00+00', '2024-03-31', 2, 2, 2, 1.5, 1.5, 1e-30, 5e-324, '-0', 1, null, false, '日本語 😀', 'nan', 'it''s', 'e'),
    (7, '2024-03-31 02:30:00', '2024-03-31 23:30:00+00', '2024-04-01', 3, 3, 3, 2.5, 2.5, 2.5, 1e-300, '0', 1, null, null, E'tab\tand\nline', 'inf', 'a"b', 'f'),
    (8, '2024-12-31 23:59:59.5', '2024-12-31 23:59:59.5+00', '2024-12-31', -1, -7, -7, -1.5, -1.5, -2.5, -1e150, '-0', 1, null, false, 'Ünï', '0', '\', 'g'),
    (9, '2025-01-01 00:00:00', '2025-01-01 00:00:00+00', '2025-01-01', null, null, null, null, null, null, null, null, 1, null, null, null, null, null, null),
    (10, '2025-01-05 12:00:00', '2025-01-05 12:00:00+00', '2025-01-05', null, null, null, null, null, null, null, null, 1, null, null, null, null, null, null),
    (11, '2025-01-06 00:00:00', '2025-01-06 00:00:00+00', '2025-01-06', 7, 7, 7, 7, 7, 7, 7, 0, 1, null, true, 'z', 'Z', 'north', 'h'),
    (11, '2025-01-06 00:00:00', '2025-01-06 00:00:00+00', '2025-01-06', 8, 9, 10, 11.25, 12.5, 13.5, 14.75, 0, 1, null, true, 'é', 'É', 'north', 'h'),
    (null, null, null, null, 9, 10, 11, 12, 13, 14, 15, 0, 1, null, true, 'Z', 'z', 'north', 'h');

create table empty_ as select * from values_ where id < 0;

create table one_row as select * from values_ where id = 4;

create table codes (code varchar, region varchar);
insert into codes values ('a', 'north'), ('b', 'north'), ('c', 'south'), (null, null), ('', ''), ('D', 'südwest');

-- Sums and squares of these overflow.
create table vast as select n as id, 1e308 * (2 * n - 3) as x, 1e308 as y, 1.5 as z from range(1, 4) as numbers(n);
