"""The files that a project consists of."""

from __future__ import annotations

import os
from pathlib import Path

PROJECT_FILE = "whq.yml"
_ENDINGS = (".yml", ".yaml")


def monitor_files(root: Path) -> list[Path]:
    """The monitor files of a project, in the order in which they are read."""
    return [path for path in _in_monitors(root) if path.suffix in _ENDINGS]


def unread_files(root: Path) -> list[Path]:
    """Files of `monitors/` that look like monitor files but are not read, such as `loans.YML`."""
    return [path for path in _in_monitors(root) if path.suffix not in _ENDINGS and path.suffix.lower() in _ENDINGS]


def _in_monitors(root: Path) -> list[Path]:
    """All files in and below `monitors/` but hidden ones, sorted. `Path.rglob` would cost a short run a millisecond."""
    walk = os.walk(root / "monitors")
    return sorted(Path(folder, name) for folder, _, names in walk for name in names if name[0] != ".")


def template_files(root: Path) -> list[Path]:
    """The project's own templates."""
    return sorted((root / "sql_templates").glob("*/**/*.sql"))


def profile_names(root: Path) -> list[str]:
    """The names of the profiles that lie in the project."""
    return sorted({path.stem for path in (root / "profiles").glob("*.y*ml")})


def contents(root: Path) -> tuple[object, ...] | None:
    """All that a Project is made from: the text of each file, the names of profiles; None where one cannot be read."""
    try:
        has_templates = (root / "sql_templates").is_dir()
        files = (root / PROJECT_FILE, *monitor_files(root), *template_files(root))
        unread = [str(path) for path in unread_files(root)]
        return (
            str(root),
            has_templates,
            profile_names(root),
            unread,
            [(str(path), path.read_bytes()) for path in files],
        )
    except OSError:
        return None
