"""When the gain of a what-if comes: from a start date on, ramping up, late by the measured way to the payment.

The cohort's money is spread evenly over the days in which it was gathered (DOMAIN section 7). With G_j the part of
lever j in the gain of the cohort and D these days, the gain of the day t days after the start (0 = the start day) is

    g(t) = sum over levers j of  G_j / D * e_j(t),      e_j(t) = sum over s = 0 .. t of  w_j(s) * ramp(t - s)

- w_j(s): share of the money that came s days after the stage at which lever j changes something: from the first
  step for leads, from the step where a transition starts for conversions (of repeat deals alone after the deal), from
  the deal to the repeat deals for deals per customer; the average check changes the money of the very day.
- ramp(t) = min(1, (t + 1/2) / ramp days): what a straight line from 0 to 1 is in the middle of the day; 1 without.
- G_j: what lever j adds to the levers whose money comes sooner, so that the parts add up to the gain and what two
  levers earn only together comes with the slower one. The band has the same parts from the common draws.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from dashboard.analytics.benchmarks import Benchmarks
from dashboard.analytics.draws import Draws
from dashboard.analytics.levers import AVERAGE_CHECK, DEALS_PER_BUYER, LEADS, Lever
from dashboard.analytics.priced import PricedFunnel
from dashboard.analytics.scenario_draws import SHARES
from dashboard.analytics.uncertainty import gain_draws
from dashboard.analytics.whatif import whatif
from dashboard.journey.period import add_months
from dashboard.journey.query import JourneyQuery

MONTHS = 24  # calendar months that a path looks ahead, that of the start included
FULL = 0.95  # of the gain of a month: from there on it counts as whole
MOST_RAMP_DAYS = 730

Days = NDArray[np.float64]
_AT_ONCE = np.ones(1)


@dataclass(frozen=True, slots=True)
class Start:
    """When a scenario begins.

    Attributes:
        day: first day on which it works.
        ramp_days: days until it works fully; 0 = at once.
    """

    day: date
    ramp_days: int = 0


@dataclass(frozen=True, slots=True)
class PaymentLag:
    """How long after each step the money of the priced cohort came.

    Attributes:
        money: (segment, place of the step from 0) -> money by days since the step.
        repeat: the same of all but each customer's first deal.
    """

    money: dict[tuple[str, int], Days]
    repeat: dict[tuple[str, int], Days]

    @classmethod
    def of(cls, frame: pd.DataFrame) -> PaymentLag:
        """From the sums of `fetch_payment_lag`."""
        money: dict[tuple[str, int], Days] = {}
        repeat: dict[tuple[str, int], Days] = {}
        for key, rows in frame.groupby(["segment", "step"]):
            segment, step = cast("tuple[str, int]", key)
            days: Any = rows["days"].to_numpy(int)
            for column, found in (("money", money), ("repeat_money", repeat)):
                spread = np.zeros(int(days.max()) + 1)
                np.add.at(spread, days, rows[column].astype(float).to_numpy())
                found[segment, int(step) - 1] = spread
        return cls(money, repeat)

    def shares(self, lever: Lever, funnel: PricedFunnel, segments: Collection[str] = ()) -> Days:
        """Share of the money by days since the stage that the lever changes; adds up to 1.

        At once for the average check, and where no such money was seen.

        Args:
            segments: whose money a lever of everybody moves; empty = all.
        """
        if lever.target == AVERAGE_CHECK:
            return _AT_ONCE
        place = _place(lever, funnel)
        of = self.money if place < funnel.deal_index else self.repeat
        of = of if lever.target != DEALS_PER_BUYER else self.repeat
        names = [lever.segment] if lever.segment else [one.segment for one in funnel.only(segments).segments]
        spreads = [of[name, place] for name in names if (name, place) in of]
        whole = _added(spreads)
        return whole / whole.sum() if whole.sum() > 0 else _AT_ONCE


def _place(lever: Lever, funnel: PricedFunnel) -> int:
    """The step that the money of a lever is timed from."""
    if lever.target == LEADS:
        return 0
    if lever.target == DEALS_PER_BUYER:
        return funnel.deal_index
    return next(place for place in funnel.transitions if funnel.name(place) == lever.target)


def _added(spreads: Sequence[Days]) -> Days:
    whole = np.zeros(max((len(one) for one in spreads), default=1))
    for one in spreads:
        whole[: len(one)] += one
    return whole


@dataclass(frozen=True, slots=True)
class MonthGain:
    """Additional revenue of a calendar month, and of all days up to its end [money].

    Attributes:
        first_day: of the month.
        days: days of the month from the start on.
        gain, low, high, low_95, high_95: of these days, with its 80 % and 95 % interval.
        total, total_low, total_high, total_low_95, total_high_95: since the start.
    """

    first_day: date
    days: int
    gain: float
    low: float
    high: float
    low_95: float
    high_95: float
    total: float
    total_low: float
    total_high: float
    total_low_95: float
    total_high_95: float


@dataclass(frozen=True, slots=True)
class LeverDelay:
    """Days after which half of a lever's money has come."""

    lever: Lever
    median_days: int


