"""The prediction ledger: what approved forecasts promised, what came true, and what the next one should expect.

Entries since the start of a plan whose window and money are over are held against the cohort that the forecast was
made on, step by step; a later plan ends the count of the one before. The formulas stand in docs/method.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import sqrt

from dashboard.analytics.priced import PricedFunnel
from dashboard.analytics.statistics import Interval, newcombe

LEAST = 30  # customers at a step before anything is said of it
LEAST_FORECASTS = 3  # of one step before it gets a ratio of its own
SPREAD = 0.5  # how far ratios of single forecasts lie around the mean of those who make them: one standard deviation
_Z80, _Z95 = 1.2816, 1.96


class Verdict(StrEnum):
    """What came true of a lift.

    The 95 % interval of the actual lift lies above the expected one; holds it and not zero; holds both, so that
    nothing can be told yet; lies between zero and the expected one; holds zero alone; lies on the other side of
    zero. `waiting`: there are no figures yet, a reason says why.
    """

    MORE = "more"
    AS_EXPECTED = "as_expected"
    OPEN = "open"
    LESS = "less"
    NO_LIFT = "no_lift"
    WORSE = "worse"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class MovedStep:
    """One conversion that a forecast raised.

    Attributes:
        transition: `from>to`.
        customers, passed: of the cohort that the forecast was made on.
        expected: the conversion that it promised, 0..1.
    """

    segment: str
    transition: str
    customers: int
    passed: int
    expected: float

    @property
    def before(self) -> float:
        """Conversion of that cohort, 0..1."""
        return self.passed / self.customers

    @property
    def lift(self) -> float:
        """What was promised: a difference of shares."""
        return self.expected - self.before


@dataclass(frozen=True, slots=True)
class PerEntry:
    """Money of the funnel for one entry of a segment: as it was, and as the forecast had it."""

    segment: str
    before: float
    expected: float


@dataclass(frozen=True, slots=True)
class Promise:
    """An approved forecast, as it was frozen.

    Attributes:
        number: version of the plan.
        starts: entries from this day on count.
        ends: entries from this day on belong to the next plan; None = this is the last one.
    """

    number: int
    name: str
    starts: date
    ends: date | None
    steps: tuple[MovedStep, ...]
    money: tuple[PerEntry, ...]


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """What became of one promised lift.

    Attributes:
        customers, passed: ripe entries since the start.
        lift: actual conversion minus the one before; None while waiting.
        interval: its 95 % interval.
        reason: of `waiting`: `not_begun`, `replaced`, `not_ripe`, `few_customers`, `step_gone`, `losses_unknown`.
    """

    step: MovedStep
    customers: int
    passed: int
    lift: float | None
    interval: Interval | None
    verdict: Verdict
    reason: str | None = None

    @property
    def actual(self) -> float | None:
        """Conversion since the start; None while waiting."""
        return None if self.lift is None else self.passed / self.customers


@dataclass(frozen=True, slots=True)
class Ratio:
    """Actual lift over expected lift of one forecast, and the standard deviation that chance gives it."""

    share: float
    deviation: float


@dataclass(frozen=True, slots=True)
class MoneyOutcome:
    """Revenue of the funnel by the ripe entries since the start: as before, as expected, as it is [money]."""

    entries: int
    before: float
    expected: float
    actual: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a forecast.

    Attributes:
        ready_on: day on which the first entries since its start are ripe; None = every entry is ripe at once.
        ratio: over all steps that can be told; None before.
        verdict: of all steps together.
        money: None before enough entries are ripe.
    """

    promise: Promise
    ready_on: date | None
    steps: tuple[StepOutcome, ...]
    ratio: Ratio | None
    verdict: Verdict
    money: MoneyOutcome | None


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """What forecasts have earned.

    Attributes:
        forecasts: how many could be told.
        share: of an expected lift that is to be expected in truth, shrunk to 1.
        likely: the next forecast lands so far around it in 80 of 100.
        by_step: the same share for steps of at least three forecasts, shrunk to `share`.
    """

    forecasts: int
    share: float
    likely: float
    by_step: Mapping[str, float]

    def expects(self, transition: str | None = None) -> tuple[float, float, float]:
        """Least, likely and most of an expected lift to believe, of a step or of any; never below nothing."""
        share = self.by_step.get(transition or "", self.share)
        return max(0.0, share - self.likely), max(0.0, share), max(0.0, share + self.likely)


def outcome(promise: Promise, cohort: PricedFunnel | None, ready_on: date | None) -> Outcome:
    """A forecast beside the facts.

    Args:
        cohort: ripe entries from `promise.starts` to `promise.ends` or the data end; None where no day lies between.
        ready_on: see `Outcome`.
    """
    steps = tuple(_step_outcome(step, promise, cohort) for step in promise.steps)
    ratio = _ratio(steps)
    verdict = Verdict.WAITING if ratio is None else _verdict(1.0, _around(ratio))
    return Outcome(promise, ready_on, steps, ratio, verdict, _money(promise, cohort))


