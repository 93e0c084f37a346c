"""The commands beside `run`, as functions that return values and never print."""
