"""Small client-side mathematics on aggregates."""
