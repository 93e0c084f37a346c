"""Drift: how far each column of a chunk lies from the reference."""
