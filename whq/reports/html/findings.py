"""What is wrong, in words: one line a check, by dataset and owner, the same thing said once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace

from whq.reports.families import titles
from whq.reports.html.groups import Group
from whq.reports.html.names import check_of
from whq.reports.html.said import failing_query, find, moved, places, said, sparkline
from whq.reports.series import RANK, headline
from whq.reports.text import clean
from whq.values import Status

MOST = 12
"""Findings of one dataset and owner that are shown at once; the others are one click away."""
FOLDED = 40
"""Of these so many."""
LINES = 400
"""Findings on the first screen of all datasets together; datasets beyond show one each."""
ALSO = 12
ORDER = ("model", "rule", "drift", "anomaly", "parity", "profile")
"""The families of monitors in the order in which the page tells of them; any other follows."""


class Also(Struct, frozen=True):
    """A neighbour that is wrong in the same way: its name and where it is."""

    name: str
    anchor: str


class Finding(Struct, frozen=True):
    """One line of the first screen; `failing` is the id of the statement that shows the rows behind it."""

    status: Status
    monitor: str
    subject: str
    check: str
    word: str
    words: str
    moved: str
    failing: str
    where: str
    spark: Markup | None
    anchor: str
    find: str
    also: tuple[Also, ...]
    more: int


class Wrong(Struct, frozen=True):
    """The findings of one dataset and owner, the gravest first."""

    dataset: str
    owner: str
    anchor: str
    status: Status
    shown: tuple[Finding, ...]
    rest: tuple[Finding, ...]
    more: int = 0
    """Lines that have no room."""


def wrong(groups: Iterable[Group], anchor_of: Callable[[Group], str], datasets: dict[str, str]) -> tuple[Wrong, ...]:
    """All findings. `datasets` gives the anchor of each dataset."""
    groups_by_key: dict[tuple[str, str], list[Group]] = {}
    for each in groups:
        if each.is_finding:
            groups_by_key.setdefault((each.first.dataset, each.first.owner or ""), []).append(each)
    findings = [_wrong(key, members, anchor_of, datasets[key[0]]) for key, members in groups_by_key.items()]
    told: list[Wrong] = []
    left = LINES
    for one in sorted(findings, key=lambda each: RANK.index(each.status)):
        told.append(_cut(one, max(left, 1)))
        left -= len(told[-1].shown) + len(told[-1].rest)
    return tuple(told)


def _cut(whole: Wrong, most: int) -> Wrong:
    """At most so many lines, and as many as are folded at most; the others are counted."""
    shown = whole.shown[:most]
    rest = whole.rest[: max(min(FOLDED, most - len(shown)), 0)]
    return replace(whole, shown=shown, rest=rest, more=len(whole.shown) + len(whole.rest) - len(shown) - len(rest))


def _wrong(key: tuple[str, str], members: list[Group], anchor_of: Callable[[Group], str], anchor: str) -> Wrong:
    told = lines(members, anchor_of)
    cut = MOST if len(told) > MOST + 2 else len(told)
    return Wrong(clean(key[0], 80), clean(key[1], 60), anchor, told[0].status, told[:cut], told[cut:])


def lines(members: Sequence[Group], anchor_of: Callable[[Group], str]) -> tuple[Finding, ...]:
    """The findings of groups, the gravest first, those that say the same in one line."""
    told = [_finding(alike, anchor_of) for alike in _alike(members)]
    order = list(titles((line.monitor for line in told), ORDER))
    return tuple(sorted(told, key=lambda line: (RANK.index(line.status), order.index(line.monitor))))


def _alike(members: Sequence[Group]) -> list[list[Group]]:
    """Groups that one line can tell of: segments of a check, metrics of a drifted column, one lost query."""
    by_words: dict[tuple[object, ...], list[Group]] = {}
    for each in members:
        first, status = each.first, each.gravest.status
        if status in ("error", "inconclusive"):
            same: tuple[object, ...] = (first.monitor, status, headline(each.gravest))
        elif first.monitor == "drift":
            same = (first.monitor, status, first.subject)
        else:
            same = (first.monitor, status, first.subject, first.metric, check_of(first))
        by_words.setdefault(same, []).append(each)
    return [sorted(alike, key=lambda each: each.first.segment is not None) for alike in by_words.values()]


def _finding(alike: Sequence[Group], anchor_of: Callable[[Group], str]) -> Finding:
    main = alike[0]
    first, gravest = main.first, main.gravest
    told = [each for each in main.series if each.status == gravest.status]
    return Finding(
        status=gravest.status,
        monitor=first.monitor,
        subject=clean(first.subject or "", 120),
        check=_check(main),
        word=first.metric,
        words="; ".join(dict.fromkeys(said(each) for each in told)),
        moved=moved(told[0]),
        failing=failing_query(told[0]),
        where=places(told[0]),
        spark=sparkline(told[0]),
        anchor=anchor_of(main),
        find=" ".join(find(each.first) for each in alike[: ALSO + 1]),
        also=tuple(Also(_short(each, main), anchor_of(each)) for each in alike[1 : ALSO + 1]),
        more=max(len(alike) - 1 - ALSO, 0),
    )


def _check(group: Group) -> str:
    name, segment = check_of(group.first), group.first.segment
    return f"{name} · {clean(segment, 60)}" if segment else name


def _short(group: Group, main: Group) -> str:
    """What tells a neighbour from the one that is told in full."""
    first, other = group.first, main.first
    parts = [
        clean(first.subject or "", 60) if first.subject != other.subject else "",
        check_of(first) if check_of(first) != check_of(other) or first.subject != other.subject else "",
        clean(first.segment or "", 60) if first.segment != other.segment else "",
    ]
    return " · ".join(part for part in parts if part) or check_of(first)
