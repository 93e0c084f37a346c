"""Postgres: the fields of a profile as connection parameters. The driver is imported when a target is opened."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

from whq.config.spec import Target
from whq.engines.base import bad_field, check_fields, needs_driver, whole_number
from whq.errors import did_you_mean
from whq.values import Policy

if TYPE_CHECKING:
    from whq.engines.postgres_session import PostgresSession

dialect = "postgres"
policy = Policy(fuse="dataset")
can_keep_results = True
fields = frozenset(
    {
        "host", "port", "user", "password", "pass", "dbname", "database", "schema", "role", "search_path", "sslmode",
        "sslcert", "sslkey", "sslrootcert", "connect_timeout", "keepalives_idle", "application_name", "allow_functions",
    }
)  # fmt: skip
_IDLE = {"threads", "retries", "method"}
_TLS = ("sslcert", "sslkey", "sslrootcert")
_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


def connect(target: Target) -> PostgresSession:
    """Open the target read-only. Raises ConnectError, or ConfigError for fields that make no sense."""
    check_fields(target, fields, _IDLE)
    options = parameters(target)
    with needs_driver(target, dialect):
        from whq.engines.postgres_session import PostgresSession
    return PostgresSession(target, options)


def parameters(target: Target) -> dict[str, Any]:
    """The driver's connection parameters of a target."""
    options = target.fields
    host = str(options.get("host") or "localhost")
    needed = {"user": options.get("user"), "dbname": options.get("dbname") or options.get("database")}
    for name, value in needed.items():
        if not value:
            raise bad_field(target, name, "is missing", f"add {name} to the target")
    password = options.get("password") or options.get("pass")
    return {
        "host": host,
        "port": whole_number(target, "port", 5432, 1, 65535),
        **{name: str(value) for name, value in needed.items()},
        **({"password": str(password)} if password else {}),
        "sslmode": _mode(target, host),
        **{name: str(options[name]) for name in _TLS if options.get(name)},
        "connect_timeout": whole_number(target, "connect_timeout", 10, 1, 600),
        **_keepalives(target),
        "application_name": str(options.get("application_name") or "whq"),
    }


def _keepalives(target: Target) -> dict[str, int]:
    """dbt's 0 means the system's own setting."""
    idle = whole_number(target, "keepalives_idle", 0)
    return {"keepalives_idle": idle} if idle else {}


def _mode(target: Target, host: str) -> str:
    """TLS by default, except on this machine; a root certificate asks for the server's identity too."""
    mode = target.fields.get("sslmode")
    if mode:
        if mode not in _MODES:
            raise bad_field(target, "sslmode", f'"{mode}" is unknown', did_you_mean(str(mode), _MODES))
        return str(mode)
    if target.fields.get("sslrootcert"):
        return "verify-full"
    return "prefer" if _is_local(host) else "require"


def _is_local(host: str) -> bool:
    try:
        return host.startswith(("/", "@")) or host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
