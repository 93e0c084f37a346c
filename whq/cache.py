"""What follows from files alone, kept between runs: checked projects, read templates, compiled statements.

An entry is found by the digest of all that its value was computed from: the inputs, whq's own files, the libraries and
Python. So no entry can be stale.

What comes out of here has passed the guard of user SQL and is not looked at again. So each entry is sealed with a key
that only the user can read and that lies in another folder: an entry written without the key, say one in a folder that
a CI system has restored, is computed anew like a damaged one. The SQL of the store is never kept here at all.
"""

from __future__ import annotations

import importlib.util
import io
import os
import pickle
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from hashlib import blake2b, sha256
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct

T = TypeVar("T")

VARIABLE = "WHQ_CACHE"
"""The environment variable that names the folder, or says `off`."""

MOST_ENTRIES, MOST_BYTES = 4000, 64 * 1024 * 1024
_FORMAT = 2
_KEY_BYTES = 32
_LIBRARIES = ("sqlglot", "sqlglotc", "jinja2", "pydantic", "pydantic_core", "ruamel.yaml", "msgspec")
_VALUES = ("whq.catalog", "whq.config.spec", "whq.config.yaml_events", "whq.ensembles", "whq.errors", "whq.values",
           "whq.sql.state", "whq.sql.templates")  # fmt: skip
"""The modules whose structs, named tuples and texts an entry may hold, beside plain values."""
_PLAIN = {("decimal", "Decimal"), *(("datetime", name) for name in ("date", "datetime", "time", "timedelta"))}
_PLAIN |= {(module, name) for module in ("pathlib", "pathlib._local") for name in ("PosixPath", "WindowsPath")}


def recall(kind: str, inputs: object, compute: Callable[[], T], keep: Callable[[T], bool] = lambda value: True) -> T:
    """The value that `compute` made of these inputs in an earlier run, else the one it makes now.

    `inputs` are plain values and those of `_VALUES`, and hold everything that `compute` looks at. What it raises is
    not kept, nor what `keep` refuses.
    """
    entry = _entry(kind, inputs)
    if entry is not None:
        with suppress(OSError, _Foreign, *_UNREADABLE):
            return _loaded(entry)  # type: ignore[no-any-return]
    value = compute()
    if entry is not None and keep(value):
        with suppress(OSError):
            _save(entry, value)
    return value


# --- the folder ---------------------------------------------------------------------------------------------


def folder() -> Path | None:
    """Where entries lie; None where the user wants none, or there can be no folder or key that is the user's alone."""
    chosen = os.environ.get(VARIABLE, "")
    if chosen.lower() in ("off", "0", "no", "false"):
        return None
    with suppress(OSError, RuntimeError):
        usable = _usable(Path(chosen).expanduser() if chosen else _home("XDG_CACHE_HOME", "LOCALAPPDATA", ".cache"))
        return usable if usable is not None and _key(key_file()) is not None else None
    return None


def key_file() -> Path:
    """Where the key of the entries lies, apart from them: `~/.local/state/whq/cache.key` unless XDG says otherwise."""
    return _home("XDG_STATE_HOME", "APPDATA", ".local/state") / "cache.key"


def _home(variable: str, on_windows: str, otherwise: str) -> Path:
    """The user's folder for whq that an absolute path in a variable names, else one in the home folder."""
    named = Path(os.environ.get(on_windows if os.name == "nt" else variable, ""))
    return (named if named.is_absolute() else Path.home() / otherwise) / "whq"


@cache
def _usable(folder: Path) -> Path | None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    state = folder.stat()
    ours = os.name == "nt" or (state.st_uid == os.getuid() and not state.st_mode & 0o022)
    return folder if ours else None


@cache
def _key(path: Path) -> bytes | None:
    """The user's key, made when there is none that only the user can read; None where it cannot be kept.

    Raises OSError where the folder cannot be read or written.
    """
    if _usable(path.parent) is None:
        return None
    if not _is_key(path):
        new = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
        try:
            with open(new, "xb", opener=_private) as file:
                file.write(os.urandom(_KEY_BYTES))
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)
    return path.read_bytes() if _is_key(path) else None


def _is_key(path: Path) -> bool:
    try:
        state = path.stat()
    except FileNotFoundError:
        return False
    private = os.name == "nt" or (state.st_uid == os.getuid() and not state.st_mode & 0o077)
    return private and state.st_size == _KEY_BYTES


# --- names of entries ---------------------------------------------------------------------------------------


