"""Postgres targets that cannot be opened, and in which words; fields of a profile as connection parameters."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest
from msgspec.structs import replace

from tests.engines import pg
from tests.engines.pg import Server
from whq.config.spec import Target
from whq.engines import engine
from whq.engines.postgres import connect, parameters
from whq.engines.postgres_errors import connect_error, query_error
from whq.engines.postgres_session import dial
from whq.errors import ConfigError, ConnectError, WhqError

BAD = [
    (
        {"user": "careful", "password": "wrong%pw"},
        ConnectError,
        'password authentication failed for user "careful"',
        "WHQ-E003",
    ),
    ({"user": "careful"}, ConnectError, "no password supplied; check user and password", "WHQ-E003"),
    ({"user": "nobody"}, ConnectError, 'role "nobody" does not exist', "WHQ-E003"),
    ({"role": "x; drop"}, ConnectError, 'role "x; drop" does not exist', "WHQ-E003"),
    ({"dbname": "nodb"}, ConnectError, 'database "nodb" does not exist; check dbname', "WHQ-E001"),
    ({"host": "nosuch.invalid"}, ConnectError, "check host", "WHQ-E001"),
    ({"sslmode": "require"}, ConnectError, "server does not support SSL", "WHQ-E008"),
    ({"schema": "publik"}, ConnectError, 'schema "publik" does not exist; did you mean "public"?', "WHQ-E001"),
    ({"port": "abc"}, ConfigError, 'port: "abc" is not a number from 1 to 65535', "WHQ-E006"),
    ({"port": 70000}, ConfigError, 'port: "70000" is not a number', "WHQ-E006"),
    ({"sslmode": "requir"}, ConfigError, 'sslmode: "requir" is unknown; did you mean "require"?', "WHQ-E006"),
    ({"dbname": None}, ConfigError, "dbname: is missing", "WHQ-E006"),
    (
        {"pasword": "x"},
        ConfigError,
        'unknown field "pasword" in target "pg" of type postgres; did you mean "password"?',
        "WHQ-E006",
    ),
]


@pytest.mark.parametrize(("fields", "kind", "words", "code"), BAD, ids=[str(item[0]) for item in BAD])
def test_bad_profiles_say_what_is_wrong(
    postgres: Server, tmp_path: Path, fields: dict[str, Any], kind: type[WhqError], words: str, code: str
) -> None:
    with pytest.raises(kind) as caught:
        connect(postgres.target(tmp_path, **fields))
    assert words in str(caught.value) and caught.value.problems[0].code == code
    assert "wrong%pw" not in str(caught.value)


def test_connecting_names_variables_instead_of_their_values(postgres: Server, tmp_path: Path) -> None:
    made = {"dbname": "nodb"}, {"schema": "publik"}, {"host": "nosuch.invalid"}, {"role": "nobody"}
    told = (
        'cannot connect to USER@HOST:PORT/$X: database "$X" does not exist',
        'target "pg": schema "$X" does not exist',
        "cannot connect to USER@$X:PORT/NAME: ",
        'cannot connect to USER@HOST:PORT/NAME: role "$X" does not exist',
    )
    parts = postgres.fields()
    names = {"USER": parts["user"], "HOST": parts["host"], "PORT": parts["port"], "NAME": parts["dbname"]}
    for fields, words in zip(made, told, strict=True):
        for name, value in names.items():
            words = words.replace(name, str(value))
        (value,) = fields.values()
        with pytest.raises(ConnectError) as caught:
            connect(replace(postgres.target(tmp_path, **fields), variables={value: "$X"}))
        assert words in str(caught.value) and value not in str(caught.value)


def test_a_wrong_password_is_tried_once(postgres: Server, tmp_path: Path) -> None:
    before = postgres.log().count("password authentication failed")
    with pytest.raises(ConnectError):
        connect(postgres.target(tmp_path, user="careful", password="wrong"))
    time.sleep(0.05)
    assert postgres.log().count("password authentication failed") == before + 1


def test_odd_passwords_work(postgres: Server, tmp_path: Path) -> None:
    for name in ("password", "pass"):
        session = connect(postgres.target(tmp_path, user="careful", **{name: "s3cr%t'pw"}))
        assert session.role == "careful"
        session.close()


def test_a_refused_connection_is_tried_three_times(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[int] = []
    monkeypatch.setattr("whq.engines.postgres_session.backoff", lambda attempt, cap: waits.append(attempt) or 0.0)
    with pytest.raises(ConnectError, match="Connection refused; check host and port, and that the server runs"):
        connect(postgres.target(tmp_path, port=pg._free_port()))
    assert waits == [1, 2]


def test_a_connection_is_not_tried_again_after_the_time_is_up(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[int] = []
    monkeypatch.setattr("whq.engines.postgres_session.backoff", lambda attempt, cap: waits.append(attempt) or 0.5)
    target = postgres.target(tmp_path, port=pg._free_port())
    with pytest.raises(ConnectError, match="Connection refused"):
        dial(target, parameters(target), 0.2)
    assert waits == [1]


def test_without_the_driver_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "whq.engines.postgres_session", None)
    with pytest.raises(ConfigError, match=r"pip install 'whq\[postgres\]'"):
        connect(Target("pg", "postgres", {"user": "a", "dbname": "b"}, tmp_path))


MODES = [
    ({}, "prefer"),
    ({"host": "127.0.0.1"}, "prefer"),
    ({"host": "::1"}, "prefer"),
    ({"host": "/var/run"}, "prefer"),
    ({"host": "db.example.org"}, "require"),
    ({"host": "10.0.0.1"}, "require"),
    ({"sslrootcert": "ca.pem"}, "verify-full"),
    ({"host": "db.example.org", "sslmode": "disable"}, "disable"),
]


@pytest.mark.parametrize(("fields", "mode"), MODES, ids=[str(item[0]) for item in MODES])
def test_tls_is_the_default_away_from_this_machine(tmp_path: Path, fields: dict[str, str], mode: str) -> None:
    assert parameters(Target("pg", "postgres", {"user": "a", "dbname": "b", **fields}, tmp_path))["sslmode"] == mode


def test_the_fields_are_dbts(tmp_path: Path) -> None:
    fields = {
        "user": "a",
        "pass": 5,
        "database": "b",
        "port": "6432",
        "keepalives_idle": 60,
        "connect_timeout": 3,
        "threads": 4,
    }
    given = parameters(Target("pg", "postgresql", {"type": "postgres", **fields}, tmp_path))
    assert given == {
        "host": "localhost",
        "port": 6432,
        "user": "a",
        "password": "5",
        "dbname": "b",
        "sslmode": "prefer",
        "connect_timeout": 3,
        "keepalives_idle": 60,
        "application_name": "whq",
    }
    assert engine("postgresql").dialect == "postgres"


def test_errors_that_a_test_server_does_not_give() -> None:
    found, transient = connect_error(psycopg.OperationalError("FATAL:  the database system is starting up"), "x", str)
    assert transient and "starting up" in str(found)
    states = {
        psycopg.errors.DiskFull: "WHQ-E208",
        psycopg.errors.OutOfMemory: "WHQ-E208",
        psycopg.errors.FeatureNotSupported: "WHQ-E201",
        psycopg.errors.LockNotAvailable: "WHQ-E201",
        psycopg.errors.ReadOnlySqlTransaction: "WHQ-E201",
        psycopg.errors.SerializationFailure: "WHQ-E201",
        psycopg.errors.AdminShutdown: "WHQ-E209",
    }
    for kind, code in states.items():
        error = query_error(kind("words"), "r", (), str)
        assert error.problems[0].code == code
        assert error.transient == (kind in (psycopg.errors.SerializationFailure, psycopg.errors.AdminShutdown))
        whole = (psycopg.errors.LockNotAvailable, psycopg.errors.AdminShutdown)
        assert error.affects == ("statement" if kind in whole else "request")
