"""How often a verdict is wrong on quiet data, how soon right on data that moved: `python benchmarks/alarms.py`.

Quiet data: rows of one table drawn again and again, so that nothing changes by construction: nine made columns of
different shapes, and six real logs. Every table is cut into K reference chunks and analysis chunks of n rows, and of
n/15 rows, as a month has on its second day. Moved data: the same columns with a planted change in a share of the rows.

Three rules judge the same numbers of the same run: the learned threshold, that of version 0.1.0 (`{std: 3}`: mean and
three deviations of the reference's chunks), and NannyML's (`{std: 3, baseline: whole}` over `bins: doane`). For
Evidently's defaults their formulas are computed here with scipy.

The figures go to `docs/alarms.md`. `--only PART` makes one part anew and takes the others from `.bench/alarms/`;
`--quick` draws a tenth and prints only.
"""

from __future__ import annotations

import argparse
import itertools
import os
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import Formatter

import duckdb
import numpy as np
import pandas as pd
from scipy import stats

import whq
from whq.values import Result

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "alarms.md"
PARTS = HERE.parent / ".bench" / "alarms"
DATA = Path(os.environ.get("WHQ_DATA", HERE.parent.parent / "shared" / "data"))
REFERENCES = (4, 5, 9, 20)
ROWS = (200, 2000, 50_000)
ANALYSIS = {200: 24, 2000: 16, 50_000: 6}
"""Analysis chunks of each size, by the rows of a full chunk."""
UNITS = ("month", "week", "day")
NUMERIC = ("jensen_shannon", "hellinger", "ks", "psi", "kl", "wasserstein", "total_variation")
CATEGORICAL = ("jensen_shannon", "hellinger", "psi", "chi2", "l_infinity", "total_variation")
PERFORMANCE = ("roc_auc", "f1", "accuracy", "precision", "recall", "specificity")
RULES = ("learned", "std", "whole")
NAMES = {"learned": "learned", "std": "0.1.0", "whole": "NannyML"}
LOGS: dict[str, tuple[str, str | None, str | None, str | None]] = {
    "elec2": ("elec2/scoring_log.parquet", "y_pred_proba", "y_pred", "y_true"),
    "employment_ma": ("employment_ma/scoring_log.parquet", "y_pred_proba", "y_pred", "y_true"),
    "bike_sharing": ("bike_sharing/scoring_log.parquet", None, None, None),
    "beijing_pm25": ("beijing_pm25/scoring_log.parquet", None, None, None),
    "flights": ("nycflights13/flights.parquet", None, None, None),
    "taxi": ("chicago_taxi/trips.parquet", None, None, None),
}
NOT_FEATURES = {"ts", "year", "partition", "y_pred_proba", "y_pred", "y_true", "row_id", "id"}
MOST_COLUMNS = 8


@dataclass(frozen=True)
class World:
    """Rows to draw from, and which columns are what; `model` names score, prediction and label."""

    name: str
    rows: pd.DataFrame
    numeric: tuple[str, ...]
    categorical: tuple[str, ...]
    model: tuple[str, str, str] | None


# --- data ---------------------------------------------------------------------------------------------------


def shapes(random: np.random.Generator, rows: int = 200_000) -> World:
    """Nine columns of different shapes, with a model that is right about its chances."""
    score = random.beta(1.2, 2.0, rows)
    table = pd.DataFrame(
        {
            "normal": random.normal(50, 10, rows),
            "heavy": random.lognormal(3, 1.5, rows),
            "mostly_zero": np.where(random.random(rows) < 0.7, 0.0, random.exponential(20, rows)),
            "counted": random.poisson(3, rows),
            "even": random.random(rows),
            "rating": random.integers(1, 6, rows),
            "five": random.choice(list("abcde"), rows),
            "fifty": np.array([f"c{number:02d}" for number in range(50)])[np.minimum(random.zipf(1.4, rows) - 1, 49)],
            "rare": random.choice(["no", "yes"], rows, p=[0.98, 0.02]),
            "score": score,
            "predicted": (score > 0.5).astype(int),
            "outcome": (random.random(rows) < score).astype(int),
        }
    )
    numeric = ("normal", "heavy", "mostly_zero", "counted", "even", "rating")
    return World("made shapes", table, numeric, ("five", "fifty", "rare"), ("score", "predicted", "outcome"))


