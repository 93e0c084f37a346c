"""The terminal report, word by word, and what hostile values become in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from whq.errors import Location, Problem
from whq.reports import FORMATS, Look, render
from whq.reports.series import Series, gather, headline, where
from whq.reports.terminal import MOST, shell
from whq.reports.text import ascii_only, clean, number, percent, runs_of, seconds
from whq.result import RunResult
from whq.values import Acknowledgement, Chunk, Incident, Result, Run, Status
from whq.wording import amount

RUN = Run("01J9", "loans", "dev", "duckdb", "2024-03-01T00:00:00Z", "2024-03-01T00:00:01Z", 1.24, 9, 45312, None, "1")


def rule(metric: str, status: Status = "pass", **fields: object) -> Result:
    made = Result(f"loans/amount/{metric}", "loans", "rule", "amount", metric, status)
    return replace(made, **fields)  # type: ignore[arg-type]


def drift(values: list[float], limit: float | None = 0.1, subject: str = "price") -> list[Result]:
    return [
        Result(
            f"loans/{subject}/js", "loans", "drift", subject, "js",
            "warn" if limit is not None and value > limit else "pass",
            period="analysis", chunk=Chunk(f"2024-{at + 1:02d}", at, None, None, 10), value=value,
            threshold_upper=limit, alert=limit is not None and value > limit, query="q7",
        )
        for at, value in enumerate(values)
    ]  # fmt: skip


def outcome(*results: Result, errors: tuple[Problem, ...] = (), exit_code: int = 0) -> RunResult:
    return RunResult(RUN, results, errors, exit_code)


HEALTHY = """\
whq loans   dev (duckdb) · as of 2024-03-01 00:00 UTC

  dataset   rules   drift
  loans     2 ✓     1 ✓

 ✓ pass   All 3 checks passed
   cost     9 queries · 45,312 rows · 1.2 s
   results  whq results --run 01J9
"""


def test_a_family_without_words_of_its_own_is_shown_by_its_name() -> None:
    volume = Result("loans/volume", "loans", "volume", None, "volume", "pass")  # type: ignore[arg-type]
    title, tally = render(outcome(volume, rule("a"))).splitlines()[2:4]
    assert title.split() == ["dataset", "rules", "volume"]
    assert tally.split() == ["loans", "1", "✓", "1", "✓"]


def test_a_healthy_run_is_one_calm_screen() -> None:
    found = render(outcome(rule("a"), rule("b"), *drift([0.01, 0.02])))
    assert found == HEALTHY


SICK = """\
whq loans   dev (duckdb) · as of 2024-03-01 00:00 UTC

  dataset   rules      drift
  loans     1 ✗  1 ?   1 !

 ✗ fail          loans/amount/unique    12 keys in 45,312 rows · q3 · owner risk
 ! warn          loans/price/js         0.4, above 0.1 in 2024-04 (10 rows) · q7
                                        ▁▁▆█▁▄  3 of 6: 2024-03…2024-04, 2024-06
 ? inconclusive  loans/amount/mean [A]  no rows

 ✗ fail   1 failed, 1 warned, 1 no verdict · exit 3
   cost     9 queries · 45,312 rows · 1.2 s
   results  whq results --run 01J9 --status fail,warn,inconclusive
   history  whq history loans/price/js
   sql      whq compile --select dataset:loans
