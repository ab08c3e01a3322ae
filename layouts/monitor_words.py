"""What every part of the effects' tab shares: verdicts, methods and reasons in words, figures with their interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dash import html

from dashboard.analytics.effect import Amount, Effect, EffectPlan, Method, Verdict, Why
from dashboard.i18n.formats import ARROW, Formats
from dashboard.i18n.words import Words, msgid
from dashboard.journey.address import Address
from dashboard.journey.intervention import Decision, DecisionKind, Intervention
from dashboard.journey.stages import StageModel
from layouts.components.pill import Tone, channel_title, pill, segment_name

OPEN, NEW, EDIT, DECIDE = "a", "new", "edit", "decide"  # keys of the address
ELLIPSIS = "…"

VERDICTS: Mapping[Verdict, tuple[str, Tone, str]] = {  # words, tone, sign
    Verdict.CONFIRMED: (msgid("Effect confirmed"), "good", "check"),
    Verdict.LIKELY: (msgid("Effect likely"), "good", "plus"),
    Verdict.CANNOT_TELL: (msgid("Too early to tell"), "neutral", "more"),
    Verdict.NO_EFFECT: (msgid("No effect"), "warn", "minus"),
    Verdict.HARMFUL: (msgid("Harmful"), "bad", "warning"),
}
CERTAINTY: Mapping[Verdict, str] = {
    Verdict.CONFIRMED: msgid("high"),
    Verdict.LIKELY: msgid("medium"),
    Verdict.CANNOT_TELL: msgid("low: the figure may still be chance"),
    Verdict.NO_EFFECT: msgid("high"),
    Verdict.HARMFUL: msgid("high"),
}
METHODS = {
    Method.DIFFERENCE: msgid("Against the comparison group"),
    Method.SERIES: msgid("Against its own past"),
}
REASONS = {
    Why.NOT_STARTED: msgid("The data end before the start."),
    Why.NOT_MATURE: msgid("No week after the start is over yet: its customers may still go on."),
    Why.SHORT_PAST: msgid("The data hold fewer than eight weeks before the start."),
    Why.FEW_ENTRIES: msgid("Fewer than 30 entries before or after the start."),
    Why.NO_COMPARISON: msgid("No comparison group was named."),
    Why.COMPARISON_TOUCHED: msgid("Another action has changed the comparison group meanwhile."),
    Why.NO_DATA: msgid("A stage of the step has no data."),
    Why.NOT_IN_ADVANCE: msgid("Registered after the start: the verdict can be “likely” at most."),
    Why.DIFFERENT_PAST: msgid("The groups moved apart before the start already."),
    Why.DISAGREE: msgid("The two methods contradict each other."),
    Why.UNSTEADY_PAST: msgid("Days on which nothing happened show gaps as large."),
}
DECIDED: Mapping[DecisionKind, tuple[str, Tone]] = {
    DecisionKind.KEEP: (msgid("kept"), "good"),
    DecisionKind.ADJUST: (msgid("being adjusted"), "warn"),
    DecisionKind.STOP: (msgid("taken back"), "neutral"),
}


@dataclass(frozen=True, slots=True)
class MonitorView:
    """What the tab draws.

    Attributes:
        order: segments of the engagement.
        today: in the engagement's zone.
        effects: joint ones once, in order of their starts.
        kept: registrations by their action.
        decisions: the last one of each action.
        opened: the effect that is shown large; None without any.
        action_id: the action that the address opens, one of `opened.plan.ids`.
        lost: registrations whose step, segment or channel the data no longer have.
        may_plan: the reader may register and decide.
    """

    words: Words
    formats: Formats
    address: Address
    model: StageModel
    order: tuple[str, ...]
    today: date
    effects: Sequence[Effect]
    kept: Mapping[int, Intervention]
    decisions: Mapping[int, Decision]
    opened: Effect | None
    action_id: int | None
    lost: Sequence[Intervention]
    may_plan: bool

    @property
    def plain(self) -> Address:
        """The tab under its filters, nothing opened."""
        return self.address.for_page()

    def shown(self, action_id: int) -> Address:
        """The tab with an effect opened."""
        return self.plain.with_extras(a=str(action_id))

    def stage_name(self, key: str) -> str:
        """The stage in words; a key that the model no longer has as it is."""
        known = next((stage for stage in self.model.stages if stage.key == key), None)
        return known.short_name(self.words.language) if known else key

    def step_name(self, plan: EffectPlan) -> str:
        """`Evaluate → Purchase`."""
        return f"{self.stage_name(plan.from_stage)} {ARROW} {self.stage_name(plan.to_stage)}"

    def where(self, plan: EffectPlan) -> str:
        """`Gift · contact centre`, or everybody."""
        place = [segment_name(self.words, plan.segment or None)]
        place += [channel_title(self.words, plan.channel)] if plan.channel else []
        return " · ".join(place)

    def points(self, value: float) -> str:
        """`+3.1 pp`; two digits where one would read as nothing."""
        return self.formats.points(value, 1 if abs(value) >= 0.0095 else 2)

    def points_range(self, found: Amount) -> str:
        """`+1.9…+4.3`, in the digits of the estimate."""
        digits = 1 if abs(found.actual) >= 0.0095 else 2
        return ELLIPSIS.join(self.formats.signed(end * 100, digits) for end in (found.low, found.high))

    def money_range(self, found: Amount) -> str:
        """`+₽2.4M…+₽5.8M`."""
        return ELLIPSIS.join(self.formats.money_signed(end) for end in (found.low, found.high))

    def people_range(self, found: Amount) -> str:
        """`+40…+210`."""
        return ELLIPSIS.join(self.formats.signed(round(end)) for end in (found.low, found.high))

    def day(self, day: date) -> str:
        """`12 Aug`, with its year where it is another one."""
        return self.formats.day(day, year=day.year != self.today.year)


def title_of(words: Words, plan: EffectPlan) -> str:
    """The action, or all of them that are reported jointly."""
    titles = [plan.title, *(title for _, title in plan.also)]
    return titles[0] if len(titles) == 1 else words("{titles}, together", titles=" + ".join(titles))


def verdict_pill(words: Words, verdict: Verdict) -> html.Span:
    """The verdict as sign, words and tone."""
    text, tone, sign = VERDICTS[verdict]
    return pill(words(text), tone, sign)


def sure(found: Amount | None) -> bool:
    """True where the interval leaves zero out."""
    return found is not None and (found.low > 0 or found.high < 0)


def fact(name: Any, *value: Any) -> html.Div:
    """A row of a list of facts."""
    return html.Div([html.Dt(name), html.Dd(list(value))])
