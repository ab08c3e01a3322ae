"""The board of the plan: a column for each status, a card for each action; cards move by a menu and by keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from dashboard.analytics.effect import Effect
from dashboard.journey.plan import ActionRecord, Status
from layouts.components.attributes import attributes
from layouts.components.button import button_link
from layouts.components.card import card
from layouts.components.card_tools import card_tools
from layouts.components.choice import choice, choices
from layouts.components.definition import definition
from layouts.components.link import page_link
from layouts.components.pill import segment_dot
from layouts.components.segmented import Choice, segmented
from layouts.components.states import empty_state
from layouts.components.to_plan import New
from layouts.monitor_words import verdict_pill
from layouts.plan import PATH
from layouts.plan_effect import measured_money
from layouts.plan_words import STATUS_NAMES, PlanView, chain_link, due_mark

CARD = "plan-board"
NOBODY = "nobody"  # value of the address key `owner`
_STATUSES = "statuses"


@dataclass(frozen=True, slots=True)
class BoardView:
    """What the board draws.

    Attributes:
        shown: the actions under the filters.
        sums: expected money of each column, a bottleneck once.
        status: the column that is open alone; None = all, and on a phone `first`.
        owner: id of whose actions are shown, or `NOBODY`; None = everybody's.
    """

    plan: PlanView
    shown: Sequence[ActionRecord]
    sums: Mapping[Status, float]
    status: Status | None
    first: Status
    owner: str | None


def board_card(view: BoardView) -> html.Section:
    """The board with its filters."""
    plan = view.plan
    words = plan.words
    aside = []
    if plan.may_plan:
        new = plan.plain.with_extras(new=New.BLANK)
        aside = [button_link(words("New action"), PATH, new, sign="plus", primary=True)]
    content: list[Any] = [html.Div([_owners(view), _columns_switch(view)], className="board__filters")]
    if not plan.actions:
        content = [empty_state(words("There is no action yet: begin with a bottleneck."), _begin(plan))]
    elif not view.shown:
        content.append(empty_state(words("No action fits these filters.")))
    else:
        content += _filled(view)
    return card(
        words("Board"),
        *content,
        subtitle=_subtitle(view),
        aside=html.Div(aside, className="buttons"),
        tools=card_tools(words, CARD, plan.address, words("Board"), picture=False, paper="plan"),
        class_name="card--board",
    )


def _filled(view: BoardView) -> list[Any]:
    words = view.plan.words
    shown = [status for status in Status if view.status in (None, status)]
    columns = [_column(view, status) for status in shown]
    parts: list[Any] = [html.Div(columns, className=f"board board--{len(columns)}")]
    if view.plan.may_plan:
        options = [(str(status), words(name)) for status, name in STATUS_NAMES.items()]
        parts.insert(0, choices(_STATUSES, options))
        parts.append(
            html.P(
                words("With the keyboard: ← and → move the focused card, ↑ and ↓ go to the next one."),
                className="meta board__keys",
            )
        )
        voice = attributes(aria_live="polite", data_moved=words("Moved:"))
        parts.append(html.Div(className="visually-hidden", **voice, **attributes(data_plan_voice="yes")))
    return parts


def _subtitle(view: BoardView) -> str:
    words, plan = view.plan.words, view.plan
    late = sum(one.overdue(plan.today) for one in view.shown)
    said = words.plural("{n} action", "{n} actions", len(view.shown))
    return f"{said}, {words.plural('{n} overdue', '{n} overdue ones', late)}" if late else said


def _begin(plan: PlanView) -> Any:
    return button_link(plan.words("Open funnels"), "/funnel", plan.address.for_page(), sign="funnel")


def _owners(view: BoardView) -> html.Nav:
    """Whose actions are shown; own ones first."""
    plan = view.plan
    words = plan.words
    owners = {str(one.owner_id): one.owner or "" for one in plan.actions if one.owner_id is not None}
    others = {key: name for key, name in owners.items() if key != str(plan.me)}
    named = [(None, words("All owners")), (str(plan.me), words("Mine")), *others.items()]
    if any(one.owner_id is None for one in plan.actions):
        named.append((NOBODY, words("No owner")))
    return segmented(
        words("Owner"),
        PATH,
        [Choice(name, plan.plain.with_extras(owner=key), view.owner == key) for key, name in named],
    )


def _columns_switch(view: BoardView) -> html.Div:
    """One column alone: on a phone always, at a desk on demand."""
    words, plain = view.plan.words, view.plan.plain
    counts = {status: sum(one.status is status for one in view.shown) for status in Status}
    found = [Choice(words("All statuses"), plain.with_extras(status=None), view.status is None)]
    found += [
        Choice(
            f"{words(STATUS_NAMES[status])} {counts[status]}",
            plain.with_extras(status=status),
            view.status is status,
        )
        for status in Status
    ]
    place = list(Status).index(view.first) + 1
    return html.Div(
        segmented(words("Status"), PATH, found), className=f"board__status board__status--{place}"
    )


def _column(view: BoardView, status: Status) -> html.Section:
    plan = view.plan
    words = plan.words
    mine = [one for one in view.shown if one.status is status]
    name = words(STATUS_NAMES[status])
    head: list[Any] = [html.H3([name, html.Span(str(len(mine)), className="board__count")])]
    if view.sums.get(status):
        why = words(
            "Expected money of these actions; a bottleneck counts once, with its largest expectation. Steps of one "
            "journey strengthen each other: an order of size, not a forecast. The what-if computes them together."
        )
        head.append(
            html.P(
                [plan.money(view.sums[status]), definition(words("Expected"), why)], className="board__sum"
            )
        )
    look = "board__column" + (" board__column--first" if view.status or status is view.first else "")
    cards = (
        html.Ul([_card(plan, one) for one in mine])
        if mine
        else html.P(words("nothing here"), className="meta")
    )
    return html.Section(
        [html.Div(head, className="board__head"), cards],
        className=look,
        **attributes(aria_label=name, data_status=str(status)),
    )


def _card(plan: PlanView, one: ActionRecord) -> html.Li:
    words = plan.words
    dot = [segment_dot(one.segment, plan.order)] if one.segment else []
    where = " · ".join(filter(None, (plan.segment_of(one), plan.where(one))))
    parts: list[Any] = [
        page_link(one.title, PATH, plan.opened(one.id), "board__title"),
        html.P([*dot, html.Span(where)], className="board__where"),
    ]
    if one.value is not None:
        sure = html.Span(plan.likely(one.source), className="board__likely")
        parts.append(html.P([plan.money(one.value), sure], className="board__money"))
    if effect := plan.effects.get(one.id):
        parts.append(_measured(plan, effect))
    owner = html.Span(
        one.owner or words("no owner"),
        className="board__owner" + ("" if one.owner else " board__owner--none"),
    )
    parts.append(html.P([owner, *due_mark(plan, one), *chain_link(plan, one)], className="board__marks"))
    if plan.may_plan:
        label = words("Status of “{title}”", title=one.title)
        body = {"seen": str(one.status)}
        parts.append(
            choice(label, _STATUSES, str(one.status), f"/plan/actions/{one.id}/move", body, "status")
        )
    opened = plan.address.extras.get("action") == str(one.id)
    look = "board__card" + (" board__card--open" if opened else "")
    return html.Li(parts, className=look, **attributes(data_plan_action=str(one.id)))


def _measured(plan: PlanView, effect: Effect) -> html.P:
    """The verdict beside what was expected, with the measured money where there is a figure."""
    told = measured_money(plan.formats, effect)
    figure = [html.Span(told, className="board__likely")] if told else []
    return html.P([verdict_pill(plan.words, effect.verdict), *figure], className="board__money")
