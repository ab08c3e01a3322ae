"""Alerts in words: what a rule watches, where it begins to speak, and what an incident says in one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.i18n.formats import ARROW, Formats
from dashboard.i18n.words import Words, msgid
from dashboard.journey.alerts import AlertKind, AlertRule, Base, Every, Side
from dashboard.journey.incidents import IncidentFigures, Signal
from dashboard.journey.stages import StageModel
from dashboard.journey.targets import UNITS, Kpi, Unit
from layouts.components.pill import channel_title, segment_name
from layouts.targets import NAMES

KIND_NAMES: Mapping[AlertKind, str] = {
    AlertKind.LIMITS: msgid("More than chance"),
    AlertKind.RELATIVE: msgid("A change"),
    AlertKind.ABSOLUTE: msgid("A level"),
    AlertKind.PACE: msgid("Behind the target"),
    AlertKind.FORECAST: msgid("Forecast misses the target"),
    AlertKind.DATA: msgid("Data are late"),
    AlertKind.OVERDUE: msgid("Actions overdue"),
}
EVERY_NAMES: Mapping[Every, str] = {
    Every.DAY: msgid("by day"),
    Every.WEEK: msgid("by week"),
    Every.MONTH: msgid("by month"),
}
_BEFORE: Mapping[Every, str] = {
    Every.DAY: msgid("{value} the day before"),
    Every.WEEK: msgid("{value} the week before"),
    Every.MONTH: msgid("{value} the month before"),
}
_LAST: Mapping[Every, tuple[str, str]] = {
    Every.DAY: (msgid("{value} in the last {n} day"), "{value} in the last {n} days"),
    Every.WEEK: (msgid("{value} in the last {n} week"), "{value} in the last {n} weeks"),
    Every.MONTH: (msgid("{value} in the last {n} month"), "{value} in the last {n} months"),
}
_MOVES: Mapping[Side, str] = {
    Side.BELOW: msgid("falls by {change} or more against {base}"),
    Side.ABOVE: msgid("rises by {change} or more against {base}"),
    Side.BOTH: msgid("moves by {change} or more against {base}"),
}
_LEAVES: Mapping[Side, str] = {
    Side.BELOW: msgid("falls out of its usual range"),
    Side.ABOVE: msgid("rises out of its usual range"),
    Side.BOTH: msgid("leaves its usual range"),
}
_HELD: Mapping[Base, str] = {
    Base.PREVIOUS: msgid("the previous period"),
    Base.YEAR_AGO: msgid("the same period a year ago"),
    Base.MEAN: msgid("the mean of {n}"),
}


@dataclass(frozen=True, slots=True)
class AlertNames:
    """How screens and letters name rules and incidents.

    Attributes:
        model: stages of the engagement; a rule of a stage that it has no more shows the key.
        empty: stages that nobody ever reached: a step leads over them.
    """

    words: Words
    formats: Formats
    model: StageModel
    empty: tuple[str, ...] = ()

    def what(self, rule: AlertRule) -> str:
        """`Conversion Evaluate → Purchase`, `Revenue`, `Data`."""
        words = self.words
        if rule.kpi is Kpi.CONVERSION and rule.stage:
            return words("Conversion “{step}”", step=self.step(rule.stage))
        if rule.kpi is not None:
            return words(NAMES[rule.kpi])
        return words("Data") if rule.kind is AlertKind.DATA else words("Overdue actions")

    def step(self, stage: str) -> str:
        """The step that leads away from a stage: `Evaluate → Purchase`."""
        if stage not in self.model.keys:
            return stage
        keys = [key for key in self.model.keys if key == stage or key not in self.empty]
        place = keys.index(stage)
        return f" {ARROW} ".join(self.stage(key) for key in keys[place : place + 2])

    def place(self, rule: AlertRule) -> str:
        """`Gift, Contact centre`; empty of everybody everywhere."""
        segment = segment_name(self.words, rule.segment) if rule.segment else ""
        channel = rule.channel if rule.kind is AlertKind.DATA else ""
        channel = channel or (channel_title(self.words, rule.channel) if rule.channel else "")
        stage = self.stage(rule.stage) if rule.kind is AlertKind.OVERDUE and rule.stage else ""
        return ", ".join(part for part in (stage, segment, channel) if part)

    def stage(self, key: str) -> str:
        """A stage by its short name."""
        return self.model.stage(key).short_name(self.words.language) if key in self.model.keys else key

    def title(self, rule: AlertRule) -> str:
        """What and where: `Conversion Evaluate → Purchase, Gift`."""
        return ", ".join(part for part in (self.what(rule), self.place(rule)) if part)

    def value(self, kpi: Kpi | None, value: float | None) -> str:
        """A figure in its unit; of a rule without one days."""
        if kpi is None:
            return self.formats.days(value)
        match UNITS[kpi]:
            case Unit.MONEY:
                return self.formats.money(value)
            case Unit.SHARE:
                return self.formats.share(value, 1)
            case Unit.RATIO:
                return self.formats.number(value, 2)
        return self.formats.number(value)

    def interval(self, kpi: Kpi | None, one: IncidentFigures | Signal) -> str:
        """` (6.9–9.4%)`; empty where nobody knows."""
        if one.low is None or one.high is None:
            return ""
        shares = kpi is not None and UNITS[kpi] is Unit.SHARE
        low = self.formats.number(one.low * 100, 1) if shares else self.value(kpi, one.low)
        return f" ({self.formats.range(low, self.value(kpi, one.high))})"

    def sentence(self, rule: AlertRule, figures: IncidentFigures) -> str:
        """An incident in one sentence: what, where, value, interval, base, since when."""
        said = self.finding(rule, figures)
        since = self.formats.day(figures.began, year=figures.began.year != figures.until.year)
        return self.words("{title}: {said}, since {day}", title=self.title(rule), said=said, day=since)

    def finding(self, rule: AlertRule, one: IncidentFigures | Signal) -> str:
        """`8.1% (6.9–9.4%) against 11.2% in the last 8 weeks`."""
        words = self.words
        if rule.kind is AlertKind.DATA:
            late = round(one.value or 0)
            return words.plural("nothing new for {n} day", "nothing new for {n} days", late)
        if rule.kind is AlertKind.OVERDUE:
            oldest = words.plural("the oldest by {n} day", "the oldest by {n} days", round(one.value or 0))
            return f"{self.formats.number(one.n)}, {oldest}"
        value = self.value(rule.kpi, one.value) + self.interval(rule.kpi, one)
        return words("{value} against {base}", value=value, base=self.base(rule, one))

    def base(self, rule: AlertRule, one: IncidentFigures | Signal) -> str:
        """What a figure is held against, named."""
        words, limits = self.words, rule.limits
        value = self.value(rule.kpi, one.base)
        match one.base_name:
            case Base.PREVIOUS:
                return words(_BEFORE[limits.every], value=value)
            case Base.YEAR_AGO:
                return words("{value} a year ago", value=value)
            case Base.MEAN:
                return words.plural(*_LAST[limits.every], limits.periods, value=value)
            case Base.TARGET if rule.kind is AlertKind.PACE:
                return words("the pace of {value}", value=value)
            case Base.TARGET:
                return words("the target of {value}", value=value)
            case Base.NAMED:
                return words("the level of {value}", value=self.value(rule.kpi, limits.threshold))
        return words("the usual {value}", value=value)

    def condition(self, rule: AlertRule) -> str:
        """Where the rule begins to speak: `falls by 20% or more against the period before`."""
        words, formats, limits = self.words, self.formats, rule.limits
        match rule.kind:
            case AlertKind.ABSOLUTE:
                level = self.value(rule.kpi, limits.threshold)
                text = msgid("above {level}") if limits.side is Side.ABOVE else msgid("below {level}")
                return words(text, level=level)
            case AlertKind.RELATIVE:
                many = words.plural("{n} period", "{n} periods", limits.periods)
                base = words(_HELD.get(limits.base, _HELD[Base.PREVIOUS]), n=many)
                return words(_MOVES[limits.side], change=formats.share(limits.change), base=base)
            case AlertKind.LIMITS:
                return words(_LEAVES[limits.side])
            case AlertKind.PACE:
                return words(
                    "falls behind the pace by more than {share}", share=formats.share(limits.tolerance)
                )
            case AlertKind.FORECAST:
                return words(
                    "will miss the target by more than {share}", share=formats.share(limits.tolerance)
                )
            case AlertKind.DATA:
                return words.plural(
                    "nothing new for more than {n} day", "nothing new for more than {n} days", limits.days
                )
        return words.plural("more than {n} day late", "more than {n} days late", limits.days)
