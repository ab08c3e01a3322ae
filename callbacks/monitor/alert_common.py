"""What the parts of the tab Alerts share: whose it is, its people, its moments on the engagement's wall clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from callbacks.services import Ask, Services
from dashboard.errors import JourneyError
from dashboard.journey.alert_check import watched_sources, watched_steps
from dashboard.journey.alerts import AlertRule
from dashboard.journey.incidents import EventKind, Incident, IncidentEvent
from data_access.clock import wall_clock
from data_access.scope import Action
from data_access.state import actions, alert_rules, endpoints, incidents
from layouts.monitor_alert_view import AlertView


def alert_view(services: Services, ask: Ask) -> AlertView:
    """The tab of the address's engagement; guests see no names.

    Raises:
        JourneyError: `no_right`.
    """
    guest, engagement, state = ask.user.is_guest, ask.scope.engagement, services.state()
    may_plan = ask.user.may(Action.PLAN) and not guest
    heard = endpoints.listed(state, ask.user, engagement) if may_plan else ()
    return AlertView(
        words=ask.words,
        formats=ask.formats,
        address=ask.address,
        engagement=engagement,
        model=ask.info.model,
        empty=ask.info.stages_without_data,
        steps=tuple(watched_steps(ask.info)),
        order=ask.info.segments,
        channels=ask.info.channels,
        sources=watched_sources(ask.info),
        now=wall_clock(services.clock(), ask.info.zone),
        people={} if guest else actions.people(state, ask.user, engagement),
        endpoints={one.id: one.name for one in heard},
        me=ask.user.id,
        may_plan=may_plan,
        sees_people=not guest,
    )


def shown_rules(services: Services, ask: Ask) -> tuple[AlertRule, ...]:
    """Every rule, its last look on the engagement's wall clock."""
    rules = alert_rules.listed(services.state(), ask.user, ask.scope.engagement)
    return tuple(replace(one, looked_at=_local(ask, one.looked_at)) for one in rules)


def shown_incidents(services: Services, ask: Ask) -> tuple[Incident, ...]:
    """What goes on and what is over, without events."""
    found = incidents.listed(services.state(), ask.user, ask.scope.engagement)
    return tuple(_here(ask, one) for one in found)


def opened_incident(services: Services, ask: Ask, number: int) -> Incident:
    """One incident of the address's engagement with its events.

    Raises:
        JourneyError: `unknown_incident` (404) for one of another engagement as for one that does not exist.
    """
    found = incidents.get(services.state(), ask.user, number)
    if found.engagement != ask.scope.engagement:
        raise JourneyError("unknown_incident", status=404)
    return _here(ask, found)


def _here(ask: Ask, one: Incident) -> Incident:
    """The same with every moment on the engagement's wall clock."""
    zone = ask.info.zone
    return replace(
        one,
        opened_at=wall_clock(one.opened_at, zone),
        seen_at=wall_clock(one.seen_at, zone),
        snoozed_until=_local(ask, one.snoozed_until),
        resolved_at=_local(ask, one.resolved_at),
        events=_events(ask, one.events),
    )


def _events(ask: Ask, events: Sequence[IncidentEvent]) -> tuple[IncidentEvent, ...]:
    found = []
    for one in events:
        text = one.text
        if one.kind is EventKind.SNOOZED and text:
            text = wall_clock(datetime.fromisoformat(text), ask.info.zone).isoformat()
        found.append(replace(one, at=wall_clock(one.at, ask.info.zone), text=text))
    return tuple(found)


def _local(ask: Ask, moment: datetime | None) -> datetime | None:
    return None if moment is None else wall_clock(moment, ask.info.zone)
