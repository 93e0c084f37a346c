"""Runs, results, baselines and summaries, kept between runs."""

from whq.store.rows import Earlier, Point, StoredIncident, StoredRun, Summary, WatchedCount
from whq.store.store import Store, open_store

__all__ = ["Earlier", "Point", "Store", "StoredIncident", "StoredRun", "Summary", "WatchedCount", "open_store"]
