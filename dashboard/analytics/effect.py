"""The effect of an intervention: what was planned, what came of it, and the words of the answer (DOMAIN section 8).

Nothing here computes: these are the values that `effect_difference` and `effect_series` (the two methods),
`effect_limits` (repeated looks), `effect_verdict` and `effect_joint` fill, `callbacks/effects.py` hands out and the
screens draw.

Shares are shares everywhere (0.02 = two points of conversion); a screen multiplies by 100 and says "points".
A week of an effect is seven days counted from the day of the start, week 1 begins on it; weeks before are -1, -2, ...
(there is no week 0). A week is *mature* once the window of its last day is over at the data end: immature weeks are
"not counted yet".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from dashboard.journey.intervention import EFFECT_WINDOW_DAYS

DEFAULT_WEEKS = 8
LEAST_WEEKS, MOST_WEEKS = 4, 12
LEAST_PRE_WEEKS = 8  # DOMAIN section 8: a shorter past cannot say how it would have gone on
MOST_PRE_WEEKS = 52
LEAST_ENTRIES = 30  # DOMAIN section 4: below it a rate is no figure


class Verdict(StrEnum):
    """What may be said about an effect, one of five."""

    CONFIRMED = "confirmed"
    LIKELY = "likely"
    CANNOT_TELL = "cannot_tell"
    NO_EFFECT = "no_effect"
    HARMFUL = "harmful"


class Method(StrEnum):
    """How "without it" is worked out: by what others did meanwhile, or by how it went before."""

    DIFFERENCE = "difference"  # difference in differences against segments that were left as they are
    SERIES = "series"  # interrupted time series


class Why(StrEnum):
    """Why there is no figure, or why a surer verdict was not given."""

    NOT_STARTED = "not_started"  # the start lies after the data end
    NOT_MATURE = "not_mature"  # no week after the start is mature yet
    SHORT_PAST = "short_past"  # fewer than LEAST_PRE_WEEKS mature weeks before the start
    FEW_ENTRIES = "few_entries"  # fewer than LEAST_ENTRIES entries before or after
    NO_COMPARISON = "no_comparison"  # no comparison segment was named
    COMPARISON_TOUCHED = "comparison_touched"  # another action changed every comparison segment meanwhile
    NO_DATA = "no_data"  # a stage of the step has no data at all
    NOT_IN_ADVANCE = "not_in_advance"  # registered after the start: at most "likely"
    DIFFERENT_PAST = "different_past"  # the groups moved apart before the start already
    DISAGREE = "disagree"  # the two methods contradict each other
    UNSTEADY_PAST = "unsteady_past"  # dates on which nothing happened show gaps as large as this effect


@dataclass(frozen=True, slots=True)
class EffectPlan:
    """An action whose effect is measured, as it was registered.

    Attributes:
        action_id, title: the action.
        from_stage, to_stage: the step: entries are customers at `from_stage`, they went on when they came to
            `to_stage`.
        segment: whose entries; empty = everybody.
        channel: entries at touchpoints of this channel alone; empty = anywhere.
        starts_on: first day that counts, in the engagement's zone.
        expected: share of conversion that was promised (0.02 = two points).
        comparison: segments that are left as they are.
        weeks: the horizon, LEAST_WEEKS..MOST_WEEKS.
        window_days: days after an entry in which going on counts.
        registered_on: day of the registration.
        also: ids and titles of the overlapping actions that are measured jointly with this one.
        promises: of joint ones, segment and expected share of each; empty for one action alone.
    """

    action_id: int
    title: str
    from_stage: str
    to_stage: str
    segment: str
    channel: str
    starts_on: date
    expected: float
    comparison: tuple[str, ...]
    registered_on: date
    weeks: int = DEFAULT_WEEKS
    window_days: int = EFFECT_WINDOW_DAYS
    also: tuple[tuple[int, str], ...] = ()
    promises: tuple[tuple[str, float], ...] = ()

    @property
    def in_advance(self) -> bool:
        """True where it was registered before, or on, its first day."""
        return self.registered_on <= self.starts_on

    @property
    def ends_on(self) -> date:
        """First day after the horizon: entries from then on are not measured."""
        return self.starts_on + timedelta(days=7 * self.weeks)

    @property
    def ids(self) -> tuple[int, ...]:
        """Every action of a joint answer."""
        return (self.action_id, *(number for number, _ in self.also))

    def look_day(self, week: int) -> date:
        """Day on which week 1.. is mature: the verdict of that look can be told."""
        return self.starts_on + timedelta(days=7 * week + self.window_days)


@dataclass(frozen=True, slots=True)
class EffectWeek:
    """One week of entries.

    Attributes:
        number: 1.. from the start on, -1 is the week before it.
        since, until: its days, half open.
        reached, went_on: entries, and those who went on; of an immature week those so far.
        rate: share that went on; None without entries, and of an immature week. It is plain: mix-adjusted shares
            belong to the findings.
        mature: counted in the effect.
        without: what the chosen method says the rate would have been; None where it says nothing.
        low, high: where the rate of such a week would lie 95 times in 100 without the action; None as `without`.
    """

    number: int
    since: date
    until: date
    reached: int
    went_on: int
    rate: float | None
    mature: bool
    without: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What one method says about the weeks counted so far.

    Attributes:
        estimate: change of the share that goes on, caused by the action.
        error: standard error of it.
        low, high: 95 % interval that stays honest although one looks every week (estimate +- limit * error).
        plain_low, plain_high: 95 % interval of somebody who looks only this once.
        z: estimate / error.
        limit: |z| that this look has to pass (O'Brien-Fleming).
        before, after: mix-adjusted shares before and after the start.
        without: share that would have gone on without the action: `after` - `estimate`.
        level, slope: of the series alone: jump at the start, and change of the gap per week.
        sound: its checks are passed: it may carry a verdict by itself.
        check: of the difference, z of how the groups moved apart before the start; of the series, share of the placebo
            dates whose gap is at least as large as this one.
        why: the check that failed.
        placebo: gaps that the same method finds at dates on which nothing happened (the series alone).
    """

    method: Method
    estimate: float
    error: float
    low: float
    high: float
    plain_low: float
    plain_high: float
    z: float
    limit: float
    before: float
    after: float
    without: float
    sound: bool
    check: float | None
    level: float | None = None
    slope: float | None = None
    why: Why | None = None
    placebo: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure with its 95 % interval (honest under weekly looks) and what was promised for the same entries."""

    actual: float
    low: float
    high: float
    expected: float


@dataclass(frozen=True, slots=True)
class Look:
    """What one weekly look said: a row of the two-month board.

    Attributes:
        week: 1.. : the weeks counted are 1..week.
        day: on which it became possible.
        done: its weeks are mature; else every figure is None.
        entries: entries counted up to this look.
        limit: |z| to pass at this look.
        expected: the promised share.
        points: what was found so far.
        rate: plain share of this one week.
    """

    week: int
    day: date
    done: bool
    entries: int
    limit: float
    expected: float
    points: Amount | None = None
    z: float | None = None
    rate: float | None = None
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Power:
    """What a registration can hope for: shown before it starts.

    Attributes:
        rate: share that goes on now; None without entries.
        entries: entries that will be counted over the horizon, at the present pace.
        detectable: least effect that can be told (80 % power): 2.8 sqrt(2 c (1 - c) / n), which grows as the
            error of the verdict against a comparison does; None without entries.
        weak: the expected effect is smaller than that: say so before the work starts.
        needed: entries that the expected effect needs; None where nothing is expected.
        first_look, last_look: days of the first and the last possible verdict.
        told_on: day by which the expected effect can be told at the present pace; None = not by pace.
        pre_weeks: mature weeks that the data hold before the start.
        why: why there is no figure.
    """

    rate: float | None
    entries: int
    detectable: float | None
    weak: bool
    needed: int | None
    first_look: date
    last_look: date
    told_on: date | None
    pre_weeks: int
    why: Why | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """The answer about one action, or about several that overlap and are reported jointly.

    Attributes:
        plan: as registered; of joint ones the widest, with `plan.also`.
        verdict: one of five; `cannot_tell` with `why` where there is no figure.
        reasons: why the verdict is not surer, or why there is no figure; empty = nothing stands against it.
        look: number of the last look, 0 = none yet.
        limit: |z| of that look; of the first one before any.
        chosen: the method whose figures are told; None = no figure.
        findings: what each possible method says; both where both exist.
        missing: why a method says nothing.
        agree: both methods exist and their plain intervals share values; None where one is missing.
        points: effect as a share of conversion.
        people: customers more who went on, of the entries counted.
        money: what they are worth; None without a price (`price`).
        price: money of one customer who goes on; None = the step has no price.
        entries: entries counted after the start.
        not_counted: entries after the start whose window is still open.
        detectable: least effect that the whole horizon can tell, at the present pace.
        needed: entries more until the expected effect can be told; 0 = enough.
        told_on: day by which these have come at the present pace; None = they are here or it cannot be said.
        weeks: every week, before and after, in order of time.
        control: the same weeks of the comparison segments (rates alone); empty without.
        looks: week 1..horizon.
        touched: comparison segments left out since another action changed them meanwhile.
        sums_until: data end day: what the answer is based on.
    """

    plan: EffectPlan
    verdict: Verdict
    reasons: tuple[Why, ...]
    look: int
    limit: float
    chosen: Method | None
    findings: tuple[Finding, ...]
    missing: tuple[tuple[Method, Why], ...]
    agree: bool | None
    points: Amount | None
    people: Amount | None
    money: Amount | None
    price: Decimal | None
    entries: int
    not_counted: int
    detectable: float | None
    needed: int | None
    told_on: date | None
    weeks: tuple[EffectWeek, ...]
    control: tuple[EffectWeek, ...]
    looks: tuple[Look, ...]
    touched: tuple[str, ...]
    sums_until: date

    @property
    def finding(self) -> Finding | None:
        """The finding of the chosen method."""
        return next((found for found in self.findings if found.method is self.chosen), None)
