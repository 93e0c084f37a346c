"""SIGTERM is treated like Ctrl-C: queries are cancelled and what was stored is kept."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from msgspec import Struct

TERMINATED = 143


class Ended(Struct):
    """Whether the process was asked to end."""

    by_signal: bool = False


@contextmanager
def terminate_like_interrupt() -> Iterator[Ended]:
    """Within the block a SIGTERM raises KeyboardInterrupt in the main thread."""
    ended = Ended()

    def end(number: int, frame: FrameType | None) -> None:
        ended.by_signal = True
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield ended
        return
    before = signal.signal(signal.SIGTERM, end)
    try:
        yield ended
    finally:
        signal.signal(signal.SIGTERM, before)
