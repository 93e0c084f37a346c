"""A scheduled year, day by day: `python benchmarks/year.py` runs whq every simulated morning at 06:00 with `--as-of`.

Two projects: the demo, whose incidents are planted, and elec2, a real log whose world changes. Each run sees what was
there on its day (`--as-of` hides later rows) and what earlier runs stored. Printed and written to `docs/year.md`: how
many runs end with exit code 1, how many incidents are new and when, and for each planted one the days from its first
bad row to the first run that shows it.

`--quick` runs every seventh day and writes nothing.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import whq
from whq.showcase import make_data, project_files
from whq.showcase.incidents import INCIDENTS

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "year.md"
EXAMPLE = HERE.parent / "examples" / "elec2"
DATA = HERE.parent.parent / "shared" / "data"


@dataclass
class Life:
    """What a year of runs came to."""

    title: str
    runs: int = 0
    exits: Counter[int] = field(default_factory=Counter)
    incidents: dict[str, tuple[datetime, str, str]] = field(default_factory=dict)
    """By id: the day of the first run that shows it, since when, and its text then."""
    seen: dict[tuple[str, str | None], datetime] = field(default_factory=dict)
    """By a result's id and chunk: the day of the first run in which it warns or fails."""


def lived(title: str, root: Path, first: datetime, days: int, step: int) -> Life:
    """Run a project at 06:00 of each day."""
    life = Life(title)
    for number in range(0, days, step):
        moment = first + timedelta(days=number, hours=6)
        outcome = whq.run(root, as_of=moment, refit=number == 0)
        life.runs += 1
        life.exits[outcome.exit_code] += 1
        for incident in outcome.incidents:
            if incident.state == "new":
                life.incidents.setdefault(incident.id, (moment, incident.since or "", incident.text))
        for result in outcome.results:
            if result.alert and result.period != "reference":
                life.seen.setdefault((result.id, result.chunk.key if result.chunk else None), moment)
        print(f"{title} {moment:%Y-%m-%d} exit {outcome.exit_code} {len(life.incidents)} incidents", flush=True)
    return life


def the_demo(folder: Path, step: int) -> Life:
    """The demo's 2024."""
    for name, text in project_files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    make_data(folder / "loans.duckdb")
    return lived("demo", folder, datetime(2024, 1, 1), 366, step)


def elec2(folder: Path, step: int) -> Life:
    """The first year of elec2's analysis."""
    os.environ.setdefault("WHQ_DATA", str(DATA))
    shutil.copytree(EXAMPLE, folder, dirs_exist_ok=True)
    return lived("elec2", folder, datetime(1997, 5, 1), 366, step)


def planted(life: Life) -> list[list[str]]:
    """For each planted incident the days from the first of its month to the first run that shows one of its results."""
    rows = []
    for incident in INCIDENTS:
        months = [chunk for finding in incident.findings for chunk in finding.chunks]
        begins = datetime.fromisoformat(f"{min(months)}-01") if months else datetime(2024, 1, 1)
        first = [
            life.seen[finding.id, chunk]
            for finding in incident.findings
            for chunk in (finding.chunks or (None,))
            if (finding.id, chunk) in life.seen
        ]
        days = f"{(min(first) - begins).days}" if first else "not seen"
        rows.append([incident.when, incident.title, days])
    return rows


def _table(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join([f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *(f"| {' | '.join(row)} |" for row in rows)])


def _incidents(life: Life) -> str:
    rows = [[f"{seen:%Y-%m-%d}", since, text] for seen, since, text in sorted(life.incidents.values())]
    return _table(["first shown", "since", "what it says"], rows)


def main() -> None:
    """Live both years and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="every seventh day; print, write nothing")
    options = parser.parse_args()
    step = 7 if options.quick else 1
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(2) as pool:
        years = [pool.submit(life, Path(folder) / life.__name__, step) for life in (the_demo, elec2)]
        demo, log = (year.result() for year in years)
    totals = [
        [
            life.title,
            f"{life.runs}",
            f"{life.exits[0]}",
            f"{life.exits[1]}",
            f"{life.exits[3]}",
            f"{len(life.incidents)}",
        ]
        for life in (demo, log)
    ]
    tables = {
        "totals": _table(["project", "runs", "exit 0", "exit 1", "exit 3", "new incidents"], totals),
        "planted": _table(["when", "planted", "days to the first run that shows it"], planted(demo)),
        "demo": _incidents(demo),
        "elec2": _incidents(log),
    }
    for name, text in tables.items():
        print(f"\n## {name}\n\n{text}")
    if not options.quick:
        PAGE.write_text((HERE / "year.md").read_text().format(date=datetime.now(UTC).date().isoformat(), **tables))


if __name__ == "__main__":
    main()
