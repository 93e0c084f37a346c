"""How far a run is, on stderr: one line that rewrites itself on a terminal, a few plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from msgspec import Struct, field

from whq.cli.output import put
from whq.wording import amount

if TYPE_CHECKING:
    from whq.measure.execute import Progress

_BAR = 24
_EVERY = 10.0


class Meter(Struct):
    """Called with the state of an execution; `clear` wipes the line."""

    shown: bool = False
    told: float = field(default_factory=time.monotonic)

    def __call__(self, progress: Progress) -> None:
        """Show the state; elsewhere than on a terminal only every ten seconds."""
        if sys.stderr.isatty():
            filled = _BAR * progress.done // max(progress.total, 1)
            bar = "#" * filled + "." * (_BAR - filled)
            put(sys.stderr, f"\r  [{bar}] {progress.done} of {amount(progress.total, 'statement')}\x1b[K")
            self.shown = True
        elif time.monotonic() - self.told >= _EVERY:
            self.told = time.monotonic()
            put(sys.stderr, f"{progress.done} of {amount(progress.total, 'statement')}\n")

    def clear(self) -> None:
        """Wipe the line, so that what follows stands alone."""
        if self.shown:
            put(sys.stderr, "\r\x1b[K")
            self.shown = False
