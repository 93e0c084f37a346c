"""A table, a dataset over it, and the walk from requests to results on an in-memory DuckDB."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from tests.sql.runner import DuckDB, fragment, logical
from whq.catalog import column_of
from whq.config.limits import condition
from whq.config.spec import Common, DatasetSpec, ProfileSpec, RuleSpec
from whq.engines.base import Fetched
from whq.errors import Location
from whq.measure.compile import compile_scans
from whq.measure.decode import decode, read, timeline
from whq.measure.plan import plan
from whq.monitors import Context, monitor
from whq.sql.templates import load
from whq.values import Chunking, Dataset, Measurements, Policy, Request, Result, Segment

AS_OF = datetime(2024, 3, 1, 12)
HERE = Location("monitors/t.yml", 3, 5)
COUNTED = {"unique": "keys", "freshness": "seconds"}


class World:
    """One table `t` and the dataset `d` over it."""

    def __init__(self, columns: Mapping[str, str], rows: Sequence[Sequence[Any]], **options: Any) -> None:
        self.engine = DuckDB()
        source = self.engine.create("t", columns, [list(row) for row in rows])
        made = tuple(replace(column_of(name, kind, "duckdb"), type=logical(kind)) for name, kind in columns.items())
        self.columns = made
        segments = options.pop("segments", ())
        reference = options.pop("reference", None)
        self.dataset = Dataset(
            name="d",
            source=source,
            columns=made,
            chunking=Chunking(*options.pop("chunk", ("all",))),
            segments=tuple(Segment(name, name) for name in segments),
            reference=self.sql(reference) if isinstance(reference, str) else reference,
            as_of=options.pop("as_of", AS_OF),
            **options,
        )

    def sql(self, text: str) -> Any:
        return fragment(text, self.columns, "duckdb")

    def measure(self, requests: Iterable[Request], folders: tuple[Path, ...] = ()) -> Measurements:
        """What pipeline does: plan, compile, run, decode; requests that do not compile or run are failures."""
        asked, templates = tuple(requests), load(folders)
        datasets = {"d": self.dataset}
        compiled = compile_scans(plan(asked, datasets, templates, Policy()), datasets, templates, "duckdb")
        answers = [read(self.dataset, query, self._fetch(query.sql)) for query in compiled.queries]
        chunks = timeline(self.dataset, answers)
        found: dict[Request, Any] = {failure.request: failure for failure in compiled.failures}
        for answer in answers:
            found.update(decode(answer, chunks))
        return found

    def _fetch(self, sql: str) -> Fetched:
        cursor = self.engine.connection.execute(sql)
        return Fetched.of([item[0] for item in cursor.description], cursor.fetchall())

    def walk(self, name: Any, spec: DatasetSpec) -> list[Result]:
        """Both walks of one family."""
        family = monitor(name)
        learned = self.measure(family.fit_requests(self.dataset, spec), spec.template_folders)
        baseline = family.fit(self.dataset, spec, learned)
        found = self.measure(family.requests(self.dataset, spec, baseline), spec.template_folders)
        return family.evaluate(self.dataset, spec, baseline, found, Context(AS_OF)).results

    def rules(self, *rules: RuleSpec, **options: Any) -> list[Result]:
        return self.walk("rule", spec(rules=rules, **options))

    def rule(self, kind: str, *columns: str, **options: Any) -> Result:
        """The only result of one rule."""
        results = self.rules(rule(kind, *columns, **options))
        assert len(results) == 1, results
        return results[0]

    def profile(self, *columns: str, show: tuple[str, ...] = (), **options: Any) -> list[Result]:
        common = Common(**options)
        return self.walk("profile", spec(profile=ProfileSpec(columns, show, common=common, location=HERE)))


def rule(kind: str, *columns: str, fail: Any = None, warn: Any = None, **options: Any) -> RuleSpec:
    """A rule as the configuration makes it; what is no option of rules is an argument."""
    fields = Common.__struct_fields__
    common = Common(**{name: options.pop(name) for name in list(options) if name in fields})
    measure: Any = COUNTED.get(kind, "rows" if kind in load().folder("rules") else "")
    limits = [None if text is None else condition(text, measure) for text in (warn, fail)]
    return RuleSpec(kind, columns, options, *limits, common=common, location=HERE)


def spec(**options: Any) -> DatasetSpec:
    return DatasetSpec(**{"name": "d", "owner": "ann", "tags": ("gold",), "location": HERE, **options})
