"""The statements of a whq run by DuckDB alone: a floor. Usage: duckdb_statements.py LOG.duckdb FOLDER"""

import sys
from pathlib import Path

import duckdb

connection = duckdb.connect(sys.argv[1], read_only=True)
for path in sorted(Path(sys.argv[2]).glob("*.sql")):
    print(path.stem, len(connection.execute(path.read_text()).fetchall()))
