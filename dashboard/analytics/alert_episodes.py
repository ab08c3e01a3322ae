"""From signals to incidents: one stretch of periods beyond the limits is one episode, however many periods it has.

A look and a back-test are the same walk over the same periods: a look asks how it ends, a back-test what it met.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from dashboard.analytics.alert_judge import Past, judge
from dashboard.analytics.alert_points import NOT_RIPE, Point
from dashboard.journey.alerts import AlertKind, AlertRule
from dashboard.journey.incidents import RESOLVED_BACK, RESOLVED_NEW_LEVEL, BackTest, Episode, Signal, State

CALM_PERIODS = 2  # within the limits for so many periods closes an incident, whatever the margin
NEW_LEVEL_PERIODS = 8  # beyond them for so many: this is the usual level now
_ENDS_BY_HABIT = (AlertKind.LIMITS, AlertKind.RELATIVE)  # what is held against its own past


@dataclass(frozen=True, slots=True)
class Walk:
    """What a rule says of every period.

    Attributes:
        signals: one for each period, the oldest first.
        pasts: what each was judged by; empty where there is no series.
        episodes: the oldest first; the last one may go on.
    """

    signals: tuple[Signal, ...]
    episodes: tuple[Episode, ...]
    pasts: tuple[Past, ...] = ()

    @property
    def latest(self) -> Signal | None:
        """The last period that was over; None where none was."""
        return next((one for one in reversed(self.signals) if one.reason != NOT_RIPE), None)

    @property
    def going(self) -> Episode | None:
        """The episode that goes on."""
        return self.episodes[-1] if self.episodes and self.episodes[-1].closed is None else None


def walk(rule: AlertRule, points: Sequence[Point]) -> Walk:
    """Every period of a figure under a rule, each with what was known before it."""
    first, begun = 0, None
    signals: list[Signal] = []
    episodes: list[Episode] = []
    pasts: list[Past] = []
    for number in range(len(points)):
        past = Past(points, first, number if begun is None else begun)
        pasts.append(past)
        signals.append(judge(rule, past, number))
        was = begun
        begun = _next(rule, signals, episodes, begun)
        if was is not None and begun is None and episodes[-1].ended == RESOLVED_NEW_LEVEL:
            first = was
    return Walk(tuple(signals), tuple(episodes), tuple(pasts))


def follow(rule: AlertRule, signals: Sequence[Signal]) -> Walk:
    """The same of signals that need no past: paces, late data, overdue actions."""
    seen: list[Signal] = []
    episodes: list[Episode] = []
    begun: int | None = None
    for signal in signals:
        seen.append(signal)
        begun = _next(rule, seen, episodes, begun)
    return Walk(tuple(seen), tuple(episodes))


def _next(
    rule: AlertRule, signals: Sequence[Signal], episodes: list[Episode], begun: int | None
) -> int | None:
    """Carry the last episode on, close it or open one; number of the period where the one that goes on began."""
    signal, number = signals[-1], len(signals) - 1
    if signal.state is State.UNKNOWN:
        return begun
    if begun is None:
        if signal.state is not State.FIRING:
            return None
        episodes.append(Episode(signal, signal, signal))
        return number
    running = episodes[-1]
    if signal.state is State.FIRING:
        worst = max(running.worst, signal, key=lambda one: one.severity)
        running = replace(running, last=signal, worst=worst)
    ended = _ended(rule, signals, begun)
    episodes[-1] = replace(running, closed=signal, ended=ended) if ended else running
    return None if ended else begun


def _ended(rule: AlertRule, signals: Sequence[Signal], begun: int) -> str:
    known = [one for one in signals[begun:] if one.state is not State.UNKNOWN]
    calm = [one.state is State.CALM for one in known[-CALM_PERIODS:]]
    if known[-1].settled or (len(known) > CALM_PERIODS and all(calm)):
        return RESOLVED_BACK
    if rule.kind in _ENDS_BY_HABIT and len(known) > NEW_LEVEL_PERIODS:
        return RESOLVED_NEW_LEVEL
    return ""


def back_tested(found: Walk, within: Callable[[Signal], bool]) -> BackTest:
    """What a rule would have said of the periods that lie within a span.

    Args:
        within: True for the periods that are told.
    """
    told = [one for one in found.signals if within(one)]
    judged = [one for one in told if one.state is not State.UNKNOWN]
    unknown = Counter(one.reason or "" for one in told if one.state is State.UNKNOWN)
    episodes = tuple(one for one in found.episodes if within(one.last))
    reason = None if judged else max(unknown, key=lambda why: unknown[why], default="no_data")
    ends = (told[0].since, told[-1].until) if told else (None, None)
    return BackTest(len(judged), dict(unknown), episodes, *ends, reason)
