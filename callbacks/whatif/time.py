"""Month by month: when the gain of the scenario comes, and when what it costs is earned back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from callbacks.gain_time import scenario_path
from callbacks.notes import on_axis
from callbacks.services import Ask, Services
from callbacks.whatif.scene import Scene, scene_of
from callbacks.whatif.sheets import said_levers
from dashboard.analytics.payback import NOT_WITHIN, Payback, payback
from dashboard.analytics.timing import MOST_RAMP_DAYS, GainPath, Start
from dashboard.figures.notes import annotated
from dashboard.figures.whatif_time import gain_figure
from dashboard.journey.amount import amount_of
from dashboard.server.sheets import Cell, Column, Sheet
from data_access.state import engagements
from layouts.whatif_time import COST, FROM, RAMP, SHOWN_MONTHS, SINCE_START, TimeView, time_card

_BACK, _AHEAD = timedelta(days=731), timedelta(days=5 * 366)  # of the data end: a start outside is a slip


@dataclass(frozen=True, slots=True)
class Timed:
    """The scenario over time.

    Attributes:
        usual: the start that an address leaves out: the day after the data end.
        path: None without a lever.
        cost: as it was typed; None without one. `spent` is what it brings, None without a lever too.
    """

    scene: Scene
    start: Start
    usual: date
    path: GainPath | None
    cost: float | None
    spent: Payback | None


def timed(services: Services, ask: Ask, asked: Any = None) -> Timed:
    """The path of the scenario at rest, from the start and with the ramp and the cost of the address.

    Args:
        asked: as for `scene_of`.
    """
    scene = scene_of(services, ask, asked)
    usual = usual_start(ask)
    start = Start(_day(ask.extras.get(FROM), usual), _ramp(ask.extras.get(RAMP)))
    cost = amount_of(ask.extras.get(COST))
    if not scene.levers:
        return Timed(scene, start, usual, None, cost, None)
    path = scenario_path(services.answers, ask.scope, scene.query, scene.levers, start)
    margin = engagements.get(services.state(), ask.scope.engagement).margin
    spent = None if cost is None else payback(path, cost, margin)
    return Timed(scene, start, usual, path, cost, spent)


def show_time(services: Services, ask: Ask, asked: Any) -> Any:
    """The card.

    Args:
        asked: as for `scene_of`.
    """
    found = timed(services, ask, asked)
    since_start = ask.extras.get(SINCE_START) == "1"
    figure = notes = None
    if found.path is not None:
        theme = ask.address.theme or ask.user.theme
        months = found.path.months[:SHOWN_MONTHS]
        notes = on_axis(services, ask, [month.first_day for month in months])
        figure = gain_figure(months, ask.words, ask.formats, theme, since_start=since_start)
        figure = annotated(figure, notes.marks)
    view = TimeView(
        scene=found.scene.view,
        address=ask.address,
        start=found.start,
        usual=found.usual,
        first_day=found.usual - _BACK,
        last_day=found.usual + _AHEAD,
        path=found.path,
        cost=found.cost,
        spent=found.spent,
        since_start=since_start,
        notes=notes,
    )
    return time_card(view, figure)


def time_sheet(services: Services, ask: Ask) -> Sheet:
    """The months as a table, with the start, the levers and the pay-back above them."""
    return months_sheet(ask, timed(services, ask))


def months_sheet(ask: Ask, found: Timed) -> Sheet:
    """The same of a path that is known."""
    words, formats = ask.words, ask.formats
    columns = (
        Column(words("Month"), "date"),
        Column(words("Days"), "number"),
        Column(words("Each month"), "money", "month_gain"),
        Column(words("80% interval, low"), "money"),
        Column(words("80% interval, high"), "money"),
        Column(words("95% interval, low"), "money"),
        Column(words("95% interval, high"), "money"),
        Column(words("Since the start"), "money", "total_gain"),
        Column(words("80% interval, low"), "money"),
        Column(words("80% interval, high"), "money"),
    )
    lines: list[tuple[Cell, ...]] = [
        (
            *(month.first_day, month.days, month.gain, month.low, month.high, month.low_95, month.high_95),
            *(month.total, month.total_low, month.total_high),
        )
        for month in (found.path.months if found.path else ())
    ]
    about = [
        *said_levers(found.scene),
        words(
            "Start: {day}; ramp-up: {days} days",
            day=formats.day(found.start.day, year=True),
            days=found.start.ramp_days,
        ),
    ]
    if found.spent is not None:
        about.append(_told(ask, found.spent))
    nothing: tuple[Cell, ...] = (found.start.day.replace(day=1), 0, *((0.0,) * 8))
    return Sheet(words("Month by month"), columns, lines or [nothing], tuple(about))


def _told(ask: Ask, spent: Payback) -> str:
    words, formats = ask.words, ask.formats
    days = [
        words("not within 24 months")
        if spent.reasons.get(name) == NOT_WITHIN
        else formats.day(getattr(spent, name), year=True)
        for name in ("day", "early", "late")
    ]
    margin = words("on revenue") if spent.margin is None else formats.share(spent.margin)
    return words(
        "Cost: {cost}; earned back: {day} ({early} to {late}); margin: {margin}",
        cost=formats.money_full(spent.cost),
        day=days[0],
        early=days[1],
        late=days[2],
        margin=margin,
    )


def usual_start(ask: Ask) -> date:
    """The day after the data end."""
    end = ask.info.data_end_day or ask.info.built_at.date()
    return end + timedelta(days=1)


def _day(said: str | None, usual: date) -> date:
    """The start of an address, where it is near the data."""
    try:
        day = date.fromisoformat(said or "")
    except ValueError:
        return usual
    return day if usual - _BACK <= day <= usual + _AHEAD else usual


def _ramp(said: str | None) -> int:
    """Days of an address, 0..MOST_RAMP_DAYS."""
    plain = said is not None and said.isascii() and said.isdigit() and len(said) <= 4
    return min(int(said or 0), MOST_RAMP_DAYS) if plain else 0
