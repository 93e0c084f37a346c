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


def tell(scaffold: Scaffold, look: Look) -> str:
    """The lines to print."""
    text = "".join(f"{line}\n" for line in _lines(scaffold, look))
    return text if look.unicode else ascii_only(text)


def _lines(scaffold: Scaffold, look: Look) -> Iterator[str]:
    yield from (f"  wrote {clean(path)}" for path in scaffold.files)
    if scaffold.suggested:
        yield ""
    for suggested in scaffold.suggested:
        yield f"  {clean(suggested.facts.name)}: {', '.join(_found(suggested))}"
        yield from (f"    note: {clean(note)}" for note in suggested.notes)
    if scaffold.left_out:
        shown = ", ".join(clean(name, 60) for name in scaffold.left_out[:5])
        more = ", …" if len(scaffold.left_out) > 5 else ""
        yield f"  left out: {amount(len(scaffold.left_out), 'table')} ({shown}{more}); add them with --table"
    yield ""
    yield f"Next: look at the files, then `{look.command('doctor')}` and `{look.command('run')}`."


def _found(suggested: Suggested) -> Iterator[str]:
    facts = suggested.facts
    if facts.rows is not None:
        yield amount(facts.rows, "row")
    if suggested.time is not None:
        yield f"time {clean(suggested.time.name)} by {suggested.unit}"
    if suggested.key is not None:
        yield f"key {clean(suggested.key.name)}" + (
            f" ({amount(suggested.duplicates, 'row')} too many)" if suggested.duplicates else ""
        )
    yield amount(1 + sum(len(rules) for rules in suggested.rules.values()), "rule")
    if suggested.model is not None and suggested.model.lacking is None:
        model = suggested.model
        given = f"score {clean(model.score)}" if model.score else f"prediction {clean(model.prediction)}"
        yield f"a model ({given}, label {clean(model.label)})"
