"""Requests to answers: plan few statements, compile them, run them on a session's cursors, decode their rows."""
