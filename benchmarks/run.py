"""Whole processes against peers, on one machine, in pairs: `python benchmarks/run.py`.

Makes the data (`data.sql`) and an environment of its own for each peer under `.bench/`, and runs every pair in turn,
A B A B …, so that a noisy machine disturbs both. whq is run from this checkout by the Python that runs this file.
Figures are user + system CPU seconds and peak memory of the process and its children, as the operating system counts
them; medians and the median of the ratios are written to `docs/benchmarks.md`. A peer that cannot be installed or does
not finish is written as such, not left out.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
WORK = ROOT / ".bench"
PAGE = ROOT / "docs" / "benchmarks.md"
QUIET = {
    "NML_DISABLE_USAGE_LOGGING": "1",
    "SODA_TELEMETRY_ENABLED": "false",
    "OTEL_SDK_DISABLED": "true",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "PYTHONWARNINGS": "ignore",
}
ENVIRONMENTS = {
    "nannyml": ["nannyml", "pandas<3", "statsmodels", "pyarrow"],
    "soda": ["soda-duckdb"],
    "dbt": ["dbt-core<1.12", "dbt-duckdb"],
    "duckdb": ["duckdb"],
}


@dataclass(frozen=True)
class Pair:
    """One comparison: a whq project, a peer's command in its environment, and the ratio aimed at (None: a floor)."""

    title: str
    project: str
    peer: str
    environment: str
    command: tuple[str, ...]
    goal: float | None


STATEMENTS = ("python", "duckdb_statements.py", "{db}", "{sql}")
PAIRS = (
    Pair(
        "drift, 18 columns × 9 months", "drift", "NannyML", "nannyml", ("python", "nannyml_drift.py", "{parquet}"), 12
    ),
    Pair("drift, 18 columns × 9 months", "drift", "bare DuckDB", "duckdb", STATEMENTS, None),
    Pair("CBPE, 5 metrics × 9 months", "cbpe", "NannyML", "nannyml", ("python", "nannyml_cbpe.py", "{parquet}"), 12),
    Pair("CBPE, 5 metrics × 9 months", "cbpe", "bare DuckDB", "duckdb", STATEMENTS, None),
    Pair(
        "CBPE of 3 classes, 5 metrics × 9 months",
        "multiclass",
        "NannyML",
        "nannyml",
        ("python", "nannyml_multiclass.py", "{parquet}"),
        8,
    ),
    Pair(
        "DLE, 7 features, 2 metrics × 9 months",
        "dle",
        "NannyML",
        "nannyml",
        ("python", "nannyml_dle.py", "{parquet}"),
        0.67,
    ),
    Pair(
        "30 rules",
        "rules",
        "Soda 4",
        "soda",
        ("soda", "contract", "verify", "-ds", "soda/data_source.yml", "-c", "soda/contract.yml"),
        3,
    ),
    Pair("30 rules", "rules", "dbt", "dbt", ("dbt", "test", "--project-dir", "{dbt}", "--profiles-dir", "{dbt}"), 8),
    Pair("30 rules", "rules", "bare DuckDB", "duckdb", STATEMENTS, None),
    Pair(
        "profile, 20 columns", "profile", "DuckDB SUMMARIZE", "duckdb", ("python", "duckdb_summarize.py", "{db}"), 2.5
    ),
    Pair("profile, 20 columns", "profile", "bare DuckDB", "duckdb", STATEMENTS, None),
)


@dataclass(frozen=True)
class Cost:
    """What one run of a command cost."""

    cpu: float
    peak: float
    code: int


def main() -> None:
    options = _options()
    WORK.mkdir(exist_ok=True)
    _make_data(options.rows)
    if options.against is not None:
        _against(options.against.resolve(), options)
        return
    rows = []
    for pair in PAIRS:
        if options.only and pair.project not in options.only:
            continue
        print(f"{pair.title}: whq and {pair.peer}", flush=True)
        rows.append(_compare(pair, options.pairs))
        print("  " + rows[-1], flush=True)
    if not options.only:
        _write(options, rows)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--pairs", type=int, default=5, help="counted pairs after one warm-up")
    parser.add_argument(
        "--only", action="append", default=[], help="a project of benchmarks/projects; page not written"
    )
    parser.add_argument(
        "--against", type=Path, metavar="CHECKOUT", help="compare with another build of whq instead; page not written"
    )
    return parser.parse_args()


def _make_data(rows: int) -> None:
    """Make the log in a process of its own: a child's peak memory counts what its parent held when it was forked."""
    command = [sys.executable, str(HERE / "make_data.py"), str(rows), str(WORK)]
    subprocess.run(command, check=True)


def _compare(pair: Pair, pairs: int) -> str:
    own = _run_of(pair.project, pair.project)
    try:
        if "{sql}" in pair.command:
            _compile(pair.project)
        peer = _peer_command(pair)
    except subprocess.CalledProcessError as error:
        return f"| {pair.title} | {pair.peer} | not installable here (pip exit {error.returncode}) | | | | |"
    costs = [(_cost(own, ROOT), _cost(peer, HERE / "peers")) for _ in range(pairs + 1)]
    return _row(pair, costs[1:])


