"""Every error that whq raises on purpose.

    WhqError                    carries one or more Problems; has an exit code
    ├── ConfigError      exit 2    project, monitor or profile files; unknown names once the catalog is known
    ├── CompileError     exit 2    a template, user SQL or a dialect that cannot express a request
    ├── ConnectError     exit 3    no session with the warehouse
    ├── QueryError       exit 3    one statement failed, timed out or was cancelled
    ├── StoreError       exit 5    results could not be kept
    ├── SelectionError   exit 4    nothing selected
    └── Interrupted      exit 130  Ctrl-C

A Problem is what the user reads, and what `errors` holds in the JSON document.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import force_setattr

from whq.masking import masked


class Location(NamedTuple):
    """A place in a file: path as the user would write it, line and column from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Problem(Struct, frozen=True):
    """One thing that is wrong: what was found, where, and the next step. Secrets are masked from the start."""

    code: str
    category: str
    message: str
    hint: str | None = None
    location: Location | None = None

    def __post_init__(self) -> None:
        force_setattr(self, "message", masked(self.message))
        if self.hint is not None:
            force_setattr(self, "hint", masked(self.hint))

    def __str__(self) -> str:
        where = f"{self.location}: " if self.location else ""
        hint = f"; {self.hint}" if self.hint else ""
        return f"{where}{self.message}{hint}"

    def as_dict(self) -> dict[str, Any]:
        """The problem as an entry of `errors` in the `whq.run/1` document."""
        place = self.location
        return {
            "code": self.code,
            "category": self.category,
            "message": self.message,
            "hint": self.hint,
            "file": place.file if place else None,
            "line": place.line if place else None,
            "column": place.column if place else None,
        }


class WhqError(Exception):
    """The root: one or more problems, and the exit code that they ask for."""

    exit_code: ClassVar[int] = 70

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ConfigError(WhqError):
    """Project, monitor or profile files are wrong, or name what does not exist."""

    exit_code = 2


class CompileError(WhqError):
    """A template, a piece of user SQL or a dialect cannot express what is asked."""

    exit_code = 2


class ConnectError(WhqError):
    """There is no session with the warehouse."""

    exit_code = 3


Affects = Literal["request", "table", "statement"]
"""How much of a failed statement an error concerns: perhaps one request, all that reads one table, or all of it."""


class QueryError(WhqError):
    """One statement failed, timed out or was cancelled.

    Args:
        transient: Whether the same statement may succeed when it is sent again.
        affects: Whether smaller pieces of the statement may succeed. "request": one request may have spoilt the
            others, so it is split. "table": a table cannot be read, so it is split only when it reads several.
            "statement": never split, as after a timeout, whose pieces would each wait as long again.
    """

    exit_code = 3

    def __init__(
        self, problems: Problem | Iterable[Problem], *, transient: bool = False, affects: Affects = "request"
    ) -> None:
        super().__init__(problems)
        self.transient = transient
        self.affects = affects


class StoreError(WhqError):
    """Results could not be kept."""

    exit_code = 5


class SelectionError(WhqError):
    """The selection matches nothing."""

    exit_code = 4


class Interrupted(WhqError):
    """The user pressed Ctrl-C; what was committed is kept."""

    exit_code = 130


def nearest(word: str, allowed: Iterable[str]) -> str | None:
    """The known word most like the given one, or None when none is near."""
    options = list(allowed)
    exact = {option.lower(): option for option in options}.get(word.lower())
    if exact is not None:
        return exact
    from difflib import get_close_matches

    near = get_close_matches(word, options, n=1, cutoff=0.6)
    return near[0] if near else None


def did_you_mean(word: str, allowed: Iterable[str], limit: int = 8) -> str:
    """A hint for an unknown word: the nearest known one, else what is allowed."""
    options = sorted(set(allowed))
    near = nearest(word, options)
    if near is not None:
        return f'did you mean "{near}"?'
    shown = ", ".join(options[:limit]) + (", …" if len(options) > limit else "")
    return f"allowed: {shown}" if options else "nothing is allowed here"
