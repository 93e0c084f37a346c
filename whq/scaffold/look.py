"""Looking at tables: walks of small aggregates, through the same templates and statements as every run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime

from whq.catalog import Catalog, Table, written_name
from whq.config.spec import Target
from whq.engines import engine
from whq.engines.base import local_folders
from whq.errors import ConfigError
from whq.measure.bench import OnProgress, Workbench
from whq.measure.execute import Limits
from whq.pipeline.walk import TIMEOUT
from whq.scaffold.ask import Asker, Named
from whq.scaffold.facts import TableFacts, slug
from whq.sql.templates import load
from whq.values import TableSource, Written

MOST_TABLES = 40
"""Tables that one `init` looks at; the others can be added by name."""


def look(
    target: Target, tables: Sequence[str] | None, now: datetime, progress: OnProgress | None = None
) -> tuple[tuple[TableFacts, ...], tuple[str, ...]]:
    """What tables hold (None: those of the target's schema), and the names of those that were left out."""
    chosen = engine(target.type, target.variables)
    with closing(chosen.connect(target)) as session:
        catalog = Catalog(session, local_folders(target))
        names = tuple(tables) if tables is not None else _of_the_schema(catalog, session.search_path)
        chosen_tables = {name: catalog.table(Written(name)) for name in names[:MOST_TABLES]}
        limits = Limits(chosen.policy.jobs, TIMEOUT)
        bench = Workbench(session, chosen.policy, {}, load(), limits, progress=progress)
        asker = Asker(bench, catalog, chosen.dialect, now)
        names_of = _names(chosen_tables)
        facts = [
            asker.facts(Named(name, written, table, _file_name(name, table, names_of)))
            for (written, table), name in zip(chosen_tables.items(), names_of.values(), strict=True)
        ]
    return tuple(facts), names[MOST_TABLES:]


def _of_the_schema(catalog: Catalog, search_path: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The tables of the place where bare names are looked up first; of all places when it holds none. No partitions."""
    home = search_path[0] if search_path else ()
    whole = [relation for relation in catalog.relations if relation.kind != "part"]
    near = [relation for relation in whole if relation.parts[:-1] == home]
    return tuple(sorted(_shortest(catalog, relation.parts) for relation in near or whole))


def _shortest(catalog: Catalog, parts: tuple[str, ...]) -> str:
    """The shortest name that means a table."""
    full = written_name(parts)
    source = catalog.table(Written(full)).source
    for size in range(1, len(parts)):
        name = written_name(parts[-size:])
        try:
            if catalog.table(Written(name)).source == source:
                return name
        except ConfigError:
            continue
    return full


def _names(chosen_tables: Mapping[str, Table]) -> dict[str, str]:
    """The name of each table's dataset, by how the table is written."""
    names: dict[str, str] = {}
    for written, table in chosen_tables.items():
        names[written] = slug(_last(written, table), list(names.values()))
    return names


def _file_name(name: str, table: Table, names: Mapping[str, str]) -> str | None:
    """What a query may call a table that is a file."""
    return slug(f"{name}_file", tuple(names.values())) if table.kind == "file" else None


def _last(written: str, table: Table) -> str:
    """The last part of a table's name; a file's without its ending."""
    if table.kind == "file":
        return written.rpartition("/")[2].partition(".")[0]
    return table.source.parts[-1] if isinstance(table.source, TableSource) else written
