"""A table, a dataset over it, and the walk from requests to results on an in-memory DuckDB."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from tests.measure.answering import fetcher
from tests.monitors.walking import Walk, ask
from tests.sql.runner import DuckDB, fragment, logical
from whq.catalog import column_of
from whq.config.limits import condition
from whq.config.spec import Common, DatasetSpec, ProfileSpec, RuleSpec
from whq.errors import Location
from whq.monitors import Context, monitor
from whq.pipeline.steps import Clock
from whq.resolve import Resolved
from whq.sql.templates import load
from whq.values import Chunking, Dataset, Measurements, Request, Result, Segment

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
        self.clock = Clock(options.pop("as_of", AS_OF))
        self.dataset = Dataset(
            name="d",
            source=source,
            columns=made,
            chunking=Chunking(*options.pop("chunk", ("all",))),
            segments=tuple(Segment(name, name) for name in segments),
            reference=self.sql(reference) if isinstance(reference, str) else reference,
            **options,
        )

    def sql(self, text: str) -> Any:
        return fragment(text, self.columns, "duckdb")

    def measure(self, requests: Iterable[Request], folders: tuple[Path, ...] = ()) -> Measurements:
        """The answers to requests; those that do not compile or run are failures."""
        return ask(requests, self.dataset, load(folders), fetcher(self.engine.connection), self.clock)

    def walk(self, name: Any, spec: DatasetSpec) -> list[Result]:
        """Both walks of one family."""
        templates, fetch = load(spec.template_folders), fetcher(self.engine.connection)
        walk = Walk(Resolved(self.dataset, spec), templates, fetch, self.clock)
        learned = walk.fit(name)
        found = walk.measure(learned)
        baseline = learned[name].baseline
        return monitor(name).evaluate(self.dataset, spec, baseline, found, Context(AS_OF)).results

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
