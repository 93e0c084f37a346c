"""What the fields of a target mean; the generator checks that none is missing and none invented."""

from __future__ import annotations

FIELDS: dict[str, dict[str, tuple[str, str]]] = {
    "duckdb": {
        "path": ("in memory", "database file, relative to the project; opened read-only"),
        "schema": ("`main`", "where names without a schema are looked up"),
        "database": ("the file's name", "which of several attached databases is the home of names"),
        "attach": ("–", "more DuckDB files: `[{path: other.duckdb, alias: other}]`, all read-only"),
        "settings": ("–", "DuckDB settings, e.g. `{memory_limit: 4GB}`; those that confine the session are refused"),
        "extensions": ("–", "extensions to load; they must be installed, nothing is downloaded"),
        "threads": ("DuckDB's, 3 where that is 2", "threads of the engine"),
        "allow_paths": ("–", "folders outside the project whose Parquet and CSV files may be read"),
        "allow_functions": ("–", "functions of your own that `where`, `expression`, `sql` and `query` may call"),
    },
    "postgres": {
        "host": ("`localhost`", "server, or the folder of its socket"),
        "port": ("`5432`", "port"),
        "user": ("needed", "role to log in as; one that can only read is best"),
        "password": ("–", "write `\"{{ env_var('PGPASSWORD') }}\"`; a password in clear is warned of"),
        "pass": ("–", "the same, as dbt has it"),
        "dbname": ("needed", "database"),
        "database": ("–", "the same, as dbt has it"),
        "schema": ("the server's search path", "where names without a schema are looked up first"),
        "role": ("–", "role to take on after the login"),
        "search_path": ("–", "search path, instead of `schema`"),
        "sslmode": ("`require`; on this machine `prefer`", "as in libpq; `verify-full` where `sslrootcert` is given"),
        "sslcert": ("–", "client certificate"),
        "sslkey": ("–", "key of the client certificate"),
        "sslrootcert": ("–", "root certificate to verify the server with"),
        "connect_timeout": ("`10`", "seconds"),
        "keepalives_idle": ("the system's", "seconds until a silent connection is probed"),
        "application_name": ("`whq`", "what the server shows in its list of sessions"),
        "allow_functions": ("–", "functions of your own that `where`, `expression`, `sql` and `query` may call"),
    },
}