def logs() -> Iterator[World]:
    """The shared logs that are at hand; the reference part only, whose rows belong together."""
    for name, (path, score, prediction, label) in LOGS.items():
        if not (DATA / path).exists():
            continue
        rows = duckdb.read_parquet(str(DATA / path)).df()
        if "partition" in rows:
            rows = rows[rows["partition"] == "reference"].reset_index(drop=True)
        features = [column for column in rows if column not in NOT_FEATURES]
        numbers = [c for c in features if pd.api.types.is_numeric_dtype(rows[c]) and rows[c].nunique() > 5]
        words = [c for c in features if rows[c].dtype.kind in "OUb" or str(rows[c].dtype) in ("str", "string")]
        words = [c for c in words if 2 <= rows[c].nunique() <= 60]
        model = (score, prediction, label) if score and prediction and label else None
        yield World(name, rows, tuple(numbers[:MOST_COLUMNS]), tuple(words[:3]), model)


def drawn(world: World, sizes: Sequence[int], unit: str, random: np.random.Generator) -> pd.DataFrame:
    """Chunks of these many rows, drawn with replacement: rows of chunk i have a time in the i-th month, week or day."""
    parts = []
    for number, (start, end) in enumerate(_periods(unit, len(sizes))):
        part = world.rows.iloc[random.integers(0, len(world.rows), sizes[number])].copy()
        spread = random.random(sizes[number]) * (end - start).total_seconds()
        part["at"] = [start + timedelta(seconds=int(second)) for second in spread]
        part["chunk"] = number
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _periods(unit: str, count: int) -> list[tuple[datetime, datetime]]:
    if unit == "month":
        starts = [datetime(1990 + number // 12, number % 12 + 1, 1) for number in range(count + 1)]
    else:
        step = timedelta(days=7 if unit == "week" else 1)
        starts = [datetime(1990, 1, 1) + step * number for number in range(count + 1)]
    return list(itertools.pairwise(starts))


# --- whq ----------------------------------------------------------------------------------------------------


def judged(world: World, table: pd.DataFrame, unit: str, references: int, metrics: str = "") -> list[Result]:
    """The results of the analysis chunks by each rule; the dataset's name is the rule's.

    Args:
        metrics: learned metrics of columns, as YAML of a dataset, for what drift does not look at.
    """
    boundary = _periods(unit, references + 1)[references][0]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        with duckdb.connect(str(root / "d.duckdb")) as connection:
            connection.register("rows_of_table", table)
            connection.execute("create table t as select * from rows_of_table")
        (root / "profiles").mkdir()
        (root / "monitors").mkdir()
        (root / "whq.yml").write_text("version: 1\nname: alarms\nprofile: local\n")
        (root / "profiles" / "local.yml").write_text("default: dev\ntargets: {dev: {type: duckdb, path: d.duckdb}}\n")
        text = "datasets:\n" + "".join(_dataset(rule, world, unit, boundary, metrics) for rule in RULES)
        (root / "monitors" / "m.yml").write_text(text)
        outcome = whq.run(root, keep=False, timeout=3600)
    lost = [result for result in outcome.results if result.status == "error"]
    assert not lost, f"{world.name}: {lost[0].id}: {lost[0].message}"
    return [result for result in outcome.results if result.period == "analysis" and result.chunk is not None]


def _dataset(rule: str, world: World, unit: str, boundary: datetime, metrics: str) -> str:
    threshold = {"learned": "learned", "std": "{std: 3}", "whole": "{std: 3, baseline: whole}"}[rule]
    whole = rule == "whole"
    numeric = "[jensen_shannon]" if whole else f"[{', '.join(NUMERIC)}]"
    categorical = "[jensen_shannon]" if whole else f"[{', '.join(CATEGORICAL)}]"
    columns = ", ".join(f'"{name}"' for name in (*world.numeric, *world.categorical))
    bins = "bins: doane, " if whole else ""
    text = (
        f"  {rule}:\n    table: t\n    time: at\n    chunk: {unit}\n    watch: false\n"
        f"    reference: \"at < '{boundary.isoformat(' ')}'\"\n"
        f"    drift: {{columns: [{columns}], {bins}threshold: {threshold},\n"
        f"            metrics: {{numeric: {numeric}, categorical: {categorical}}}}}\n"
    )
    if world.model is not None:
        score, prediction, label = world.model
        text += (
            f"    models: {{m: {{kind: binary, score: {score}, prediction: {prediction}, label: {label},\n"
            f"                 threshold: {threshold}, metrics: [{', '.join(PERFORMANCE)}]}}}}\n"
        )
    return text + (metrics if rule == "learned" else "")


def _family(result: Result) -> str:
    return result.metric if result.monitor == "drift" else f"{result.method} {result.metric}"


# --- part 1: nothing changes --------------------------------------------------------------------------------


@dataclass
class Tally:
    """Alerts among judged results, and verdicts that were withheld."""

    alerts: int = 0
    judged: int = 0
    withheld: int = 0
    fails: int = 0

    def add(self, result: Result) -> None:
        """Count one result."""
        if "withheld" in result.details or result.status == "inconclusive":
            self.withheld += 1
            return
        self.judged += 1
        self.alerts += result.alert
        self.fails += result.status == "fail"

    @property
    def share(self) -> str:
        """Percent of judged results that alert."""
        return f"{100 * self.alerts / self.judged:.2f}" if self.judged else "–"


Tallies = dict[tuple[str, ...], Tally]


def quiet(worlds: Sequence[World], random: np.random.Generator, scale: float) -> Tallies:
    """Verdicts on chunks in which nothing has changed, by rule, family, statistic, size, K and full or partial."""
    tallies: Tallies = defaultdict(Tally)
    turn = 0
    for world in worlds:
        for rows in ROWS:
            if rows == 50_000 and world.name not in ("made shapes", "employment_ma"):
                continue
            for references in REFERENCES:
                unit = UNITS[turn % len(UNITS)]
                turn += 1
                count = max(4, round(ANALYSIS[rows] * scale))
                sizes = [rows] * (references + count) + [max(rows // 15, 5)] * count
                table = drawn(world, sizes, unit, random)
                for result in judged(world, table, unit, references):
                    number = result.chunk.index
                    part = "full" if number < count else "partial"
                    key = (result.dataset, result.monitor, _family(result), f"{rows:,}", str(references), part)
                    tallies[key].add(result)
                print(f"{world.name} n={rows} K={references}", flush=True)
    return tallies


def _of(tallies: Tallies, **where: str) -> Tally:
    names = ("rule", "monitor", "statistic", "rows", "references", "part")
    total = Tally()
    for key, tally in tallies.items():
        values = dict(zip(names, key, strict=True))
        if all(values[name] == value for name, value in where.items()):
            total.alerts += tally.alerts
            total.judged += tally.judged
            total.withheld += tally.withheld
            total.fails += tally.fails
    return total


def quiet_tables(tallies: Tallies) -> dict[str, str]:
    """The tables of part 1 in Markdown."""
    statistics = list(dict.fromkeys((*NUMERIC, *CATEGORICAL)))
    parts = [(rows, part) for rows in ("200", "2,000", "50,000") for part in ("full", "partial")]
    by_statistic = []
    for name in statistics:
        cells = [name]
        for part in ("full", "partial"):
            learned = _of(tallies, rule="learned", monitor="drift", statistic=name, part=part)
            before = _of(tallies, rule="std", monitor="drift", statistic=name, part=part)
            cells += [learned.share, before.share, f"{learned.withheld:,} of {learned.withheld + learned.judged:,}"]
        by_statistic.append(cells)
    by_size = []
    for rows, part in parts:
        cells = [f"{rows} rows, {part}"]
        for monitor in ("drift", "model"):
            cells += [_of(tallies, rule=rule, monitor=monitor, rows=rows, part=part).share for rule in RULES]
        by_size.append(cells)
    by_references = []
    for references in map(str, REFERENCES):
        cells = [references]
        for monitor in ("drift", "model"):
            cells += [
                _of(tallies, rule=rule, monitor=monitor, references=references, part="full").share for rule in RULES
            ]
        by_references.append(cells)
    methods = []
    for method in ("realized", "cbpe"):
        for metric in PERFORMANCE:
            cells = [method, metric]
            for part in ("full", "partial"):
                where = {"monitor": "model", "statistic": f"{method} {metric}", "part": part}
                learned, before = _of(tallies, rule="learned", **where), _of(tallies, rule="std", **where)
                cells += [learned.share, f"{learned.fails:,}", before.share]
            methods.append(cells)
    totals = []
    for part in ("full", "partial"):
        for monitor in ("drift", "model"):
            learned = _of(tallies, rule="learned", monitor=monitor, part=part)
            before = _of(tallies, rule="std", monitor=monitor, part=part)
            ratio = f"{before.alerts / learned.alerts:.0f}×" if learned.alerts else "all"
            totals.append([monitor, part, f"{learned.alerts:,} of {learned.judged:,}", learned.share,
                           f"{before.alerts:,} of {before.judged:,}", before.share, ratio])  # fmt: skip
    rules = [NAMES[rule] for rule in RULES]
    return {
        "totals": _table(["", "chunks", "learned: alerts", "%", "0.1.0: alerts", "%", "fewer"], totals),
        "statistics": _table(
            ["statistic", "full: learned %", "0.1.0 %", "withheld", "partial: learned %", "0.1.0 %", "withheld"],
            by_statistic,
        ),
        "sizes": _table(["chunk", *(f"drift {r}" for r in rules), *(f"model {r}" for r in rules)], by_size),
        "references": _table(["K", *(f"drift {r}" for r in rules), *(f"model {r}" for r in rules)], by_references),
        "methods": _table(
            ["method", "metric", "full: learned %", "fails", "0.1.0 %", "partial: learned %", "fails", "0.1.0 %"],
            methods,
        ),
    }


# --- part 2: something changes ------------------------------------------------------------------------------

SHARES = (0.01, 0.05, 0.2)
KINDS = ("mean", "scale", "category", "null burst", "unit change")
SIZES = (500, 2000)
CHUNKS = 3


def planted(part: pd.DataFrame, kind: str, share: float, spread: pd.Series, random: np.random.Generator) -> None:
    """Change a share of the rows of a chunk: by one standard deviation, to ten times the distance from the mean, …

    `share` 1 with `mean` is the shift of all rows by one standard deviation.
    """
    for name in ("normal", "heavy", "mostly_zero", "even", "counted", "rating", "five", "fifty", "rare"):
        hit = random.random(len(part)) < share
        is_text = name in ("five", "fifty", "rare")
        if kind == "null burst":
            part.loc[hit, name] = None
        elif is_text and kind == "category":
            part.loc[hit, name] = part[name].mode()[0] if name != "rare" else "maybe"
        elif not is_text and kind in ("mean", "scale", "unit change"):
            values = part[name].astype(float).to_numpy().copy()
            middle = values.mean()
            change = {
                "mean": values + spread[name],
                "scale": middle + 3 * (values - middle),
                "unit change": values * 100,
            }
            values[hit] = change[kind][hit]
            part[name] = values


Seen = dict[tuple[str, ...], list[bool]]


def moved(world: World, random: np.random.Generator, repeats: int) -> Seen:
    """By rule, what is judged, kind, share, rows and chunk: whether an alert had come by that chunk."""
    seen: Seen = defaultdict(list)
    spread = world.rows[list(world.numeric)].std()
    cases = [(kind, share) for kind in KINDS for share in SHARES] + [("mean", 1.0)]
    nulls = "    columns:\n" + "".join(
        f"      {name}: {{null_ratio: {{threshold: learned}}}}\n" for name in (*world.numeric, *world.categorical)
    )
    for rows in SIZES:
        for _ in range(repeats):
            references = 6
            sizes = [rows] * (references + CHUNKS * len(cases))
            table = drawn(world, sizes, "month", random)
            table[list(world.numeric)] = table[list(world.numeric)].astype(float)
            parts = [group.copy() for _, group in table.groupby("chunk")]
            for number, part in enumerate(parts[references:]):
                planted(part, *cases[number // CHUNKS], spread, random)
            table = pd.concat(parts, ignore_index=True)
            results = judged(world, table, "month", references, nulls)
            alerts: dict[tuple[str, str, str], set[int]] = defaultdict(set)
            everything: set[tuple[str, str, str]] = set()
            for result in results:
                if result.monitor == "model":
                    continue
                what = result.metric
                for judged_by in (what, "any") if what != "null_ratio" else ("null_ratio",):
                    key = (result.dataset, judged_by, result.subject or "")
                    everything.add(key)
                    if result.alert:
                        alerts[key].add(result.chunk.index)
            for number, (kind, share) in enumerate(cases):
                texts = world.categorical if kind == "category" else world.numeric
                columns = (*world.numeric, *world.categorical) if kind == "null burst" else texts
                for rule, what, column in everything:
                    if column in columns:
                        hits = alerts[rule, what, column]
                        for chunk in range(CHUNKS):
                            was = any(number * CHUNKS + at in hits for at in range(chunk + 1))
                            seen[rule, what, kind, f"{share:.0%}", str(rows), str(chunk + 1)].append(was)
                for column in columns:
                    _evidently(
                        seen, parts, references, number, column, column in world.categorical, (kind, share, rows)
                    )
            print(f"moved n={rows}", flush=True)
    return seen


def _evidently(
    seen: Seen, parts: list[pd.DataFrame], references: int, number: int, column: str, is_text: bool,
    case: tuple[str, float, int],
) -> None:  # fmt: skip
    """The defaults of Evidently's data drift preset by their formulas, for at most three chunks of one case."""
    kind, share, rows = case
    reference = pd.concat([part[column] for part in parts[:references]]).dropna()
    was = False
    for chunk in range(CHUNKS):
        current = parts[references + number * CHUNKS + chunk][column].dropna()
        was = was or evidently_drifted(reference, current, is_text)
        seen["evidently", "any", kind, f"{share:.0%}", str(rows), str(chunk + 1)].append(was)


def evidently_drifted(reference: pd.Series, current: pd.Series, is_text: bool) -> bool:
    """Up to 1,000 reference rows tests at 0.05; above distances at 0.1 (documented defaults, version 0.7)."""
    categories = is_text or reference.nunique() <= 5
    if len(reference) <= 1000:
        if not categories:
            return bool(stats.ks_2samp(reference, current).pvalue < 0.05)
        expected = reference.value_counts(normalize=True)
        counts = current.value_counts()
        index = expected.index.union(counts.index)
        expected_rows = expected.reindex(index).fillna(1e-9) * len(current)
        expected_rows *= len(current) / expected_rows.sum()
        return bool(stats.chisquare(counts.reindex(index).fillna(0), expected_rows).pvalue < 0.05)
    if not categories:
        return bool(stats.wasserstein_distance(reference, current) / max(float(reference.std()), 1e-3) >= 0.1)
    first, second = reference.value_counts(normalize=True), current.value_counts(normalize=True)
    index = first.index.union(second.index)
    p, q = first.reindex(index).fillna(0).to_numpy(), second.reindex(index).fillna(0).to_numpy()
    middle = (p + q) / 2
    divergence = (stats.entropy(p, middle) + stats.entropy(q, middle)) / 2
    return bool(np.sqrt(divergence) >= 0.1)


def power_tables(seen: Seen) -> dict[str, str]:
    """The tables of part 2 in Markdown."""
    judges = [("learned", "any"), ("std", "any"), ("whole", "any"), ("evidently", "any"), ("learned", "null_ratio")]
    heads = ["learned", "0.1.0", "NannyML", "Evidently", "null_ratio learned"]
    lines = []
    for kind in KINDS:
        for share in (*SHARES, *((1.0,) if kind == "mean" else ())):
            cells = [f"{kind}, {share:.0%} of the rows"]
            for rule, what in judges:
                rates = [_rate(seen, rule, what, kind, f"{share:.0%}", "2000", str(chunk)) for chunk in (1, 2, 3)]
                cells.append(" / ".join(rates))
            lines.append(cells)
    by_statistic = []
    for name in dict.fromkeys((*NUMERIC, *CATEGORICAL)):
        cells = [name]
        for rows in SIZES:
            cells += [_rate(seen, rule, name, "mean", "100%", str(rows), "1") for rule in ("learned", "std")]
            cells += [_rate(seen, rule, name, "mean", "20%", str(rows), "1") for rule in ("learned", "std")]
        if any(cell != "–" for cell in cells[1:]):
            by_statistic.append(cells)
    titles = [f"{shift}, n={rows}: {rule}" for rows in SIZES for shift in ("1 sd", "20 % by 1 sd")
              for rule in ("learned", "0.1.0")]  # fmt: skip
    return {"moved": _table(["planted", *heads], lines), "power": _table(["statistic", *titles], by_statistic)}


# --- part 3: chunks that differ by themselves ---------------------------------------------------------------

BLOCK = 500
SHIFTS = (0.0, 0.25, 1.0)
EACH = 6
VARIED = (3, 6, 12)


def varied(worlds: Sequence[World], random: np.random.Generator, repeats: int) -> Seen:
    """Real chunks (rows that follow each other in a log) in random order: the first K teach, the others are judged.

    All numeric columns of some are shifted by a part of their standard deviation. What is not shifted differs only as
    the log's chunks differ among themselves.
    """
    seen: Seen = defaultdict(list)
    for world in worlds:
        blocks = len(world.rows) // BLOCK
        spread = world.rows[list(world.numeric)].std()
        for references in VARIED:
            for _ in range(repeats if blocks >= references + len(SHIFTS) * 2 else 0):
                order = random.permutation(blocks)
                each = min(EACH, (blocks - references) // len(SHIFTS))
                parts = []
                periods = _periods("week", references + each * len(SHIFTS))
                for number, (start, _end) in enumerate(periods):
                    at = order[number] * BLOCK
                    part = world.rows.iloc[at : at + BLOCK].copy()
                    part[list(world.numeric)] = part[list(world.numeric)].astype(float)
                    if number >= references:
                        shift = SHIFTS[(number - references) // each]
                        part[list(world.numeric)] += shift * spread
                    part["at"] = start + timedelta(hours=1)
                    parts.append(part)
                plain = World(world.name, world.rows, world.numeric, world.categorical, None)
                for result in judged(plain, pd.concat(parts, ignore_index=True), "week", references):
                    if result.subject in world.numeric and result.status != "inconclusive":
                        shift = SHIFTS[result.chunk.index // each]
                        seen[result.dataset, result.metric, f"{shift:g}", str(references)].append(result.alert)
        print(f"varied {world.name}", flush=True)
    return seen


def varied_table(seen: Seen) -> dict[str, str]:
    """The table of part 3 in Markdown."""
    lines = []
    for name in NUMERIC:
        for references in map(str, VARIED):
            cells = [name, references]
            for shift in SHIFTS:
                cells += [_rate(seen, rule, name, f"{shift:g}", references) for rule in ("learned", "std")]
            lines.append(cells)
    titles = [f"{title}: {rule}" for title in ("no shift", "0.25 sd", "1 sd") for rule in ("learned", "0.1.0")]
    return {"varied": _table(["statistic", "K", *titles], lines)}


def _rate(seen: Seen, *key: str) -> str:
    values = seen.get(tuple(key))
    return f"{100 * sum(values) / len(values):.0f}" if values else "–"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def main() -> None:
    """Draw, judge, write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the draws; print, write nothing")
    parser.add_argument("--only", choices=("quiet", "moved", "varied"))
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random = np.random.default_rng(options.seed)
    made = shapes(random)
    tables: dict[str, str] = {}
    worlds = [made, *logs()][: 2 if options.quick else None]
    if options.only in (None, "quiet"):
        tables |= quiet_tables(quiet(worlds, random, 0.1 if options.quick else 1.0))
    if options.only in (None, "moved"):
        tables |= power_tables(moved(made, random, 1 if options.quick else 12))
    if options.only in (None, "varied"):
        tables |= varied_table(varied(worlds[1:], random, 1 if options.quick else 3))
    for name, text in tables.items():
        print(f"\n## {name}\n\n{text}")
    if not options.quick:
        _write(tables, options.seed)


def _write(tables: dict[str, str], seed: int) -> None:
    """Keep the tables of the parts that were made, and write the page once there are all."""
    PARTS.mkdir(parents=True, exist_ok=True)
    for name, text in tables.items():
        (PARTS / f"{name}.md").write_text(text)
    page = (HERE / "alarms.md").read_text()
    words = {"date": datetime.now(UTC).date().isoformat(), "seed": str(seed)}
    words |= {path.stem: path.read_text() for path in PARTS.glob("*.md")}
    missing = {name for _, name, _, _ in Formatter().parse(page) if name} - words.keys()
    if missing:
        print(f"the page is not written: {', '.join(sorted(missing))} not made yet")
    else:
        PAGE.write_text(page.format(**words))


if __name__ == "__main__":
    main()
