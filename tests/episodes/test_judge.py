"""States of findings and incidents, on results that are made up: what one run says after another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from whq.episodes import Found, Now, find, left
from whq.result import deciding
from whq.store import Earlier, StoredIncident
from whq.values import Acknowledgement, Chunk, Incident, Result, Status

LETTERS: dict[str, Status] = {"p": "pass", "f": "fail", "w": "warn", "s": "skipped", "i": "inconclusive", "e": "error"}


def chunk(month: int, rows: int = 100) -> Chunk:
    year, number = 2024 + (month - 1) // 12, (month - 1) % 12 + 1
    after = f"{2024 + month // 12}-{month % 12 + 1:02d}"
    return Chunk(f"{year}-{number:02d}", month - 1, f"{year}-{number:02d}-01T00:00:00Z", f"{after}-01T00:00:00Z", rows)


def series(told: str, id: str = "t/x/mean", **fields: Any) -> list[Result]:
    """A result a month from 2024-01 on, by the letters of their statuses; `_` has no rows, a capital is partial."""
    dataset, subject, metric = id.split("/")[:3]
    return [
        replace(
            Result(id, dataset, "rule", subject, metric, LETTERS.get(sign.lower(), "skipped")),
            period="analysis",
            chunk=chunk(at, 0 if sign == "_" else 100),
            alert=sign in "fwFW",
            details={"partial": True} if sign.isupper() else {},
            **fields,
        )
        for at, sign in enumerate(told, 1)
    ]


def whole(status: Status, id: str = "t/y/not_null") -> Result:
    dataset, subject, metric = id.split("/")
    return Result(id, dataset, "rule", subject, metric, status, alert=status == "fail")


class Life:
    """Runs one after the other, and what they leave in a store."""

    def __init__(self) -> None:
        self.earlier = Earlier()
        self.runs = 0

    def run(self, results: Sequence[Result], *, definition: str = "d", whole: bool = True, keep: bool = True) -> Found:
        now = Now(f"run-{self.runs + 1}", f"2024-{self.runs + 1:02d}-20T00:00:00Z", whole)
        found = find("t", results, self.earlier, now, lambda _: definition)
        if keep:
            self.runs += 1
            stored = {each.incident.id: each for each in (*self.earlier.incidents, *found.incidents)}
            incidents = tuple(
                replace(each, incident=replace(each.incident, acknowledged=None)) for each in stored.values()
            )
            verdicts = {**self.earlier.verdicts, **found.verdicts}
            self.earlier = replace(self.earlier, verdicts=verdicts, incidents=incidents)
        return found


def told(found: Found) -> dict[str, str]:
    return {each.incident.id: each.incident.state for each in found.incidents}


def states(found: Found, id: str = "t/x/mean") -> str:
    """The states of a series' findings by chunk, as their first letters; a dot is none."""
    return "".join(str(each.details.get("state", "."))[0] for each in found.results if each.id == id)


def decides(found: Found, judged: Any = "newest") -> list[str]:
    return [each.chunk.key if each.chunk else each.id for each in deciding(found.results, judged)]


FIRST: list[tuple[str, str, list[str]]] = [
    ("pppp", "....", ["2024-04"]),
    ("pppf", "...n", ["2024-04"]),
    ("ppff", "..oo", ["2024-04"]),
    ("pffp", ".pp.", ["2024-04"]),
    ("fpwf", "p.oo", ["2024-04"]),
    ("ffff", "oooo", ["2024-04"]),
    ("pfsf", ".o.o", ["2024-04"]),
    ("pffs", ".oo.", ["2024-03", "2024-04"]),
    ("pffi", ".oo.", ["2024-03", "2024-04"]),
    ("pff_", ".pp.", ["2024-04"]),
    ("pf_f", ".o.o", ["2024-04"]),
    ("ssss", "....", ["2024-04"]),
    ("pppF", "....", ["2024-03"]),
    ("ppfF", "..nn", ["2024-03"]),
    ("ppfP", "..n.", ["2024-03"]),
    ("epef", "...n", ["2024-01", "2024-03", "2024-04"]),
    ("", "", []),
]


@pytest.mark.parametrize(("letters", "expected", "which"), FIRST, ids=[each[0] or "none" for each in FIRST])
def test_a_first_run_speaks_of_the_present(letters: str, expected: str, which: list[str]) -> None:
    found = Life().run(series(letters))
    assert states(found) == expected and decides(found) == which
    assert len(decides(found, "all")) == len(letters)