"""


def test_what_is_wrong_stands_in_order_of_gravity() -> None:
    results = [
        *drift([0.01, 0.02, 0.3, 0.4, 0.03, 0.2]),
        rule("mean", "inconclusive", message="no rows", segment="A"),
        rule("unique", "fail", failing=12, of=45312, params={"measure": "keys"}, query="q3", owner="risk"),
    ]
    order = [results[-2], results[-1], *results[:-2]]
    assert render(outcome(*order, exit_code=3)) == SICK


def broken(text: str) -> list[str]:
    """The lines that fit the terminal: all but those at the end, whose commands stay whole to be copied."""
    return text.partition("\n   cost ")[0].splitlines()


def test_a_narrow_terminal_without_unicode() -> None:
    found = render(
        outcome(rule("unique", "fail", message="naïve “key” … twice"), *drift([0.0, 0.5, 0.9])),
        look=Look(width=50, unicode=False),
    )
    assert found.isascii()
    assert all(len(line) <= 50 for line in broken(found))
    assert 'na\\xefve "key" ... twice' in found
    assert "_+#  2 of 3: 2024-02...2024-03" in found
    assert "1 x" in found


def test_the_last_line_goes_on_below_its_own_words() -> None:
    found = render(outcome(rule("a", "fail"), rule("b", "error"), rule("c"), exit_code=3), look=Look(width=30))
    lines = found.splitlines()
    first = next(at for at, line in enumerate(lines) if line.startswith(" ✗ error   "))
    cost = next(at for at, line in enumerate(lines) if line.startswith("   cost"))
    assert cost > first + 1 and all(line.startswith(" " * 11) for line in lines[first + 1 : cost])


@pytest.mark.parametrize("width", [1, 20, 40, 88, 300])
def test_any_width_works(width: int) -> None:
    long = rule("x" * 90, "fail", message="word " * 60)
    found = render(outcome(long, *drift([0.5] * 40)), look=Look(width=width))
    assert max(map(len, broken(found))) <= max(width, 20)
    assert "\n   results  whq results --run 01J9 --status fail,warn\n" in found


HOSTILE = [
    "[/foo]", "[link=https://example.org]x[/link]", "[red]x", "\x1b[31mred", "\x9b31m", "a\nb\tc\r", "\u202eevil",
    "{{7*7}}", "<script>alert(1)</script>", "\x00", "\ud800", ":smile:", "x" * 1000, "\x07\x08", "\u2028",
]  # fmt: skip


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: repr(value)[:20])
@pytest.mark.parametrize("unicode", [True, False])
def test_values_from_outside_are_inert(value: str, unicode: bool) -> None:
    result = Result(
        f"d/{value}/m", value, "rule", value, "m", "fail", message=value, segment=value, method=value,
        query=value, owner=value, chunk=Chunk(value, 0, None, None, 1), value=value, params={"measure": value},
    )  # fmt: skip
    problem = Problem(value, value, value, value, Location(value))
    run = replace(RUN, project=value, id=value, target=value, engine=value, as_of=value)
    other = replace(result, chunk=Chunk(value, 1, None, None, 1), message="", failing=3, of=9)
    whole = RunResult(run, (result, other), (problem,), 3)
    found = render(whole, look=Look(unicode=unicode))
    assert all(character == "\n" or character.isprintable() for character in found)
    found = render(whole, look=Look(unicode=unicode, color=True))
    assert all(part[0] == "[" and part[1:].split("m")[0].replace(";", "").isdigit() for part in found.split("\x1b")[1:])
    assert "]8;" not in found


def test_colour_only_where_it_is_wanted() -> None:
    result = outcome(rule("unique", "fail", message="bad"))
    assert "\x1b[" not in render(result)
    assert "\x1b[1;31m✗ fail" in render(result, look=Look(color=True))


def test_one_lost_query_is_told_once() -> None:
    lost = [rule(f"m{number}", "error", message="the table is gone") for number in range(30)]
    found = render(outcome(*lost, exit_code=3))
    assert found.count("the table is gone") == 1
    assert "(and 29 more like it)" in found


def test_many_findings_are_cut_and_the_rest_is_counted() -> None:
    findings = [rule(f"m{number}", "fail", message=f"bad {number}") for number in range(MOST + 5)]
    found = render(outcome(*findings))
    assert found.count("bad ") == MOST
    assert "… 5 more" in found and "whq results --run 01J9 --status fail" in found


def test_a_run_that_was_not_kept_is_not_pointed_at() -> None:
    findings = [rule(f"m{number}", "fail", message=f"bad {number}") for number in range(MOST + 5)]
    found = render(outcome(*findings), look=Look(stored=False))
    assert "… 5 more" in found and "whq " not in found.partition("\n")[2]


def test_commands_can_be_copied_where_the_reader_stands() -> None:
    wrong = replace(outcome(rule("a", "fail", message="bad")), report=Path("my demo/report.html"))
    found = render(wrong, look=Look(called=".venv/bin/whq", project="my demo"))
    assert ".venv/bin/whq results --project 'my demo' --run 01J9 --status fail\n" in found
    assert ".venv/bin/whq history --project 'my demo' loans/" in found
    assert ".venv/bin/whq compile --project 'my demo' --select dataset:loans\n" in found
    assert "   report   my demo/report.html\n" in found


def test_quiet_says_only_what_is_wrong() -> None:
    assert render(outcome(rule("a")), look=Look(quiet=True)) == ""
    found = render(outcome(rule("a"), rule("b", "fail", message="bad")), look=Look(quiet=True))
    assert found.startswith(" ✗ fail") and "dataset " not in found


def test_a_run_that_could_not_start() -> None:
    problem = Problem("WHQ-E001", "connect", "no such host", "check the profile", Location("p.yml", 2, 3))
    found = render(replace(outcome(errors=(problem,), exit_code=3)))
    assert "✗ error  WHQ-E001  p.yml:2:3: no such host; check the profile" in found
    assert "✗ error   nothing was checked · exit 3" in found


def test_bytes_are_told_where_they_are_known() -> None:
    found = render(
        replace(outcome(rule("a")), run=replace(RUN, rows_scanned=None, bytes_scanned=12_000_000, queries=1))
    )
    assert "cost     1 query · 12,000,000 bytes · 1.2 s" in found


def test_reference_chunks_are_not_judged() -> None:
    reference = [replace(each, period="reference", status="fail") for each in drift([0.9, 0.9])]
    series = gather([*drift([0.0, 0.01]), *reference])
    assert [each.status for each in series] == ["pass"]
    assert series[0].results[0].period == "reference"
    assert Series(tuple(reference)).status == "fail"


def of(*results: Result) -> Series:
    return gather(results)[0]


CASES: list[tuple[Callable[[Series], str], Series, str]] = [
    (headline, of(rule("a", "fail", value=0.0, threshold_lower=1.5)), "0, below 1.5"),
    (headline, of(rule("a", "fail", value=2.0)), "2"),
    (headline, of(rule("a", "fail", value="x")), "x"),
    (headline, of(rule("a", "fail")), ""),
    (headline, of(rule("a", "fail", failing=3)), "3 rows"),
    (headline, of(rule("a", "fail", failing=3, of=9, value="x", message="m")), "m"),
    (headline, of(*drift([0.2, 0.9, 0.3])), "0.9, above 0.1 in 2024-02"),
    (headline, of(*(replace(each, message="m") for each in drift([0.2, 0.0]))), "0.2, above 0.1 in 2024-01"),
    (headline, of(*(replace(each, message="p 0", status="warn") for each in drift([9, 1], None))), "p 0 in 2024-01"),
    (where, of(rule("a", "fail")), ""),
    (where, of(*drift([0.2, 0.9])), "all 2 chunks"),
    (where, of(*drift([0.2, 0, 0.2, 0, 0.2, 0, 0.2, 0, 0.3])), "5 of 9: 2024-01, 2024-03, 2024-05, 2024-07, … 1 more"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "series", "expected"), CASES)
def test_words(words: Callable[[Series], str], series: Series, expected: str) -> None:
    assert words(series) == expected


def test_row_chunks_are_joined_to_one_range() -> None:
    results = [
        replace(each, chunk=Chunk(f"{at * 50}-{at * 50 + 49}", at, None, None, 50))
        for at, each in enumerate(drift([0.0, 0.2, 0.2, 0.2, 0.0, 0.2]))
    ]
    assert where(of(*results)) == "4 of 6: rows 50-199, rows 250-299"


def test_parts_are_numbered_in_words() -> None:
    results = [
        replace(each, chunk=Chunk(f"{at + 1}/10", at, None, None, 50))
        for at, each in enumerate(drift([0.0, 0.2, 0.3, 0.0, 0.2]))
    ]
    assert where(of(*results)) == "3 of 5: parts 2…3 of 10, part 5 of 10"
    assert headline(of(*results)) == "0.3, above 0.1 in part 3 of 10"


def test_no_span_crosses_a_hole() -> None:
    """Chunks 2 and 3 of five are missing from the results; so is what is skipped between two that alert."""
    results = drift([0.2, 0.3, 0.9, 0.9, 0.2, 0.2, 0.0])
    assert where(of(*results[:2], *results[4:])) == "4 of 5: 2024-01…2024-02, 2024-05…2024-06"
    results[2:4] = [replace(each, value=None, status="skipped", alert=False) for each in results[2:4]]
    assert where(of(*results)) == "4 of 7: 2024-01…2024-02, 2024-05…2024-06"


def partial(result: Result) -> Result:
    return replace(result, details={**result.details, "partial": True})


def test_a_chunk_that_is_filling_is_no_headline_while_there_is_a_closed_one() -> None:
    results = drift([0.0, 0.2, 0.9])
    results[-1] = partial(results[-1])
    found = render(outcome(*results))
    assert "0.2, above 0.1 in 2024-02 (10 rows) · q7" in found
    alone = render(outcome(*drift([0.0, 0.0]), partial(replace(results[-1], alert=True))))
    assert "0.9, above 0.1 in 2024-03 so far (10 rows)" in alone


def decided(results: list[Result], *places: int) -> list[Result]:
    return [
        replace(each, details={**each.details, "decides": True}) if at in places else each
        for at, each in enumerate(results)
    ]


def test_history_is_shown_and_not_failed_again() -> None:
    over = decided(drift([0.3, 0.3, 0.0], subject="old"), 2)
    filling = [*decided(drift([0.0, 0.0, 0.9], subject="next"), 1)]
    filling[-1] = partial(filling[-1])
    now = decided(drift([0.2, 0.0, 0.4], subject="now"), 2)
    found = render(replace(outcome(*over, *filling, *now, exit_code=0), judged="newest"))
    assert "loans/old" not in found
    assert "loans/next/js" not in found and "filling  1 alert in 2024-03 so far; these decide when" in found
    assert "0.4, above 0.1 in 2024-03 (10 rows)" in found and "2 of 3: 2024-01, 2024-03" in found
    assert "1 warned, 2 passed · newest chunks judged\n" in found
    assert "loans/old" in render(outcome(*over))


def incident(name: str, state: str, text: str, *ids: str, said: Acknowledgement | None = None) -> Incident:
    return Incident(name, "loans", "2024-03", None, state, text, ids, said)  # type: ignore[arg-type]


def test_incidents_are_told_first_newest_first() -> None:
    price = decided(drift([0.0, 0.3, 0.4], subject="price"), 2)
    state = decided(drift([0.3, 0.3, 0.4], subject="state"), 2)
    seen = decided(drift([0.0, 0.0, 0.6], subject="seen"), 2)
    lost = rule("unique", "fail", failing=12, of=45312, params={"measure": "keys"}, message="12 keys twice")
    incidents = (
        incident("loans@2024-02", "new", "since 2024-02: price and state moved", "loans/price/js", "loans/state/js"),
        incident("loans@2024-01", "ongoing", "since 2024-01: seen moved", "loans/seen/js",
                 said=Acknowledgement("2024-05-01", "known [x]", "2024-04-01")),
        *(incident(f"loans@2023-{at:02d}", "past", f"2023-{at:02d}: it was", "loans/x/js") for at in range(12, 0, -1)),
    )  # fmt: skip
    whole = replace(outcome(*price, *state, *seen, lost, exit_code=1), judged="newest", incidents=incidents)
    found = render(whole, look=Look(width=120))
    lines = found.splitlines()
    first = next(at for at, line in enumerate(lines) if "loans@2024-02 [new]" in line)
    assert lines[first].startswith(" ! warn") and "since 2024-02: price and state moved" in lines[first]
    assert "loans/price/js: 0.4, above 0.1 in 2024-03 (10 rows) · q7 · 1 more" in lines[first + 1]
    assert "seen " in lines[first + 2] and "acknowledged until 2024-05-01: known [x]" in lines[first + 2]
    assert "over" in lines[first + 4] and "2023-12: it was" in lines[first + 4]
    assert "… 7 more incidents that are over" in found and "whq incidents --all" in found
    after = found.partition("whq incidents")[2]
    assert "loans/amount/unique" in after and "loans/price/js " not in after.partition("cost")[0]
    assert "1 failed, 2 warned, 1 acknowledged · newest chunks judged · exit 1" in found
    assert "whq history loans/price/js" in found
    quiet = render(whole, look=Look(quiet=True))
    assert "loans@2024-02" in quiet and "dataset " not in quiet


@pytest.mark.parametrize(("many", "more"), [(2, 2), (15, 5)])
def test_each_broken_rule_of_an_incident_is_named(many: int, more: int) -> None:
    """What drifted with them is counted, and the rules beyond the usual number."""
    broken = [rule(f"max/r{at}", "fail", message=f"{at} is too high") for at in range(many)]
    moved = [decided(drift([0.0, 0.3], subject=name), 1) for name in ("price", "state")]
    results = [*broken, *moved[0], *moved[1]]
    names = dict.fromkeys(result.id for result in results)
    whole = outcome(*results, exit_code=1)
    found = render(
        replace(whole, judged="newest", incidents=(incident("loans@2024-02", "new", "since 2024-02: much", *names),)),
        look=Look(width=120),
    )
    named = [line.strip() for line in found.splitlines() if "is too high" in line]
    assert named[:-1] == [f"loans/amount/max/r{at}: {at} is too high" for at in range(min(many, MOST) - 1)]
    assert named[-1].endswith(f" is too high · {more} more") and "loans/price/js" not in found


def test_a_finding_goes_with_the_incident_that_it_names() -> None:
    """A chunk that has closed since the last run decides, though a later one has passed already."""
    results = decided(drift([0.0, 0.5, 0.0]), 1, 2)
    results[1] = replace(results[1], details={**results[1].details, "incident": "loans@2024-02"})
    incidents = (
        incident("loans@2024-02", "recovered", "2024-02: price moved", "loans/price/js"),
        incident("loans@2024-01", "past", "2024-01: price moved", "loans/price/js"),
    )
    found = render(replace(outcome(*results), judged="newest", incidents=incidents), look=Look(width=120))
    assert " ! warn  loans@2024-02 [recovered]  2024-02: price moved" in found
    assert " over    loans@2024-01 " in found
    assert found.count("loans/price/js: 0.5, above 0.1") == 1 and "! warn  loans/price" not in found


def test_what_waits_for_its_first_chunk_is_neither_passed_nor_skipped() -> None:
    waiting = partial(replace(drift([0.9])[0], alert=True))
    found = render(replace(outcome(waiting, rule("a"), rule("b")), judged="newest"))
    assert "2 passed, 1 still filling" in found and "1 alert in 2024-01 so far" in found


def test_numbers_that_no_limit_judges_are_no_checks() -> None:
    mean = Result("loans/x/mean", "loans", "profile", "x", "mean", "pass", value=3.5)
    limited = replace(mean, id="loans/x/max", metric="max", threshold_upper=9.0)
    found = render(outcome(mean, rule("a")))
    assert "The check passed" in found and "1 number" in found
    assert "All 2 checks passed" in render(outcome(mean, limited, rule("a")))
    assert "1 number measured, none has a limit" in render(outcome(mean))


def test_withheld_verdicts_are_named_and_no_failures() -> None:
    held = [
        rule(f"m{at}", "inconclusive", message="too few", details={"withheld": word})
        for at, word in enumerate(["few_rows", "few_rows", "unheard_of"])
    ]
    found = render(outcome(*held, rule("a")))
    assert "withheld  2 verdicts: the chunk has too few rows (few_rows)\n" in found
    assert "withheld  1 verdict: unheard_of\n" in found
    assert "The check passed, 3 without a verdict" in found
    assert "? inconclusive" not in found


def test_what_moved_and_what_is_better_is_told() -> None:
    moved = drift([0.0, 0.4])
    moved[1] = replace(moved[1], details={"moved": "median 24,000 → [56,000]"})
    better = drift([0.0, 0.05], subject="state")
    better[1] = replace(better[1], details={"note": "better than usual"})
    found = render(outcome(*moved, *better))
    assert "median 24,000 → [56,000]\n" in found
    assert "note  loans/state/js: better than usual\n" in found


def test_the_metrics_of_one_column_stand_together() -> None:
    others = [replace(each, id="loans/price/ks", metric="ks") for each in drift([0.0, 0.2, 0.3])]
    apart = drift([0.0, 0.0, 0.2], subject="state")
    found = render(outcome(*drift([0.0, 0.0, 0.3]), *others, *apart))
    assert found.count("! warn  ") == 3  # two findings and the verdict
    assert "loans/price/ks " in found and "also js" in found and "loans/state/js" in found


def test_a_method_in_the_id_is_not_told_twice() -> None:
    named = [replace(each, id="d/m/auc/cbpe", method="cbpe") for each in drift([0.0, 0.2])]
    other = [replace(each, id="d/m/auc", method="pape") for each in drift([0.0, 0.2])]
    found = render(outcome(*named, *other))
    assert "auc/cbpe [" not in found and "auc [pape]" in found


def test_a_gap_in_the_values_is_a_gap_in_the_bars() -> None:
    results = drift([0.0, 0.5, 0.9, 0.9])
    results[1] = replace(results[1], value=None, status="inconclusive")
    assert "▁ ██" in render(outcome(*results))
    assert "▁▁▁" in render(outcome(*[replace(each, status="fail") for each in drift([0.5, 0.5, 0.5])]))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (number(None), "–"),
        (number(True), "True"),
        (number(1234567), "1,234,567"),
        (number(10**16), "1e+16"),
        (number(0.000012), "1.20e-05"),
        (number(0.0), "0"),
        (number(12345.6), "12,346"),
        (number(0.123456), "0.1235"),
        (number(float("inf")), "inf"),
        (percent(1, 3), "33.3 %"),
        (percent(0, 3), "0 %"),
        (percent(3, 3), "100 %"),
        (percent(1, 10**6), "<0.01 %"),
        (percent(1, 0), "0 %"),
        (seconds(5), "5.0 s"),
        (seconds(125), "2 min 5 s"),
        (amount(1, "row"), "1 row"),
        (amount(2, "query", "queries"), "2 queries"),
        (clean("e\u0301 👩\u200d💻 naïve"), "e\u0301 👩\u200d💻 naïve"),
        (clean("\U000e0001"), "\\U000e0001"),
        (ascii_only("✓ … ü"), "ok ... \\xfc"),
        (shell("loans/a_b"), "loans/a_b"),
        (shell("a b'c"), "'a b'\\''c'"),
        (str(runs_of([1, 2, 3, 7, 9, 10])), "[(1, 3), (7, 7), (9, 10)]"),
        (str(runs_of([])), "[]"),
    ],
)
def test_values_as_people_read_them(found: str, expected: str) -> None:
    assert found == expected


def test_a_notebook_shows_a_run_in_a_few_words() -> None:
    whole = outcome(rule("a"), rule("b", "fail"), *drift([0.0, 0.4]))
    assert repr(whole) == "<RunResult loans: fail; 4 results: 1 fail, 1 warn, 2 pass; run 01J9>"
    assert repr(outcome()) == "<RunResult loans: skipped; no results; run 01J9>"
    hostile = "<script>alert(1)</script>"
    run = replace(RUN, project=hostile, target=hostile, engine=hostile, as_of=hostile)
    listed = tuple(incident(hostile, "new", f"{hostile} {at}") for at in range(12))
    shown = replace(whole, run=run, incidents=(*listed, incident("x", "past", "long ago")))._repr_html_()
    assert "<script" not in shown and shown.count("&lt;script&gt;") == 4 + 10
    assert "<td>warn</td><td>1</td>" in shown and "… 2 more" in shown and "long ago" not in shown
    assert "<ul>" not in whole._repr_html_()


def test_json_is_the_document_in_ascii() -> None:
    whole = outcome(rule("naïve \x9b", "fail", value=float("nan")), exit_code=1)
    text = render(whole, "json")
    assert text.isascii() and text.endswith("}\n")
    assert json.loads(text, parse_constant=pytest.fail) == whole.as_dict()
    assert set(FORMATS) >= {"text", "json"}