def _against(checkout: Path, options: argparse.Namespace) -> None:
    """Print, project by project, what this build costs as a share of another one: CPU and peak memory."""
    for project in dict.fromkeys(pair.project for pair in PAIRS):
        if options.only and project not in options.only:
            continue
        builds = [
            (folder, _run_of(project, f"{side}-{project}")) for side, folder in (("new", ROOT), ("old", checkout))
        ]
        costs = [[_cost(command, folder) for folder, command in builds] for _ in range(options.pairs + 1)][1:]
        cpu = median(new.cpu / old.cpu for new, old in costs)
        peak = median(new.peak / old.peak for new, old in costs)
        seconds = " / ".join(f"{median(pair[side].cpu for pair in costs):.2f}" for side in (0, 1))
        codes = sorted({cost.code for pair in costs for cost in pair})
        print(f"{project}: CPU {seconds} s = {cpu:.3f}, peak memory {peak:.3f}, exit codes {codes}", flush=True)


def _run_of(project: str, copy: str) -> tuple[str, ...]:
    """The command that runs a project, learning anew, in a copy of its own."""
    place = _project(project, copy)
    return (sys.executable, "-m", "whq", "run", "--project", str(place), "--refit", "--quiet")


def _row(pair: Pair, costs: list[tuple[Cost, Cost]]) -> str:
    bad = [cost.code for ours, theirs in costs for cost in (ours, theirs) if cost.code not in (0, 1)]
    if bad:
        return f"| {pair.title} | {pair.peer} | did not finish (exit {bad[0]}) | | | | |"
    ours, theirs = (median(cost[side].cpu for cost in costs) for side in (0, 1))
    ratio = median(b.cpu / a.cpu for a, b in costs)
    memory = " / ".join(f"{median(cost[side].peak for cost in costs):.0f}" for side in (0, 1))
    verdict = "floor" if pair.goal is None else f"{pair.goal:g}× {'' if ratio >= pair.goal else 'not '}reached"
    return f"| {pair.title} | {pair.peer} | {ours:.2f} | {theirs:.2f} | **{ratio:.1f}×** | {verdict} | {memory} |"


def _project(name: str, copy: str = "") -> Path:
    """A copy of the benchmark's project, so that its store does not lie in the sources."""
    target = WORK / "projects" / (copy or name)
    shutil.copytree(HERE / "projects" / name, target, dirs_exist_ok=True)
    return target


def _compile(project: str) -> None:
    """Write the statements that a project's run sends, a file each: those that learn, then those that measure."""
    place = ("--project", str(_project(project)))
    folder = _statements(project)
    shutil.rmtree(folder, ignore_errors=True)
    written = ("compile", "--force", "--out", str(folder))
    for words in (("run", "--quiet"), (*written, "--refit"), written):
        _cost((sys.executable, "-m", "whq", *words, *place), ROOT)


def _statements(project: str) -> Path:
    return WORK / "statements" / project


def _peer_command(pair: Pair) -> tuple[str, ...]:
    folder = WORK / pair.environment
    if not (folder / "ready").exists():
        venv.create(folder, with_pip=True, clear=True)
        install = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, *ENVIRONMENTS[pair.environment]], check=True)
        (folder / "ready").touch()
    shutil.copytree(HERE / "peers" / "dbt", WORK / "dbt_project", dirs_exist_ok=True)
    places = {"db": WORK / "log.duckdb", "parquet": WORK / "log.parquet", "dbt": WORK / "dbt_project"}
    places["sql"] = _statements(pair.project)
    return (str(folder / "bin" / pair.command[0]), *(word.format(**places) for word in pair.command[1:]))


def _cost(command: tuple[str, ...], folder: Path) -> Cost:
    """Run a command to its end; its output is thrown away."""
    process = subprocess.Popen(
        command, cwd=folder, env=_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / _PER_MIB, process.returncode)


def _environment() -> dict[str, str]:
    """The same for both sides: compiled modules are kept from the warm-up on, and nobody phones home."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    places = {"WHQ_BENCH_DB": "log.duckdb", "WHQ_CACHE": "cache", "PYTHONPYCACHEPREFIX": "compiled"}
    return {**inherited, **QUIET, **{name: str(WORK / place) for name, place in places.items()}}


_PER_MIB = 1024 if sys.platform != "darwin" else 1024 * 1024


def _versions() -> str:
    found = [f"Python {platform.python_version()}", f"{os.cpu_count()} cores"]
    for environment, words in ENVIRONMENTS.items():
        python = WORK / environment / "bin" / "python"
        name = words[0].partition("<")[0]
        code = f"from importlib.metadata import version; print(version({name!r}))"
        answer = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=False)
        found.append(f"{name} {answer.stdout.strip() or 'not installed'}")
    return ", ".join(found)


def _write(options: argparse.Namespace, rows: list[str]) -> None:
    head = (HERE / "page.md").read_text()
    filled = head.format(
        date=datetime.now(UTC).date(),
        rows=f"{options.rows:,}",
        pairs=options.pairs,
        versions=_versions(),
        table="\n".join(rows),
    )
    PAGE.write_text(filled)
    print(f"written: {PAGE}")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
