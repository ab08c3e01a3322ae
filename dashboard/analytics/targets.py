"""Plan and fact: the target of a period, where one should stand today, where it is going, and the status in a word.

What may be added up is added up: revenue over months, revenue and leads over segments. Customers of several months are
counted once, so that L, C and Q of a quarter are no sum of its months: such a period has no target (DOMAIN section 3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from math import sqrt
from statistics import NormalDist

from dashboard.analytics.funnel import FunnelStep
from dashboard.analytics.lcpq_row import Lcpq
from dashboard.analytics.statistics import wilson
from dashboard.journey.period import Period
from dashboard.journey.targets import EVERYBODY, Kpi, TargetKey, Targets, months_of

ON_TRACK = Decimal("0.05")  # while a period runs, so close to the pace is on track
LEAST_DAYS = 7  # of a running period before anything is said of it
LEAST = 30  # leads or deals of a comparison period that shares of it are taken from; entries of a step
LIKELY = 0.8  # of money and people; rates have 95 %

NO_TARGET = "no_target"
NO_WHOLE_MONTHS = "no_whole_months"
MONTHS_MISSING = "months_without_target"
NOT_OF_LONGER = "not_of_longer_periods"
FILTERED = "target_of_all"  # channels and products have no targets of their own
NOT_BEGUN = "not_begun"
TOO_EARLY = "too_early"
DIFFERENT_LENGTH = "different_length"
LOW_N = "low_n"
NOT_RIPE = "not_ripe"

_OVER_SEGMENTS = (Kpi.REVENUE, Kpi.LEADS)


class Status(StrEnum):
    """How a figure stands against its target."""

    AHEAD = "ahead"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    NO_DATA = "no_data"


class Basis(StrEnum):
    """Where the share of a running period that is behind us comes from.

    The same days of the period a year before, or of the period before this one, as a share of their whole; else days.
    """

    YEAR_AGO = "year_ago"
    PREVIOUS = "previous"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Aim:
    """The target of a period; without a value the reason says why there is none."""

    value: Decimal | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """Which share of a period's figure is usually there after so many days, 0..1; 1 = the period is over."""

    share: float
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """One figure against its target.

    Attributes:
        target: of the whole period, in the figure's unit (shares 0..1).
        actual: the figure so far; None: see `reason`.
        pace: where it should stand today.
        basis: what the pace was taken from; None for ratios and for periods that are over.
        forecast: where it ends if all goes on as so far; None where the period is over.
        low, high: likely range of the forecast: 80 % of money and people, 95 % of rates; None where unknown.
        over: the period is over, or of a step: every entry had its time.
        reason: why there is no status.
    """

    target: Decimal
    actual: Decimal | None = None
    pace: Decimal | None = None
    basis: Basis | None = None
    forecast: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    over: bool = False
    reason: str | None = None

    @property
    def status(self) -> Status:
        """In a word: what is over must reach its target; what runs is on track within 5 % of the pace."""
        if self.actual is None or self.pace is None:
            return Status.NO_DATA
        if self.over:
            found = (self.actual > self.pace) - (self.actual < self.pace)
        else:
            room = ON_TRACK * self.pace
            found = (self.actual >= self.pace + room) - (self.actual <= self.pace - room)
        return Status.ON_TRACK if not found or not self.pace else Status.AHEAD if found > 0 else Status.BEHIND


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure of a segment, with its target.

    Attributes:
        stage: the stage that a conversion leads into; "" = of no single stage.
        segment: "" = everybody.
        progress: None where the period has no target: `reason` says why.
    """

    kpi: Kpi
    stage: str
    segment: str
    progress: Progress | None
    reason: str | None = None


def aim_of(
    targets: Targets,
    kpi: Kpi,
    stage: str,
    period: Period,
    chosen: Sequence[str] = (),
    segments: Sequence[str] = (),
) -> Aim:
    """The target of a figure in a period, where it can be had exactly.

    Args:
        chosen: segments of the question; empty = everybody.
        segments: all of the engagement: what each of them shall bring is what everybody shall bring.

    A longer period has the sum of its months for revenue. Everything else counts customers, and those of several
    months once; only an average check that is the same in every month is the quarter's too.
    """
    months = months_of(period)
    if not months:
        return Aim(None, NO_WHOLE_MONTHS)
    found = [_of_month(targets, kpi, stage, month, chosen, segments) for month in months]
    known = [value for value in found if value is not None]
    if not known:
        return Aim(None, NO_TARGET)
    if len(known) < len(found):
        return Aim(None, MONTHS_MISSING)
    if kpi is Kpi.REVENUE:
        return Aim(sum(known, Decimal(0)))
    if len(known) == 1 or (kpi is Kpi.AVERAGE_CHECK and len(set(known)) == 1):
        return Aim(known[0])
    return Aim(None, NOT_OF_LONGER)


def _of_month(
    targets: Targets, kpi: Kpi, stage: str, month: str, chosen: Sequence[str], segments: Sequence[str]
) -> Decimal | None:
    def of(segment: str) -> Decimal | None:
        return targets.get(TargetKey(kpi, stage, segment, month))

    if not chosen and of(EVERYBODY) is not None:
        return of(EVERYBODY)
    parts = [of(segment) for segment in chosen or segments]
    known = [part for part in parts if part is not None]
    if not parts or len(known) < len(parts):
        return None
    if kpi in _OVER_SEGMENTS:
        return sum(known, Decimal(0))
    return known[0] if len(set(known)) == 1 else None  # one rate everywhere is the rate of all


def elapsed_days(period: Period, data_end_day: date | None) -> int:
    """Days of the period that the data cover; 0 before its first."""
    if period.since is None or period.until is None or data_end_day is None:
        return 0
    return max(0, (min(period.until, data_end_day + timedelta(days=1)) - period.since).days)


def shape_of(kpi: Kpi, elapsed: int, days: int, known: Mapping[Basis, tuple[Lcpq, Lcpq]]) -> Shape:
    """Which share of the figure is usually there by now.

    Args:
        elapsed, days: of the period.
        known: comparison periods that the data hold whole: (their first days, all of them).

    Of a comparison period with under 30 leads (of revenue: deals) nothing is taken: a lucky day would be a trend.
    """
    if elapsed >= days:
        return Shape(1.0)
    for basis in (Basis.YEAR_AGO, Basis.PREVIOUS):
        if basis not in known:
            continue
        head, whole = known[basis]
        many = whole.leads if kpi is Kpi.LEADS else whole.deals
        before, after = getattr(head, kpi), getattr(whole, kpi)
        if many is not None and many >= LEAST and before and after and 0 < before < after:
            return Shape(float(before / after), basis)
    return Shape(elapsed / days, Basis.DAYS)


def progress(
    kpi: Kpi, target: Decimal, now: Lcpq, elapsed: int, shape: Shape, daily: Sequence[Lcpq]
) -> Progress:
    """A figure of the equation against its target.

    Args:
        now: the period so far.
        elapsed: days of it that the data cover.
        shape: of `shape_of`; a share of 1 says that the period is over.
        daily: revenue and deals of each of these days, for the likely range of money.
    """
    over = shape.share >= 1
    actual = _exact(getattr(now, kpi))
    if not elapsed:
        return Progress(target, reason=NOT_BEGUN)
    if actual is None:
        return Progress(target, over=over, reason=now.reasons.get(kpi, LOW_N))
    if over:
        return Progress(target, actual, target, over=True)
    if elapsed < LEAST_DAYS:
        return Progress(target, reason=TOO_EARLY)
    if kpi is Kpi.DEALS_PER_BUYER:
        return Progress(target, reason=DIFFERENT_LENGTH)  # a part of a period has fewer deals for each buyer
    if kpi in _OVER_SEGMENTS:
        return _growing(kpi, target, actual, shape, daily)
    low, high = _range_of_ratio(kpi, now, daily)
    return Progress(target, actual, target, None, actual, low, high)


def step_progress(target: Decimal, step: FunnelStep, entered: int, *, period_over: bool) -> Progress:
    """The conversion of a transition against its target.

    Args:
        step: of mature entries of the period alone.
        entered: its customers at the step before that must be met.
        period_over: the data reach the period's end.
    """
    over = period_over and not step.immature
    if entered < LEAST or step.from_previous is None:
        reason = NOT_RIPE if step.immature and not entered else LOW_N
        return Progress(
            target, over=over, reason=step.reasons.get("from_previous", reason) if entered else reason
        )
    actual = Decimal(step.customers) / entered
    if over:
        return Progress(target, actual, target, over=True)
    return Progress(target, actual, target, None, actual, _exact(step.ci_low), _exact(step.ci_high))


def _growing(kpi: Kpi, target: Decimal, actual: Decimal, shape: Shape, daily: Sequence[Lcpq]) -> Progress:
    """Of what grows day by day: so far divided by the share that is usually there by now."""
    share = Decimal(str(shape.share))
    forecast = actual / share
    more = (1 - shape.share) / shape.share
    if kpi is Kpi.LEADS:
        spread: float | None = sqrt(float(actual) * (more**2 + more))  # people come like rain: Poisson
    else:
        spread = _spread_of_days([float(one.revenue) for one in daily])
        # the days behind us say the rate, those ahead vary by themselves
        spread = None if spread is None else spread * sqrt(len(daily) * (more**2 + more))
    if spread is None:
        return Progress(target, actual, target * share, shape.basis, forecast)
    reach = Decimal(str(NormalDist().inv_cdf((1 + LIKELY) / 2) * spread))
    low = max(actual, forecast - reach) if kpi is Kpi.LEADS else forecast - reach
    return Progress(target, actual, target * share, shape.basis, forecast, low, forecast + reach)


def _range_of_ratio(kpi: Kpi, now: Lcpq, daily: Sequence[Lcpq]) -> tuple[Decimal | None, Decimal | None]:
    if kpi is Kpi.CONVERSION:
        found = wilson(now.buyers, now.leads or 0)
        return (None, None) if found is None else (_exact(found.low), _exact(found.high))
    check = float(now.average_check or 0)
    spread = _spread_of_days([float(one.revenue) - check * one.deals for one in daily])
    if spread is None or not now.deals:
        return None, None
    reach = NormalDist().inv_cdf((1 + LIKELY) / 2) * spread * sqrt(len(daily)) / now.deals
    return _exact(check - reach), _exact(check + reach)


def _spread_of_days(amounts: Sequence[float]) -> float | None:
    """Standard deviation of a day; None of a single one."""
    if len(amounts) < 2:
        return None
    mean = sum(amounts) / len(amounts)
    return sqrt(sum((amount - mean) ** 2 for amount in amounts) / (len(amounts) - 1))


def _exact(value: float | Decimal | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))
