"""The tab Budget of the plan: which actions a sum of money should pay for, and when each of them is earned back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from callbacks.gain_time import payment_lag
from callbacks.plan.common import of_segments, plan_view
from callbacks.services import Ask, Services
from dashboard.analytics.allocator import Allocation, Option, Place, allocate, frontier
from dashboard.analytics.levers import AMOUNTS, LEADS, Lever, Unit
from dashboard.analytics.mature_span import ripe_days
from dashboard.analytics.payback import payback
from dashboard.analytics.priced import PricedFunnel
from dashboard.analytics.timing import Start, value_path
from dashboard.errors import JourneyError
from dashboard.figures.plan_budget import frontier_figure
from dashboard.journey.amount import amount_of
from dashboard.journey.period import Period
from dashboard.journey.plan import ActionRecord
from dashboard.journey.query import JourneyQuery, Mode
from dashboard.server.sheets import Cell, Column, Sheet
from data_access.state import engagements
from layouts.plan_budget import BUDGET, BudgetView, Funded, budget_cards, nothing_to_fund
from layouts.plan_words import PlanView

YEAR = 365.25


def show_budget(services: Services, ask: Ask) -> Any:
    """The field, the best set, what each action returns."""
    plan = plan_view(services, ask)
    view = budget_view(services, ask, plan)
    if view is None:
        return nothing_to_fund(plan)
    chosen = None if view.best is None else (view.best.budget, view.best.gain)
    theme = ask.address.theme or ask.user.theme
    line = frontier(view.options, view.headroom, chosen and chosen[0])
    return budget_cards(view, frontier_figure(line, chosen, ask.words, ask.formats, theme))


def budget_view(services: Services, ask: Ask, plan: PlanView) -> BudgetView | None:
    """The actions that may be paid for and the best set of them; None where no action has a cost and a value."""
    ahead = [one for one in of_segments(ask, plan) if one.status.to_do]
    able = [one for one in ahead if one.cost is not None and one.value is not None and one.value > 0]
    if not able or not ask.info.has_transactions or ask.query.mode is Mode.ANY:
        return None
    query, _ = services.answers.ripe(ask.scope, ask.query)
    funded = _funded(services, ask, query, able, plan.today)
    headroom = _headroom(services, ask, query)
    options = [Option(one.action.id, one.cost, one.yearly, _place(one.action)) for one in funded]
    budget = amount_of(ask.extras.get(BUDGET))
    best = None if budget is None else allocate(options, budget, headroom)
    return BudgetView(
        plan=plan,
        funded=tuple(sorted(funded, key=lambda one: _rank(one, best))),
        options=options,
        headroom=headroom,
        best=best,
        left_out=len(ahead) - len(able),
    )


def budget_sheet(services: Services, ask: Ask) -> Sheet:
    """Every action with what it costs, earns and returns; whether the budget pays for it."""
    words, plan = ask.words, plan_view(services, ask)
    view = budget_view(services, ask, plan)
    columns = (
        Column(words("Number"), "number"),
        Column(words("Action")),
        Column(words("Paid for")),
        Column(words("Cost"), "money"),
        Column(words("Expected money"), "money", "recoverable"),
        Column(words("Expected a year"), "money"),
        Column(words("Of it counted"), "money"),
        Column(words("Return in 12 months"), "share"),
        Column(words("Earned back"), "date"),
        Column(words("Earliest"), "date"),
        Column(words("Latest"), "date"),
    )
    if view is None:
        nothing: tuple[Cell, ...] = (None, words("No action has a cost and expected money yet."))
        return Sheet(words("Budget"), columns, [nothing + (None,) * (len(columns) - 2)])
    lines: list[tuple[Cell, ...]] = [_line(view, one) for one in view.funded]
    about = (
        ()
        if view.best is None
        else (words("Budget: {money}", money=ask.formats.money_full(view.best.budget)),)
    )
    return Sheet(words("Budget"), columns, lines, about)


def _line(view: BudgetView, one: Funded) -> tuple[Cell, ...]:
    words, best = view.plan.words, view.best
    paid = None if best is None else words("yes") if one.action.id in best.chosen else words("no")
    counted = best.counted.get(one.action.id) if best else None
    found = one.payback
    return (
        *(one.action.id, one.action.title, paid, one.cost, one.action.value, one.yearly, counted),
        *(found.roi, found.day, found.early, found.late),
    )


def _funded(
    services: Services, ask: Ask, query: JourneyQuery, able: Sequence[ActionRecord], today: date
) -> list[Funded]:
    """Each action with its money of a year and its pay-back."""
    priced = services.answers.priced(ask.scope, query)
    lag = payment_lag(services.answers, ask.scope, query)
    margin = engagements.get(services.state(), ask.scope.engagement).margin
    found = []
    for one in able:
        cost, value = float(one.cost or 0), float(one.value or 0)
        days = _days(ask, query, one)
        shares = lag.shares(_lever(one, priced), priced)
        start = Start(_begins(one, today))
        path = value_path(value, _likely(one), shares, start, days)
        found.append(Funded(one, cost, value * YEAR / days, start.day, payback(path, cost, margin)))
    return found


def _days(ask: Ask, query: JourneyQuery, one: ActionRecord) -> int:
    """Days in which the cohort was gathered whose money the action expects."""
    try:
        period = Period.parse(str(one.source.get("period", query.period.token())))
    except JourneyError:
        period = query.period
    return ripe_days(query.with_(period=period), ask.info)


def _lever(one: ActionRecord, priced: PricedFunnel) -> Lever:
    """The lever that the action pulls: its scenario's, else the step that starts at its stage, else the first step."""
    places = {priced.steps[place]: priced.name(place) for place in priced.transitions}
    said = one.source.get("lever")
    known = {*AMOUNTS, *places.values()}
    target = said if said in known else places.get(one.stage, LEADS)
    segments = {segment.segment for segment in priced.segments}
    return Lever(str(target), Unit.PERCENT, 0.0, one.segment if one.segment in segments else None)


def _likely(one: ActionRecord) -> tuple[float, float] | None:
    """The 80 % interval of the expected money, where it is known."""
    low, high = one.source.get("low"), one.source.get("high")
    if isinstance(low, int | float) and isinstance(high, int | float) and low <= high:
        return float(low), float(high)
    return None


def _begins(one: ActionRecord, today: date) -> date:
    """When it goes live: on its due day, at the earliest tomorrow."""
    return max(one.due_on or one.starts_on or today, today + timedelta(days=1))


def _place(one: ActionRecord) -> Place | None:
    return (one.segment, one.stage) if one.stage else None


def _headroom(services: Services, ask: Ask, query: JourneyQuery) -> dict[Place, float]:
    """Money of a year up to the benchmark, for every step of every segment."""
    days = ripe_days(query, ask.info)
    rows = services.answers.bottlenecks(ask.scope, query.with_(segments=()))
    return {(row.segment, row.from_stage): row.recoverable * YEAR / days for row in rows if row.recoverable}


def _rank(one: Funded, best: Allocation | None) -> tuple[bool, bool, float]:
    """What the budget pays for first, then what returns most."""
    paid = best is not None and one.action.id in best.chosen
    return not paid, one.payback.roi is not None, -(one.payback.roi or 0.0)
