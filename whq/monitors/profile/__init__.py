"""Profiles: the numbers of each column, by chunk and segment."""
