"""Jinja in profiles: one expression a text, `env_var` and a few filters, nothing else."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from whq.config.problems import problem, shown
from whq.errors import Location, Problem

_SECRET_WORDS = re.compile(
    r"(^|_)(pass|pwd)(_|$)|passw(or)?d|passphrase|token|secret|credential|private_key|api_?key|access_key|keyfile_json",
    re.IGNORECASE,
)
_EXPRESSION = re.compile(r"\{\{-?(.*?)-?\}\}", re.DOTALL)
_MAX_TEXT = 10_000


def looks_secret(name: str) -> bool:
    """Whether a field's or variable's value must never be shown, by its name."""
    return name.startswith("DBT_ENV_SECRET") or _SECRET_WORDS.search(name) is not None


class _Missing(Exception):
    """A variable that is not set."""


class _Sandbox(ImmutableSandboxedEnvironment):
    """No operators that could build giant texts, no filters but those that convert."""

    intercepted_binops = frozenset(("*", "**", "%", "+", "-", "/", "//"))

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=False)
        self.filters = dict(_FILTERS)
        self.globals = {}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return False

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        raise SecurityError(f"the operator {operator} is not allowed here")


def _as_bool(value: Any) -> bool:
    words = {"true": True, "false": False, "1": True, "0": False}
    if str(value).strip().lower() not in words:
        raise ValueError("not a boolean")
    return words[str(value).strip().lower()]


def _as_number(value: Any) -> int | float:
    text = str(value).strip()
    return int(text) if re.fullmatch(r"[-+]?\d{1,300}", text) else float(text)


def _as_native(value: Any) -> Any:
    try:
        return ast.literal_eval(str(value))
    except (ValueError, SyntaxError):
        return value


_FILTERS: dict[str, Any] = {
    "as_text": str,
    "as_bool": _as_bool,
    "as_number": _as_number,
    "as_native": _as_native,
    "int": lambda value: int(str(value).strip()),
    "float": lambda value: float(str(value).strip()),
    "lower": lambda value: str(value).lower(),
    "upper": lambda value: str(value).upper(),
    "trim": lambda value: str(value).strip(),
}


@dataclass(slots=True)
class Rendering:
    """Renders texts with the variables of an environment; collects what is secret and what is wrong."""

    environ: Mapping[str, str]
    secrets: dict[str, None] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    sandbox: _Sandbox = field(default_factory=_Sandbox)

    def text(self, text: str, place: Location) -> Any:
        """A text with its expressions replaced; a text that is one expression keeps its value's type."""
        if "{{" not in text and "{%" not in text:
            return text
        try:
            return self._rendered(text)
        except _Missing as error:
            name = str(error)
            hint = f"set it, or give a default: env_var('{shown(name)}', '…')"
            self._refuse("C042", f"the environment variable {shown(name)} is not set", place, hint)
        except TemplateError as error:
            self._refuse("C043", f"cannot render: {shown(str(error.message or error), 200)}", place, _ALLOWED)
        except (ValueError, TypeError, ArithmeticError, RecursionError, MemoryError):
            self._refuse("C043", "cannot render: a filter does not take this value", place, _ALLOWED)
        return ""

    def _rendered(self, text: str) -> Any:
        if "{%" in text or len(text) > _MAX_TEXT:
            raise SecurityError("only short texts with {{ … }} are allowed here")
        whole = _EXPRESSION.fullmatch(text.strip())
        if whole is not None and text.count("{{") == 1:
            return self._value(whole[1])
        return _EXPRESSION.sub(lambda match: str(self._value(match[1])), text)

    def _value(self, expression: str) -> Any:
        compiled = self.sandbox.compile_expression(expression, undefined_to_none=False)
        value = compiled(env_var=self._env_var)
        if isinstance(value, StrictUndefined):
            str(value)
        return value

    def _env_var(self, name: str, default: Any = None) -> Any:
        """The value of a variable; empty is as good as not set."""
        value = self.environ.get(str(name)) or default
        if value is None:
            raise _Missing(name)
        if looks_secret(str(name)) and value != "":
            self.secrets[str(value)] = None
        return value

    def _refuse(self, code: str, message: str, place: Location, hint: str) -> None:
        self.problems.append(problem(code, message, place, hint))


_ALLOWED = (
    "allowed: {{ env_var('NAME', 'default') }} with as_number, as_bool, as_text, as_native, int, lower, upper, trim"
)
