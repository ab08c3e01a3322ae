"""What is being done about it: the actions that are under way, and how whole the chains of the plan are."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.analytics.plan_chains import PlanChains
from dashboard.journey.plan import ActionRecord, Status
from layouts.components.card import card
from layouts.components.definition import definition
from layouts.components.link import page_link
from layouts.components.pill import pill, segment_dot
from layouts.plan import PATH, Tab
from layouts.plan_words import STATUS_NAMES, PlanView, due_mark

LISTED = 5
_UNDER_WAY = (Status.IN_PROGRESS, Status.LIVE)


def plan_card(view: PlanView, chains: PlanChains) -> html.Section:
    """The actions under way, the overdue ones first, then the largest; and the share of chains that are whole."""
    words = view.words
    under_way = sorted(
        (one for one in view.actions if one.status in _UNDER_WAY), key=lambda one: _rank(view, one)
    )
    aside = page_link(words("All {n}", n=len(view.actions)), PATH, view.address) if view.actions else None
    if not under_way:
        sentence = words("No action is under way: the plan holds ideas alone, or nothing yet.")
        body: Any = html.P(
            [sentence, " ", page_link(words("Open the plan"), PATH, view.address)],
            className="meta under-way__none",
        )
    else:
        body = html.Ul([_line(view, one) for one in under_way[:LISTED]], className="under-way")
    return card(
        words("Actions under way"),
        body,
        *_completeness(view, chains),
        subtitle=words("What the team does about the bottlenecks, and what it expects of it"),
        aside=aside,
    )


def _rank(view: PlanView, one: ActionRecord) -> tuple[bool, float, int]:
    return not one.overdue(view.today), -float(one.value or 0), one.id


def _line(view: PlanView, one: ActionRecord) -> html.Li:
    dots = [segment_dot(one.segment, view.order)] if one.segment else []
    detail = [*dots, f" {view.segment_of(one)} · {one.owner or view.words('nobody owns it')}"]
    status = [pill(view.words(STATUS_NAMES[one.status]), "neutral")] if one.status.to_do else []
    inner = [
        html.Span([html.B(one.title), html.Small(detail)], className="under-way__words"),
        html.Span([*status, *due_mark(view, one)], className="under-way__marks"),
        view.money(one.value) if one.value is not None else html.Span("—", className="plan__money"),
    ]
    return html.Li(page_link(inner, PATH, view.opened(one.id), "under-way__line"))


def _completeness(view: PlanView, chains: PlanChains) -> list[html.P]:
    """`Whole chains: 3 of 5 (60%)`; nothing without a chain."""
    share, words = chains.completeness, view.words
    if share is None:
        return []
    said = words(
        "Whole chains: {whole} of {all} ({share})",
        whole=chains.whole,
        all=len(chains.chains),
        share=view.formats.share(share),
    )
    meaning = words(
        "A chain leads from a bottleneck over an action and its measured effect to a decision. It is broken where a "
        "proven bottleneck has no action or no owner, where a live action is not measured, or where nobody has decided."
    )
    to = view.address.with_extras(tab=Tab.CHAINS)
    link = page_link(words("what is missing →"), PATH, to)
    return [
        html.P(
            [said, definition(said, meaning), " ", *([link] if chains.whole < len(chains.chains) else [])],
            className="meta under-way__chains",
        )
    ]
