"""A rule made ready to be asked, and the verdict on the number that came back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from msgspec import Struct
from msgspec.structs import replace

from whq.config.spec import Condition, Limit, RuleSpec
from whq.monitors import Context
from whq.monitors.judge import as_single, broken, in_single, on_empty, status_of
from whq.monitors.rules import MODULES
from whq.monitors.rules.words import with_limits
from whq.monitors.scopes import row_count
from whq.sql.templates import Template
from whq.values import Column, Request, Result, Scalar, Scope, Value

Values = dict[str, Value]


def _as_written(rule: RuleSpec, columns: tuple[Column, ...], values: Values) -> Values:
    return values


class Special(Struct, frozen=True):
    """What a rule with a module of its own does otherwise.

    arguments: from the rule, its columns and the template's arguments so far, the arguments to send. Raises ConfigError
    where they cannot be used. judge: the
    result of one cell, from the outputs of the template; without it failing rows are counted, or a metric limited.
    """

    arguments: Callable[[RuleSpec, tuple[Column, ...], Values], Values] = _as_written
    judge: Callable[[Bound, Result, Mapping[str, Scalar], Context], Result] | None = None


PLAIN = Special()


def special(kind: str) -> Special:
    """What the rule of that kind does otherwise; `PLAIN` where it has no module."""
    if kind not in MODULES:
        return PLAIN
    module_special: Special = import_module(MODULES[kind]).SPECIAL
    return module_special


class Bound(Struct, frozen=True):
    """A rule with its template and arguments, ready to be asked and judged.

    is_single: whether the number is made of a column of four-byte floats.
    """

    rule: RuleSpec
    template: Template
    special: Special
    arguments: Mapping[str, Value]
    scopes: tuple[Scope, ...]
    fail: Condition | None
    warn: Condition | None
    result: Result
    is_single: bool = False

    @property
    def is_metric(self) -> bool:
        """Whether a metric is limited."""
        return self.template.shape == "aggregate"

    @property
    def needs_rows(self) -> bool:
        """Whether the template alone does not tell that there is no row."""
        return self.special.judge is None and (self.is_metric or "of" not in self.template.outputs)

    def request(self, scope: Scope) -> Request:
        """The number to judge."""
        return Request.of(scope, self.template.name, **self.arguments)

    def requests(self, scope: Scope) -> tuple[Request, ...]:
        """All that must be known: the number, how many rows there are, and which chunks."""
        rows = (row_count(scope),) if self.needs_rows else ()
        chunks = (every_chunk(scope),) if scope.by_chunk else ()
        return self.request(scope), *rows, *chunks


def every_chunk(scope: Scope) -> Request:
    """Its cells are all chunks, whatever a rule's own filter leaves of them."""
    return row_count(replace(scope, where=None))


def verdict(bound: Bound, result: Result, sentence: str, judged: Callable[[Condition], float]) -> Result:
    """The status by both limits; the value is the number that the deciding one judges."""
    fails = bound.fail is not None and _breaks(bound, judged(bound.fail), bound.fail)
    warns = bound.warn is not None and _breaks(bound, judged(bound.warn), bound.warn)
    deciding = bound.warn if bound.fail is None or (warns and not fails) else bound.fail
    status = status_of(fails, warns, result.severity)
    lower, upper = _sides(deciding)
    return replace(
        result,
        status=status,
        alert=status != "pass",
        value=None if deciding is None else judged(deciding),
        threshold_lower=lower,
        threshold_upper=upper,
        message=with_limits(sentence, bound.fail, bound.warn),
    )


def _breaks(bound: Bound, value: float, condition: Condition) -> bool:
    """Whether a number breaks a limit; numbers of a column of four-byte floats are compared as such."""
    return broken(as_single(value), in_single(condition)) if bound.is_single else broken(value, condition)


def _sides(condition: Condition | None) -> tuple[float | None, float | None]:
    """A limit as the band that it leaves."""
    if not isinstance(condition, Limit):
        return (condition.lower, condition.upper) if condition else (None, None)
    upper = condition.number if condition.operator in (">", ">=", "!=") else None
    lower = condition.number if condition.operator in ("<", "<=", "!=") else None
    return lower, upper


def is_share(condition: Condition) -> bool:
    """Whether a limit speaks of a share of the rows."""
    return isinstance(condition, Limit) and condition.unit == "%"


def name_of(result: Result) -> str:
    """A rule in words: `mean of "amount"`."""
    return f'{result.metric} of "{result.subject}"' if result.subject else result.metric


def empty(bound: Bound, result: Result, words: str | None = None, reason: str = "no rows") -> Result:
    """No row was judged: `on_empty` decides; without it there is no verdict, which is withheld from an empty chunk."""
    choice = bound.rule.common.on_empty
    message = (words or f"{name_of(result)}: no rows to judge") + (f" (on_empty: {choice})" if choice else "")
    withheld = {"withheld": "empty"} if reason == "no rows" and result.chunk and not choice else {}
    details = {**result.details, "reason": reason, **withheld}
    return on_empty(replace(result, message=message, details=details), choice)


def undecided(result: Result, message: str, reason: str) -> Result:
    """No verdict, and why."""
    return replace(result, status="inconclusive", message=message, details={**result.details, "reason": reason})
