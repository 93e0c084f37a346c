"""A run from end to end: the only package that knows all stages."""
