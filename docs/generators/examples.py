"""Examples in the pages: files are written, commands are run, and what they print is compared with the page.

Fenced blocks of one page are one session in a folder of its own, from top to bottom:

    ```yaml whq.yml            a file of that name; without a name, a fragment that must load
    ```sql path/to/file.sql    a file of that name; without a name, only shown
    ```python file.py          a file of that name; without a name, only shown
    ```console                 `$ whq …` is run; the lines below it are its output
                               a line `…` stands for any lines; a command without output is run, not compared
                               `$ python file.py` and `$ cat file` do what they say

Times, durations and ids of runs may differ.
"""

from __future__ import annotations

import io
import os
import re
import runpy
import shlex
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from whq.cli import main
from whq.config import load_project, load_target
from whq.config.written import Dataset, MonitorFile, ProjectFile

FENCE = re.compile(r"^```(?P<info>[^\n`]+)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)
PATH = re.compile(r"[\w./-]+\.(ya?ml|sql|py)")
_PROGRESS = re.compile(r"^\d+ of \d+ statements\n", re.MULTILINE)
"""What a slow machine prints besides."""
_SHIFTING = (
    (re.compile(r"\b(?=[0-9a-f]*[0-9])[0-9a-f]{12}\b"), "0" * 12),
    (re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?( UTC|Z)"), "TIME"),
    (re.compile(r"@run-\d{4}-\d\d-\d\d"), "@run-DAY"),
    (re.compile(r"(?<=\[new\]  )seen since \d{4}-\d\d-\d\d"), "seen since DAY"),
    (re.compile(r"\b\d+(\.\d+)? s\b"), "0 s"),
)


class ExampleError(AssertionError):
    """An example that does not do what the page says."""


@dataclass
class Session:
    """One page's folder, and the exit code of its last command."""

    folder: Path
    code: int = 0

    def command(self, line: str) -> str:
        """What a command prints. Raises ExampleError for one that is not known here."""
        words = shlex.split(line, comments=True)
        if words[:2] == ["echo", "$?"]:
            return f"{self.code}\n"
        if words[0] == "cat" and len(words) == 2:
            return (self.folder / words[1]).read_text("utf-8")
        if words[0] == "python" and len(words) == 2:
            return program(self.folder / words[1])
        if words[0] != "whq":
            raise ExampleError(f"examples run `whq …`, `python FILE`, `cat FILE` and `echo $?` only, not: {line}")
        if words == ["whq", "demo"]:
            shutil.copytree(demo().folder / "whq-demo", self.folder / "whq-demo")
            self.code = 0
            return demo().text
        self.code, text = spoken(words[1:], self.folder)
        return text


@dataclass(frozen=True)
class Spoken:
    """A folder, and what was printed in making it."""

    folder: Path
    text: str


@cache
def demo() -> Spoken:
    """The demo, made once; pages work on copies."""
    folder = Path(tempfile.mkdtemp(prefix="whq-docs-"))
    code, text = spoken(["demo"], folder)
    if code:
        raise ExampleError(f"whq demo ended with {code}:\n{text}")
    return Spoken(folder, text)


def spoken(words: list[str], folder: Path) -> tuple[int, str]:
    """Exit code and output of a command line, both streams together, as a page shows them: without its progress."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n")
    with chdir(folder), redirect_stdout(stream), redirect_stderr(stream):
        code = main(words)
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return code, _PROGRESS.sub("", stream.buffer.getvalue().decode())


def program(path: Path) -> str:
    """What a file of Python prints."""
    stream = io.StringIO()
    with chdir(path.parent), redirect_stdout(stream):
        runpy.run_path(str(path))
    return stream.getvalue()


# --- pages --------------------------------------------------------------------------------------------------


def run(page: str, keep: bool = False) -> tuple[str, list[str]]:
    """The page with the outputs of its commands as they are now, and what differed.

    With `keep` outputs that differ are left as they stand.
    """
    troubles: list[str] = []
    with tempfile.TemporaryDirectory(prefix="whq-docs-") as folder:
        session = Session(Path(folder) / "monitoring")
        session.folder.mkdir()

        def fresh(found: re.Match[str]) -> str:
            try:
                body = _block(session, found["info"].split(), found["body"], troubles)
            except Exception as error:
                troubles.append(f"{found[0][:200]}\n{type(error).__name__}: {error}")
                body = found["body"]
            return found[0] if keep else f"```{found['info']}\n{body}```"

        made = FENCE.sub(fresh, page)
    return made, troubles


def _block(session: Session, info: list[str], body: str, troubles: list[str]) -> str:
    """What a block should hold; files are written and commands run on the way."""
    language, path = info[0], next((word for word in info[1:] if PATH.fullmatch(word)), None)
    if language in ("yaml", "sql", "python") and path:
        (session.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (session.folder / path).write_text(body, encoding="utf-8")
    elif language == "yaml":
        load(body)
    elif language == "console":
        return "".join(_step(session, step, troubles) for step in steps(body))
    return body


@dataclass(frozen=True)
class Step:
    """A command of a console block, and the output that the page quotes."""

    command: str
    output: list[str] = field(default_factory=list)


def steps(body: str) -> Iterator[Step]:
    """The commands of a console block."""
    found: list[Step] = []
    for line in body.splitlines():
        if line.startswith("$ "):
            found.append(Step(line[2:]))
        elif found:
            found[-1].output.append(line)
        else:
            raise ExampleError(f"a console block begins with a command, found: {line}")
    yield from found


def _step(session: Session, step: Step, troubles: list[str]) -> str:
    said = session.command(step.command).rstrip("\n").splitlines()
    if not step.output or agrees(step.output, said):
        said = step.output
    else:
        troubles.append(f"$ {step.command}\nprints\n" + "\n".join(said))
    return "\n".join([f"$ {step.command}", *said]) + "\n"


def agrees(quoted: list[str], said: list[str]) -> bool:
    """Whether a page's output is what was printed, but for what shifts."""
    lines = [r"(?:[^\n]*\n)*?" if line.strip() == "…" else re.escape(_settled(line)) + r"\n" for line in quoted]
    return re.fullmatch("".join(lines), "".join(f"{_settled(line)}\n" for line in said)) is not None


def _settled(line: str) -> str:
    line = line.rstrip()
    for pattern, word in _SHIFTING:
        line = pattern.sub(word, line)
    return line


# --- fragments ----------------------------------------------------------------------------------------------


def load(text: str) -> None:
    """Load a fragment of YAML as the part of a project that its keys say. Raises ConfigError, or ExampleError."""
    value = YAML(typ="safe", pure=True).load(text)
    if not isinstance(value, dict):
        raise ExampleError("a fragment is a mapping")
    keys = set(value)
    with tempfile.TemporaryDirectory(prefix="whq-docs-") as folder:
        parts = _around(text, keys)
        for name, content in parts.items():
            (Path(folder) / name).parent.mkdir(exist_ok=True)
            (Path(folder) / name).write_text(content, encoding="utf-8")
        project = load_project(Path(folder))
        load_target(project, environ={**os.environ, "DBT_PROFILES_DIR": folder, "PGPASSWORD": "x", "PGHOST": "x"})


def _around(text: str, keys: set[str]) -> dict[str, str]:
    """The files of a small project that holds the fragment."""
    files = {
        "whq.yml": "version: 1\nname: docs\nprofile: local\n",
        "profiles/local.yml": "targets: {dev: {type: duckdb}}\n",
        "monitors/it.yml": "datasets: {it: {table: it}}\n",
    }
    if keys <= {"default", "targets"}:
        return {**files, "profiles/local.yml": text}
    if keys <= set(MonitorFile.model_fields):
        return {**files, "monitors/it.yml": text}
    if keys <= set(Dataset.model_fields):
        rest = {"table": "it", "time": "at", "key": "[id]", "reference": '"old"'}
        head = "".join(f"    {key}: {word}\n" for key, word in rest.items() if not {key, *_SAME.get(key, ())} & keys)
        body = "".join(f"    {line}\n" for line in text.splitlines())
        return {**files, "monitors/it.yml": f"datasets:\n  it:\n{head}{body}"}
    given = {key: files["whq.yml"].splitlines()[number] for number, key in enumerate(("version", "name", "profile"))}
    if keys <= set(ProjectFile.model_fields):
        missing = "".join(f"{line}\n" for key, line in given.items() if key not in keys)
        return {**files, "whq.yml": missing + text}
    raise ExampleError(f"a fragment with the keys {sorted(keys)} is no part of a project")


_SAME = {"table": ("query",)}
