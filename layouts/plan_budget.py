"""The tab Budget of the plan: one field, the best set of actions, what each of them returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dash import html

from dashboard.analytics.allocator import Allocation, Option, Place
from dashboard.analytics.payback import Payback
from dashboard.figures.plan_budget import HEIGHT
from dashboard.journey.plan import ActionRecord
from layouts.components.address_fields import AddressField, address_fields
from layouts.components.attributes import attributes
from layouts.components.card import card
from layouts.components.card_tools import card_tools
from layouts.components.chart import chart
from layouts.components.definition import definition
from layouts.components.link import page_link
from layouts.components.states import empty_state
from layouts.components.table import table
from layouts.plan import PATH
from layouts.plan_words import PlanView

BUDGET = "budget"  # key of the address
CARD = "plan-budget"
CHART = "plan-budget-chart"


@dataclass(frozen=True, slots=True)
class Funded:
    """An action that may be paid for.

    Attributes:
        yearly: its expected money of a year at full effect.
        begins: when it goes live.
    """

    action: ActionRecord
    cost: float
    yearly: float
    begins: date
    payback: Payback


@dataclass(frozen=True, slots=True)
class BudgetView:
    """What the tab draws.

    Attributes:
        funded: what the budget pays for first.
        options, headroom: the problem that was solved.
        best: None where nobody has typed a budget.
        left_out: actions that are to be done and have no cost or no expected money.
    """

    plan: PlanView
    funded: tuple[Funded, ...]
    options: Sequence[Option]
    headroom: Mapping[Place, float]
    best: Allocation | None
    left_out: int


def nothing_to_fund(plan: PlanView) -> html.Div:
    """Why there is nothing to choose from, and the way to the board."""
    words = plan.words
    sentence = words("No action has a cost and expected money yet: give one its cost on the board.")
    link = page_link(words("To the board"), PATH, plan.plain.with_extras(tab=None), "button")
    return html.Div(empty_state(sentence, link), className="card")


def budget_cards(view: BudgetView, figure: dict[str, Any]) -> html.Div:
    """The choice at the left, what budgets can earn at the right."""
    words = view.plan.words
    choice = card(
        words("Budget"),
        _field(view),
        _sentence(view),
        _table(view),
        *_left_out(view),
        subtitle=words("Which actions earn most for it; ideas and actions in progress"),
        tools=card_tools(words, CARD, view.plan.address, words("Budget"), picture=False),
        class_name="budget",
    )
    line = card(
        words("What a budget can earn"),
        chart(CHART, figure, height=HEIGHT, message=_message(view), language=words.language),
        subtitle=words("Largest expected gain of a year by the money spent"),
        class_name="budget__line",
    )
    return html.Div([choice, line], className="budget__cards")


def _field(view: BudgetView) -> html.Div:
    words, formats = view.plan.words, view.plan.formats
    said = (
        "" if view.best is None else formats.number(view.best.budget, 0 if view.best.budget % 1 == 0 else 2)
    )
    field = AddressField(BUDGET, words("Budget"), "number", said, "", "0", "", formats.symbol)
    return address_fields((field,), words("Type a sum of 0 or more."))


def _sentence(view: BudgetView) -> html.P:
    words, formats, best = view.plan.words, view.plan.formats, view.best
    whole = sum(one.cost for one in view.funded)
    if best is None:
        said: Any = words.plural(
            "All {n} action would cost {cost}: type what there is to spend.",
            "All {n} actions would cost {cost}: type what there is to spend.",
            len(view.funded),
            cost=formats.money(whole),
        )
    elif not best.chosen:
        said = words("Nothing can be paid for: the cheapest action costs {cost}.", cost=_cheapest(view))
    else:
        said = words.plural(
            "The best set is {n} action for {cost}: it earns {gain} a year.",
            "The best set is {n} actions for {cost}: it earns {gain} a year.",
            len(best.chosen),
            cost=formats.money(best.cost),
            gain=formats.money(best.gain),
        )
    rule = words(
        "Expected money of each action over a year at full effect. Actions on one step of one segment share the way "
        "to its benchmark: the second one counts up to what is left of it. Actions on different steps add up."
    )
    return html.P(
        [said, definition(words("How the set is chosen"), rule)],
        className="budget__said",
        **attributes(aria_live="polite"),
    )


def _cheapest(view: BudgetView) -> str:
    return view.plan.formats.money(min(one.cost for one in view.funded))


def _table(view: BudgetView) -> html.Div:
    words = view.plan.words
    titles = (
        words("Action"),
        *([words("Paid for")] if view.best is not None else []),
        words("Cost"),
        words("Expected a year"),
        words("Return in 12 months"),
        words("Earned back"),
    )
    first = 2 if view.best is not None else 1
    rows = [_row(view, one) for one in view.funded]
    return table(words("Budget"), titles, rows, numbers=range(first, len(titles) - 1))


def _row(view: BudgetView, one: Funded) -> html.Tr:
    words, formats, best = view.plan.words, view.plan.formats, view.best
    where = " · ".join(
        part for part in (view.plan.where(one.action), view.plan.segment_of(one.action)) if part
    )
    name = [
        page_link(one.action.title, PATH, view.plan.opened(one.action.id).with_extras(tab=None)),
        html.Small(where, className="budget__where"),
    ]
    paid = []
    if best is not None:
        yes = one.action.id in best.chosen
        paid = [html.Td(words("✓ yes") if yes else words("no"), className="good" if yes else "budget__no")]
    return html.Tr(
        [
            html.Th(name, scope="row"),
            *paid,
            html.Td(formats.money(one.cost), className="number", title=formats.money_full(one.cost)),
            html.Td(_gain(view, one), className="number"),
            html.Td(formats.share_change(one.payback.roi, 0), className="number"),
            html.Td(_back(view, one.payback), className="budget__back"),
        ]
    )


def _gain(view: BudgetView, one: Funded) -> list[Any]:
    """The money of a year, and what of it counts beside the other actions of its step."""
    words, formats = view.plan.words, view.plan.formats
    said: list[Any] = [html.Span(formats.money_signed(one.yearly), title=formats.money_full(one.yearly))]
    counted = view.best.counted.get(one.action.id) if view.best else None
    if counted is not None and counted < one.yearly * (1 - 1e-9):
        said.append(
            html.Small(
                words("of it counted {money}", money=formats.money(counted)), className="budget__where"
            )
        )
    return said


def _back(view: BudgetView, found: Payback) -> list[Any]:
    """`12 Aug 2027`, and between which days likely."""
    words, formats = view.plan.words, view.plan.formats
    if found.day is None:
        return [words("not within 24 months")]
    said: list[Any] = [formats.day(found.day, year=True)]
    if found.early != found.late and found.early is not None:
        late = words("not within 24 months") if found.late is None else formats.day(found.late, year=True)
        span = words("{early} to {late}", early=formats.day(found.early, year=True), late=late)
        said.append(html.Small(span, className="budget__where"))
    return said


def _left_out(view: BudgetView) -> list[html.P]:
    words, margin = view.plan.words, view.funded[0].payback.margin
    notes = [
        words("Return and pay-back stand on revenue: the engagement has no margin.")
        if margin is None
        else words(
            "Return and pay-back stand on a margin of {margin}.", margin=view.plan.formats.share(margin)
        )
    ]
    if view.left_out:
        notes.append(
            words.plural(
                "{n} more action has no cost or no expected money and stands aside.",
                "{n} more actions have no cost or no expected money and stand aside.",
                view.left_out,
            )
        )
    return [html.P(note, className="budget__note") for note in notes]


def _message(view: BudgetView) -> str:
    words, formats = view.plan.words, view.plan.formats
    whole = sum(one.cost for one in view.funded)
    return words("What a budget from 0 to {cost} can earn in a year", cost=formats.money(whole))
