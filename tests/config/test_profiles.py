"""Profiles: whq's own and dbt's, variables, secrets, and what is said when something is missing."""
# ruff: noqa: E501 - one case a line

from __future__ import annotations

import os
from pathlib import Path

import pytest

from whq.config import load_project, load_target
from whq.config.render import Rendering, looks_secret
from whq.errors import ConfigError, Location

OWN = """default: dev
targets:
  dev: {type: duckdb, path: my.duckdb}
  prod:
    type: postgres
    host: "{{ env_var('PG_HOST', 'localhost') }}"
    port: "{{ env_var('PG_PORT') | int }}"
    user: me
    password: "{{ env_var('PG_PASSWORD') }}"
    keepalives: ["{{ env_var('N') | as_number }}", 2]
"""
DBT = """config: {send_anonymous_usage_stats: false}
shop:
  target: "{{ env_var('DBT_TARGET', 'dev') }}"
  outputs:
    dev: {type: duckdb, path: "{{ env_var('DBT_ENV_SECRET_PATH') }}", threads: 4}
    other: {type: postgres, host: h, pass: hunter22}
"""
PG = {"PG_PORT": "5433", "PG_PASSWORD": "p%w:'x", "N": "3"}
DATA = Path(os.environ.get("WHQ_DATA", Path(__file__).parents[3] / "shared" / "data")) / "dbt_artifacts"


@pytest.fixture
def home(project, tmp_path, monkeypatch):
    def write(own: str | None = None, dbt: str | None = None, whq: str = "version: 1\nname: p\nprofile: local\n"):
        root = project(whq=whq)
        (root / "profiles").mkdir(exist_ok=True)
        if own is not None:
            (root / "profiles" / "local.yml").write_text(own)
            (root / "profiles" / "local.yml").chmod(0o600)
        if dbt is not None:
            (root / "profiles.yml").write_text(dbt)
        return load_project(root)

    return write


def test_the_default_target_needs_no_variables_of_others(home):
    target = load_target(home(OWN), environ={})
    assert (target.name, target.type, dict(target.fields), target.secrets) == (
        "dev",
        "duckdb",
        {"path": "my.duckdb"},
        (),
    )
    assert (target.profile, target.warnings) == ("local", ())


def test_variables_keep_their_types_and_passwords_are_secret(home):
    target = load_target(home(OWN), target="prod", environ=PG)
    assert dict(target.fields) == {
        "host": "localhost",
        "port": 5433,
        "user": "me",
        "password": "p%w:'x",
        "keepalives": [3, 2],
    }
    assert target.secrets == ("p%w:'x",)
    assert "p%w" not in repr(target)


def test_a_secret_in_the_file_is_warned_of(home):
    project = home("default: dev\ntargets: {dev: {type: postgres, password: hunter22, token: ''}}\n")
    target = load_target(project, environ={})
    assert target.secrets == ("hunter22",)
    assert target.warnings == (
        "profiles/local.yml:2:43: the password stands in the file in clear; write password: \"{{ env_var('NAME') }}\"",
    )
    (project.root / "profiles" / "local.yml").chmod(0o644)
    assert "readable by everyone" in load_target(project, environ={}).warnings[1]


def test_nested_secrets_and_numbers(home):
    text = "targets: {dev: {type: bigquery, keyfile_json: {private_key: abcd, id: 12345}, settings: {s3_secret_access_key: wxyz}}}"
    assert set(load_target(home(text), environ={}).secrets) == {"abcd", "12345", "wxyz"}


def test_dbts_profiles(home, tmp_path):
    whq = "version: 1\nname: p\nprofile: shop\n"
    environ = {"DBT_ENV_SECRET_PATH": "secret.duckdb", "HOME": str(tmp_path / "nobody")}
    target = load_target(home(dbt=DBT, whq=whq), environ=environ)
    assert (target.name, dict(target.fields), target.secrets) == (
        "dev",
        {"path": "secret.duckdb", "threads": 4},
        ("secret.duckdb",),
    )
    other = load_target(home(dbt=DBT, whq=whq), environ={**environ, "DBT_TARGET": "other"})
    assert (other.name, other.secrets) == ("other", ("hunter22",))


