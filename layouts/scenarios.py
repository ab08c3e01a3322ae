"""The card "Scenarios" of /whatif: what was saved, by whom, what it is worth now; four of them side by side.

assets/js/scenarios.js draws the forms and says which scenarios are compared.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from dash import dcc, html

from dashboard.i18n.formats import Formats
from dashboard.i18n.words import Words
from dashboard.journey.address import Address
from layouts.components.attributes import attributes
from layouts.components.card import card
from layouts.components.card_tools import card_tools
from layouts.components.form import Field, post_button
from layouts.components.link import fresh_link, page_href
from layouts.components.pill import pill
from layouts.components.states import empty_state

COMPARED = "cmp"  # key of the address: numbers of the scenarios side by side
MOST_COMPARED = 4
_SHOWN = 12  # of the list at first
_PATH = "/whatif"


class Ids(StrEnum):
    """Places below the what-if."""

    CARD = "scenarios"
    LEDGER = "scenarios-ledger"
    TURN = "scenarios-turn"  # moves when something was saved


@dataclass(frozen=True, slots=True)
class Plan:
    """A version of the plan that a scenario became."""

    number: int
    approved_by: str
    day: date
    current: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One saved scenario, as the list shows it.

    Attributes:
        changed: day of the last change.
        address: of the scenario.
        editable: the reader may change and delete it.
        planned: it is the plan as it stands.
        said: period and levers in words.
        gain: money above its baseline; None where it cannot be worked out: `problem` says why.
        share: the same as a share of the baseline's revenue.
    """

    id: int
    version: int
    name: str
    notes: str
    author: str
    changed: date
    address: Address
    editable: bool
    planned: bool
    said: str
    gain: float | None
    share: float | None
    problem: str
    plans: tuple[Plan, ...]


def places() -> list[Any]:
    """Where the cards will stand."""
    return [html.Div(id=Ids.CARD), html.Div(id=Ids.LEDGER), dcc.Store(id=Ids.TURN)]


def scenarios_card(
    words: Words,
    formats: Formats,
    rows: Sequence[Row],
    address: Address,
    *,
    approves: bool,
    compared: Any = None,
) -> html.Section:
    """The list, the form that saves the levers of now, and the comparison.

    Args:
        address: of the view.
        approves: the reader may make a scenario the plan.
        compared: the table side by side; None where nothing is compared.
    """
    chosen = (address.extras.get(COMPARED) or "").split(",")
    items = [_item(words, formats, row, str(row.id) in chosen, approves) for row in rows]
    shown: list[Any] = [html.Ul(items[:_SHOWN], className="scenarios__list")]
    if len(items) > _SHOWN:
        more = words("{n} more", n=len(items) - _SHOWN)
        rest = html.Ul(items[_SHOWN:], className="scenarios__list")
        shown.append(html.Details([html.Summary(more, className="scenarios__more"), rest]))
    nothing = words("No scenario is saved yet: move levers, then save them under a name.")
    content = [
        _saving(words, address.engagement),
        *([compared] if compared is not None else []),
        *(shown if rows else [empty_state(nothing)]),
        *([_comparing(words)] if len(rows) > 1 else []),
    ]
    return card(
        words("Scenarios"),
        *content,
        subtitle=words("Kept for everybody here; gains are worked out by the data of now"),
        tools=card_tools(words, "whatif-scenarios", address, words("Scenarios"), picture=False),
        class_name="scenarios",
    )


def _saving(words: Words, engagement: str | None) -> html.Details:
    spec = _spec(words, "/scenarios", words("Save scenario"), {"engagement": engagement})
    summary = html.Summary(words("Save these levers as a scenario"), className="button button--primary")
    return html.Details([summary, _form_place(spec)], className="scenarios__save")


