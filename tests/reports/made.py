"""Runs made by hand for the report's tests: seeded, with everything that a report can show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import erf, sqrt
from random import Random

from msgspec.structs import replace

from whq.errors import Location, Problem
from whq.result import RunResult, exit_code
from whq.values import Acknowledgement, Chunk, Incident, Period, Result, Run, Status

RUN = Run(
    "5e7a1c0ffee1", "loans", "prod", "duckdb", "2025-01-01T00:00:00Z", "2025-01-01T00:00:00Z", 4.21, 38, 1204455, None,
    "0.1.0",
)  # fmt: skip
REFERENCE, ANALYSIS = 6, 12
OFF_LIST = "that is not on the list"


def chunks(reference: int = REFERENCE, analysis: int = ANALYSIS) -> list[tuple[Period, Chunk]]:
    """Months from July 2023 on, the first of them the reference."""
    made: list[tuple[Period, Chunk]] = []
    for at in range(reference + analysis):
        year, month = divmod(6 + at, 12)
        period: Period = "reference" if at < reference else "analysis"
        index = at if at < reference else at - reference
        made.append((period, Chunk(f"{2023 + year}-{month + 1:02d}", index, None, None, 11000 + 37 * at)))
    return made


def series(
    name: str,
    values: list[float | None],
    upper: float | None = None,
    lower: float | None = None,
    *,
    monitor: str = "drift",
    severity: Status = "warn",
    reference: int = REFERENCE,
    **fields: object,
) -> list[Result]:
    """A check `dataset/subject/metric` over months; analysis values outside the limits alert."""
    dataset, subject, metric = name.split("/")
    made = []
    for (period, chunk), value in zip(chunks(reference, len(values) - reference), values, strict=True):
        out = value is not None and ((upper is not None and value > upper) or (lower is not None and value < lower))
        alert = out and period == "analysis"
        result = Result(
            name, dataset, monitor, subject, metric, severity if alert else "pass", period=period, chunk=chunk,  # type: ignore[arg-type]
            value=value, threshold_lower=lower, threshold_upper=upper, alert=alert, query="q7", owner="risk",
        )  # fmt: skip
        made.append(replace(result, **fields))  # type: ignore[arg-type]
    return made


def noise(
    seed: str, middle: float, spread: float, bumps: dict[int, float] | None = None, many: int = 18
) -> list[float | None]:
    """Values around a middle, with bumps at some places."""
    random = Random(seed)
    return [middle + spread * random.gauss(0, 1) + (bumps or {}).get(at, 0.0) for at in range(many)]


def rule(name: str, failing: int, of: int, message: str, status: Status = "fail", **fields: object) -> Result:
    """A rule that counts rows."""
    dataset, subject, metric = name.split("/")[:3]
    made = Result(
        name, dataset, "rule", subject or None, metric, "pass" if failing == 0 else status,
        params={"measure": "rows", "arguments": {}, status: "> 0"}, value=failing, failing=failing, of=of,
        threshold_upper=0, alert=failing > 0, message=message, query="q3", owner="finance",
    )  # fmt: skip
    return replace(made, **fields)  # type: ignore[arg-type]


def model(
    dataset: str, subject: str, metric: str, level: float, fall: dict[int, float], late: int = 2
) -> Iterator[Result]:
    """An estimate with its band beside realized values; the labels of the last months are not there yet."""
    estimated = noise(f"{metric}e", level, 0.002, {at: by for at, by in fall.items() if at < 15})
    realized = noise(f"{metric}r", level, 0.005, fall)
    for method, values in (("cbpe", estimated), ("realized", realized)):
        name = f"{dataset}/{subject}/{metric}"
        found = series(name, values, level + 0.02, level - 0.02, monitor="model", severity="fail", method=method)
        for at, result in enumerate(found):
            result = replace(result, id=f"{name}/{method}")
            if method == "cbpe" and result.value is not None:
                value = float(result.value)  # type: ignore[arg-type]
                result = replace(result, lower=value - 0.012, upper=value + 0.012)
            elif at >= len(found) - late:
                reason = "no labels yet"
                result = replace(result, value=None, status="skipped", alert=False, message=reason)
            yield result


def histograms(dataset: str, subject: str, shift: dict[int, float]) -> Iterator[Result]:
    """A profile's histogram of a bell curve that is moved in some months."""
    edges = [-4 + 0.4 * at for at in range(21)]
    for at, (period, chunk) in enumerate(chunks()):
        moved = shift.get(at, 0.0)
        counts = [round(11000 * (_below(high - moved) - _below(low - moved))) for low, high in pairwise(edges)]
        details = {"edges": edges, "counts": counts, "below": 0, "above": 11000 - sum(counts)}
        yield Result(
            f"{dataset}/{subject}/histogram", dataset, "profile", subject, "histogram", "pass", period=period,
            chunk=chunk, value=len(counts), details=details, query="q8", owner="risk",
        )  # fmt: skip


