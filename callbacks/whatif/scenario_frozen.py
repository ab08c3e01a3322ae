"""What is kept of a forecast on the day it is approved, and what of that is held against the facts later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any

from callbacks.gain_time import scenario_path
from callbacks.services import Ask, Services
from callbacks.whatif.scenario_months import daily_revenue, ending
from callbacks.whatif.scenario_scenes import understood
from callbacks.whatif.time import timed
from dashboard.analytics.ledger import MovedStep, Outcome, PerEntry, Promise, outcome
from dashboard.analytics.levers import Lever
from dashboard.analytics.priced import PricedFunnel
from dashboard.analytics.timing import MonthGain
from dashboard.analytics.whatif import SegmentWhatIf, WhatIf
from dashboard.errors import JourneyError
from dashboard.journey.address import Address
from dashboard.journey.period import Period
from dashboard.journey.query import JourneyQuery
from data_access.clock import wall_clock
from data_access.state.forecasts import Forecast
from layouts.whatif_time import FROM

_SAME = 1e-12  # conversions closer than this were not moved
_ASKED = ("mode", "entry", "window_days", "horizon_days", "increasing", "model")
_START, _RAMP = (
    "from",
    "ramp",
)  # keys of the address that say when the plan begins, and how long it takes to work


def frozen(services: Services, ask: Ask) -> dict[str, Any]:
    """The figures of a scenario as plain JSON, from the data of now.

    Raises:
        JourneyError: `scenario_without_levers` where nothing would change; whatever the what-if is refused for.
    """
    understood(ask)
    plan = timed(services, ask)
    scene = plan.scene
    found = services.answers.whatif(ask.scope, scene.query, scene.levers)
    steps = _steps(scene.view.shown, found)
    if not steps and not found.gain:
        raise JourneyError("scenario_without_levers")
    likely = services.answers.gain_range(ask.scope, scene.query, scene.levers)
    start = plan.start if ask.extras.get(FROM) else replace(plan.start, day=_today(services, ask))
    path = scenario_path(services.answers, ask.scope, scene.query, scene.levers, start)
    return {
        "period": scene.query.period.token(),
        "generation": ask.info.number,
        "data_end": _day(ask.info.data_end_day),
        "definition": _definition(scene.query),
        "start": start.day.isoformat(),
        "ramp_days": start.ramp_days,
        "levers": [_lever(lever) for lever in scene.levers],
        "baseline": asdict(found.baseline),
        "scenario": asdict(found.scenario),
        "gain": round(found.gain, 4),
        **{name: round(getattr(likely, name), 4) for name in ("low", "high", "low_95", "high_95")},
        "daily": daily_revenue(services, ask, scene.query),
        "months": [_month(one) for one in path.months],
        "steps": steps,
        "money": [_per_entry(one) for one in found.segments if one.baseline.leads and one.scenario.leads],
    }


def starts(forecast: Forecast) -> date:
    """First day whose entries count: the start of the plan; with a ramp, the day from which it works fully."""
    return date.fromisoformat(forecast.figures["start"]) + timedelta(days=forecast.figures["ramp_days"])


def outcomes(services: Services, ask: Ask, forecasts: Sequence[Forecast]) -> list[Outcome]:
    """Every approved forecast beside what came true, in the order given."""
    today = ask.info.data_end_day
    if today is None:
        return []
    begins = {one.number: starts(one) for one in forecasts}
    found = []
    for one in forecasts:
        later = [day for number, day in begins.items() if number > one.number]
        promise = _promise(one, begins[one.number], min(later, default=None))
        query, _ = Address.parse(one.search).with_(engagement=ask.scope.engagement).query(ask.info)
        days = query.money_days
        ready = None if days is None else promise.starts + timedelta(days=days)
        found.append(outcome(promise, _cohort(services, ask, query, promise, today), ready))
    return found


def _cohort(
    services: Services, ask: Ask, query: JourneyQuery, promise: Promise, today: date
) -> PricedFunnel | None:
    """Ripe entries of the days that are the forecast's own; None where there is no such day."""
    end = ending(promise, today)
    if end <= promise.starts:
        return None
    try:
        return services.answers.priced(ask.scope, query.with_(period=Period(promise.starts, end)))
    except JourneyError:  # stages of the forecast that the engagement no longer has
        return PricedFunnel((), 0, None, ())


def _promise(forecast: Forecast, begins: date, ends: date | None) -> Promise:
    figures: Mapping[str, Any] = forecast.figures
    return Promise(
        number=forecast.number,
        name=forecast.name,
        starts=begins,
        ends=ends,
        steps=tuple(MovedStep(**one) for one in figures["steps"]),
        money=tuple(PerEntry(**one) for one in figures["money"]),
    )


def _steps(funnel: PricedFunnel, found: WhatIf) -> list[dict[str, Any]]:
    """Conversions that the scenario moves, segment by segment."""
    scenario = {one.segment: one.counts for one in found.segments}
    moved = []
    for segment in funnel.segments:
        after = scenario[segment.segment]
        for place in funnel.transitions:
            before, here = segment.conversion(place), after[place]
            expected = after[place + 1] / here if here else None
            if before is not None and expected is not None and abs(expected - before) > _SAME:
                counts = {"customers": segment.counts[place], "passed": segment.counts[place + 1]}
                told = {"segment": segment.segment, "transition": funnel.name(place), "expected": expected}
                moved.append(told | counts)
    return moved


def _per_entry(one: SegmentWhatIf) -> dict[str, Any]:
    """Money inside the funnel for one entry, before and after."""
    before, after = one.baseline, one.scenario
    return {
        "segment": one.segment,
        "before": (before.revenue - before.outside) / before.leads,
        "expected": (after.revenue - after.outside) / after.leads,
    }


def _definition(query: JourneyQuery) -> dict[str, Any]:
    """Which entries were counted and how, so that the figures can be asked for again."""
    plain = {name: getattr(query, name) for name in _ASKED}
    told = {name: str(value) if isinstance(value, str) else value for name, value in plain.items()}
    return told | {"segments": list(query.segments), "channels": list(query.channels)}


def _lever(lever: Lever) -> dict[str, Any]:
    return asdict(lever) | {"unit": str(lever.unit)}


def _month(one: MonthGain) -> dict[str, Any]:
    told = {"month": one.first_day.isoformat(), "days": one.days}
    return told | {name: round(getattr(one, name), 4) for name in ("gain", "low", "high")}


def _today(services: Services, ask: Ask) -> date:
    return wall_clock(services.clock(), ask.info.zone).date()


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
