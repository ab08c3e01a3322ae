"""Plan and fact by month: revenue of the months since an approved plan began, from the book of the period."""

from __future__ import annotations

from datetime import date, timedelta

from callbacks.services import Ask, Services
from dashboard.analytics.ledger import Promise
from dashboard.analytics.ledger_months import MonthOutcome, PromisedMonth, month_outcomes
from dashboard.journey.period import Period
from dashboard.journey.query import JourneyQuery, Split
from data_access.state.forecasts import Forecast


def months_of(services: Services, ask: Ask, forecast: Forecast, promise: Promise) -> tuple[MonthOutcome, ...]:
    """The months that are over; none where the forecast stands on customers whom the book does not tell apart."""
    daily, today = forecast.figures.get("daily"), ask.info.data_end_day
    if daily is None or today is None:
        return ()
    start = date.fromisoformat(forecast.figures["start"])
    end = ending(promise, today)
    promised = [
        PromisedMonth(date.fromisoformat(one["month"]), one["days"], one["gain"])
        for one in forecast.figures["months"]
    ]
    if not month_outcomes(promised, daily, {}, end):
        return ()
    segments = tuple(name for name in forecast.figures["definition"]["segments"] if name in ask.info.segments)
    query = JourneyQuery(ask.scope.engagement, Period(start, end), segments=segments, by=(Split.MONTH,))
    rows = services.answers.lcpq(ask.scope, query).rows
    return month_outcomes(promised, daily, {row.month or "": float(row.revenue) for row in rows}, end)


def ending(promise: Promise, today: date) -> date:
    """The first day that no longer counts for a forecast: after the data end, or the start of the next plan."""
    tomorrow = today + timedelta(days=1)
    return min(promise.ends or tomorrow, tomorrow)


def daily_revenue(services: Services, ask: Ask, query: JourneyQuery) -> float | None:
    """Revenue of an average day of a period; None for a question that is narrowed by more than segments."""
    plain = JourneyQuery(query.engagement, query.period, segments=query.segments)
    today, first = ask.info.data_end_day, ask.info.first_day
    narrowed = query.filters or query.step_filters or query.channels or query.touchpoints or query.products
    if narrowed or query.sale_channels or today is None or first is None:
        return None
    since = max(query.period.since or first, first)
    until = min(query.period.until or date.max, today + timedelta(days=1))
    if until <= since:
        return None
    revenue = services.answers.lcpq(ask.scope, plain).total.revenue
    return round(float(revenue) / (until - since).days, 4)
