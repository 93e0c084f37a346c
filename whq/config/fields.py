"""Readers of single values of the configuration: each returns the value, or says what it found and what is allowed.

The type of an error is the code of the problem that is made of it; its context holds the `hint`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Annotated, Any

from msgspec import Struct
from pydantic import BaseModel, BeforeValidator, GetJsonSchemaHandler, PlainValidator, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from whq.config import limits
from whq.config.kinds import drift_metrics
from whq.config.problems import in_words, shown
from whq.errors import did_you_mean
from whq.sql.templates import load
from whq.values import Written


def wrong(message: str, hint: str = "", code: str = "C011") -> PydanticCustomError:
    """An error of one value."""
    return PydanticCustomError(code, "{message}", {"message": message, "hint": hint})


def text(value: Any) -> Written:
    """A text that is not empty."""
    if not isinstance(value, str):
        hint = "put it in quotes" if isinstance(value, (bool, int, float)) else ""
        raise wrong(f"expected text, found {in_words(value)}", hint)
    if not value.strip():
        raise wrong("expected text, found an empty text")
    return value if isinstance(value, Written) else Written(value)


def word(value: Any) -> Written:
    """A name that can stand in a result's id and in a selection."""
    name = text(value)
    if not all(sign.isalnum() or sign in "_-." for sign in name):
        raise wrong(f'"{shown(name)}" is not a name', "a name holds letters, digits, _ - and . only")
    return name


def sql(value: Any) -> Written:
    """A piece of SQL, without Jinja as yet."""
    query = text(value)
    if "{{" in query or "{%" in query:
        raise wrong("Jinja in SQL, such as ref(), is not built yet", "write the table's name", "C090")
    return query


def choice(*words: str, unbuilt: Collection[str] = ()) -> Callable[[Any], str]:
    """A reader of one of several words; those of `unbuilt` are refused with that reason."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or value not in words:
            hint = did_you_mean(value, words) if isinstance(value, str) else ""
            allowed = ", ".join(name for name in words if name not in unbuilt)
            raise wrong(f"expected one of {allowed}; found {in_words(value)}", hint)
        if value in unbuilt:
            raise wrong(f"{value} is not built yet", "remove it for now", "C090")
        return str(value)

    return check


def several(value: Any) -> Any:
    """A list as a tuple; a scalar stands for a list of one."""
    if isinstance(value, list):
        return tuple(value)
    return (value,) if isinstance(value, (str, int, float)) else value


def some(value: Any) -> Any:
    """A list as a tuple that is not empty; a scalar stands for a list of one."""
    if value == []:
        raise wrong("expected a list with something in it, found an empty list")
    return several(value)


def number(value: Any) -> float:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise wrong(f"expected a number, found {in_words(value)}")
    return float(value)


def share(value: Any) -> float:
    """A number between 0 and 1, both left out."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < 1:
        raise wrong(f"expected a number between 0 and 1, found {in_words(value)}")
    return float(value)


def positive(value: Any) -> int:
    """A whole number of at least 1."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise wrong(f"expected a whole number of at least 1, found {in_words(value)}")
    return value


def delimiter(value: Any) -> str:
    """What stands between two values of a line: one sign, four bytes at most."""
    if not isinstance(value, str) or not 1 <= len(value.encode()) <= 4:
        raise wrong(f"expected the sign between two values, found {in_words(value)}", 'for example delim: ";"')
    return value


def sign(value: Any) -> str:
    """One sign of ASCII, or an empty text for none."""
    if not isinstance(value, str) or len(value.encode()) > 1:
        raise wrong(f"expected one sign, found {in_words(value)}", 'for example comment: "#"')
    return value


def lines(value: Any) -> int:
    """A number of lines."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise wrong(f"expected a number of lines, found {in_words(value)}")
    return value


def scalar(value: Any) -> Any:
    """A text, a finite number or a boolean."""
    if value is None or isinstance(value, (dict, list)) or (isinstance(value, float) and not math.isfinite(value)):
        raise wrong(f"expected one value, found {in_words(value)}")
    return value


