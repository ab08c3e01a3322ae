"""Scenarios and the ledger as tables for files."""

from __future__ import annotations

from collections.abc import Sequence

from callbacks.services import Ask, Services
from callbacks.whatif.scenario_frozen import outcomes
from callbacks.whatif.scenario_scenes import Standing, standings
from dashboard.analytics.ledger import Outcome, StepOutcome
from dashboard.analytics.uncertainty import GainRange
from dashboard.i18n.words import Words
from dashboard.server.sheets import Cell, Column, Sheet
from data_access.clock import wall_clock
from data_access.state import forecasts, scenarios
from layouts.components.lever import lever_change
from layouts.components.pill import segment_name
from layouts.scenarios import COMPARED, MOST_COMPARED
from layouts.scenarios_ledger import LedgerView


def chosen(services: Services, ask: Ask) -> list[Standing]:
    """The scenarios that the address compares, in its order; numbers of nobody's scenarios are left out."""
    said = (ask.extras.get(COMPARED) or "").split(",")
    numbers = list(dict.fromkeys(int(one) for one in said if one.isascii() and one.isdigit()))
    kept = {
        one.id: one
        for one in scenarios.list_scenarios(services.state(), ask.user, ask.scope.engagement)
        if one.id in numbers
    }
    found = standings(services, ask, [kept[number] for number in numbers if number in kept])
    return [one for one in found if one.found is not None][:MOST_COMPARED]


def likely(services: Services, ask: Ask, standing: Standing) -> GainRange | None:
    """How sure the gain of a scenario is; None where its levers move nothing any more."""
    scene = standing.scene
    if scene is None or not scene.levers:
        return None
    return services.answers.gain_range(ask.scope, scene.query, scene.levers)


def levers_said(standing: Standing) -> dict[str, str]:
    """Each lever's name, with its segment where it holds for one, and what it does."""
    scene = standing.scene
    if scene is None:
        return {}
    view, told = scene.view, {}
    for lever in scene.levers:
        name = view.lever_name(lever.target)
        if lever.segment is not None:
            name += f" ({segment_name(view.words, lever.segment)})"
        told[name] = lever_change(scene.view.words, scene.view.formats, lever)
    return told


def scenarios_sheet(services: Services, ask: Ask) -> Sheet:
    """Every saved scenario with its figures by the data of now."""
    kept = scenarios.list_scenarios(services.state(), ask.user, ask.scope.engagement)
    lines = [_line(ask, one, None) for one in standings(services, ask, kept)]
    return Sheet(ask.words("Scenarios"), _columns(ask.words), lines or [_nothing(ask)])


def compare_sheet(services: Services, ask: Ask) -> Sheet:
    """The scenarios side by side, with the likely range of each gain."""
    lines = [_line(ask, one, likely(services, ask, one)) for one in chosen(services, ask)]
    return Sheet(ask.words("Side by side"), _columns(ask.words), lines or [_nothing(ask)])


def ledger_sheet(services: Services, ask: Ask) -> Sheet:
    """A line for each conversion that an approved forecast moved."""
    words = ask.words
    kept = forecasts.list_forecasts(services.state(), ask.user, ask.scope.engagement)
    view = ledger_view(ask)
    rows = [_ledger_line(view, one, row) for one in outcomes(services, ask, kept) for row in one.steps]
    columns = (
        Column(words("Plan"), "number"),
        Column(words("Scenario")),
        Column(words("Segment")),
        Column(words("Step")),
        Column(words("Customers before"), "number"),
        Column(words("Before"), "share"),
        Column(words("Expected"), "share"),
        Column(words("Customers since"), "number"),
        Column(words("Actual"), "share"),
        Column(words("Actual change"), "points"),
        Column(words("Least"), "points"),
        Column(words("Most"), "points"),
        Column(words("Outcome")),
    )
    empty = (None, words("No scenario was approved yet"), *[None] * (len(columns) - 2))
    return Sheet(words("Plan and fact"), columns, rows or [empty])


def ledger_view(ask: Ask) -> LedgerView:
    """How the ledger names steps: a stage that is gone by its key."""
    model, language = ask.info.model, ask.words.language
    known = {stage.key: stage.short_name(language) for stage in model.stages}

    def step_name(transition: str) -> str:
        return " → ".join(known.get(key, key) for key in transition.split(">"))

    return LedgerView(ask.words, ask.formats, step_name)


def _ledger_line(view: LedgerView, found: Outcome, row: StepOutcome) -> tuple[Cell, ...]:
    step, interval = row.step, row.interval
    return (
        found.promise.number,
        found.promise.name,
        segment_name(view.words, step.segment),
        view.step_name(step.transition),
        step.customers,
        step.before,
        step.expected,
        row.customers,
        row.actual,
        row.lift,
        interval.low if interval else None,
        interval.high if interval else None,
        view.why(row, found) if row.lift is None else view.verdict(row.verdict),
    )


def _columns(words: Words) -> Sequence[Column]:
    return (
        Column(words("Scenario")),
        Column(words("Author")),
        Column(words("Changed"), "date"),
        Column(words("Period")),
        Column(words("Leads"), "number", "leads"),
        Column(words("Conversion to purchase"), "share"),
        Column(words("Average check"), "money"),
        Column(words("Deals per customer"), "decimal"),
        Column(words("Revenue"), "money", "revenue"),
        Column(words("Gain"), "money", "gain"),
        Column(words("Likely, from"), "money"),
        Column(words("Likely, to"), "money"),
        Column(words("Levers")),
        Column(words("Notes")),
    )


def _line(ask: Ask, one: Standing, range_: GainRange | None) -> tuple[Cell, ...]:
    record, scene, found = one.record, one.scene, one.found
    day = wall_clock(record.changed_at, ask.info.zone).date()
    head: tuple[Cell, ...] = (record.name, record.author, day)
    if scene is None or found is None:
        return (*head, ask.words.error(one.problem) if one.problem else None, *[None] * 9, record.notes)
    after = found.scenario
    return (
        *head,
        ask.formats.period(scene.query.period),
        after.leads,
        after.conversion,
        after.average_check,
        after.deals_per_buyer,
        after.revenue,
        found.gain,
        range_.low if range_ else None,
        range_.high if range_ else None,
        "; ".join(f"{name} {said}" for name, said in levers_said(one).items()),
        record.notes,
    )


def _nothing(ask: Ask) -> tuple[Cell, ...]:
    return (ask.words("No scenario is saved yet"), *[None] * 13)
