"""What all written forms share: mappings with known keys, unions by the YAML type, items, thresholds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    PlainValidator,
    Tag,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from whq.config.fields import SOME, Number, Sql, Text, Word, Words, choice, one_of, wrong


class Form(BaseModel):
    """A mapping with known keys. It notes in the validation context which class read which mapping, so that a problem
    with a key can name the keys that are allowed there."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _noted(cls, data: Any, info: ValidationInfo) -> Any:
        if info.context is not None and isinstance(data, dict):
            info.context.seen[id(data)] = cls
        return data


def by_type(**tags: str) -> Callable[[Any], str | None]:
    """Chooses the member of a union by the YAML type of the value.

    Args:
        tags: the tag of the member for a `mapping`, a `list`, a `text` or a `boolean`. In the places of
            pydantic's errors tags begin with ~, which tells them from keys of the file.
    """

    def pick(value: Any) -> str | None:
        if isinstance(value, (dict, BaseModel)):
            tag = tags.get("mapping")
        elif isinstance(value, (list, tuple)):
            tag = tags.get("list", tags.get("text"))
        else:
            tag = tags.get("boolean", tags.get("text")) if isinstance(value, bool) else tags.get("text")
        return f"~{tag}" if tag else None

    return pick


def union(expected: str, **tags: str) -> Discriminator:
    """Chooses by `by_type`; `expected` says what is allowed where nothing fits."""
    return Discriminator(by_type(**tags), custom_error_type="C011", custom_error_message=f"expected {expected}")


# --- what every item may carry ------------------------------------------------------------------------------


class Item(Form):
    """What every item may carry."""

    id: Word | None = None
    """Tells items of the same kind apart; part of the result's identity."""
    where: Sql | None = None
    """Only rows for which this SQL predicate is true."""
    severity: Annotated[str | None, *one_of("warn", "fail")] = None
    """How bad a finding is."""
    owner: Text | None = None
    """Who looks after it; the dataset's owner unless given."""
    tags: Words = ()
    """Words to select by."""
    on_empty: Annotated[str | None, *one_of("fail", "warn", "pass")] = None
    """The verdict when no row was judged: there is none, or the column holds nothing but NULL."""
    nulls: Annotated[str, *one_of("pass", "fail")] = "pass"
    """Whether a NULL is a failure."""


class RuleItem(Item):
    """What every rule may carry beside its arguments."""

    per: Annotated[tuple[Annotated[str, *one_of("chunk", "segment")], ...], *SOME] = ()
    """Judge each chunk, each segment, or both, instead of all rows at once."""
    warn: Any = None
    """The limit beyond which the rule warns."""
    fail: Any = None
    """The limit beyond which the rule fails."""
    between: Any = None
    """The range in which the value must lie; the same as `fail: {between: [lower, upper]}`."""
    threshold: Any = None
    """Of a metric, instead of limits: `learned`, `{alarms: 0.001}` or `{std: 3}`; each chunk is judged by its rows."""


def _pass_only(value: Any) -> str:
    if choice("pass", "fail")(value) == "fail":
        hint = "add the rule not_null for the column"
        raise wrong("nulls: fail is for rules; here NULLs are left out and counted apart", hint, "C014")
    return "pass"


class Watch(Item):
    """What an item may carry that watches columns or models."""

    nulls: Annotated[str, PlainValidator(_pass_only), WithJsonSchema({"enum": ["pass"]})] = "pass"
    """Rules alone know another choice."""


# --- thresholds ---------------------------------------------------------------------------------------------


class Threshold(Form):
    """A band for alerts: learned, constant sides, or standard deviations around the reference's mean."""

    alarms: Number | None = None
    """The share of quiet chunks that may alert; 0.001 unless given."""
    least: dict[str, Number] | None = None
    """The least difference that matters, by statistic, such as `{psi: 0.1}`."""

    lower: Number | None = None
    """Alert below this value."""
    upper: Number | None = None
    """Alert above this value."""
    std: Number | None = None
    """Alert beyond so many standard deviations of the reference chunks."""
    baseline: Annotated[str | None, *one_of("rest", "whole")] = None
    """What a reference chunk is compared with while learning: the rest of the reference, or the whole."""

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        forms = (self.lower, self.upper), (self.std, self.baseline), (self.alarms, self.least)
        if sum(any(value is not None for value in values) for values in forms) != 1:
            allowed = "learned, {alarms: 0.001, least: {psi: 0.1}}, {lower: …, upper: …}, or {std: 3, baseline: rest}"
            raise wrong(f"a threshold is {allowed}", code="C014")
        if self.alarms is not None and not 0 < self.alarms <= 0.5:
            raise wrong(f"alarms is a share above 0 and at most 0.5, found {self.alarms:g}", code="C014")
        for name, number in (self.least or {}).items():
            if number < 0:
                raise wrong(f"the least {name} that matters is at least 0, found {number:g}", code="C014")
        if self.lower is not None and self.upper is not None and self.lower > self.upper:
            raise wrong(f"lower {self.lower:g} is greater than upper {self.upper:g}", code="C014")
        if self.std is not None and self.std <= 0:
            raise wrong(f"std must be above 0, found {self.std:g}", code="C014")
        return self


ThresholdItem = Annotated[
    Annotated[Any, *one_of("learned"), Tag("~word")] | Annotated[Threshold, Tag("~band")],
    union("learned, {alarms: 0.001}, {upper: 0.1} or {std: 3}", mapping="band", text="word"),
]
