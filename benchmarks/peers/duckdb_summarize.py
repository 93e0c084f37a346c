"""DuckDB's SUMMARIZE of the profile benchmark's 20 columns. Usage: duckdb_summarize.py LOG.duckdb"""

import sys

import duckdb

COLUMNS = [*(f"n{i:02d}" for i in range(1, 11)), *(f"c{i:02d}" for i in range(1, 9)), "region", "score"]
connection = duckdb.connect(sys.argv[1], read_only=True)
print(len(connection.execute(f"summarize select {', '.join(COLUMNS)} from scoring_log").fetchall()))
