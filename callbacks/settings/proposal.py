"""Targets taken from the plan or from a scenario: proposed cells, which somebody looks through and saves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from callbacks.services import Ask, Services
from dashboard.analytics.lever_link import levers_of
from dashboard.analytics.target_proposal import Scenario, proposed
from dashboard.errors import JourneyError
from dashboard.journey.address import Address
from dashboard.journey.period import Period
from dashboard.journey.query import Split
from dashboard.journey.targets import TargetKey
from data_access.state import forecasts, scenarios, targets
from layouts.targets import typed

_PLAN, _SCENARIO = "plan", "scenario"


def sources_of(services: Services, ask: Ask) -> list[tuple[str, str]]:
    """What targets can be taken from: the plan, then the scenarios of the engagement."""
    state, key = services.state(), ask.scope.engagement
    plans = forecasts.list_forecasts(state, ask.user, key)[:1]
    found = [(_PLAN, ask.words("Plan {number}: {name}", number=one.number, name=one.name)) for one in plans]
    kept = scenarios.list_scenarios(state, ask.user, key)
    return found + [(f"{_SCENARIO}:{one.id}", one.name) for one in kept]


def take(services: Services, ask: Ask, source: str, year: int) -> dict[str, Any]:
    """The proposed cells, each with what is stored there now.

    Raises:
        JourneyError: `unknown_scenario` (404), `no_target_months` for a year that the data cover whole, and whatever
            the what-if is refused for.
    """
    promise, start = _promise(services, ask, source)
    months = _months(ask, year, start)
    if not months:
        raise JourneyError("no_target_months", year=str(year))
    info = ask.info
    span = Period(info.first_day, info.data_end_day and Period.parse(f"{info.data_end_day:%Y-%m}").until)
    plain = ask.query.with_(period=span, compare=None, segments=(), channels=(), by=(Split.MONTH,))
    found = proposed(promise, months, services.answers.lcpq(ask.scope, plain).rows, info.model)
    stored = {one.key: one for one in targets.listed(services.state(), ask.user, ask.scope.engagement)}
    cells = [
        _cell(ask, key, value, stored) for key, value in found.items() if key.segment in ("", *info.segments)
    ]
    return {
        "cells": cells,
        "said": ask.words(
            "Filled in: {n}, not saved yet. Steps have the scenario's conversions; other figures change as in the "
            "scenario from the same month a year before, else from the last three months. Look them through.",
            n=len(cells),
        ),
    }


def _promise(services: Services, ask: Ask, source: str) -> tuple[Scenario, str | None]:
    """The figures, and the day from which they hold."""
    state, key = services.state(), ask.scope.engagement
    kind, _, number = source.partition(":")
    if kind == _PLAN:
        plans = forecasts.list_forecasts(state, ask.user, key)
        if not plans:
            raise JourneyError("unknown_scenario", status=404)
        figures = plans[0].figures
        steps = [(one["segment"], one["transition"], one["expected"]) for one in figures["steps"]]
        return Scenario(figures["baseline"], figures["scenario"], steps), figures.get("start")
    if kind != _SCENARIO or not (number.isascii() and number.isdigit() and len(number) < 10):
        raise JourneyError("unknown_scenario", status=404)
    kept = scenarios.get(state, ask.user, int(number))
    if kept.engagement != key:
        raise JourneyError("unknown_scenario", status=404)
    return _played(services, ask, kept.search), Address.parse(kept.search).extras.get("from")


def _played(services: Services, ask: Ask, search: str) -> Scenario:
    """A scenario by the data of now."""
    address = Address.parse(search).with_(engagement=ask.scope.engagement)
    query, _ = services.answers.ripe(ask.scope, address.query(ask.info)[0])
    funnel = services.answers.priced(ask.scope, query).only(query.segments)
    found = services.answers.whatif(ask.scope, query, levers_of(address.extras, funnel))
    steps = []
    for segment in found.segments:
        before = next(one for one in funnel.segments if one.segment == segment.segment)
        for place in funnel.transitions:
            rate, reached = before.conversion(place), segment.counts[place]
            after = segment.counts[place + 1] / reached if reached else None
            if rate is not None and after is not None and abs(after - rate) > 1e-12:
                steps.append((segment.segment, funnel.name(place), after))
    return Scenario(asdict(found.baseline), asdict(found.scenario), steps)


def _months(ask: Ask, year: int, start: str | None) -> list[str]:
    """Months of the year that the data do not hold whole, from the scenario's start on."""
    end = ask.info.data_end_day
    months = [f"{year}-{number:02}" for number in range(1, 13)]
    return [
        month
        for month in months
        if not (end and Period.parse(month).finished(end)) and (not start or month >= start[:7])
    ]


def _cell(
    ask: Ask, key: TargetKey, value: Any, stored: Mapping[TargetKey, targets.StoredTarget]
) -> dict[str, Any]:
    now = stored.get(key)
    place = {"kpi": str(key.kpi), "stage": key.stage, "segment": key.segment, "month": key.month}
    return {
        "cell": place,
        "text": typed(value, key.unit, ask.formats),
        "version": now.version if now else 0,
        "base": typed(now.value if now else None, key.unit, ask.formats),
    }
