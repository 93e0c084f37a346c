"""Templates, user SQL and everything else that knows sqlglot."""