def profile(dataset: str, subject: str) -> Iterator[Result]:
    """The usual metrics of a numeric column."""
    for metric, level in {
        "null_ratio": 0.0,
        "distinct_count": 410.0,
        "mean": 11875.0,
        "stddev": 7741.8,
        "p95": 26478.0,
    }.items():
        values = noise(f"{subject}{metric}", level, level / 50)
        yield from series(f"{dataset}/{subject}/{metric}", values, monitor="profile")


def _below(x: float) -> float:
    return 0.5 * (1 + erf(x / sqrt(2)))


def outcome(*results: Result, errors: tuple[Problem, ...] = (), run: Run = RUN) -> RunResult:
    """A run with these results."""
    return RunResult(run, results, errors, exit_code(results, errors))


def everything() -> RunResult:
    """Three datasets: a scored one that drifts, one with broken rules, one where all is well."""
    app, fall = "applications", {12: -0.13, 13: -0.14, 15: -0.22}
    results = [
        *model(app, "default_risk", "roc_auc", 0.82, fall),
        *model(app, "default_risk", "f1", 0.61, {12: -0.3, 13: -0.32, 15: -0.2}),
        *(replace(each, segment="channel=web") for each in model(app, "default_risk", "roc_auc", 0.81, {13: -0.1})),
        *series(f"{app}/income/jensen_shannon", noise("ji", 0.03, 0.008, {12: 0.2, 13: 0.22}), 0.1, details={}),
        *series(f"{app}/income/ks", noise("ki", 0.01, 0.002, {12: 0.15, 13: 0.14}), 0.05),
        *series(f"{app}/debt_ratio/jensen_shannon", noise("jd", 0.03, 0.006), 0.1),
        *series(f"{app}/amount/wasserstein", noise("wa", 310, 40, {9: 9800}), 900),
        *categories(),
        *histograms(app, "income", {12: 0.8, 13: 0.9}),
        *profile(app, "income"),
        *profile(app, "amount"),
        *(replace(each, segment="channel=web") for each in profile(app, "amount")),
        rule(f"{app}/channel/accepted_values", 16765, 200400, f'16,765 of 200,400 rows have a "channel" {OFF_LIST}'),
        *series(f"{app}/income/not_null", [0.0] * 7 + [0.118] + [0.0] * 10, 0.01, monitor="rule", severity="fail",
                params={"measure": "rows", "fail": "> 1%"}, failing=1248, of=10564),
        rule("payments/currency/accepted_values", 15031, 60000, f'15,031 of 60,000 rows have a "currency" {OFF_LIST}'),
        rule("payments/paid_on/matches/day_first", 320, 60000, '320 of 60,000 rows have a "paid_on" that is no date',
             "warn"),
        rule("payments/amount/accepted_range", 0, 60000, '0 of 60,000 rows have an "amount" outside 0 … 10000'),
        replace(rule("payments/rate/mean", 0, 1, 'the column "rate" does not exist; did you mean "rates"?'),
                status="error", failing=None, of=None, value=None, owner="crm", query=None),
        replace(rule("payments/fee/mean", 0, 1, 'mean of "fee": no rows to judge'),
                status="inconclusive", failing=None, of=0, value=None),
        *(rule(f"customers/{column}/not_null", 0, 30000, f'0 of 30,000 rows have no "{column}"', owner="crm")
          for column in ("customer_id", "email", "country")),
    ]  # fmt: skip
    return outcome(*results)


