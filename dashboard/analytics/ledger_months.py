"""Revenue of an approved forecast month by month: as before, as expected, as it came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from dashboard.journey.period import add_months


@dataclass(frozen=True, slots=True)
class PromisedMonth:
    """What a calendar month was promised to add.

    Attributes:
        month: its first day.
        days: its days from the start of the plan on.
        gain: additional revenue of these days [money].
    """

    month: date
    days: int
    gain: float


@dataclass(frozen=True, slots=True)
class MonthOutcome:
    """Revenue of a month since the start of the plan [money].

    Attributes:
        since, until: its days that count: the first one, and the first one after them.
        before: so many average days of the period that the forecast was made on.
        expected: with the promised gain.
    """

    since: date
    until: date
    before: float
    expected: float
    actual: float


def month_outcomes(
    promised: Iterable[PromisedMonth], daily: float, actual: Mapping[str, float], end: date
) -> tuple[MonthOutcome, ...]:
    """The months that are over, in order.

    Args:
        daily: revenue of an average day of the period that the forecast was made on.
        actual: revenue by month (`2026-08`) since the start of the plan; a month without any is missing.
        end: first day that no longer counts: after the data end, or of the next plan.
    """
    found = []
    for one in promised:
        until = add_months(one.month, 1)
        if until > end:
            break
        before = daily * one.days
        came = actual.get(f"{one.month:%Y-%m}", 0.0)
        found.append(MonthOutcome(until - timedelta(days=one.days), until, before, before + one.gain, came))
    return tuple(found)
