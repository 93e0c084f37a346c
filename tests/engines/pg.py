"""A throwaway Postgres on loopback: Debian's binaries where they are, else those of the `pgserver` wheel."""

from __future__ import annotations

import contextlib
import fcntl
import functools
import importlib.util
import json
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from whq.config.spec import Target

_FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60", "log_line_prefix=%d:"]
_ACCESS = "host all careful 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n"
_BUSY = """
select count(*) from pg_stat_activity
where datname = current_database() and application_name = %s and state = 'active'
"""


@dataclass(frozen=True)
class Server:
    """A running server and a database on it that is the test worker's own.

    `owner` is a superuser that needs no password; `careful` needs the password `s3cr%t'pw`; `guest` has no rights.
    """

    binaries: Path
    folder: Path
    port: int
    owner: str = "whq"
    dbname: str = "postgres"

    def connect(self, **options: Any) -> psycopg.Connection[Any]:
        given = {"host": "127.0.0.1", "port": self.port, "user": self.owner, "dbname": self.dbname, "autocommit": True}
        return psycopg.connect(**{**given, **options})

    def execute(self, *statements: str) -> None:
        with self.connect() as connection:
            for statement in statements:
                connection.execute(statement)

    def fields(self, **fields: Any) -> dict[str, Any]:
        """A target's fields as a profile holds them."""
        return {"host": "127.0.0.1", "port": self.port, "user": self.owner, "dbname": self.dbname, **fields}

    def target(self, root: Path, secrets: tuple[str, ...] = (), **fields: Any) -> Target:
        return Target("pg", "postgres", self.fields(**fields), root, secrets)

    def control(self, *arguments: str) -> None:
        _run(
            self.binaries / "pg_ctl", "-D", str(self.folder / "data"), "-w", "-l", str(self.folder / "log"), *arguments
        )

    def start(self) -> None:
        options = [f"port={self.port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={self.folder}", *_FAST]
        self.control("-o", " ".join(f"-c {option}" for option in options), "start")

    def stop(self, mode: str = "immediate") -> None:
        self.control("-m", mode, "stop")

    def log(self) -> str:
        """What the server logged about connections to the worker's database."""
        lines = (self.folder / "log").read_text(errors="replace").splitlines()
        return "\n".join(line for line in lines if line.startswith(f"{self.dbname}:"))

    def busy(self, application: str = "whq") -> int:
        """How many statements of an application run in the worker's database."""
        with self.connect(application_name="test") as connection:
            found = connection.execute(_BUSY, (application,)).fetchone()
            return int(found[0]) if found else 0


def why_not() -> str | None:
    """Why no server can be started here; None when one can."""
    if _binaries() is None:
        return "no Postgres server: install Debian's postgresql, or pip install pgserver"
    if os.getuid() == 0 and _unprivileged() is None:
        return "Postgres does not run as root, and there is no user postgres or nobody"
    return None


def begin() -> Server:
    """A fresh server."""
    binaries = _binaries()
    assert binaries is not None
    folder = Path(tempfile.mkdtemp(prefix="whq-pg-"))
    if user := _unprivileged():
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
    server = Server(binaries, folder, _free_port())
    make = ("-U", server.owner, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    _run(binaries / "initdb", "-D", str(folder / "data"), *make)
    (folder / "data" / "pg_hba.conf").write_text(_ACCESS)
    server.start()
    server.execute("create role careful login password 's3cr%t''pw'", "create role guest login")
    return server


def end(server: Server) -> None:
    """Stop a server, and leave nothing of it."""
    with contextlib.suppress(subprocess.CalledProcessError):
        server.stop()
    shutil.rmtree(server.folder, ignore_errors=True)


@contextlib.contextmanager
def running() -> Iterator[Server]:
    """A fresh server, removed at the end."""
    server = begin()
    try:
        yield server
    finally:
        end(server)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Server]:
    """One server for all workers of the test run, with a database for each; the last to leave ends it."""
    if reason := why_not():
        pytest.skip(reason)
    base = tmp_path_factory.getbasetemp()
    shared = (base if worker_id == "master" else base.parent) / "postgres.json"
    with _shared(shared) as users:
        server = Server(Path(users["binaries"]), Path(users["folder"]), users["port"]) if users else begin()
        known = {"binaries": str(server.binaries), "folder": str(server.folder), "port": server.port}
        users.update(known, count=users.get("count", 0) + 1)
    server.execute(f"create database tests_{worker_id}")
    yield replace(server, dbname=f"tests_{worker_id}")
    with _shared(shared) as users:
        users["count"] -= 1
        if not users["count"]:
            users.clear()
            end(server)


@contextlib.contextmanager
def _shared(path: Path) -> Iterator[dict[str, Any]]:
    """What the workers tell each other, while no other looks at it."""
    with path.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        told = json.loads(file.read() or "{}")
        yield told
        file.truncate(0)
        file.write(json.dumps(told))


def _binaries() -> Path | None:
    """The newest of Debian's servers, else one on the PATH, else the wheel's."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    for name in ("pg_config", "pg_ctl"):
        if path := shutil.which(name):
            found.append(_bindir(path) if name == "pg_config" else Path(path).parent)
    if spec := importlib.util.find_spec("pgserver"):
        found.append(Path(str(spec.origin)).parent / "pginstall" / "bin")
    return next((path for path in found if (path / "initdb").exists() and (path / "pg_ctl").exists()), None)


def _bindir(pg_config: str) -> Path:
    return Path(subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=True).stdout.strip())


@functools.cache
def _unprivileged() -> str | None:
    """The user to run as when we are root."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in names), None)


def _run(program: Path, *arguments: str) -> None:
    user = _unprivileged()
    with tempfile.TemporaryFile() as output:
        # A file, not a pipe: the server inherits it and would keep a pipe open for good.
        done = subprocess.run(
            [str(program), *arguments], stdout=output, stderr=output, cwd="/", user=user, group=_group(user)
        )
        output.seek(0)
        if done.returncode:
            raise subprocess.CalledProcessError(done.returncode, program.name, output.read().decode(errors="replace"))


def _group(user: str | None) -> int | None:
    return pwd.getpwnam(user).pw_gid if user else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
