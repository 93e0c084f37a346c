"""Runs, results, baselines and summaries, kept between runs."""

from whq.store.rows import Point, StoredRun, Summary, WatchedCount
from whq.store.store import Store, open_store

__all__ = ["Point", "Store", "StoredRun", "Summary", "WatchedCount", "open_store"]
