"""The chains of the plan: bottleneck -> action -> effect -> decision, the broken ones first."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.analytics.plan_chains import Break, Broken, Chain, PlanChains
from dashboard.i18n.words import msgid
from dashboard.journey.plan import ActionRecord, Status
from layouts.components.button import button_link
from layouts.components.card import card
from layouts.components.definition import definition
from layouts.components.icon import icon
from layouts.components.link import page_link
from layouts.components.pill import pill, segment_name
from layouts.components.states import empty_state
from layouts.components.to_plan import plan_address
from layouts.plan import PATH
from layouts.plan_effect import effect_line
from layouts.plan_words import STATUS_NAMES, PlanView, due_mark

WHY = {
    Break.NO_ACTION: msgid("Nobody works on this proven bottleneck."),
    Break.NO_OWNER: msgid("{title}: nobody owns it."),
    Break.NO_MEASURE: msgid("{title}: it is live, and nobody has said how its effect is measured."),
    Break.NO_COMPARISON: msgid("{title}: it is live without a comparison group."),
    Break.NOT_MEASURED: msgid("{title}: live for more than eight weeks and not measured."),
    Break.NO_DECISION: msgid("{title}: measured, and nobody has decided."),
}


def chains_card(view: PlanView, found: PlanChains, period: str, chosen: str | None) -> html.Section:
    """Every chain, or the one that a card has named.

    Args:
        period: whose bottlenecks are held against the plan.
        chosen: number of the chain that the address names.
    """
    words = view.words
    shown = [chain for chain in found.chains if chosen is None or str(chain.id) == chosen]
    body: list[Any] = []
    if found.completeness is not None:
        body.append(_completeness(view, found))
    if chosen is not None:
        everything = view.plain.with_extras(chain=None)
        body.append(html.P(page_link(words("Show every chain"), PATH, everything), className="meta"))
    if shown:
        body.append(html.Ul([_chain(view, chain) for chain in shown], className="chains"))
    else:
        body.append(
            empty_state(words("There is no chain yet: no bottleneck is proven and nothing is planned."))
        )
    return card(
        words("Chains"),
        *body,
        subtitle=words(
            "From a bottleneck to a decision; broken ones first. Bottlenecks of {period}", period=period
        ),
        class_name="card--chains",
    )


def _completeness(view: PlanView, found: PlanChains) -> html.P:
    words, formats = view.words, view.formats
    share = html.B(formats.share(found.completeness))
    said = words.rich(
        "{share} of the chains are whole: {whole} of {n}",
        share=share,
        whole=found.whole,
        n=len(found.chains),
    )
    why = words(
        "A chain is whole where its proven bottleneck has an action, every action an owner, every live one a way to "
        "measure and a comparison group, and every measured one a decision."
    )
    return html.P([*said, definition(words("Whole chain"), why)], className="chains__share")


def _chain(view: PlanView, chain: Chain) -> html.Li:
    words = view.words
    number = words("Chain {n}", n=chain.id) if chain.id is not None else words("No chain yet")
    if chain.id is None and not chain.from_stage:
        number = words("Outside of chains")
    state = (
        pill(words.plural("{n} break", "{n} breaks", len(chain.breaks)), "warn", "warning")
        if chain.breaks
        else pill(words("whole"), "good", "check")
    )
    head = html.P([html.B(number), state], className="chains__head")
    steps = html.Ol(
        [_bottleneck(view, chain), _actions(view, chain), _effect(view, chain), _decision(view, chain)],
        className="chains__steps",
    )
    breaks = [
        html.Li([icon("warning"), html.Span([_why(view, one), " ", *_mend(view, chain, one)])])
        for one in chain.breaks
    ]
    parts = [head, steps, *([html.Ul(breaks, className="chains__breaks")] if breaks else [])]
    return html.Li(parts, className="chains__chain")


def _step(name: str, *content: Any, missing: bool = False) -> html.Li:
    look = "chains__step" + (" chains__step--missing" if missing else "")
    return html.Li([html.Span(name, className="chains__name"), *content], className=look)


def _bottleneck(view: PlanView, chain: Chain) -> html.Li:
    words = view.words
    if not chain.from_stage:
        return _step(words("Bottleneck"), html.Span(words("of no single bottleneck")))
    text = (
        f"{view.step_name(chain.from_stage, chain.to_stage)} · {segment_name(words, chain.segment or None)}"
    )
    where = view.address.for_page().with_extras(seg=chain.segment or "*", step=chain.from_stage)
    parts: list[Any] = [page_link(text, "/funnel", where)]
    row = chain.bottleneck
    if row is not None and row.recoverable:
        proven = words("proven") if row.proven else words("not proven")
        money = view.formats.money(-row.recoverable)
        parts.append(html.Span(words("{money} now, {proven}", money=money, proven=proven), className="meta"))
    return _step(words("Bottleneck"), *parts)


def _actions(view: PlanView, chain: Chain) -> html.Li:
    words = view.words
    if not chain.actions:
        return _step(words("Actions"), html.Span(words("none yet")), missing=True)
    rows = [_action(view, one) for one in chain.actions]
    return _step(words("Actions"), html.Ul(rows))


def _action(view: PlanView, one: ActionRecord) -> html.Li:
    words = view.words
    about = f"{words(STATUS_NAMES[one.status])} · {one.owner or words('no owner')}"
    return html.Li(
        [
            page_link(one.title, PATH, view.opened(one.id)),
            html.Span(about, className="meta"),
            *(due_mark(view, one) if one.overdue(view.today) else []),
        ]
    )


def _effect(view: PlanView, chain: Chain) -> html.Li:
    words = view.words
    told = [(one, view.effects[one.id]) for one in chain.actions if one.id in view.effects]
    if told:
        rows = [
            html.Li(
                [
                    *([html.Span(one.title, className="meta"), " "] if len(chain.actions) > 1 else []),
                    *effect_line(words, view.formats, view.address, one.id, effect),
                ]
            )
            for one, effect in told
        ]
        return _step(words("Measured effect"), html.Ul(rows), missing=all(e.points is None for _, e in told))
    done = [one for one in chain.actions if one.status is Status.MEASURED]
    text = (
        words("measured: {n} of {all}", n=len(done), all=len(chain.actions))
        if done
        else words("not measured yet")
    )
    return _step(words("Measured effect"), html.Span(text), missing=not done)


def _decision(view: PlanView, chain: Chain) -> html.Li:
    words = view.words
    said = [one.decision for one in chain.actions if one.decision]
    rows = [html.Span(text, className="plan__text") for text in said] or [html.Span(words("none yet"))]
    return _step(words("Decision"), *rows, missing=not said)


def _why(view: PlanView, broken: Broken) -> str:
    title = broken.action.title if broken.action is not None else ""
    return view.words(WHY[broken.why], title=f"«{title}»" if view.words.language == "ru" else f"“{title}”")


def _mend(view: PlanView, chain: Chain, broken: Broken) -> list[Any]:
    """The one click that leads to the cure; for who may plan."""
    words = view.words
    if not view.may_plan:
        return []
    if broken.action is not None:
        return [page_link(words("Open the action"), PATH, view.opened(broken.action.id))]
    new = plan_address(view.address, chain.segment, chain.from_stage)
    return [button_link(words("To the plan"), PATH, new, sign="plus")]
