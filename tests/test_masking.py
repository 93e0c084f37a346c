"""What comes from a secret variable or a password is masked wherever it stands, in whatever form."""

from __future__ import annotations

import base64
import html
import io
import json
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from whq import masking
from whq.cli import main
from whq.errors import ConfigError, Problem
from whq.masking import hide, masked

SECRET = "p@ss \"w/ö'rd\\&<x>+1"
FORMS = {
    "itself": SECRET,
    "url": quote(SECRET, safe=""),
    "url path": quote(SECRET),
    "url form": quote_plus(SECRET),
    "url in small letters": quote(SECRET, safe="").replace("%C3%B6", "%c3%b6").replace("%2F", "%2f").lower(),
    "sql text": SECRET.replace("'", "''"),
    "sql name": SECRET.replace('"', '""'),
    "python": repr(SECRET)[1:-1],
    "json": json.dumps(SECRET)[1:-1],
    "json with its letters": json.dumps(SECRET, ensure_ascii=False)[1:-1],
    "html": html.escape(SECRET),
    "html text": html.escape(SECRET, quote=False),
    "base64": base64.b64encode(SECRET.encode()).decode().rstrip("="),
    "base64 of addresses": base64.urlsafe_b64encode(SECRET.encode()).decode().rstrip("="),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_masked_in_every_form(form: str) -> None:
    if form == "url in small letters":
        assert masked(f"a {FORMS[form]} b", [SECRET.lower()]) == "a *** b"
    else:
        hide(SECRET)
        assert masked(f"a {FORMS[form]} b") == "a *** b"


def test_lines_blanks_and_short_secrets() -> None:
    hide("-----BEGIN-----\nabcdefghij\nklm\n")
    hide("ab")
    hide(" \n")
    hide("")
    assert masked("-----BEGIN----- then abcdefghij, klm") == "*** then ***, klm"
    assert masked("about ab, ab=1 cab") == "about ***, ***=1 cab"
    assert masked("text", ["", " "]) == "text"
    hide("  padded-secret\n")
    assert masked("x=padded-secret;") == "x=***;"


def test_longer_secrets_win_over_their_parts() -> None:
    hide("hush")
    hide("hush-hush")
    assert masked("hush-hush hush") == "*** ***"


def test_a_problem_has_no_secret_from_the_start() -> None:
    hide("hush-hush")
    problem = Problem("WHQ-E001", "connect", "cannot reach u:hush-hush@h", "try hush-hush")
    assert (problem.message, problem.hint) == ("cannot reach u:***@h", "try ***")
    assert "hush" not in str(problem) + repr(problem) + json.dumps(problem.as_dict()) + str(ConfigError(problem))
    masking.forget()
    assert Problem("c", "c", "hush-hush", None).message == "hush-hush"


POSTGRES = "targets: {dev: {type: postgres, host: 127.0.0.1, port: 1, user: u, dbname: d, FIELD}}\n"
DUCKDB = "targets: {dev: {type: duckdb, FIELD}}\n"
FIELDS = {
    # The field of a profile with a value that nothing accepts: DBT_ENV_SECRET_X and PLAIN_X hold it.
    "sslmode": (POSTGRES, "sslmode: {}"),
    "port": (POSTGRES.replace("port: 1", "FIELD").replace(", FIELD}}", "}}"), "port: {}"),
    "connect_timeout": (POSTGRES, "connect_timeout: {}"),
    "host": (POSTGRES.replace("host: 127.0.0.1", "FIELD").replace(", FIELD}}", "}}"), "host: {}"),
    "user": (POSTGRES.replace("user: u", "FIELD").replace(", FIELD}}", "}}"), "user: {}"),
    "dbname": (POSTGRES.replace("dbname: d", "FIELD").replace(", FIELD}}", "}}"), "dbname: {}"),
    "sslrootcert": (POSTGRES, "sslrootcert: {}"),
    "password": (POSTGRES, "sslmode: disable, password: {}"),
    "type": ("targets: {dev: {FIELD}}\n", "type: {}"),
    "default": ("default: {}\ntargets: {{a: {{type: duckdb}}, b: {{type: duckdb}}}}\n", ""),
    "path": (DUCKDB, "path: {}"),
    "access_mode": (DUCKDB, "settings: {{access_mode: {}}}"),
    "memory_limit": (DUCKDB, "settings: {{memory_limit: {}}}"),
    "threads": (DUCKDB, "threads: {}"),
    "schema": (DUCKDB, "schema: {}"),
    "extensions": (DUCKDB, "extensions: [{}]"),
    "attach": (DUCKDB, "attach: [{{path: {}}}]"),
    "allow_functions": (DUCKDB, "allow_functions: {{x: {}}}"),
    "upper": (POSTGRES, "sslmode: {}"),
}


@pytest.mark.parametrize("command", ["run", "doctor", "plan"])
@pytest.mark.parametrize("variable", ["DBT_ENV_SECRET_X", "PLAIN_X"])
@pytest.mark.parametrize("field", FIELDS)
def test_no_error_shows_what_a_variable_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, field: str, variable: str, command: str
) -> None:
    profile, written = FIELDS[field]
    expression = f"\"{{{{ env_var('{variable}'){' | upper' if field == 'upper' else ''} }}}}\""
    text = profile.replace("FIELD", written.format(expression)) if written else profile.format(expression)
    for name, content in {
        "whq.yml": "version: 1\nname: p\nprofile: local\n",
        "profiles/local.yml": text,
        "monitors/t.yml": "datasets: {t: {table: t, rules: [row_count: {fail: '< 1'}]}}\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    monkeypatch.setenv(variable, "zq7hush")
    monkeypatch.setattr("whq.engines.postgres_session.backoff", lambda attempt, cap: 0.0)
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main([command, "--project", str(tmp_path), "--format", "json", "--debug"])
    said = out.getvalue() + err.getvalue()
    assert "zq7hush" not in said.lower()
    if field not in ("threads", "allow_functions") or code:
        assert code in (2, 3), said


def test_a_traceback_has_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        hide("hush-hush")
        raise ZeroDivisionError("dsn=postgres://u:hush-hush@h")

    monkeypatch.setattr("whq.run", broken)
    err = io.StringIO()
    with redirect_stderr(err):
        assert main(["run", "--debug", "--project", str(tmp_path)]) == 70
    assert "Traceback" in err.getvalue() and "postgres://u:***@h" in err.getvalue()
    assert "hush-hush" not in err.getvalue()
