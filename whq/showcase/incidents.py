"""What the demo's data hold, month by month, and the results that find each incident."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from whq.values import Result

FAULTY = frozenset({"fail", "warn", "error", "inconclusive"})
"""Statuses of which the demo must have no more than were planted."""


def is_faulty(result: Result) -> bool:
    """Whether a result tells that something is wrong; a verdict that is withheld by design does not."""
    return result.status in FAULTY and "withheld" not in result.details


class Finding(Struct, frozen=True):
    """A result that must be there: its id, and the chunks in which it fails or warns (none: all rows at once)."""

    id: str
    chunks: tuple[str, ...] = ()

    @property
    def places(self) -> set[tuple[str, str | None]]:
        """The id with each of its chunks."""
        return {(self.id, chunk) for chunk in self.chunks or (None,)}


class Incident(Struct, frozen=True):
    """Something that was done to the data: when, its name, what it is, and what must be found."""

    when: str
    title: str
    planted: str
    findings: tuple[Finding, ...]


class Told(Struct, frozen=True):
    """An incident with the results that found it; `missing` are those that should have and did not."""

    incident: Incident
    results: tuple[tuple[Result, ...], ...]
    missing: tuple[Finding, ...]


def place_of(result: Result) -> tuple[str, str | None]:
    """The id and the chunk of a result."""
    return result.id, result.chunk.key if result.chunk else None


def tell(results: Iterable[Result], incidents: Sequence[Incident]) -> tuple[tuple[Told, ...], tuple[Result, ...]]:
    """Each incident with what was found of it, and what was found that nobody planted."""
    by_place = {place_of(result): result for result in results if is_faulty(result)}
    told = tuple(_told(incident, by_place) for incident in incidents)
    planned = {place for incident in incidents for finding in incident.findings for place in finding.places}
    return told, tuple(result for place, result in by_place.items() if place not in planned)


def _told(incident: Incident, by_place: dict[tuple[str, str | None], Result]) -> Told:
    groups = {
        finding: [by_place[place] for place in by_place if place in finding.places] for finding in incident.findings
    }
    missing = tuple(finding for finding in incident.findings if not finding.places <= by_place.keys())
    return Told(incident, tuple(tuple(group) for group in groups.values() if group), missing)


def _months(first: int, last: int) -> tuple[str, ...]:
    return tuple(f"2024-{month:02}" for month in range(first, last + 1))


_SUMMER = _months(7, 8)

INCIDENTS = (
    Incident(
        "February",
        "null burst",
        "12 % of incomes are missing",
        (Finding("applications/income/not_null", _months(2, 2)),),
    ),
    Incident(
        "March",
        "new category",
        'applications come through "social", a channel that the model never saw',
        (
            Finding("applications/channel/accepted_values", _months(3, 12)),
            Finding("applications/channel/jensen_shannon", _months(3, 12)),
            Finding("applications/channel/l_infinity", _months(3, 12)),
        ),
    ),
    Incident(
        "April",
        "unit change",
        "a third of the amounts arrive in cents instead of euros",
        (
            Finding("applications/amount/accepted_range", _months(4, 4)),
            Finding("applications/amount/jensen_shannon", _months(4, 4)),
        ),
    ),
    Incident(
        "May",
        "late and duplicated",
        "some 500 applications are loaded five days late, 400 are loaded twice",
        (
            Finding("applications/expression/loaded_in_time", _months(5, 5)),
            Finding("applications/application_id/unique", _months(5, 5)),
            Finding("applications/volume", ("2024-05-10",)),
        ),
    ),
    Incident(
        "June",
        "broken key",
        "every tenth payment names an application that does not exist",
        (Finding("payments/application_id/relationships", _months(6, 6)),),
    ),
    Incident(
        "July, August",
        "covariate drift",
        "applicants become alike, so the model ranks them worse; the estimate sees it without labels",
        (
            Finding("applications/income/jensen_shannon", _SUMMER),
            Finding("applications/debt_ratio/jensen_shannon", _SUMMER),
            Finding("applications/employment_years/jensen_shannon", _SUMMER),
            Finding("applications/default_risk/roc_auc/cbpe", _SUMMER),
            Finding("applications/default_risk/roc_auc/realized", _SUMMER),
            Finding("applications/default_risk/f1/cbpe", _SUMMER),
            Finding("applications/default_risk/f1/realized", _SUMMER),
        ),
    ),
    Incident(
        "October",
        "concept drift",
        "debt no longer means what it meant; only the labels tell, and they come 60 days late",
        (
            Finding("applications/default_risk/roc_auc/realized", _months(10, 10)),
            Finding("applications/default_risk/f1/realized", _months(10, 10)),
        ),
    ),
    Incident(
        "always",
        "three systems disagree",
        "the partner leaves out the C of customer ids, the legacy system writes EURO and days first",
        (
            Finding("payments/customer_id/relationships"),
            Finding("payments/currency/accepted_values"),
            Finding("payments/paid_on/matches"),
        ),
    ),
)
"""Everything that is wrong with the demo's data. Nothing else may fail or warn."""
