"""What tests of several folders share: a Postgres, and a cache of their own."""

import os
import shutil
import tempfile
from collections.abc import Iterator

import pytest

from tests.engines.pg import postgres
from whq import masking

__all__ = ["postgres"]

_CACHE = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Nothing that an earlier session or the user's own runs left is met; processes that tests start inherit it."""
    folder = config.stash[_CACHE] = tempfile.mkdtemp(prefix="whq-tests-")
    os.environ["WHQ_CACHE"], os.environ["XDG_STATE_HOME"] = f"{folder}/cache", f"{folder}/state"


@pytest.fixture(autouse=True)
def no_secret_of_another_test() -> Iterator[None]:
    yield
    masking.forget()


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(config.stash[_CACHE], ignore_errors=True)
