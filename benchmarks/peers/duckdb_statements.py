"""The statements of a whq run by DuckDB alone: a floor. Usage: duckdb_statements.py LOG.duckdb FOLDER

Those that whq sends to its own embedded DuckDB (`s1.sql` …) read what the others brought, and are left out.
"""

import sys
from pathlib import Path

import _duckdb as duckdb  # the compiled part, which is all that whq loads of it

connection = duckdb.connect(sys.argv[1], read_only=True)
for path in sorted(Path(sys.argv[2]).glob("[fq]*.sql")):
    print(path.stem, len(connection.execute(path.read_text()).fetchall()))
