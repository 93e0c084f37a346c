"""`python -m whq`, and the console script."""

from __future__ import annotations

import gc
import os


def main() -> None:
    """Run the command line and leave with its exit code."""
    # What start-up makes lives to the end: to look for garbage among it costs 4 % of a short run.
    gc.set_threshold(500_000)
    # numpy starts threads for linear algebra, of which whq has none: they cost as much as numpy's import.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        from whq.cli import main as run

        code = run()
    except KeyboardInterrupt:  # while it starts; from then on the command line says itself what was kept
        code = 130
    # All is stored, closed and flushed. To take the heap apart object by object costs a tenth of a short run.
    os._exit(code)


if __name__ == "__main__":
    main()
