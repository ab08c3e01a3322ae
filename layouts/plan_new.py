"""The form of a new action: everything that is known stands in it, owner and days are left to fill in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from dash import html

from layouts.components.button import button_link
from layouts.components.card import card
from layouts.components.form import Field, form
from layouts.components.icon import icon
from layouts.components.link import page_link
from layouts.components.pill import channel_title, segment_name
from layouts.components.states import empty_state
from layouts.components.to_plan import New
from layouts.plan import PATH
from layouts.plan_words import PlanView


@dataclass(frozen=True, slots=True)
class Proposal:
    """An action that an address proposes.

    Attributes:
        step: the transition whose chain it joins; None: of no single bottleneck.
        lift: expected, share of conversion; `value` expected money.
        source: where both come from; with `low`, `high`, the likely range of the money.
    """

    title: str = ""
    problem: str = ""
    stage: str = ""
    segment: str = ""
    channel: str = ""
    touchpoint: str = ""
    step: tuple[str, str] | None = None
    lift: float | None = None
    value: Decimal | None = None
    source: Mapping[str, Any] = field(default_factory=dict)


def new_card(view: PlanView, found: Sequence[Proposal], ideas: Sequence[Any] = ()) -> html.Section:
    """The form above the tab; after it the new card is open.

    Args:
        ideas: what stands below the facts of a single action (`layouts.plan_ideas`).
    """
    words = view.words
    if not found:
        body: Any = _nothing(view)
    elif view.address.extras.get("new") == New.LEVERS:
        body = html.Div([_levers(view, found), _levers_form(view, found)], className="plan__new")
    else:
        body = html.Div([*_facts(view, found[0]), *ideas, _one_form(view, found[0])], className="plan__new")
    several = len(found) > 1
    title = words("New actions from the scenario") if several else words("New action")
    return card(title, body, aside=close_link(view), class_name="card--action")


def _nothing(view: PlanView) -> Any:
    """Why there is nothing to plan, and the way to something."""
    words, plain = view.words, view.address.for_page()
    if view.address.extras.get("new") == New.LEVERS:
        sentence = words("No lever is moved: set one in the what-if, then put it on the plan.")
        return empty_state(sentence, button_link(words("Open the what-if"), "/whatif", plain, sign="whatif"))
    sentence = words("This step has no price in these data: choose a bottleneck in the funnels.")
    return empty_state(sentence, button_link(words("Open funnels"), "/funnel", plain, sign="funnel"))


def close_link(view: PlanView) -> Any:
    """The cross at the corner of what is open."""
    inside = [icon("close"), html.Span(view.words("Close the panel"), className="visually-hidden")]
    look = "button button--icon button--small"
    return page_link(inside, PATH, view.plain, look, title=view.words("Close the panel"))


def figures(view: PlanView, value: Decimal | None, lift: float | None, likely: str) -> list[Any]:
    """Rows of what is expected; nothing where nobody knows."""
    words, formats = view.words, view.formats
    rows: list[Any] = []
    if value is not None:
        notes = [html.Small(likely)] if likely else []
        rows.append(
            html.Div([html.Dt(words("Expected money")), html.Dd([html.B(view.money(value)), *notes])])
        )
    if lift is not None:
        rows.append(html.Div([html.Dt(words("Expected lift")), html.Dd(html.B(formats.points(lift, 2)))]))
    return rows


def _facts(view: PlanView, one: Proposal) -> list[Any]:
    """What the server knows about it; nothing of a blank one."""
    words = view.words
    rows = figures(view, one.value, one.lift, view.likely(one.source))
    if one.step is not None:
        place = [segment_name(words, one.segment or None), view.step_name(*one.step)]
        place += [channel_title(words, one.channel)] if one.channel else []
        place += [one.touchpoint] if one.touchpoint else []
        where = html.Dd(html.B(" · ".join(place)))
        rows.insert(0, html.Div([html.Dt(words("Where")), where]))
    return [html.Dl(rows, className="facts")] if rows else []


def _levers(view: PlanView, found: Sequence[Proposal]) -> html.Ul:
    """One action for each lever, each with its own gain."""
    rows = []
    for one in found:
        sure = html.Span(view.likely(one.source), className="meta")
        rows.append(html.Li([html.B(one.title), view.money(one.value), sure]))
    return html.Ul(rows, className="plan__levers")


def _one_form(view: PlanView, one: Proposal) -> html.Div:
    words = view.words
    texts = (
        Field("title", words("Action"), value=one.title),
        Field("problem", words("Problem"), "textarea", value=one.problem, required=False),
    )
    return form(
        "/plan/actions",
        (*texts, *_who_when(view)),
        words("Create the action"),
        words("Created"),
        primary=True,
        body={"search": view.address.search()},
    )


def _levers_form(view: PlanView, found: Sequence[Proposal]) -> html.Div:
    words = view.words
    submit = words.plural("Create {n} action", "Create {n} actions", len(found))
    body = {"search": view.address.search()}
    return form("/plan/actions/levers", _who_when(view), submit, words("Created"), primary=True, body=body)


def _who_when(view: PlanView) -> tuple[Field, ...]:
    words = view.words
    return (
        owner_field(view, view.me if view.me in view.people else None),
        Field("starts_on", words("Start"), "date", value=view.today.isoformat(), required=False),
        Field("due_on", words("Due"), "date", required=False),
    )


def owner_field(view: PlanView, owner: int | None, gone: str = "") -> Field:
    """Who does it, of those who see the engagement.

    Args:
        gone: name of an owner who is not among them any more.
    """
    choices = [("", view.words("nobody yet")), *((str(key), name) for key, name in view.people.items())]
    if owner is not None and owner not in view.people:
        choices.append((str(owner), gone))
    value = "" if owner is None else str(owner)
    return Field("owner_id", view.words("Owner"), "select", choices, value, required=False)
