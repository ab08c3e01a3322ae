"""Alerts: what a rule watches, what it asks for, and who hears of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from dashboard.journey.targets import Kpi


class AlertKind(StrEnum):
    """How a figure becomes an alert.

    A level that somebody names, a change against a named base, the pace to a target, more than chance against its own
    past, data that are late, actions past their day, a month that will miss its target.
    """

    ABSOLUTE = "absolute"
    RELATIVE = "relative"
    PACE = "pace"
    LIMITS = "limits"
    DATA = "data"
    OVERDUE = "overdue"
    FORECAST = "forecast"


class Every(StrEnum):
    """How long the periods are that a rule looks at, each once it is closed."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Side(StrEnum):
    """Which way is worth an alert."""

    BELOW = "below"
    ABOVE = "above"
    BOTH = "both"


class Base(StrEnum):
    """What a figure is held against; every message names it.

    `PREVIOUS`: the closed period before; `YEAR_AGO`: the same one a year before (52 weeks of weeks); `MEAN`: the mean
    of the last N; the others belong to their kinds: the level that was named, its own past, the target.
    """

    PREVIOUS = "previous"
    YEAR_AGO = "year_ago"
    MEAN = "mean"
    NAMED = "named"
    PAST = "past"
    TARGET = "target"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a rule asks for; each kind uses the fields of `FIELDS`, the others stay as they are.

    Attributes:
        every: length of a period.
        side: which way is worth an alert.
        least: customers (of money: deals) that a period must have before anything is said of it.
        window: days that customers have for a step; a period is ripe once its last customer had them.
        threshold: the level, in the figure's unit (shares 0..1); None = not given yet.
        change: share of the base, 0..1: 0.2 is a fifth less or more.
        base: `PREVIOUS`, `YEAR_AGO` or `MEAN`.
        periods: how many periods the mean is of.
        tolerance: share of a target that may be missing, 0..1.
        days: that data may be late, or an action after its day.
    """

    every: Every = Every.WEEK
    side: Side = Side.BELOW
    least: int = 100
    window: int = 28
    threshold: float | None = None
    change: float = 0.2
    base: Base = Base.PREVIOUS
    periods: int = 8
    tolerance: float = 0.05
    days: int = 2


class Unit(StrEnum):
    """How a field is typed: a word of a list, a whole number, days, a share in per cent, or the unit of the KPI."""

    WORD = "word"
    COUNT = "count"
    DAYS = "days"
    SHARE = "share"
    OF_KPI = "of_kpi"


@dataclass(frozen=True, slots=True)
class LimitField:
    """One field of `Limits` as the editor asks for it.

    Attributes:
        least, most: of numbers, both included, in the stored unit (shares 0..1).
        choices: of words.
        of_step: asked only where the rule watches a step.
    """

    name: str
    unit: Unit
    least: float = 0
    most: float = 0
    choices: tuple[str, ...] = ()
    of_step: bool = False

    @property
    def default(self) -> Any:
        """What stands in the field at first."""
        return getattr(Limits(), self.name)


_EVERY = LimitField("every", Unit.WORD, choices=tuple(Every))
_SIDE = LimitField("side", Unit.WORD, choices=tuple(Side))
_ONE_SIDE = LimitField("side", Unit.WORD, choices=(Side.BELOW, Side.ABOVE))
_LEAST = LimitField("least", Unit.COUNT, 30, 1_000_000)
_WINDOW = LimitField("window", Unit.DAYS, 1, 365, of_step=True)
_SERIES = (_EVERY, _LEAST, _WINDOW)
FIELDS: Mapping[AlertKind, tuple[LimitField, ...]] = {
    AlertKind.ABSOLUTE: (_ONE_SIDE, LimitField("threshold", Unit.OF_KPI, 0, 1e12), *_SERIES),
    AlertKind.RELATIVE: (
        _SIDE,
        LimitField("change", Unit.SHARE, 0.01, 10),
        LimitField("base", Unit.WORD, choices=(Base.PREVIOUS, Base.YEAR_AGO, Base.MEAN)),
        LimitField("periods", Unit.COUNT, 2, 52),
        *_SERIES,
    ),
    AlertKind.PACE: (LimitField("tolerance", Unit.SHARE, 0, 1),),
    AlertKind.LIMITS: (_SIDE, *_SERIES),
    AlertKind.DATA: (LimitField("days", Unit.DAYS, 0, 365),),
    AlertKind.OVERDUE: (LimitField("days", Unit.DAYS, 0, 365),),
    AlertKind.FORECAST: (LimitField("tolerance", Unit.SHARE, 0, 1),),
}
# Figures that a kind may watch; none: it watches no figure. Only CONVERSION may be of a step, and only of series.
KPIS: Mapping[AlertKind, tuple[Kpi, ...]] = {
    AlertKind.ABSOLUTE: tuple(Kpi),
    AlertKind.RELATIVE: tuple(Kpi),
    AlertKind.LIMITS: tuple(Kpi),
    AlertKind.PACE: (Kpi.REVENUE, Kpi.LEADS, Kpi.CONVERSION, Kpi.AVERAGE_CHECK),
    AlertKind.FORECAST: (Kpi.REVENUE, Kpi.LEADS, Kpi.CONVERSION, Kpi.AVERAGE_CHECK),
    AlertKind.DATA: (),
    AlertKind.OVERDUE: (),
}
SERIES_KINDS = (AlertKind.ABSOLUTE, AlertKind.RELATIVE, AlertKind.LIMITS)


@dataclass(frozen=True, slots=True)
class AlertRule:
    """What is watched, and who hears of it.

    Attributes:
        kpi: None where the kind watches no figure.
        stage: the step that leads away from this stage; "" = the figure of the whole way. Of `OVERDUE`: actions of it.
        segment: "" = everybody; of `DATA` nothing.
        channel: "" = any; of `DATA` the source, "" = any source.
        owner: name of the person who looks after its incidents.
        users, endpoints: who hears of it: numbers of people and of endpoints.
        looked_at: last evaluation (naive UTC); None = never yet.
    """

    id: int
    engagement: str
    name: str
    kind: AlertKind
    kpi: Kpi | None
    stage: str
    segment: str
    channel: str
    limits: Limits
    owner_id: int | None = None
    owner: str | None = None
    enabled: bool = True
    users: tuple[int, ...] = ()
    endpoints: tuple[int, ...] = ()
    looked_at: datetime | None = None
    version: int = 0

    @property
    def cause(self) -> str:
        """Fingerprint of what its incidents are about: rules of one cause share one incident."""
        what = self.kpi if self.kpi is not None else self.kind
        return "|".join((what, self.stage, self.segment, self.channel))
