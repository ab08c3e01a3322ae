"""What the effects' tab and its routes share: the effects of the engagement, what was promised and what was decided."""

from __future__ import annotations

from dataclasses import replace

from callbacks.effects import measurable, registered_effects
from callbacks.services import Ask, Services
from dashboard.analytics.effect import Effect, Verdict
from dashboard.errors import JourneyError
from data_access.clock import wall_clock
from data_access.scope import Action
from data_access.state import decisions, interventions
from layouts.monitor_words import OPEN, MonitorView

_TELLS = (Verdict.CANNOT_TELL, Verdict.NO_EFFECT, Verdict.LIKELY, Verdict.HARMFUL, Verdict.CONFIRMED)


def monitor_view(services: Services, ask: Ask) -> MonitorView:
    """The effects of the address's engagement, and the one that is open.

    Raises:
        JourneyError: `no_right`; `unknown_effect` for a number that is no registered action of the engagement.
    """
    state, engagement, zone = services.state(), ask.scope.engagement, ask.info.zone
    kept = {one.action_id: one for one in interventions.listed(state, ask.user, engagement)}
    lost = tuple(one for one in kept.values() if not measurable(one, ask.info))
    found = registered_effects(services.answers, ask.scope, kept.values())
    last = {}
    for one in decisions.listed(state, ask.user, engagement):  # the newest first
        if one.action_id is not None:
            last.setdefault(one.action_id, replace(one, at=wall_clock(one.at, zone)))
    opened, number = _opened(ask, found)
    return MonitorView(
        ask.words,
        ask.formats,
        ask.address,
        ask.info.model,
        ask.info.segments,
        wall_clock(services.clock(), zone).date(),
        found,
        kept,
        last,
        opened,
        number,
        lost,
        may_plan=ask.user.may(Action.PLAN) and not ask.user.is_guest,
    )


def _opened(ask: Ask, found: tuple[Effect, ...]) -> tuple[Effect | None, int | None]:
    """The effect that the address names, else the one that says most, of several the largest money."""
    said = ask.extras.get(OPEN)
    if said:
        for one in found:
            for number in one.plan.ids:
                if str(number) == said:
                    return one, number
        raise JourneyError("unknown_effect")
    if not found:
        return None, None
    best = max(found, key=_weight)
    return best, best.plan.action_id


def _weight(one: Effect) -> tuple[int, float, int]:
    money = one.money.actual if one.money is not None else 0.0
    return _TELLS.index(one.verdict), abs(money), one.look