def _spec(
    words: Words, action: str, submit: str, body: dict[str, Any], row: Row | None = None
) -> dict[str, Any]:
    """A form of assets/js/forms.js; the script adds the address with the levers of that moment.

    Args:
        row: the scenario to change; None for a new one.
    """
    fields = [
        Field("name", words("Name of the scenario"), value=row.name if row else ""),
        Field("notes", words("Notes"), "textarea", value=row.notes if row else "", required=False),
    ]
    if row:
        fields.append(Field("levers", words("Take the levers that are set now"), "check", value=False))
    told = [asdict(field) for field in fields]
    return {"action": action, "fields": told, "submit": submit, "done": words("Saved"), "body": body}


def _form_place(spec: dict[str, Any]) -> html.Div:
    marks = attributes(data_scenario_form=json.dumps(spec, ensure_ascii=False))
    return html.Div(className="form scenarios__form", **marks)


def _comparing(words: Words) -> html.Div:
    button = html.Button(
        words("Compare"), type="button", className="button", disabled=True, **attributes(data_compare="yes")
    )
    hint = html.Span(words("Tick two to four scenarios to see them side by side"), className="meta")
    return html.Div([button, hint], className="scenarios__comparing")


def _item(words: Words, formats: Formats, row: Row, ticked: bool, approves: bool) -> html.Li:
    tick = html.Button(
        type="button",
        className="scenario__tick",
        role="checkbox",
        title=words("Compare"),
        **attributes(
            aria_checked=str(ticked).lower(),
            aria_label=words("Compare “{name}”", name=row.name),
            data_tick=str(row.id),
        ),
    )
    return html.Li(
        [tick, _about(words, formats, row), _gain(formats, row), _acts(words, row, approves)],
        className="scenario",
        **attributes(data_scenario=str(row.id)),
    )


def _about(words: Words, formats: Formats, row: Row) -> html.Div:
    name = fresh_link(row.name, _PATH, row.address, "link scenario__name")
    author = f"{row.author}, {formats.day(row.changed, year=True)}"
    parts: list[Any] = [html.Div([name, *(plan_pill(words, formats, plan) for plan in row.plans)])]
    parts.append(html.P(f"{author} · {row.said}" if row.said else author, className="meta"))
    if row.notes:
        parts.append(html.P(row.notes, className="scenario__notes"))
    return html.Div(parts, className="scenario__about")


def plan_pill(words: Words, formats: Formats, plan: Plan) -> html.Span:
    """`Plan v3 · approved by Anna, 4 Sep 2026`."""
    text = words(
        "Plan v{number} · approved by {name}, {day}",
        number=str(plan.number),
        name=plan.approved_by,
        day=formats.day(plan.day, year=True),
    )
    return pill(text, "good" if plan.current else "neutral", "check" if plan.current else None)


def _gain(formats: Formats, row: Row) -> html.Div:
    if row.gain is None:
        return html.Div(html.Span(row.problem), className="scenario__gain meta")
    money = html.B(formats.money_signed(row.gain), title=formats.money_full(row.gain))
    return html.Div([money, html.Span(formats.share_change(row.share))], className="scenario__gain")


def _acts(words: Words, row: Row, approves: bool) -> html.Div:
    href = page_href(_PATH, row.address)
    copied = attributes(
        data_copylink=href,
        data_copied=words("Link copied"),
        aria_label=words("Copy the link to “{name}”", name=row.name),
    )
    acts: list[Any] = [html.Button(words("Copy link"), type="button", className="button", **copied)]
    body = {"version": row.version}
    if approves and row.gain is not None and not row.planned:
        sure = words("Make “{name}” the plan? Earlier plans stay in the ledger.", name=row.name)
        acts.append(post_button(words("Approve as plan"), f"/scenarios/{row.id}/approve", body, ask=sure))
    if row.editable:
        action = f"/scenarios/{row.id}"
        spec = _spec(words, action, words("Keep the change"), body, row)
        gone = words("Delete “{name}”? What was approved of it stays in the ledger.", name=row.name)
        summary = html.Summary(
            words("Edit"), className="button", **attributes(aria_label=words("Edit “{name}”", name=row.name))
        )
        delete = html.Div(post_button(words("Delete"), f"{action}/delete", body, ask=gone))
        acts.append(html.Details([summary, _form_place(spec), delete], className="scenario__edit"))
    return html.Div(acts, className="scenario__acts")