def incidents() -> RunResult:
    """The same run with what its findings amount to: new, going on, acknowledged, recovered and past."""
    app = "applications"
    found = everything()
    told = (
        Incident(f"{app}@2024-10", app, "2024-10", None, "new", "since 2024-10: roc_auc fell from 0.82 to 0.6",
                 (f"{app}/default_risk/roc_auc/realized", f"{app}/default_risk/roc_auc/cbpe")),
        Incident(f"{app}@2024-07", app, "2024-07", None, "ongoing", "income moved: median 24,000 → 56,000",
                 (f"{app}/income/jensen_shannon", f"{app}/income/ks")),
        Incident("payments@all", "payments", None, None, "ongoing", "dates that are none",
                 ("payments/paid_on/matches/day_first",),
                 Acknowledgement("2025-02-01", "the old system goes", "2024-12-20T10:00:00Z")),
        Incident(f"{app}@2024-03", app, "2024-03", "2024-12", "recovered",
                 "2024-03 to 2024-12: channel: `social` 0 % → 15 %",
                 (f"{app}/channel/l_infinity", f"{app}/channel/accepted_values")),
        Incident(f"{app}@2024-02", app, "2024-02", "2024-02", "past", "incomes were missing",
                 (f"{app}/income/not_null",)),
    )  # fmt: skip
    return replace(found, results=decided(found.results), incidents=told, judged="newest")


def decided(results: Sequence[Result]) -> tuple[Result, ...]:
    """The results, the last of each series that has a verdict marked as what decides now."""
    last = {
        (each.id, each.segment): at
        for at, each in enumerate(results)
        if each.chunk and each.period == "analysis" and each.status in ("pass", "warn", "fail")
    }
    deciding = set(last.values())
    return tuple(
        replace(each, details={**each.details, "decides": True}) if at in deciding else each
        for at, each in enumerate(results)
    )


def categories() -> list[Result]:
    """A drifted category whose results hold the distribution themselves."""
    values = noise("c", 0.01, 0.003, dict.fromkeys(range(8, 18), 0.16))
    details = {
        "categories": ["branch", "web", "broker", "social"],
        "reference": [500, 350, 150, 0],
        "counts": [425, 300, 125, 150],
    }
    return series("applications/channel/l_infinity", values, 0.1, details=details)


def wide(metrics: int, many: int = 24) -> RunResult:
    """So many charts of so many chunks, a tenth of them with alerts."""
    results: list[Result] = []
    for at in range(metrics):
        bumps = {many - 3: 0.2} if at % 10 == 0 else None
        values = noise(str(at), 0.05, 0.01, bumps, many)
        results += series(f"data{at // 100}/column_{at}/jensen_shannon", values, 0.1)
    return outcome(*results)


def broken() -> RunResult:
    """A run that could do nothing."""
    problem = Problem("WHQ-E101", "connect", "no session with dev", "is it up?", Location("profiles/local.yml", 3, 5))
    return outcome(errors=(problem,))


STATEMENTS = {
    "q3": "select\n  count(*) as whq_rows,\n  sum(case when \"channel\" = 'web' then 1 else 0 end) as v0\nfrom t",
    "q7": 'select whq_chunk, count(*) as n\nfrom dataset\nwhere "income" > 1 and "income" < 2\ngroup by 1',
    "q8": "select 8",
    "q99": "select 'of no result'",
}


TRUST = {
    "doubtful": {"verdict": "doubtful", "reasons": ["its interval is 0.11 wide"]},
    "untrusted": {"verdict": "untrusted", "reasons": ["21 % of the rows have no like in the reference", "psi 1.8"]},
}

CALIBRATION = {
    "bins": [
        {"expected": 0.05 + at / 10, "realized": min(0.05 + at / 8, 1.0), "error": 0.02, "rows": 1000 - 80 * at}
        for at in range(10)
    ]
}


def models() -> RunResult:
    """Two models with all that a report draws of them: several methods, trust, classes, cells, calibration, slices."""
    return outcome(*risk(), *plan(), *weakest())


