"""What to do about the open cell: its people, its step of the funnel, the scenario that mends it."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.analytics.bottleneck import Bottleneck
from dashboard.analytics.heatmap import Cell
from dashboard.i18n.words import Words
from dashboard.journey.address import Address
from layouts.components.button import button_link
from layouts.components.people_link import people_link
from layouts.components.scenario import scenario_address
from layouts.components.to_plan import to_plan


def next_steps(
    words: Words, address: Address, cell: Cell, worst: Bottleneck | None, *, people: bool, plan: bool
) -> html.Div:
    """Links that go on from here.

    Args:
        worst: the stage's costliest step to a benchmark; None where there is none, or no right to model it.
        people: the person may see customers; `plan`: may put an action on the plan.
    """
    parts: list[Any] = []
    if worst is not None:
        target = scenario_address(address, worst)
        parts.append(button_link(words("Model it"), "/whatif", target, sign="whatif", primary=True))
        if plan:
            parts.append(to_plan(words, address, worst, channel=cell.channel, touchpoint=cell.touchpoint))
    if people and cell.customers:
        place = {"stage": cell.stage, "channel": cell.channel, "touchpoint": cell.touchpoint}
        link = people_link(words, address, cell.customers, may=True, **place)
        parts.append(html.Span(link, className="next__people"))
    step = address.for_page().with_extras(seg="*", step=cell.stage)
    parts.append(button_link(words("Open the stage in the funnel"), "/funnel", step, sign="funnel"))
    return html.Div(parts, className="card card--next buttons")
