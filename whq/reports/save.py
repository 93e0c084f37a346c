"""Files that whq writes for the user: the old one or the new one, never half of one."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4

from whq.errors import Problem, StoreError


def save(path: Path, text: str, what: str, hint: str = "free the disk, or name another place") -> None:
    """Write a file whole or not at all, with the rights that the user's umask leaves.

    Args:
        path: The file; one that is there is replaced.
        text: Its content; what UTF-8 cannot hold is escaped.
        what: How an error calls the file, such as `the report`.
        hint: What an error advises.

    Raises:
        StoreError: The file cannot be written; one that was there is as it was.
    """
    new = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        try:
            with new.open("xb") as file:
                file.write(text.encode("utf-8", "backslashreplace"))
                file.flush()
                os.fsync(file.fileno())
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)
    except OSError as error:
        message = f"{what} {path} cannot be written: {error.strerror}"
        raise StoreError(Problem("WHQ-R009", "report", message, hint)) from error
