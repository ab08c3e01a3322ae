"""What every part of the plan's page shares: names, days, places in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from dash import html

from dashboard.analytics.effect import Effect
from dashboard.i18n.formats import ARROW, Formats
from dashboard.i18n.words import Words, msgid
from dashboard.journey.address import Address
from dashboard.journey.plan import ActionRecord, Status
from dashboard.journey.stages import StageModel
from layouts.components.link import page_link
from layouts.components.pill import channel_title, pill, segment_name
from layouts.plan import PATH, Tab

STATUS_NAMES = {
    Status.IDEA: msgid("Idea"),
    Status.IN_PROGRESS: msgid("In progress"),
    Status.LIVE: msgid("Live"),
    Status.MEASURED: msgid("Measured"),
    Status.DROPPED: msgid("Dropped"),
}
FIELD_NAMES = {
    "title": msgid("Action"),
    "problem": msgid("Problem"),
    "status": msgid("Status"),
    "stage": msgid("Stage"),
    "segment": msgid("Segment"),
    "channel": msgid("Channel"),
    "touchpoint": msgid("Touchpoint"),
    "owner_id": msgid("Owner"),
    "starts_on": msgid("Start"),
    "due_on": msgid("Due"),
    "live_on": msgid("Live since"),
    "cost": msgid("Cost"),
    "measure": msgid("How the effect is measured"),
    "comparison": msgid("Comparison group"),
    "decision": msgid("Decision"),
    "needs": msgid("Waits for"),
    "check": msgid("Checklist"),
    "link": msgid("Links"),
}
DAYS = ("starts_on", "due_on", "live_on")


@dataclass(frozen=True, slots=True)
class PlanView:
    """What the page draws.

    Attributes:
        order: segments of the engagement, which fixes their colours; `channels` its channels.
        today: in the engagement's zone.
        actions: all of the engagement.
        people: who may own an action, id -> name.
        me: id of the reader.
        may_plan: the reader may change the plan.
        effects: what came of the actions whose effect is registered, by their ids.
    """

    words: Words
    formats: Formats
    address: Address
    model: StageModel
    order: tuple[str, ...]
    channels: tuple[str, ...]
    today: date
    actions: Sequence[ActionRecord]
    people: Mapping[int, str]
    me: int
    may_plan: bool
    effects: Mapping[int, Effect] = field(default_factory=dict)

    @property
    def plain(self) -> Address:
        """The address of the page with its filters and its tab, nothing opened."""
        return self.address.with_extras(**dict.fromkeys(OPENED))

    def opened(self, action_id: int) -> Address:
        """The address with an action opened."""
        return self.plain.with_extras(action=str(action_id))

    def stage_name(self, key: str) -> str:
        """The stage in words; a key that the model no longer has as it is."""
        known = next((stage for stage in self.model.stages if stage.key == key), None)
        return known.short_name(self.words.language) if known else key

    def step_name(self, start: str, end: str) -> str:
        """`Evaluate → Purchase`."""
        return f" {ARROW} ".join(self.stage_name(key) for key in (start, end))

    def where(self, one: ActionRecord) -> str:
        """`Contact centre · hotline`, or the stage; empty where nobody has said."""
        channel = channel_title(self.words, one.channel) if one.channel else ""
        return " · ".join(part for part in (channel, one.touchpoint) if part) or (
            self.stage_name(one.stage) if one.stage else ""
        )

    def segment_of(self, one: ActionRecord) -> str:
        """The segment in words."""
        return segment_name(self.words, one.segment or None)

    def money(self, value: Decimal | float | None) -> html.Span:
        """`+17.6M`, to the kopeck on hover."""
        return html.Span(
            self.formats.money_signed(value), title=self.formats.money_full(value), className="plan__money"
        )

    def likely(self, source: Mapping[str, Any]) -> str:
        """`likely range 10–20M`, where chance may explain it after "not proven"; empty where nobody knows."""
        low, high = source.get("low"), source.get("high")
        if not isinstance(low, int | float) or not isinstance(high, int | float):
            return ""
        ends = self.formats.range(self.formats.money(low), self.formats.money(high))
        sure = self.words("likely range {range}", range=ends)
        return f"{self.words('not proven')} · {sure}" if source.get("proven") is False else sure

    def value_text(self, field: str, value: str | None) -> str:
        """A value of the history in words."""
        if value is None:
            return self.words("All segments") if field == "segment" else self.words("nothing")
        if field == "status":
            return self.words(STATUS_NAMES[Status(value)])
        if field in DAYS:
            return self.formats.day(date.fromisoformat(value), year=True)
        if field == "owner_id":
            return self.people.get(int(value), "—")
        if field == "cost":
            return self.formats.money_full(Decimal(value))
        if field == "stage":
            return self.stage_name(value)
        if field in ("channel", "segment"):
            return channel_title(self.words, value) if field == "channel" else segment_name(self.words, value)
        return value


OPENED = ("action", "new", "seg", "step", "channel", "touchpoint", "measure")  # what the panel is opened by


def chain_link(view: PlanView, one: ActionRecord) -> list[Any]:
    """`Chain 12`, the way to everything that hangs together; nothing without a chain."""
    if one.chain_id is None:
        return []
    target = view.plain.for_page().with_extras(tab=Tab.CHAINS, chain=str(one.chain_id))
    return [page_link(view.words("Chain {n}", n=one.chain_id), PATH, target, "pill pill--link")]


def due_mark(view: PlanView, one: ActionRecord) -> list[Any]:
    """`due 12 Aug`, or by how many days it is late, as a word with a sign."""
    words = view.words
    if one.due_on is None:
        return [html.Span(words("no due day"), className="plan__due")] if one.status.to_do else []
    if one.overdue(view.today):
        late = words.plural("{n} day overdue", "{n} days overdue", (view.today - one.due_on).days)
        return [pill(late, "warn", "warning")]
    if one.status.to_do:
        return [html.Span(words("due {day}", day=view.formats.day(one.due_on)), className="plan__due")]
    if one.live_on is not None:
        return [
            html.Span(words("live since {day}", day=view.formats.day(one.live_on)), className="plan__due")
        ]
    return []
