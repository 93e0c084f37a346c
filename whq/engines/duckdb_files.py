"""How DuckDB is told to read files, so that every row and every value arrives as it stands in them.

Left to itself, DuckDB 2.0.1 takes the types of a CSV file from its first 20,480 rows and those of several Parquet
files from the first file: a later 5.5 in a column of whole numbers is read as 6, and a column that only a later file
has is never seen. It also skips lines that do not fit the others. So files are looked at whole, once a run, and every
statement names the delimiter, the types and all else that was learned.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from csv import reader
from glob import has_magic
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from whq.catalog import is_string, logical_type
from whq.engines.base import identifier
from whq.errors import Problem, QueryError
from whq.values import FileOptions, FileSource

Ask = Callable[[str, Sequence[object]], list[Any]]
"""Runs a statement with parameters and returns its rows. Raises QueryError."""

_READERS = {"parquet": "read_parquet", "csv": "read_csv"}
_DELIMITERS = ",;|\t"
_NONE = "(empty)"
_LADDERS = (("BIGINT", "HUGEINT", "DOUBLE"), ("DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE"))
"""Types of CSV columns that the next one takes in, where files differ."""
_SAY_HOW = 'mend the file, or say how it is written: table: {path: …, delim: ";", skip: 2}'
_SNIFF = """
select Delimiter, Quote, Escape, HasHeader, Columns, DateFormat, TimestampFormat, SkipRows, Comment
from sniff_csv(?, sample_size = -1"""
_PLAIN = "auto_detect = false, header = false"
_FIRST_LINE = f"""
select * from read_csv(?, {_PLAIN}, delim = '\x01', quote = '', escape = '', skip = ?, comment = ?,
    columns = {{'line': 'VARCHAR'}})
limit 1
"""
_COUNT = f"""
select count(*) from read_csv(?, {_PLAIN}, delim = ?, quote = '"', escape = '"', skip = ?, comment = ?, columns = ?)
"""
_SCHEMAS = """
with files as (
    select file_name, list((name, duckdb_type, num_children) order by column_id) as columns
    from parquet_schema(?)
    group by file_name
)
select min(file_name) from files group by columns order by 1
"""
_RANGE = """
select min(try_cast(stats_min_value as hugeint)), max(try_cast(stats_max_value as hugeint)),
    count(*) filter (stats_min_value is null or stats_max_value is null)
from parquet_metadata(?)
where path_in_schema = ? and type in ('INT32', 'INT64') and num_values > coalesce(stats_null_count, 0)
"""
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")
_SMALL = {
    "FLOAT": frozenset({"TINYINT", "UTINYINT", "SMALLINT", "USMALLINT"}),
    "DOUBLE": frozenset({"TINYINT", "UTINYINT", "SMALLINT", "USMALLINT", "INTEGER", "UINTEGER"}),
}
"""Whole numbers that a floating point type holds exactly, whatever they are."""
_MOST_WHOLE = {"FLOAT": 2**24, "DOUBLE": 2**53}
_MOST_DIGITS = {"FLOAT": 6, "DOUBLE": 15}


class _Csv(Struct, frozen=True):
    """What a CSV file looks like; the columns are pairs of name and type."""

    path: str
    delim: str
    quote: str
    escape: str
    header: bool
    columns: tuple[tuple[str, str], ...]
    dateformat: str | None
    timestampformat: str | None


def learned(source: FileSource, ask: Ask) -> FileSource:
    """The file or glob with all that must be said for it to be read rightly.

    Raises QueryError where files do not go together, or lines do not: the two files are named, or the line.
    """
    options = _csv(source, ask) if source.format == "csv" else _parquet(source, ask)
    return replace(source, options=options)


def described(source: FileSource, ask: Ask) -> list[Any]:
    """The rows of DESCRIBE: name, type and more of each column; columns in the names of folders are among them."""
    named, values = _arguments(source.options)
    return ask(f"describe select * from {_READERS[source.format]}(?{named})", [source.path, *values])


def _arguments(options: FileOptions) -> tuple[str, list[object]]:
    """Named arguments with a parameter each, and the parameters."""
    values: list[object] = [dict(value) if isinstance(value, tuple) else value for _, value in options]
    return "".join(f", {name} = ?" for name, _ in options), values


def _refuse(text: str, hint: str) -> QueryError:
    return QueryError(Problem("WHQ-E111", "catalog", text, hint), affects="table")


# --- Parquet ------------------------------------------------------------------------------------------------


def _parquet(source: FileSource, ask: Ask) -> FileOptions:
    """Nothing to say where all files have the same columns; else they are joined by name, if no value changes by it."""
    kinds = [path for (path,) in ask(_SCHEMAS, [source.path])] if has_magic(source.path) else []
    if len(kinds) < 2:
        return source.options
    options = (*source.options, ("union_by_name", True))
    alone = (("hive_partitioning", False),)  # the columns that folders name are the same for all
    written = {path: _types(FileSource(path, "parquet", alone), ask) for path in kinds}
    _check_families(written)
    for name, kind in _types(replace(source, options=options), ask).items():
        for path, types in written.items():
            if name in types and not _holds(kind, types[name], path, name, ask):
                other = next(
                    item for item, types_there in written.items() if types_there.get(name, types[name]) != types[name]
                )
                raise _clash(name, (path, types[name]), (other, written[other][name]))
    return options


def _types(source: FileSource, ask: Ask) -> dict[str, str]:
    return {row[0]: row[1] for row in described(source, ask)}


def _check_families(written: dict[str, dict[str, str]]) -> None:
    """Refuse a column that is, say, a number in one file and a text in another."""
    for name in dict.fromkeys(name for types in written.values() for name in types):
        families = {_family(types[name]): (path, types[name]) for path, types in written.items() if name in types}
        if len(families) > 1:
            first, second, *_ = families.values()
            raise _clash(name, first, second)


def _family(native: str) -> str:
    """Types of one family may differ between files; nested types of one shape are DuckDB's own to join."""
    kind = logical_type(native, "duckdb")
    if kind in ("integer", "decimal", "float"):
        return "number"
    if kind in ("date", "timestamp", "timestamptz"):
        return "moment"
    if kind == "text" and is_string(native):
        return "text"
    return "list" if native.endswith("]") else native.partition("(")[0]


def _holds(wide: str, narrow: str, path: str, column: str, ask: Ask) -> bool:
    """Whether a type holds every value of another; where that depends on the values, the file's statistics tell."""
    if wide == narrow or _family(wide) != "number":
        return True
    digits, wide_digits = _digits(narrow), _digits(wide)
    if digits is not None:
        return wide_digits[1] >= digits[1] if wide_digits else digits[0] <= _MOST_DIGITS[wide]
    if wide not in _MOST_WHOLE or narrow == "FLOAT":
        return True
    if narrow in _SMALL[wide]:
        return True
    low, high, unknown = ask(_RANGE, [path, column])[0]
    return not unknown and max(abs(low or 0), abs(high or 0)) <= _MOST_WHOLE[wide]


def _digits(native: str) -> tuple[int, int] | None:
    """All digits of a DECIMAL, and those after the point."""
    match = _DECIMAL.fullmatch(native)
    return (int(match[1]), int(match[2])) if match else None


def _clash(name: str, first: tuple[str, str], second: tuple[str, str], hint: str | None = None) -> QueryError:
    text = f'column "{name}" is {first[1]} in {first[0]} and {second[1]} in {second[0]}'
    return _refuse(text, hint or "as one column its values would change; write the files alike, or watch them apart")


# --- CSV ----------------------------------------------------------------------------------------------------


def _csv(source: FileSource, ask: Ask) -> FileOptions:
    """Everything that sniffing the whole files tells, so that no statement guesses again from their first rows."""
    paths = [path for (path,) in ask("select file from glob(?) order by file", [source.path])]
    empty = [path for path in paths if not Path(path).stat().st_size]
    if len(empty) == len(paths):
        return source.options
    if empty:
        raise _refuse(
            f"{empty[0]} is empty, without the header that the other files have", "remove it, or add the header"
        )
    looks = [_look(replace(source, path=path), ask) for path in paths]
    options: dict[str, Any] = dict(_fixed(source))
    for name in ("delim", "quote", "escape", "header", "dateformat", "timestampformat"):
        value = _same(looks, name)
        if value is not None:
            options[name] = value
    options["types"] = tuple(_csv_types(source, looks, ask).items())
    if len({tuple(name for name, _ in look.columns) for look in looks}) > 1:
        options["union_by_name"] = True
    return tuple(options.items())


def _fixed(source: FileSource) -> FileOptions:
    """The user's options; unless those say so, no line is skipped and none is a comment."""
    return tuple({"skip": 0, "comment": "", **dict(source.options)}.items())


def _look(source: FileSource, ask: Ask) -> _Csv:
    """What a whole file looks like. Raises QueryError where a line has more or fewer columns than the first."""
    try:
        row = _sniffed(source, _fixed(source), ask)
    except QueryError as error:
        raise _ragged(source, ask) or error from error
    delim, quote, escape, header, sniffed, dates, timestamps, _, _ = row
    columns = tuple((column["name"], column["type"]) for column in sniffed)
    if len(columns) == 1 and "delim" not in dict(source.options):
        _check_single(source, columns[0][0], ask)
    quote, escape = ("" if sign == _NONE else sign for sign in (quote, escape))
    return _Csv(source.path, delim, quote, escape, header, columns, dates, timestamps)


def _sniffed(source: FileSource, options: FileOptions, ask: Ask) -> Any:
    named, values = _arguments(options)
    return ask(f"{_SNIFF}{named})", [source.path, *values])[0]


def _check_single(source: FileSource, name: str, ask: Ask) -> None:
    """Refuse a file that looks like a single column only because some of its lines do not fit the others."""
    if _delimiter(name) and (ragged := _ragged(source, ask)):
        raise ragged
    *_, columns, _, _, skipped, comment = _sniffed(source, source.options, ask)
    if len(columns) > 1 and (skipped or comment != _NONE):
        lines = f"the first {skipped} lines" if skipped > 1 else "the first line" if skipped else "some lines"
        advice = f"skip: {skipped}" if skipped else f'comment: "{comment}"'
        text = f"{source.path} has {len(columns)} columns, but {lines} cannot be read so"
        raise _refuse(text, f"if they are no rows, write table: {{path: …, {advice}}}")


def _delimiter(line: str) -> str | None:
    """The sign that probably divides a line into columns."""
    delimiter = max(_DELIMITERS, key=line.count)
    return delimiter if delimiter in line else None


def _ragged(source: FileSource, ask: Ask) -> QueryError | None:
    """The error that names the first line with another number of columns than the first line, if there is one."""
    options = dict(_fixed(source))
    skip, comment = options["skip"], options["comment"]
    lines = ask(_FIRST_LINE, [source.path, skip, comment])
    first = lines[0][0] or "" if lines else ""
    delim = options.get("delim") or _delimiter(first)
    if not isinstance(delim, str) or len(delim) != 1:
        return None
    width = len(next(reader([first], delimiter=delim)))
    columns = {f"column{number}": "VARCHAR" for number in range(width)}
    try:
        ask(_COUNT, [source.path, delim, skip, comment, columns])
    except QueryError as error:
        return _refuse(f'{error.problems[0].message} (the first line, cut at "{delim}")', _SAY_HOW)
    return None


def _same(looks: Sequence[_Csv], name: str) -> Any:
    """What all files say; a file in which nothing is quoted says nothing of quotes."""
    told = {value: look.path for look in looks if (value := getattr(look, name)) not in (None, "")}
    if len(told) > 1:
        (one, first), (two, second), *_ = told.items()
        text = f"{name} is {_shown(one)} in {first} and {_shown(two)} in {second}"
        raise _refuse(text, f"say which it is: table: {{path: …, {name}: …}}")
    return next(iter(told), "" if name in ("quote", "escape") else None)


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value)