def test_a_life_new_ongoing_recovered_past() -> None:
    life = Life()
    assert told(life.run(series("pp"))) == {}
    assert told(life.run(series("ppf"))) == {"t@2024-03": "new"}
    assert told(life.run(series("ppf"))) == {"t@2024-03": "ongoing"}
    assert told(life.run(series("ppff"))) == {"t@2024-03": "ongoing"}
    last = life.run(series("ppffp"))
    assert (told(last), states(last)) == ({"t@2024-03": "recovered"}, "..rr.")
    assert last.incidents[0].incident.until == "2024-04"
    last = life.run(series("ppffp"))
    assert (told(last), states(last)) == ({"t@2024-03": "past"}, "..pp.")
    assert told(life.run(series("ppffpf"))) == {"t@2024-03": "past", "t@2024-06": "new"}


def test_the_same_run_again_says_the_same() -> None:
    life = Life()
    life.run(series("pp"))
    for letters in ("ppf", "ppfp"):
        first, again = life.run(series(letters), keep=False), life.run(series(letters), keep=False)
        assert told(first) == told(again) and first.results == again.results
        life.run(series(letters))


def test_chunks_that_closed_since_the_last_run_all_decide() -> None:
    life = Life()
    life.run(series("pp"))
    found = life.run(series("ppfpp"))
    assert decides(found) == ["2024-03", "2024-04", "2024-05"] and states(found) == "..r.."
    assert decides(life.run(series("ppfpp"))) == ["2024-05"]


def test_labels_that_come_late_decide_when_they_come() -> None:
    life = Life()
    assert decides(life.run(series("ppss"))) == ["2024-02", "2024-03", "2024-04"]
    found = life.run(series("ppfss"))
    assert decides(found) == ["2024-03", "2024-04", "2024-05"] and told(found) == {"t@2024-03": "new"}
    found = life.run(series("ppfpss"))
    assert decides(found) == ["2024-04", "2024-05", "2024-06"] and told(found) == {"t@2024-03": "recovered"}


def test_what_began_together_is_one_incident() -> None:
    found = Life().run(
        [*series("ppff"), *series("pppf", "t/y/mean"), *series("ppfp", "t/z/mean"), *series("fppp", "t/w/max")]
    )
    assert told(found) == {"t@2024-01": "past", "t@2024-03": "ongoing", "t@2024-04": "new"}
    by_id = {each.incident.id: each.incident for each in found.incidents}
    assert by_id["t@2024-03"].results == ("t/x/mean", "t/z/mean") and by_id["t@2024-03"].until is None
    assert states(found, "t/z/mean") == "..p." and states(found) == "..oo"
    assert {each.details.get("incident") for each in found.results if each.status == "fail"} == set(by_id)


def test_a_series_that_takes_part_comes_back_to_an_incident_that_lasts() -> None:
    life = Life()
    both = [*series("pfff"), *series("pfpf", "t/z/mean")]
    assert told(life.run(both)) == {"t@2024-02": "ongoing"}
    life = Life()  # the same seen run by run
    for upto in range(2, 5):
        found = life.run([*series("pfff"[:upto]), *series("pfpf"[:upto], "t/z/mean")])
    assert told(found) == {"t@2024-02": "ongoing"} and states(found, "t/z/mean") == ".p.n"


def test_a_day_that_lies_in_a_month_is_the_same_onset() -> None:
    day = Chunk("2024-03-14", 73, "2024-03-14T00:00:00Z", "2024-03-15T00:00:00Z", 5)
    other = Chunk("2024-04-02", 92, "2024-04-02T00:00:00Z", "2024-04-03T00:00:00Z", 5)
    gaps = [
        replace(each, id="t/gap", monitor="anomaly", chunk=at)
        for each, at in zip(series("ff"), (day, other), strict=True)
    ]
    first = Life().run([gaps[0], *series("ppff")])
    assert told(first) == {"t@2024-03": "ongoing"}
    life = Life()
    assert told(life.run([gaps[0], *series("pp")])) == {"t@2024-03-14": "new"}
    assert told(life.run([gaps[0], *series("ppf")])) == {"t@2024-03-14": "ongoing"}


def test_an_incident_keeps_its_id_whatever_is_found_of_its_beginning() -> None:
    values = [1.0, 1.2, 0.9, 1.1, 1.0, 2.6, 5.2]
    results = [replace(each, value=value) for each, value in zip(series("ppppppf"), values, strict=True)]
    life = Life()
    life.run(results[:6])
    (new,) = life.run(results).incidents
    more = [*results, *(replace(each, value=5.0) for each in series("ppppppfffff")[7:])]
    (same,) = life.run(more).incidents
    assert new.incident.id == same.incident.id and same.incident.state == "ongoing"
    assert same.first_run == new.first_run == "run-2" and same.last_run == "run-3"


