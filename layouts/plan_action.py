"""The open action: every field, what it is worth, and below it checklist, links, dependencies, comments, history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard.journey.address import Address
from dashboard.journey.plan import ActionRecord, Status
from layouts.components.button import button_link
from layouts.components.card import card
from layouts.components.form import Field, form
from layouts.components.link import page_link
from layouts.components.pill import channel_title, pill, segment_name
from layouts.components.to_plan import New
from layouts.monitor import PATH as MONITOR
from layouts.plan_below import BelowView, below
from layouts.plan_effect import effect_line
from layouts.plan_new import close_link, figures, owner_field
from layouts.plan_words import FIELD_NAMES, STATUS_NAMES, PlanView, chain_link, due_mark

TALL = ("problem", "measure", "comparison", "decision")


def action_card(view: PlanView, one: ActionRecord, rest: BelowView) -> html.Section:
    """The card above the tab: to change for who may plan, else to read."""
    words = view.words
    marks = [pill(words(STATUS_NAMES[one.status])), *due_mark(view, one), *chain_link(view, one)]
    left: list[Any] = [html.Div(marks, className="plan__marks"), *_figures(view, one), *_effect(view, one)]
    left.append(_form(view, one) if view.may_plan else _facts(view, one))
    body = html.Div([html.Div(left), below(view, one, rest)], className="plan__open")
    made = words(
        "Made by {name} on {day}", name=one.author, day=view.formats.day(rest.made.date(), year=True)
    )
    return card(one.title, body, subtitle=made, aside=close_link(view), class_name="card--action")


def _figures(view: PlanView, one: ActionRecord) -> list[Any]:
    """What is expected, and the way back to where that comes from."""
    rows = figures(view, one.value, one.lift, view.likely(one.source))
    if not rows:
        return []
    source = _source(view, one)
    return [html.Dl(rows, className="facts"), *([html.P(source, className="meta")] if source else [])]


def _effect(view: PlanView, one: ActionRecord) -> list[Any]:
    """What was measured, or the way to register it: before the start, so that the figures prove something."""
    effect, words = view.effects.get(one.id), view.words
    if effect is not None:
        return [
            html.P(effect_line(words, view.formats, view.address, one.id, effect), className="plan__effect")
        ]
    if not view.may_plan or one.status is Status.DROPPED:
        return []
    new = view.address.for_page().with_extras(new=str(one.id))
    return [
        html.P(button_link(words("Measure its effect"), MONITOR, new, sign="pulse"), className="plan__effect")
    ]


def _source(view: PlanView, one: ActionRecord) -> list[Any]:
    words, search = view.words, one.source.get("search")
    if not isinstance(search, str):
        return []
    address = Address.parse(search).with_(engagement=one.engagement)
    if one.source.get("kind") == New.LEVERS:
        kept = {key: None for key in address.extras if key in ("new", "action", "tab")}
        return [
            words("From a scenario: "),
            page_link(words("open it"), "/whatif", address.with_extras(**kept)),
        ]
    if one.source.get("kind") == New.BOTTLENECK and one.from_stage:
        step = address.for_page().with_extras(seg=one.chain_segment, step=one.from_stage)
        return [words("From a bottleneck: "), page_link(words("open its step"), "/funnel", step)]
    return []


def seen_of(one: ActionRecord) -> dict[str, str]:
    """The fields as a form holds them."""
    return {
        "title": one.title,
        "problem": one.problem,
        "status": str(one.status),
        "stage": one.stage,
        "segment": one.segment,
        "channel": one.channel,
        "touchpoint": one.touchpoint,
        "owner_id": "" if one.owner_id is None else str(one.owner_id),
        "starts_on": one.starts_on.isoformat() if one.starts_on else "",
        "due_on": one.due_on.isoformat() if one.due_on else "",
        "live_on": one.live_on.isoformat() if one.live_on else "",
        "cost": "" if one.cost is None else f"{one.cost.normalize():f}",
        "measure": one.measure,
        "comparison": one.comparison,
        "decision": one.decision,
    }


def _form(view: PlanView, one: ActionRecord) -> html.Div:
    words, seen = view.words, seen_of(one)
    choices = {
        "status": [(str(status), words(name)) for status, name in STATUS_NAMES.items()],
        "stage": _known(
            seen["stage"], [(stage.key, view.stage_name(stage.key)) for stage in view.model.stages]
        ),
        "segment": _known(
            seen["segment"], [(key, segment_name(words, key)) for key in view.order], words("All segments")
        ),
        "channel": _known(seen["channel"], [(key, channel_title(words, key)) for key in view.channels]),
    }
    fields = []
    for name in seen:
        label = words(FIELD_NAMES[name])
        if name == "owner_id":
            fields.append(owner_field(view, one.owner_id, one.owner or ""))
        elif name in choices:
            fields.append(Field(name, label, "select", choices[name], seen[name], required=False))
        else:
            kind = "textarea" if name in TALL else "date" if name.endswith("_on") else "text"
            kind = "number" if name == "cost" else kind
            fields.append(Field(name, label, kind, value=seen[name], required=name == "title"))
    return form(
        f"/plan/actions/{one.id}", fields, words("Save"), words("Saved"), primary=True, body={"seen": seen}
    )


def _known(value: str, known: Sequence[tuple[str, str]], nothing: str = "—") -> list[tuple[str, str]]:
    """Choices of a select, with none, and with what stands there even where the data no longer have it."""
    more = [(value, value)] if value and value not in dict(known) else []
    return [("", nothing), *known, *more]


def _facts(view: PlanView, one: ActionRecord) -> html.Dl:
    """The same fields to read; what is empty is left out."""
    seen = seen_of(one)
    texts = {name: view.value_text(name, value) for name, value in seen.items() if value and name != "title"}
    if one.owner:
        texts["owner_id"] = one.owner
    rows = [
        html.Div([html.Dt(view.words(FIELD_NAMES[name])), html.Dd(html.Span(text, className="plan__text"))])
        for name, text in texts.items()
    ]
    return html.Dl(rows, className="facts facts--plain")
