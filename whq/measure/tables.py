"""The tables that a dataset reads, in words; light, as every run needs it."""

from __future__ import annotations

from whq.values import Dataset, FileSource, Source, TableSource


def named(source: Source) -> str:
    """A source in a few words, for people."""
    if isinstance(source, TableSource):
        return ".".join(source.parts)
    return source.path if isinstance(source, FileSource) else "query"


def tables_of(dataset: Dataset) -> tuple[str, ...]:
    """What a dataset reads: its source, what is joined to it, and its reference."""
    other = tables_of(dataset.reference) if isinstance(dataset.reference, Dataset) else ()
    return (named(dataset.source), *(named(join.source) for join in dataset.joins), *other)