def test_dbts_search_order(home, tmp_path):
    project = home(whq="version: 1\nname: p\nprofile: shop\n")
    for folder, path in (("one", "one.duckdb"), ("two/.dbt", "two.duckdb")):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "profiles.yml").write_text(f"shop: {{outputs: {{dev: {{type: duckdb, path: {path}}}}}}}")
    both = {"DBT_PROFILES_DIR": str(tmp_path / "one"), "HOME": str(tmp_path / "two")}
    assert load_target(project, environ=both).fields["path"] == "one.duckdb"
    assert load_target(project, environ={"HOME": str(tmp_path / "two")}).fields["path"] == "two.duckdb"
    (tmp_path / "profiles.yml").write_text("shop: {outputs: {dev: {type: duckdb, path: root.duckdb}}}")
    assert load_target(project, environ={"HOME": str(tmp_path / "two")}).fields["path"] == "root.duckdb"
    with pytest.raises(ConfigError, match='no profile "shop"'):
        load_target(project, environ={"DBT_PROFILES_DIR": str(tmp_path)[:-1]})


def test_paths_of_dbt_begin_at_the_dbt_project(home, tmp_path):
    project = home(dbt=DBT, whq="version: 1\nname: p\nprofile: shop\n")
    (tmp_path / "dbt_project.yml").write_text("name: shop")
    assert load_target(project, environ={"DBT_ENV_SECRET_PATH": "x"}).root == tmp_path


REAL = [
    ("profiles_jaffle_duckdb.yml", "jaffle_shop", None, {}, {"path": "jaffle_shop.duckdb", "threads": 24}),
    ("profiles_dbt_expectations_ci.yml", "integration_tests", "duckdb", {}, {"path": ":memory:"}),
    ("profiles_dbt_utils.yml", "integration_tests", "postgres",
     {"POSTGRES_HOST": "h", "POSTGRES_USER": "u", "DBT_ENV_SECRET_POSTGRES_PASS": "secret", "POSTGRES_PORT": "5432", "POSTGRES_DATABASE": "d",
      "POSTGRES_SCHEMA": "s"},
     {"host": "h", "user": "u", "pass": "secret", "port": 5432, "dbname": "d", "schema": "s", "threads": 5}),
]  # fmt: skip


@pytest.mark.data
@pytest.mark.skipif(not DATA.is_dir(), reason="WHQ_DATA is not here")
@pytest.mark.parametrize(("file", "profile", "target", "environ", "fields"), REAL)
def test_real_profiles_of_dbt_projects(home, file, profile, target, environ, fields):
    project = home(dbt=(DATA / file).read_text(), whq=f"version: 1\nname: p\nprofile: {profile}\n")
    assert dict(load_target(project, target=target, environ=environ).fields) == fields


