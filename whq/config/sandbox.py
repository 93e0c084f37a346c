"""Jinja for the expressions of profiles: no operators, no attributes, no filters but those that convert."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from whq.config.render import Unclear


def evaluate(expression: str, env_var: Callable[..., Any]) -> Any:
    """The value of one expression. Raises Unclear, and what its filters and `env_var` raise."""
    try:
        compiled = _sandbox().compile_expression(expression, undefined_to_none=False)
        value = compiled(env_var=env_var)
        if isinstance(value, StrictUndefined):
            str(value)
        return value
    except TemplateError as error:
        raise Unclear(str(error.message or error)) from None


@lru_cache(maxsize=1)
def _sandbox() -> _Sandbox:
    return _Sandbox()


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
