"""One period under one rule: beyond its limits, within them, or not to be said.

A conversion is beyond a level or a change only where chance does not explain it; money and people beyond a change only
where their own past does not scatter as much. What cannot be said is unknown, with its reason, and never an alert.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.analytics.alert_limits import (
    LEAST_PERIODS,
    MOST_PERIODS,
    SIGMA,
    Range,
    like_chance,
    p_chart,
    seasonal_xmr,
    xmr,
)
from dashboard.analytics.alert_points import NOT_RIPE, YEAR, Point, is_share, pooled
from dashboard.analytics.statistics import pooled_z, wilson
from dashboard.journey.alerts import AlertKind, AlertRule, Base, Every, Side
from dashboard.journey.incidents import Signal, State
from dashboard.journey.targets import Kpi

LOW_N, NO_BASE, NO_DATA, BY_CHANCE = "low_n", "no_base", "no_data", "by_chance"
_SEASONAL = (Kpi.REVENUE, Kpi.LEADS, Kpi.AVERAGE_CHECK)
_GROWS = (Kpi.REVENUE, Kpi.LEADS)  # few customers are the news itself: the least n is asked of the past
_MARGIN = 0.5  # back by half of the room between base and limit is settled
_MARGIN_OF_LEVEL = 0.05  # of a level that somebody named: by a twentieth of it


@dataclass(frozen=True, slots=True)
class Past:
    """The periods of a figure, and which of them may serve as a base.

    Attributes:
        first: number of the first one that counts: those before are of a level that is gone.
        before: number of the first one that no longer counts: the looked-at one, or the one where it began.
    """

    points: Sequence[Point]
    first: int
    before: int

    def usable(self, rule: AlertRule, number: int) -> list[Point]:
        """Known periods before the looked-at one; of days only those of its weekday."""
        stride = 7 if rule.limits.every is Every.DAY else 1
        places = range(number - stride, self.first - 1, -stride)
        found = [self.points[place] for place in places if place < self.before]
        return [point for point in found if _counts(rule, point)][:MOST_PERIODS][::-1]


def judge(rule: AlertRule, past: Past, number: int) -> Signal:
    """What a rule of a series says of one period.

    Args:
        number: of the looked-at period among `past.points`.
    """
    point = past.points[number]
    why = _unknown(rule, past, number)
    if why is not None:
        return Signal(point.since, point.until, State.UNKNOWN, point.value, n=point.n, reason=why)
    match rule.kind:
        case AlertKind.ABSOLUTE:
            return _level(rule, point)
        case AlertKind.RELATIVE:
            return _change(rule, past, number)
        case _:
            return _limits(rule, past, number)


def measured_from(rule: AlertRule, past: Past, number: int) -> tuple[tuple[Point, ...], float]:
    """The periods that a signal's base is made of, and what their mean is multiplied by to be the base.

    Of a level that somebody named: the past, since a level has no parts.
    """
    if rule.kind is AlertKind.RELATIVE:
        return tuple(_base(rule, past, number)), 1.0
    if rule.kind is AlertKind.LIMITS and rule.kpi in _SEASONAL and rule.kpi is not Kpi.AVERAGE_CHECK:
        found = _by_season(rule, past, number)
        if found is not None:
            before = past.points[number - YEAR[rule.limits.every]]
            return (before,), found.centre / (before.value or 1.0)
    return tuple(past.usable(rule, number)), 1.0


def _counts(rule: AlertRule, point: Point) -> bool:
    few = rule.kpi not in _GROWS and point.n < rule.limits.least
    return point.ripe and point.value is not None and not few


def _unknown(rule: AlertRule, past: Past, number: int) -> str | None:
    point = past.points[number]
    if not point.ripe:
        return NOT_RIPE
    if rule.kpi in _GROWS:
        before = past.usable(rule, number)
        many = sum(one.n for one in before) / len(before) if before else point.n
    else:
        many = point.n
    return LOW_N if many < rule.limits.least or point.value is None else None


def _level(rule: AlertRule, point: Point) -> Signal:
    level, value = rule.limits.threshold or 0.0, point.value or 0.0
    below = rule.limits.side is not Side.ABOVE
    interval = wilson(round(point.top), round(point.bottom or 0)) if is_share(rule.kpi) else None
    low, high = (interval.low, interval.high) if interval else (value, value)
    beyond = value < level if below else value > level
    sure = high < level if below else low > level
    room = level * _MARGIN_OF_LEVEL
    settled = value >= level + room if below else value <= level - room
    return _signal(rule, point, (level, Base.NAMED, level), beyond, sure, settled)


def _change(rule: AlertRule, past: Past, number: int) -> Signal:
    point, base = past.points[number], _base(rule, past, number)
    centre = pooled(base)
    if centre is None or not base:
        return _no_base(point)
    limits, value = rule.limits, point.value or 0.0
    found = Range(centre, centre * (1 - limits.change), centre * (1 + limits.change))
    if is_share(rule.kpi):
        sure = _differs(point, base)
    else:
        usual = [one.value or 0.0 for one in past.usable(rule, number)]
        reach = like_chance(usual)
        sure = reach is None or abs(value - centre) > reach
    return _in_range(rule, point, found, limits.base, sure=sure)


def _base(rule: AlertRule, past: Past, number: int) -> list[Point]:
    """The periods that a change is measured from; none where they are not known."""
    limits = rule.limits
    if limits.base is Base.YEAR_AGO:
        place = number - YEAR[limits.every]
        found = [past.points[place]] if place >= 0 else []
    else:
        many = limits.periods if limits.base is Base.MEAN else 1
        end = min(number, past.before)
        found = list(past.points[end - many : end]) if end >= many else []
    return found if all(_counts(rule, one) for one in found) else []


def _differs(point: Point, base: Sequence[Point]) -> bool:
    """True where chance seldom makes two such different conversions of one."""
    others = (round(sum(one.top for one in base)), round(sum(one.bottom or 0 for one in base)))
    z = pooled_z(round(point.top), round(point.bottom or 0), *others)
    return z is not None and abs(z) > SIGMA


def _limits(rule: AlertRule, past: Past, number: int) -> Signal:
    point, before = past.points[number], past.usable(rule, number)
    found, name = _usual(rule, past, number, before)
    return _no_base(point) if found is None else _in_range(rule, point, found, name, sure=True)


def _usual(rule: AlertRule, past: Past, number: int, before: Sequence[Point]) -> tuple[Range | None, Base]:
    """Where the figure usually lies, by its own past; of figures with seasons by the year before, where known."""
    point = past.points[number]
    if is_share(rule.kpi):
        return p_chart(before, point.n), Base.PAST
    if rule.kpi in _SEASONAL:
        found = _by_season(rule, past, number)
        if found is not None:
            return found, Base.PAST
    return xmr([one.value or 0.0 for one in before]), Base.PAST


def _by_season(rule: AlertRule, past: Past, number: int) -> Range | None:
    """Two years of periods at least: each of the past is compared with its own year before."""
    year, points = YEAR[rule.limits.every], past.points
    places = range(max(past.first, year), min(number, past.before))
    pairs = [(points[place].value or 0.0, points[place - year].value or 0.0) for place in places]
    pairs = [pair for pair in pairs if min(pair) > 0][-MOST_PERIODS:]
    if number < year or len(pairs) < LEAST_PERIODS:
        return None
    return seasonal_xmr(pairs, points[number - year].value or 0.0)


def _in_range(rule: AlertRule, point: Point, found: Range, name: Base, *, sure: bool) -> Signal:
    value, side = point.value or 0.0, rule.limits.side
    below = value < found.centre if side is Side.BOTH else side is Side.BELOW
    limit = found.low if below else found.high
    beyond = value < limit if below else value > limit
    half = found.centre + (limit - found.centre) * _MARGIN
    settled = value >= half if below else value <= half
    return _signal(rule, point, (found.centre, name, limit), beyond, sure, settled)


def _signal(
    rule: AlertRule,
    point: Point,
    held: tuple[float, Base, float],
    beyond: bool,
    sure: bool,
    settled: bool,
) -> Signal:
    interval = wilson(round(point.top), round(point.bottom or 0)) if is_share(rule.kpi) else None
    base, name, limit = held
    firing = beyond and sure
    return Signal(
        point.since,
        point.until,
        State.FIRING if firing else State.CALM,
        point.value,
        interval.low if interval else None,
        interval.high if interval else None,
        base,
        name,
        limit,
        point.n,
        BY_CHANCE if beyond and not sure else None,
        settled and not beyond,
    )


def _no_base(point: Point) -> Signal:
    return Signal(point.since, point.until, State.UNKNOWN, point.value, n=point.n, reason=NO_BASE)