def _csv_types(source: FileSource, looks: Sequence[_Csv], ask: Ask) -> dict[str, str]:
    """The type of each column, wide enough for all files."""
    pairs: dict[str, list[tuple[str, str]]] = {}
    for look in looks:
        for name, kind in look.columns:
            pairs.setdefault(name, []).append((kind, look.path))
    return {name: _widest(source, name, kinds, ask) for name, kinds in pairs.items()}


def _widest(source: FileSource, name: str, pairs: Sequence[tuple[str, str]], ask: Ask) -> str:
    """One type for a column that has these types in these files."""
    kinds = dict(reversed(pairs))
    if len(kinds) > 1 and "VARCHAR" in kinds:
        texts = (path for kind, path in pairs if kind == "VARCHAR")
        text = next((path for path in texts if _has_values(replace(source, path=path), name, ask)), None)
        kinds = {kind: path for kind, path in {**kinds, "VARCHAR": text}.items() if path is not None}
    for ladder in _LADDERS:
        if set(kinds) <= set(ladder):
            return max(kinds, key=ladder.index)
    if len(kinds) > 1:
        (one, first), (two, second), *_ = kinds.items()
        hint = f"say which it is: table: {{path: …, types: {{{name}: varchar}}}}"
        raise _clash(name, (first, one), (second, two), hint)
    return next(iter(kinds))


def _has_values(source: FileSource, name: str, ask: Ask) -> bool:
    """Whether a column that is a text to DuckDB has any value: one without values is a text too."""
    named, values = _arguments(tuple(item for item in _fixed(source) if item[0] != "types"))
    sql = f"select count({identifier(name)}) > 0 from read_csv(?, all_varchar = true{named})"
    return bool(ask(sql, [source.path, *values])[0][0])
