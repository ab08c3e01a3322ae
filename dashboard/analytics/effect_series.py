"""Interrupted time series: how the share would have gone on by its own past, and how far it lies from that.

A weighted regression of the daily share on level, slope, weekday and public holidays is fitted to the days before
the start alone and carried on behind it; the effect is the mean distance of the days after the start from that
line, each day by its entries. Level and slope of the distance are told beside it. Errors are Newey-West's, from the
days before the start: behind it there are too few days to tell how they depend on each other. They are never below
what chance does to customers counted one by one.

Dates before the start on which nothing happened are treated the same way: their distances are the placebos. Where
they scatter more than their errors say, the error grows by as much.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt

import numpy as np
from scipy.special import chdtri

from dashboard.analytics.effect import LEAST_ENTRIES, LEAST_PRE_WEEKS, Finding, Method, Why
from dashboard.analytics.effect_limits import ONE_LOOK, limit
from dashboard.analytics.effect_span import WEEK, EffectSpan
from dashboard.analytics.effect_sums import EffectSums, Floats

MOST_LAGS = 28  # days that may depend on each other
STEADY = 10
ONE_SIDED = 1.64
LEAST_HOLIDAYS = 5  # fewer of them before the start say nothing about holidays
CHANCE = 0.05  # of a scatter of placebo dates that is taken for unrest where there is none
UNSTEADY = 0.2  # share of placebo dates as far off as what looks like an effect that takes its proof away


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """The past of a target, and the line through it.

    Attributes:
        design: of every day of the span: level, weeks, weekdays, holidays.
        entries: of every day.
        gap: of every day, how many more went on than at each segment's rate before the start.
        past: days before the start that count.
        rate: share of their entries that went on.
        slopes: coefficients of the share on the design, by these days.
        spread: inverse of the weighted design: times `noise` it is the covariance of the coefficients if days are
            independent.
        robust: their Newey-West covariance.
        noise: variance of one entry, with what neighbouring days add.
        earlier: coefficients and spread as they were after LEAST_PRE_WEEKS, one week more, ...: for placebo dates.
    """

    design: Floats
    entries: Floats
    gap: Floats
    past: int
    rate: float
    slopes: Floats
    spread: Floats
    robust: Floats
    noise: float
    earlier: tuple[tuple[Floats, Floats], ...]

    def without(self, days: slice) -> float:
        """Share above the rates before the start that the line says for some days; nan without entries."""
        return float(self._centre(days) @ self.slopes)

    def actual(self, days: slice) -> float:
        """The same as it was."""
        return float(self.gap[days].sum() / self.entries[days].sum())

    def error(self, days: slice) -> float:
        """Standard error of `actual` less `without`."""
        centre = self._centre(days)
        line = max(float(centre @ self.robust @ centre), self.noise * float(centre @ self.spread @ centre))
        now = min(1.0, max(0.0, self.rate + self.actual(days)))
        return sqrt(line + max(self.noise, now * (1 - now)) / float(self.entries[days].sum()))

    def _centre(self, days: slice) -> Floats:
        return self.entries[days] @ self.design[days] / self.entries[days].sum()


def series(sums: EffectSums, line: Line, week: int) -> Finding | Why:
    """What the weeks 1..`week` show against the target's own past; or why they show nothing."""
    days = slice(WEEK * sums.span.before, WEEK * (sums.span.before + week))
    if line.entries[days].sum() < LEAST_ENTRIES:
        return Why.FEW_ENTRIES
    estimate = line.actual(days) - line.without(days)
    false_gaps = placebos(line, sums.span, week)
    alone = line.error(days)
    error = alone * sqrt(_unrest(false_gaps, sums.span.past - LEAST_PRE_WEEKS, week))
    rate = line.rate
    level, slope = _level_and_slope(line, days)
    as_far = sum(abs(z) >= abs(estimate) / alone for _, z in false_gaps) / max(1, len(false_gaps))
    bar, z = limit(week, sums.span.after), estimate / error
    why = Why.UNSTEADY_PAST if abs(z) >= ONE_LOOK and as_far > UNSTEADY else None
    why = why if false_gaps else Why.SHORT_PAST
    return Finding(
        method=Method.SERIES,
        estimate=estimate,
        error=error,
        low=estimate - bar * error,
        high=estimate + bar * error,
        plain_low=estimate - ONE_LOOK * error,
        plain_high=estimate + ONE_LOOK * error,
        z=z,
        limit=bar,
        before=rate,
        after=rate + line.actual(days),
        without=rate + line.without(days),
        sound=why is None,
        check=as_far if false_gaps else None,
        level=level,
        slope=slope,
        why=why,
        placebo=tuple(gap for gap, _ in false_gaps),
    )


