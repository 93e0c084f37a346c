"""Jinja: which text of a template exists. It sees what is given and how many there are, never a value."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jinja2 import Environment, StrictUndefined, TemplateError, TemplateSyntaxError, Undefined, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from whq.errors import CompileError
from whq.sql.templates import CELL, Template, packaged_folder, with_shared

MAX_OUTPUT = 1 << 20
Seen = tuple[tuple[str, "int | str | None"], ...]
"""What Jinja may know of each given argument: a count of columns, a word of a closed list, or its presence."""

_ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.If, nodes.For, nodes.CondExpr,
    nodes.Test, nodes.Not, nodes.And, nodes.Or, nodes.Compare, nodes.Operand, nodes.Getattr, nodes.Getitem,
    nodes.Slice, nodes.Add, nodes.Sub, nodes.Neg, nodes.Filter, nodes.Call, nodes.Tuple,
)  # fmt: skip
_FILTERS = frozenset({"length", "count", "join", "first", "last"})
_DEPTH = 2


def on_cell(left: str, right: str) -> str:
    """The null-safe join of two relations on the cell."""
    return " and ".join(f"{left}.{name} is not distinct from {right}.{name}" for name in CELL)


def cell_of(relation: str) -> str:
    """The cell's columns of one relation."""
    return ", ".join(f"{relation}.{name}" for name in CELL)


class _Absent(StrictUndefined):
    """An argument that was not given: false in a test, an error when written."""

    def __bool__(self) -> bool:  # type: ignore[override]
        return False


@lru_cache(maxsize=1)
def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    environment.globals.clear()
    environment.globals.update(cell=", ".join(CELL), on_cell=on_cell, cell_of=cell_of)
    environment.tests["given"] = lambda value: not isinstance(value, Undefined)
    return environment


def check(template: Template) -> None:
    """Raise CompileError where the Jinja text does not parse or does more than choose text.

    A template of a user is not trusted: without assignments, macros, calls and deep loops its output and its
    time are bounded by its size and by the number of its arguments.
    """
    try:
        _check_node(template, _environment().parse(template.body), 0)
    except TemplateSyntaxError as error:
        raise template.fail("WHQ-S102", f"Jinja: {error.message}", line=error.lineno) from None
    except RecursionError:
        raise template.fail("WHQ-S102", "Jinja: the template is nested too deeply") from None


def _check_node(template: Template, node: nodes.Node, depth: int) -> None:
    if not isinstance(node, _ALLOWED):
        raise _refused(template, node, type(node).__name__.lower())
    if isinstance(node, nodes.Filter) and node.name not in _FILTERS:
        raise _refused(template, node, f'filter "{node.name}"')
    if isinstance(node, nodes.Call) and not (
        isinstance(node.node, nodes.Name) and node.node.name in ("on_cell", "cell_of")
    ):
        raise _refused(template, node, "call")
    if isinstance(node, nodes.For):
        depth += 1
        if depth > _DEPTH or node.recursive or not isinstance(node.iter, (nodes.Name, nodes.Getitem)):
            raise _refused(template, node, "loop")
    for child in node.iter_child_nodes():
        _check_node(template, child, depth)


def _refused(template: Template, node: nodes.Node, what: str) -> CompileError:
    hint = "allowed are if, loops over columns, loop.*, on_cell(), cell_of() and the filters length, join, first, last"
    return template.fail("WHQ-S102", f"Jinja: this {what} is not allowed in a template", hint, node.lineno)


@lru_cache(maxsize=4096)
def render(template: Template, seen: Seen) -> str:
    """The SQL text for one shape of arguments, every argument written as a placeholder."""
    values: dict[str, Any] = {name: _text(name, visible) for name, visible in seen}
    for argument in template.arguments:
        values.setdefault(argument.name, _Absent(name=argument.name))
    pieces: list[str] = []
    size = 0
    try:
        for piece in _environment().from_string(template.body).generate(values):
            size += len(piece)
            if size > MAX_OUTPUT:
                raise template.fail("WHQ-S102", "Jinja: the template makes more than 1 MiB of text")
            pieces.append(piece)
    except TemplateSyntaxError as error:
        raise template.fail("WHQ-S102", f"Jinja: {error.message}", line=error.lineno) from None
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
        raise template.fail("WHQ-S102", f"Jinja: {error}", line=_line(error)) from None
    return "".join(pieces)


@lru_cache(maxsize=16)
def _own(name: str) -> Any:
    """Without the sandbox, which looks at each attribute that is read: the text is whq's, and rendered often."""
    text = (packaged_folder() / f"{name}.sql").read_text("utf-8")
    environment = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701 - SQL, of numbers only
    return environment.from_string(with_shared(text))


def own(name: str, **values: Any) -> str:
    """The SQL text of one of whq's statements that is no template of `Templates`, from numbers and words of whq's own.

    Args:
        name: of the file, below `sql_templates`.
        values: what Jinja sees; nothing of a user's, as it is pasted as it is.
    """
    return str(_own(name).render(values))


def _text(name: str, visible: int | str | None) -> str | list[str]:
    if isinstance(visible, int):
        return [f"${name}_{number}" for number in range(visible)]
    return visible if isinstance(visible, str) else f"${name}"


def _line(error: Exception) -> int:
    """The template's line, found in the traceback that Jinja rewrites."""
    line, trace = 1, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def shape_of(arguments: Mapping[str, Any], template: Template) -> Seen:
    """What Jinja may know of the given arguments; a flag that is false counts as not given."""
    seen: list[tuple[str, int | str | None]] = []
    for name, value in arguments.items():
        argument = template.argument(name)
        if argument is None or (argument.kind == "boolean" and not value):
            continue
        visible = len(value) if argument.kind in ("columns", "codes") else value if argument.choices else None
        seen.append((name, visible))
    return tuple(sorted(seen))
