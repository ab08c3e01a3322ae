"""What the library proposes for a new action: a click fills it in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard.journey.measures import Measure
from layouts.components.attributes import attributes
from layouts.components.link import page_link
from layouts.components.pill import channel_title
from layouts.plan import PATH, Tab
from layouts.plan_library import MEASURE
from layouts.plan_words import PlanView


def ideas_list(view: PlanView, ideas: Sequence[Measure], stage: str) -> list[Any]:
    """Measures as links that fill in the form, and the way to the others of the stage; nothing without one.

    Args:
        stage: key of the action's stage.
    """
    words, chosen = view.words, view.address.extras.get(MEASURE)
    if not ideas:
        return []
    rows = [_idea(view, one, chosen=one.key == chosen) for one in ideas]
    others = view.plain.for_page().with_extras(tab=Tab.LIBRARY, stage=stage)
    more = page_link(words("The whole library of this stage"), PATH, others)
    return [
        html.Div(
            [html.H3(words("What helps here")), html.Ul([html.Li(row) for row in rows]), more],
            className="plan__ideas",
        )
    ]


def _idea(view: PlanView, one: Measure, *, chosen: bool) -> Any:
    name = one.name[view.words.language]
    channel = [html.Span(channel_title(view.words, one.channel), className="meta")] if one.channel else []
    if chosen:
        return [html.B(name, **attributes(aria_current="true")), *channel]
    return [page_link(name, PATH, view.address.with_extras(measure=one.key)), *channel]