@dataclass(frozen=True, slots=True)
class GainPath:
    """The gain over time.

    Attributes:
        full_gain: of a month of 365.25 / 12 days, once everything works and all money has come [money].
        months: the first `MONTHS` calendar months.
        full_from: first month that brings `FULL` of its whole gain; None where none of them does, or nothing moves.
        delays: of each lever, in the order in which their money comes.
        effects: for each lever and day since the start the share of the effect that has come.
        parts: for each lever its gain of a day at full effect [money].
        draws: the same, draw by draw.
    """

    start: Start
    full_gain: float
    months: tuple[MonthGain, ...]
    full_from: date | None
    delays: tuple[LeverDelay, ...]
    effects: Days = field(repr=False, compare=False)
    parts: Days = field(repr=False, compare=False)
    draws: NDArray[np.float64] = field(repr=False, compare=False)

    def total(self, day: date) -> float:
        """Money of all days before `day` [money]."""
        days = max(0, (day - self.start.day).days)
        return float(self.parts @ self.effects[:, :days].sum(axis=1))

    def total_draws(self, day: date) -> Draws:
        """The same, draw by draw."""
        days = max(0, (day - self.start.day).days)
        return self.draws @ self.effects[:, :days].sum(axis=1)


def gain_path(
    funnel: PricedFunnel,
    levers: Iterable[Lever],
    query: JourneyQuery,
    lag: PaymentLag,
    start: Start,
    days: int,
    segments: Collection[str] = (),
    own: Benchmarks | None = None,
) -> GainPath:
    """The gain of `whatif` month by month, as the docstring of this module says.

    Args:
        funnel, levers, segments, own: as for `whatif`.
        query: as for `gain_range`.
        days: in which the cohort was gathered (`ripe_days`).
    """
    shares = [(lever, lag.shares(lever, funnel, segments)) for lever in levers]
    shares.sort(key=lambda pair: float(pair[1] @ np.arange(len(pair[1]))))
    order = [lever for lever, _ in shares]
    length = (add_months(start.day, MONTHS) - start.day).days
    effects = np.array([effect_by_day(share, start.ramp_days, length) for _, share in shares])
    effects = effects.reshape(len(order), length)
    parts, draws = _parts(funnel, order, query, segments, own)
    delays = tuple(
        LeverDelay(lever, int(np.searchsorted(share.cumsum(), 0.5 - 1e-12))) for lever, share in shares
    )
    return _path(start, effects, parts / days, draws / days, delays)