def line_of(sums: EffectSums, target: tuple[int, ...], holidays: Collection[date] = ()) -> Line | Why:
    """The line through the target's past; or why there is none."""
    span = sums.span
    past = WEEK * span.past
    entries, gap = sums.gap(target)
    if span.past < LEAST_PRE_WEEKS:
        return Why.SHORT_PAST
    if entries[:past].sum() < LEAST_ENTRIES:
        return Why.FEW_ENTRIES
    design = _design(span, past, holidays)
    own, weights = design[:past], entries[:past]
    more = np.divide(gap[:past], weights, out=np.zeros(past), where=weights > 0)
    spread: Floats = np.asarray(np.linalg.pinv((own * weights[:, None]).T @ own), dtype=float)
    slopes = spread @ (own.T @ gap[:past])
    left = more - own @ slopes
    lags = min(MOST_LAGS, past // 6)
    robust = newey_west(own, left, weights, lags)
    rate = sums.share(target) or 0.0
    chance = rate * (1 - rate)
    if not chance:
        return Why.FEW_ENTRIES
    by_day = np.where(weights > 0, weights * left, 0.0)
    noise = chance * _restless(by_day, weights * chance)
    depending = long_run(by_day, lags) / float(weights.sum()) * past / (past - design.shape[1])
    if depending > chance * (1 + ONE_SIDED * sqrt(4 * lags / (3 * past))):  # its own error: more than chance
        noise = max(noise, depending)
    earlier = _earlier(design, entries, gap, past)
    return Line(design, entries, gap, past, rate, slopes, spread, robust, noise, earlier)


def placebos(line: Line, span: EffectSpan, week: int) -> tuple[tuple[float, float], ...]:
    """Distance and z at every week before the start that has LEAST_PRE_WEEKS before and `week` weeks behind it."""
    found = []
    for start, (slopes, spread) in enumerate(line.earlier, LEAST_PRE_WEEKS):
        days = slice(WEEK * start, WEEK * (start + week))
        n = float(line.entries[days].sum())
        if start + week > span.past or n < LEAST_ENTRIES:
            continue
        centre = line.entries[days] @ line.design[days] / n
        gap = line.actual(days) - float(centre @ slopes)
        found.append((gap, gap / sqrt(line.noise * (float(centre @ spread @ centre) + 1 / n))))
    return tuple(found)


def _restless(by_day: Floats, variance: Floats) -> float:
    """How much more whole weeks swing around the line than by chance; drawn to 1 as if STEADY weeks more were calm."""
    weeks, chance = (values.reshape(-1, WEEK).sum(axis=1) for values in (by_day, variance))
    there = chance > 0
    swings = float((weeks[there] ** 2 / chance[there]).sum())
    return max(1.0, (swings + STEADY) / (int(there.sum()) - 2 + STEADY))


def _unrest(false_gaps: tuple[tuple[float, float], ...], weeks: int, week: int) -> float:
    """How much more the placebos scatter than their errors say: 1 as long as that may be chance.

    Args:
        weeks: before the start that placebos can lie in: so many divided by `week` do not overlap.
    """
    if not false_gaps:
        return 1.0
    scatter, independent = sum(z * z for _, z in false_gaps) / len(false_gaps), weeks / week
    return scatter if scatter > chdtri(independent, CHANCE) / independent else 1.0


def _earlier(design: Floats, entries: Floats, gap: Floats, past: int) -> tuple[tuple[Floats, Floats], ...]:
    """Line and spread by the first LEAST_PRE_WEEKS, ... weeks: what was known at each placebo date."""
    columns = design.shape[1]
    squares = (design[:past, :, None] * design[:past, None, :] * entries[:past, None, None]).cumsum(axis=0)
    products = (design[:past] * gap[:past, None]).cumsum(axis=0)
    ends = np.arange(WEEK * LEAST_PRE_WEEKS, past, WEEK) - 1
    spreads = np.linalg.pinv(squares[ends].reshape(-1, columns, columns), hermitian=True)
    return tuple((spread @ products[end], spread) for end, spread in zip(ends, spreads, strict=True))


def newey_west(design: Floats, left: Floats, weights: Floats, lags: int) -> Floats:
    """Covariance of weighted least squares where neighbouring residuals depend on each other (Bartlett weights).

    References: W. K. Newey, K. D. West, "A simple, positive semi-definite, heteroskedasticity and autocorrelation
    consistent covariance matrix", 1987.
    """
    bread = np.linalg.pinv((design * weights[:, None]).T @ design)
    scores = design * (weights * left)[:, None]
    meat = scores.T @ scores
    for lag in range(1, lags + 1):
        near = scores[lag:].T @ scores[:-lag]
        meat += (1 - lag / (lags + 1)) * (near + near.T)
    rows, columns = design.shape
    return bread @ meat @ bread * rows / (rows - columns)


def long_run(values: Floats, lags: int) -> float:
    """Sum of squares of a series, with the products of neighbours."""
    total = float(values @ values)
    for lag in range(1, lags + 1):
        total += 2 * (1 - lag / (lags + 1)) * float(values[lag:] @ values[:-lag])
    return max(total, 0.0)


def _design(span: EffectSpan, past: int, holidays: Collection[date]) -> Floats:
    """Level, weeks from the start, six weekdays, and holidays where enough of them lie before the start."""
    days = np.arange(WEEK * (span.before + span.after))
    columns = [np.ones(days.size), (days - WEEK * span.before) / WEEK]
    columns += [(days % WEEK == weekday).astype(float) - 1 / WEEK for weekday in range(1, WEEK)]
    free = np.array([float(span.since + timedelta(days=int(day)) in holidays) for day in days])
    if free[:past].sum() >= LEAST_HOLIDAYS:
        columns.append(free)
    return np.stack(columns, axis=1)


def _level_and_slope(line: Line, days: slice) -> tuple[float, float | None]:
    """Distance from the line on the first day, and its change per week; no slope in the first week."""
    weights = line.entries[days]
    weeks = line.design[days, 1]
    there = weights > 0
    away = line.gap[days][there] / weights[there] - line.design[days][there] @ line.slopes
    if weeks.size <= WEEK:
        return float(np.average(away, weights=weights[there])), None
    slope, level = np.polyfit(weeks[there], away, 1, w=np.sqrt(weights[there]))
    return float(level), float(slope)
