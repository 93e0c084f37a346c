"""Words that messages of every floor share."""

from __future__ import annotations


def amount(number: int, noun: str, many: str | None = None) -> str:
    """A number of things with their noun.

    Args:
        number: How many there are.
        noun: The word for one.
        many: The word for several; the one with an s unless given.

    Example:
        >>> amount(1, "query", "queries"), amount(1204, "row")
        ('1 query', '1,204 rows')
    """
    return f"{number:,} {noun if number == 1 else many or noun + 's'}"
