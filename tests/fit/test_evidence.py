"""Evidence that adds up: against direct products, and its rate of false alarms by drawing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from whq.fit.evidence import STAKES, Outcomes, evidence


def directly(chunks: Sequence[Outcomes], bound: float) -> list[float]:
    """The mean of the bets while none is so large that it is held."""
    bets = np.ones(len(STAKES))
    found = []
    for chunk in chunks:
        bets = np.maximum(bets, 1)
        for place, stake in enumerate(STAKES):
            bets[place] *= (1 + stake * (1 - bound)) ** chunk.mistakes
            bets[place] *= (1 - stake * bound) ** (chunk.rows - chunk.mistakes)
        found.append(float(bets.mean()))
    return found


def test_it_is_the_mean_of_restarted_bets() -> None:
    random = np.random.default_rng(4)
    chunks = [Outcomes(80, int(random.binomial(80, 0.13))) for _ in range(30)]
    assert [one.amount for one in evidence(chunks, 0.12, 1e-9)] == pytest.approx(directly(chunks, 0.12))


def first_alarm(random: np.random.Generator, share: float, spread: float = 0.0, deflate: float = 1.0) -> int:
    """When the alarm at 1 / 0.02 comes, in a life of 400 chunks of 100 rows."""
    shares = np.clip(share + spread * random.standard_normal(400), 0, 1)
    mistakes = random.binomial(100, shares)
    amounts = evidence([Outcomes(100, int(one), deflate) for one in mistakes], 0.15, 0.02)
    return next((place for place, one in enumerate(amounts, 1) if one.amount >= 50), 400)


def test_a_false_alarm_comes_once_in_the_promised_time() -> None:
    """At the bound itself, the worst that is still no fall: on average not before 1 / alarms chunks."""
    random = np.random.default_rng(6)
    assert np.mean([first_alarm(random, 0.15) for _ in range(120)]) > 50


def test_chunks_that_vary_by_nature_count_less() -> None:
    random = np.random.default_rng(8)
    spread = 0.05
    deflate = 1 + spread**2 / (0.15 * 0.85 / 100)
    plain = np.mean([first_alarm(random, 0.15, spread) for _ in range(60)])
    deflated = np.mean([first_alarm(random, 0.15, spread, deflate) for _ in range(60)])
    assert deflated > 50 > plain


def test_a_fall_is_found() -> None:
    random = np.random.default_rng(7)
    assert np.median([first_alarm(random, 0.30) for _ in range(60)]) <= 4


def test_since_when_and_that_it_ends() -> None:
    chunks = [Outcomes(400, 40)] * 5 + [Outcomes(400, 100)] * 20 + [Outcomes(400, 40)] * 2
    found = evidence(chunks, 0.12, 0.001)
    alarms = [place for place, one in enumerate(found) if one.amount >= 1000]
    assert alarms == list(range(alarms[0], 25))
    assert {found[place].since for place in alarms} == {5}
    assert max(one.amount for one in found) <= 5 / 0.001 * (1 + 1e-9)


def test_nothing_said_of_no_chunk_and_of_no_row() -> None:
    assert evidence([], 0.1, 0.001) == []
    assert [one.amount for one in evidence([Outcomes(0, 0)], 0.1, 0.001)] == [1.0]
    assert evidence([Outcomes(10**9, 10**9)], 0.5, 0.001)[0].amount == pytest.approx(5000)
