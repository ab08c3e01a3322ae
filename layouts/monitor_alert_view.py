"""What every part of the tab Alerts shares: whose it is, its names, its addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words
from dashboard.journey.address import Address
from dashboard.journey.alerts import AlertKind, LimitField
from dashboard.journey.alerts import Unit as Typed
from dashboard.journey.stages import StageModel
from dashboard.journey.targets import UNITS, Kpi, Unit
from layouts.alert_words import AlertNames
from layouts.monitor import Tab, tab_address

INCIDENT, RULE = "incident", "rule"  # keys of the address: what is open
NEW = "new"  # value of `rule`: one that is not kept yet
ANY = "*"  # value of a choice: everybody, anywhere


@dataclass(frozen=True, slots=True)
class AlertView:
    """What the tab draws with.

    Attributes:
        empty: stages that nobody ever reached; `steps` those that a step leads away from.
        order: segments of the engagement, which fixes their colours; `channels` and `sources` of its data.
        now: this moment on the engagement's wall clock.
        people: who may own an incident and hear of it, id -> name; empty for guests.
        endpoints: webhooks and chats that may hear of it, id -> name.
        me: id of the reader.
        may_plan: the reader may change rules and incidents.
        sees_people: the reader sees who owns and receives; guests do not.
    """

    words: Words
    formats: Formats
    address: Address
    engagement: str
    model: StageModel
    empty: tuple[str, ...]
    steps: Sequence[str]
    order: tuple[str, ...]
    channels: tuple[str, ...]
    sources: Sequence[str]
    now: datetime
    people: Mapping[int, str]
    endpoints: Mapping[int, str]
    me: int
    may_plan: bool
    sees_people: bool

    @property
    def names(self) -> AlertNames:
        """How rules and incidents are called."""
        return AlertNames(self.words, self.formats, self.model, self.empty)

    @property
    def today(self) -> date:
        """In the engagement's zone."""
        return self.now.date()

    @property
    def plain(self) -> Address:
        """The tab with nothing open in it."""
        return tab_address(self.address, Tab.ALERTS)

    def incident(self, number: int) -> Address:
        """The tab with an incident open."""
        return self.plain.with_extras(**{INCIDENT: str(number)})

    def rule(self, number: int | str, **said: str | None) -> Address:
        """The editor of a rule; `said` are fields that differ from it."""
        return self.plain.with_extras(**{RULE: str(number)}, **said)

    def moment(self, at: datetime) -> str:
        """A local moment: the hour today, the day and the hour before that."""
        if at.date() == self.today:
            return self.words("today {time}", time=f"{at:%H:%M}")
        return f"{self.formats.day(at.date(), year=at.year != self.today.year)}, {at:%H:%M}"


def is_share(field: LimitField, kpi: Kpi | None) -> bool:
    """True where a field is typed in per cent."""
    of_kpi = field.unit is Typed.OF_KPI and kpi is not None and UNITS[kpi] is Unit.SHARE
    return field.unit is Typed.SHARE or of_kpi


def takes_place(kind: AlertKind) -> tuple[bool, bool]:
    """Whether a rule may be of one segment, and of one channel (targets and the plan are of all channels)."""
    plan_or_target = (AlertKind.PACE, AlertKind.FORECAST, AlertKind.OVERDUE)
    return kind is not AlertKind.DATA, kind not in plan_or_target


def span(view: AlertView, since: date, until: date) -> str:
    """`2–8 Mar 2026`: the first and the last day of a period."""
    last, formats = until - timedelta(days=1), view.formats
    end = formats.day(last, year=last.year != view.today.year)
    if since == last:
        return end
    start = str(since.day) if (since.year, since.month) == (last.year, last.month) else formats.day(since)
    return formats.range(start, end)
