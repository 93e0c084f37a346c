"""How near estimates come to what labels say later, on real logs: `python benchmarks/models.py`.

Each log runs through `whq run` with labels that come one chunk late, and three chunks late, and through NannyML in an
environment of its own (`.bench/nannyml`). The table is the mean of |estimated − realized| over the analysis chunks, by
method and metric; beside the methods stand what costs nothing: the last realized value that is known at that delay, and
the mean of the reference. Then how often the 95 % bounds hold the realized value, and how often an estimate is trusted.

The figures go to `docs/models.md`; `--print` only shows them, `--only LOG` runs one.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import duckdb

import whq
from whq.values import Result

HERE = Path(__file__).resolve().parent
WORK = HERE.parent / ".bench"
PAGE = HERE.parent / "docs" / "models.md"
DATA = Path(os.environ.get("WHQ_DATA", HERE.parent.parent / "shared" / "data"))
MARK = "<!-- measured: benchmarks/models.py -->"


@dataclass(frozen=True)
class Log:
    """A scoring log, how it is cut, and its model as it stands in the project.

    delays: how late labels come, by the number of chunks; of chunks by rows there is no such time.
    """

    name: str
    chunk: str
    time: str
    key: str
    model: str
    metrics: tuple[str, ...]
    delays: Mapping[int, str]


LOGS = (
    Log(
        "elec2", "month", "ts", "row_id",
        """kind: binary
        score: y_pred_proba
        features: [day_of_week, period, nswprice, nswdemand, vicprice, vicdemand, transfer]
        estimators: [cbpe, anchored, pape, blend]""",
        ("accuracy", "f1", "roc_auc"), {1: "1 day", 3: "65 days"},
    ),
    Log(
        "employment_ma", "{rows: 5000}", "year", "id",
        """kind: binary
        score: y_pred_proba
        features: [AGEP, SCHL, MAR, RELP, DIS, ESP, CIT, MIG, MIL, ANC, NATIVITY, DEAR, DEYE, DREM, SEX, RAC1P]
        estimators: [cbpe, anchored, pape, blend]""",
        ("accuracy", "f1", "roc_auc"), {1: ""},
    ),
    Log(
        "beijing_pm25", "month", "ts", "No",
        """kind: multiclass
        score:
          1_excellent: y_pred_proba_1_excellent
          2_good: y_pred_proba_2_good
          3_polluted: y_pred_proba_3_polluted
          4_heavy: y_pred_proba_4_heavy
        features: [DEWP, TEMP, PRES, cbwd, Iws, Is, Ir, hour_of_day, month_of_year, pm25_lag24]
        estimators: [cbpe, anchored, pape, blend]""",
        ("accuracy", "f1", "roc_auc"), {1: "1 day", 3: "65 days"},
    ),
    Log(
        "bike_sharing", "month", "ts", "instant",
        """kind: regression
        features: [season, hr, holiday, weekday, workingday, weathersit, temp, atemp, hum, windspeed]
        estimators: [dle, anchored]""",
        ("mae", "rmse"), {1: "1 day", 3: "65 days"},
    ),
)  # fmt: skip
"""Seeds and cuts of the methods were chosen on elec2 and employment_ma; the other two confirm."""


def project(log: Log, place: Path, delay: str) -> Path:
    """A project over one log in a database of its own."""
    (place / "monitors").mkdir(parents=True, exist_ok=True)
    (place / "profiles").mkdir(exist_ok=True)
    with duckdb.connect(str(place / "log.duckdb")) as connection:
        parquet = str(DATA / log.name / "scoring_log.parquet")
        connection.execute("create or replace table log as select * from read_parquet(?)", [parquet])
        if log.time == "year":
            connection.execute(
                "alter table log alter column year type timestamp using make_timestamp(year, 1, 1, 0, 0, 0)"
            )
    (place / "whq.yml").write_text(f"version: 1\nname: {log.name}\nprofile: local\n")
    (place / "profiles/local.yml").write_text("targets: {dev: {type: duckdb, path: log.duckdb}}\n")
    label = f"{{column: y_true, delay: {delay}}}" if delay else "y_true"
    (place / "monitors/log.yml").write_text(
        f"""datasets:
  log:
    table: log
    time: {log.time}
    key: [{log.key}]
    chunk: {log.chunk}
    reference: "partition = 'reference'"
    watch: false
    models:
      m:
        {log.model}
        prediction: y_pred
        label: {label}
        metrics: [{", ".join(log.metrics)}]
