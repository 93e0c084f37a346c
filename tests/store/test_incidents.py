"""Incidents, verdicts and acknowledgements come back as they were, by project, target and the clock of runs."""

from __future__ import annotations

import os
import signal

import pytest
from msgspec.structs import replace

from tests.store.test_migrations import Place, engine, place  # noqa: F401  fixtures
from tests.store.test_store import a_result, a_run, stored
from tests.store.test_trouble import start
from whq.store import Store, StoredIncident
from whq.values import Acknowledgement, Incident

NAME = "loans@2024-03"
INCIDENT = StoredIncident(
    Incident(NAME, "loans", "2024-03", None, "new", "since 2024-03: x → 'y'", ("loans/x/mean", "loans/é/ks")),
    "2024-03", {("rule loans/x/mean", ""): "abc", ("drift loans/é/ks", "region=N'o"): "def"},
    "one", "2024-04-01T00:00:00Z", "one", "2024-04-01T00:00:00Z",
)  # fmt: skip
SAID = Acknowledgement("2024-06-01T00:00:00Z", "known; it's “fine”", "2024-04-02T00:00:00Z")


@pytest.fixture
def store(place: Place) -> Store:  # noqa: F811
    return place.open()


def test_an_incident_comes_back_as_it_was(store: Store) -> None:
    store.save_incidents(a_run(as_of="2024-04-01T00:00:00Z"), [INCIDENT])
    store.save_incidents(a_run(), [])
    assert store.earlier("loans", "dev", "9999").incidents == (INCIDENT,)
    assert store.earlier("loans", "dev", "2024-04-01T00:00:00Z").incidents == ()
    assert store.earlier("loans", "prod", "9999").incidents == () == store.earlier("other", "dev", "9999").incidents


def test_a_later_run_replaces_it_and_an_earlier_one_does_not(store: Store) -> None:
    store.save_incidents(a_run(as_of="2024-04-01T00:00:00Z"), [INCIDENT])
    over = replace(
        INCIDENT, incident=replace(INCIDENT.incident, state="recovered", until="2024-04"), last_run="two",
        last_as_of="2024-05-01T00:00:00Z",
    )  # fmt: skip
    store.save_incidents(a_run(as_of="2024-05-01T00:00:00Z"), [over])
    assert store.earlier("loans", "dev", "9999").incidents == (over,)
    store.save_incidents(a_run(as_of="2024-04-15T00:00:00Z"), [INCIDENT])
    assert store.earlier("loans", "dev", "9999").incidents == (over,)
    store.save_incidents(a_run(as_of="2024-05-01T00:00:00Z", target="prod"), [INCIDENT])
    assert store.earlier("loans", "dev", "9999").incidents == (over,)
    assert store.earlier("loans", "prod", "9999").incidents == (INCIDENT,)


def test_what_is_said_of_an_incident_is_replaced_and_taken_back(store: Store) -> None:
    store.acknowledge("loans", "dev", NAME, SAID)
    store.acknowledge("loans", "dev", "other", SAID)
    last = replace(SAID, until=None, why="for good")
    store.acknowledge("loans", "dev", NAME, last)
    assert store.earlier("loans", "dev", "9999").acknowledgements == {NAME: last, "other": SAID}
    store.acknowledge("loans", "dev", NAME, None)
    assert store.earlier("loans", "dev", "9999").acknowledgements == {"other": SAID}
    assert store.earlier("loans", "prod", "9999").acknowledgements == {}


def test_verdicts_are_those_of_the_last_complete_run_of_each_series(store: Store) -> None:
    x, y = ("rule loans/x/mean", ""), ("drift loans/y/ks", "region=north")

    def run(name: str, day: str, verdicts: dict[tuple[str, str], str], *, ends: bool = True, **fields: object) -> None:
        about = a_run(name, as_of=f"{day}T00:00:00Z", **fields)
        store.save_verdicts(name, verdicts)
        if ends:
            stored(store, about, [a_result()])
        else:
            store.begin(about)

    run("one", "2024-03-01", {x: "2024-01", y: "2024-01"})
    run("two", "2024-04-01", {x: "2024-02"})  # a part of the project
    run("killed", "2024-04-10", {x: "2024-03", y: "2024-03"}, ends=False)
    run("prod", "2024-04-20", {x: "1999-01"}, target="prod")
    run("replay", "2024-02-01", {x: "2023-12", y: ""})  # stored last, and long before
    assert store.earlier("loans", "dev", "9999").verdicts == {x: "2024-02", y: "2024-01"}
    assert store.earlier("loans", "dev", "2024-04-01T00:00:00Z").verdicts == {x: "2024-01", y: "2024-01"}
    assert store.earlier("loans", "dev", "2024-03-01T00:00:00Z").verdicts == {x: "2023-12", y: ""}
    assert store.earlier("loans", "dev", "2024-02-01T00:00:00Z").verdicts == {}


def test_a_run_shows_the_incidents_that_it_saw(store: Store) -> None:
    incident = replace(INCIDENT.incident, acknowledged=SAID)
    outcome = stored(store, a_run("one"), [a_result()], incidents=(incident,), judged="newest")
    store.save_incidents(a_run(), [replace(INCIDENT, incident=replace(incident, state="past", acknowledged=None))])
    assert store.outcome("one") == outcome


KILLED = """
import os, signal, sys
from tests.store.test_incidents import INCIDENT
from tests.store.test_store import a_result, a_run
from tests.store.test_migrations import Place
store = Place(sys.argv[1]).open()
run = a_run("killed", as_of="2024-04-01T00:00:00Z")
store.begin(run)
with store.together() as together:
    together.append("killed", [a_result()])
    together.save_verdicts("killed", {("rule loans/x/mean", ""): "2024-03"})
    together.save_incidents(run, [INCIDENT])
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_run_leaves_what_earlier_ones_have_seen(tmp_path: os.PathLike[str]) -> None:
    store = Place(str(tmp_path)).open()
    store.acknowledge("loans", "dev", NAME, SAID)
    process = start(KILLED, tmp_path)
    assert (process.communicate(timeout=60)[1], process.returncode) == ("", -signal.SIGKILL)
    earlier = Place(str(tmp_path)).open(create=False).earlier("loans", "dev", "9999")
    assert (earlier.incidents, earlier.verdicts, earlier.acknowledgements) == ((), {}, {NAME: SAID})
