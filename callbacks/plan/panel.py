"""What is open above the tab: an action, or the form of a new one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from callbacks.plan.common import plan_view
from callbacks.plan.ideas import ideas_for
from callbacks.plan.prefill import proposals
from callbacks.services import Ask, Services
from dashboard.errors import JourneyError
from dashboard.journey.plan import ActionRecord
from data_access.clock import wall_clock
from data_access.scope import Action
from data_access.state import action_entries
from layouts.plan_action import action_card
from layouts.plan_below import BelowView
from layouts.plan_ideas import ideas_list
from layouts.plan_new import new_card
from layouts.plan_words import PlanView


def show_panel(services: Services, ask: Ask) -> Any:
    """The open action, or a new one; nothing where the address opens neither.

    Raises:
        JourneyError: `unknown_action` for one of another engagement as for one that does not exist; `no_right`
            (403) where who may only read wants a new one.
    """
    number = ask.extras.get("action")
    if number:
        plan = plan_view(services, ask)
        one = _open(plan, number)
        return action_card(plan, one, _below(services, ask, one))
    if ask.extras.get("new"):
        if not ask.user.may(Action.PLAN):
            raise JourneyError("no_right", action=str(Action.PLAN))
        plan, found = plan_view(services, ask), proposals(services, ask)
        stage = found[0].stage if found else ""
        return new_card(plan, found, ideas_list(plan, ideas_for(services, ask, found), stage))
    return None


def _open(plan: PlanView, number: str) -> ActionRecord:
    found = next((one for one in plan.actions if str(one.id) == number), None)
    if found is None:
        raise JourneyError("unknown_action")
    return found


def _below(services: Services, ask: Ask, one: ActionRecord) -> BelowView:
    """Entries and changes, their moments on the engagement's wall clock."""
    rest = action_entries.below(services.state(), ask.user, one.id)
    zone = ask.info.zone
    return BelowView(
        wall_clock(one.created_at, zone),
        [replace(entry, created_at=wall_clock(entry.created_at, zone)) for entry in rest.entries],
        [replace(change, at=wall_clock(change.at, zone)) for change in rest.changes],
    )