def test_the_beginning_is_where_the_values_changed() -> None:
    values = [1.0, 1.2, 0.9, 1.1, 1.0, 5.1, 4.9, 5.2, 5.0]
    results = [replace(each, value=value) for each, value in zip(series("ppppppfff"), values, strict=True)]
    (one,) = Life().run(results).incidents
    assert one.incident.id == "t@2024-06"  # its first alert is of 2024-07
    passed_between = [replace(each, value=value) for each, value in zip(series("pppfppfff"), values, strict=True)]
    assert set(told(Life().run(passed_between))) == {"t@2024-04", "t@2024-06"}


def test_rules_about_all_rows_go_by_runs() -> None:
    life = Life()
    assert told(life.run([whole("pass")])) == {}
    found = life.run([whole("fail"), whole("fail", "t/z/unique")])
    assert told(found) == {"t@run-2024-02-20": "new"} and decides(found) == ["t/y/not_null", "t/z/unique"]
    found = life.run([whole("fail"), whole("pass", "t/z/unique"), whole("fail", "t/w/unique")])
    assert told(found) == {"t@run-2024-02-20": "ongoing", "t@run-2024-03-20": "new"}
    found = life.run([whole("pass"), whole("fail", "t/w/unique")])
    assert told(found) == {"t@run-2024-03-20": "ongoing", "t@run-2024-02-20": "recovered"}
    ended = next(each.incident for each in found.incidents if each.incident.state == "recovered")
    assert ended.until == "2024-03-20" and ended.text.startswith("2024-02-20 to 2024-03-20: ")
    found = life.run([whole("pass"), whole("fail", "t/w/unique")])
    assert told(found) == {"t@run-2024-03-20": "ongoing", "t@run-2024-02-20": "past"}
    assert told(life.run([whole("fail"), whole("pass", "t/w/unique")])) == {
        "t@run-2024-06-20": "new", "t@run-2024-03-20": "recovered",
    }  # fmt: skip


def test_what_was_mended_in_the_data_has_recovered() -> None:
    life = Life()
    life.run(series("pp"))
    life.run(series("ppf"))
    found = life.run(series("ppp"))
    assert told(found) == {"t@2024-03": "recovered"} and states(found) == "..."


def test_a_run_of_a_part_leaves_the_others_alone() -> None:
    life = Life()
    life.run([*series("ppf"), whole("fail")])
    assert told(life.run(series("ppp", "t/z/mean"), whole=False)) == {}
    assert told(life.run(series("ppff"), whole=False)) == {"t@2024-03": "ongoing"}
    assert told(life.run(series("ppff"))) == {"t@2024-03": "ongoing", "t@run-2024-01-20": "past"}  # the rule is gone


def test_an_incident_is_not_over_because_a_part_of_it_is_well() -> None:
    life = Life()
    life.run([*series("pp"), *series("pp", "t/z/mean")])
    life.run([*series("ppf"), *series("ppf", "t/z/mean")])
    for letters in ("ppp", "ppfp"):  # mended in the data, and over
        found = life.run(series(letters), whole=False)
        assert told(found) in ({}, {"t@2024-03": "ongoing"})
    (stored,) = life.earlier.incidents
    assert stored.incident.state == "ongoing" and stored.incident.until is None and "z mean" in stored.incident.text
    assert told(life.run([*series("ppfpp"), *series("ppfpp", "t/z/mean")])) == {"t@2024-03": "recovered"}


def test_another_definition_starts_anew() -> None:
    life = Life()
    life.run(series("pp"))
    life.run(series("ppf"))
    found = life.run(series("ppff"), definition="other")
    assert told(found) == {"t@2024-03": "new"} and found.incidents[0].first_run == "run-3"
    life.run(series("ppfff"), definition="other")
    found = life.run(series("ppppppf"), definition="third")
    assert told(found) == {"t@2024-07": "new", "t@2024-03": "past"}


def test_an_acknowledged_incident_does_not_decide_until_its_day() -> None:
    life = Life()
    life.run(series("pp"))
    life.run(series("ppf"))
    said = Acknowledgement("2024-04-01T00:00:00Z", "known", "2024-02-21T00:00:00Z")
    life.earlier = replace(life.earlier, acknowledgements={"t@2024-03": said})
    found = life.run([*series("ppff"), *series("pppf", "t/z/mean")])
    incidents = [each.incident for each in found.incidents]
    assert [(each.id, each.acknowledged) for each in incidents] == [("t@2024-03", said), ("t@2024-04", None)]
    which = [(each.id, each.chunk and each.chunk.key) for each in deciding(found.results, "newest", incidents)]
    assert which == [("t/z/mean", "2024-04")]
    assert len(deciding(found.results, "all", incidents)) == 6
    again = [each.incident for each in life.run(series("ppfff")).incidents]  # on 2024-04-20
    assert {each.id: each.acknowledged for each in again} == {"t@2024-03": None, "t@2024-04": None}


