"""The wheel carries what runs from it: the templates, and the marker of typed code."""

import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from whq.sql.templates import load, packaged_folder

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("wheel")
    wheel = next(iter(WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])))
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_every_template_is_in_the_wheel(names: list[str]) -> None:
    files = {path.relative_to(packaged_folder()).as_posix() for path in packaged_folder().rglob("*.sql")}
    assert files
    assert {f"whq/sql_templates/{file}" for file in files} <= set(names)
    assert {f"{name}.sql" for name in load()} <= files


def test_only_the_package_is_in_the_wheel(names: list[str]) -> None:
    assert "whq/py.typed" in names
    assert {name.split("/")[0].split("-")[0] for name in names} == {"whq"}
    assert not [name for name in names if name.endswith((".duckdb", ".pyc"))]


def test_the_demo_is_in_the_wheel(names: list[str]) -> None:
    folder = ROOT / "whq/showcase"
    files = {path.relative_to(ROOT).as_posix() for path in folder.rglob("*") if path.suffix in (".sql", ".yml")}
    assert "whq/showcase/data.sql" in files and files <= set(names)
