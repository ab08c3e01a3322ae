"""The drill panel of the funnel page: one step of one row, and who loses most in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from callbacks.funnel.view import funnel_view, grid_query, group_of
from callbacks.services import Ask, Services
from dashboard.analytics.bottleneck import Bottleneck
from dashboard.analytics.funnel_parts import Part
from dashboard.analytics.weakest import stage_value
from dashboard.journey.address import Address
from dashboard.journey.funnel_options import Filter
from dashboard.journey.query import JourneyQuery, Split
from data_access.scope import Action
from layouts.funnel import FunnelView, Rows
from layouts.funnel_parts import StepView, Within
from layouts.funnel_step import step_card


@dataclass(frozen=True, slots=True)
class OpenStep:
    """The step that the address opens: its row's value, its two stages, what it is taken apart by."""

    view: FunnelView
    value: str | None
    start: str
    end: str
    choices: tuple[Within, ...]
    within: Within


def show_step(services: Services, ask: Ask) -> Any:
    """The panel; nothing where nobody entered."""
    found = open_step(services, ask)
    if found is None:
        return None
    view = found.view
    group = group_of(view.funnel, view.level, found.value)
    place = view.funnel.stages.index(found.start)
    panel = StepView(
        grid=view,
        value=found.value,
        start=group.steps[place],
        end=group.steps[place + 1],
        money=_money(found),
        changed=view.change(group, place + 1),
        within=found.within,
        choices=found.choices,
        parts=parts_of(services, ask, found),
        people=ask.address.with_(period=view.query.period),
        part_people=_part_people(ask.address, found),
    )
    return step_card(panel, ask.user.may(Action.SIMULATE), ask.user.may(Action.PLAN))


def open_step(services: Services, ask: Ask) -> OpenStep | None:
    """What is open; None where nobody entered the funnel."""
    view, _ = funnel_view(services, ask)
    if view.open is None or not view.funnel.total.steps[0].customers:
        return None
    value, start = view.open
    end = view.funnel.stages[view.funnel.stages.index(start) + 1]
    choices = (Within.CHANNEL, Within.TOUCHPOINT)
    if view.rows is Rows.CHANNEL and value is not None:
        choices = (Within.TOUCHPOINT, Within.SEGMENT)
    elif value is None:
        choices = (*choices, Within.SEGMENT)
    said = ask.extras.get("within", "")
    within = Within(said) if said in choices else choices[0]
    return OpenStep(view, value, start, end, choices, within)


def parts_query(found: OpenStep) -> JourneyQuery:
    """The customers of the row, split by the event with which they stood at the step, or entered."""
    view = found.view
    query = grid_query(view.query, Split(found.within))
    if view.rows is not Rows.CHANNEL:
        query = query.with_(value_at=found.start)
    if found.value is None:
        return query
    if view.rows is Rows.SEGMENT:
        return query.with_(segments=(found.value,))
    return query.with_(filters=(*query.filters, Filter(view.level, (found.value,))))


def parts_of(services: Services, ask: Ask, found: OpenStep) -> tuple[Part, ...]:
    """The parts with their money, where the row has a price."""
    value = None
    if found.view.ranked:
        priced = services.answers.priced(ask.scope, found.view.query)
        own = (found.value,) if found.value else found.view.query.segments
        value, _ = stage_value(priced.only(own), found.start)
    return services.answers.step_parts(ask.scope, parts_query(found), found.start, found.end, value)


def _money(found: OpenStep) -> Bottleneck | None:
    place = (found.value, found.start, found.end)
    rows = (row for row in found.view.ranked if (row.segment, row.from_stage, row.to_stage) == place)
    return next(rows, None)


def _part_people(address: Address, found: OpenStep) -> Address:
    """Where the lists of the parts are asked: the same customers as `parts_query`."""
    query = parts_query(found)
    said = replace(
        address.funnel,
        value_at=() if query.value_at == "first" else (query.value_at,),
        filters=tuple(f"{rule.field}={value}" for rule in query.filters for value in rule.values),
    )
    return address.with_(period=query.period, segments=query.segments, funnel=said)
