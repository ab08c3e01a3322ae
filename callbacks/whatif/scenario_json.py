"""Scenarios and the prediction ledger as plain JSON, for the console and its users' scripts."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from callbacks.services import Ask, Services
from callbacks.whatif.scenario_frozen import outcomes
from callbacks.whatif.scenario_months import months_of
from callbacks.whatif.scenario_scenes import Standing, standings
from dashboard.analytics.ledger import Outcome, StepOutcome, track_record
from data_access.state import forecasts, scenarios
from data_access.state.forecasts import Forecast


def scenarios_json(services: Services, ask: Ask) -> list[dict[str, Any]]:
    """Every saved scenario with its figures by the data of now."""
    kept = scenarios.list_scenarios(services.state(), ask.user, ask.scope.engagement)
    return [_standing(one) for one in standings(services, ask, kept)]


def ledger_json(services: Services, ask: Ask) -> dict[str, Any]:
    """Every version of the plan beside the facts, and what the next forecast should expect (null before the first)."""
    kept = forecasts.list_forecasts(services.state(), ask.user, ask.scope.engagement)
    told = outcomes(services, ask, kept)
    record = track_record(told)
    return {
        "forecasts": [
            _forecast(one, found) | {"months": _months(services, ask, one, found)}
            for one, found in zip(kept, told, strict=True)
        ],
        "track_record": asdict(record) if record else None,
    }


def _standing(one: Standing) -> dict[str, Any]:
    record, found = one.record, one.found
    return {
        "id": record.id,
        "name": record.name,
        "notes": record.notes,
        "author": record.author,
        "version": record.version,
        "created_at": _moment(record.created_at),
        "changed_at": _moment(record.changed_at),
        "search": record.search,
        "period": one.scene.query.period.token() if one.scene else None,
        "levers": [asdict(lever) for lever in one.scene.levers] if one.scene else [],
        "baseline": asdict(found.baseline) if found else None,
        "scenario": asdict(found.scenario) if found else None,
        "gain": found.gain if found else None,
        "error": one.problem.code if one.problem else None,
    }


def _forecast(one: Forecast, found: Outcome) -> dict[str, Any]:
    promise = found.promise
    return {
        "number": one.number,
        "name": one.name,
        "notes": one.notes,
        "made_by": one.made_by,
        "approved_by": one.approved_by,
        "approved_at": _moment(one.approved_at),
        "search": one.search,
        "figures": one.figures,
        "counts_from": promise.starts.isoformat(),
        "counts_until": promise.ends.isoformat() if promise.ends else None,
        "ready_on": found.ready_on.isoformat() if found.ready_on else None,
        "verdict": str(found.verdict),
        "ratio": asdict(found.ratio) if found.ratio else None,
        "money": asdict(found.money) if found.money else None,
        "steps": [_step(row) for row in found.steps],
    }


def _months(services: Services, ask: Ask, one: Forecast, found: Outcome) -> list[dict[str, Any]]:
    told = months_of(services, ask, one, found.promise)
    return [
        asdict(month) | {"since": month.since.isoformat(), "until": month.until.isoformat()} for month in told
    ]


def _step(row: StepOutcome) -> dict[str, Any]:
    step, interval = row.step, row.interval
    return {
        "segment": step.segment,
        "transition": step.transition,
        "customers_before": step.customers,
        "before": step.before,
        "expected": step.expected,
        "customers": row.customers,
        "actual": row.actual,
        "lift": row.lift,
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
        "verdict": str(row.verdict),
        "reason": row.reason,
    }


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
