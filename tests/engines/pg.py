"""A throwaway Postgres on loopback: Debian's binaries where they are, else those of the `pgserver` wheel."""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from whq.config.spec import Target

_FAST = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=40", "log_connections=on"]
_ACCESS = "host all careful 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n"


@dataclass(frozen=True)
class Server:
    """A running server. `owner` is a superuser that needs no password; `careful` needs the password `s3cr%t'pw`."""

    binaries: Path
    folder: Path
    port: int
    owner: str = "whq"

    def connect(self, **options: Any) -> psycopg.Connection[Any]:
        given = {"host": "127.0.0.1", "port": self.port, "user": self.owner, "dbname": "postgres", "autocommit": True}
        return psycopg.connect(**{**given, **options})

    def execute(self, *statements: str) -> None:
        with self.connect() as connection:
            for statement in statements:
                connection.execute(statement)

    def fields(self, **fields: Any) -> dict[str, Any]:
        """A target's fields as a profile holds them."""
        return {"host": "127.0.0.1", "port": self.port, "user": self.owner, "dbname": "postgres", **fields}

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
        return (self.folder / "log").read_text(errors="replace")


def why_not() -> str | None:
    """Why no server can be started here; None when one can."""
    if _binaries() is None:
        return "no Postgres server: install Debian's postgresql, or pip install pgserver"
    if os.getuid() == 0 and _unprivileged() is None:
        return "Postgres does not run as root, and there is no user postgres or nobody"
    return None


@contextlib.contextmanager
def running() -> Iterator[Server]:
    """A fresh server, removed at the end."""
    binaries = _binaries()
    assert binaries is not None
    folder = Path(tempfile.mkdtemp(prefix="whq-pg-"))
    if user := _unprivileged():
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
    server = Server(binaries, folder, _free_port())
    try:
        make = ("-U", server.owner, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        _run(binaries / "initdb", "-D", str(folder / "data"), *make)
        (folder / "data" / "pg_hba.conf").write_text(_ACCESS)
        server.start()
        server.execute("create role careful login password 's3cr%t''pw'", "create role guest login")
        yield server
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """One server for the session's tests; each makes schemas of its own."""
    if reason := why_not():
        pytest.skip(reason)
    with running() as server:
        yield server


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
