"""Fixtures that tests of several folders share."""

from tests.engines.pg import postgres

__all__ = ["postgres"]
