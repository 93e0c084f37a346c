"""Runs, results, baselines and summaries, kept between runs."""

from whq.store.rows import Point, StoredRun, Summary
from whq.store.store import SCHEMA_VERSION, Store, open_store

__all__ = ["SCHEMA_VERSION", "Point", "Store", "StoredRun", "Summary", "open_store"]
