"""Approved scenarios: the versions of the plan, each with its figures of that day. Nobody changes or removes one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from data_access.clock import utc_now
from data_access.scope import Action, UserRecord, authorize, refuse_guest
from data_access.state import audit, scenarios
from data_access.state.engine import writing
from data_access.state.scenarios import Scenario
from data_access.state.schema import engagement, forecast, user


@dataclass(frozen=True, slots=True)
class Forecast:
    """A version of the plan.

    Attributes:
        number: 1, 2, ...; the highest one is the plan.
        scenario_id: what it was made of; None where that was removed since.
        figures: what was expected (see `callbacks.whatif.frozen`).
        made_by, approved_by: names.
    """

    engagement: str
    number: int
    scenario_id: int | None
    name: str
    notes: str
    search: str
    figures: Mapping[str, Any]
    made_by: str
    approved_by: str
    approved_at: datetime


def approve(engine: sa.Engine, who: UserRecord, seen: Scenario, figures: Mapping[str, Any]) -> int:
    """Make a scenario the plan of its engagement.

    Args:
        seen: the scenario that the figures were computed of.
        figures: plain JSON, computed on the server.

    Returns:
        The number of this version of the plan: one more than the last, whoever else approves at the same time.

    Raises:
        JourneyError: `unknown_engagement` (404), `no_right` (403), `unknown_scenario` (404),
            `scenario_changed` (409).
    """
    authorize(who, seen.engagement, Action.APPROVE)
    refuse_guest(who, Action.APPROVE)
    with writing(engine) as connection:
        # one approval of an engagement at a time; SQLite's write lock does that by itself
        connection.execute(
            sa.select(engagement.c.key).where(engagement.c.key == seen.engagement).with_for_update()
        )
        scenarios.unchanged(connection, who, seen)
        last = sa.select(sa.func.max(forecast.c.number)).where(forecast.c.engagement == seen.engagement)
        number = (connection.scalar(last) or 0) + 1
        values = {
            "engagement": seen.engagement,
            "number": number,
            "scenario_id": seen.id,
            "name": seen.name,
            "notes": seen.notes,
            "search": seen.search,
            "figures": dict(figures),
            "made_by": seen.author_id,
            "approved_by": who.id,
            "approved_at": utc_now(),
        }
        connection.execute(sa.insert(forecast).values(values))
        audit.note(connection, who.login, "plan.approve", seen.engagement, scenario=seen.id, number=number)
    return number


def list_forecasts(engine: sa.Engine, who: UserRecord, key: str) -> tuple[Forecast, ...]:
    """Every version of the plan of an engagement, the last one first: that one is the plan.

    Raises:
        JourneyError: `unknown_engagement`, `no_right`.
    """
    authorize(who, key, Action.SIMULATE)
    refuse_guest(who, Action.SIMULATE)
    maker, approver = user.alias("maker"), user.alias("approver")
    query = (
        sa.select(forecast, maker.c.name.label("maker_name"), approver.c.name.label("approver_name"))
        .join(maker, maker.c.id == forecast.c.made_by)
        .join(approver, approver.c.id == forecast.c.approved_by)
        .where(forecast.c.engagement == key)
        .order_by(forecast.c.number.desc())
    )
    with engine.connect() as connection:
        return tuple(_record(row) for row in connection.execute(query))


def _record(row: sa.Row[Any]) -> Forecast:
    return Forecast(
        row.engagement,
        row.number,
        row.scenario_id,
        row.name,
        row.notes,
        row.search,
        row.figures,
        row.maker_name,
        row.approver_name,
        row.approved_at,
    )
