"""Jinja in profiles: one expression a text, `env_var` and a few filters, nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from whq.config.problems import problem, shown
from whq.errors import Location, Problem
from whq.masking import hide

_SECRET_WORDS = re.compile(
    r"(^|_)(pass|pwd)(_|$)|passw(or)?d|passphrase|token|secret|credential|private_key|api_?key|access_key|keyfile_json",
    re.IGNORECASE,
)
_EXPRESSION = re.compile(r"\{\{-?(.*?)-?\}\}", re.DOTALL)
_ENV_VAR = re.compile(
    r"""\s*env_var\(\s*(['"])(?P<name>\w+)\1\s*(,\s*(['"])(?P<default>[^'"\\]*)\4\s*)?\)\s*""", re.ASCII
)
"""What nearly every expression is; Jinja is not loaded for it."""
_MAX_TEXT = 10_000


def looks_secret(name: str) -> bool:
    """Whether a field's or variable's value must never be shown, by its name."""
    return name.startswith("DBT_ENV_SECRET") or _SECRET_WORDS.search(name) is not None


class Unclear(Exception):
    """An expression that is not allowed, or none."""


class _Missing(Exception):
    """A variable that is not set."""


class Rendering(Struct):
    """Renders texts with the variables of an environment; collects what was read, what is secret and what is wrong.

    `read` holds the variables of the last text and their values. Secrets are hidden in whatever whq says from then on.
    """

    environ: Mapping[str, str]
    read: dict[str, Any] = field(default_factory=dict)
    secrets: dict[str, None] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def text(self, text: str, place: Location) -> Any:
        """A text with its expressions replaced; a text that is one expression keeps its value's type."""
        self.read = {}
        if "{{" not in text and "{%" not in text:
            return text
        try:
            rendered = self._rendered(text)
            if any(looks_secret(name) for name in self.read):
                self.hide(rendered)  # as a filter may have changed what the variable holds
            return rendered
        except _Missing as error:
            name = str(error)
            hint = f"set it, or give a default: env_var('{shown(name)}', '…')"
            self._refuse("C042", f"the environment variable {shown(name)} is not set", place, hint)
        except Unclear as error:
            self._refuse("C043", f"cannot render: {shown(str(error), 200)}", place, _ALLOWED)
        except (ValueError, TypeError, ArithmeticError, RecursionError, MemoryError):
            self._refuse("C043", "cannot render: a filter does not take this value", place, _ALLOWED)
        return ""

    def _rendered(self, text: str) -> Any:
        if "{%" in text or len(text) > _MAX_TEXT:
            raise Unclear("only short texts with {{ … }} are allowed here")
        whole = _EXPRESSION.fullmatch(text.strip())
        if whole is not None and text.count("{{") == 1:
            return self._value(whole[1])
        return _EXPRESSION.sub(lambda match: str(self._value(match[1])), text)

    def _value(self, expression: str) -> Any:
        plain = _ENV_VAR.fullmatch(expression)
        if plain is not None:
            return self._env_var(plain["name"], plain["default"])
        from whq.config.sandbox import evaluate

        return evaluate(expression, self._env_var)

    def _env_var(self, name: str, default: Any = None) -> Any:
        """The value of a variable; empty is as good as not set."""
        value = self.environ.get(str(name)) or default
        if value is None:
            raise _Missing(name)
        self.read[str(name)] = value
        if looks_secret(str(name)):
            self.hide(value)
        return value

    def hide(self, value: Any) -> None:
        """Never show a value from now on; switches and nothing are no secrets."""
        if value not in (None, "", True, False):
            self.secrets[str(value)] = None
            hide(value)

    def _refuse(self, code: str, message: str, place: Location, hint: str) -> None:
        self.problems.append(problem(code, message, place, hint))


_ALLOWED = (
    "allowed: {{ env_var('NAME', 'default') }} with as_number, as_bool, as_text, as_native, int, lower, upper, trim"
)