"""
    )
    return place


def measured(log: Log, delay: str) -> list[Result]:
    """The results of a run."""
    with tempfile.TemporaryDirectory() as folder:
        outcome = whq.run(project(log, Path(folder), delay), timeout=3600)
    return [result for result in outcome.results if result.monitor == "model" and result.segment is None]


Series = dict[str, float]
"""Values by the key of the chunk, in order."""


def series(results: Iterable[Result], metric: str, method: str, period: str = "analysis") -> Series:
    """The values of one metric by one method."""
    return {
        result.chunk.key: float(result.value)
        for result in results
        if result.metric == metric
        and result.method == method
        and result.period == period
        and result.chunk is not None
        and not result.params.get("class")
        and isinstance(result.value, (int, float))
    }


def error(estimated: Series, realized: Series) -> float | None:
    """The mean of |estimated − realized| over the chunks that have both."""
    both = [abs(estimated[key] - realized[key]) for key in realized if key in estimated]
    return fmean(both) if both else None


def last(reference: Series, realized: Series, late: int) -> Series:
    """The last realized value that is known: so many chunks old."""
    values = [*reference.values(), *realized.values()]
    return {key: values[len(reference) + place - late] for place, key in enumerate(realized)}


def covered(results: Sequence[Result], metric: str, method: str) -> tuple[int, int, int]:
    """How many estimates are trusted, how many of these hold the realized value in their bounds, how many there are."""
    realized = series(results, metric, "realized")
    estimates = [
        result
        for result in results
        if (result.metric, result.method, result.period) == (metric, method, "analysis")
        and result.chunk is not None
        and result.chunk.key in realized
        and not result.params.get("class")
        and result.value is not None
    ]
    trusted = [result for result in estimates if result.details.get("trust", {}).get("verdict") == "trusted"]
    inside = [
        result
        for result in trusted
        if result.chunk is not None
        and (result.lower is None or result.lower <= realized[result.chunk.key] + 1e-12)
        and (result.upper is None or realized[result.chunk.key] - 1e-12 <= result.upper)
    ]
    return len(trusted), len(inside), len(estimates)


def nannyml(log: Log) -> dict[tuple[str, str], dict[str, float]]:
    """NannyML's estimates by method and metric; empty where it is not at hand (`benchmarks/run.py` installs it)."""
    python = WORK / "nannyml" / "bin" / "python"
    if not python.exists():
        return {}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.csv"
        subprocess.run(
            [str(python), str(HERE / "peers" / "nannyml_models.py"), log.name, str(DATA), str(out)], check=True,
            env={**os.environ, "NML_DISABLE_USAGE_LOGGING": "1", "PYTHONWARNINGS": "ignore"},
        )  # fmt: skip
        found: dict[tuple[str, str], dict[str, float]] = {}
        with out.open(newline="") as file:
            for row in csv.DictReader(file):
                found.setdefault((row["method"], row["metric"]), {})[row["place"]] = float(row["value"])
        return found


# --- the page -----------------------------------------------------------------------------------------------

METHODS = ("cbpe", "anchored", "pape", "blend", "dle")


def errors(log: Log) -> list[tuple[str, dict[str, float | None]]]:
    """Mean |estimated − realized| by method and metric, in the order of the table."""
    rows: list[tuple[str, dict[str, float | None]]] = []
    for late, delay in log.delays.items():
        results = measured(log, delay)
        truth = {metric: series(results, metric, "realized") for metric in log.metrics}
        before = {metric: series(results, metric, "realized", "reference") for metric in log.metrics}
        note = f", labels {late} late"
        methods = METHODS if late == 1 else ("anchored",)
        for method in methods:
            found = {metric: error(series(results, metric, method), truth[metric]) for metric in log.metrics}
            if any(value is not None for value in found.values()):
                rows.append((method + (note if method == "anchored" else ""), found))
        rows.append(
            (f"last realized{note}", {m: error(last(before[m], truth[m], late), truth[m]) for m in log.metrics})
        )
        if late == 1:
            means = {metric: fmean(before[metric].values()) for metric in log.metrics}
            constant = {m: error(dict.fromkeys(truth[m], means[m]), truth[m]) for m in log.metrics}
            rows += [("mean of the reference", constant), *_nannyml(log, truth)]
    return rows


def _nannyml(log: Log, truth: Mapping[str, Series]) -> list[tuple[str, dict[str, float | None]]]:
    """NannyML's errors; its chunks stand in the same order."""
    by_method: dict[str, dict[str, float | None]] = {}
    for (method, metric), values in nannyml(log).items():
        placed = {key: values[str(place)] for place, key in enumerate(truth[metric]) if str(place) in values}
        by_method.setdefault(f"NannyML {method}", {})[metric] = error(placed, truth[metric])
    return list(by_method.items())


def bounds(log: Log) -> list[tuple[str, str, str]]:
    """By method and metric: how many estimates are trusted, and how many of these hold the truth in their bounds."""
    results = measured(log, log.delays[1])
    rows: list[tuple[str, str, str]] = []
    for method in METHODS:
        for metric in log.metrics:
            trusted, inside, of = covered(results, metric, method)
            if of:
                rows.append((f"{method} {metric}", f"{trusted} of {of}", _share(inside, trusted)))
    return rows


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "–"


def page(logs: Sequence[Log]) -> str:
    """Both tables of every log."""
    parts: list[str] = []
    for log in logs:
        digits = 1 if log.metrics[0] == "mae" else 4
        parts += [
            f"### {log.name}",
            "",
            f"| mean error of | {' | '.join(log.metrics)} |",
            "| --- |" + " --- |" * len(log.metrics),
        ]
        for name, found in errors(log):
            cells = ("–" if found.get(m) is None else f"{found[m]:.{digits}f}" for m in log.metrics)
            parts.append(f"| {name} | {' | '.join(cells)} |")
        parts += ["", "| estimate | trusted | truth within the 95 % bounds |", "| --- | --- | --- |"]
        parts += [f"| {' | '.join(row)} |" for row in bounds(log)] + [""]
    return "\n".join(parts).rstrip()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", action="append", default=[], choices=[log.name for log in LOGS])
    parser.add_argument("--print", action="store_true", help="only show the figures")
    options = parser.parse_args()
    logs = [log for log in LOGS if not options.only or log.name in options.only]
    text = page(logs)
    print(text)
    if not options.print and not options.only:
        before, _, rest = PAGE.read_text().partition(MARK)
        _, _, after = rest.partition(MARK)
        PAGE.write_text(f"{before}{MARK}\n\n{text}\n\n{MARK}{after}")
        print(f"written: {PAGE}", file=sys.stderr)


if __name__ == "__main__":
    main()
