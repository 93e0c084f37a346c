"""Bounds of lengths, counts, digits and patterns in user SQL."""

import pytest

from whq.errors import CompileError
from whq.sql.bounds import states
from whq.sql.guard import expression
from whq.values import Column

COLUMNS = (Column("s", "text"), Column("n", "integer"), Column("x", "float"))

TOO_LARGE = {
    "duckdb postgres redshift snowflake spark databricks trino": [
        "lpad(s, 1000000000) = 'x'",
        "rpad(s, 1000000000) = 'x'",
        "lpad(s, 1000000000, 'ab') = 'x'",
    ],
    "duckdb postgres snowflake spark databricks bigquery redshift clickhouse mysql": [
        "repeat('x', 1000000000) = 'x'",
        "repeat('x', 1000 * 1000 * 1000) = 'x'",
        "repeat('x', cast('1000000000' as integer)) = 'x'",
        "repeat('x', n) = 'x'",
        "repeat('x', n * 1000) = 'x'",
        "repeat('x', greatest(n, 5)) = 'x'",
        "repeat('x', power(10, 9)) = 'x'",
        "repeat('x', 10000 + 1) = 'x'",
        "repeat(repeat('x', 9999), 9999) = 'x'",
        "repeat(concat(repeat('x', 5000), s), 5000) = 'x'",
        "length(repeat('x', 1000000000)) > 1",
        "case when n > 1 then repeat('x', 1000000000) end = 'x'",
        "replace(repeat('x', 9999), 'x', repeat('x', 9999)) = 'x'",
        "power(10.5, 100000000) > 1",
        "power(power(10.5, 1000), 1000) > 1",
        "power(10, power(10, 10)) > 1",
        "exp(1000000) > 1",
    ],
    "mysql spark": ["space(1000000000) = 'x'", "space(n) = 'x'"],
    "postgres": [
        "1.5 ^ 100000000 > 1",
        "10.0 ^ (10 ^ 9) > 1",
        "s = cast('x' as char(10485760))",
        "'1e131000'::numeric * '1e131000'::numeric > 1",
        "1e131000 * 1e131000 > 1",
        "s ~ '((a{200}){200}){200}'",
        "s ~ '((a{1,255}){1,255}){1,255}'",
        "regexp_replace(s, '(((x{100}){100}){100})', '') = ''",
    ],
    "spark": ["size(sequence(1, 1000000000)) > 1", "size(transform(sequence(1, 9), y -> size(sequence(1, 9)))) > 1"],
    "duckdb": [
        "len(range(1000000000)) > 1",
        "len(range(n)) > 1",
        "list_sum(list_transform(range(9999), y -> list_sum(range(9999)))) > 1",
        "list_transform([1], a -> list_transform([1], b -> list_transform([1], c -> c))) is null",
        "x ** 100000000 > 1",
        "regexp_matches(s, '((a{1000}){1000})')",
    ],
    "clickhouse": ["leftPad(s, 1000000000) = 'x'", "toFixedString(s, 1000000000) = 'x'"],
}
NESTED = "s"
for _ in range(30):
    NESTED = f"replace({NESTED}, 'a', 'aa')"
ALLOWED = {
    "duckdb postgres redshift snowflake spark databricks trino": [
        "lpad(s, 10, '0') = s",
        "lpad(s, greatest(length(s), 5), '0') = s",
        "rpad(s, least(n, 20), ' ') = s",
    ],
    "duckdb postgres snowflake spark databricks bigquery redshift clickhouse mysql": [
        "repeat('*', 4) = s",
        "repeat('*', 8 - length(s)) = s",
        "concat(repeat('*', 12), s) = s",
        "replace(replace(replace(s, ' ', ''), '-', ''), '.', '') = s",
        "replace(replace(s, '&amp;', '&'), 'ß', 'ss') = s",
        "power(1 + x, 12) > 1",
        "power(x, n) > 1",
        "power(10, 18) > x",
        "exp(-x) > 0.5",
        "x < 1e300",
    ],
    "postgres": [
        r"s ~ '^\d{4}-\d{2}-\d{2}$'",
        r"s ~ '^[a-z0-9._%+-]{1,64}@[a-z0-9.-]{1,255}\.[a-z]{2,}$'",
        "s = cast('x' as char(20))",
        "s = cast('x' as varchar(65535))",
        "1.0000001 ^ 3650 > 1",
    ],
}


def cases(texts: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(dialect, text) for names, group in texts.items() for dialect in names.split() for text in group]


@pytest.mark.parametrize(("dialect", "text"), cases(TOO_LARGE))
def test_what_grows_too_large_is_refused(dialect: str, text: str) -> None:
    with pytest.raises(CompileError) as caught:
        expression(text, dialect, COLUMNS)
    assert {problem.code for problem in caught.value.problems} <= {"WHQ-S212", "WHQ-S205", "WHQ-S204"}


@pytest.mark.parametrize(("dialect", "text"), cases(ALLOWED))
def test_small_ones_pass(dialect: str, text: str) -> None:
    assert expression(text, dialect, COLUMNS).text


def test_texts_cannot_be_doubled_often() -> None:
    with pytest.raises(CompileError, match="the text grows too long"):
        expression(f"{NESTED} = 'x'", "duckdb", COLUMNS)


def test_the_message_says_what_to_write() -> None:
    with pytest.raises(CompileError, match=r"the length is not bounded; write a number up to 10,000, or least\("):
        expression("repeat('x', n) = s", "duckdb", COLUMNS)


@pytest.mark.parametrize(
    ("pattern", "size"),
    [("abc", 3), ("a{3}b", 4), ("(a{10}){10}", 100), ("[a-z{9}]+", 1), (r"\d{4}", 4), ("(ab|c){2,}", 6), ("x{,5}", 5)],
)
def test_counted_repeats_are_multiplied(pattern: str, size: int) -> None:
    assert states(pattern) == size
