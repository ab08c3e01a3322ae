"""The cards of the funnel page as files: the same figures as on the screen, exact."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from callbacks.cards import Card
from callbacks.funnel.paths import CARDS as PATH_CARDS
from callbacks.funnel.step import open_step, parts_of, parts_query
from callbacks.funnel.time import line_names, told_over_time
from callbacks.funnel.view import funnel_view, grid_query
from callbacks.services import Ask, Services
from dashboard.analytics.funnel import FunnelGroup
from dashboard.journey.query import JourneyQuery, Split
from dashboard.server.sheets import Column, Sheet
from layouts.components.pill import channel_title, segment_name
from layouts.funnel import FunnelView
from layouts.funnel_parts import Within


def steps_query(services: Services, ask: Ask) -> JourneyQuery:
    """The question of the grid and of the table."""
    view, _ = funnel_view(services, ask)
    return grid_query(view.query, Split(view.level))


def steps_sheet(services: Services, ask: Ask) -> Sheet:
    """Every step of everybody and of each row, with its change; of segments also the money at stake."""
    words, (view, _) = ask.words, funnel_view(services, ask)
    columns = [
        Column(words("Rows")),
        Column(words("Stage")),
        Column(words("Customers"), "number", "customers"),
        Column(words("From previous"), "share", "from_previous"),
        Column(words("95 %, from"), "share", "ci_low"),
        Column(words("95 %, to"), "share", "ci_high"),
        Column(words("From first"), "share", "from_first"),
        Column(words("Median, days"), "decimal", "median_days"),
        Column(words("75 of 100 within, days"), "decimal", "p75_days"),
        Column(words("90 of 100 within, days"), "decimal", "p90_days"),
        Column(words("Not ripe yet"), "number", "immature"),
    ]
    if view.compared:
        columns += [
            Column(words("Was in {period}", period=ask.formats.period(view.compared)), "share"),
            Column(words("Change"), "points"),
            Column(words("Change, 95 % from"), "points"),
            Column(words("Change, 95 % to"), "points"),
            Column(words("Beyond chance")),
        ]
    if view.ranked:
        columns.append(Column(words("At stake"), "money"))
    rows = [
        _step_row(view, group, place) for group in view.funnel.groups for place in range(len(group.steps))
    ]
    return Sheet(words("Funnels & bottlenecks"), columns, rows)


def _step_row(view: FunnelView, group: FunnelGroup, place: int) -> Sequence[Any]:
    step, value = group.steps[place], view.value(group)
    names = (
        "customers",
        "from_previous",
        "ci_low",
        "ci_high",
        "from_first",
        "median_days",
        "p75_days",
        "p90_days",
    )
    row: list[Any] = [view.name(value), view.model.stage(step.stage).name(view.words.language)]
    row += [getattr(step, name) for name in (*names, "immature")]
    if view.compared:
        moved = view.change(group, place)
        row += (
            [moved.before, moved.change, moved.low, moved.high, _said(view, moved.significant)]
            if moved
            else [None] * 5
        )
    if view.ranked:
        place_of = {(one.segment, one.to_stage): one.recoverable for one in view.ranked}
        lost = place_of.get((value or "", step.stage))
        row.append(-lost if lost else None)
    return row


def _said(view: FunnelView, significant: bool) -> str:
    return view.words("yes") if significant else view.words("no")


def time_query(services: Services, ask: Ask) -> JourneyQuery:
    """The question of the charts over time."""
    return told_over_time(services, ask).query


def time_sheet(services: Services, ask: Ask) -> Sheet:
    """One row for each cohort of each line."""
    words, told = ask.words, told_over_time(services, ask)
    names = line_names(ask, told)
    model, language = ask.info.model, words.language
    ends = " → ".join(model.stage(key).name(language) for key in (told.start, told.end))
    columns = (
        Column(words("Rows")),
        Column(words("Entered from"), "date"),
        Column(words("Entered"), "number"),
        Column(words("Went on"), "number"),
        Column(words("Conversion"), "share", "from_previous"),
        Column(words("95 %, from"), "share", "ci_low"),
        Column(words("95 %, to"), "share", "ci_high"),
        Column(words("Median, days"), "decimal", "median_days"),
        Column(words("Not ripe yet"), "number", "immature"),
    )
    rows = [
        (
            names[line.group],
            one.first_day,
            one.entered,
            one.passed,
            one.rate,
            one.low,
            one.high,
            one.median_days,
            one.young,
        )
        for line in told.lines
        for one in line.cohorts
    ]
    return Sheet(ends, columns, rows)


def days_query(_: Services, ask: Ask) -> JourneyQuery:
    """The question of the time to each step."""
    return grid_query(ask.query, Split.SEGMENT)


def days_sheet(services: Services, ask: Ask) -> Sheet:
    """Time to each step of everybody."""
    words, found = ask.words, services.answers.funnel(ask.scope, days_query(services, ask))
    columns = (
        Column(words("Stage")),
        Column(words("Customers"), "number", "customers"),
        Column(words("Median, days"), "decimal", "median_days"),
        Column(words("75 of 100 within, days"), "decimal", "p75_days"),
        Column(words("90 of 100 within, days"), "decimal", "p90_days"),
    )
    rows = [
        (
            ask.info.model.stage(step.stage).name(words.language),
            *(getattr(step, column.field or "") for column in columns[1:]),
        )
        for step in found.total.steps
    ]
    return Sheet(words("Time to each step"), columns, rows)


def step_query(services: Services, ask: Ask) -> JourneyQuery:
    """The question of the drill panel."""
    found = open_step(services, ask)
    return parts_query(found) if found else ask.query


def step_sheet(services: Services, ask: Ask) -> Sheet:
    """Every part of the open step."""
    words, found = ask.words, open_step(services, ask)
    columns = (
        Column(words("Taken apart")),
        Column(words("Entered"), "number", "customers"),
        Column(words("Went on"), "number"),
        Column(words("Conversion"), "share", "from_previous"),
        Column(words("to the average"), "points"),
        Column(words("Median, days"), "decimal", "median_days"),
        Column(words("Against the others"), "points", "difference"),
        Column(words("95 %, from"), "points", "difference_low"),
        Column(words("95 %, to"), "points", "difference_high"),
        Column(words("Beyond chance"), "text", "significant"),
        Column(words("Lost"), "money"),
    )
    if found is None:
        return Sheet(words("Funnels & bottlenecks"), columns, ())
    title = words(
        "“{step}”, {segment}",
        step=found.view.step_name(found.start, found.end),
        segment=found.view.name(found.value),
    )
    name = {Within.SEGMENT: segment_name, Within.CHANNEL: channel_title}.get(found.within)
    rows = []
    for part in parts_of(services, ask, found):
        against = part.against
        told = (
            (against.difference, against.low, against.high, _said(found.view, against.significant))
            if against
            else (None,) * 4
        )
        rows.append(
            (
                name(words, part.value) if name else part.value,
                *(part.entered, part.passed, part.rate, part.deviation, part.median_days),
                *told,
                -part.lost if part.lost else None,
            )
        )
    return Sheet(title, columns, rows)


CARDS = {
    "funnel-steps": Card("funnel", "funnel", steps_query, steps_sheet),
    "funnel-table": Card("funnel", "funnel", steps_query, steps_sheet),
    "funnel-time": Card("funnel", "funnel", time_query, time_sheet),
    "funnel-days": Card("funnel", "funnel", days_query, days_sheet),
    "funnel-step": Card("funnel", "funnel", step_query, step_sheet),
    **PATH_CARDS,
}
