from tests.engines.pg import postgres

__all__ = ["postgres"]