def risk() -> Iterator[Result]:
    """A binary model by three methods; its estimate is doubted in September, and not trusted afterwards."""
    fall = {14: -0.05, 15: -0.12, 16: -0.12, 17: -0.12}
    yield from model("loans", "risk", "roc_auc", 0.82, fall)
    anchored = noise("anchored", 0.82, 0.002, fall)
    for at, result in enumerate(series("loans/risk/roc_auc", anchored, 0.84, 0.78, monitor="model", method="anchored")):
        word = "untrusted" if at > 14 else "doubtful" if at == 14 else "trusted"
        value = float(result.value)  # type: ignore[arg-type]
        result = replace(result, id="loans/risk/roc_auc/anchored", lower=value - 0.03, upper=value + 0.03)
        if word == "untrusted":
            result = replace(
                result, status="inconclusive", alert=False, message="not judged: the estimate is untrusted"
            )
        details = {"trust": TRUST.get(word, {"verdict": "trusted", "reasons": []})}
        yield replace(result, details=details | ({"withheld": "untrusted"} if word == "untrusted" else {}))
    error = noise("error", 0.0, 0.004, {15: 0.1})
    yield from series(
        "loans/risk/roc_auc", error, monitor="model", method="cbpe_error", id="loans/risk/roc_auc/cbpe_error"
    )
    for method, by in (("covariate", 0.01), ("concept", -0.1)):
        change = noise(method, 0.0, 0.002, {15: by, 16: by})
        yield from series(
            "loans/risk/roc_auc", change, monitor="model", method=method, id=f"loans/risk/roc_auc/{method}"
        )
    cells = {"true_positive": 700.0, "false_negative": 300.0, "false_positive": 200.0, "true_negative": 9800.0}
    for metric, rows in cells.items():
        for method, more in (("cbpe", 0), ("realized", 40)):
            values = [rows + more + at for at in range(18)]
            own = series(f"loans/risk/{metric}", values, monitor="model", method=method)  # type: ignore[arg-type]
            kept = own if method == "cbpe" else [*own[:16], *(replace(each, value=None) for each in own[16:])]
            told = {"calibration": CALIBRATION} if metric == "true_positive" else {}
            yield from (replace(each, id=f"{each.id}/{method}", details=told) for each in kept)


def plan() -> Iterator[Result]:
    """A model of three classes: F1 of all and of each, and the cells of its confusion matrix."""
    classes = ("basic", "plus", "pro <b>")
    for of in (None, *classes):
        for method in ("cbpe", "realized"):
            fall = {17: -0.2} if of == "plus" and method == "realized" else {}
            values = noise(f"{of}{method}", 0.7, 0.01, fall)
            own = "/".join(part for part in ("shop/plan/f1", of, method) if part)
            yield from series("shop/plan/f1", values, 0.8, 0.6, monitor="model", severity="fail", method=method,
                              id=own, params={"class": of} if of else {})  # fmt: skip
    for row, true in enumerate(classes):
        for column, predicted in enumerate(classes):
            cell = f"{true}>{predicted}"
            values = [900.0 if row == column else 40.0 + 10 * row + column for _ in range(18)]
            yield from series("shop/plan/confusion_matrix", values, monitor="model", method="realized",  # type: ignore[arg-type]
                              id=f"shop/plan/confusion_matrix/{cell}/realized", params={"class": cell})  # fmt: skip


def weakest() -> Iterator[Result]:
    """Slices in which a model is worst, and what was looked at; the first is a finding."""
    overall = Result(
        "loans/risk/accuracy/weakest-realized", "loans", "model", "risk", "accuracy", "pass", method="realized",
        period="analysis", value=0.74, message="3 of 41 slices are worse than the rest", query="q7",
    )  # fmt: skip
    yield overall
    for rank, name in ((2, "grade=E"), (1, "region=north"), (3, "region=north, grade=E")):
        far = -0.2 + rank / 20
        told = {"rank": rank, "rows": 1300 - 100 * rank, "value": 0.76 + far, "rest": 0.76, "difference": far}
        is_finding = rank == 1
        yield replace(
            overall, segment=name, value=0.76 + far, status="warn" if is_finding else "pass", alert=is_finding,
            message=f"accuracy {0.76 + far:.3g}, {-far:.3g} below the rest", details={"weakest": told},
        )  # fmt: skip


CONTRIBUTIONS = [
    {"slice": "region=north", "rows": 900, "share": [0.2, 0.3], "metric": [0.8, 0.6], "mix": -0.01, "rate": -0.05},
    {"slice": "grade=E", "rows": 400, "share": [0.1, 0.1], "metric": [0.7, 0.6], "mix": 0.0, "rate": -0.01},
]