WRONG = {
    "profile": (OWN, {"profile": "locl"}, 'no profile "locl" in profiles/locl.yml, dbt\'s profiles.yml; did you mean "local"?'),
    "target": (OWN, {"target": "prd"}, 'profiles/local.yml:1:10: no target "prd" in profiles/local.yml; did you mean "prod"?'),
    "variable": (OWN, {"target": "prod"}, "profiles/local.yml:7:11: the environment variable PG_PORT is not set; set it, or give a default"),
    "key": ("default: dev\ntarget: {dev: {type: duckdb}}", {}, 'profiles/local.yml:1:1: no targets in the profile local'),
    "list": ("targets: [dev]", {}, "profiles/local.yml:1:1: no targets in the profile local; write profiles/local.yml:"),
    "not a mapping": ("- a", {}, "profiles/local.yml:1:1: no targets in the profile local"),
    "fields": ("targets: {dev: duckdb}", {}, 'profiles/local.yml:1:16: expected the fields of a target, found the text "duckdb"'),
    "type": ("targets: {dev: {path: x}}", {}, 'profiles/local.yml:1:11: target dev has no "type"; e.g. type: duckdb'),
    "default": ("targets: {a: {type: x}, b: {type: x}}", {}, 'profiles/local.yml:1:1: no target "default" in profiles/local.yml; allowed: a, b'),
    "port": ("targets: {a: {type: x, port: 70000}}", {}, "profiles/local.yml:1:30: port: the number 70000 is no port; a port is 1 to 65535"),
    "port text": ("targets: {a: {type: x, port: abc}}", {}, 'profiles/local.yml:1:30: port: the text "abc" is no port'),
    "duplicate": ("targets: {a: {type: x, type: y}}", {}, 'profiles/local.yml:1:24: duplicate key "type"'),
    "empty": ("", {}, "profiles/local.yml:1:1: profiles/local.yml is empty"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_wrong_profiles(home, name):
    text, chosen, start = WRONG[name]
    with pytest.raises(ConfigError) as caught:
        load_target(home(text), environ={"HOME": "/nowhere"}, **chosen)
    assert start in str(caught.value)


SECRETS = [
    ("password: \"{{ env_var('A') }}\"", {"A": "one"}, ("one",), {}),
    ("password: \"x{{ env_var('A') }}y\"", {"A": "one"}, ("xoney", "one"), {}),
    ("keyfile_json: {id: \"{{ env_var('A') }}\"}", {"A": "one"}, ("one",), {}),
    (
        "host: \"{{ env_var('DBT_ENV_SECRET_A') }}\"",
        {"DBT_ENV_SECRET_A": "one"},
        ("one",),
        {"one": "$DBT_ENV_SECRET_A"},
    ),
    ("host: \"{{ env_var('PGPASSWORD') | upper }}\"", {"PGPASSWORD": "one"}, ("one", "ONE"), {"ONE": "$PGPASSWORD"}),
    (
        "port: \"{{ env_var('DBT_ENV_SECRET_A') | int }}\"",
        {"DBT_ENV_SECRET_A": "5432"},
        ("5432",),
        {"5432": "$DBT_ENV_SECRET_A"},
    ),
    ("host: \"{{ env_var('A') }}.{{ env_var('B') }}\"", {"A": "a", "B": "b"}, (), {"a.b": "$A and $B"}),
    ("host: plain", {}, (), {}),
]


@pytest.mark.parametrize(("field", "environ", "secrets", "variables"), SECRETS)
def test_what_counts_as_a_secret(home, field, environ, secrets, variables):
    target = load_target(home(f"targets: {{dev: {{type: postgres, {field}}}}}\n"), environ=environ)
    assert (target.secrets, target.variables) == (secrets, variables)


def test_errors_name_the_variable_instead_of_its_value(home):
    text = "default: \"{{ env_var('T') }}\"\ntargets: {a: {type: x, port: \"{{ env_var('P') }}\"}, b: {type: x}}\n"
    with pytest.raises(ConfigError, match=r"no target as \$T names it in profiles/local\.yml; allowed: a, b"):
        load_target(home(text), environ={"T": "hush-hush"})
    with pytest.raises(ConfigError, match=r"port: \$P is no port"):
        load_target(home(text), environ={"T": "a", "P": "hush-hush"})


def test_a_profile_that_is_nowhere(home):
    with pytest.raises(ConfigError) as caught:
        load_target(home(whq="version: 1\nname: p\nprofile: pg\n"), environ={"HOME": "/nowhere"})
    (found,) = caught.value.problems
    assert str(found).startswith('whq.yml:3:10: no profile "pg" in profiles/pg.yml, ')
    assert found.hint.startswith("write profiles/pg.yml: {targets: {dev: {type: postgres, ")


def test_all_missing_variables_come_together(home):
    with pytest.raises(ConfigError) as caught:
        load_target(home(OWN), target="prod", environ={"N": ""})
    assert [problem.location.line for problem in caught.value.problems] == [7, 9, 10]


def test_the_place_of_the_name_is_shown(home):
    project = home(OWN, whq="version: 1\nname: p\nprofile: locla\ntarget: dev\n")
    with pytest.raises(ConfigError, match=r'whq\.yml:3:10: no profile "locla"'):
        load_target(project, environ={"HOME": "/nowhere"})
    with pytest.raises(ConfigError, match=r'whq\.yml:4:9: no target "dve"'):
        load_target(home(OWN, whq="version: 1\nname: p\nprofile: local\ntarget: dve\n"), environ={})


def test_no_profile_at_all(home):
    project = home(whq="version: 1\nname: p\n")
    with pytest.raises(ConfigError, match=r"whq\.yml:1:1: no profile is named; write profiles/local\.yml"):
        load_target(project, environ={})
    for name in ("a", "b"):
        (project.root / "profiles" / f"{name}.yml").write_text(OWN)
    with pytest.raises(ConfigError, match=r"add profile: to whq\.yml; profiles/ holds a, b"):
        load_target(project, environ={})
    with pytest.raises(ConfigError, match='no profile "x" in'):
        load_target(project, profile="x", environ={"DBT_PROFILES_DIR": str(project.root)})


RENDERED = [
    ("plain", "plain"), ("{{ env_var('A') }}", "a"), ("x{{ env_var('A') }}y{{ env_var('N') }}", "xay7"), ("{{ env_var('N') | int }}", 7),
    ("{{ env_var('N') | as_number }}", 7), ("{{ env_var('F') | as_number }}", 2.5), ("{{ env_var('F') | float }}", 2.5),
    ("{{ env_var('T') | as_bool }}", True), ("{{ env_var('N') | as_text }}", "7"), ("{{ env_var('N') | as_native }}", 7),
    ("{{ env_var('A') | as_native }}", "a"), ("{{ env_var('A') | upper | lower | trim }}", "a"), ("{{ env_var('E', 'd') }}", "d"),
    ("{{ 'x' if env_var('A') == 'a' else 'y' }}", "x"), ("{{ env_var('Q', '') }}", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), RENDERED)
def test_rendering(text, value):
    rendering = Rendering({"A": "a", "N": "7", "F": "2.5", "T": "True", "E": ""})
    assert rendering.text(text, Location("p.yml")) == value
    assert rendering.problems == []


REFUSED = [
    "{{ 'x' * 100000000 }}", "{{ 'x'.center(300000000) }}", "{{ ''.__class__ }}", "{{ '%0300000000d' % 1 }}", "{{ range(9) }}", "{{ lipsum() }}",
    "{% for i in 'x' %}{% endfor %}", "{{ env_var('A' }}", "{{ env_var('A') | as_bool }}", "{{ env_var('A') | int }}", "{{ 'a' | center(9) }}",
    "{{ " + "(" * 500 + "1" + ")" * 500 + " }}", "{{ env_var }}" + "x" * 20000, "{{ 1 / 0 }}", "{{ env_var('A').x }}",
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_what_profiles_cannot_do(text):
    rendering = Rendering({"A": "a"})
    assert rendering.text(text, Location("p.yml", 2, 3)) == ""
    assert [(problem.code, problem.location) for problem in rendering.problems] == [
        ("WHQ-C043", Location("p.yml", 2, 3))
    ]


@pytest.mark.parametrize(
    ("name", "secret"),
    [("password", True), ("pass", True), ("PG_PASSWORD", True), ("DBT_ENV_SECRET_X", True), ("token", True), ("private_key", True),
     ("private_key_passphrase", True), ("s3_secret_access_key", True), ("API_KEY", True), ("POSTGRES_PASS", True), ("key", False),
     ("path", False), ("compass", False), ("passthrough", False), ("user", False)],
)  # fmt: skip
def test_what_looks_secret(name, secret):
    assert looks_secret(name) is secret