def _entry(kind: str, inputs: object) -> Path | None:
    place, world = folder(), _world()
    return place / sha256(world + _bytes((kind, inputs))).hexdigest() if place and world else None


def _bytes(inputs: object) -> bytes:
    """Equal inputs give equal bytes: without its memo the pickler does not tell which parts are one object."""
    text = io.BytesIO()
    pickler = pickle.Pickler(text, protocol=4)
    pickler.fast = True
    pickler.dump(inputs)
    return text.getvalue()


_STARTED = time.time_ns()


@cache
def _world() -> bytes | None:
    """What every value depends on beside its inputs: files by size and time of change, so that edits count at once.

    None while whq is being edited: the code that runs may be older than its file.
    """
    from whq.version import __version__

    try:
        files = [(path, *_state(path)) for path in _sources(Path(__file__).parent)]
    except OSError:
        return None
    if any(changed > _STARTED for _, changed, _ in files):
        return None
    libraries = [_library(name) for name in _LIBRARIES]
    return repr((_FORMAT, __version__, sys.version, sys.platform, files, libraries)).encode()


def _sources(folder: Path) -> Iterator[str]:
    with os.scandir(folder) as items:
        for item in sorted(items, key=lambda item: item.name):
            if item.is_dir():
                yield from _sources(Path(item.path))
            elif item.name.endswith(".py"):
                yield item.path


def _library(name: str) -> object:
    """Which copy of a library is installed: the package is not imported to find out."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        return None
    return spec.origin, _state(spec.origin), _state(os.path.dirname(spec.origin))  # noqa: PTH120


def _state(path: str) -> tuple[int, int]:
    status = os.stat(path)  # noqa: PTH116 - two hundred of them, in every run
    return status.st_mtime_ns, status.st_size


# --- entries ------------------------------------------------------------------------------------------------


class _Foreign(Exception):
    """An entry that is not what its name says."""


_UNREADABLE = (
    pickle.UnpicklingError,
    EOFError,
    AttributeError,
    ImportError,
    IndexError,
    TypeError,
    ValueError,
    KeyError,
)


def _is_value(kind: type) -> bool:
    return issubclass(kind, (Struct, str, tuple))


class _Unpickler(pickle.Unpickler):
    """Makes whq's own values and plain ones, and calls nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _PLAIN:
            return super().find_class(module, name)
        if (module, name) == ("msgspec._utils", "rebuild"):
            return _rebuilt
        if module in _VALUES and name.isidentifier():
            kind = super().find_class(module, name)
            if isinstance(kind, type) and kind.__module__ == module and _is_value(kind):
                return kind
        raise _Foreign(f"{module}.{name}")


def _rebuilt(kind: type, fields: dict[str, Any]) -> Struct:
    """A struct whose fields are given by name only: msgspec pickles such structs as a call of a function of its own.

    Raises:
        _Foreign: The entry asks for anything but a struct.
    """
    if not (isinstance(kind, type) and issubclass(kind, Struct)):
        raise _Foreign(kind)
    return kind(**fields)


def _loaded(entry: Path) -> Any:
    data = entry.read_bytes()
    if data[:32] != _seal(entry, data[32:]):
        raise _Foreign(entry)
    return _Unpickler(io.BytesIO(data[32:])).load()


def _save(entry: Path, value: object) -> None:
    """Write an entry whole or not at all, whoever else writes it."""
    data = pickle.dumps(value, protocol=4)
    new = entry.with_name(f"{entry.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        with open(new, "xb", opener=_private) as file:
            file.write(_seal(entry, data) + data)
        new.replace(entry)
    finally:
        new.unlink(missing_ok=True)
    _trim(entry.parent)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _seal(entry: Path, data: bytes) -> bytes:
    """A keyed digest of an entry's name and content, 32 bytes long; only who has the key can make it."""
    key = _key(key_file())
    if key is None:
        raise _Foreign(entry)
    return blake2b(entry.name.encode() + data, key=key, digest_size=32).digest()


@cache
def _trim(folder: Path) -> None:
    """Remove the oldest entries beyond the limits, once a process."""
    with os.scandir(folder) as items:
        states = sorted(((item.stat(), item.path) for item in items), key=lambda item: -item[0].st_mtime_ns)
    size = 0
    for number, (state, path) in enumerate(states, 1):
        size += state.st_size
        if number > MOST_ENTRIES or size > MOST_BYTES:
            with suppress(OSError):
                os.unlink(path)  # noqa: PTH108