def seconds(value: Any) -> float:
    """Seconds, as a number or a duration."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < math.inf:
        return float(value)
    return float(_grammar(limits.duration, value))


def lateness(value: Any) -> float:
    """Seconds from 0 on, as a number or a duration."""
    return 0.0 if value == 0 and not isinstance(value, bool) else seconds(value)


def day(value: Any) -> date:
    """A day of the calendar, such as 2024-12-25."""
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise wrong(f"expected a day such as 2024-12-25, found {in_words(value)}") from None


def size(value: Any) -> int:
    """Bytes, as a number or a size."""
    return int(_grammar(limits.size, value))


def _grammar(read: Callable[[Any], Any], value: Any) -> Any:
    try:
        return read(value)
    except limits.GrammarError as error:
        raise wrong(error.message, error.hint, "C013") from None


def one_of(*words: str, unbuilt: Collection[str] = ()) -> Any:
    """The annotation of a field that holds one of several words."""
    return PlainValidator(choice(*words, unbuilt=unbuilt)), WithJsonSchema({"enum": list(words)})


class Context(Struct, frozen=True):
    """What a validation is given: which class read which mapping (by id), and the drift statistics by family."""

    seen: dict[int, type[BaseModel]]
    drift_metrics: Mapping[str, tuple[str, ...]]


def drift_metric(*families: str, besides: tuple[str, ...] = ()) -> Any:
    """The annotation of a field that holds a drift statistic of the families; templates of a project add some."""

    def words(statistics: Mapping[str, tuple[str, ...]]) -> list[str]:
        return list(dict.fromkeys((*besides, *(name for family in families for name in statistics[family]))))

    def check(value: Any, info: ValidationInfo) -> str:
        statistics = drift_metrics(load()) if info.context is None else info.context.drift_metrics
        return choice(*words(statistics))(value)

    return PlainValidator(check), _DriftMetric(words)


class _DriftMetric(Struct, frozen=True):
    """Says in the JSON Schema which statistics whq has; their templates are read for that only."""

    words: Callable[[Mapping[str, tuple[str, ...]]], list[str]]

    def __get_pydantic_json_schema__(self, schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        of_project = {"type": "string", "description": "a template of the project's sql_templates/drift/"}
        return {"anyOf": [{"enum": self.words(drift_metrics(load()))}, of_project]}


class _OneOrMany:
    """Says in the JSON Schema that a list of one may be written without its brackets."""

    def __get_pydantic_json_schema__(self, schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        array = handler(schema)
        return {"anyOf": [array.get("items", {}), array]}


SEVERAL = (BeforeValidator(several), _OneOrMany())
"""The annotation of a tuple for which a scalar may stand."""
SOME = (BeforeValidator(some), _OneOrMany())
"""The same for one that may not be empty."""

_TEXT = {"type": "string", "minLength": 1}
_WORD = {"type": "string", "pattern": r"^[^\s/:,|\"'()]+$"}
Text = Annotated[Written, PlainValidator(text), WithJsonSchema(_TEXT)]
Word = Annotated[Written, PlainValidator(word), WithJsonSchema(_WORD)]
Sql = Annotated[Written, PlainValidator(sql), WithJsonSchema(_TEXT)]
Texts = Annotated[tuple[Text, ...], *SEVERAL]
SomeTexts = Annotated[tuple[Text, ...], *SOME]
Words = Annotated[tuple[Word, ...], *SEVERAL]
Number = Annotated[float, PlainValidator(number), WithJsonSchema({"type": "number"})]
Share = Annotated[
    float, PlainValidator(share), WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1})
]
Positive = Annotated[int, PlainValidator(positive), WithJsonSchema({"type": "integer", "minimum": 1})]
Delimiter = Annotated[str, PlainValidator(delimiter), WithJsonSchema(_TEXT)]
Sign = Annotated[str, PlainValidator(sign), WithJsonSchema({"type": "string", "maxLength": 1})]
Lines = Annotated[int, PlainValidator(lines), WithJsonSchema({"type": "integer", "minimum": 0})]
Scalar = Annotated[Any, PlainValidator(scalar), WithJsonSchema({"type": ["string", "number", "boolean"]})]
Seconds = Annotated[float, PlainValidator(seconds), WithJsonSchema({"type": ["number", "string"]})]
Lateness = Annotated[float, PlainValidator(lateness), WithJsonSchema({"type": ["number", "string"]})]
Day = Annotated[date, PlainValidator(day), WithJsonSchema({"type": "string", "format": "date"})]
SIZE = {"type": ["integer", "string"]}
"""The JSON Schema of a number of bytes."""
