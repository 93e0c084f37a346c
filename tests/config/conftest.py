"""Projects as text: `project(whq=…, monitors=…)` writes one and gives its folder."""

from __future__ import annotations

from pathlib import Path

import pytest

WHQ = "version: 1\nname: p\nprofile: local\n"


@pytest.fixture
def project(tmp_path):
    def write(monitors: str | dict[str, str] = "datasets: {t: {table: t}}\n", whq: str = WHQ) -> Path:
        (tmp_path / "monitors").mkdir(exist_ok=True)
        (tmp_path / "whq.yml").write_text(whq)
        files = {"m.yml": monitors} if isinstance(monitors, str) else monitors
        for name, text in files.items():
            (tmp_path / "monitors" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "monitors" / name).write_text(text)
        return tmp_path

    return write
