"""Who comes to the invented company, when, and with which job to be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from dashboard.demo import plan
from dashboard.demo.draws import Floats, Ints, balanced, quota
from dashboard.demo.plan import SEGMENTS, Calendar
from dashboard.demo.rows import Rows

_DAYS_BEFORE_RETURN = 100  # a new round never overlaps the 90-day window of the one before


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Everybody's segment, the starts of their rounds, and those who buy without any touch.

    Attributes:
        segment_of: segment of each customer.
        rounds: one row per round of a customer who looks around first.
        direct: one row per customer who just buys.
    """

    segment_of: Ints
    rounds: Rows
    direct: Rows


def arrive(rng: np.random.Generator, customers: int, calendar: Calendar) -> Arrivals:
    """Draw the arrivals: growth, season, the mix of segments and its shift in the last full quarter."""
    at = _moments(rng, customers, calendar)
    day = np.minimum(at.astype(np.int64), calendar.days - 1)
    drawn = balanced(rng, _months(calendar)[day], at)
    segment_of = (drawn[:, None] > np.cumsum(_mix(day, calendar), axis=1)[:, :-1]).sum(axis=1)
    known = ~quota(rng, segment_of, at, plan.DIRECT_SHARE)
    back = known & quota(rng, segment_of, at, plan.SECOND_ROUND_SHARE)
    later = at + _DAYS_BEFORE_RETURN + rng.exponential(120, customers)
    back &= later < calendar.days
    who = np.arange(customers)
    starts = np.concatenate((at[known], later[back]))
    rounds = Rows.people(np.concatenate((who[known], who[back])), segment_of, starts)
    return Arrivals(segment_of, rounds, Rows.people(who[~known], segment_of, at[~known]))


def _moments(rng: np.random.Generator, customers: int, calendar: Calendar) -> Floats:
    """When each customer first comes [days]: spread by the weight of the days."""
    weights = _day_weights(rng, calendar)
    even = (np.arange(customers) + rng.random(customers)) / customers
    return np.interp(
        even, np.concatenate(([0], np.cumsum(weights) / weights.sum())), np.arange(calendar.days + 1)
    )


def _day_weights(rng: np.random.Generator, calendar: Calendar) -> Floats:
    """How many people arrive on each day, relative: growth, season and noise."""
    season = np.array(plan.SEASON)[_months(calendar) % 12]
    growth = np.exp(plan.GROWTH * np.arange(calendar.days) / calendar.days)
    return season * growth * np.exp(rng.normal(0, 0.04, calendar.days))


def _months(calendar: Calendar) -> Ints:
    """Running number of the month of every day; January is a multiple of 12."""
    days = (calendar.start + timedelta(days=number) for number in range(calendar.days))
    return np.array([day.year * 12 + day.month - 1 for day in days])


def _mix(day: Ints, calendar: Calendar) -> Floats:
    """Shares of the segments among the arrivals of each day."""
    before, since = (np.array([getattr(s, name) for s in SEGMENTS]) for name in ("share", "share_last"))
    mix = np.where((day >= calendar.offset(calendar.mix_shift))[:, None], since, before)
    mix[:, plan.GIFT] *= np.array(plan.GIFT_SEASON)[_months(calendar)[day] % 12]
    return mix / mix.sum(axis=1, keepdims=True)
