"""The form that registers an effect: what its address promises, checked and held against what the data can tell."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from callbacks import effects
from callbacks.services import Ask, Services
from dashboard.analytics.effect import DEFAULT_WEEKS, LEAST_WEEKS, MOST_WEEKS, Power
from dashboard.errors import JourneyError
from dashboard.journey.amount import amount_of
from dashboard.journey.intervention import MOST_WINDOW_DAYS, Intervention, Promise
from dashboard.journey.plan import ActionRecord, Status
from data_access.clock import wall_clock
from data_access.scope import Action
from data_access.state import actions, interventions
from layouts.monitor_new import (
    CHANNEL,
    CHOOSE,
    EVERYBODY,
    LIFT,
    SEGMENT,
    START,
    STEP,
    WEEKS,
    WINDOW,
    PromiseView,
    promise_card,
)
from layouts.monitor_words import EDIT, NEW

_USUAL_LIFT = 0.02


def show_panel(services: Services, ask: Ask) -> Any:
    """The form of a new registration, or of one that is changed; nothing where the address opens neither.

    Raises:
        JourneyError: `no_right` (403) for who may only read, `unknown_effect`, `unknown_action`.
    """
    if not ask.extras.get(NEW) and not ask.extras.get(EDIT):
        return None
    if ask.user.is_guest or not ask.user.may(Action.PLAN):
        raise JourneyError("no_right", action=str(Action.PLAN))
    return promise_card(promise_view(services, ask))


def promise_view(services: Services, ask: Ask) -> PromiseView:
    """What the address promises, and what the data could tell of it."""
    kept = _kept(services, ask)
    everything = actions.listed(services.state(), ask.user, ask.scope.engagement)
    done = {one.action_id for one in interventions.listed(services.state(), ask.user, ask.scope.engagement)}
    free = [one for one in everything if one.id not in done and one.status is not Status.DROPPED]
    chosen = _chosen(ask, everything, kept)
    today = wall_clock(services.clock(), ask.info.zone).date()
    usual = kept.promise if kept is not None else usual_promise(ask, chosen, today)
    promise = said(ask, usual)
    number = kept.action_id if kept is not None else chosen.id if chosen else None
    problem = _problem(ask, promise, chosen)
    shown = number is not None and not problem
    return PromiseView(
        ask.words,
        ask.formats,
        ask.address,
        ask.info,
        [(one.id, one.title) for one in free],
        number,
        kept.title if kept is not None else chosen.title if chosen else "",
        promise,
        usual,
        power_of(services, ask, promise) if shown else None,
        problem,
        kept,
        today,
    )


def power_of(services: Services, ask: Ask, promise: Promise) -> Power:
    """What the data could tell of a promise."""
    kept = Intervention(0, ask.scope.engagement, 0, "", Status.IDEA, promise, None, "", services.clock(), 0)
    return effects.plan_power(services.answers, ask.scope, effects.plan_of(kept, ask.info.zone))


def usual_promise(ask: Ask, one: ActionRecord | None, today: date) -> Promise:
    """What an action promises by itself: its step, its segment, its lift, the day of going live."""
    keys = ask.info.model.keys
    start, end = (one.from_stage, one.to_stage) if one is not None else ("", "")
    if start not in keys or end not in keys:
        stage = one.stage if one is not None and one.stage in keys[:-1] else ask.info.model.lead_keys[-1]
        start, end = stage, keys[keys.index(stage) + 1]
    segment = one.segment if one is not None and one.segment in ask.info.segments else ""
    planned = [day for day in (one.live_on, one.starts_on, one.due_on) if day] if one is not None else []
    first = one.live_on if one is not None and one.live_on else None
    day = first or next((day for day in planned if day > today), today + timedelta(days=1))
    lift = one.lift if one is not None and one.lift and 0 < one.lift < 1 else _USUAL_LIFT
    others = tuple(other for other in ask.info.segments if other != segment) if segment else ()
    return Promise(start, end, segment, "", day, round(lift, 4), others, DEFAULT_WEEKS)


def said(ask: Ask, usual: Promise) -> Promise:
    """The promise of the address; what is missing there, or makes no sense, is as usual."""
    extras = ask.extras
    start, _, end = extras.get(STEP, "").partition(">")
    if start not in ask.info.model.keys or end not in ask.info.model.keys:
        start, end = usual.from_stage, usual.to_stage
    segment = extras.get(SEGMENT, usual.segment)
    segment = "" if segment == EVERYBODY or segment not in ask.info.segments else segment
    channel = extras.get(CHANNEL, usual.channel)
    lift = amount_of(extras.get(LIFT))
    others = tuple(one for one in ask.info.segments if one != segment) if segment else ()
    return Promise(
        start,
        end,
        segment,
        channel if channel in ask.info.channels else "",
        _day(extras.get(START)) or usual.starts_on,
        float(lift) / 100 if lift is not None else usual.expected,
        usual.comparison if segment == usual.segment else others,
        _number(extras.get(WEEKS), LEAST_WEEKS, MOST_WEEKS) or usual.weeks,
        _number(extras.get(WINDOW), 1, MOST_WINDOW_DAYS) or usual.window_days,
    )


def _number(text: str | None, low: int, high: int) -> int | None:
    if not text or len(text) > 3 or not (text.isascii() and text.isdigit()):
        return None
    return int(text) if low <= int(text) <= high else None


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _problem(ask: Ask, promise: Promise, one: ActionRecord | None) -> str:
    try:
        if one is not None and one.status is Status.DROPPED:
            raise JourneyError("action_dropped", title=one.title)
        interventions.checked(promise, ask.info)
    except JourneyError as error:
        return ask.words.error(error)
    return ""


def _kept(services: Services, ask: Ask) -> Intervention | None:
    number = ask.extras.get(EDIT)
    if not number:
        return None
    mine = interventions.listed(services.state(), ask.user, ask.scope.engagement)
    found = next((one for one in mine if str(one.id) == number), None)
    if found is None:
        raise JourneyError("unknown_effect")
    return found


def _chosen(ask: Ask, known: tuple[ActionRecord, ...], kept: Intervention | None) -> ActionRecord | None:
    number = ask.extras.get(NEW, CHOOSE)
    if kept is not None or number == CHOOSE:
        return None
    found = next((one for one in known if str(one.id) == number), None)
    if found is None:
        raise JourneyError("unknown_action")
    return found
