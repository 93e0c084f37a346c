"""Make the benchmark's scoring log, unless it is there: `make_data.py ROWS FOLDER`."""

import sys
from pathlib import Path

import duckdb

rows, folder = int(sys.argv[1]), Path(sys.argv[2])
database, parquet = folder / "log.duckdb", folder / "log.parquet"


def is_made() -> bool:
    if not (database.exists() and parquet.exists()):
        return False
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute("select count(*) from scoring_log").fetchall() == [(rows,)]


if not is_made():
    database.unlink(missing_ok=True)
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"set variable rows = {rows}")
        connection.execute((Path(__file__).parent / "data.sql").read_text())
        connection.execute(f"copy scoring_log to '{parquet}'")
