# ruff: noqa: E501 - one case a line
"""YAML files: what is read, where it stands, and what is refused."""

from __future__ import annotations

import math

import pytest

from whq.config.yaml_source import MAX_ALIASES, parse, read
from whq.errors import ConfigError, Location
from whq.values import Written


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"), ("on", "on"), ("yes", "yes"), ("12:30", "12:30"), ("12:30:45", "12:30:45"),
        ("2024-01-01", "2024-01-01"), ("1_000", "1_000"), ("~", None), ("null", None), ("true", True), ("False", False), ("7", 7), ("-7", -7),
        ("+7", 7), ("010", 10), ("0x1F", 31), ("0o17", 15), ("1.5", 1.5), (".5", 0.5), ("1e3", 1000.0), (".inf", math.inf),
        ("-.Inf", -math.inf), ("'7'", "7"), ('"true"', "true"), ("'> 1%'", "> 1%"),
        ("1.2.3", "1.2.3"), ("0x", "0x"), ("tRue", "tRue"),
    ],
)  # fmt: skip
def test_scalars_follow_yaml_1_2(text, value):
    assert parse(f"a: {text}\n", "x.yml").value == {"a": value}
    assert type(parse(f"a: {text}\n", "x.yml").value["a"]) in (type(value), Written)


def test_nan_is_a_number():
    assert math.isnan(parse("a: .nan", "x.yml").value["a"])


def test_every_key_and_value_has_its_place():
    document = parse("a:\n  - b: text\n    c: 5\n", "m/x.yml")
    assert document.at(("a", 0, "c")) == Location("m/x.yml", 3, 8)
    assert document.key(("a", 0, "c")) == Location("m/x.yml", 3, 5)
    assert document.at(("a", 0, "c", "no", "such")) == Location("m/x.yml", 3, 8)
    assert document.value["a"][0]["b"].location == Location("m/x.yml", 2, 8)
    assert next(iter(document.value)).location == Location("m/x.yml", 1, 1)


def test_bom_and_windows_lines(tmp_path):
    (tmp_path / "x.yml").write_bytes(b"\xef\xbb\xbfa: 1\r\nb: two\r\n")
    document = read(tmp_path / "x.yml", "x.yml")
    assert document.value == {"a": 1, "b": "two"}
    assert document.value["b"].location == Location("x.yml", 2, 4)


def test_merge_keys_and_aliases():
    text = "base: &b {chunk: day, owner: me}\none:\n  <<: *b\n  owner: you\ntwo:\n  <<: [*b, {tags: x}]\n"
    value = parse(text, "x.yml").value
    assert value["one"] == {"owner": "you", "chunk": "day"}
    assert value["two"] == {"chunk": "day", "owner": "me", "tags": "x"}


REFUSED = {
    "empty": ("", "x.yml:1:1: x.yml is empty; `whq init` shows a first one"),
    "comments only": ("# nothing\n", "x.yml:1:1: x.yml is empty; `whq init` shows a first one"),
    "tab": ("a:\n\t- b", "x.yml:2:1: YAML forbids tabs as indentation; indent with spaces"),
    "quote": ("a: 1\nb: 'x\n", "x.yml:2:4: this quote is never closed properly; YAML gave up at line 3"),
    "bracket": ("a: [1,\nb: 2\n", "x.yml:1:4: this bracket is never closed properly; YAML gave up at line 3"),
    "brace": ("a: {b: c", "x.yml:1:4: this bracket is never closed properly; YAML gave up at line 1"),
    "escape": ('a: "\\q"', "x.yml:1:6: not YAML: found unknown escape character 'q'"),
    "colon": ("a: b: c", "x.yml:1:5: not YAML: mapping values are not allowed here"),
    "documents": ("a: 1\n---\nb: 2\n", "x.yml:2:1: a second document begins here; one file holds one document"),
    "tag": ("a: !!python/object/apply:os.system [x]", "x.yml:1:4: YAML tags are not allowed"),
    "standard tag": ("a: !!str 5", "x.yml:1:4: YAML tags are not allowed"),
    "complex key": ("? [a, b]\n: c\n", "x.yml:1:3: a key must be plain text"),
    "unknown alias": ("a: *x", "x.yml:1:4: no anchor &x before this alias"),
    "recursive alias": ("a: &x [*x]", "x.yml:1:8: recursive alias *x"),
    "nul": ("a: 1\nb: \0", "x.yml:2:4: control character U+0000 is not allowed; remove it"),
    "bell": ("a: \a", "x.yml:1:4: control character U+0007 is not allowed; remove it"),
    "bidi": ("a: x\u202ey", "x.yml:1:5: bidirectional control character U+202E is not allowed; remove it"),
    "depth": ("[" * 1_000_000, "x.yml:1:65: nested deeper than 64 levels"),
    "size": ("a" * 1_100_000, "x.yml:1:1: x.yml is larger than the allowed 1 MiB"),
    "not a character": ("a: \ufffe", "x.yml:1:4: control character U+FFFE is not allowed"),
    "aliases": ("a: &a 1\nb: [" + "*a, " * (MAX_ALIASES + 1) + "]", "x.yml:2:405: more than 100 aliases"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    text, message = REFUSED[name]
    with pytest.raises(ConfigError) as caught:
        parse(text, "x.yml")
    assert str(caught.value).startswith(message)


def test_laughing_is_bounded():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 9)]
    with pytest.raises(ConfigError, match="more than 100000 values"):
        parse("\n".join(lines), "x.yml")


def test_duplicate_keys_show_both_places_and_do_not_stop():
    document = parse("a: 1\nb: {c: 1, c: 2}\na: 3\n", "x.yml")
    assert document.value == {"a": 1, "b": {"c": 1}}
    assert [str(item) for item in document.problems] == [
        'x.yml:2:11: duplicate key "c", first at x.yml:2:5; keep one of the two',
        'x.yml:3:1: duplicate key "a", first at x.yml:1:1; keep one of the two',
    ]


def test_escaped_control_characters_and_bad_merges_are_noted():
    document = parse('a: "\\x1b[31m"\nb: {<<: 5}\nc: "\\u202e"\n', "x.yml")
    assert [item.code for item in document.problems] == ["WHQ-C002", "WHQ-C002", "WHQ-C011"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: None, "x.yml:1:1: no file x.yml; `whq init` makes a project, `--project DIR` names the folder of one"),
        (lambda path: path.mkdir(), "x.yml:1:1: x.yml is a folder, not a file"),
        (lambda path: path.write_bytes(b"a: 1\nb: \xff"), "x.yml:2:1: not UTF-8: byte 0xff at offset 8; save"),
        (lambda path: path.write_bytes(b"#" * 1_100_000), "x.yml:1:1: x.yml is larger than the allowed 1 MiB"),
    ],
)  # fmt: skip
def test_unreadable_files(tmp_path, make, message):
    make(tmp_path / "x.yml")
    with pytest.raises(ConfigError) as caught:
        read(tmp_path / "x.yml", "x.yml")
    assert str(caught.value).startswith(message)


def test_no_rights(tmp_path, monkeypatch):
    path = tmp_path / "x.yml"
    path.write_text("a: 1")
    monkeypatch.setattr(
        type(path), "read_bytes", lambda self: (_ for _ in ()).throw(PermissionError(13, "Permission denied"))
    )
    with pytest.raises(ConfigError, match=r"cannot read x\.yml: Permission denied"):
        read(path, "x.yml")