def test_an_acknowledged_incident_takes_up_nothing_else() -> None:
    life = Life()
    life.run([*series("pp"), *series("ps", "t/x/max"), *series("pp", "t/x/min")])
    life.run([*series("ppf"), *series("pss", "t/x/max"), *series("ppp", "t/x/min")])
    said = Acknowledgement(None, "known", "2024-02-21T00:00:00Z")
    life.earlier = replace(life.earlier, acknowledgements={"t@2024-03": said})
    late = [*series("ppff"), *series("ppfs", "t/x/max"), *series("pppf", "t/x/min")]
    found = life.run(late)
    assert told(found) == {"t@2024-03": "ongoing", "t@2024-03.2": "new"}
    incidents = [each.incident for each in found.incidents]
    assert {each.id for each in deciding(found.results, "newest", incidents) if each.status == "fail"} == {
        "t/x/max", "t/x/min",
    }  # fmt: skip
    assert told(life.run(late)) == {"t@2024-03": "ongoing", "t@2024-03.2": "ongoing"}


def test_what_is_about_one_column_or_the_table_joins_what_still_lasts() -> None:
    found = Life().run([*series("pffff"), *series("pppff", "t/x/max"), *series("pppff", "t/y/max")])
    assert told(found) == {"t@2024-02": "ongoing", "t@2024-04": "ongoing"}
    by_id = {each.incident.id: each.incident.results for each in found.incidents}
    assert by_id == {"t@2024-02": ("t/x/mean", "t/x/max"), "t@2024-04": ("t/y/max",)}
    gap, age = ([replace(each, id=f"t/{name}", subject=None, metric=name) for each in series(text)]
                for name, text in (("gap", "pffff"), ("age", "pppff")))  # fmt: skip
    assert told(Life().run([*gap, *age])) == {"t@2024-02": "ongoing"}


def test_incidents_of_a_dataset_that_is_gone_are_over() -> None:
    incident = Incident("u@2024-01", "u", "2024-01", None, "ongoing", "since 2024-01: x", ("u/x/mean",))
    stored = StoredIncident(incident, "2024-02", {("rule u/x/mean", ""): "d"}, "a", "2024", "b", "2025")
    earlier = Earlier(incidents=(stored,))
    now = Now("run", "2026-01-01T00:00:00Z")
    (gone,) = left(earlier, ["t"], now)
    assert (gone.incident.state, gone.incident.until, gone.incident.text) == (
        "past",
        "2024-02",
        "2024-01 to 2024-02: x",
    )
    assert left(earlier, ["t", "u"], now) == () == left(earlier, ["t"], replace(now, is_whole=False))


def test_segments_and_monitors_of_one_id_are_series_of_their_own() -> None:
    north = [replace(each, segment="region=North") for each in series("pppf")]
    profile = [replace(each, monitor="profile") for each in series("pppp")]
    found = Life().run([*series("pppp"), *north, *profile])
    assert decides(found) == ["2024-04"] * 3
    assert [each.incident.text for each in found.incidents] == ["since 2024-04: x mean: fail in region=North"]


def test_a_series_with_its_newest_chunk_only_goes_on() -> None:
    life, said = Life(), []
    for upto in range(1, 7):
        found = life.run(series("ppfffp"[:upto])[-1:])
        said.append(told(found))
    assert said == [
        {}, {}, {"t@2024-03": "new"}, {"t@2024-03": "ongoing"}, {"t@2024-03": "ongoing"}, {"t@2024-03": "recovered"},
    ]  # fmt: skip
    assert life.earlier.incidents[0].incident.until == "2024-05"


def test_a_window_that_begins_within_an_incident_goes_on_with_it() -> None:
    life = Life()
    life.run(series("pp"))
    life.run(series("ppfff"))
    assert told(life.run(series("ppfffff")[5:], whole=False)) == {"t@2024-03": "ongoing"}
    assert told(life.run(series("ppfffffpf")[7:], whole=False)) == {"t@2024-09": "new", "t@2024-03": "recovered"}


def test_chunks_of_rows_have_an_order_too() -> None:
    results = [
        replace(each, chunk=Chunk(f"{at * 50}-{at * 50 + 49}", at, None, None, 50))
        for at, each in enumerate(series("p" * 11 + "ff"))
    ]
    life = Life()
    assert told(life.run(results[:12])) == {"t@550-599": "new"}
    assert told(life.run(results)) == {"t@550-599": "ongoing"}
