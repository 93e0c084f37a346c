"""The run's clock and the time that its analysis rows are from, as the options say it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from whq.errors import ConfigError, Problem
from whq.moments import Moment, is_relative, moment
from whq.pipeline.options import Options
from whq.pipeline.steps import Clock
from whq.resolve import Resolved


def clock(options: Options, now: datetime) -> Clock:
    """The run's moment and the time its analysis rows are from; with `as_of` rows after it do not exist for the run.

    Args:
        now: The time of day (UTC, naive), which is the run's clock unless `as_of` is.

    Raises:
        ConfigError: One of the times cannot be read, or `since` leaves nothing before `until` or `as_of`.
    """
    as_of = _moment("--as-of", options.as_of, now)
    here = now if as_of is None else as_of
    since, until = _moment("--since", options.since, here), _moment("--until", options.until, here)
    for option, end in (("--until", until), ("--as-of", as_of)):
        if since is not None and end is not None and since >= end:
            message = f"--since {_shown(since)} does not lie before {option} {_shown(end)}"
            raise ConfigError(Problem("WHQ-U003", "usage", message, "no row could lie between them"))
    return Clock(here, since, until, as_of)


def moves(options: Options, at: Clock, items: Iterable[Resolved]) -> Iterator[str]:
    """What to say of `--since` and `--until` where chunks begin or end elsewhere, or a dataset has no time."""
    datasets = [item.dataset for item in items if item.dataset.columns]
    windows = [(dataset.name, window) for dataset in datasets if (window := at.window(dataset)) is not None]
    starts = ((name, window.since) for name, window in windows)
    ends = ((name, window.until) for name, window in windows)
    yield from _moved("--since", options.since, at.since, starts, "where a chunk starts")
    yield from _moved("--until", options.until, at.until, ends, "where a chunk ends")
    timeless = [dataset.name for dataset in datasets if dataset.time is None]
    if timeless and (at.since or at.until):
        yield f"without a time column, --since and --until leave all rows of {', '.join(timeless)}"


def _moved(
    option: str,
    written: Moment | None,
    asked: datetime | None,
    taken: Iterable[tuple[str, datetime | None]],
    why: str,
) -> Iterator[str]:
    """Where the bound of some datasets lies instead; a relative one that moved within its day is expected."""
    moved: dict[datetime, list[str]] = {}
    for name, bound in taken:
        if asked is None or bound is None or bound == asked:
            continue
        if not (is_relative(written) and bound.date() == asked.date()):
            moved.setdefault(bound, []).append(name)
    for bound, names in moved.items():
        assert asked is not None
        yield f"{option} {_shown(asked)} is {_shown(bound)} for {', '.join(names)}, {why}"


def _moment(option: str, written: Moment | None, here: datetime) -> datetime | None:
    try:
        return None if written is None else moment(written, here)
    except ValueError as error:
        raise ConfigError(Problem("WHQ-U003", "usage", f"{option}: {error}")) from error


def _shown(at: datetime) -> str:
    return at.isoformat(" ", "seconds").removesuffix(":00").removesuffix(" 00:00")
