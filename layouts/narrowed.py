"""What a funnel holds to beyond the filter bar, where everybody sees it, and the way to take it off."""

from __future__ import annotations

from dash import html

from dashboard.i18n.words import msgid
from dashboard.journey.funnel_address import FunnelWords
from dashboard.journey.query import Against
from layouts.components.icon import icon
from layouts.components.link import page_link
from layouts.filter_fields import FilterView
from layouts.funnel import AGAINST

_SAID = {
    "stages": msgid("steps of the funnel: {values}"),
    "optional": msgid("stages that may be missed: {values}"),
    "step_windows": msgid("days for single steps: {values}"),
    "exclusions": msgid("not between steps: {values}"),
    "attributes": msgid("broken down by {values}"),
    "value_at": msgid("values taken at {values}"),
    "step_filters": msgid("only events with {values}"),
    "filters": msgid("only customers with {values}"),
    "against": msgid("benchmark of steps: {values}"),
}
KINDS = {
    "customer_type=new": msgid("no earlier deal"),
    "customer_type=returning": msgid("an earlier deal"),
}
_OF_STAGES = ("stages", "optional", "value_at")  # their values are keys of stages


def narrowed(view: FilterView) -> list[html.Div]:
    """One line with every option of the address that no control of the bar shows; nothing where there is none."""
    words, address = view.words, view.address
    said = [
        words(text, values=_values(view, name))
        for name, text in _SAID.items()
        if getattr(address.funnel, name)
    ]
    if address.horizon_days is not None:
        said.append(
            words.plural(
                "money of {n} day from the entry", "money of {n} days from the entry", address.horizon_days
            )
        )
    if address.increasing:
        said.append(words("each step strictly later than the one before"))
    if not said:
        return []
    bare = address.with_(funnel=FunnelWords(), horizon_days=None, increasing=False)
    line = html.Span(words("The funnel is narrower: {options}", options="; ".join(said)))
    return [
        html.Div([icon("info"), line, page_link(words("Remove"), view.page.path, bare)], className="notice")
    ]


def _values(view: FilterView, name: str) -> str:
    """Keys of stages by their names; filters as they were written."""
    model, values = view.info.model, getattr(view.address.funnel, name)
    if name in _OF_STAGES:
        names = {stage.key: stage.short_name(view.words.language) for stage in model.stages}
        values = [names.get(value, value) for value in values]
    if name == "filters":
        values = [view.words(KINDS[value]) if value in KINDS else value for value in values]
    if name == "against":
        values = [view.words(AGAINST[Against(value)]) if value in AGAINST else value for value in values]
    return ", ".join(values)
