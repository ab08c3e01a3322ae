"""What a rule would have said: "this rule would have fired 3 times in the last year"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from callbacks.alerting.series import Series
from callbacks.alerting.verdicts import Knowledge, walked
from callbacks.answers import Answers
from dashboard.analytics.alert_episodes import back_tested
from dashboard.analytics.alert_points import NOT_RIPE
from dashboard.journey.alerts import AlertRule
from dashboard.journey.incidents import BackTest, Signal
from data_access.scope import Scope

_YEAR = 365


@dataclass(frozen=True, slots=True)
class Replay:
    """A rule over its past.

    Attributes:
        signals: what it said of every period, the oldest first; `tested` the last year of them.
    """

    signals: tuple[Signal, ...]
    tested: BackTest


def replays(
    answers: Answers, state: sa.Engine, scope: Scope, rules: Iterable[AlertRule], now: datetime
) -> list[Replay]:
    """Rules over their past, in order; what several of them look at is asked once.

    The walk is that of `look`; the figures of a series come from one question. Pace and forecast are judged by the
    months that are over, each at its end.

    Args:
        rules: kept or only drafted.
        now: naive UTC.
    """
    with answers.facts.pinned():
        known = Knowledge(Series(answers, scope, answers.info(scope)), state, now)
        return [_replay(rule, known) for rule in rules]


def back_test(answers: Answers, state: sa.Engine, scope: Scope, rule: AlertRule, now: datetime) -> BackTest:
    """The incidents that a rule, kept or only drafted, would have opened in the last year of the data.

    Args:
        now: naive UTC.
    """
    return replays(answers, state, scope, [rule], now)[0].tested


def _replay(rule: AlertRule, known: Knowledge) -> Replay:
    found = walked(rule, known, past=True)
    last = max((one.until for one in found.signals if one.reason != NOT_RIPE), default=known.today)
    first = last - timedelta(days=_YEAR)

    def within(one: Signal) -> bool:
        return one.reason != NOT_RIPE and one.since >= first

    return Replay(found.signals, back_tested(found, within))
