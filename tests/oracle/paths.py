"""Journeys walked a second time from the raw facts, one customer after the other, one step after the other."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from dashboard.journey.generation import GenerationInfo
from dashboard.journey.query import JourneyQuery, Level
from dashboard.journey.stages import StageModel
from tests.facts import Event, Sale
from tests.raw_rows import at


@dataclass(frozen=True)
class Row:
    """One event or deal on a customer's way."""

    when: datetime
    by_day: bool
    order: int
    is_deal: bool
    number: int
    place: str | None  # None: no place of the level
    amount: int = 0


@dataclass(frozen=True)
class Journey:
    """One customer's journey: places with repeats in a row taken once, its end, days to the first deal, money."""

    places: tuple[str, ...]
    outcome: str
    days: float | None
    revenue: int


def journeys(
    events: Sequence[Event],
    sales: Sequence[Sale],
    model: StageModel,
    info: GenerationInfo,
    query: JourneyQuery,
    customers: Collection[str],
) -> list[Journey]:
    """The journeys of these customers; days are those of UTC, sales are deals of their own."""
    found = []
    for customer in customers:
        rows = _rows(
            [one for one in events if one.customer == customer],
            [one for one in sales if one.customer == customer],
            model,
            query.level,
            bool(sales),
        )
        journey = _journey(rows, model, info, query)
        if journey is not None:
            found.append(journey)
    return found


def _journey(rows: list[Row], model: StageModel, info: GenerationInfo, query: JourneyQuery) -> Journey | None:
    inside = [row for row in rows if _inside(row.when.date(), query)]
    beginnings = [
        row
        for row in inside
        if row.place is not None and (query.start is None or row.order == model.order(query.start))
    ]
    if not beginnings:
        return None
    start = beginnings[0]
    deal_order = model.order(model.deal.key)
    deals = [row for row in inside if row.is_deal and _counts(row, start, inside, query, deal_order)]
    way = []
    for row in inside[inside.index(start) :]:
        if row.place is None:
            continue
        if deals and query.ends_with_deal and row is not start:
            late = row.when > deals[0].when or (row.when == deals[0].when and row.order > deal_order)
            if late or (query.level is Level.STAGE and inside.index(row) >= inside.index(deals[0])):
                continue
        way.append(row)
    places = tuple(str(row.place) for n, row in enumerate(way) if n == 0 or way[n - 1].place != row.place)
    if deals:
        money = deals[:1] if query.ends_with_deal else deals
        return Journey(places, "bought", _days(start, deals[0]), sum(row.amount for row in money))
    later = [row for row in rows if query.period.until and row.when.date() >= query.period.until]
    goes_on = bool(later) and _days(way[-1], later[0]) <= query.window_days
    outcome = "stopped" if _over(way[-1], info, query.window_days) and not goes_on else "open"
    return Journey(places, outcome, None, 0)


def _counts(row: Row, start: Row, inside: list[Row], query: JourneyQuery, deal_order: int) -> bool:
    """A deal after the start; one of the start's own instant where the journey begins at the till."""
    if inside.index(row) > inside.index(start):
        return True
    return query.start is None and start.order == deal_order and row.when == start.when


def _rows(events: list[Event], sales: list[Sale], model: StageModel, level: Level, sold: bool) -> list[Row]:
    dated = {at(one.when) for one in (*events, *sales) if not isinstance(at(one.when), datetime)}
    deal = model.deal.key
    rows = []
    for number, one in enumerate(events):
        if one.stage not in model.keys:
            continue
        is_deal = one.stage == deal and not sold
        name = one.stage if level is Level.STAGE else getattr(one, str(level)) or "(none)"
        if level is Level.STAGE and one.stage == deal and sold:
            continue  # the deal itself stands there
        rows.append(Row(*_moment(one.when, dated), model.order(one.stage), is_deal, number, name))
    for number, one in enumerate(sales):
        name = deal if level is Level.STAGE else None
        amount = int(one.amount)
        rows.append(Row(*_moment(one.when, dated), model.order(deal), True, number, name, amount))
    return sorted(rows, key=lambda row: (row.when, row.order, not row.is_deal, row.number))


def _moment(when: Any, dated: Collection[date]) -> tuple[datetime, bool]:
    moment = at(when)
    day = moment.date() if isinstance(moment, datetime) else moment
    return (datetime.combine(day, time.min), True) if day in dated else (moment, False)


def _days(start: Row, end: Row) -> float:
    if start.by_day or end.by_day:
        return (end.when.date() - start.when.date()).days
    return (end.when - start.when).total_seconds() / 86_400


def _over(row: Row, info: GenerationInfo, days: int) -> bool:
    assert info.data_end is not None
    assert info.data_end_day is not None
    if info.data_end_date_only or row.by_day:
        return row.when.date() <= info.data_end_day - timedelta(days=days)
    return row.when <= info.data_end - timedelta(days=days)


def _inside(day: date, query: JourneyQuery) -> bool:
    period = query.period
    return not ((period.since and day < period.since) or (period.until and day >= period.until))
