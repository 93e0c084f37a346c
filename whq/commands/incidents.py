"""incidents, ack: what the findings of earlier runs amount to, and what people say of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from whq import calendar
from whq.config.spec import Project
from whq.episodes import is_held
from whq.errors import ConfigError, Problem, SelectionError, did_you_mean
from whq.moments import Moment, is_relative, is_span, moment
from whq.store import Earlier, Store, StoredIncident, open_store
from whq.values import Acknowledgement, Incident, IncidentState

_EVER = "9999"
"""Later than the clock of any run."""
_AHEAD = "write a day (2024-01-31) or how far ahead it lies (7d, 2 weeks)"
_ORDER: tuple[IncidentState, ...] = ("new", "ongoing", "recovered", "past")


def incidents(*, project: str | Path = ".", target: str | None = None, every: bool = False) -> tuple[Incident, ...]:
    """The incidents of a project as its last runs left them: open ones first, the newest of each state first.

    Args:
        target: of the profile; the one of the newest run unless given.
        every: those that were over before the last run, too.

    Raises:
        SelectionError: Nothing is stored of the project, or of that target.
    """
    _, _, earlier = _stored(Path(project), target)
    known = [_with_words(stored, earlier) for stored in earlier.incidents]
    known.sort(key=lambda incident: calendar.sortable(incident.since or ""), reverse=True)
    known.sort(key=lambda incident: _ORDER.index(incident.state))
    return tuple(incident for incident in known if every or incident.state != "past")


def ack(
    id: str,
    *,
    why: str = "",
    until: Moment | None = None,
    undo: bool = False,
    project: str | Path = ".",
    target: str | None = None,
) -> Incident:
    """Say that an incident is known: it does not decide the exit code of runs whose clock stands before `until`.

    Args:
        why: What others should know of it.
        until: A moment, or how far ahead it lies (`7d`); None is for as long as the incident lasts.
        undo: Take back what was said of it.

    Returns:
        The incident as it is now.

    Raises:
        SelectionError: Nothing is stored of the project.
        ConfigError: No incident has that id, `until` is no moment or over already, or there is no reason.
    """
    store, place, earlier = _stored(Path(project), target)
    stored = next((each for each in earlier.incidents if each.incident.id == id), None)
    if stored is None:
        raise ConfigError(_unknown(id, earlier))
    if not undo and not why.strip():
        raise ConfigError(Problem("WHQ-U003", "usage", "an acknowledgement needs a reason", 'add --why "…"'))
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    end = None if until is None or undo else f"{_ahead(until, now).isoformat()}Z"
    if end is not None and end <= stored.last_as_of:
        message = f"{end} is not after the clock of the last run, {stored.last_as_of}: it would hold for no run"
        raise ConfigError(Problem("WHQ-U003", "usage", message, _AHEAD))
    said = None if undo else Acknowledgement(end, why.strip(), f"{now.isoformat()}Z")
    store.acknowledge(*place, id, said)
    return replace(stored.incident, acknowledged=said)


def _ahead(until: Moment, now: datetime) -> datetime:
    """The moment that is meant, where times without a date lie in the future."""
    try:
        found = moment(until, now).replace(microsecond=0)
    except ValueError as error:
        words = str(error).partition(";")[0]
        raise ConfigError(Problem("WHQ-U003", "usage", f"--until: {words}", _AHEAD)) from error
    if is_span(until):
        return now + (now - found)
    if is_relative(until):
        raise ConfigError(Problem("WHQ-U003", "usage", f"--until: '{until}' is over already", _AHEAD))
    return found


def _stored(root: Path, target: str | None) -> tuple[Store, tuple[str, str], Earlier]:
    """The store, the names of project and target in it, and what it knows of their incidents."""
    from whq.config import load_project

    project = load_project(root)
    store = open_store(project, create=False)
    place = project.name, target or _target(store, project)
    earlier = store.earlier(*place, _EVER)
    if target is not None and not earlier.incidents:
        _refuse_unknown(target, store, project)
    return store, place, earlier


def _refuse_unknown(target: str, store: Store, project: Project) -> None:
    """Refuse a target on which no run is stored: it is a slip. Raises SelectionError."""
    known = {stored.run.target for stored in store.runs(project=project.name, limit=200)}
    if target not in known:
        message = f'no complete run of {project.name} on target "{target}" is stored'
        hint = did_you_mean(target, known) if known else "run `whq run` first"
        raise SelectionError(Problem("WHQ-R007", "store", message, hint))


def _target(store: Store, project: Project) -> str:
    """The target that the project names, else the one of its newest complete run."""
    if project.target is not None:
        return str(project.target)
    found = store.runs(project=project.name, limit=1)
    if not found:
        message = f"no complete run of {project.name} is stored in {store.database.place}"
        raise SelectionError(Problem("WHQ-R007", "store", message, "run `whq run` first"))
    return found[0].run.target


def _with_words(stored: StoredIncident, earlier: Earlier) -> Incident:
    said = earlier.acknowledgements.get(stored.incident.id)
    return replace(stored.incident, acknowledged=said if is_held(said, stored.last_as_of) else None)


def _unknown(id: str, earlier: Earlier) -> Problem:
    names = [stored.incident.id for stored in earlier.incidents]
    hint = did_you_mean(id, names) if names else "there is none; `whq run` finds them"
    return Problem("WHQ-U012", "usage", f'no incident has the id "{id}"', hint)
