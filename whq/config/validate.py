"""Between files and models: pydantic's errors become problems with a place, a reason and a next step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct, field

from whq.config.limits import GrammarError
from whq.config.problems import in_words, problem, shown
from whq.config.yaml_source import Document, KeyPath
from whq.errors import Location, Problem, did_you_mean

if TYPE_CHECKING:
    from pydantic import BaseModel

AnyForm = TypeVar("AnyForm", bound="BaseModel")

_TYPES = {
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "dict_type": "a mapping",
    "tuple_type": "a list",
    "list_type": "a list",
    "bool_type": "true or false",
}


class Reader(Struct):
    """A document being read, and the problems found in it so far."""

    document: Document
    problems: list[Problem] = field(default_factory=list)
    drift_metrics: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def at(self, path: KeyPath) -> Location:
        """Where the value of an entry stands."""
        return self.document.at(path)

    def key(self, path: KeyPath) -> Location:
        """Where the key of an entry stands."""
        return self.document.key(path)

    def refuse(self, code: str, message: str, location: Location | None, hint: str | None = None) -> None:
        """Note a problem."""
        self.problems.append(problem(code, message, location, hint))

    def refuse_grammar(self, error: GrammarError, path: KeyPath) -> None:
        """Note a text that a grammar does not know."""
        self.refuse("C013", error.message, self.at(path), error.hint)

    def unknown_key(self, key: str, path: KeyPath, allowed: Sequence[str]) -> None:
        """Note a key that is not known there."""
        self.refuse("C010", f'unknown key "{shown(key)}"', self.key((*path, key)), did_you_mean(key, allowed))

    def form(self, kind: type[AnyForm], value: Any, path: KeyPath) -> AnyForm | None:
        """The value as an instance of its written form, or None where it is wrong; the problems are noted."""
        from pydantic import ValidationError  # loaded for files that are checked, not for profiles

        from whq.config.fields import Context

        seen: dict[int, type[BaseModel]] = {}
        try:
            return kind.model_validate(value, context=Context(seen, self.drift_metrics))
        except ValidationError as error:
            for item in error.errors(include_url=False):
                self._note(dict(item), value, path, seen)
            return None

    def _note(self, error: dict[str, Any], root: Any, path: KeyPath, seen: dict[int, type[BaseModel]]) -> None:
        inner = tuple(step for step in error["loc"] if not str(step).startswith("~"))
        kind, where = error["type"], (*path, *inner)
        if kind == "extra_forbidden":
            parent = seen.get(id(_inside(root, inner[:-1])))
            self.unknown_key(str(inner[-1]), (*path, *inner[:-1]), _fields(parent) if parent else ())
        elif kind == "missing":
            self.refuse("C012", f'missing key "{inner[-1]}"', self.key(where[:-1]))
        elif kind in _TYPES:
            self.refuse("C011", f"expected {_TYPES[kind]}, found {in_words(error['input'])}", self.at(where))
        else:
            context = error.get("ctx", {})
            message = context.get("message") or f"{error['msg']}, found {in_words(error['input'])}"
            place = self.key(where) if kind == "C012" else self.at(where)
            self.refuse(kind if kind.startswith("C0") else "C011", message, place, context.get("hint") or None)


def _inside(value: Any, path: Sequence[str | int]) -> Any:
    for step in path:
        value = value[step]
    return value


def _fields(form: type[BaseModel]) -> list[str]:
    return [item.alias or name for name, item in form.model_fields.items()]
