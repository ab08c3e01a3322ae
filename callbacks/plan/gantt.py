"""The plan by day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from callbacks.notes import on_axis
from callbacks.plan.common import plan_view, shown
from callbacks.services import Ask, Services
from dashboard.analytics.gantt import gantt
from dashboard.journey.notes import NoteKind
from layouts.plan_gantt import gantt_card


def show_gantt(services: Services, ask: Ask) -> Any:
    """The bars of the actions under the filters."""
    plan = plan_view(services, ask)
    found = gantt(shown(ask, plan), plan.today)
    if found is None:
        return gantt_card(plan, None, None)
    first = found.months[0][0]
    end = first + timedelta(found.days)
    # the bars tell when actions go live
    return gantt_card(plan, found, on_axis(services, ask, [first], end, without=(NoteKind.ACTION,)))
