"""Evidence of a fall that adds up from chunk to chunk, with a known rate of false alarms.

For a share of mistakes that is at most `bound`, each of these products is a fair or losing bet against it, whatever the
chunks' sizes; restarted whenever it falls below 1, the mean of the bets passes 1 / alarms at most once in 1 / alarms
chunks on average (CUSUM e-detector: Shin, Ramdas and Rinaldo, 2023).
"""

from __future__ import annotations

from collections.abc import Iterable
from math import exp, fsum, log, log1p

from msgspec import Struct

STAKES = (0.02, 0.05, 0.1, 0.2, 0.4)
"""How much each bet stakes: small ones see small rises over many rows, large ones see large rises at once."""

MOST = 5.0
"""Evidence is held at so many times what is an alarm."""


class Outcomes(Struct, frozen=True):
    """One chunk: how many rows and mistakes it has.

    deflate: how many times more than chance such chunks vary, at least 1; so many times fewer rows count.
    """

    rows: float
    mistakes: float
    deflate: float = 1.0


class Evidence(Struct, frozen=True):
    """What all chunks up to one say together: the amount, and the position of the chunk since when it adds up."""

    amount: float
    since: int


def evidence(chunks: Iterable[Outcomes], bound: float, alarms: float) -> list[Evidence]:
    """The evidence after each chunk that more than the share `bound` of rows are mistakes.

    It is an alarm at 1 / alarms. What is beyond 5 / alarms is taken from all bets alike, so that a good chunk after
    many bad ones ends the alarm.

    >>> [round(one.amount) for one in evidence([Outcomes(500, 50)] * 2 + [Outcomes(500, 90)] * 3, 0.12, 0.001)]
    [0, 0, 238, 5000, 5000]
    """
    most = log(MOST / alarms)
    logs, since = [0.0] * len(STAKES), [0] * len(STAKES)
    found: list[Evidence] = []
    for position, chunk in enumerate(chunks):
        for place, stake in enumerate(STAKES):
            if logs[place] <= 0:
                logs[place], since[place] = 0.0, position
            won = chunk.mistakes * log1p(stake * (1 - bound))
            lost = (chunk.rows - chunk.mistakes) * log1p(-stake * bound)
            logs[place] += (won + lost) / chunk.deflate
        best = max(range(len(STAKES)), key=logs.__getitem__)
        amount = logs[best] + log(fsum(exp(one - logs[best]) for one in logs) / len(STAKES))
        if amount > most:
            logs = [one - (amount - most) for one in logs]
        found.append(Evidence(exp(min(amount, most)), since[best]))
    return found
