"""What `whq init` says: the files, what was found in each table, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from whq.reports.text import ascii_only, clean
from whq.scaffold import Scaffold
from whq.scaffold.suggest import Suggested
from whq.wording import amount

if TYPE_CHECKING:
    from whq.reports import Look


def tell(made: Scaffold, look: Look) -> str:
    """The lines to print."""
    text = "".join(f"{line}\n" for line in _lines(made, look))
    return text if look.unicode else ascii_only(text)


def _lines(made: Scaffold, look: Look) -> Iterator[str]:
    yield from (f"  wrote {clean(path)}" for path in made.files)
    if made.suggested:
        yield ""
    for found in made.suggested:
        yield f"  {clean(found.facts.name)}: {', '.join(_found(found))}"
        yield from (f"    note: {clean(note)}" for note in found.notes)
    if made.left_out:
        shown = ", ".join(clean(name, 60) for name in made.left_out[:5])
        more = ", …" if len(made.left_out) > 5 else ""
        yield f"  left out: {amount(len(made.left_out), 'table')} ({shown}{more}); add them with --table"
    yield ""
    yield f"Next: look at the files, then `{look.command('doctor')}` and `{look.command('run')}`."


def _found(found: Suggested) -> Iterator[str]:
    facts = found.facts
    if facts.rows is not None:
        yield amount(facts.rows, "row")
    if found.time is not None:
        yield f"time {clean(found.time.name)} by {found.unit}"
    if found.key is not None:
        yield f"key {clean(found.key.name)}" + (
            f" ({amount(found.duplicates, 'row')} too many)" if found.duplicates else ""
        )
    yield amount(1 + sum(len(rules) for rules in found.rules.values()), "rule")
    if found.model is not None and found.model.lacking is None:
        yield f"a model (score {clean(found.model.score)}, label {clean(found.model.label)})"
