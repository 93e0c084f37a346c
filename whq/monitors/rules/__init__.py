"""Rules: statements about rows, keys, tables and metrics that must hold."""
