"""An incident in one sentence: since when, what broke, what moved, what it costs."""

from __future__ import annotations

from collections.abc import Sequence

from whq.episodes.series import Episode, number
from whq.reports import models, text
from whq.reports.series import against, counted
from whq.values import Result
from whq.wording import amount

_NAMED = 2
"""So many of a kind are told one by one; more are counted."""


def sentence(since: str, until: str | None, episodes: Sequence[Episode], *, is_whole: bool) -> str:
    """`since 2019-04: 7 columns moved, f1 fell from 0.94 to 0.91`.

    Args:
        since: the first bad chunk's key, or the day of the run that saw it first where it is about all rows at once.
        until: the last one's, None while it lasts.
    """
    families = ("anomaly", "rule", "profile", "drift", "model")
    by_family = {name: [each for each in episodes if each.first.monitor == name] for name in families}
    parts = [
        *_limits(by_family["anomaly"], "finding"),
        *_limits([*by_family["rule"], *by_family["profile"]], "rule"),
        *_drift(by_family["drift"]),
        *_performance(by_family["model"]),
    ]
    segments = {each.first.segment for each in episodes if models.rank_of_slice(each.last) is None}
    where = f" in {text.clean(segments.pop())}" if len(segments) == 1 and None not in segments else ""
    return f"{when(since, until, is_whole=is_whole)}: {', '.join(parts)}{where}"


def when(since: str, until: str | None, *, is_whole: bool) -> str:
    """When it was: `since 2019-04`, `2019-04`, `2019-04 to 2019-06`; where one chunk holds all rows: `in all rows`."""
    if since == "all":
        return "in all rows"
    first = text.chunk_words(since)
    if until is None:
        return f"seen since {first}" if is_whole else f"since {first}"
    return first if until == since else f"{first} to {text.chunk_words(until)}"


def _limits(episodes: Sequence[Episode], noun: str) -> list[str]:
    """Limits that were broken, by their names."""
    names = list(dict.fromkeys(_name(each.last) for each in episodes))
    if len(names) > _NAMED:
        return [f"{amount(len(names), noun)} broken: {', '.join(names[:_NAMED])} and {len(names) - _NAMED} more"]
    latest = {_name(each.last): each.last for each in episodes}
    return [f"{name}: {_broken(result)}" for name, result in latest.items()]


def _name(result: Result) -> str:
    """A check's name in its dataset: its column and metric, or the id that it was given."""
    name = result.id.rpartition("/")[2] if result.metric in ("expression", "sql") else result.metric
    return text.clean(f"{result.subject} {name}" if result.subject else name, 80)


def _broken(result: Result) -> str:
    if result.monitor == "anomaly" and result.message:
        return text.clean(result.message, 120)
    return counted(result) or against(result) or text.clean(result.message, 120) or result.status


def _drift(episodes: Sequence[Episode]) -> list[str]:
    """Columns that moved, with what moved where they are few."""
    moved: dict[str, str] = {}
    for each in episodes:
        words = str(each.last.details.get("moved") or "")
        moved[each.first.subject or ""] = moved.get(each.first.subject or "", "") or words
    if len(moved) > _NAMED:
        return [f"{amount(len(moved), 'column')} moved"]
    return [f"{text.clean(name, 80)}{f': {text.clean(words)}' if words else ' moved'}" for name, words in moved.items()]


def _performance(episodes: Sequence[Episode]) -> list[str]:
    """Metrics of models that left their band, the realized value where there is one, else the estimate; and why."""
    slices = [each for each in episodes if models.rank_of_slice(each.last) is not None]
    changes = [each for each in episodes if models.is_change(each.last)]
    by_metric: dict[tuple[str | None, str], Episode] = {}
    for each in sorted(episodes, key=lambda each: (models.is_part(each.first), models.place(each.first.method))):
        if each not in slices and each not in changes:
            by_metric.setdefault((each.first.subject, models.numbered(each.first)), each)
    subjects = {subject for subject, _ in by_metric}
    parts = [_changed(each, len(subjects) > 1) for each in by_metric.values()]
    more = len(parts) - _NAMED
    said = [*parts[:_NAMED], *([f"{amount(more, 'more metric')} changed"] if more > 0 else [])]
    return [*said, *_because(changes, is_alone=not said), *_slices(slices)]


def _because(changes: Sequence[Episode], *, is_alone: bool) -> list[str]:
    """Why metrics changed: a word beside them, else what the first of these results says."""
    by_concept = [each for each in changes if each.first.method == "concept"] or changes
    if not by_concept:
        return []
    return [text.clean(by_concept[0].last.message, 200) if is_alone else "inputs and label relate differently"]


def _slices(episodes: Sequence[Episode]) -> list[str]:
    """The slice that a model serves worst, and how many more there are."""
    ranked = sorted((each.last for each in episodes), key=lambda one: models.rank_of_slice(one) or 0)
    if not ranked:
        return []
    worst, more = ranked[0], len(ranked) - 1
    where = f" in {text.clean(worst.segment, 80)}" if worst.segment else ""
    others = f", {amount(more, 'more slice')} worse than before" if more else ""
    return [f"{worst.metric} is {text.number(worst.value)}{where}{others}"]


def _changed(episode: Episode, with_model: bool) -> str:
    last = episode.last
    estimated = "" if last.method in (None, "realized") else "estimated "
    name = f"{estimated}{text.clean(models.numbered(last), 80)}" + (
        f" of {text.clean(last.subject, 80)}" if with_model else ""
    )
    value = number(last)
    if value is None or episode.before is None or value == episode.before:
        return f"{name} is {text.number(last.value)}"
    direction = "fell" if value < episode.before else "rose"
    return f"{name} {direction} from {text.number(episode.before)} to {text.number(value)}"