def value_path(
    value: float, likely: tuple[float, float] | None, shares: Days, start: Start, days: int
) -> GainPath:
    """The path of a sum that is known by itself, such as the expected money of an action.

    Args:
        value: money of a cohort that was gathered in `days`.
        likely: its 80 % interval, taken for that of a normal distribution; None = the sum is taken as sure.
        shares: of the money by days since the stage (`PaymentLag.shares`).
    """
    spread = 0.0 if likely is None else (likely[1] - likely[0]) / (2 * float(ndtri(0.9)))
    drawn = value + spread * ndtri(SHARES)
    length = (add_months(start.day, MONTHS) - start.day).days
    effects = effect_by_day(shares, start.ramp_days, length)[np.newaxis, :]
    return _path(start, effects, np.array([value]) / days, drawn[:, np.newaxis] / days, ())


def _path(
    start: Start,
    effects: Days,
    parts: Days,
    draws: NDArray[np.float64],
    delays: tuple[LeverDelay, ...],
) -> GainPath:
    return GainPath(
        start=start,
        full_gain=float(parts.sum()) * 365.25 / 12,
        months=_months(start.day, effects, parts, draws),
        full_from=_full_from(start.day, effects, parts),
        delays=delays,
        effects=effects,
        parts=parts,
        draws=draws,
    )


def effect_by_day(shares: Days, ramp_days: int, length: int) -> Days:
    """e(t) of the module's docstring for t = 0 .. length - 1."""
    days = np.arange(length)
    ramp = np.minimum(1.0, (days + 0.5) / ramp_days) if ramp_days else np.ones(length)
    return np.convolve(shares, ramp)[:length]


def _parts(
    funnel: PricedFunnel,
    order: Sequence[Lever],
    query: JourneyQuery,
    segments: Collection[str],
    own: Benchmarks | None,
) -> tuple[Days, NDArray[np.float64]]:
    """What each lever adds to those before it: the likely sum, and draw by draw (a row for each draw)."""
    first = [order[:number] for number in range(len(order) + 1)]
    sums = [whatif(funnel, levers, segments, query.model, own).gain for levers in first]
    draws = [gain_draws(funnel, levers, query, segments, own) for levers in first]
    return np.diff(sums), np.diff(np.array(draws), axis=0).T


def calendar_months(day: date) -> list[tuple[date, int, int]]:
    """The calendar months of a path: first day, and the days of the path (from, to) that lie in it."""
    first, months = day.replace(day=1), []
    for number in range(MONTHS):
        begin, end = add_months(first, number), add_months(first, number + 1)
        months.append((begin, max(0, (begin - day).days), (end - day).days))
    return months


def _months(day: date, effects: Days, parts: Days, draws: NDArray[np.float64]) -> tuple[MonthGain, ...]:
    spans = calendar_months(day)
    weights = np.array([effects[:, begin:end].sum(axis=1) for _, begin, end in spans])
    marks = (0.025, 0.1, 0.9, 0.975)
    bands = np.quantile(draws @ weights.T, marks, axis=0)
    totals = np.quantile(draws @ weights.cumsum(axis=0).T, marks, axis=0)
    gains = weights @ parts
    return tuple(
        MonthGain(
            first_day=first,
            days=end - begin,
            gain=float(gains[place]),
            low_95=float(bands[0, place]),
            low=float(bands[1, place]),
            high=float(bands[2, place]),
            high_95=float(bands[3, place]),
            total=float(gains[: place + 1].sum()),
            total_low_95=float(totals[0, place]),
            total_low=float(totals[1, place]),
            total_high=float(totals[2, place]),
            total_high_95=float(totals[3, place]),
        )
        for place, (first, begin, end) in enumerate(spans)
    )


def _full_from(day: date, effects: Days, parts: Days) -> date | None:
    """See `GainPath.full_from`; levers count by the size of their parts, so that gains and losses do not cancel out."""
    sizes = np.abs(parts)
    if not sizes.sum():
        return None
    shares = sizes @ effects / sizes.sum()
    return next(
        (first for first, begin, end in calendar_months(day) if shares[begin:end].mean() >= FULL), None
    )
