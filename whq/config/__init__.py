"""Project, monitor and profile files: read strictly, every problem with its place.

pydantic and ruamel.yaml are imported when a project is read that no run before has read as it is now.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whq import cache
from whq.config.files import contents

if TYPE_CHECKING:
    from whq.config.spec import Project, Target


def load_project(root: Path) -> Project:
    """The project in a folder. Raises ConfigError with everything that is wrong, sorted by place."""
    root = root.resolve()
    texts = contents(root)
    if texts is None:
        return _load(root)
    return cache.recall("project", texts, lambda: _load(root), keep=lambda _: contents(root) == texts)


def _load(root: Path) -> Project:
    from whq.config.load import load

    return load(root)


def load_target(
    project: Project, profile: str | None = None, target: str | None = None, environ: Mapping[str, str] | None = None
) -> Target:
    """The connection to use: of the project's profile unless another is named. Raises ConfigError."""
    from whq.config.profiles import load_target as load

    return load(project, profile, target, environ)


def json_schema() -> dict[str, Any]:
    """The JSON Schema of `whq.yml` and of monitor files, the rules of all packaged templates included."""
    from whq.config.schema import schema

    return schema()
