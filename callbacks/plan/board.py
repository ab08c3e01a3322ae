"""The board of the plan: every action in the column of its status."""

from __future__ import annotations

from typing import Any

from callbacks.plan.common import plan_view, shown
from callbacks.services import Ask, Services
from dashboard.analytics.plan_chains import expected
from dashboard.journey.plan import ActionRecord, Status
from dashboard.server.sheets import Column, Sheet
from layouts.plan_board import NOBODY, BoardView, board_card
from layouts.plan_words import FIELD_NAMES, STATUS_NAMES, PlanView

_FIRST = (Status.IN_PROGRESS, Status.IDEA, *Status)  # which column a phone opens: the first that is not empty


def show_board(services: Services, ask: Ask) -> Any:
    """The board under the address's filters."""
    return board_card(board_view(services, ask))


def board_view(services: Services, ask: Ask) -> BoardView:
    """What the address asks of the board."""
    plan = plan_view(services, ask)
    owner, status = ask.extras.get("owner"), ask.extras.get("status")
    wanted = None if owner == NOBODY else owner
    found = [
        one
        for one in shown(ask, plan)
        if owner is None or (one.owner_id is None if wanted is None else str(one.owner_id) == wanted)
    ]
    full = {one.status for one in found}
    return BoardView(
        plan,
        found,
        expected(found),
        next((one for one in Status if one == status), None),
        next((one for one in _FIRST if one in full), Status.IDEA),
        owner,
    )


def board_sheet(services: Services, ask: Ask) -> Sheet:
    """Every shown action with all of its fields."""
    view = board_view(services, ask)
    words = ask.words
    names = {name: words(text) for name, text in FIELD_NAMES.items()}
    columns = (
        Column(words("Number"), "number"),
        Column(names["status"]),
        Column(names["title"]),
        Column(names["problem"]),
        Column(names["stage"]),
        Column(names["segment"]),
        Column(names["channel"]),
        Column(names["touchpoint"]),
        Column(names["owner_id"]),
        Column(names["starts_on"]),
        Column(names["due_on"]),
        Column(names["live_on"]),
        Column(words("Days overdue"), "number"),
        Column(names["cost"], "money"),
        Column(words("Expected lift"), "share"),
        Column(words("Expected money"), "money", "recoverable"),
        Column(words("Chain"), "number"),
        Column(names["measure"]),
        Column(names["comparison"]),
        Column(names["decision"]),
    )
    lines = [_line(view.plan, one) for one in view.shown]
    nothing = (None, None, words("No action fits these filters."), *(None for _ in columns[3:]))
    return Sheet(words("Action plan"), columns, lines or [nothing])


def _line(plan: PlanView, one: ActionRecord) -> tuple[Any, ...]:
    days = [day.isoformat() if day else None for day in (one.starts_on, one.due_on, one.live_on)]
    late = (plan.today - one.due_on).days if one.due_on and one.overdue(plan.today) else None
    return (
        one.id,
        plan.words(STATUS_NAMES[one.status]),
        one.title,
        one.problem,
        plan.stage_name(one.stage) if one.stage else "",
        plan.segment_of(one),
        plan.value_text("channel", one.channel) if one.channel else "",
        one.touchpoint,
        one.owner or "",
        *days,
        late,
        None if one.cost is None else float(one.cost),
        one.lift,
        None if one.value is None else float(one.value),
        one.chain_id,
        one.measure,
        one.comparison,
        one.decision,
    )