def track_record(outcomes: Iterable[Outcome]) -> TrackRecord | None:
    """What the next forecast should expect; None before the first one can be told.

    A forecast's ratio r weighs w = SPREAD^2 / (SPREAD^2 + its own variance); share = (1 + sum w r) / (1 + sum w):
    as if one more forecast had come true exactly.
    """
    told = [one for one in outcomes if one.ratio is not None]
    ratios = [one.ratio for one in told if one.ratio is not None]
    if not ratios:
        return None
    share, weight = _shrunk(ratios, 1.0)
    return TrackRecord(
        forecasts=len(ratios),
        share=share,
        likely=_Z80 * SPREAD * sqrt(1 + 1 / (1 + weight)),
        by_step=_by_step(told, share),
    )


def _by_step(told: Sequence[Outcome], share: float) -> dict[str, float]:
    by_step: dict[str, list[Ratio]] = {}
    for one in told:
        for name in dict.fromkeys(row.step.transition for row in one.steps):
            ratio = _ratio([row for row in one.steps if row.step.transition == name])
            if ratio is not None:
                by_step.setdefault(name, []).append(ratio)
    return {
        name: _shrunk(ratios, share)[0] for name, ratios in by_step.items() if len(ratios) >= LEAST_FORECASTS
    }


def _shrunk(ratios: Iterable[Ratio], towards: float) -> tuple[float, float]:
    """The shrunk mean of ratios, and their weight together."""
    weighed = [(SPREAD**2 / (SPREAD**2 + one.deviation**2), one.share) for one in ratios]
    weight = sum(one for one, _ in weighed)
    return (towards + sum(one * share for one, share in weighed)) / (1 + weight), weight


def _step_outcome(step: MovedStep, promise: Promise, cohort: PricedFunnel | None) -> StepOutcome:
    customers, passed, reason = _counted(step, cohort)
    if promise.ends is not None and promise.ends <= promise.starts:
        reason = "replaced"
    elif cohort is None:
        reason = "not_begun"
    interval = newcombe(passed, customers, step.passed, step.customers)
    if reason is not None or interval is None:
        return StepOutcome(step, customers, passed, None, None, Verdict.WAITING, reason or "not_ripe")
    lift = passed / customers - step.before
    return StepOutcome(step, customers, passed, lift, interval, _verdict(step.lift, interval))


def _counted(step: MovedStep, cohort: PricedFunnel | None) -> tuple[int, int, str | None]:
    """Customers at a step and those of them who went on, and why nothing can be said of them."""
    if cohort is None:
        return 0, 0, None
    place = next((one for one in cohort.transitions if cohort.name(one) == step.transition), None)
    segment = next((one for one in cohort.segments if one.segment == step.segment), None)
    if place is None or segment is None:
        return 0, 0, "step_gone"
    customers, passed = segment.counts[place : place + 2]
    if segment.is_unknown(place):
        return customers, passed, "losses_unknown"
    if not customers:
        return 0, 0, "not_ripe"
    return customers, passed, None if customers >= LEAST else "few_customers"


def _verdict(expected: float, interval: Interval) -> Verdict:
    """See `Verdict`; a forecast that lowers is read in a mirror."""
    low, high = (interval.low, interval.high) if expected > 0 else (-interval.high, -interval.low)
    expected = abs(expected)
    if low > expected:
        return Verdict.MORE
    if high >= expected:
        return Verdict.AS_EXPECTED if low > 0 else Verdict.OPEN
    if low > 0:
        return Verdict.LESS
    return Verdict.NO_LIFT if high >= 0 else Verdict.WORSE


def _ratio(rows: Iterable[StepOutcome]) -> Ratio | None:
    """Slope of actual on expected lifts through zero, each row weighed by how well its lift is known."""
    product = square = 0.0
    for row in rows:
        if row.lift is None:
            continue
        step = row.step
        variance = _variance(step.passed, step.customers) + _variance(row.passed, row.customers)
        product += step.lift * row.lift / variance
        square += step.lift**2 / variance
    return Ratio(product / square, 1 / sqrt(square)) if square else None


def _variance(passed: int, customers: int) -> float:
    """Of a share; the half keeps it above zero where nobody or everybody went on."""
    share = (passed + 0.5) / (customers + 1)
    return share * (1 - share) / customers


def _around(ratio: Ratio) -> Interval:
    return Interval(ratio.share - _Z95 * ratio.deviation, ratio.share + _Z95 * ratio.deviation)


def _money(promise: Promise, cohort: PricedFunnel | None) -> MoneyOutcome | None:
    if cohort is None or not cohort.has_money:
        return None
    per_entry = {one.segment: one for one in promise.money}
    found = [(per_entry[one.segment], one) for one in cohort.segments if one.segment in per_entry]
    entries = sum(segment.counts[0] for _, segment in found)
    if entries < LEAST:
        return None
    return MoneyOutcome(
        entries,
        before=sum(segment.counts[0] * money.before for money, segment in found),
        expected=sum(segment.counts[0] * money.expected for money, segment in found),
        actual=float(sum(segment.revenue for _, segment in found)),
    )
